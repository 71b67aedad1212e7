"""The job that sends: takes due messages from the outbox one by one and hands them to their way out.

Owns the order of steps that makes a crash harmless: claim (committed), send, note (committed). May run on
several nodes and in several threads at once.

    delivered = deliver(database, channels, clock, origin="https://coffre.example.org")
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from vault import outbox, phones, server_key, sign_ups
from vault.config import Config
from vault.database import Database
from vault.mail import Mailer
from vault.mail_texts import Subject, code_text_of, short_text_of, text_of
from vault.models.accounts import Account
from vault.models.notices import Notice
from vault.notice_settings import wishes_of
from vault.notices import DAY, DIGEST, SECURITY
from vault.outbox import Channel, Claim, Outgoing, Refused, Text, Unavailable
from vault.sign_up_texts import code_text_of as sign_up_code_text_of
from vault.sign_up_texts import taken_text_of
from vault.sms import SmsGateway

MESSAGES_A_RUN = 500


@dataclass(frozen=True)
class Delivered:
    """What became of the messages that a run took up."""

    sent: int = 0
    refused: int = 0
    failed: int = 0
    unavailable: int = 0
    """Ways out that could not be used: their messages wait."""


@contextmanager
def channels_of(config: Config) -> Iterator[dict[str, Channel]]:
    """The ways out that the configuration has."""
    found: dict[str, Channel] = {}
    if config.mail.url is not None:
        found["mail"] = Mailer(config.mail, urlsplit(config.server.public_url).hostname or "localhost")
    if config.sms.url is not None:
        found["sms"] = SmsGateway(config.sms)
    try:
        yield found
    finally:
        for channel in found.values():
            channel.close()


def deliver(
    database: Database, channels: Mapping[str, Channel], clock: Callable[[], int], *, origin: str
) -> Delivered:
    """Sends what is due, until nothing is, or no way out works, or the run has sent enough."""
    with database.writing() as session:
        outbox.drop_unsendable(session, frozenset(channels), clock())
    done, usable = Delivered(), set(channels)
    for _ in range(MESSAGES_A_RUN):
        with database.writing() as session:
            claimed = outbox.claim(session, frozenset(usable), clock())
        if claimed is None:
            break
        try:
            done = _send(database, channels[claimed.channel], claimed, clock, origin, done)
        except Unavailable:
            with database.writing() as session:
                outbox.give_back(session, claimed)
            usable.discard(claimed.channel)
            done = replace(done, unavailable=done.unavailable + 1)
    return done


def _send(
    database: Database,
    channel: Channel,
    claimed: Claim,
    clock: Callable[[], int],
    origin: str,
    done: Delivered,
) -> Delivered:
    with database.reading() as session:
        outgoing = _outgoing(session, claimed, origin, clock())
    if outgoing is None:
        with database.writing() as session:
            outbox.drop(session, claimed)
        return done
    try:
        channel.send(outgoing)
    except Refused as refused:
        with database.writing() as session:
            given_up = outbox.note_refused(session, claimed, refused, clock())
            if given_up and claimed.account is None:
                # A stranger's slip of the pen is nothing for an operator to repair.
                outbox.drop(session, claimed)
                given_up = False
        return replace(done, refused=done.refused + 1, failed=done.failed + given_up)
    with database.writing() as session:
        outbox.note_sent(session, claimed, clock())
    return replace(done, sent=done.sent + 1)


def _sign_up(session: Session, claimed: Claim, origin: str, now: int) -> Outgoing | None:
    pending = sign_ups.waiting(session, claimed.event, now)
    if pending is None:
        return None
    query = select(Account.id).where(Account.address == pending.address)
    account = session.execute(query).scalar_one_or_none()
    if account is not None:
        text = taken_text_of(wishes_of(session, account).language, origin)
    else:
        keys = server_key.load(session, lambda: now)
        code = sign_ups.codes(keys, pending.address, pending.nonce)[0]
        text = sign_up_code_text_of(code, pending.language, origin)
    return Outgoing(claimed.id, pending.address, claimed.created, text)


def _code(session: Session, account: str, claimed: Claim, language: str, now: int) -> Outgoing | None:
    found = phones.code_of(session, account, now)
    if found is None:
        return None
    phone, code = found
    return Outgoing(claimed.id, phone, claimed.created, Text(language, "", code_text_of(code, language), ""))


def _outgoing(session: Session, claimed: Claim, origin: str, now: int) -> Outgoing | None:
    if claimed.account is None:
        return _sign_up(session, claimed, origin, now)
    account = session.get(Account, claimed.account)
    wishes = wishes_of(session, claimed.account)
    if account is None:
        return None
    counts = _counts(session, claimed) if claimed.kind == DIGEST else None
    subject = Subject(claimed.kind, account.role, claimed.created, claimed.until, counts)
    if claimed.channel == "mail":
        text = text_of(subject, wishes.language, origin)
        return Outgoing(claimed.id, account.address, claimed.created, text)
    if claimed.kind == phones.KIND:
        return _code(session, account.id, claimed, wishes.language, now)
    if wishes.phone is None or not wishes.phone_confirmed:
        return None
    short = short_text_of(subject, wishes.language, origin)
    return Outgoing(claimed.id, wishes.phone, claimed.created, Text(wishes.language, "", short, ""))


def _counts(session: Session, claimed: Claim) -> dict[str, int]:
    """How many notices of each kind came on the digest's day."""
    start = claimed.created - claimed.created % DAY
    query = (
        select(Notice.kind, func.count())
        .where(
            Notice.account == claimed.account,
            Notice.time >= start,
            Notice.time < start + DAY,
            Notice.kind.not_in(SECURITY),
        )
        .group_by(Notice.kind)
    )
    return {kind: int(count) for kind, count in session.execute(query)}
