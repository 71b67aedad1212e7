"""Every object from a store to another: verified on the way, read back there, leftovers taken away.

What to copy is what the target's rows name. Owns no digest: `inventory` knows what each object must be.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass

from storage.base import ObjectName, ObjectStore
from storage.errors import ObjectMissing, StoreUnavailable
from vault.admin import inventory
from vault.admin.check import difference
from vault.admin.inventory import Expected
from vault.admin.moving.verified import Verified
from vault.admin.transfer import Differs, copy
from vault.database import Database

THREADS = 4
_NAMES = 500

Progress = Callable[[int], None]


@dataclass(frozen=True)
class Copied:
    """What one run did. `faulty`: missing or damaged at the source already; `extra`: taken away again."""

    objects: int
    bytes: int
    faulty: tuple[str, ...]
    extra: int


def copy_all(
    database: Database,
    source: ObjectStore,
    target: ObjectStore,
    verified: Verified,
    *,
    threads: int = THREADS,
    progress: Progress = lambda _: None,
) -> Copied:
    """Brings every object that the (target's) database names, unless it was verified there before.

    Raises StoreUnavailable, StoreRefused.
    """
    number = size = 0
    faulty: list[str] = []
    with ThreadPoolExecutor(threads) as pool:
        for page in inventory.pages(database):
            due = [expected for expected in page if expected.name not in verified]
            held = list(pool.map(lambda one: _bring(source, target, one, progress), due))
            whole = [expected for expected, fine in zip(due, held, strict=True) if fine]
            faulty += [expected.name for expected, fine in zip(due, held, strict=True) if not fine]
            verified.add(expected.name for expected in whole)
            number, size = number + len(whole), size + sum(expected.length for expected in whole)
    return Copied(number, size, tuple(faulty), _remove_extra(database, target))


def _bring(source: ObjectStore, target: ObjectStore, expected: Expected, progress: Progress) -> bool:
    """Whether the object stands in the target as it was signed; if not, it was not so in the source either.

    Anything else that the target holds is taken away and brought anew, once: it is no fault of the source's.
    """
    for _ in range(2):
        try:
            copy(source, target, expected, progress)
        except (Differs, ObjectMissing):
            return False
        with suppress(ObjectMissing):
            if not difference(target, expected):
                return True
            target.delete(expected.name)
    raise StoreUnavailable("the other store does not give back what was put there")


def _remove_extra(database: Database, target: ObjectStore) -> int:
    """Deletes what was removed at the source after it had been copied."""
    removed, after = 0, None
    while names := target.list(after, _NAMES):
        with database.reading() as session:
            known = inventory.named(session, list(names))
        for name in names:
            if name not in known:
                target.delete(ObjectName(name))
                removed += 1
        after = names[-1]
    return removed
