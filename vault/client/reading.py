"""Reading a document: the access that the journal keeps, what it is answered with, the bytes (chapters 4, 6).

    opened = open_version(vault, vault.document(identifier).latest)
    with to("scan.dcm") as sink:
        write(vault, opened, sink, on_progress)

No byte of a document is released before all of it was verified, which is the caller's destination to hold to.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import IO, Final

from crypto import document, metadata
from crypto.age_recipients import Recipient
from crypto.age_stream import Sink
from crypto.encoding import Json
from crypto.errors import Tampered
from crypto.journal import Entry, EntryHeader
from crypto.metadata import Authored, Metadata
from crypto.primitives import system_random
from crypto.statements import Access, Signed, author_metadata_hash, header_hash
from vault.client.answers import Answer, binary, child, children, from_server, text
from vault.client.downloads import download
from vault.client.errors import BadAnswer, ServerRefused, Usage
from vault.client.ledger_state import VersionState
from vault.client.uploads import Advance
from vault.client.vaults import OpenVault

# So many accesses the server takes at a time.
_AT_ONCE: Final = 50


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
    granted = vault.granted(version)
    if granted is not None:
        # The key came with the grant: the access is what is owed for it, and shows whether it still stands.
        accessed = access(vault, version)
        return Opened(version, granted.metadata, granted.key, accessed.seq)
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


def write(vault: OpenVault, opened: Opened, sink: Sink, advance: Advance) -> None:
    """Writes an opened version into `sink`, which the caller releases only when this returns."""
    manifest, counted = opened.version.manifest, _Counted(sink, advance)
    with download(vault, opened.version, opened.access) as source:
        document.write_object(source, counted, manifest, opened.metadata, file_key=opened.file_key)


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
    return access_all(vault, [version])[0]


def access_all(vault: OpenVault, versions: Sequence[VersionState]) -> list[Accessed]:
    """`access` of several versions, in their order."""
    found: list[Accessed] = []
    for start in range(0, len(versions), _AT_ONCE):
        found += _access_some(vault, versions[start : start + _AT_ONCE])
    return found


def _access_some(vault: OpenVault, versions: Sequence[VersionState]) -> list[Accessed]:
    """A request whose answer was lost is sent again: an access counts once, so that it cannot be appended
    twice. If it was, the server refuses the repetition, and what was to be read is asked for by another
    access: the journal then shows both."""
    try:
        return _post_accesses(vault, versions)
    except ServerRefused as error:
        if not (error.code == "stale" and error.repeated):
            raise _explained(error) from None
    try:
        return _post_accesses(vault, versions)
    except ServerRefused as error:
        raise _explained(error) from None


def _explained(error: ServerRefused) -> ServerRefused | Usage:
    # An access has no place in the chain to be stale for: its time is too far from the server's.
    if error.code != "stale" or error.repeated:
        return error
    return Usage("the clocks of this device and of the server are minutes apart: set this one")


def _post_accesses(vault: OpenVault, versions: Sequence[VersionState]) -> list[Accessed]:
    signed = [vault.client.sign(_access_to(vault, version)) for version in versions]
    body: list[Json] = [one.to_wire() for one in signed]
    answer = vault.client.api.post(f"/vaults/{vault.id}/accesses", {"accesses": body}, again=True)
    opened = children(answer, "opened", limit=len(versions))
    if len(opened) != len(versions):
        raise BadAnswer
    return [
        _accessed(one, sent, version) for one, sent, version in zip(opened, signed, versions, strict=True)
    ]


def _access_to(vault: OpenVault, version: VersionState) -> Access:
    manifest = version.manifest
    grant = None if vault.owned else vault.reading_grant(version)
    return Access(
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


def _accessed(opened: Answer, signed: Signed, version: VersionState) -> Accessed:
    with from_server():
        entry = Entry.from_wire({name: text(child(opened, "entry"), name) for name in child(opened, "entry")})
        seq = EntryHeader.from_bytes(entry.header).seq
    if entry.signed is None or entry.signed.statement != signed.statement:
        raise Tampered("the journal's entry is not this access")
    header = binary(opened, "header")
    if header_hash(header) != version.filing.header:
        raise Tampered("another header than the ledger's")
    own = binary(opened, "author_metadata") if "author_metadata" in opened else None
    return Accessed(header, own, seq)


def file_key_of(vault: OpenVault, version: VersionState, header: bytes) -> bytes:
    """The file key in a version's header, by the section's key. Raises WrongKey, Tampered."""
    secret = vault.secret(version.filing.section, version.filing.epoch)
    with from_server():
        return document.open_header(header, secret, vault.filing_of(version))


class _Counted:
    """Tells how much is written to a sink."""

    def __init__(self, sink: Sink, advance: Advance) -> None:
        self._sink = sink
        self._advance = advance

    def write(self, data: memoryview, /) -> None:
        """Takes all of the bytes."""
        self._sink.write(data)
        self._advance(len(data))
