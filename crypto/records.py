"""What the sealed records (keyring, bundle) share: versions, maps by identifier, pins (spec chapters 2 and
7).

Adds to `statement_grammar` what statements do not have. Knows no key.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Final, TypeVar

from crypto.encoding import Json, canonical, parse_canonical
from crypto.errors import LimitExceeded, Malformed, UnsupportedVersion
from crypto.statement_grammar import Field, binary, integer, read_record, write_record

VERSION: Final = 1

R = TypeVar("R")


@dataclass(frozen=True)
class Pin:
    """A position of a chain that was seen: the hash of its newest entry (32 bytes) and the number of them."""

    head: Annotated[bytes, binary(32)]
    size: Annotated[int, integer()]


def mapped(key: Field, item: Field, *, minimum: int = 0, maximum: int) -> Field:
    """An object whose keys and values follow these grammars, read as a dict."""

    def read(value: Json) -> dict[object, object]:
        if not isinstance(value, Mapping):
            raise Malformed("not an object")
        if len(value) > maximum:
            raise LimitExceeded("too many members")
        if len(value) < minimum:
            raise Malformed("too few members")
        return {key.read(name): item.read(member) for name, member in value.items()}

    def write(members: Mapping[str, object]) -> Json:
        return {name: item.write(member) for name, member in members.items()}

    return Field(read, write)


def read_versioned(cls: type[R], data: bytes, *, limit: int, version: int = VERSION) -> R:
    """The record in canonical JSON that names its version, which must be `version`.

    Raises Malformed, LimitExceeded, UnsupportedVersion.
    """
    value = parse_canonical(data, limit=limit)
    if not isinstance(value, dict) or not isinstance(value.get("version"), int):
        raise Malformed("a record without a version")
    if value["version"] != version:
        raise UnsupportedVersion("record of another version")
    return read_record(cls, {name: member for name, member in value.items() if name != "version"})


def write_versioned(record: object, *, limit: int, version: int = VERSION) -> bytes:
    """The reverse of `read_versioned`. Raises LimitExceeded."""
    return canonical({**write_record(record), "version": version}, limit=limit)
