"""The server's own keys: a signing key for openings of shares, and a key for hashes that hide what they are
made of.

Owns their creation and where they are kept. Neither can open anything. The public half is named in every
vault's first statement (spec chapter 5), so losing the signing key means that shares cannot be opened any
more.
"""

import hashlib
import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from crypto.signing import SigningKey
from vault.models.server import ServerSecret


@dataclass(frozen=True)
class ServerKey:
    """Both keys, loaded once per process."""

    signing: SigningKey
    mac_key: bytes = field(repr=False)

    @property
    def public(self) -> bytes:
        """The 32-byte public key that vault statements name."""
        return self.signing.public

    def mac(self, purpose: str, text: str) -> bytes:
        """A 32-byte keyed hash, different for each purpose; stable for as long as the server keeps its
        key."""
        return hmac.new(self.mac_key, purpose.encode() + b"\0" + text.encode(), hashlib.sha256).digest()

    def fake_salt(self, address: str) -> bytes:
        """The salt that an unknown address is answered: stable, and without a trace of its being unknown
        (spec 2)."""
        return hmac.new(self.mac_key, address.encode(), hashlib.sha256).digest()[:16]


def ensure(session: Session, clock: Callable[[], int]) -> ServerKey:
    """The server's keys, drawn at the first start. Needs a writing transaction."""
    row = session.get(ServerSecret, 1)
    if row is None:
        row = ServerSecret(
            id=1, signing_seed=secrets.token_bytes(32), mac_key=secrets.token_bytes(32), created=clock()
        )
        session.add(row)
        session.flush()
    return ServerKey(SigningKey.from_seed(row.signing_seed), row.mac_key)
