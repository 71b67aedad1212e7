"""A new version on its way into a vault: what describes it, and its manifest (chapter 4).

    begun = begin(vault, NewDocument(Path("scan.dcm"), title="CT"), section, part_size, uploads)
    …                                     # its object is sealed under begun.pending.file_key, and sent
    added = commit(vault, begun, sealed, {"upload": upload})

Owns the checks that come before anything is sent, and the statement that comes last. How the object gets to
the server is the business of `documents` (in parts) and `small_documents` (whole).
"""

import mimetypes
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from crypto import document, metadata
from crypto.encoding import DocumentId, Json, SectionId, b64u, new_id
from crypto.metadata import Authored, Metadata, clean_name
from crypto.sections import Filing
from crypto.statements import InLedger, Manifest, author_metadata_hash, header_hash, metadata_hash
from vault.client.errors import NotAllowed, NotFound, ServerRefused, Usage
from vault.client.ledger_state import DocumentState, LedgerState, VersionState
from vault.client.positions import next_position
from vault.client.resuming import Pending, Uploads
from vault.client.vaults import OpenVault


@dataclass(frozen=True)
class NewDocument:
    """A file to add. An empty title is the file's name without its extension, an empty date today's.

    `hashed`: whether the SHA-256 of the file as one is to be told, which costs another pass over it.
    """

    path: Path
    title: str = ""
    type: str = ""
    date: str = ""
    hashed: bool = True


@dataclass(frozen=True)
class Added:
    """What was added: size in bytes and, if it was asked for, SHA-256 of the file."""

    id: DocumentId
    version: int
    title: str
    size: int
    sha256: bytes | None

    def row(self) -> dict[str, str | int]:
        """As a command prints it."""
        row: dict[str, str | int] = {
            "id": self.id,
            "version": self.version,
            "title": self.title,
            "size": self.size,
        }
        return row if self.sha256 is None else {**row, "sha256": self.sha256.hex()}


def size_of(path: Path) -> int:
    """A regular file's size in bytes.

    Raises NotFound, Usage; LimitExceeded for one that cannot be a document.
    """
    try:
        status = path.stat()
    except FileNotFoundError:
        raise NotFound("no such file") from None
    except OSError as error:
        raise Usage(f"cannot read the file: {error.strerror}") from error
    if not path.is_file():
        raise Usage("not a file")
    document.object_length(status.st_size)
    return status.st_size


def described(new: NewDocument, author: str, sealed: document.SealedObject) -> Metadata:
    """A new document's metadata.

    Raises Malformed or LimitExceeded when it is sealed and breaks chapter 4's rules.
    """
    name = clean_name(new.path.name)
    stem = name.rpartition(".")[0] or name
    mime = "application/dicom" if _is_dicom(new.path) else mimetypes.guess_type(name)[0]
    return Metadata(
        author=author,
        date=new.date or datetime.now(UTC).astimezone().date().isoformat(),
        mime=mime or "application/octet-stream",
        name=name,
        content=sealed.content,
        size=sealed.size,
        tags=(),
        title=new.title or stem[:200],
        type=new.type or None,
    )


@dataclass(frozen=True)
class Slot:
    """Where a version goes: `id`, or the next version of `replaces`, as that was at the time."""

    id: DocumentId
    section: SectionId
    file_key: bytes = field(repr=False)
    replaces: DocumentState | None

    @property
    def version(self) -> int:
        """The version's number."""
        return 1 if self.replaces is None else self.replaces.latest.manifest.version + 1


@dataclass(frozen=True)
class Begun:
    """A file that is being added as `id`, or as the next version of `replaces`, as that was at the time."""

    new: NewDocument
    id: DocumentId
    section: SectionId
    size: int
    pending: Pending
    replaces: DocumentState | None

    @property
    def slot(self) -> Slot:
        """Where it goes."""
        return Slot(self.id, self.section, self.pending.file_key, self.replaces)

    @property
    def version(self) -> int:
        """The version's number."""
        return self.slot.version

    def added(self, title: str, sealed: document.SealedObject, version: int | None = None) -> Added:
        """What to tell of it."""
        return Added(self.id, version or self.version, title, sealed.size, sealed.sha256)


def begin(
    vault: OpenVault,
    new: NewDocument,
    section: SectionId,
    part_size: int,
    uploads: Uploads,
    *,
    replaces: DocumentState | None = None,
) -> Begun:
    """Everything that the server would refuse, or a reader, is found here, before anything is sent.

    Raises NotAllowed, NotFound, Usage; Malformed or LimitExceeded for a description off chapter 4's rules.
    """
    if section not in vault.addable():
        raise NotAllowed("no right to add there")
    if replaces is not None and not vault.owned and replaces.author != vault.client.me:
        raise NotAllowed("only the owner or who added it can replace it")
    size = size_of(new.path)
    check = document.SealedObject(1, 0, (), b"", size, bytes(32), bytes(32))
    _probe(vault, described(new, _author(vault), check), section)
    place: tuple[str, ...] = (vault.client.session.server, vault.client.session.account, vault.id, section)
    if replaces is not None:
        place = (*place, replaces.document)
    pending = uploads.of(place, new.path, part_size, lambda known: _is_removed(vault, known))
    identifier = pending.document if replaces is None else replaces.document
    return Begun(new, identifier, section, size, pending, replaces)


def already_in(vault: OpenVault, begun: Begun, hashes: tuple[bytes, ...]) -> VersionState | None:
    """The version whose parts have these hashes, when the last attempt was interrupted after the server had
    taken it."""
    known = vault.state.documents.get(begun.id)
    return next((one for one in known.versions if one.manifest.parts == hashes), None) if known else None


def commit(vault: OpenVault, begun: Begun, sealed: document.SealedObject, where: Mapping[str, Json]) -> Added:
    """Adds the version whose object is at the server, or comes along: `where` is the field that says so."""
    meta = described(begun.new, _author(vault), sealed)

    def make(state: LedgerState) -> tuple[InLedger, dict[str, Json]]:
        statement, attached = make_manifest(vault, begun.slot, sealed, meta, state)
        return statement, {**attached, **where}

    try:
        vault.append("documents", make, "manifest")
    except ServerRefused as error:
        if error.code in ("stale", "conflict"):
            # Perhaps it was added before, where this account may not look: never again under that id.
            begun.pending.forget()
        raise
    return begun.added(meta.title, sealed)


def make_manifest(
    vault: OpenVault, slot: Slot, sealed: document.SealedObject, meta: Metadata, state: LedgerState
) -> tuple[Manifest, dict[str, Json]]:
    """The version's manifest for the ledger's next position, and what goes with it.

    Raises NotFound: what it replaces changed meanwhile.
    """
    if slot.replaces is not None and vault.document(slot.id).latest != slot.replaces.latest:
        raise NotFound("the document changed meanwhile")
    file_key = slot.file_key
    secret = vault.newest(slot.section)
    filing = Filing(vault.id, slot.section, secret.epoch, slot.id, slot.version)
    recipient = None if vault.owned else vault.client.keyring.age_identity().recipient()
    header = document.make_header(secret, filing, file_key, author=recipient)
    sealed_meta = metadata.seal(secret, filing, meta)
    authored = Authored(vault.id, slot.id, slot.version)
    own_meta = None if recipient is None else metadata.seal_for_author(file_key, authored, meta)
    manifest = Manifest(
        author_metadata=None if own_meta is None else author_metadata_hash(own_meta),
        **next_position(vault, state),
        digest=sealed.digest,
        document=slot.id,
        epoch=secret.epoch,
        header=header_hash(header),
        length=sealed.length,
        metadata=metadata_hash(sealed_meta),
        part_size=sealed.part_size,
        parts=sealed.parts,
        previous=None if slot.replaces is None else slot.replaces.latest.hash,
        section=slot.section,
        version=slot.version,
    )
    own: dict[str, Json] = {} if own_meta is None else {"author_metadata": b64u(own_meta)}
    return manifest, {**own, "header": b64u(header), "metadata": b64u(sealed_meta)}


def _author(vault: OpenVault) -> str:
    return vault.client.keyring.name


def _probe(vault: OpenVault, meta: Metadata, section: SectionId) -> None:
    secret = vault.newest(section)
    metadata.seal(secret, Filing(vault.id, section, secret.epoch, DocumentId(new_id()), 1), meta)


def _is_removed(vault: OpenVault, identifier: DocumentId) -> bool:
    known = vault.state.documents.get(identifier)
    return known is not None and known.removed is not None


def _is_dicom(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(132)[128:] == b"DICM"
