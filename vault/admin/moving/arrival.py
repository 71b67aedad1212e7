"""The other side of a move: `coffre admin take-over REPORT`, and `verify-erasure` of the first host.

Reckons everything anew, with this side's program from its rows and objects, before the host may serve.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.orm import Session

from crypto.encoding import unb64u
from crypto.errors import CoffreError, LimitExceeded, Malformed
from storage.base import ObjectStore
from storage.errors import ObjectMissing
from vault import maintenance, moves
from vault.admin import inventory
from vault.admin.check import THREADS, Checked, Progress, check
from vault.admin.errors import BadTransfer, NotAsReported, WrongState
from vault.admin.inventory import Expected
from vault.admin.moving import chains, report
from vault.admin.moving.report import Content
from vault.admin.moving.statement import Erasure
from vault.database import Database
from vault.models.moves import ARRIVED, ARRIVING


@dataclass(frozen=True)
class TakenOver:
    """What stands here now. `checked`: what reading every object back found, None when only sizes were."""

    content: Content
    checked: Checked | None


def take_over(
    database: Database,
    store: ObjectStore,
    file: Path,
    clock: Callable[[], int],
    *,
    sizes_only: bool = False,
    threads: int = THREADS,
    progress: Progress = lambda _: None,
    done: Callable[[Session], None] = lambda _: None,
) -> TakenOver:
    """Sees that all of the report is here, whole, and lets this host serve; `done` writes that down, in the
    same transaction.

    With `sizes_only` objects are not read: that each is there in its length, and `coffre admin check` later.
    Objects that the report calls faulty were so at the first host. Raises BadTransfer, WrongState,
    NotAsReported (then the host stays closed), StoreError.
    """
    said, digest = report.read(file), report.digest(file)
    if not said.finished:
        raise BadTransfer("the report of a transfer that was not finished")
    with database.reading() as session:
        found = moves.state_of(session)
        if found is None or (found.state, found.host) != (ARRIVING, said.host):
            raise WrongState("nothing arrived here from that host, or it was taken over already")
        if found.report != digest:
            raise NotAsReported("the first host finished with another report")
        content = report.content_of(session)
        if content != said.content:
            raise NotAsReported("what stands here is not what the report says")
        if chains.verify(session) != said.content.entries:
            raise NotAsReported("another number of entries than the report says")
    checked = None if sizes_only else check(database, store, threads=threads, progress=progress)
    faults = _lacking(database, store, threads) if checked is None else _faults(checked)
    if faults - set(said.faulty):
        raise NotAsReported(f"{len(faults)} objects are missing or damaged: run `coffre admin check`")
    with database.writing() as session:
        moves.note(session, moves.Moved(ARRIVED, said.host, digest), clock())
        maintenance.end(session)
        done(session)
    return TakenOver(content, checked)


def _faults(checked: Checked) -> set[str]:
    return {fault.object for fault in (*checked.missing, *checked.damaged, *checked.unreadable)}


def _lacking(database: Database, store: ObjectStore, threads: int) -> set[str]:
    """Objects that are not there, or of another length than was signed."""

    def fits(expected: Expected) -> bool:
        try:
            return store.size(expected.name) == expected.length
        except ObjectMissing:
            return False

    lacking = set[str]()
    with ThreadPoolExecutor(threads) as pool:
        for page in inventory.pages(database):
            fit = pool.map(fits, page)
            lacking |= {one.name for one, fine in zip(page, fit, strict=True) if not fine}
    return lacking


def verify_erasure(file: Path, statement: Path) -> Erasure:
    """The first host's statement, if it is of this report and signed with the key that the report names.

    Raises BadTransfer, NotAsReported, OSError.
    """
    said = report.read(file)
    try:
        found = Erasure.open(statement.read_bytes(), unb64u(said.erasure_key, length=32))
    except (Malformed, LimitExceeded):
        raise BadTransfer("no statement of an erasure") from None
    except CoffreError as error:
        raise NotAsReported(str(error)) from None
    if (found.report, found.host, found.content) != (report.digest(file), said.host, said.content):
        raise NotAsReported("a statement about something else than this report")
    if not said.finished or found.handed_over != said.time or found.erased < said.time:
        raise NotAsReported("a statement of another time than the switch")
    return found
