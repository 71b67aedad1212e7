"""Telephone numbers are used for notices once their owner has typed the code that was sent there.

    phones.ask(session, server_key, account, now)       # a code is queued, for ten minutes
    phones.confirm(database, account, "123456", now)

Owns codes, how often one is sent, and how many guesses there are: they count for the whole life of the
account's wish, not for one code, so that asking for a new one gives no new guesses; a code that was right
gives them back. Numbers and codes are no secrets of a record: whoever reads the database may read both.
"""

import hmac
import secrets
from typing import Final

from sqlalchemy import update
from sqlalchemy.orm import Session

from vault import attempts, outbox
from vault.attempts import Pace
from vault.database import Database
from vault.errors import Ended, NotFound, PasscodeRefused
from vault.models.notices import NoticeSettings, PhoneCode
from vault.server_key import ServerKey

DIGITS: Final = 6
LIFETIME: Final = 10 * 60
ATTEMPTS: Final = 10
CODES = Pace(limit=3, seconds=86400)
"""For one account, and for one number whoever asks: nobody's telephone is rung by strangers all day."""
KIND: Final = "phone_code"


def ask(session: Session, server_key: ServerKey, account: str, now: int) -> None:
    """Queues a code for the number of the account's wishes.

    Raises NotFound: there is none, or it is confirmed; Ended: no guesses are left; Busy: too many codes in
    a day.
    """
    wishes = session.get(NoticeSettings, account)
    if wishes is None or wishes.phone is None or wishes.phone_confirmed is not None:
        raise NotFound("no number to confirm")
    row = session.get(PhoneCode, account)
    if row is not None and row.attempts_left < 1:
        raise Ended("no guesses left")
    for whom in (account, wishes.phone):
        attempts.count(session, server_key.mac("attempts/phone", whom), CODES, now)
    if row is None:
        row = PhoneCode(account=account, attempts_left=ATTEMPTS)
        session.add(row)
    row.phone, row.code, row.expires = wishes.phone, _drawn(), now + LIFETIME
    session.flush()
    outbox.queue(session, account, channel="sms", kind=KIND, now=now)


def confirm(database: Database, account: str, code: str, now: int) -> None:
    """Notes that the number is the account's.

    Raises PasscodeRefused with the guesses that are left; Ended: the code is too old, or no guesses are left.
    """
    # The guess is taken before the code is looked at, and given back if it was right.
    with database.writing() as session:
        left = session.execute(
            update(PhoneCode)
            .where(PhoneCode.account == account, PhoneCode.attempts_left > 0, PhoneCode.expires > now)
            .values(attempts_left=PhoneCode.attempts_left - 1)
            .returning(PhoneCode.attempts_left)
        ).scalar_one_or_none()
    if left is None:
        raise Ended("no code that could be typed")
    with database.writing() as session:
        row, wishes = session.get_one(PhoneCode, account), session.get(NoticeSettings, account)
        if wishes is None or wishes.phone != row.phone:
            raise Ended("another number meanwhile")
        if not hmac.compare_digest(row.code, code):
            raise PasscodeRefused(left)
        wishes.phone_confirmed = now
        session.delete(row)


def code_of(session: Session, account: str, now: int) -> tuple[str, str] | None:
    """(number, code) to send now; None when it is too old, or the number was changed."""
    row, wishes = session.get(PhoneCode, account), session.get(NoticeSettings, account)
    if row is None or wishes is None or wishes.phone != row.phone or row.expires <= now:
        return None
    return row.phone, row.code


def _drawn() -> str:
    return f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"
