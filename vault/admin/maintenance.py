"""Waiting for what was being written when the host was closed (vault/maintenance.py).

    finished(database)               # 0: nothing of any vault changes from now on, where the host is still

On SQLite there is one writer at a time, so that nothing is left. On PostgreSQL a transaction that began
before may still commit; it is waited for.
"""

import time
from collections.abc import Callable
from typing import Final

from sqlalchemy import text

from vault.database import Database

WAIT_SECONDS: Final = 60.0
_PAUSE_SECONDS: Final = 0.1
_NOW: Final = text("SELECT clock_timestamp()")
_OLDER: Final = text(
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    " AND backend_type = 'client backend' AND xact_start < :moment"
)


def finished(
    database: Database, *, wait: float = WAIT_SECONDS, sleep: Callable[[float], None] = time.sleep
) -> int:
    """Waits for the transactions that began before this call; how many go on after `wait` seconds."""
    if database.is_sqlite:
        return 0
    with database.reading() as session:
        moment = session.execute(_NOW).scalar_one()
    left = wait
    while True:
        # What a session saw of the others stays as it was until its transaction ends.
        with database.reading() as session:
            older = int(session.execute(_OLDER, {"moment": moment}).scalar_one())
        if not older or left <= 0:
            return older
        sleep(_PAUSE_SECONDS)
        left -= _PAUSE_SECONDS
