"""Tables of accounts that end by their owner's wish (spec chapter 12).

A receipt names the wish by its hash, and nobody: what it was about is gone.
"""

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from vault.models.base import Base, Bytes, Count, Digest, Identifier, Seconds, Word


class Deletion(Base):
    """An account that is to be deleted when `due` is over, with its owner's statement; `request` is the
    statement's hash, `vault` the patient's own. The row goes when the account is kept or erased."""

    __tablename__ = "deletions"

    account: Mapped[Identifier] = mapped_column(
        ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True
    )
    vault: Mapped[Identifier | None] = mapped_column(unique=True)
    request: Mapped[Digest] = mapped_column(unique=True)
    statement: Mapped[Bytes]
    signature: Mapped[Bytes]
    requested: Mapped[Seconds]
    due: Mapped[Seconds] = mapped_column(index=True)


class Erasure(Base):
    """An account that was erased at its owner's wish: how much went, and when no object of it was left
    (`finished`, absent before)."""

    __tablename__ = "erasures"
    __table_args__ = (
        # Those whose objects are not gone yet, among a year's.
        Index(
            "ix_erasures_erased_going",
            "erased",
            postgresql_where=text("finished IS NULL"),
            sqlite_where=text("finished IS NULL"),
        ),
    )

    request: Mapped[Digest] = mapped_column(primary_key=True)
    role: Mapped[Word]
    requested: Mapped[Seconds]
    erased: Mapped[Seconds] = mapped_column(index=True)
    rows: Mapped[Count]
    objects: Mapped[Count]
    finished: Mapped[Seconds | None]
