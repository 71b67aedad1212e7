"""What was handed over is erased at the host that it left: `coffre admin erase FOLDER` (spec chapter 12).

Objects first, with the versions that a bucket kept, then rows; so that a run which was cut off finds what it
needs to go on. At the end both are looked at once more, and only then is the statement signed.
"""

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlalchemy import Table, delete, func, select, text
from sqlalchemy.orm import Session

from crypto.encoding import b64u
from vault import moves
from vault.admin.errors import BadTransfer, NotAsReported, WrongState
from vault.admin.moving import export_all, report
from vault.admin.moving.export_all import REPORT, Place
from vault.admin.moving.statement import Erasure
from vault.database import Database
from vault.models import schema
from vault.models.moves import ERASED, LEFT, Move
from vault.models.operations import Operation

STATEMENT: Final = "erasure.txt"
_STAYS: Final = frozenset({Move.__tablename__, Operation.__tablename__})


@dataclass(frozen=True)
class Erased:
    """What a run deleted; `statement` is the signed text's file."""

    objects: int
    rows: int
    statement: str


def erase(place: Place, folder: Path, clock: Callable[[], int]) -> Erased:
    """Deletes all objects and rows of a host that was handed over, and signs that it did.

    `folder` is that of the transfer. No node may run. Raises WrongState, BadTransfer, NotAsReported,
    StoreError (StoreRefused: a bucket whose lock keeps objects), OSError.
    """
    said, digest = report.read(folder / REPORT), report.digest(folder / REPORT)
    key = export_all.erasure_key(folder)
    if b64u(key.public) != said.erasure_key:
        raise BadTransfer("the folder's key is not the one that the report names")
    with place.database.reading() as session:
        _refuse_other(session, said, digest)
    objects = place.store.erase()
    rows = _erase_rows(place.database, said.host, digest, clock())
    _rewrite(place.database)
    if place.store.erase() or _left(place.database):
        raise WrongState("something was written meanwhile: stop every node and worker, and run this again")
    statement = Erasure(said.host, digest, said.time, clock(), said.content)
    (folder / STATEMENT).write_bytes(statement.sign(key))
    return Erased(objects, rows, str(folder / STATEMENT))


def _refuse_other(session: Session, said: report.Report, digest: bytes) -> None:
    found = moves.state_of(session)
    if found is None or found.state not in (LEFT, ERASED):
        raise WrongState("this host was not handed over: `coffre admin export-all --finish` comes first")
    if (found.report, found.host) != (digest, said.host):
        raise NotAsReported("the host was handed over with another report")
    if found.state == LEFT and report.content_of(session) != said.content:
        raise NotAsReported("the host holds something else than what was handed over")


def _tables() -> list[Table]:
    return [table for table in schema.metadata().sorted_tables if table.name not in _STAYS]


def _erase_rows(database: Database, host: str, digest: bytes, now: int) -> int:
    """All rows, or none, in one transaction; how many."""
    with database.writing() as session:
        count = sum(_count(session, table) for table in _tables())
        if database.is_sqlite:
            for table in reversed(_tables()):
                session.execute(delete(table))
        else:
            # New files in place of the old ones: deleted rows would stand in them until a vacuum.
            names = ", ".join(f'"{table.name}"' for table in _tables())
            session.execute(text(f"TRUNCATE {names}"))
        moves.note(session, moves.Moved(ERASED, host, digest), now)
    return count


def _rewrite(database: Database) -> None:
    """SQLite's file and its log are written anew, without the pages that rows stood on."""
    if not database.is_sqlite:
        return
    with closing(database.engine.raw_connection()) as borrowed:
        cursor = borrowed.cursor()
        cursor.execute("VACUUM")
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        cursor.close()


def _left(database: Database) -> int:
    with database.reading() as session:
        return sum(_count(session, table) for table in _tables())


def _count(session: Session, table: Table) -> int:
    return session.execute(select(func.count()).select_from(table)).scalar_one()
