"""The key of sessions' CSRF values, challenges and counts of attempts: replaced, with an overlap (ADR 0031).

The first is the server's own MAC key (vault/server_key.py). A new one is accepted by a node as soon as it
has read it, and used from `begins` on, when all nodes have. The one before is accepted for `overlap` seconds
more: longer than sessions and challenges last, so that nobody notices; or not at all, when it was stolen.

    rotate(session, overlap=OVERLAP, now=now)
    in_force(session, first, now)            # (b"…", …): the one in use first

Owns the rows. Salts of unknown addresses are made with the first key for good: other ones would tell which
addresses are unknown.
"""

import secrets
from itertools import pairwise
from typing import Final

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from vault.models.server import ServerSecret, SessionKey

LEAD: Final = 60
"""Seconds until a new key is used: nodes look every READ_SECONDS, and their clocks may differ."""
READ_SECONDS: Final = 10.0
OVERLAP: Final = 168 * 3600
"""The longest life of a session that can be set."""


def rotate(session: Session, *, overlap: int, now: int) -> SessionKey:
    """Draws the next key, with the moment from which it is used. `overlap` 0: now, and the old ones end."""
    # One at a time.
    session.get(ServerSecret, 1, with_for_update=True)
    rows = _rows(session)
    row = SessionKey(
        id=rows[-1].id + 1 if rows else 1,
        mac_key=secrets.token_bytes(32),
        created=now,
        begins=now + LEAD if overlap else now,
        overlap=overlap,
    )
    session.add(row)
    # What nothing is accepted by any more is not kept.
    for before, after in pairwise([*rows, row]):
        if after.begins + after.overlap <= now:
            session.execute(delete(SessionKey).where(SessionKey.id == before.id))
    session.flush()
    return row


def in_force(session: Session, first: bytes, now: int) -> tuple[bytes, ...]:
    """The keys that are accepted, the one in use first. `first`: the server's own MAC key."""
    rows = _rows(session)
    used = next((row.mac_key for row in reversed(rows) if row.begins <= now), first)
    # Each is accepted until the first of the overlaps that began after it is over; the server's own key was
    # followed by the row of number 1, which goes when that is over.
    old = [(first, rows)] if rows and rows[0].id == 1 else []
    followed = [*old, *((row.mac_key, rows[place + 1 :]) for place, row in enumerate(rows[:-1]))]
    accepted = [key for key, later in followed if now < min(after.begins + after.overlap for after in later)]
    newest = rows[-1].mac_key if rows else first
    return tuple(dict.fromkeys([used, *accepted, newest]))


def _rows(session: Session) -> list[SessionKey]:
    return list(session.execute(select(SessionKey).order_by(SessionKey.id)).scalars())
