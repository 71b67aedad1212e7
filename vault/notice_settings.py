"""How an account wants to be told: language, at once or once a day, a telephone number.

Owns the defaults and what cannot be switched off: openings by others and changes of keys are always told,
since whoever took over an account would switch that off first.
"""

import re
from dataclasses import dataclass

from sqlalchemy.orm import Session

from crypto.errors import Malformed
from vault.models.notices import NoticeSettings

LANGUAGES = ("fr", "en")
OPENINGS = ("each", "daily")
OTHERS = ("each", "daily", "off")
_PHONE = re.compile(r"\+[1-9][0-9]{6,14}", re.ASCII)


@dataclass(frozen=True)
class Wishes:
    """`openings`: by professionals and of shares; `others`: deposits, ends of grants, requests. `phone` in
    the international form (+33612345678); `phone_confirmed` once the code that was sent there came back."""

    language: str = "fr"
    openings: str = "each"
    others: str = "each"
    phone: str | None = None
    phone_confirmed: bool = False

    def check(self) -> None:
        """Raises Malformed."""
        known = self.language in LANGUAGES and self.openings in OPENINGS and self.others in OTHERS
        if not known or (self.phone is not None and _PHONE.fullmatch(self.phone) is None):
            raise Malformed("settings of notices")


def wishes_of(session: Session, account: str) -> Wishes:
    """An account's settings, or the defaults."""
    row = session.get(NoticeSettings, account)
    if row is None:
        return Wishes()
    return Wishes(
        language=row.language,
        openings=row.openings,
        others=row.others,
        phone=row.phone,
        phone_confirmed=row.phone_confirmed is not None,
    )


def keep_wishes(session: Session, account: str, wishes: Wishes) -> None:
    """Keeps an account's settings; another number than before is not confirmed. Raises Malformed."""
    wishes.check()
    row = session.get(NoticeSettings, account)
    if row is None:
        row = NoticeSettings(account=account)
        session.add(row)
    row.language, row.openings, row.others = wishes.language, wishes.openings, wishes.others
    if row.phone != wishes.phone:
        row.phone, row.phone_confirmed = wishes.phone, None
    session.flush()


def language_of(accepted: str) -> str:
    """The language of a new account by what its browser asks for (Accept-Language): the first that is
    known, else French."""
    for part in accepted[:200].split(","):
        language = part.strip()[:2].lower()
        if language in LANGUAGES:
            return language
    return LANGUAGES[0]
