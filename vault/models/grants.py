"""Tables of grants and invitations (spec chapter 7). Bundles are age files the server cannot open."""

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from vault.models.base import Base, Bytes, Count, Digest, Identifier, KeyIdentifier, Seconds

_OPEN = "professional IS NULL AND bundle IS NOT NULL"


class Grant(Base):
    """A dated right. An invitation until `professional` is set; ended rows stay, their bundle does not."""

    __tablename__ = "grants"

    id: Mapped[Identifier] = mapped_column(primary_key=True)
    vault: Mapped[Identifier] = mapped_column(ForeignKey("vaults.id"), index=True)
    sequence: Mapped[Count]
    granted_seq: Mapped[Count]
    may_add: Mapped[bool]
    may_read: Mapped[bool]
    not_before: Mapped[Seconds]
    not_after: Mapped[Seconds] = mapped_column(index=True)
    redeem_key: Mapped[Digest | None]
    redeem_not_after: Mapped[Seconds | None]
    professional: Mapped[Identifier | None] = mapped_column(ForeignKey("accounts.id"), index=True)
    professional_key: Mapped[KeyIdentifier | None] = mapped_column(String(43))
    revoked_seq: Mapped[Count | None]
    bundle: Mapped[Bytes | None]

    __table_args__ = (
        # What is to end next, among ended rows that stay.
        Index(
            "ix_grants_not_after_bundles",
            "not_after",
            postgresql_where=text("bundle IS NOT NULL"),
            sqlite_where=text("bundle IS NOT NULL"),
        ),
        # Invitations that nobody redeemed, among rows that stay.
        Index(
            "ix_grants_redeem_not_after_open",
            "redeem_not_after",
            postgresql_where=text(_OPEN),
            sqlite_where=text(_OPEN),
        ),
    )


class GrantSection(Base):
    """A section that a grant covers."""

    __tablename__ = "grant_sections"

    grant_id: Mapped[Identifier] = mapped_column(
        ForeignKey("grants.id", ondelete="CASCADE"), primary_key=True
    )
    section: Mapped[Identifier] = mapped_column(primary_key=True)


class GrantDocument(Base):
    """A version of a document that a grant of documents names, and whether it was opened by that grant.

    Who holds the grant has the key: without an access in the journal there is no object for it.
    """

    __tablename__ = "grant_documents"

    grant_id: Mapped[Identifier] = mapped_column(
        ForeignKey("grants.id", ondelete="CASCADE"), primary_key=True
    )
    document: Mapped[Identifier] = mapped_column(primary_key=True)
    version: Mapped[Count] = mapped_column(primary_key=True)
    opened: Mapped[bool]


class Block(Base):
    """A professional's key that the owner blocked: no grant, no redeeming; depositing goes on."""

    __tablename__ = "blocks"

    vault: Mapped[Identifier] = mapped_column(ForeignKey("vaults.id"), primary_key=True)
    professional: Mapped[KeyIdentifier] = mapped_column(primary_key=True)
    seq: Mapped[Count]


class RenewalRequest(Base):
    """A professional asked for another term of a grant, once for each sequence; or was refused it."""

    __tablename__ = "renewal_requests"

    grant_id: Mapped[Identifier] = mapped_column(
        ForeignKey("grants.id", ondelete="CASCADE"), primary_key=True
    )
    sequence: Mapped[Count] = mapped_column(primary_key=True)
    seq: Mapped[Count]
    refused_seq: Mapped[Count | None]
