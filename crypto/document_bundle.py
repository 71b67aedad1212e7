"""The bundle of a grant of single documents: a file key and the metadata of each version (spec chapter 7).

Owns the record and its padding; how it is sealed, and for whom, is the business of `grants`. Knows no
section's secret, which is the point of it.

    >>> read(write(bundle)) == bundle
    True
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Annotated, Final

from crypto.encoding import DocumentId, GrantId, Json, VaultId
from crypto.errors import Malformed
from crypto.metadata import Metadata, from_record, to_record
from crypto.padding import frame, unframe
from crypto.records import Pin, read_versioned, write_versioned
from crypto.statement_documents import MAX_NAMED
from crypto.statement_grammar import Field, Signed, binary, ident, listed, record, signed, text
from crypto.statement_records import Document, Hash, Version

VERSION: Final = 2
MAX_RECORD: Final = 1 << 20
KEY_SIZE: Final = 16

_FLOOR: Final = 4096


def _read_metadata(value: Json) -> Metadata:
    found = from_record(value)
    if found.thumbnail is not None:
        raise Malformed("thumbnail in a bundle")
    return found


@dataclass(frozen=True, kw_only=True)
class GrantedDocument:
    """One version: its file key (16 bytes), its manifest's statement hash, its metadata without thumbnail."""

    document: Document
    key: Annotated[bytes, binary(KEY_SIZE)] = field(repr=False)
    manifest: Hash
    metadata: Annotated[Metadata, Field(_read_metadata, to_record)] = field(repr=False)
    version: Version


@dataclass(frozen=True, kw_only=True)
class DocumentBundle:
    """What a professional is given: the owner's card, the grant's documents, and where the ledger stood."""

    card: Annotated[Signed, signed()]
    documents: Annotated[
        tuple[GrantedDocument, ...],
        listed(record(GrantedDocument), maximum=MAX_NAMED, order=("document", "version")),
    ]
    grant: Annotated[GrantId, ident()]
    ledger: Annotated[Pin, record(Pin)]
    patient: Annotated[str, text(200)] = field(repr=False)
    vault: Annotated[VaultId, ident()]

    @property
    def named(self) -> tuple[tuple[DocumentId, int], ...]:
        """The versions, in their order."""
        return tuple((member.document, member.version) for member in self.documents)

    # Kept with the bundle: a list of documents asks for it at each one.
    @cached_property
    def by_version(self) -> Mapping[tuple[DocumentId, int], GrantedDocument]:
        """The same by document and version."""
        return dict(zip(self.named, self.documents, strict=True))


def write(bundle: DocumentBundle) -> bytes:
    """The padded payload. Raises LimitExceeded: over 1 MiB."""
    return frame(write_versioned(bundle, limit=MAX_RECORD, version=VERSION), floor=_FLOOR)


def read(payload: bytes) -> DocumentBundle:
    """The reverse of `write`. Raises Malformed, LimitExceeded, UnsupportedVersion."""
    return read_versioned(DocumentBundle, unframe(payload, floor=_FLOOR), limit=MAX_RECORD, version=VERSION)
