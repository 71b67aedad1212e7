"""Table of what operators did (spec chapter 13). The key that signs is the operator's, and in no table."""

from sqlalchemy.orm import Mapped, mapped_column

from vault.models.base import Base, Bytes, Count


class Operation(Base):
    """One operation as it was signed, at its position in the chain."""

    __tablename__ = "operations"

    seq: Mapped[Count] = mapped_column(primary_key=True, autoincrement=False)
    statement: Mapped[Bytes]
    signature: Mapped[Bytes]
