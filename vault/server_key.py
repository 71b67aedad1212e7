"""The server's own keys: those that sign openings of shares, and one for hashes that hide what they are of.

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

from vault import session_keys, signing_keys
from vault.models.server import ServerSecret
from vault.signing_keys import SigningKeys


@dataclass(frozen=True)
class ServerKey:
    """The keys as they are at one moment."""

    signing: SigningKeys
    mac_key: bytes = field(repr=False)
    session_keys: tuple[bytes, ...] = field(repr=False)
    """Those that are accepted at this moment, the one in use first (vault/session_keys.py)."""

    @property
    def public(self) -> bytes:
        """The 32-byte public key that vault statements name: the first one, whatever followed it."""
        return self.signing.keys.first

    def mac(self, purpose: str, text: str) -> bytes:
        """A 32-byte keyed hash, different for each purpose; another one after the key was replaced."""
        return self.macs(purpose, text)[0]

    def macs(self, purpose: str, text: str) -> tuple[bytes, ...]:
        """All that `mac` may have given for what is still accepted, the present one first."""
        message = purpose.encode() + b"\0" + text.encode()
        return tuple(hmac.new(key, message, hashlib.sha256).digest() for key in self.session_keys)

    def fake_salt(self, address: str) -> bytes:
        """The salt that an unknown address is answered: stable, and without a trace of its being unknown
        (spec 2)."""
        return hmac.new(self.mac_key, address.encode(), hashlib.sha256).digest()[:16]


def ensure(session: Session, clock: Callable[[], int]) -> ServerKey:
    """The server's keys, drawn at the first start. Needs a writing transaction. Raises BadServerKeys."""
    row = session.get(ServerSecret, 1)
    if row is None:
        row = ServerSecret(
            id=1, signing_seed=secrets.token_bytes(32), mac_key=secrets.token_bytes(32), created=clock()
        )
        session.add(row)
        session.flush()
    return _of(session, row, clock())


def load(session: Session, clock: Callable[[], int]) -> ServerKey:
    """The server's keys as they are now. Raises NoResultFound before the first start, BadServerKeys."""
    return _of(session, session.get_one(ServerSecret, 1), clock())


def _of(session: Session, row: ServerSecret, now: int) -> ServerKey:
    keys = session_keys.in_force(session, row.mac_key, now)
    return ServerKey(signing_keys.load(session), row.mac_key, keys)
