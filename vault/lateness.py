"""How late the jobs are: what is over and still there, by kind, in seconds.

Each question reads the first entry of an index, so that it costs the same on a large host. For the doctor and
for metrics; counts and times only, of nobody in particular.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from vault import checkpoints
from vault.models.accounts import Challenge, SignIn
from vault.models.documents import DoomedObject, Upload
from vault.models.grants import Grant
from vault.models.notices import OutboxMessage
from vault.models.shares import Share, ShareTicket


@dataclass(frozen=True)
class Lateness:
    """Seconds; 0 when nothing waits."""

    kept: Mapping[str, int]
    """By kind (`sessions`, `bundles`, `shares` …): for how long the oldest that is over is still kept."""
    checkpoint: int
    """For how long the oldest entry waits for a checkpoint."""
    messages: int
    """For how long the message that was due first waits to be sent."""


def lateness(session: Session, now: int) -> Lateness:
    """What is late at `now`, in seconds since 1970."""
    due = checkpoints.oldest_due(session)
    first = session.execute(select(func.min(OutboxMessage.due))).scalar_one()
    return Lateness(
        kept=kept_too_long(session, now),
        checkpoint=0 if due is None else max(0, now - due),
        messages=0 if first is None else max(0, now - first),
    )


def kept_too_long(session: Session, now: int) -> dict[str, int]:
    """For every kind of thing that the sweep takes away: how long the oldest one is over."""
    columns: dict[str, ColumnElement[int | None]] = {
        "sessions": select(func.min(SignIn.expires)).scalar_subquery(),
        "challenges": select(func.min(Challenge.expires)).scalar_subquery(),
        "uploads": select(func.min(Upload.expires)).scalar_subquery(),
        "tickets": select(func.min(ShareTicket.expires)).scalar_subquery(),
        "bundles": select(func.min(Grant.not_after)).where(Grant.bundle.is_not(None)).scalar_subquery(),
        "shares": select(func.min(Share.not_after)).where(~Share.ended).scalar_subquery(),
        "objects": select(func.min(DoomedObject.after)).scalar_subquery(),
    }
    row = session.execute(select(*columns.values())).one()
    return {
        name: 0 if due is None else max(0, now - int(due)) for name, due in zip(columns, row, strict=True)
    }
