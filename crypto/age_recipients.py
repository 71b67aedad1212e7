"""age recipients and identities: X25519, scrypt and mlkem768x25519 (spec chapter 1; C2SP age.md).

Owns how a file key is wrapped into stanzas and taken out of them, and the text forms of keys. It knows no
header MAC and no
payload (`age_file`).

    >>> identity = HybridIdentity.generate()
    >>> identity.unwrap([identity.recipient().wrap(file_key)]) == file_key
    True
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol, Self

from crypto import bech32, primitives
from crypto.age_header import Stanza, decode_base64, encode_base64
from crypto.age_stream import FILE_KEY_SIZE
from crypto.errors import LimitExceeded, Malformed, WrongKey
from crypto.primitives import Random, system_random

X25519: Final = "X25519"
SCRYPT: Final = "scrypt"
HYBRID: Final = "mlkem768x25519"

_BODY_SIZE: Final = FILE_KEY_SIZE + primitives.TAG_SIZE
_X25519_INFO: Final = b"age-encryption.org/v1/X25519"
_SCRYPT_SALT: Final = b"age-encryption.org/v1/scrypt"
_HYBRID_INFO: Final = b"age-encryption.org/mlkem768x25519"
_SALT_SIZE: Final = 16
_DEFAULT_WORK: Final = 18
_MAX_WORK: Final = 20
_DECIMAL: Final = re.compile(r"[1-9][0-9]*")


class Recipient(Protocol):
    """What a file key can be wrapped for."""

    def wrap(self, file_key: bytes, *, random: Random = system_random) -> Stanza:
        """A stanza that holds the file key."""
        ...


class Identity(Protocol):
    """What opens stanzas of one type."""

    def unwrap(self, stanzas: Sequence[Stanza]) -> bytes | None:
        """The file key, or None if no stanza is for this identity.

        Raises Malformed for a stanza of this type that breaks the type's own grammar, LimitExceeded for one
        that costs too much.
        """
        ...


@dataclass(frozen=True)
class X25519Recipient:
    """An X25519 public key, 32 bytes (`age1…`)."""

    public: bytes

    def wrap(self, file_key: bytes, *, random: Random = system_random) -> Stanza:
        """Raises Malformed for a low-order public key."""
        secret = random(32)
        share = primitives.x25519_public(secret)
        key = _x25519_key(primitives.x25519_shared(secret, self.public), share, self.public)
        return Stanza(X25519, (encode_base64(share),), primitives.seal_once(key, file_key))

    def __str__(self) -> str:
        return bech32.encode("age", self.public)


@dataclass(frozen=True)
class X25519Identity:
    """An X25519 secret key, 32 bytes (`AGE-SECRET-KEY-1…`)."""

    secret: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.secret) != 32:
            raise Malformed("an X25519 identity has 32 bytes")

    @classmethod
    def generate(cls, *, random: Random = system_random) -> Self:
        """A new one."""
        return cls(random(32))

    def recipient(self) -> X25519Recipient:
        """Its public side."""
        return X25519Recipient(primitives.x25519_public(self.secret))

    def unwrap(self, stanzas: Sequence[Stanza]) -> bytes | None:
        """See `Identity.unwrap`."""
        public = self.recipient().public
        for share, body in _stanzas_of(stanzas, X25519, share_size=32):
            key = _x25519_key(primitives.x25519_shared(self.secret, share), share, public)
            if file_key := _open_or_none(key, body):
                return file_key
        return None

    def text(self) -> str:
        """The secret key as age writes it."""
        return bech32.encode("age-secret-key-", self.secret).upper()


@dataclass(frozen=True)
class HybridRecipient:
    """An X-Wing public key, 1216 bytes (`age1pq1…`)."""

    public: bytes

    def __post_init__(self) -> None:
        if len(self.public) != primitives.HYBRID_RECIPIENT_SIZE:
            raise Malformed("a hybrid recipient has 1216 bytes")

    def wrap(self, file_key: bytes, *, random: Random = system_random) -> Stanza:
        """Raises Malformed for bytes that are no public key.

        The encapsulation always takes the system's randomness.
        """
        share, body = primitives.hybrid_seal(self.public, file_key, info=_HYBRID_INFO)
        return Stanza(HYBRID, (encode_base64(share),), body)

    def __str__(self) -> str:
        return bech32.encode("age1pq", self.public)


@dataclass(frozen=True)
class HybridIdentity:
    """An X-Wing seed, 32 bytes (`AGE-SECRET-KEY-PQ-1…`)."""

    seed: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.seed) != primitives.HYBRID_SEED_SIZE:
            raise Malformed("a hybrid identity has 32 bytes")

    @classmethod
    def generate(cls, *, random: Random = system_random) -> Self:
        """A new one."""
        return cls(random(primitives.HYBRID_SEED_SIZE))

    def recipient(self) -> HybridRecipient:
        """Its public side."""
        return HybridRecipient(primitives.hybrid_recipient(self.seed))

    def unwrap(self, stanzas: Sequence[Stanza]) -> bytes | None:
        """See `Identity.unwrap`."""
        for share, body in _stanzas_of(stanzas, HYBRID, share_size=primitives.HYBRID_SHARE_SIZE):
            try:
                return primitives.hybrid_open(self.seed, share, body, info=_HYBRID_INFO)
            except WrongKey:
                continue
        return None

    def text(self) -> str:
        """The seed as age writes it."""
        return bech32.encode("age-secret-key-pq-", self.seed).upper()


@dataclass(frozen=True)
class ScryptRecipient:
    """A passphrase. `work` is the base-two logarithm of scrypt's N."""

    passphrase: bytes = field(repr=False)
    work: int = _DEFAULT_WORK

    def wrap(self, file_key: bytes, *, random: Random = system_random) -> Stanza:
        """Takes about a second with the default."""
        salt = random(_SALT_SIZE)
        key = primitives.scrypt(self.passphrase, _SCRYPT_SALT + salt, log_n=self.work)
        return Stanza(SCRYPT, (encode_base64(salt), str(self.work)), primitives.seal_once(key, file_key))


@dataclass(frozen=True)
class ScryptIdentity:
    """A passphrase, and the highest work factor that it will try."""

    passphrase: bytes = field(repr=False)
    max_work: int = _MAX_WORK

    def unwrap(self, stanzas: Sequence[Stanza]) -> bytes | None:
        """See `Identity.unwrap`; a work factor over the limit is LimitExceeded."""
        for stanza in stanzas:
            if stanza.type != SCRYPT:
                continue
            salt, work = _scrypt_arguments(stanza)
            if work > self.max_work:
                raise LimitExceeded("scrypt work factor")
            key = primitives.scrypt(self.passphrase, _SCRYPT_SALT + salt, log_n=work)
            if file_key := _open_or_none(key, stanza.body):
                return file_key
        return None


def parse_recipient(text: str) -> X25519Recipient | HybridRecipient:
    """The recipient of `age1…` or `age1pq1…`. Raises Malformed."""
    prefix, data = bech32.decode(text)
    if text == text.lower():
        if prefix == "age" and len(data) == 32:
            return X25519Recipient(data)
        if prefix == "age1pq":
            return HybridRecipient(data)
    raise Malformed("not an age recipient")


def parse_identity(text: str) -> X25519Identity | HybridIdentity:
    """The identity of `AGE-SECRET-KEY-1…` or `AGE-SECRET-KEY-PQ-1…`. Raises Malformed."""
    prefix, data = bech32.decode(text)
    if text == text.upper() and len(data) == 32:
        if prefix == "age-secret-key-":
            return X25519Identity(data)
        if prefix == "age-secret-key-pq-":
            return HybridIdentity(data)
    raise Malformed("not an age identity")


def parse_identity_file(text: str) -> list[X25519Identity | HybridIdentity]:
    """The identities of a file as `age-keygen` writes it: one a line, `#` comments.

    Raises Malformed, also if there is none.
    """
    lines = [line.strip() for line in text.splitlines()]
    identities = [parse_identity(line) for line in lines if line and not line.startswith("#")]
    if not identities:
        raise Malformed("no identity in the file")
    return identities


def _stanzas_of(stanzas: Sequence[Stanza], kind: str, *, share_size: int) -> list[tuple[bytes, bytes]]:
    """(share, body) of the stanzas of a kind, all of which must follow its grammar."""
    found = []
    for stanza in stanzas:
        if stanza.type != kind:
            continue
        if len(stanza.args) != 1 or len(stanza.body) != _BODY_SIZE:
            raise Malformed("stanza of a wrong shape")
        share = decode_base64(stanza.args[0])
        if len(share) != share_size:
            raise Malformed("share of a wrong length")
        found.append((share, stanza.body))
    return found


def _scrypt_arguments(stanza: Stanza) -> tuple[bytes, int]:
    if len(stanza.args) != 2 or len(stanza.body) != _BODY_SIZE or not _DECIMAL.fullmatch(stanza.args[1]):
        raise Malformed("scrypt stanza of a wrong shape")
    salt = decode_base64(stanza.args[0])
    if len(salt) != _SALT_SIZE:
        raise Malformed("scrypt salt of a wrong length")
    # More digits than this are over any limit, and int() refuses thousands of them.
    return salt, int(stanza.args[1][:9])


def _x25519_key(shared: bytes, share: bytes, public: bytes) -> bytes:
    return primitives.hkdf(shared, salt=share + public, info=_X25519_INFO)


def _open_or_none(key: bytes, body: bytes) -> bytes | None:
    try:
        return primitives.open_once(key, body)
    except WrongKey:
        return None
