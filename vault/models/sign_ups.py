"""The table of addresses that somebody wants to sign up with, until they are confirmed or forgotten.

Knows nothing of accounts: a row looks the same whether the address has one or not.
"""

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from vault.models.base import Base, Count, Digest, Seconds, Word


class PendingAddress(Base):
    """An address to which a code was sent, or a word that it has an account. The code itself stands nowhere:
    it follows from `nonce`, the event of the newest mail, and the server's key. `expires` is the code's end;
    `attempts_left` counts for the whole life of the row, which begins at `created`."""

    __tablename__ = "pending_addresses"

    address: Mapped[str] = mapped_column(String(254), primary_key=True)
    nonce: Mapped[Digest] = mapped_column(unique=True)
    language: Mapped[Word]
    created: Mapped[Seconds] = mapped_column(index=True)
    expires: Mapped[Seconds]
    attempts_left: Mapped[Count]
