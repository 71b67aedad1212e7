"""Tables of accounts, their ways to sign in, and their sessions (spec chapters 2 and 5, `card`).

Knows nothing of vaults. The keyring is an age file that the server cannot open.
"""

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from vault.models.base import Base, Bytes, Count, Digest, Identifier, KeyIdentifier, Seconds, Word


class Account(Base):
    """Someone who signs in. `rpps`, `profession` and `verified` are those of professionals, who are
    public. `suspension` is a word of vault.suspensions while the host has suspended the account."""

    __tablename__ = "accounts"

    id: Mapped[Identifier] = mapped_column(primary_key=True)
    role: Mapped[Word]
    address: Mapped[str] = mapped_column(String(254), unique=True)
    key: Mapped[KeyIdentifier] = mapped_column(unique=True)
    fingerprint: Mapped[str] = mapped_column(String(40), unique=True)
    card_statement: Mapped[Bytes]
    card_signature: Mapped[Bytes]
    rpps: Mapped[str | None] = mapped_column(String(11), unique=True)
    profession: Mapped[Word | None]
    verified: Mapped[Word]
    created: Mapped[Seconds]
    suspension: Mapped[Word | None]
    suspension_reason: Mapped[Word | None]
    suspended: Mapped[Seconds | None]


class Credential(Base):
    """How an account proves itself: public login keys, and what the client derives the password's key
    with."""

    __tablename__ = "credentials"

    account: Mapped[Identifier] = mapped_column(
        ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True
    )
    salt: Mapped[Bytes]
    memory_kib: Mapped[Count]
    passes: Mapped[Count]
    lanes: Mapped[Count]
    login_key: Mapped[Digest]
    kit_login_key: Mapped[Digest]


class Keyring(Base):
    """The account's sealed secrets, replaced as a whole; `sequence` grows by one each time."""

    __tablename__ = "keyrings"

    account: Mapped[Identifier] = mapped_column(
        ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True
    )
    content: Mapped[Bytes]
    sequence: Mapped[Count]


class SignIn(Base):
    """A session: only the hash of its token is kept. `client`: the kind of device that signed in."""

    __tablename__ = "sessions"

    token_hash: Mapped[Digest] = mapped_column(primary_key=True)
    account: Mapped[Identifier] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"), index=True)
    created: Mapped[Seconds]
    expires: Mapped[Seconds] = mapped_column(index=True)
    client: Mapped[Word | None]


class Challenge(Base):
    """A challenge that was given out and not yet answered. The address is kept as a keyed hash only."""

    __tablename__ = "challenges"

    challenge_hash: Mapped[Digest] = mapped_column(primary_key=True)
    address_mac: Mapped[Digest]
    method: Mapped[Word]
    expires: Mapped[Seconds] = mapped_column(index=True)


class Attempt(Base):
    """How often something was tried in a span of time. The bucket is a keyed hash of what is counted."""

    __tablename__ = "attempts"

    bucket: Mapped[Digest] = mapped_column(primary_key=True)
    since: Mapped[Seconds] = mapped_column(primary_key=True)
    count: Mapped[Count]

    __table_args__ = (Index(None, "since"),)
