"""Reading a document: the access that the journal keeps, what it is answered with, the bytes (chapters 4, 6).

    opened = open_version(vault, vault.document(identifier).latest)
    with to("scan.dcm") as sink:
        write(vault, opened, sink, on_progress)

No byte of a document is released before all of it was verified, which is the caller's destination to hold to.
"""

from dataclasses import dataclass, field
from hashlib import sha256
from typing import IO

from crypto import document, metadata
from crypto.age_recipients import Recipient
from crypto.errors import Tampered
from crypto.journal import Entry, EntryHeader
from crypto.metadata import Authored, Metadata
from crypto.primitives import system_random
from crypto.statements import Access, author_metadata_hash, header_hash
from vault.client.answers import binary, child, children, from_server, text
from vault.client.downloads import download
from vault.client.errors import BadAnswer, ServerRefused, Usage
from vault.client.ledger_state import VersionState
from vault.client.uploads import Advance
from vault.client.vaults import OpenVault


@dataclass(frozen=True)
class Accessed:
    """What is answered to an access: `author_metadata` (sealed) to the version's author only. `seq` is where
    it stands among the vault's."""

    header: bytes
    author_metadata: bytes | None
    seq: int


@dataclass(frozen=True)
class Opened:
    """A version that can be read: its metadata and its object's key. The access stands in the journal."""

    version: VersionState
    metadata: Metadata
    file_key: bytes = field(repr=False)
    access: int | None = None
    """Where its access stands among the vault's."""


def read(vault: OpenVault, version: VersionState, sink: IO[bytes], advance: Advance) -> Metadata:
    """Opens a version into `sink`, which the caller releases only when this returns.

    Leaves an access in the journal.
    """
    opened = open_version(vault, version)
    write(vault, opened, sink, advance)
    return opened.metadata


def open_version(vault: OpenVault, version: VersionState) -> Opened:
    """Leaves an access in the journal and opens what it takes to read a version: by the section's key, or as
    its author.

    Raises Tampered, WrongKey, NotAllowed.
    """
    if not vault.as_author(version):
        meta = vault.metadata(version)
        accessed = access(vault, version)
        return Opened(version, meta, file_key_of(vault, version, accessed.header), accessed.seq)
    manifest, accessed = version.manifest, access(vault, version)
    sealed = accessed.author_metadata
    if sealed is None or author_metadata_hash(sealed) != manifest.author_metadata:
        raise Tampered("another author's metadata than the manifest's")
    with from_server():
        file_key = document.open_header_as_author(accessed.header, vault.client.keyring.age_identity())
        authored = Authored(vault.id, manifest.document, manifest.version)
        meta = metadata.open_as_author(file_key, authored, sealed)
        return Opened(version, meta, file_key, accessed.seq)


def write(vault: OpenVault, opened: Opened, sink: IO[bytes], advance: Advance) -> bytes:
    """Writes an opened version into `sink`, which the caller releases only when this returns.

    Returns the SHA-256 (32 bytes) of what was written, for people who compare it.
    """
    manifest, counted = opened.version.manifest, _Counted(sink, advance)
    with download(vault, opened.version, opened.access) as source:
        document.write_object(source, counted, manifest, opened.metadata, file_key=opened.file_key)
    return counted.whole.digest()


def write_age(
    vault: OpenVault, opened: Opened, sink: IO[bytes], recipient: Recipient, advance: Advance
) -> None:
    """Writes an opened version as a plain `.age` file for a recipient, verified and not decrypted."""
    manifest, meta = opened.version.manifest, opened.metadata
    with download(vault, opened.version, opened.access) as source:
        document.export_object(source, sink, manifest, meta, file_key=opened.file_key, recipients=[recipient])
    advance(meta.size)


def access(vault: OpenVault, version: VersionState) -> Accessed:
    """Posts the signed access and takes what is answered to it.

    Raises Tampered for another header than the ledger's.
    """
    manifest = version.manifest
    grant = None if vault.owned else vault.reading_grant(version)
    statement = Access(
        time=vault.client.now(),
        author=vault.client.me,
        vault=vault.id,
        document=manifest.document,
        mode="own" if grant is None else "grant",
        nonce=system_random(16),
        reason="own" if grant is None else "care",
        version=manifest.version,
        grant=grant,
    )
    signed = vault.client.sign(statement)
    try:
        answer = vault.client.api.post(f"/vaults/{vault.id}/accesses", {"accesses": [signed.to_wire()]})
    except ServerRefused as error:
        # An access has no place in the chain to be stale for: its time is too far from the server's.
        if error.code != "stale":
            raise
        raise Usage("the clocks of this device and of the server are minutes apart: set this one") from None
    opened = children(answer, "opened", limit=1)
    if len(opened) != 1:
        raise BadAnswer
    with from_server():
        entry = Entry.from_wire(
            {name: text(child(opened[0], "entry"), name) for name in child(opened[0], "entry")}
        )
        seq = EntryHeader.from_bytes(entry.header).seq
    if entry.signed is None or entry.signed.statement != signed.statement:
        raise Tampered("the journal's entry is not this access")
    header = binary(opened[0], "header")
    if header_hash(header) != version.filing.header:
        raise Tampered("another header than the ledger's")
    own = binary(opened[0], "author_metadata") if "author_metadata" in opened[0] else None
    return Accessed(header, own, seq)


def file_key_of(vault: OpenVault, version: VersionState, header: bytes) -> bytes:
    """The file key in a version's header, by the section's key. Raises WrongKey, Tampered."""
    secret = vault.secret(version.filing.section, version.filing.epoch)
    with from_server():
        return document.open_header(header, secret, vault.filing_of(version))


class _Counted:
    """Hashes what is written to a sink, and tells how much it was."""

    def __init__(self, sink: IO[bytes], advance: Advance) -> None:
        self._sink = sink
        self._advance = advance
        self.whole = sha256()

    def write(self, data: memoryview, /) -> None:
        """Takes all of the bytes."""
        self.whole.update(data)
        self._sink.write(data)
        self._advance(len(data))
