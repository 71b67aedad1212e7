"""What operators did: signed statements in a chain of their own (spec chapter 13).

Owns the statement's grammar and the rules of the chain, as folds over received bytes. Knows neither where the
chain is kept nor what a command means.

    begun = Operation(command=BEGIN, key=key.public, seq=0, user="root", time=now, accounts=(), details=())
    place, operation = follow(None, statements.sign(begun, key))  # verified; what the next one must continue
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Annotated, Final

from crypto import statements
from crypto.encoding import AccountId, b64u, canonical, parse_canonical, unb64u
from crypto.errors import CoffreError, LimitExceeded, Malformed, Stale, Tampered
from crypto.statement_grammar import (
    Signed,
    binary,
    ident,
    integer,
    listed,
    printable,
    record,
    text,
)
from crypto.statement_kinds import Statement

BEGIN: Final = "begin"
MAX_LINE: Final = 64 * 1024
_PIN: Final = "coffre-operations-head/1"


@dataclass(frozen=True, kw_only=True)
class Detail:
    """One particular of an operation."""

    name: Annotated[str, printable(64)]
    value: Annotated[str, text(200)]


@dataclass(frozen=True, kw_only=True)
class Operation(Statement):
    """What was done, by whom, to which accounts. `key` comes with the command `begin` alone."""

    KIND = "operation"

    accounts: Annotated[tuple[AccountId, ...], listed(ident(), minimum=0, maximum=100, order=())]
    command: Annotated[str, printable(64)]
    details: Annotated[tuple[Detail, ...], listed(record(Detail), minimum=0, maximum=16, order=("name",))]
    seq: Annotated[int, integer()]
    user: Annotated[str, text(100)]
    key: Annotated[bytes | None, binary(32)] = None
    name: Annotated[str | None, text(100)] = None
    prev: Annotated[bytes | None, binary(32)] = None

    def check(self) -> None:
        """Raises Malformed: a key without `begin` or the reverse, `prev` where there is none."""
        if (self.key is None) == (self.command == BEGIN):
            raise Malformed("a key belongs to the command begin")
        if (self.prev is None) != (self.seq == 0):
            raise Malformed("prev belongs to every operation but the first")


@dataclass(frozen=True)
class Position:
    """Where a chain stands: how many operations, the last one's hash, its time, and the key of the next."""

    size: int
    head: bytes
    time: int
    key: bytes


@dataclass(frozen=True)
class Pin:
    """What a machine saw of a chain."""

    size: int
    head: bytes

    def to_text(self) -> str:
        """One line without its end."""
        return f"{_PIN} {self.size} {b64u(self.head)}"

    @classmethod
    def from_text(cls, content: str) -> "Pin":
        """The reverse of `to_text`. Raises Malformed."""
        words = content.split(" ")
        if len(words) != 3 or words[0] != _PIN or not words[1].isdecimal() or not words[1].isascii():
            raise Malformed("not a pin of operations")
        size = int(words[1]) if len(words[1]) < 16 else 0
        if size < 1 or str(size) != words[1]:
            raise Malformed("not a pin of operations")
        return cls(size, unb64u(words[2], length=32))


def follow(before: Position | None, signed: Signed) -> tuple[Position, Operation]:
    """The chain with one operation more, verified. `before`: None for an empty chain.

    Raises:
        Tampered: signature, position or order does not hold.
        Malformed, LimitExceeded: off the grammar.
    """
    if len(signed.statement) > MAX_LINE:
        raise LimitExceeded("operation too long")
    found = statements.parse(Operation, signed.statement)
    key = found.key or (None if before is None else before.key)
    if key is None:
        raise Tampered("a chain that does not begin")
    statements.check_signature(signed, Operation, key)
    expected = (0, None) if before is None else (before.size, before.head)
    if (found.seq, found.prev) != expected:
        raise Tampered("an operation at another place")
    if before is not None and found.time < before.time:
        raise Tampered("an operation before the previous one")
    return Position(found.seq + 1, statements.statement_hash(signed.statement), found.time, key), found


def verified(chain: Iterable[Signed], pin: Pin | None = None) -> Iterator[tuple[Position, Operation]]:
    """A whole chain's operations from the first, each verified before it is given, held against a pin.

    Raises:
        As `follow`; Stale: shorter than the pin, or another past.
    """
    place: Position | None = None
    for signed in chain:
        place, found = follow(place, signed)
        if pin is not None and place.size == pin.size and place.head != pin.head:
            raise Stale("another past of the chain than the one pinned")
        yield place, found
    if pin is not None and (place is None or place.size < pin.size):
        raise Stale("a shorter chain than the one pinned")


def to_line(signed: Signed) -> bytes:
    """An operation as a line of a file, with its end."""
    return canonical(dict(signed.to_wire())) + b"\n"


def from_lines(content: bytes) -> Iterator[Signed]:
    """The operations of a file, unverified. Raises Malformed, LimitExceeded."""
    lines = content.split(b"\n")
    if lines.pop() != b"":
        raise Malformed("a file that ends within a line")
    for line in lines:
        yield Signed.from_wire(parse_canonical(line, limit=MAX_LINE))


def is_signed_by(signed: Signed, public: bytes) -> bool:
    """Whether an operation is of this key."""
    try:
        statements.check_signature(signed, Operation, public)
    except CoffreError:
        return False
    return True
