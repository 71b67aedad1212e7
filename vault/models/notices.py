"""Tables of notices: what an account is told, how it wants to be told, and the messages on their way.

Nothing here says what a record is about: accounts and vaults by number, kinds of events, times.
"""

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from vault.models.base import Base, Count, Digest, Identifier, Seconds, Word


class Notice(Base):
    """One thing that an account is told in the app. `event` is the same for the same event, however often it
    is recorded; `subject` is the grant, share or document that it is about, `until` when a grant ends."""

    __tablename__ = "notices"

    id: Mapped[Identifier] = mapped_column(primary_key=True)
    account: Mapped[Identifier] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"))
    event: Mapped[Digest] = mapped_column(unique=True)
    kind: Mapped[Word]
    vault: Mapped[Identifier | None]
    subject: Mapped[Identifier | None]
    until: Mapped[Seconds | None]
    time: Mapped[Seconds] = mapped_column(index=True)
    read: Mapped[Seconds | None]

    __table_args__ = (Index(None, "account", "time"),)


class NoticeSettings(Base):
    """How an account wants to be told; one without a row has the defaults."""

    __tablename__ = "notice_settings"

    account: Mapped[Identifier] = mapped_column(
        ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True
    )
    language: Mapped[Word]
    openings: Mapped[Word]
    others: Mapped[Word]
    phone: Mapped[str | None] = mapped_column(String(16))
    phone_confirmed: Mapped[Seconds | None]


class PhoneCode(Base):
    """The code that was sent to a telephone, and how many guesses the account has left for any code."""

    __tablename__ = "phone_codes"

    account: Mapped[Identifier] = mapped_column(
        ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True
    )
    phone: Mapped[str] = mapped_column(String(16))
    code: Mapped[str] = mapped_column(String(6))
    expires: Mapped[Seconds]
    attempts_left: Mapped[Count]


class OutboxMessage(Base):
    """A message to send; one without an account is to an address that wants one. `due` is absent once it was
    sent or given up; `claim` is of the worker that sends it at this moment, and counts until
    `claimed_until`."""

    __tablename__ = "outbox"

    id: Mapped[Identifier] = mapped_column(primary_key=True)
    account: Mapped[Identifier | None] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"))
    event: Mapped[Digest] = mapped_column(unique=True)
    channel: Mapped[Word]
    kind: Mapped[Word]
    until: Mapped[Seconds | None]
    created: Mapped[Seconds] = mapped_column(index=True)
    due: Mapped[Seconds | None] = mapped_column(index=True)
    attempts: Mapped[Count]
    claim: Mapped[Identifier | None]
    claimed_until: Mapped[Seconds | None]
    sent: Mapped[Seconds | None]
    failed: Mapped[Seconds | None]
    error: Mapped[Word | None]

    __table_args__ = (Index(None, "account", "created"),)


class GrantReminder(Base):
    """How near its end a grant was when both sides were last reminded; of one end, since renewals move it."""

    __tablename__ = "grant_reminders"

    grant_id: Mapped[Identifier] = mapped_column(
        ForeignKey("grants.id", ondelete="CASCADE"), primary_key=True
    )
    not_after: Mapped[Seconds] = mapped_column(index=True)
    days: Mapped[Count]


class Device(Base):
    """A browser or command line from which an account signed in before, by a random token that it keeps."""

    __tablename__ = "devices"

    token_hash: Mapped[Digest] = mapped_column(primary_key=True)
    account: Mapped[Identifier] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"), index=True)
    created: Mapped[Seconds]
    seen: Mapped[Seconds] = mapped_column(index=True)
