"""Tables of documents, their versions, and the uploads and objects behind them (spec chapter 4).

Titles, names, types and dates stand sealed in `metadata`; the file key stands wrapped in `header`.
"""

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from vault.models.base import Base, Bytes, Count, Digest, Identifier, KeyIdentifier, Seconds


class Document(Base):
    """Where a document is filed, its latest version, and whether it was removed."""

    __tablename__ = "documents"

    vault: Mapped[Identifier] = mapped_column(ForeignKey("vaults.id"), primary_key=True)
    id: Mapped[Identifier] = mapped_column(primary_key=True)
    section: Mapped[Identifier]
    version: Mapped[Count]
    manifest: Mapped[Digest]
    author: Mapped[KeyIdentifier]
    removed: Mapped[Seconds | None] = mapped_column(index=True)


class Version(Base):
    """One immutable version. Header and metadata are replaced when the document is filed elsewhere.

    `manifest_seq` is the ledger's entry that added it; `filed_seq` the one whose header and metadata are
    current. `object_name` is absent once the object was deleted, `author_metadata` for the owner's versions.
    """

    __tablename__ = "versions"

    vault: Mapped[Identifier] = mapped_column(primary_key=True)
    document: Mapped[Identifier] = mapped_column(primary_key=True)
    version: Mapped[Count] = mapped_column(primary_key=True)
    manifest_seq: Mapped[Count]
    filed_seq: Mapped[Count]
    author: Mapped[KeyIdentifier]
    section: Mapped[Identifier]
    epoch: Mapped[Count]
    header: Mapped[Bytes]
    metadata_sealed: Mapped[Bytes]
    author_metadata: Mapped[Bytes | None]
    object_name: Mapped[Identifier | None] = mapped_column(unique=True)
    length: Mapped[Count]
    part_size: Mapped[Count]

    __table_args__ = (
        ForeignKeyConstraint(["vault", "document"], ["documents.vault", "documents.id"]),
        Index(None, "vault", "filed_seq", unique=True),
    )


class Upload(Base):
    """An object on its way. Once its parts are one object in the store, `completed` says so."""

    __tablename__ = "uploads"

    id: Mapped[Identifier] = mapped_column(primary_key=True)
    vault: Mapped[Identifier] = mapped_column(ForeignKey("vaults.id"), index=True)
    account: Mapped[Identifier] = mapped_column(ForeignKey("accounts.id"))
    object_name: Mapped[Identifier] = mapped_column(unique=True)
    store_token: Mapped[str] = mapped_column(String(1024))
    length: Mapped[Count]
    part_size: Mapped[Count]
    completed: Mapped[bool]
    expires: Mapped[Seconds] = mapped_column(index=True)


class UploadPart(Base):
    """A part that arrived: what it weighs, and the hash the server computed while it streamed through.

    Without a `store_tag`, a part that was to go straight to the store, with the hash that its sender
    announced.
    """

    __tablename__ = "upload_parts"

    upload: Mapped[Identifier] = mapped_column(ForeignKey("uploads.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[Count] = mapped_column(primary_key=True)
    length: Mapped[Count]
    sha256: Mapped[Digest]
    store_tag: Mapped[str] = mapped_column(String(1024))


class DoomedObject(Base):
    """An object that nothing names any more; a sweep deletes it from the store once `after` is over."""

    __tablename__ = "doomed_objects"

    name: Mapped[Identifier] = mapped_column(primary_key=True)
    after: Mapped[Seconds] = mapped_column(index=True)
