"""Every object against the digests that its author signed: `coffre admin check`. Needs no key.

Reads the whole of each object, several at once, while the server goes on. What is swept or committed
meanwhile is no fault: a suspicion is looked up again in the database before it is told.

    checked = check(database, store, span=share_of_names("1/7"))   # a seventh, another one each day
    checked.whole                                                  # nothing missing, nothing damaged
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from storage.base import ObjectName, ObjectStore
from storage.errors import ObjectMissing, RangeNotSatisfiable, StoreUnavailable
from vault import retention
from vault.admin import inventory
from vault.admin.inventory import ALL, Expected, Span
from vault.admin.part_digests import PartDigests
from vault.database import Database

THREADS = 4
# So many in a row mean that the store is away, not that objects are bad.
UNREADABLE_LIMIT = 20

Progress = Callable[[int], None]


@dataclass(frozen=True)
class Fault:
    """One object that is not as it must be. `reason` is for people; identifiers are random."""

    object: str
    kind: str
    vault: str
    subject: str
    number: int
    reason: str


@dataclass(frozen=True)
class Checked:
    """What a check found. `unreadable`: the store failed on these while others were read."""

    objects: int
    bytes: int
    missing: tuple[Fault, ...]
    damaged: tuple[Fault, ...]
    unreadable: tuple[Fault, ...]
    extra: tuple[str, ...]

    @property
    def whole(self) -> bool:
        """Whether everything that is named is there, as it was sealed."""
        return not (self.missing or self.damaged or self.unreadable)


@dataclass(frozen=True)
class _Seen:
    expected: Expected
    bytes: int
    state: str
    reason: str = ""


def check(
    database: Database,
    store: ObjectStore,
    *,
    span: Span = ALL,
    after: str = "",
    threads: int = THREADS,
    progress: Progress = lambda _: None,
    reached: Callable[[str], None] = lambda _: None,
) -> Checked:
    """Checks every object whose name lies in the span. `progress` is told of bytes, from several threads.

    `reached` is told the last name of each page, once all up to it are checked and nothing was found; a check
    that was interrupted goes on `after` it. So what is found is found again.
    Raises StoreUnavailable or StoreRefused when the store as a whole is away.
    """
    store.list(None, 1)
    objects = size = in_a_row = 0
    faults: dict[str, list[Fault]] = {"missing": [], "damaged": [], "unreadable": []}
    with ThreadPoolExecutor(threads) as pool:
        for expected in inventory.pages(database, span, after):
            for seen in pool.map(lambda one: _look_at(store, one, progress), expected):
                objects, size = objects + 1, size + seen.bytes
                in_a_row = in_a_row + 1 if seen.state == "unreadable" else 0
                if in_a_row == UNREADABLE_LIMIT:
                    raise StoreUnavailable(seen.reason)
                if seen.state in faults and _still_named(database, seen.expected.name):
                    faults[seen.state].append(_fault(seen))
            if not any(faults.values()):
                reached(expected[-1].name)
    return Checked(
        objects=objects,
        bytes=size,
        missing=tuple(faults["missing"]),
        damaged=tuple(faults["damaged"]),
        unreadable=tuple(faults["unreadable"]),
        extra=tuple(_extra(database, store, span)),
    )


def difference(store: ObjectStore, expected: Expected, progress: Progress = lambda _: None) -> str:
    """How the object differs from what was signed; empty when it does not. Constant memory.

    Raises ObjectMissing, StoreUnavailable, StoreRefused.
    """
    if not expected.digests:
        return "its statement cannot be read or is of another object"
    size = store.size(expected.name)
    if size != expected.length:
        return f"{size} bytes instead of {expected.length}"
    digests, found = PartDigests(expected.part_size), list[bytes]()
    with store.open_range(expected.name, 0, expected.length) as stream:
        for chunk in stream:
            found += digests.update(chunk)
            progress(len(chunk))
    found += digests.finish()
    pairs = enumerate(zip(found, expected.digests, strict=True), start=1)
    wrong = [str(number) for number, (is_, must) in pairs if is_ != must]
    return f"part {', '.join(wrong)} of {len(expected.digests)}" if wrong else ""


def _look_at(store: ObjectStore, expected: Expected, progress: Progress) -> _Seen:
    try:
        reason = difference(store, expected, progress)
    except ObjectMissing:
        return _Seen(expected, 0, "missing", "not in the store")
    except RangeNotSatisfiable:
        return _Seen(expected, 0, "damaged", "became shorter while it was read")
    except StoreUnavailable as error:
        return _Seen(expected, 0, "unreadable", str(error))
    return _Seen(expected, expected.length, "damaged" if reason else "whole", reason)


def _extra(database: Database, store: ObjectStore, span: Span) -> Iterator[str]:
    """Names in the store that the database does not know.

    The store is asked first: whatever is a whole object then was named before, and what was deleted since
    is gone.
    """
    before = int(span.first, 16) - 1
    after = ObjectName(f"{before:032x}") if before >= 0 else None
    while names := store.list(after, 500):
        after = names[-1]
        with database.reading() as session:
            unknown = {name for name in names if span.holds(name)} - inventory.named(session, list(names))
        for name in sorted(unknown):
            try:
                store.size(ObjectName(name))
            except ObjectMissing:
                continue
            yield name
        if after >= span.last:
            return


def _still_named(database: Database, name: str) -> bool:
    with database.reading() as session:
        return retention.is_named(session, name)


def _fault(seen: _Seen) -> Fault:
    expected = seen.expected
    return Fault(
        object=expected.name,
        kind=expected.kind,
        vault=expected.vault,
        subject=expected.subject,
        number=expected.number,
        reason=seen.reason,
    )
