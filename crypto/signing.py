"""Signatures, hashes and the identifiers of keys (spec chapter 0).

The only file of the blind part that touches primitives: Ed25519 of libsodium (PyNaCl's bindings) and SHA-256.
Nothing here encrypts or decrypts. libsodium refuses non-canonical S, small-order public keys, small-order R.
"""

import hashlib
import hmac
from typing import Final, Self, final

from nacl import bindings
from nacl.exceptions import BadSignatureError

from crypto import labels
from crypto.encoding import KeyId, b64u, check_key_id, unb64u
from crypto.errors import Malformed, Tampered

SEED_LENGTH: Final = 32
PUBLIC_LENGTH: Final = 32
SIGNATURE_LENGTH: Final = 64
RECIPIENT_LENGTH: Final = 1216


def sha256(data: bytes) -> bytes:
    """SHA-256 without a label: only for parts of objects and files, whose hashes others compute too."""
    return hashlib.sha256(data).digest()


def labelled_hash(label: str, message: bytes) -> bytes:
    """`H(label, m)` of chapter 0, 32 bytes."""
    return hashlib.sha256(label.encode() + b"\x00" + message).digest()


@final
class SigningKey:
    """An Ed25519 private key. Never shown by `repr`; compared in constant time."""

    __slots__ = ("_secret", "public")

    def __init__(self, seed: bytes) -> None:
        if len(seed) != SEED_LENGTH:
            raise Malformed("signing seed of another length")
        public, secret = bindings.crypto_sign_seed_keypair(seed)
        self.public: bytes = public
        self._secret: bytes = secret

    @classmethod
    def from_seed(cls, seed: bytes) -> Self:
        """The key of a 32-byte seed (RFC 8032)."""
        return cls(seed)

    @classmethod
    def generate(cls) -> Self:
        """A fresh random key."""
        return cls(bindings.randombytes(SEED_LENGTH))

    @property
    def seed(self) -> bytes:
        """The 32 secret bytes: only for the keyring's payload and the server's key file."""
        return self._secret[:SEED_LENGTH]

    def sign(self, label: str, message: bytes) -> bytes:
        """`SIGN(sk, label, m)` of chapter 0, 64 bytes."""
        signed: bytes = bindings.crypto_sign(label.encode() + b"\x00" + message, self._secret)
        return signed[:SIGNATURE_LENGTH]

    def sign_text(self, text: bytes) -> bytes:
        """Ed25519 over a text as it stands (spec chapter 9), 64 bytes.

        Raises:
            Malformed: a byte 0x00 in it, which is what tells labelled messages from texts.
        """
        if b"\x00" in text:
            raise Malformed("text with a zero byte")
        signed: bytes = bindings.crypto_sign(text, self._secret)
        return signed[:SIGNATURE_LENGTH]

    def __repr__(self) -> str:
        return "SigningKey(…)"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, SigningKey):
            return NotImplemented
        return hmac.compare_digest(self._secret, other._secret)

    def __hash__(self) -> int:
        return hash(self.public)


def verify(public: bytes, label: str, message: bytes, signature: bytes) -> None:
    """Return if `signature` is `SIGN` of `message` under `label` by `public`'s key.

    Raises:
        Tampered: it is not, or key or signature has another length or a form that chapter 0 refuses.
    """
    _verify(public, label.encode() + b"\x00" + message, signature)


def verify_text(public: bytes, text: bytes, signature: bytes) -> None:
    """Return if `signature` is `sign_text`'s. Raises Tampered as `verify`; also for a zero byte."""
    if b"\x00" in text:
        raise Tampered("text with a zero byte")
    _verify(public, text, signature)


def _verify(public: bytes, message: bytes, signature: bytes) -> None:
    if len(public) != PUBLIC_LENGTH or len(signature) != SIGNATURE_LENGTH:
        raise Tampered("key or signature of another length")
    try:
        bindings.crypto_sign_open(signature + message, public)
    except BadSignatureError:
        raise Tampered("signature does not hold") from None


def key_id(signing_public: bytes, recipient: bytes) -> KeyId:
    """The identifier of an account's keys: Ed25519 public key (32 bytes) and age recipient (1216 bytes)."""
    if len(signing_public) != PUBLIC_LENGTH or len(recipient) != RECIPIENT_LENGTH:
        raise Malformed("public key of another length")
    return KeyId(b64u(labelled_hash(labels.KEY_ID, signing_public + recipient)))


def server_key_id(server_public: bytes) -> KeyId:
    """The identifier of a server's Ed25519 public key (32 bytes)."""
    if len(server_public) != PUBLIC_LENGTH:
        raise Malformed("public key of another length")
    return KeyId(b64u(labelled_hash(labels.SERVER_KEY_ID, server_public)))


def directory_key_id(directory_public: bytes) -> KeyId:
    """The identifier of the Ed25519 public key (32 bytes) with which an operator signs directory entries."""
    if len(directory_public) != PUBLIC_LENGTH:
        raise Malformed("public key of another length")
    return KeyId(b64u(labelled_hash(labels.DIRECTORY_KEY_ID, directory_public)))


def fingerprint(key: KeyId) -> str:
    """What people compare: 20 bytes of the key id, upper-case hex, ten groups of four joined by spaces."""
    text = unb64u(check_key_id(key))[:20].hex().upper()
    return " ".join(text[start : start + 4] for start in range(0, len(text), 4))
