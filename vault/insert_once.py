"""Inserting a row unless one with the same unique key stands there already, on both databases.

Knows no table. Two transactions that insert the same at once: one wins, the other learns that it lost.
"""

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from vault.models.base import Base


def insert_once(session: Session, table: type[Base], **values: object) -> bool:
    """Inserts a row; False when its key is taken, and nothing is changed."""
    dialect = session.get_bind().dialect.name
    insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    statement = insert(table).values(**values).on_conflict_do_nothing()
    key = next(iter(table.__table__.primary_key))
    return session.execute(statement.returning(key)).first() is not None
