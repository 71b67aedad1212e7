"""The server's own keys as a process has them: read again after some seconds, since operators replace them.

keys = Keys(database, clock)
keys.current()
"""

import time
from collections.abc import Callable

from vault import server_key, session_keys
from vault.database import Database
from vault.server_key import ServerKey


class Keys:
    """The keys, not older than `seconds`. Safe to share between threads."""

    def __init__(
        self,
        database: Database,
        clock: Callable[[], int],
        seconds: float = session_keys.READ_SECONDS,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._database = database
        self._clock = clock
        self._seconds = seconds
        self._monotonic = monotonic
        with database.writing() as session:
            self._read = (monotonic(), server_key.ensure(session, clock))

    def current(self) -> ServerKey:
        """The keys as they are now, or were a moment ago."""
        moment, known = self._read
        now = self._monotonic()
        if now - moment < self._seconds:
            return known
        with self._database.reading() as session:
            found = server_key.load(session, self._clock)
        self._read = (now, found)
        return found
