"""Table of a host's move: whether everything here is on its way in, or went to another host.

At most one row. A host with one does not serve, but for `arrived` (ADR 0032).
"""

from typing import Final

from sqlalchemy.orm import Mapped, mapped_column

from vault.models.base import Base, Count, Digest, KeyIdentifier, Seconds, Word

ARRIVING: Final = "arriving"
ARRIVED: Final = "arrived"
LEFT: Final = "left"
ERASED: Final = "erased"


class Move(Base):
    """`host` is the identifier of the server's key that moves; `report` the hash of the transfer's report."""

    __tablename__ = "moves"

    id: Mapped[Count] = mapped_column(primary_key=True, autoincrement=False)
    state: Mapped[Word]
    host: Mapped[KeyIdentifier]
    report: Mapped[Digest | None]
    since: Mapped[Seconds]
