"""Tables of the directory: the public key that signs its entries, and the newest entry about each
professional.

The key that signs is the operator's and stands in no table (spec chapter 5, `directory_entry`).
"""

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from vault.models.base import Base, Bytes, Count, Digest, Identifier, Seconds


class DirectoryKey(Base):
    """At most one row: the public key that clients pin."""

    __tablename__ = "directory_keys"

    id: Mapped[Count] = mapped_column(primary_key=True, autoincrement=False)
    public: Mapped[Digest]
    since: Mapped[Seconds]


class DirectoryEntry(Base):
    """What the operator signed last about a professional's keys."""

    __tablename__ = "directory_entries"

    account: Mapped[Identifier] = mapped_column(
        ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True
    )
    sequence: Mapped[Count]
    statement: Mapped[Bytes]
    signature: Mapped[Bytes]
