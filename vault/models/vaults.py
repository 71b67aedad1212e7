"""Tables of vaults, their sections and the two chains of their journal (spec chapters 3 and 6).

The vault's row holds the heads of both chains and is locked by whoever appends.
"""

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from vault.models.base import Base, Bytes, Count, Digest, Identifier, KeyIdentifier, Seconds, Word


class Vault(Base):
    """One patient's record: who owns it, and where its two chains stand.

    `checkpoint_due` says that a chain grew since the vault's last leaf in the tree of checkpoints, `mask_new`
    that professionals add no new documents but deposits. `quota_bytes` is the vault's own, in place of the
    host's; 0: no limit.
    """

    __tablename__ = "vaults"
    __table_args__ = (
        # Only the vaults that are due stand in the index.
        Index(
            None,
            "checkpoint_due",
            postgresql_where=text("checkpoint_due"),
            sqlite_where=text("checkpoint_due"),
        ),
    )

    id: Mapped[Identifier] = mapped_column(primary_key=True)
    owner: Mapped[Identifier] = mapped_column(ForeignKey("accounts.id"), unique=True)
    ledger_size: Mapped[Count]
    ledger_head: Mapped[Digest]
    accesses_size: Mapped[Count]
    accesses_head: Mapped[Digest]
    stored_bytes: Mapped[Count]
    created: Mapped[Seconds]
    checkpoint_due: Mapped[bool] = mapped_column(default=True)
    mask_new: Mapped[bool] = mapped_column(default=False)
    quota_bytes: Mapped[Count | None]


class Section(Base):
    """A section's newest epoch and when that began. Its name is sealed.

    `due` says that someone who had its secret lost their right since; grants that expired count without it.
    """

    __tablename__ = "sections"

    vault: Mapped[Identifier] = mapped_column(ForeignKey("vaults.id"), primary_key=True)
    id: Mapped[Identifier] = mapped_column(primary_key=True)
    epoch: Mapped[Count]
    inbox: Mapped[bool]
    due: Mapped[bool]
    rotated: Mapped[Seconds]


class Entry(Base):
    """One entry of a chain. `subject` is the document, grant or share that it is about."""

    __tablename__ = "entries"

    vault: Mapped[Identifier] = mapped_column(ForeignKey("vaults.id"), primary_key=True)
    chain: Mapped[Word] = mapped_column(primary_key=True)
    seq: Mapped[Count] = mapped_column(primary_key=True)
    kind: Mapped[Word]
    actor: Mapped[KeyIdentifier]
    subject: Mapped[Identifier | None]
    time: Mapped[Seconds]
    header: Mapped[Bytes]
    salt: Mapped[Bytes]
    statement: Mapped[Bytes]
    signature: Mapped[Bytes]


class AccessNonce(Base):
    """A nonce that an access used. Kept for good: readers of the chain refuse one that comes twice."""

    __tablename__ = "access_nonces"

    vault: Mapped[Identifier] = mapped_column(ForeignKey("vaults.id"), primary_key=True)
    nonce: Mapped[Bytes] = mapped_column(primary_key=True)
