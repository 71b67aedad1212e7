"""Rows of one database made equal to another's, between databases of either kind (ADR 0032).

Owns which tables move. Each page is one transaction in the target, so that a run that was cut off goes on,
and a second one writes only what changed since. Entries of the chains are `chains`' business.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import (
    ARRAY,
    Column,
    ColumnElement,
    Table,
    bindparam,
    delete,
    func,
    insert,
    literal,
    select,
    tuple_,
    update,
)
from sqlalchemy.orm import Session

from vault.admin.moving import chains
from vault.database import Database
from vault.models import schema
from vault.models.accounts import Attempt, Challenge, SignIn
from vault.models.base import Base
from vault.models.documents import DoomedObject, Upload, UploadPart
from vault.models.moves import Move
from vault.models.operations import Operation
from vault.models.server import Maintenance
from vault.models.shares import ShareTicket
from vault.models.sign_ups import PendingAddress
from vault.models.vaults import Entry

PAGE = 500

STAYS: Final[tuple[type[Base], ...]] = (
    UploadPart,
    Upload,
    DoomedObject,
    ShareTicket,
    Move,
    Maintenance,
    Operation,
    PendingAddress,
)
"""Uploads under way and sign-ups begin anew at the new host; tickets live for minutes; what is doomed is not
copied. The move, the maintenance and what operators did are each host's own."""
LIVE: Final[tuple[type[Base], ...]] = (SignIn, Challenge, Attempt)
"""Change also while nothing else may be written: people sign in."""

_Key = tuple[Any, ...]


@dataclass(frozen=True)
class Changed:
    """How many rows of the target were not as the source's."""

    added: int = 0
    altered: int = 0
    removed: int = 0

    @property
    def nothing(self) -> bool:
        """Whether the two were equal already."""
        return not (self.added or self.altered or self.removed)

    def __add__(self, other: "Changed") -> "Changed":
        return Changed(self.added + other.added, self.altered + other.altered, self.removed + other.removed)


def moving(names: frozenset[str] = frozenset()) -> list[Table]:
    """The tables that move, parents before children; `names` leaves out more."""
    stays = {table.__tablename__ for table in STAYS} | names
    return [table for table in schema.metadata().sorted_tables if table.name not in stays]


def settled() -> list[Table]:
    """Those of them that stand still while nothing may be written."""
    return moving(frozenset(table.__tablename__ for table in LIVE))


@contextmanager
def steady(database: Database) -> Iterator[Session]:
    """A session that sees one moment for as long as it is open; writers go on."""
    if database.is_sqlite:
        with database.reading() as session:
            yield session
        return
    engine = database.engine.execution_options(isolation_level="REPEATABLE READ")
    with engine.connect() as connection, Session(connection) as session:
        yield session


def mirror(source: Session, target: Database, tables: Sequence[Table]) -> Changed:
    """Makes the target's rows those of the source.

    Raises NotAsReported for a chain whose entries do not make its head, IntegrityError for a target that
    something else wrote to.
    """
    found = Changed()
    for table in reversed(tables):
        found += Changed(removed=_remove(source, target, table))
    for table in tables:
        if table.name == Entry.__tablename__:
            found += Changed(added=chains.follow(source, target))
            continue
        for rows in _pages(source, table):
            found += _write(target, table, rows)
    return found


def _pages(session: Session, table: Table, *, keys_only: bool = False) -> Iterator[list[_Key]]:
    """A table's rows, or their keys, in the order of its key."""
    key = list(table.primary_key.columns)
    columns = key if keys_only else list(table.columns)
    place = [columns.index(column) for column in key]
    query = select(*columns).order_by(*key).limit(PAGE)
    rows = [tuple(row) for row in session.execute(query)]
    while rows:
        yield rows
        last = [rows[-1][at] for at in place]
        rows = [tuple(row) for row in session.execute(query.where(tuple_(*key) > tuple_(*last)))]


def _write(target: Database, table: Table, rows: list[_Key]) -> Changed:
    key = list(table.primary_key.columns)
    names = [column.name for column in table.columns]
    place = [names.index(column.name) for column in key]
    keys = [tuple(row[at] for at in place) for row in rows]
    with target.writing() as session:
        connection = session.connection()
        held = {
            tuple(row[at] for at in place): tuple(row)
            for row in connection.execute(select(table).where(_among(session, key, keys)))
        }
        added = [
            dict(zip(names, row, strict=True)) for row, at in zip(rows, keys, strict=True) if at not in held
        ]
        altered = [row for row, at in zip(rows, keys, strict=True) if at in held and held[at] != row]
        if added:
            connection.execute(insert(table), added)
        if altered:
            others = {f"new_{name}": name for name in names if name not in {column.name for column in key}}
            statement = (
                update(table)
                .where(*(column == bindparam(f"at_{column.name}") for column in key))
                .values({name: bindparam(new) for new, name in others.items()})
            )
            bound = [
                {
                    f"{'at' if name not in others.values() else 'new'}_{name}": value
                    for name, value in zip(names, row, strict=True)
                }
                for row in altered
            ]
            connection.execute(statement, bound)
    return Changed(added=len(added), altered=len(altered))


def _remove(source: Session, target: Database, table: Table) -> int:
    """Takes away what the source holds no more."""
    if table.name == Entry.__tablename__:
        return chains.forget_vaults(source, target)
    key, removed = list(table.primary_key.columns), 0
    with target.reading() as reading:
        for keys in _pages(reading, table, keys_only=True):
            there = {tuple(row) for row in source.execute(select(*key).where(_among(source, key, keys)))}
            gone = [at for at in keys if at not in there]
            if gone:
                with target.writing() as session:
                    session.execute(delete(table).where(_among(session, key, gone)))
                removed += len(gone)
    return removed


def _among(session: Session, key: Sequence[Column[Any]], keys: Sequence[_Key]) -> ColumnElement[bool]:
    """Whether a row has one of these keys."""
    if session.get_bind().dialect.name != "postgresql":
        return tuple_(*key).in_(keys)
    # As arrays: hundreds of pairs written out take PostgreSQL longer to plan than to find.
    arrays = [literal([one[at] for one in keys], ARRAY(column.type)) for at, column in enumerate(key)]
    asked = func.unnest(*arrays).table_valued(*(column.name for column in key)).render_derived()
    return tuple_(*key).in_(select(*asked.c))
