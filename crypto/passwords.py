"""Passwords: their form, their strength, and the keys derived from them (spec chapter 2, "Password").

Owns normalisation, the policy, the Argon2id parameters and their limits. It knows no keyring and no server.

    >>> check_policy("orage-tulipe-91-canapé")
    >>> keys = derive("orage-tulipe-91-canapé", address="a@example.org", salt=salt16, parameters=DEFAULT)
    >>> keys.login.public   # what the server keeps
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar, Final

from crypto import labels, primitives
from crypto.encoding import b64u, canonical, normalise_address
from crypto.errors import CoffreError, LimitExceeded, Malformed
from crypto.primitives import Random, system_random
from crypto.signing import SigningKey, labelled_hash

SALT_SIZE: Final = 16
MIN_CHARACTERS: Final = 15
MAX_CHARACTERS: Final = 1024
MIN_SCORE: Final = 3

_MIN_MEMORY, _MAX_MEMORY = 65536, 1048576
_MIN_PASSES, _MAX_PASSES = 3, 16
# zxcvbn knows runs of keys on QWERTY boards only: what a French board types is also scored as the keys that
# it presses.
_AZERTY: Final = str.maketrans(
    "azertyuiop^$qsdfghjklmù*wxcvbn,;:!&é\"'(-è_çà)=",
    "qwertyuiop[]asdfghjkl;'\\zxcvbnm,./1234567890-=",
)
# zxcvbn's time grows with the square of the length; what follows can only make a password stronger.
_SCORED_CHARACTERS: Final = 72


class WeakPassword(CoffreError):
    """The password breaks the policy: `reason` is `too_short`, `too_long` or `guessable`.

    Only clients raise it.
    """

    code: ClassVar[str] = "weak_password"

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Argon2Parameters:
    """Cost of Argon2id: `m` KiB of memory, `t` passes, `p` lanes."""

    m: int = _MIN_MEMORY
    t: int = _MIN_PASSES
    p: int = 1

    def check(self) -> None:
        """Raises LimitExceeded outside floor and ceiling: before any work is done on a server's word."""
        if not (
            _MIN_MEMORY <= self.m <= _MAX_MEMORY and _MIN_PASSES <= self.t <= _MAX_PASSES and self.p == 1
        ):
            raise LimitExceeded("Argon2id parameters outside the limits")


DEFAULT: Final = Argon2Parameters()


@dataclass(frozen=True)
class PasswordKeys:
    """What a password gives, with the salt (16 bytes) and cost that it was derived with."""

    salt: bytes
    parameters: Argon2Parameters
    unlock: bytes = field(repr=False)
    login: SigningKey = field(repr=False)


def new_salt(*, random: Random = system_random) -> bytes:
    """A fresh 16-byte salt."""
    return random(SALT_SIZE)


def normalise(password: str) -> bytes:
    """NFKC, then UTF-8. Raises Malformed for lone surrogates."""
    try:
        return unicodedata.normalize("NFKC", password).encode()
    except UnicodeEncodeError:
        raise Malformed("a password with lone surrogates") from None


def check_policy(password: str, *, about: Sequence[str] = ()) -> None:
    """Raises WeakPassword for a password that is too short, too long, or scored under 3 by zxcvbn.

    `about`: words that an attacker would try first, such as the account's name and address.
    """
    text = normalise(password).decode()
    if len(text) < MIN_CHARACTERS:
        raise WeakPassword("too_short")
    if len(text) > MAX_CHARACTERS:
        raise WeakPassword("too_long")
    if score(text, about=about) < MIN_SCORE:
        raise WeakPassword("guessable")


def score(password: str, *, about: Sequence[str] = ()) -> int:
    """zxcvbn's score, 0 to 4, of the first 72 characters; the lower one of the text and of its keys on an
    AZERTY board.
    """
    # Imported here: its word lists take about a tenth of a second to load.
    from zxcvbn import zxcvbn

    text = normalise(password).decode()[:_SCORED_CHARACTERS]
    if not text:
        return 0
    readings = (text, text.lower().translate(_AZERTY))
    return min(int(zxcvbn(reading, user_inputs=list(about))["score"]) for reading in readings)


def derive(
    password: str, *, address: str, salt: bytes, parameters: Argon2Parameters = DEFAULT
) -> PasswordKeys:
    """The keys of a password for an account's address; takes 0.1 to 0.3 s with the default.

    Raises LimitExceeded for parameters outside the limits or a password longer than 1024 characters,
    Malformed for an
    address or salt off the grammar; all before deriving.
    """
    parameters.check()
    secret = normalise(password)
    if len(secret.decode()) > MAX_CHARACTERS:
        raise LimitExceeded("password too long")
    if len(salt) != SALT_SIZE:
        raise Malformed("salt of a wrong length")
    context = canonical({"address": normalise_address(address), "salt": b64u(salt)})
    bound_salt = labelled_hash(labels.PW_SALT, context)[:SALT_SIZE]
    root = primitives.argon2id(secret, bound_salt, memory=parameters.m, passes=parameters.t)
    return PasswordKeys(
        salt,
        parameters,
        primitives.derive(root, labels.PW_UNLOCK),
        SigningKey.from_seed(primitives.derive(root, labels.PW_LOGIN)),
    )
