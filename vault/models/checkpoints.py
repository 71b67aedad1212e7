"""Tables of the tree of checkpoints (spec chapter 9): its newest signed state, its leaves, and its hashes in
tiles of 256.

Rows of leaves and full tiles never change. Which vaults are due for a leaf stands in their own rows.
"""

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from vault.models.base import Base, Bytes, Count, Digest, Identifier, Seconds


class CheckpointLog(Base):
    """One row, made with the table: the tree's size and root, and the signed note that says so.

    `note` is empty before the first leaf. Whoever appends leaves holds the row's lock.
    """

    __tablename__ = "checkpoint_logs"

    id: Mapped[Count] = mapped_column(primary_key=True, autoincrement=False)
    size: Mapped[Count]
    root: Mapped[Digest]
    note: Mapped[Bytes]
    signed: Mapped[Seconds]


class CheckpointLeaf(Base):
    """Where a vault's two chains stood when its leaf was appended."""

    __tablename__ = "checkpoint_leaves"
    __table_args__ = (Index(None, "vault", "index"),)

    index: Mapped[Count] = mapped_column(primary_key=True, autoincrement=False)
    vault: Mapped[Identifier] = mapped_column(ForeignKey("vaults.id"))
    ledger_size: Mapped[Count]
    ledger_head: Mapped[Digest]
    accesses_size: Mapped[Count]
    accesses_head: Mapped[Digest]


class CheckpointTile(Base):
    """Up to 256 hashes of 32 bytes, of subtrees of 256^`level` leaves each."""

    __tablename__ = "checkpoint_tiles"

    level: Mapped[Count] = mapped_column(primary_key=True, autoincrement=False)
    index: Mapped[Count] = mapped_column(primary_key=True, autoincrement=False)
    hashes: Mapped[Bytes]
