"""Steps on tables that are large while programs serve from them.

    create_index("ix_entries_time", "entries", ["time"])

On PostgreSQL an index is made CONCURRENTLY, outside any transaction: readers and writers go on, and nobody
waits behind it, so that it may wait as long as it must for transactions that began before (a backup's, say).
A build that was cut off leaves an index that is not valid, which the next run drops and makes anew. On SQLite
nobody serves meanwhile.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

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
    with op.get_context().autocommit_block(), _patience():
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


@contextmanager
def _patience() -> Iterator[None]:
    """Without the short limit that other steps wait for tables by (`vault.database_schema`)."""
    connection = op.get_bind()
    before = connection.execute(sa.text("SHOW lock_timeout")).scalar_one()
    connection.execute(sa.text("SET lock_timeout = 0"))
    try:
        yield
    finally:
        connection.execute(sa.text("SELECT set_config('lock_timeout', :before, false)"), {"before": before})
