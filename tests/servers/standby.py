"""A PostgreSQL that follows another one by streaming, and can be told to fall behind.

    with PostgreSQL(DURABLE) as primary, Standby(primary) as standby:
        standby.pause()         # what the primary writes from now on is not seen here
        standby.follow()        # it is again, up to this moment

Knows what `PostgreSQL` knows; nothing can be written here.
"""

import time
from pathlib import Path
from typing import Final

from tests.servers.postgresql import DURABLE, PostgreSQL

_PATIENCE: Final = 30.0


class Standby(PostgreSQL):
    """A copy of all databases of a server, made when it starts."""

    def __init__(self, primary: PostgreSQL) -> None:
        super().__init__(DURABLE)
        self._primary = primary

    def pause(self) -> None:
        """Keeps what arrives and shows nothing of it."""
        self._say("SELECT pg_wal_replay_pause()")
        self._wait("SELECT pg_get_wal_replay_pause_state() = 'paused'")

    def follow(self) -> None:
        """Goes on, and waits until it shows what the primary has written by now."""
        self._say("SELECT pg_wal_replay_resume()")
        with self._primary._session() as session:
            place = session.execute("SELECT pg_current_wal_flush_lsn()::text").fetchone()
        assert place is not None
        self._wait("SELECT pg_last_wal_replay_lsn() >= %s::pg_lsn", place[0])

    def _make(self, data: Path) -> None:
        port = str(self._primary.port)
        source = ("-h", "127.0.0.1", "-p", port, "-U", "postgres")
        self._run("pg_basebackup", "-D", str(data), *source, "-X", "stream", "-c", "fast", "-R", "--no-sync")

    def _say(self, statement: str) -> None:
        with self._session() as session:
            session.execute(statement.encode())

    def _wait(self, question: str, *parameters: str) -> None:
        end = time.monotonic() + _PATIENCE
        with self._session() as session:
            while session.execute(question.encode(), parameters).fetchone() != (True,):
                assert time.monotonic() < end, question
                time.sleep(0.01)
