"""What all tables share: the declarative base, the naming of constraints, and the types of columns.

Owns no table. Every column is explained in WHAT-THE-SERVER-SEES.md, which a test compares with the schema.
"""

from typing import Annotated

from sqlalchemy import BigInteger, LargeBinary, MetaData, String
from sqlalchemy.orm import DeclarativeBase, mapped_column

# Names are fixed, so that a migration can drop a constraint on both databases.
_NAMING = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

Identifier = Annotated[str, mapped_column(String(32))]
KeyIdentifier = Annotated[str, mapped_column(String(43))]
Digest = Annotated[bytes, mapped_column(LargeBinary(32))]
Bytes = Annotated[bytes, mapped_column(LargeBinary)]
Seconds = Annotated[int, mapped_column(BigInteger)]
Count = Annotated[int, mapped_column(BigInteger)]
Word = Annotated[str, mapped_column(String(32))]


class Base(DeclarativeBase):
    """Base of all tables. Times are seconds since 1970; identifiers are 32 hexadecimal characters."""

    metadata = MetaData(naming_convention=_NAMING)
