"""SQLAlchemy compiles each statement once an engine, and each test opens engines of its own: a quarter of
what it cost. Here a statement is compiled once a process.

    with statements_once(): ...
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import pytest
from sqlalchemy import Engine, create_engine
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.util import LRUCache

from vault import database

# More than the program has; an engine's own holds 500.
_STATEMENTS: Final = 4000


@contextmanager
def statements_once() -> Iterator[None]:
    """Until the end of the block, for SQLite. Its dialects are all of one version and have no options: what
    one of them compiled suits the others. What is kept is found by them, hence as equals.
    """
    kept: LRUCache[Any, Any] = LRUCache(_STATEMENTS)

    def create(*arguments: Any, **options: Any) -> Engine:
        engine = create_engine(*arguments, **options)
        if engine.dialect.name == "sqlite":
            engine._compiled_cache = kept
        return engine

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(database, "create_engine", create)
        patched.setattr(SQLiteDialect_pysqlite, "__hash__", lambda one: hash(type(one)))
        patched.setattr(SQLiteDialect_pysqlite, "__eq__", lambda one, other: type(one) is type(other))
        yield
