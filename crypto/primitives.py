"""The primitives of the opening part (spec chapter 0).

The only file of the opening part that touches `cryptography`, `nacl` and `argon2`. It owns key derivation,
key agreement
and authenticated encryption of byte strings; it knows no file format, no key's purpose and no record.
Failures of
the libraries never leave this file: every one is a `CoffreError`.

    >>> seal = Wrap("coffre/v1/example")
    >>> sealed = seal.seal(key, {"vault": vault}, b"secret")
    >>> seal.open(key, {"vault": vault}, sealed)
    b'secret'
"""

import hashlib
import hmac
import itertools
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Protocol, TypeAlias

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, hpke
from cryptography.hazmat.primitives.asymmetric import mlkem, x25519
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
from nacl import bindings
from nacl.exceptions import CryptoError

from crypto.encoding import Json, canonical
from crypto.errors import Malformed, Tampered, WrongKey

Random: TypeAlias = Callable[[int], bytes]
"""Gives that many random bytes.

Sealing functions take one, so that vectors can be made again; the default is the system's.
"""

system_random: Final[Random] = os.urandom


def seeded_random(seed: bytes) -> Random:
    """Gives the same bytes whenever it is asked for the same numbers of bytes in the same order.

    For sealing the very same plaintext again after an interruption. The seed is as secret as what it makes.
    """
    counter = itertools.count()

    def random(size: int) -> bytes:
        return hashlib.shake_256(seed + next(counter).to_bytes(8, "big")).digest(size)

    return random


KEY_SIZE: Final = 32
TAG_SIZE: Final = 16
WRAP_OVERHEAD: Final = 40
HYBRID_SEED_SIZE: Final = 32
HYBRID_RECIPIENT_SIZE: Final = 1216
HYBRID_SHARE_SIZE: Final = 1120

_ZERO_NONCE: Final = bytes(12)
_WRAP_NONCE_SIZE: Final = 24
_MLKEM_PUBLIC_SIZE: Final = 1184
_MLKEM_SHARE_SIZE: Final = 1088
_SUITE: Final = hpke.Suite(hpke.KEM.MLKEM768_X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.CHACHA20_POLY1305)


def hkdf(key: bytes, *, info: bytes, salt: bytes = b"") -> bytes:
    """HKDF-SHA-256 (RFC 5869), 32 bytes out."""
    return HKDF(algorithm=hashes.SHA256(), length=KEY_SIZE, salt=salt or None, info=info).derive(key)


def derive(key: bytes, label: str) -> bytes:
    """D(key, label) of chapter 0: a 32-byte subkey for the one use that the label names."""
    return hkdf(key, info=label.encode())


def hmac_sha256(key: bytes, message: bytes) -> bytes:
    """HMAC-SHA-256 (RFC 2104), 32 bytes."""
    return hmac.digest(key, message, "sha256")


def equal(left: bytes, right: bytes) -> bool:
    """Whether two byte strings are the same, in time that depends on their lengths only."""
    return hmac.compare_digest(left, right)


class Hasher(Protocol):
    """A hash that is fed piece by piece."""

    def update(self, data: bytes | memoryview, /) -> None:
        """Adds bytes."""

    def digest(self) -> bytes:
        """The hash of everything added so far."""


def new_sha256(data: bytes | memoryview = b"") -> Hasher:
    """SHA-256 over these bytes and all that are added later."""
    return hashlib.sha256(data)


@dataclass(frozen=True)
class Wrap:
    """WRAP and UNWRAP of chapter 0 (XChaCha20-Poly1305, random 24-byte nonce) for the one use that a label
    names.
    """

    label: str

    def seal(
        self, key: bytes, context: Mapping[str, Json], message: bytes, *, random: Random = system_random
    ) -> bytes:
        """The message sealed under a 32-byte key, bound to label and context; 40 bytes longer."""
        nonce = random(_WRAP_NONCE_SIZE)
        sealed = bindings.crypto_aead_xchacha20poly1305_ietf_encrypt(message, self._bind(context), nonce, key)
        return nonce + sealed

    def open(self, key: bytes, context: Mapping[str, Json], sealed: bytes) -> bytes:
        """The message. Raises WrongKey for another key, label or context, and for damaged bytes alike."""
        if len(sealed) < WRAP_OVERHEAD:
            raise WrongKey("too short for a wrap")
        nonce, box = sealed[:_WRAP_NONCE_SIZE], sealed[_WRAP_NONCE_SIZE:]
        try:
            return bindings.crypto_aead_xchacha20poly1305_ietf_decrypt(box, self._bind(context), nonce, key)
        except CryptoError:
            raise WrongKey("the wrap does not open") from None

    def _bind(self, context: Mapping[str, Json]) -> bytes:
        return self.label.encode() + b"\0" + canonical(context)


def seal_once(key: bytes, message: bytes) -> bytes:
    """ChaCha20-Poly1305 with the zero nonce, as age wraps file keys: only for keys that seal nothing else."""
    return ChaCha20Poly1305(key).encrypt(_ZERO_NONCE, message, None)


def open_once(key: bytes, sealed: bytes) -> bytes:
    """The reverse of `seal_once`. Raises WrongKey."""
    try:
        return ChaCha20Poly1305(key).decrypt(_ZERO_NONCE, sealed, None)
    except InvalidTag:
        raise WrongKey("the stanza does not open") from None


class BulkCipher:
    """ChaCha20-Poly1305 between buffers of the caller's, for payloads: no allocation for each chunk."""

    def __init__(self, key: bytes) -> None:
        self._cipher = ChaCha20Poly1305(key)

    def seal_into(self, nonce: bytes, plain: memoryview, out: memoryview) -> None:
        """Seals into `out`, which must be exactly 16 bytes longer than `plain`."""
        self._cipher.encrypt_into(nonce, plain, None, out)

    def open_into(self, nonce: bytes, sealed: memoryview, out: memoryview) -> None:
        """Opens into `out`, which must be exactly 16 bytes shorter.

        Raises Tampered (`out` then holds nothing of worth).
        """
        try:
            self._cipher.decrypt_into(nonce, sealed, None, out)
        except InvalidTag:
            raise Tampered("a chunk does not open") from None


def x25519_public(secret: bytes) -> bytes:
    """The public key (32 bytes) of an X25519 secret key (32 bytes)."""
    return x25519.X25519PrivateKey.from_private_bytes(secret).public_key().public_bytes_raw()


def x25519_shared(secret: bytes, public: bytes) -> bytes:
    """The shared secret (32 bytes, RFC 7748).

    Raises Malformed for a public key that gives the all-zero one.
    """
    try:
        return x25519.X25519PrivateKey.from_private_bytes(secret).exchange(
            x25519.X25519PublicKey.from_public_bytes(public)
        )
    except ValueError:
        raise Malformed("low-order X25519 point") from None


def hybrid_recipient(seed: bytes) -> bytes:
    """The public key (1216 bytes: ML-KEM-768 1184 ‖ X25519 32) of an X-Wing seed (32 bytes)."""
    mlkem_key, x25519_key = _hybrid_keys(seed)
    return mlkem_key.public_key().public_bytes_raw() + x25519_key.public_key().public_bytes_raw()


def hybrid_seal(recipient: bytes, message: bytes, *, info: bytes) -> tuple[bytes, bytes]:
    """HPKE base mode to an X-Wing public key: (encapsulated key of 1120 bytes, ciphertext).

    Raises Malformed for a bad key.
    """
    try:
        key = hpke.MLKEM768X25519PublicKey(
            mlkem.MLKEM768PublicKey.from_public_bytes(recipient[:_MLKEM_PUBLIC_SIZE]),
            x25519.X25519PublicKey.from_public_bytes(recipient[_MLKEM_PUBLIC_SIZE:]),
        )
        sealed = _SUITE.encrypt(message, key, info=info)
    except ValueError:
        raise Malformed("not an X-Wing public key") from None
    return sealed[:HYBRID_SHARE_SIZE], sealed[HYBRID_SHARE_SIZE:]


def hybrid_open(seed: bytes, share: bytes, sealed: bytes, *, info: bytes) -> bytes:
    """The reverse of `hybrid_seal`. Raises WrongKey, and Malformed for a low-order X25519 share."""
    mlkem_key, x25519_key = _hybrid_keys(seed)
    # The library treats such a share as one that does not open; age.md wants it refused as such.
    x25519_shared(x25519_key.private_bytes_raw(), share[_MLKEM_SHARE_SIZE:])
    try:
        return _SUITE.decrypt(share + sealed, hpke.MLKEM768X25519PrivateKey(mlkem_key, x25519_key), info=info)
    except (InvalidTag, ValueError):
        raise WrongKey("the stanza does not open") from None


def _hybrid_keys(seed: bytes) -> tuple[mlkem.MLKEM768PrivateKey, x25519.X25519PrivateKey]:
    """X-Wing's expansion of its seed (draft-connolly-cfrg-xwing-kem, section 5.2)."""
    expanded = hashlib.shake_256(seed).digest(96)
    return (
        mlkem.MLKEM768PrivateKey.from_seed_bytes(expanded[:64]),
        x25519.X25519PrivateKey.from_private_bytes(expanded[64:]),
    )


def scrypt(passphrase: bytes, salt: bytes, *, log_n: int) -> bytes:
    """scrypt (RFC 7914) with r = 8, p = 1: 32 bytes, for 2^(log_n + 10) bytes of memory.

    The caller has checked `log_n`.
    """
    return Scrypt(salt=salt, length=KEY_SIZE, n=1 << log_n, r=8, p=1).derive(passphrase)


def argon2id(password: bytes, salt: bytes, *, memory: int, passes: int) -> bytes:
    """Argon2id version 0x13, one lane, `memory` in KiB: 32 bytes. The caller has checked the parameters."""
    # Imported here: it costs 20 ms, and most commands derive nothing.
    from argon2.low_level import Type, hash_secret_raw

    return hash_secret_raw(
        secret=password,
        salt=salt,
        time_cost=passes,
        memory_cost=memory,
        parallelism=1,
        hash_len=KEY_SIZE,
        type=Type.ID,
        version=0x13,
    )
