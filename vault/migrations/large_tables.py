"""Steps on tables that are large while programs serve from them.

    create_index("ix_entries_time", "entries", ["time"])

On PostgreSQL an index is made CONCURRENTLY, outside any transaction: readers and writers go on. A build that
was cut off leaves an index that is not valid, which the next run drops and makes anew. On SQLite nobody
serves meanwhile.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

_INVALID = sa.text(
    "SELECT 1 FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid"
    " WHERE c.relname = :name AND pg_table_is_visible(c.oid) AND NOT i.indisvalid"
)


def create_index(
    name: str, table: str, columns: Sequence[str], *, unique: bool = False, where: str | None = None
) -> None:
    """Makes an index, partial with `where`. One to a step, with nothing else that must not be done twice."""
    condition = None if where is None else sa.text(where)
    if op.get_bind().dialect.name != "postgresql":
        op.create_index(name, table, columns, unique=unique, sqlite_where=condition)
        return
    with op.get_context().autocommit_block():
        if op.get_bind().execute(_INVALID, {"name": name}).first() is not None:
            op.drop_index(name, table, postgresql_concurrently=True)
        op.create_index(
            name,
            table,
            columns,
            unique=unique,
            postgresql_where=condition,
            postgresql_concurrently=True,
            if_not_exists=True,
        )
