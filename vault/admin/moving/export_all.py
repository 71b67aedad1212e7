"""Everything from this host to another one: `coffre admin export-all` (ADR 0032).

    copy(source, target, folder, clock)      # again and again, while the source serves
    finish(source, target, folder, clock)    # nothing may be written meanwhile: the rest, and the switch
    call_off(source)                         # the other host never served: this one goes on

A run writes nothing that is there already, so that one which was cut off goes on. The target does not serve
before its own operator took over (`vault.admin.moving.arrival`).
"""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from crypto.encoding import b64u
from crypto.signing import SigningKey, server_key_id
from storage.base import ObjectStore
from vault import database_schema, maintenance, moves, server_key
from vault.admin.errors import NotEmpty, Outdated, StillChanging, WrongState
from vault.admin.moving import objects, report, rows
from vault.admin.moving.objects import Copied, Progress
from vault.admin.moving.report import Content, Report
from vault.admin.moving.rows import Changed
from vault.admin.moving.verified import Verified
from vault.database import Database
from vault.models.accounts import Account
from vault.models.moves import ARRIVING, LEFT

REPORT: Final = "report.json"
ERASURE_KEY: Final = "erasure.key"
_VERIFIED: Final = "verified.sqlite3"


@dataclass(frozen=True)
class Place:
    """A host's database and store."""

    database: Database
    store: ObjectStore


@dataclass(frozen=True)
class Exported:
    """What a run did: rows that were not equal before, objects that it brought and read back."""

    rows_added: int
    rows_altered: int
    rows_removed: int
    objects: int
    bytes: int
    faulty: tuple[str, ...]
    finished: bool
    report: str


def copy(
    source: Place,
    target: Place,
    folder: Path,
    clock: Callable[[], int],
    *,
    threads: int = objects.THREADS,
    progress: Progress = lambda _: None,
) -> Exported:
    """Brings the target to where the source stands; the source serves on.

    `folder` keeps how far it came, and the report. Raises NotEmpty (another host's target), Outdated,
    WrongState, NotAsReported (a chain that does not hold), StoreError.
    """
    host = _begin(source, target, folder, clock)
    changed, copied = _bring(source, target, folder, threads, progress)
    with target.database.reading() as session:
        content = report.content_of(session)
    written = _report(content, host, copied.faulty, folder, clock(), finished=False)
    return _exported(changed, copied, written, folder)


def finish(
    source: Place,
    target: Place,
    folder: Path,
    clock: Callable[[], int],
    *,
    threads: int = objects.THREADS,
    progress: Progress = lambda _: None,
) -> Exported:
    """The last run: brings what is new, sees that both hosts are equal, and marks this one as left.

    The host must stand still (`coffre admin maintenance on --still`). Raises as `copy`, and StillChanging
    when something was written all the same: then nothing was switched.
    """
    host = _begin(source, target, folder, clock)
    _refuse_writers(source.database)
    changed, copied = _bring(source, target, folder, threads, progress)
    with source.database.writing() as session:
        _hold_writers(session)
        if not rows.mirror(session, target.database, rows.settled()).nothing:
            raise StillChanging(
                "something was written meanwhile: stop every node and worker, and run this again"
            )
        content = report.content_of(session)
        with target.database.reading() as there:
            if report.content_of(there) != content:
                raise StillChanging("the two hosts do not hold the same: run this again")
        written = _report(content, host, copied.faulty, folder, clock(), finished=True)
        digest = report.digest(folder / REPORT)
        # The target first: cut off between the two, this host is still the one that serves.
        with target.database.writing() as there:
            moves.note(there, moves.Moved(ARRIVING, host, digest), clock())
        moves.note(session, moves.Moved(LEFT, host, digest), clock())
    return _exported(changed, copied, written, folder)


def call_off(source: Database) -> None:
    """Takes a finished switch back. Only while the other host has never served. Raises WrongState."""
    with source.writing() as session:
        found = moves.state_of(session)
        if found is None or found.state != LEFT:
            raise WrongState("this host did not hand anything over, or has erased it already")
        moves.forget(session)


def refuse_left(session: Session) -> None:
    """Returns on a host that may serve. Raises WrongState."""
    if reason := moves.why_not_serving(session):
        raise WrongState(reason)


def erasure_key(folder: Path) -> SigningKey:
    """The key that will sign the erasure: drawn once, readable by its owner only. Raises OSError."""
    path = folder / ERASURE_KEY
    if path.exists():
        return SigningKey.from_seed(bytes.fromhex(path.read_text(encoding="ascii")))
    key, fresh = SigningKey.generate(), path.with_name(f"{ERASURE_KEY}.part")
    fresh.unlink(missing_ok=True)
    descriptor = os.open(fresh, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(key.seed.hex())
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
    return key


def _begin(source: Place, target: Place, folder: Path, clock: Callable[[], int]) -> str:
    """The moving host's key identifier, once the target is known to be its own or nobody's."""
    if database_schema.revision(source.database) != database_schema.newest_revision():
        raise Outdated("the database has another schema than this program: run `coffre admin migrate`")
    with source.database.writing() as session:
        refuse_left(session)
        host = server_key_id(server_key.ensure(session, clock).public)
    # Nothing is changed yet: it may be somebody's host that was named by mistake.
    if database_schema.revision(target.database) not in (None, database_schema.newest_revision()):
        raise Outdated("the other host's database has another schema than this program")
    database_schema.upgrade(target.database)
    with target.database.writing() as session:
        found = moves.state_of(session)
        if found is not None and (found.state, found.host) != (ARRIVING, host):
            raise NotEmpty("the other host holds, or held, what came from somewhere else")
        if found is None:
            if session.execute(select(Account.id).limit(1)).first() or target.store.list(None, 1):
                raise NotEmpty("the other host holds accounts or objects already")
            # What an earlier target held says nothing of this one.
            (folder / _VERIFIED).unlink(missing_ok=True)
            moves.note(session, moves.Moved(ARRIVING, host, None), clock())
            # A node that runs there already lets nothing in.
            maintenance.begin(session, maintenance.STILL, until=None, now=clock())
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return host


def _refuse_writers(database: Database) -> None:
    """Raises StillChanging unless nodes let no vault change."""
    with database.reading() as session:
        state = maintenance.current(session)
    if state is None or not state.is_still:
        raise StillChanging("people write and open documents: `coffre admin maintenance on --still` first")


def _hold_writers(session: Session) -> None:
    """Nothing is written beside this transaction: SQLite has one writer, on PostgreSQL tables are locked."""
    if session.get_bind().dialect.name == "postgresql":
        names = ", ".join(f'"{table.name}"' for table in rows.settled())
        session.execute(text(f"LOCK TABLE {names} IN SHARE ROW EXCLUSIVE MODE"))


def _bring(
    source: Place, target: Place, folder: Path, threads: int, progress: Progress
) -> tuple[Changed, Copied]:
    """What the target lacks: rows, then the objects that they name."""
    with rows.steady(source.database) as session:
        changed = rows.mirror(session, target.database, rows.moving())
    with Verified(folder / _VERIFIED) as verified:
        return changed, objects.copy_all(
            target.database, source.store, target.store, verified, threads=threads, progress=progress
        )


def _report(
    content: Content, host: str, faulty: tuple[str, ...], folder: Path, now: int, *, finished: bool
) -> Report:
    found = Report(
        host=host,
        schema=database_schema.newest_revision() or "",
        time=now,
        finished=finished,
        content=content,
        faulty=faulty,
        erasure_key=b64u(erasure_key(folder).public),
    )
    report.write(folder / REPORT, found)
    return found


def _exported(changed: Changed, copied: Copied, written: Report, folder: Path) -> Exported:
    return Exported(
        rows_added=changed.added,
        rows_altered=changed.altered,
        rows_removed=changed.removed,
        objects=copied.objects,
        bytes=copied.bytes,
        faulty=copied.faulty,
        finished=written.finished,
        report=str(folder / REPORT),
    )
