"""What a hostile server can put in the place of one value: the matrix's columns.

    changed = mutate(document, "/entries/*/header", "bit_flip", values)

Values of others come from what was recorded: `Values` holds, for each route and path, what was authentic at
some time for the attacked patient, for another one, and for the attacker. Pure. A path names members and `*`
any member of a list; the empty path is the whole body.
"""

import copy
import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from crypto.encoding import b64u, new_id, unb64u
from crypto.errors import CoffreError
from crypto.signing import SigningKey

MUTATIONS: Final = (
    "absent",
    "null",
    "empty",
    "bit_flip",
    "truncated",
    "extended",
    "other_type",
    "older",
    "other_document",
    "other_patient",
    "other_kind",
    "attacker",
)

# Puts a member where there is none; only for rows that ask for it.
INJECTED: Final = "injected"
ABSENT: Final = object()


class Inapplicable(Exception):
    """The mutation would change nothing here."""


@dataclass(frozen=True)
class Values:
    """Authentic values of one route and path in the order in which they were seen, by whose they are."""

    own: Sequence[Any] = ()
    other: Sequence[Any] = ()
    attacker: Sequence[Any] = ()
    kinds: Sequence[Any] = ()
    named: Sequence[Any] = ()


def mutate(document: Any, path: str, mutation: str, values: Values) -> Any:
    """The document with one value replaced. Raises Inapplicable."""
    if not path:
        return replacement(document, mutation, values)
    if mutation == INJECTED:
        return _inject(document, path, values)
    places = list(_places(document, path.split("/")[1:]))
    start = hashlib.sha256(mutation.encode() + path.encode()).digest()[0]
    for turn in range(len(places)):
        steps = places[(start + turn) % len(places)]
        try:
            new = replacement(_at(document, steps), mutation, values)
        except Inapplicable:
            continue
        changed = copy.deepcopy(document)
        _put(changed, steps, new)
        return changed
    raise Inapplicable


def _inject(document: Any, path: str, values: Values) -> Any:
    """The document with a member more, where it stands nowhere: a value of that name that is authentic
    elsewhere.
    """
    parent, _, name = path.rpartition("/")
    for steps in _places(document, parent.split("/")[1:]):
        if name not in _at(document, steps):
            changed = copy.deepcopy(document)
            _put(changed, (*steps, name), values.named[0] if values.named else b64u(bytes(48)))
            return changed
    raise Inapplicable


def values_at(document: Any, path: str) -> list[Any]:
    """Every value that stands at a path."""
    return [_at(document, steps) for steps in _places(document, path.split("/")[1:])] if path else [document]


def paths_in(document: Any, prefix: str = "") -> Iterator[str]:
    """Every path of a document, with `*` for members of lists; repeated as often as it occurs."""
    if isinstance(document, Mapping):
        for name, member in document.items():
            yield f"{prefix}/{name}"
            yield from paths_in(member, f"{prefix}/{name}")
    elif isinstance(document, list):
        for member in document:
            yield f"{prefix}/*"
            yield from paths_in(member, f"{prefix}/*")


def replacement(value: Any, mutation: str, values: Values) -> Any:
    """What stands there instead. Raises Inapplicable."""
    new = _REPLACEMENTS[mutation](value, values)
    if new is not ABSENT and json.dumps(new) == json.dumps(value):
        raise Inapplicable
    return new


def _empty(value: Any, _: Values) -> Any:
    if isinstance(value, str):
        return ""
    return type(value)() if isinstance(value, list | dict) else 0


def _flip(value: Any, _: Values) -> Any:
    if isinstance(value, str):
        if (data := _binary(value)) is not None:
            middle = len(data) // 2
            return b64u(data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :])
        if not value:
            raise Inapplicable
        middle = len(value) // 2
        return value[:middle] + chr(ord(value[middle]) ^ 1) + value[middle + 1 :]
    if isinstance(value, bool) or value is None:
        return not value
    if isinstance(value, int):
        return value ^ 1
    return _flip_inside(value)


def _flip_inside(value: Any) -> Any:
    """A bit of the first text or number somewhere in a list or an object."""
    for path in paths_in(value):
        for steps in _places(value, path.split("/")[1:]):
            inner = _at(value, steps)
            if isinstance(inner, str | int) and inner != "":
                changed = copy.deepcopy(value)
                _put(changed, steps, _flip(inner, Values()))
                return changed
    raise Inapplicable


def _truncate(value: Any, _: Values) -> Any:
    if isinstance(value, str) and value:
        data = _binary(value)
        return value[:-1] if data is None else b64u(data[:-1])
    if isinstance(value, list) and value:
        return value[:-1]
    if isinstance(value, int) and value > 0:
        return value - 1
    if isinstance(value, dict) and value:
        return dict(list(value.items())[:-1])
    raise Inapplicable


def _extend(value: Any, _: Values) -> Any:
    if isinstance(value, str):
        data = _binary(value)
        return value + "A" if data is None else b64u(data + b"\x00")
    if isinstance(value, list) and value:
        return [*value, value[-1]]
    if isinstance(value, int):
        return value + 1
    if isinstance(value, dict):
        return {**value, "injected": "value"}
    raise Inapplicable


def _other_type(value: Any, _: Values) -> Any:
    if isinstance(value, str | list):
        return {"0": value}
    return [value] if isinstance(value, dict) else str(value)


def _recorded(pool: Callable[[Values], Sequence[Any]], *, last: bool) -> Callable[[Any, Values], Any]:
    def find(value: Any, values: Values) -> Any:
        known = pool(values)
        for candidate in reversed(known) if last else known:
            if candidate != value and type(candidate) is type(value):
                return candidate
        raise Inapplicable

    return find


def _other_kind(value: Any, values: Values) -> Any:
    """An authentic value that belongs elsewhere; of the same length where there is one: the hardest to
    tell.
    """
    found = [other for other in values.kinds if type(other) is type(value) and other != value]
    if not found:
        raise Inapplicable
    return min(found, key=lambda other: abs(len(str(other)) - len(str(value))))


def _attacker(value: Any, values: Values) -> Any:
    """A fresh valid value of the attacker's: one from their own vault, else one that they make."""
    for candidate in reversed(values.attacker):
        if candidate not in (value, None) and type(candidate) is type(value) and candidate not in values.own:
            return candidate
    return _made(value)


def _made(value: Any) -> Any:
    if isinstance(value, str):
        data = _binary(value)
        if len(value) == 32 and set(value) <= set("0123456789abcdef"):
            return new_id()
        if data is not None and len(data) == 32:
            return b64u(SigningKey.generate().public)
        if data is not None and len(data) >= 16:
            return b64u(hashlib.shake_256(b"attacker").digest(len(data)))
        return f"https://evil.example/{value}"[: max(len(value), 20)]
    if isinstance(value, int):
        return value * 2 + 3
    raise Inapplicable


_REPLACEMENTS: Final[dict[str, Callable[[Any, Values], Any]]] = {
    "absent": lambda value, values: ABSENT,
    "null": lambda value, values: None,
    "empty": _empty,
    "bit_flip": _flip,
    "truncated": _truncate,
    "extended": _extend,
    "other_type": _other_type,
    "older": _recorded(lambda values: values.own, last=False),
    "other_document": _recorded(lambda values: values.own, last=True),
    "other_patient": _recorded(lambda values: values.other, last=True),
    "other_kind": _other_kind,
    "attacker": _attacker,
}


def _binary(value: str) -> bytes | None:
    """The bytes of what looks like base64url of at least 12 bytes."""
    try:
        data = unb64u(value)
    except CoffreError:
        return None
    return data if len(data) >= 12 and not set(value) <= set("0123456789abcdef") else None


Steps = tuple[str | int, ...]


def _places(document: Any, steps: list[str], before: Steps = ()) -> Iterator[Steps]:
    if not steps:
        yield before
        return
    step, rest = steps[0], steps[1:]
    if step == "*" and isinstance(document, list):
        for index, member in enumerate(document):
            yield from _places(member, rest, (*before, index))
    elif isinstance(document, dict) and step in document:
        yield from _places(document[step], rest, (*before, step))


def _at(document: Any, steps: Steps) -> Any:
    for step in steps:
        document = document[step]
    return document


def _put(document: Any, steps: Steps, new: Any) -> None:
    parent = _at(document, steps[:-1])
    if new is ABSENT:
        del parent[steps[-1]]
    else:
        parent[steps[-1]] = new
