"""How values become bytes (spec chapter 0): base64url, identifiers, addresses, text, canonical JSON.

Every reader here is strict: it accepts exactly the bytes that the writer would make and nothing else, so that
two implementations cannot read one signature in two ways. Knows no key and no format above it.

    >>> canonical({"b": 1, "a": ["x"]})
    b'{"a":["x"],"b":1}'
"""

import binascii
import json
import os
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, NewType, NoReturn, TypeAlias, cast

from crypto.errors import LimitExceeded, Malformed

Json: TypeAlias = "Mapping[str, Json] | Sequence[Json] | str | int"

AccountId = NewType("AccountId", str)
VaultId = NewType("VaultId", str)
SectionId = NewType("SectionId", str)
DocumentId = NewType("DocumentId", str)
GrantId = NewType("GrantId", str)
ShareId = NewType("ShareId", str)
UploadId = NewType("UploadId", str)
KeyId = NewType("KeyId", str)

MAX_INTEGER: Final = 2**53 - 1
MAX_DEPTH: Final = 16
DEFAULT_LIMIT: Final = 1 << 20

# All keys of an object at once, joined by line feeds.
_KEYS: Final = re.compile(r"[a-z0-9_]{1,64}(?:\n[a-z0-9_]{1,64})*", re.ASCII)
_ID: Final = re.compile(r"[0-9a-f]{32}", re.ASCII)
_URLSAFE: Final = bytes.maketrans(b"+/", b"-_")
_B64U: Final = re.compile(r"[A-Za-z0-9_-]*", re.ASCII)
_ADDRESS: Final = re.compile(r"[!-?A-~]+@[!-?A-~]+", re.ASCII)
_RPPS: Final = re.compile(r"[0-9]{11}", re.ASCII)
# Control characters and bidirectional overrides: they make a text look like another (spec chapter 4).
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_HIDDEN: Final = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def b64u(data: bytes) -> str:
    """Base64url of `data` without padding (RFC 4648 §5)."""
    return binascii.b2a_base64(data, newline=False).translate(_URLSAFE, b"=").decode("ascii")


def unb64u(text: str, *, length: int | None = None) -> bytes:
    """The bytes of canonical base64url `text`; exactly `length` of them if given.

    Raises:
        Malformed: padding, foreign characters, white space, unused bits that are not zero, or another length.
    """
    if _B64U.fullmatch(text) is None or len(text) % 4 == 1:
        raise Malformed("not base64url")
    data = binascii.a2b_base64(text.replace("-", "+").replace("_", "/") + "=" * (-len(text) % 4))
    if b64u(data) != text:
        raise Malformed("base64url with unused bits set")
    if length is not None and len(data) != length:
        raise Malformed("binary value of another length")
    return data


def canonical(value: Json, *, limit: int = DEFAULT_LIMIT) -> bytes:
    """The one canonical JSON form of `value`.

    Raises:
        Malformed: a type, key, integer, string or depth that canonical JSON does not have.
        LimitExceeded: more than `limit` bytes.
    """
    _check_value(value, MAX_DEPTH)
    try:
        data = _ENCODER.encode(value).encode("utf-8")
    except UnicodeEncodeError:
        raise Malformed("string with a lone surrogate") from None
    if len(data) > limit:
        raise LimitExceeded("canonical JSON too long")
    return data


def parse_canonical(data: bytes, *, limit: int = DEFAULT_LIMIT) -> Json:
    """The value of canonical JSON bytes: dict, list, str or int.

    Raises:
        LimitExceeded: more than `limit` bytes (checked first).
        Malformed: any bytes that `canonical` would not have written.
    """
    if len(data) > limit:
        raise LimitExceeded("canonical JSON too long")
    try:
        value: Json = _DECODER.decode(data.decode("utf-8"))
    except (ValueError, RecursionError):
        raise Malformed("not JSON") from None
    if canonical(value, limit=limit) != data:
        raise Malformed("JSON that is not canonical")
    return value


def parse_foreign(data: bytes) -> dict[str, Any]:
    """An object of ordinary JSON (RFC 8259): links, JWE headers and bundles follow other people's rules.

    Numbers are as other languages read them: integers of more than 15 digits become floats, there is no NaN.
    Raises Malformed, also for what is nested deeper than 64.
    """
    try:
        value = _FOREIGN.decode(data.decode("utf-8"))
    except (ValueError, RecursionError):
        raise Malformed("not JSON") from None
    if not isinstance(value, dict) or not _is_nested(value, _FOREIGN_DEPTH):
        raise Malformed("not an object, or nested too deep")
    return value


def _is_nested(value: object, most: int) -> bool:
    if not isinstance(value, dict | list):
        return True
    members = value.values() if isinstance(value, dict) else value
    return most > 0 and all(_is_nested(member, most - 1) for member in members)


def _number(text: str) -> int | float:
    return int(text) if len(text) <= _DIGITS else float(text)


def _refuse_number(_text: str) -> NoReturn:
    raise Malformed("number that is not an integer")


# Made once: making them takes longer than using them.
_ENCODER: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True)
_DECODER: Final = json.JSONDecoder(parse_float=_refuse_number, parse_constant=_refuse_number)
_DIGITS: Final = 15
_FOREIGN_DEPTH: Final = 64
_FOREIGN: Final = json.JSONDecoder(parse_int=_number, parse_constant=_refuse_number)


_CONTAINERS: Final = frozenset({dict, list, tuple})


def _check_value(value: object, depth: int) -> None:
    """Walk `value`; `depth` is how many levels of containers are still allowed."""
    kind = type(value)
    if kind is str:
        return
    if kind is int:
        if not 0 <= cast(int, value) <= MAX_INTEGER:
            raise Malformed("integer out of range")
        return
    if kind not in _CONTAINERS:
        raise Malformed("type that canonical JSON does not have")
    if depth == 0:
        raise Malformed("JSON nested too deep")
    if kind is dict:
        members = cast("dict[str, object]", value)
        _check_keys(members)
        value = members.values()
    for member in cast("Iterable[Any]", value):
        # Most members are strings and integers: they cost no call.
        kind = type(member)
        if kind is not str and not (kind is int and 0 <= member <= MAX_INTEGER):
            _check_value(member, depth - 1)


def _check_keys(value: Mapping[str, object]) -> None:
    try:
        joined = "\n".join(value)
    except TypeError:
        raise Malformed("object key that is not a string") from None
    if value and (_KEYS.fullmatch(joined) is None or joined.count("\n") != len(value) - 1):
        raise Malformed("object key off the grammar")


def new_id() -> str:
    """A fresh identifier: 16 random bytes in lower-case hex."""
    return os.urandom(16).hex()


def check_id(text: str) -> str:
    """`text` if it is an identifier, else Malformed."""
    if _ID.fullmatch(text) is None:
        raise Malformed("not an identifier")
    return text


def check_key_id(text: str) -> KeyId:
    """`text` as a key id (32 bytes, canonical base64url), else Malformed."""
    unb64u(text, length=32)
    return KeyId(text)


def normalise_address(text: str) -> str:
    """An e-mail address in the one form that is stored, compared and hashed.

    Raises:
        Malformed: not 3–254 printable ASCII characters with exactly one inner `@`.
    """
    address = text.strip(" ")
    if not 3 <= len(address) <= 254 or _ADDRESS.fullmatch(address) is None:
        raise Malformed("not an address")
    return address.lower()


def check_text(text: str, *, maximum: int, minimum: int = 1) -> str:
    """A text shown to people, `minimum` to `maximum` code points (rules of spec chapter 4).

    Raises:
        Malformed: shorter, not NFC, or with control characters, bidirectional overrides or lone surrogates.
        LimitExceeded: longer.
    """
    if len(text) > maximum:
        raise LimitExceeded("text too long")
    if len(text) < minimum or _HIDDEN.search(text) is not None:
        raise Malformed("text empty or with hidden characters")
    if text.isascii():
        return text
    if _SURROGATE.search(text) is not None or not unicodedata.is_normalized("NFC", text):
        raise Malformed("text not in NFC")
    return text


def check_rpps(text: str) -> str:
    """A French professional's number: 11 digits, the last one Luhn's. Else Malformed."""
    if _RPPS.fullmatch(text) is None:
        raise Malformed("not an RPPS number")
    total = 0
    for position, char in enumerate(reversed(text)):
        digit = int(char) * (1 + position % 2)
        total += digit - 9 if digit > 9 else digit
    if total % 10:
        raise Malformed("RPPS number with a wrong check digit")
    return text
