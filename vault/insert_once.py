"""Inserting rows unless some with the same unique keys stand there already, on both databases.

Knows no table. Two transactions that insert the same at once: one wins, the other learns that it lost.
"""

from functools import cache

from sqlalchemy import Executable
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from vault.models.base import Base


def insert_once(session: Session, table: type[Base], **values: object) -> bool:
    """Inserts a row; False when its key is taken, and nothing is changed."""
    return bool(insert_new(session, table, [values]))


def insert_new(session: Session, table: type[Base], rows: list[dict[str, object]]) -> int:
    """Inserts those rows whose keys are free, at once; how many that were."""
    statement = _statement(table, session.get_bind().dialect.name)
    # What a row refers to may be new in this session.
    session.flush()
    # One row by itself takes the short way through SQLAlchemy.
    return len(session.execute(statement, rows[0] if len(rows) == 1 else rows).all())


@cache
def _statement(table: type[Base], dialect: str) -> Executable:
    """Built once for a table, since building takes longer than running it; of the table and not of its class,
    because nobody asks for what was inserted as objects."""
    insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    described = table.metadata.tables[table.__tablename__]
    key = next(iter(described.primary_key))
    return insert(described).on_conflict_do_nothing().returning(key)
