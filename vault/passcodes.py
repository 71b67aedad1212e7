"""Passcodes of shares: hashed and verified by the server, as SMART Health Links ask (spec chapter 8).

A passcode is not an account's password and opens nothing: the share's key is in the link only. The parameters
are lower than those of passwords because a share allows ten attempts in its life, and a guess must not cost
the server much memory.
"""

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_HASHER = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)


def hashed(passcode: str) -> str:
    """A salted Argon2id hash, with its parameters in it."""
    return _HASHER.hash(passcode)


def matches(stored: str, passcode: str) -> bool:
    """Whether a passcode is the one that was hashed."""
    try:
        return _HASHER.verify(stored, passcode)
    except (VerificationError, InvalidHashError):
        return False
