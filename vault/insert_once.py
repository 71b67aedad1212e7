"""Inserting rows unless some with the same unique keys stand there already, on both databases.

Knows no table. Two transactions that insert the same at once: one wins, the other learns that it lost.
"""

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from vault.models.base import Base


def insert_once(session: Session, table: type[Base], **values: object) -> bool:
    """Inserts a row; False when its key is taken, and nothing is changed."""
    return bool(insert_new(session, table, [values]))


def insert_new(session: Session, table: type[Base], rows: list[dict[str, object]]) -> int:
    """Inserts those rows whose keys are free, at once; how many that were."""
    dialect = session.get_bind().dialect.name
    insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    key = next(iter(table.__table__.primary_key))
    statement = insert(table).on_conflict_do_nothing().returning(key)
    return len(session.execute(statement, rows).all())
