"""Tables of shares (spec chapter 8). The link's key never reaches the server."""

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from vault.models.base import Base, Count, Digest, Identifier, Seconds

_USED_UP = "NOT ended AND (attempts_left < 1 OR max_openings IS NOT NULL AND openings >= max_openings)"


class Share(Base):
    """A link that opens some documents for a time. Of its address and passcode only hashes are kept.

    `flag` are the link's letters (spec chapter 8).
    """

    __tablename__ = "shares"

    id: Mapped[Identifier] = mapped_column(primary_key=True)
    vault: Mapped[Identifier] = mapped_column(ForeignKey("vaults.id"), index=True)
    locator_hash: Mapped[Digest] = mapped_column(unique=True)
    passcode_hash: Mapped[str | None] = mapped_column(String(256))
    attempts_left: Mapped[Count]
    not_after: Mapped[Seconds] = mapped_column(index=True)
    max_openings: Mapped[Count | None]
    openings: Mapped[Count]
    ended: Mapped[bool]
    flag: Mapped[str] = mapped_column(String(3), server_default="")

    __table_args__ = (
        # What is to end next, among ended rows that stay.
        Index(
            "ix_shares_not_after_going",
            "not_after",
            postgresql_where=text("NOT ended"),
            sqlite_where=text("NOT ended"),
        ),
        # What ended otherwise than by its time, until the next sweep.
        Index("ix_shares_id_used_up", "id", postgresql_where=text(_USED_UP), sqlite_where=text(_USED_UP)),
    )


class ShareFile(Base):
    """One sealed file of a share; `object_name` is absent once the share ended and the object was deleted.

    `statement_seq` is the ledger's entry that lists it. That and the version it was made from are absent in
    rows of the first schema.
    """

    __tablename__ = "share_files"

    share: Mapped[Identifier] = mapped_column(ForeignKey("shares.id"), primary_key=True)
    number: Mapped[Count] = mapped_column(primary_key=True)
    object_name: Mapped[Identifier | None] = mapped_column(unique=True)
    length: Mapped[Count]
    statement_seq: Mapped[Count | None]
    document: Mapped[Identifier | None]
    version: Mapped[Count | None]


class ShareTicket(Base):
    """A download address that an opening gave out; lives for minutes. Only its hash is kept."""

    __tablename__ = "share_tickets"

    token_hash: Mapped[Digest] = mapped_column(primary_key=True)
    share: Mapped[Identifier] = mapped_column(ForeignKey("shares.id"), index=True)
    number: Mapped[Count]
    expires: Mapped[Seconds] = mapped_column(index=True)
