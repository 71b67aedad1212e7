"""How the fields of a statement stand in JSON (spec chapter 5).

A record is a frozen dataclass whose fields are annotated with a `Field`, which is its grammar. `read_record`
accepts exactly the fields of the record, `write_record` is its reverse. Knows no kind and no key.

    >>> @dataclass(frozen=True)
    ... class Point:
    ...     x: Annotated[int, integer()]
    >>> read_record(Point, {"x": 3})
    Point(x=3)

A Python keyword as a field's name is written with `_` at its end in the dataclass (`from_` is `from` on the
wire); a field with the default None is optional and absent when None.
"""

import functools
import itertools
import re
from collections.abc import Callable, Hashable
from dataclasses import MISSING, dataclass, fields
from typing import Any, Final, Protocol, Self, TypeVar, cast, get_type_hints

from crypto.encoding import (
    MAX_INTEGER,
    Json,
    b64u,
    check_id,
    check_key_id,
    check_rpps,
    check_text,
    normalise_address,
    unb64u,
)
from crypto.errors import LimitExceeded, Malformed

TIME_FROM: Final = 1577836800  # 2020-01-01
TIME_UNTIL: Final = 7258118400  # 2200-01-01

_PRINTABLE: Final = re.compile(r"[\x21-\x7e]+", re.ASCII)


R = TypeVar("R")


class Checked(Protocol):
    """A record with rules that join several of its fields."""

    def check(self) -> None:
        """Raise the error of the rule that does not hold."""


@dataclass(frozen=True)
class Signed:
    """A statement's bytes (canonical JSON) with its Ed25519 signature (64 bytes), as received."""

    statement: bytes
    signature: bytes

    def to_wire(self) -> dict[str, str]:
        """`{"signature", "statement"}`, both base64url."""
        return {"signature": b64u(self.signature), "statement": b64u(self.statement)}

    @classmethod
    def from_wire(cls, value: Json) -> Self:
        """The reverse of `to_wire`; nothing is verified. Raises Malformed."""
        if not isinstance(value, dict) or value.keys() != {"signature", "statement"}:
            raise Malformed("not a signed statement")
        statement, signature = value["statement"], value["signature"]
        if not isinstance(statement, str) or not isinstance(signature, str):
            raise Malformed("not a signed statement")
        return cls(unb64u(statement), unb64u(signature, length=64))


@dataclass(frozen=True)
class Field:
    """Grammar of one field: `read` raises Malformed or LimitExceeded, `write` trusts its value."""

    read: Callable[[Json], object]
    write: Callable[[Any], Json]


def _as_is(value: Json) -> Json:
    return value


def _string(value: Json) -> str:
    if not isinstance(value, str):
        raise Malformed("not a string")
    return value


def ident() -> Field:
    """An identifier: 32 lower-case hex characters."""
    return Field(lambda value: check_id(_string(value)), _as_is)


def key_ident() -> Field:
    """A key id: base64url of 32 bytes."""
    return Field(lambda value: check_key_id(_string(value)), _as_is)


def binary(length: int | None = None, *, minimum: int = 1, maximum: int = MAX_INTEGER) -> Field:
    """Bytes in base64url: exactly `length`, or `minimum` to `maximum` of them."""

    def read(value: Json) -> bytes:
        data = unb64u(_string(value), length=length)
        if len(data) > maximum:
            raise LimitExceeded("binary value too long")
        if len(data) < minimum:
            raise Malformed("binary value too short")
        return data

    return Field(read, b64u)


def integer(minimum: int = 0, maximum: int = MAX_INTEGER) -> Field:
    """An integer from `minimum` to `maximum`, both included; else Malformed."""

    def read(value: Json) -> int:
        if not isinstance(value, int) or not minimum <= value <= maximum:
            raise Malformed("not an integer in range")
        return value

    return Field(read, _as_is)


def moment() -> Field:
    """A time in seconds since 1970, from 2020 to before 2200."""
    return integer(TIME_FROM, TIME_UNTIL - 1)


def text(maximum: int) -> Field:
    """A text for people, 1 to `maximum` code points (chapter 4's rules)."""
    return Field(lambda value: check_text(_string(value), maximum=maximum), _as_is)


def printable(maximum: int) -> Field:
    """Printable ASCII without space, 1 to `maximum` characters."""

    def read(value: Json) -> str:
        content = _string(value)
        if len(content) > maximum:
            raise LimitExceeded("text too long")
        if _PRINTABLE.fullmatch(content) is None:
            raise Malformed("not printable ASCII")
        return content

    return Field(read, _as_is)


def email() -> Field:
    """An e-mail address in its normal form."""

    def read(value: Json) -> str:
        content = _string(value)
        if normalise_address(content) != content:
            raise Malformed("address not in its normal form")
        return content

    return Field(read, _as_is)


def rpps_number() -> Field:
    """A professional's number: 11 digits with Luhn's."""
    return Field(lambda value: check_rpps(_string(value)), _as_is)


def choice(*options: str) -> Field:
    """One of `options`."""

    def read(value: Json) -> str:
        if value not in options:
            raise Malformed("not one of the known words")
        return _string(value)

    return Field(read, _as_is)


def signed() -> Field:
    """A signed statement inside another; verified by whoever knows its kind."""
    return Field(Signed.from_wire, Signed.to_wire)


def record(cls: type[Any]) -> Field:
    """An object with the fields of the record `cls`."""
    return Field(lambda value: read_record(cls, value), write_record)


def listed(item: Field, *, minimum: int = 1, maximum: int, order: tuple[str, ...] | None = None) -> Field:
    """A list of `minimum` to `maximum` items, read as a tuple.

    With `order` the items stand in strictly ascending order of these attributes; with `()` of themselves.
    """

    def position(member: object) -> object:
        return tuple(getattr(member, name) for name in order) if order else member

    def read(value: Json) -> tuple[object, ...]:
        if not isinstance(value, list):
            raise Malformed("not a list")
        if len(value) > maximum:
            raise LimitExceeded("list too long")
        if len(value) < minimum:
            raise Malformed("list too short")
        members = tuple(item.read(member) for member in value)
        if order is not None:
            keys: list[Any] = [position(member) for member in members]
            if any(before >= after for before, after in itertools.pairwise(keys)):
                raise Malformed("list out of order")
        return members

    return Field(read, lambda members: [item.write(member) for member in members])


@dataclass(frozen=True)
class _Place:
    """Where a field stands: its attribute, its key on the wire, its grammar."""

    attribute: str
    wire: str
    field: Field
    optional: bool


@dataclass(frozen=True)
class _Grammar:
    """What a record's class says: its fields, their keys on the wire, whether it has rules of its own."""

    places: tuple[_Place, ...]
    required: frozenset[str]
    known: frozenset[str]
    checked: bool


def _grammar(cls: type[Any]) -> _Grammar:
    return _read_grammar(cast(Hashable, cls))


@functools.cache
def _read_grammar(cls: Hashable) -> _Grammar:
    record_class = cast(type[Any], cls)
    hints = get_type_hints(record_class, include_extras=True)
    places = tuple(
        _Place(
            attribute=item.name,
            wire=item.name.rstrip("_"),
            field=next(extra for extra in hints[item.name].__metadata__ if isinstance(extra, Field)),
            optional=item.default is not MISSING,
        )
        for item in fields(record_class)
    )
    return _Grammar(
        # In the order of canonical JSON, which decides between two faults (chapter 0).
        tuple(sorted(places, key=lambda place: place.wire)),
        frozenset(place.wire for place in places if not place.optional),
        frozenset(place.wire for place in places),
        hasattr(record_class, "check"),
    )


def read_record(cls: type[R], value: Json) -> R:
    """The record in `value`: every required field, no unknown one, each by its grammar in the order of their
    names, then the record's own `check`.

    Raises:
        Malformed, LimitExceeded, or what the record's `check` raises.
    """
    if not isinstance(value, dict):
        raise Malformed("not an object")
    grammar = _grammar(cls)
    if not grammar.required <= value.keys() <= grammar.known:
        raise Malformed("missing or unknown field")
    found = cls(
        **{
            place.attribute: place.field.read(value[place.wire])
            for place in grammar.places
            if place.wire in value
        }
    )
    if grammar.checked:
        cast(Checked, found).check()
    return found


def write_record(value: object) -> dict[str, Json]:
    """The object of a record; fields that are None are absent."""
    found = ((place, getattr(value, place.attribute)) for place in _grammar(type(value)).places)
    return {place.wire: place.field.write(member) for place, member in found if member is not None}
