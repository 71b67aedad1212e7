"""Which objects were read back from the new host and are as they were signed: a file of the operator's.

It lets a transfer that was cut off go on, and the switch read only what is new. Names are random.
"""

import sqlite3
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Self


class Verified:
    """A set of names on disk. For one thread."""

    def __init__(self, file: Path) -> None:
        self._connection = sqlite3.connect(file, isolation_level=None)
        self._connection.execute("CREATE TABLE IF NOT EXISTS verified (name TEXT PRIMARY KEY) WITHOUT ROWID")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._connection.close()

    def __contains__(self, name: str) -> bool:
        found = self._connection.execute("SELECT 1 FROM verified WHERE name = ?", (name,))
        return found.fetchone() is not None

    def add(self, names: Iterable[str]) -> None:
        """Keeps that these are whole, all of them or none."""
        self._connection.execute("BEGIN")
        self._connection.executemany("INSERT OR IGNORE INTO verified VALUES (?)", ((name,) for name in names))
        self._connection.execute("COMMIT")
