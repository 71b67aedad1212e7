"""What a process knows of the host's maintenance, asked of the database at most once a second.

    Watch(database).state()

So that every request can ask. Knows no request.
"""

import time
from collections.abc import Callable
from typing import Final

from sqlalchemy.orm import Session

from vault import maintenance
from vault.database import Database
from vault.maintenance import State

SECONDS: Final = 1.0
"""For how long a process goes by what it saw."""


class Watch:
    """What this process knows of the maintenance: not older than `seconds`."""

    def __init__(
        self, database: Database, seconds: float = SECONDS, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._database = database
        self._seconds = seconds
        self._clock = clock
        self._seen: tuple[float, State | None] | None = None

    def state(self) -> State | None:
        """How far the host is closed; None when it is open."""
        if self._is_open():
            return None
        with self._database.reading() as session:
            return self.state_in(session)

    def state_in(self, session: Session) -> State | None:
        """The same for who has a transaction: another connection might not come before this one ends."""
        if self._is_open():
            return None
        now, found = self._clock(), maintenance.current(session)
        self._seen = (now, found)
        return found

    def _is_open(self) -> bool:
        """Whether it was, not long ago. A closed host is asked each time: the end of it is seen at once."""
        seen = self._seen
        return seen is not None and seen[1] is None and self._clock() - seen[0] < self._seconds
