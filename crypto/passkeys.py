"""Passkeys: what a WebAuthn credential with the PRF extension gives (spec chapter 2, "Passkeys").

Owns the credential's age identity and what the keyring says of it. It knows neither WebAuthn's messages nor
the keyring (`keyring.open_with_passkey`).

    >>> passkey = Passkey(credential=raw_id, secret=results_of_prf_input)
    >>> passkey.public("phone") in keyring.passkeys
    True
"""

from dataclasses import dataclass, field
from typing import Annotated, Final

from crypto import labels, primitives
from crypto.age_recipients import HybridIdentity
from crypto.errors import Malformed
from crypto.primitives import HYBRID_RECIPIENT_SIZE
from crypto.signing import labelled_hash
from crypto.statement_grammar import binary, text

SECRET_SIZE: Final = 32
MAX_CREDENTIAL: Final = 1023
MAX_NAME: Final = 100
MAX_PASSKEYS: Final = 16


@dataclass(frozen=True, kw_only=True)
class PasskeyRecipient:
    """What the keyring says of a passkey: its raw credential id, the name people gave it, its recipient."""

    credential: Annotated[bytes, binary(maximum=MAX_CREDENTIAL)] = field(repr=False)
    name: Annotated[str, text(MAX_NAME)] = field(repr=False)
    recipient: Annotated[bytes, binary(HYBRID_RECIPIENT_SIZE)] = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class Passkey:
    """A passkey at hand: its raw credential id, and the 32 bytes that its PRF gives for `prf_input`."""

    credential: bytes = field(repr=False)
    secret: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.secret) != SECRET_SIZE:
            raise Malformed("a passkey gives 32 bytes")

    def identity(self) -> HybridIdentity:
        """The age identity that opens the keyring."""
        return HybridIdentity(primitives.derive(self.secret, labels.PASSKEY_IDENTITY))

    def public(self, name: str) -> PasskeyRecipient:
        """What the keyring says of it."""
        recipient = self.identity().recipient().public
        return PasskeyRecipient(credential=self.credential, name=name, recipient=recipient)


def prf_input() -> bytes:
    """The input (`eval.first`, 32 bytes) for which a client asks the credential's PRF."""
    return labelled_hash(labels.PASSKEY_PRF, b"")
