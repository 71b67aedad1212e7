"""Notices: which event makes which notice, for whom, and whether a message leaves with it.

A notice is recorded in the transaction of the event that it tells of: both stand or neither does. The server
knows kinds, numbers and times only, so that no notice names a document, a section, a reason or a profession.
Sending is the business of vault/delivery.py; the reminders before a grant ends are found by
vault/reminders.py.

One function for each event; call it where the event is written, with the same session:

    notices.opening(session, vault, by=account, grant=id, now=now)      # a professional opened documents
    notices.share_opening(session, vault, share=id, number=3, now=now)
    notices.deposit(session, vault, document=id, now=now)               # a professional made a deposit
    notices.renewal_request(session, vault, grant=id, sequence=1, now=now)
    notices.grant_ending(session, account, grant=row, days=30, now=now)
    notices.new_device(session, account, device=hash, now=now)
    notices.kit_used(session, account, now=now)
    notices.key_change(session, account, change="password/7", now=now)  # password, kit, unlock method, keys
    notices.suspended(session, account, now=now)                        # by the host; and notices.resumed
    notices.deletion_asked(session, account, request=hash, due=time, now=now)   # and notices.deletion_kept

The same event recorded twice is one notice and one message.
"""

import hashlib
from dataclasses import dataclass
from typing import Final

from sqlalchemy import bindparam, func, or_, select, update
from sqlalchemy.orm import Session

from crypto.encoding import new_id
from vault.insert_once import insert_once
from vault.models.grants import Grant
from vault.models.notices import Notice, OutboxMessage
from vault.models.vaults import Vault
from vault.notice_settings import Wishes, wishes_of

DAY = 86400
DIGEST_HOUR = 6
MESSAGES_A_DAY = 50
"""Messages that leave at once, for one account; what comes after waits for the day's digest."""
SMS_A_DAY = 10
ACCESSES = ("opening", "share_opening")
SECURITY = ("new_device", "kit_used", "key_change")
BY_HOST = ("suspended", "resumed")
LEAVING = ("deletion_asked", "deletion_kept")
AT_ONCE = (*SECURITY, *BY_HOST, *LEAVING)
"""What is told by each way out, whatever the account wishes."""
KINDS = (
    *ACCESSES,
    *AT_ONCE,
    *("deposit", "grant_ending", "renewal_request", "reader_suspended", "reader_left"),
)
DIGEST = "digest"
MAXIMUM_PAGE = 200


@dataclass(frozen=True)
class Event:
    """Something to tell an account. `key` makes it one event among those of its kind."""

    account: str
    kind: str
    key: str
    vault: str | None = None
    subject: str | None = None
    until: int | None = None


def opening(session: Session, vault: Vault, *, by: str, grant: str | None, now: int) -> None:
    """A professional opened documents: once for each professional, vault and day (UTC)."""
    key = f"{vault.id}/{by}/{now // DAY}"
    record(session, Event(vault.owner, "opening", key, vault=vault.id, subject=grant), now)


def share_opening(session: Session, vault: Vault, *, share: str, number: int, now: int) -> None:
    """Someone opened a share, for the `number`-th time."""
    record(
        session,
        Event(vault.owner, "share_opening", f"{share}/{number}", vault=vault.id, subject=share),
        now,
    )


def deposit(session: Session, vault: Vault, *, document: str, now: int) -> None:
    """A professional made a deposit."""
    event = Event(vault.owner, "deposit", f"{vault.id}/{document}", vault=vault.id, subject=document)
    record(session, event, now)


def renewal_request(session: Session, vault: Vault, *, grant: str, sequence: int, now: int) -> None:
    """A professional asks for a grant's renewal; one notice for each sequence."""
    event = Event(vault.owner, "renewal_request", f"{grant}/{sequence}", vault=vault.id, subject=grant)
    record(session, event, now)


def grant_ending(session: Session, account: str, *, grant: Grant, days: int, now: int) -> None:
    """A grant ends soon: to its giver and to its professional, once for each end and number of days."""
    key = f"{grant.id}/{account}/{grant.not_after}/{days}"
    event = Event(account, "grant_ending", key, vault=grant.vault, subject=grant.id, until=grant.not_after)
    record(session, event, now)


def new_device(session: Session, account: str, *, device: bytes, now: int) -> None:
    """Someone signed in from a browser or command line that the account has not used before."""
    record(session, Event(account, "new_device", device.hex()), now)


def kit_used(session: Session, account: str, *, now: int) -> None:
    """Someone signed in with the printed recovery kit."""
    record(session, Event(account, "kit_used", f"{account}/{now}"), now)


def key_change(session: Session, account: str, *, change: str, now: int) -> None:
    """Password, kit, an unlock method or keys were changed; `change` tells changes apart."""
    record(session, Event(account, "key_change", f"{account}/{change}"), now)


def suspended(session: Session, account: str, *, now: int) -> None:
    """The host suspended the account."""
    record(session, Event(account, "suspended", f"{account}/{now}"), now)


def resumed(session: Session, account: str, *, now: int) -> None:
    """The host ended the account's suspension."""
    record(session, Event(account, "resumed", f"{account}/{now}"), now)


def reader_suspended(session: Session, vault: Vault, *, grant: str, now: int) -> None:
    """The host suspended the professional to whom the patient gave a grant that is in force."""
    event = Event(vault.owner, "reader_suspended", f"{grant}/{now}", vault=vault.id, subject=grant)
    record(session, event, now)


def reader_left(session: Session, vault: Vault, *, grant: str, now: int) -> None:
    """The professional to whom the patient gave a grant that is in force has deleted their account."""
    record(session, Event(vault.owner, "reader_left", grant, vault=vault.id, subject=grant), now)


def deletion_asked(session: Session, account: str, *, request: bytes, due: int, now: int) -> None:
    """The account is to be deleted at its owner's wish."""
    record(session, Event(account, "deletion_asked", request.hex(), until=due), now)


def deletion_kept(session: Session, account: str, *, request: bytes, now: int) -> None:
    """The account is kept after all."""
    record(session, Event(account, "deletion_kept", request.hex()), now)


def record(session: Session, event: Event, now: int) -> None:
    """Records a notice and queues what leaves with it, once for each event."""
    recorded = insert_once(
        session,
        Notice,
        id=new_id(),
        account=event.account,
        event=_digest("notice", event.kind, event.key),
        kind=event.kind,
        vault=event.vault,
        subject=event.subject,
        until=event.until,
        time=now,
        read=None,
    )
    if recorded:
        _queue_messages(session, event, wishes_of(session, event.account), now)


@dataclass(frozen=True)
class NoticePage:
    """Notices, newest first, and how many of the account's are unread."""

    notices: tuple[Notice, ...]
    unread: int


def page(session: Session, account: str, limit: int = MAXIMUM_PAGE) -> NoticePage:
    """An account's latest notices. What is older stands in the journal."""
    query = select(Notice).where(Notice.account == account)
    query = query.order_by(Notice.time.desc(), Notice.id).limit(min(limit, MAXIMUM_PAGE))
    return NoticePage(tuple(session.execute(query).scalars()), unread(session, account))


def unread(session: Session, account: str) -> int:
    """How many notices the account has not looked at."""
    query = select(func.count()).select_from(Notice)
    return session.execute(query.where(Notice.account == account, Notice.read.is_(None))).scalar_one()


def mark_read(session: Session, account: str, ids: list[str], now: int) -> int:
    """Marks those of the account's notices, and all that are older than the oldest of them, which no page
    shows any more; gives the number that stay unread."""
    mine = Notice.account == account
    oldest = session.execute(select(func.min(Notice.time)).where(mine, Notice.id.in_(ids))).scalar_one()
    if oldest is not None:
        looked_at = or_(Notice.id.in_(ids), Notice.time < oldest)
        session.execute(update(Notice).where(mine, looked_at, Notice.read.is_(None)).values(read=now))
    return unread(session, account)


def _queue_messages(session: Session, event: Event, wishes: Wishes, now: int) -> None:
    pace = _pace(event.kind, wishes)
    if pace == "each" and event.kind not in AT_ONCE:
        pace = "each" if _sent_today(session, event.account, "mail", now) < MESSAGES_A_DAY else "daily"
    if pace == "daily":
        _queue_digest(session, event.account, now)
    elif pace == "each":
        _queue(session, event, "mail", now)
        tells = wishes.phone_confirmed and event.kind in (*ACCESSES, *AT_ONCE)
        if tells and _sent_today(session, event.account, "sms", now) < SMS_A_DAY:
            _queue(session, event, "sms", now)


def _pace(kind: str, wishes: Wishes) -> str:
    if kind in AT_ONCE:
        return "each"
    return wishes.openings if kind in ACCESSES else wishes.others


# Built once, since building takes longer than running it.
_SENT_SINCE: Final = (
    select(func.count())
    .select_from(OutboxMessage)
    .where(
        OutboxMessage.account == bindparam("account"),
        OutboxMessage.created >= bindparam("since"),
        OutboxMessage.channel == bindparam("channel"),
    )
)


def _sent_today(session: Session, account: str, channel: str, now: int) -> int:
    asked = {"account": account, "since": now - now % DAY, "channel": channel}
    return session.execute(_SENT_SINCE, asked).scalar_one()


def _queue(session: Session, event: Event, channel: str, now: int) -> None:
    digest = _digest(channel, event.kind, event.key)
    _add(session, event.account, digest, channel, event.kind, until=event.until, now=now, due=now)


def _queue_digest(session: Session, account: str, now: int) -> None:
    day = now // DAY
    digest = _digest("mail", DIGEST, f"{account}/{day}")
    due = (day + 1) * DAY + DIGEST_HOUR * 3600
    _add(session, account, digest, "mail", DIGEST, until=None, now=now, due=due)


def _add(
    session: Session,
    account: str,
    digest: bytes,
    channel: str,
    kind: str,
    *,
    until: int | None,
    now: int,
    due: int,
) -> None:
    insert_once(
        session,
        OutboxMessage,
        id=new_id(),
        account=account,
        event=digest,
        channel=channel,
        kind=kind,
        until=until,
        created=now,
        due=due,
        attempts=0,
    )


def _digest(*parts: str) -> bytes:
    return hashlib.sha256("\0".join(parts).encode()).digest()
