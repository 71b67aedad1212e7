"""Reading fields out of a server's JSON answer without trusting its shape.

Every accessor raises BadAnswer("malformed") when a field is absent or of another type. Owns nothing else:
what the values mean is verified by the fold and the crypto modules.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TypeAlias

from crypto.encoding import unb64u
from crypto.errors import LimitExceeded, Malformed, UnsupportedVersion
from vault.client.errors import BadAnswer

Answer: TypeAlias = Mapping[str, object]


@contextmanager
def from_server() -> Iterator[None]:
    """What is malformed, of an unknown version or over a limit in here came from the server: BadAnswer.

    Tampered, stale and wrong_key pass unchanged.
    """
    try:
        yield
    except (Malformed, UnsupportedVersion, LimitExceeded) as error:
        raise BadAnswer(error.code) from error


def parse_answer(data: bytes) -> Answer:
    """A JSON object without duplicate names, NaN or absurd nesting."""
    try:
        # Of bytes json would also take UTF-16 and a byte order mark.
        value = json.loads(data.decode(), object_pairs_hook=_unique, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise BadAnswer from None
    if not isinstance(value, dict):
        raise BadAnswer
    return value


def text(answer: Answer, name: str, *, limit: int = 1 << 16) -> str:
    """A string of at most `limit` characters."""
    value = answer.get(name)
    if not isinstance(value, str) or len(value) > limit:
        raise BadAnswer
    return value


def optional_text(answer: Answer, name: str) -> str:
    """A string, or "" when the field is absent or null."""
    return "" if answer.get(name) is None else text(answer, name)


def flag(answer: Answer, name: str) -> bool:
    """True or false; false when the field is absent or null."""
    value = answer.get(name)
    if not isinstance(value, bool | None):
        raise BadAnswer
    return bool(value)


def number(answer: Answer, name: str) -> int:
    """An integer from 0 to 2^53 - 1."""
    value = answer.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 1 << 53:
        raise BadAnswer
    return value


def binary(answer: Answer, name: str, *, length: int | None = None, limit: int = 1 << 24) -> bytes:
    """A base64url field."""
    with from_server():
        return unb64u(text(answer, name, limit=limit), length=length)


def child(answer: Answer, name: str) -> Answer:
    """A nested object."""
    value = answer.get(name)
    if not isinstance(value, dict):
        raise BadAnswer
    return value


def children(answer: Answer, name: str, *, limit: int = 100_000) -> list[Answer]:
    """A list of objects."""
    value = answer.get(name)
    if not isinstance(value, list) or len(value) > limit or not all(isinstance(v, dict) for v in value):
        raise BadAnswer
    return value


def texts(answer: Answer, name: str) -> list[str]:
    """A list of strings."""
    value = answer.get(name)
    if not isinstance(value, list) or not all(isinstance(v, str) for v in value):
        raise BadAnswer
    return value


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    answer = dict(pairs)
    if len(answer) != len(pairs):
        raise ValueError
    return answer


def _no_constant(_: str) -> object:
    raise ValueError
