"""The outbox: messages wait in the database, a worker claims one, sends it, and notes that it was sent.

Owns the promise. A message that was queued is sent at least once: only success, or too many refusals, ends
it. Two workers never send the same message at once, because a claim is a row that one of them changed. A
worker that dies between sending and noting leaves a claim that runs out; the message then leaves a second
time under the same Message-ID, which mail programs show once. A mail server that cannot be reached costs no
message an attempt.
"""

import secrets
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from crypto.encoding import new_id
from vault.models.notices import OutboxMessage

LEASE_SECONDS = 300
TEMPORARY_ATTEMPTS = 20
"""With the pauses below about three days."""
PERMANENT_ATTEMPTS = 3
LONGEST_PAUSE = 6 * 3600
SENT_KEPT_SECONDS = 30 * 86400
FAILED_KEPT_SECONDS = 90 * 86400


class Unavailable(Exception):
    """The way out cannot be used at all now: no message is at fault."""


class Refused(Exception):
    """This message was not taken. `word` says why, roughly; `permanent` that it will not be taken later."""

    def __init__(self, word: str, *, permanent: bool) -> None:
        super().__init__(word)
        self.word = word
        self.permanent = permanent


@dataclass(frozen=True)
class Text:
    """What a message says, in one language."""

    language: str
    subject: str
    plain: str
    html: str


@dataclass(frozen=True)
class Outgoing:
    """A message with its receiver: an e-mail address or a telephone number."""

    id: str
    to: str
    created: int
    text: Text


class Channel(Protocol):
    """A way out."""

    def send(self, outgoing: Outgoing) -> None:
        """Sends. Raises Unavailable, Refused."""

    def close(self) -> None:
        """Ends connections."""


@dataclass(frozen=True)
class Claim:
    """A message that one worker may send; `account` is absent when it is to an address that wants one."""

    id: str
    token: str
    account: str | None
    event: bytes
    channel: str
    kind: str
    until: int | None
    created: int
    due: int
    attempts: int


def queue(
    session: Session, account: str | None, *, channel: str, kind: str, now: int, event: bytes | None = None
) -> None:
    """Queues a message that tells of no notice; each call is one more. `event`: 32 bytes, its own."""
    session.add(
        OutboxMessage(
            id=new_id(),
            account=account,
            event=event or secrets.token_bytes(32),
            channel=channel,
            kind=kind,
            created=now,
            due=now,
            attempts=0,
        )
    )
    session.flush()


def claim(session: Session, channels: frozenset[str], now: int) -> Claim | None:
    """The message that has waited longest, for this worker alone for five minutes; None when none is due."""
    query = (
        select(OutboxMessage)
        .where(
            OutboxMessage.due <= now,
            OutboxMessage.channel.in_(channels),
            or_(OutboxMessage.claimed_until.is_(None), OutboxMessage.claimed_until <= now),
        )
        .order_by(OutboxMessage.due, OutboxMessage.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    row = session.execute(query).scalar_one_or_none()
    if row is None:
        return None
    row.claim, row.claimed_until = new_id(), now + LEASE_SECONDS
    session.flush()
    return Claim(
        id=row.id,
        token=row.claim,
        account=row.account,
        event=row.event,
        channel=row.channel,
        kind=row.kind,
        until=row.until,
        created=row.created,
        due=row.due or now,
        attempts=row.attempts,
    )


def note_sent(session: Session, claimed: Claim, now: int) -> None:
    """The message left."""
    _end(session, claimed, due=None, sent=now)


def note_refused(session: Session, claimed: Claim, refused: Refused, now: int) -> bool:
    """The message was not taken: it is tried again later, or given up (True)."""
    attempts = claimed.attempts + 1
    limit = PERMANENT_ATTEMPTS if refused.permanent else TEMPORARY_ATTEMPTS
    if attempts >= limit:
        _end(session, claimed, due=None, failed=now, attempts=attempts, error=refused.word)
        return True
    pause = min(60 * 2**attempts, LONGEST_PAUSE)
    _end(session, claimed, due=now + pause, attempts=attempts, error=refused.word)
    return False


def give_back(session: Session, claimed: Claim) -> None:
    """The message could not be tried: it waits as before."""
    _end(session, claimed)


def drop(session: Session, claimed: Claim) -> None:
    """The message has lost its receiver or its reason."""
    session.execute(delete(OutboxMessage).where(OutboxMessage.id == claimed.id))


def drop_unsendable(session: Session, channels: frozenset[str], now: int) -> int:
    """Takes away what is due for ways out that this host has not set up; the notices stay in the app."""
    query = delete(OutboxMessage).where(OutboxMessage.due <= now, OutboxMessage.channel.not_in(channels))
    return len(session.execute(query.returning(OutboxMessage.id)).all())


def drop_old(session: Session, now: int) -> None:
    """Takes away what was sent or given up long ago."""
    session.execute(
        delete(OutboxMessage).where(
            OutboxMessage.due.is_(None),
            or_(
                OutboxMessage.sent.is_not(None) & (OutboxMessage.created < now - SENT_KEPT_SECONDS),
                OutboxMessage.created < now - FAILED_KEPT_SECONDS,
            ),
        )
    )


@dataclass(frozen=True)
class DeadLetter:
    """A message that was given up: what an operator may know of it."""

    id: str
    channel: str
    kind: str
    created: int
    failed: int
    attempts: int
    error: str


def dead_letters(session: Session) -> tuple[DeadLetter, ...]:
    """The messages that were given up, oldest first."""
    query = select(OutboxMessage).where(OutboxMessage.failed.is_not(None)).order_by(OutboxMessage.failed)
    return tuple(
        DeadLetter(
            id=row.id,
            channel=row.channel,
            kind=row.kind,
            created=row.created,
            failed=row.failed or 0,
            attempts=row.attempts,
            error=row.error or "",
        )
        for row in session.execute(query).scalars()
    )


def retry_dead_letters(session: Session, now: int) -> int:
    """Queues the messages that were given up once more; how many they were."""
    again = update(OutboxMessage).where(OutboxMessage.failed.is_not(None))
    values = again.values(due=now, failed=None, attempts=0, claim=None, claimed_until=None, error=None)
    return len(session.execute(values.returning(OutboxMessage.id)).all())


def _end(session: Session, claimed: Claim, **values: object) -> None:
    # A worker whose claim ran out meanwhile changes nothing: another one has the message now.
    session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.id == claimed.id, OutboxMessage.claim == claimed.token)
        .values(claim=None, claimed_until=None, **values)
    )
