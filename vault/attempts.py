"""Counting attempts, so that guessing stays slow. Counts stand in the database: they hold for all processes
together.

Knows nothing of what is attempted: the caller gives a bucket, a keyed hash, so that no address is kept.
"""

from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session

from vault.errors import Busy


@dataclass(frozen=True)
class Pace:
    """At most `limit` attempts in each span of `seconds`."""

    limit: int
    seconds: int


_COUNT = text(
    "INSERT INTO attempts (bucket, since, count) VALUES (:bucket, :since, 1) "
    "ON CONFLICT (bucket, since) DO UPDATE SET count = attempts.count + 1 RETURNING count"
)


def count(session: Session, bucket: bytes, pace: Pace, now: int) -> None:
    """Counts one attempt. Raises Busy when there are too many; the count then stays at its limit."""
    since = now - now % pace.seconds
    counted = session.execute(_COUNT, {"bucket": bucket, "since": since}).scalar_one()
    if counted > pace.limit:
        raise Busy(since + pace.seconds - now)
