"""Documents: sealing and adding, filing elsewhere, removing (chapters 4 and 6). Reading them is `reading`.

    added = add(vault, NewDocument(Path("scan.dcm"), title="CT"), section, on_progress)

Owns the steps and their order: an object is complete before its manifest is sent.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from functools import partial
from itertools import groupby
from typing import Final
from unicodedata import normalize

from crypto import document
from crypto.document import ObjectSealer, object_length
from crypto.encoding import Json, SectionId
from crypto.errors import CoffreError, Tampered
from crypto.statements import InLedger, Refile, Removal, parse
from vault.client import chains, reading, small_documents
from vault.client.errors import NotAllowed, NotFound
from vault.client.ledger_state import DocumentState, LedgerState, VersionState
from vault.client.new_versions import Added, Begun, NewDocument, already_in, begin, commit, described, size_of
from vault.client.positions import next_position
from vault.client.refiling import filed
from vault.client.resuming import Uploads
from vault.client.uploads import Advance, part_size_of, reserve, resume, send
from vault.client.vaults import OpenVault

MASKED: Final = "masked"


def add(
    vault: OpenVault,
    new: NewDocument,
    section: SectionId,
    advance: Advance,
    uploads: Uploads | None = None,
    *,
    replaces: DocumentState | None = None,
) -> Added:
    """Seals a file under a fresh key, uploads it and adds it to a section, or as a document's next version.

    With `uploads`, goes on where an interrupted attempt left off; what that had added is not added twice.
    `replaces` stays in its section, which `section` must be. Raises as `new_versions.begin`, and NotFound (it
    changed meanwhile).
    """
    if uploads is None:
        with Uploads(vault.client.home) as uploads:
            return add(vault, new, section, advance, uploads, replaces=replaces)
    try:
        return _add(vault, new, section, advance, uploads, replaces)
    finally:
        vault.keep()


def _add(
    vault: OpenVault,
    new: NewDocument,
    section: SectionId,
    advance: Advance,
    uploads: Uploads,
    replaces: DocumentState | None,
) -> Added:
    part_size = part_size_of(vault, size_of(new.path))
    begun = begin(vault, new, section, part_size, uploads, replaces=replaces)
    if small_documents.is_small(begun.size):
        added = small_documents.add_one(vault, begun, part_size)
        advance(object_length(begun.size))
        return added
    with new.path.open("rb") as source:
        sealer = ObjectSealer(
            source,
            size=begun.size,
            file_key=begun.pending.file_key,
            part_size=part_size,
            random=begun.pending.random(),
            hashed=new.hashed,
        )
        sent = _send(vault, begun, sealer, advance)
    sealed = sealer.result()
    if isinstance(sent, VersionState):
        title = described(new, vault.client.keyring.name, sealed).title
        return begun.added(title, sealed, sent.manifest.version)
    return commit(vault, begun, sealed, {"upload": sent})


def add_all(
    vault: OpenVault,
    news: Sequence[NewDocument],
    section: SectionId,
    progress: Callable[[NewDocument], AbstractContextManager[Advance]],
    uploads: Uploads,
) -> Iterator[Added]:
    """`add` of several, in their order; neighbours that are small travel together."""
    try:
        for small, group in groupby(news, lambda new: small_documents.is_small(size_of(new.path))):
            if small:
                part_size = part_size_of(vault, 0)
                yield from small_documents.add_many(vault, list(group), section, part_size, uploads)
            else:
                for new in group:
                    with progress(new) as advance:
                        yield _add(vault, new, section, advance, uploads, None)
    finally:
        vault.keep()


def refile(
    vault: OpenVault, target: DocumentState, section: SectionId, *, tags: Sequence[str] | None = None
) -> None:
    """Files a document in another section, or gives it other tags where it stands: new header and sealed
    metadata, the object stays. Raises Malformed, LimitExceeded for tags that a reader would refuse.
    """
    _require_owner(vault)
    version = target.latest
    header = reading.access(vault, version).header
    file_key = reading.file_key_of(vault, version, header)
    meta = vault.metadata(version)
    if tags is not None:
        meta = replace(meta, tags=tuple(dict.fromkeys(normalize("NFC", tag) for tag in tags)))

    def make(state: LedgerState) -> tuple[InLedger, dict[str, Json]]:
        known = vault.document(target.document)
        if known.latest != version:
            raise NotFound("the document changed meanwhile")
        return filed(vault, state, known, section, meta, partial(document.refile_header, header, file_key))

    vault.append("filings", make, "refile")


def section_before(vault: OpenVault, target: DocumentState) -> SectionId:
    """Where a document was before its last filing, from the owner's own signed statement. Raises NotFound."""
    position = target.latest.filing.seq
    page = chains.fetch(vault.client, vault.id, "ledger", position)
    signed = page.entries[0].signed if page.entries else None
    try:
        statement = parse(Refile, signed.statement) if signed is not None else None
    except CoffreError:
        statement = None
    if statement is None:
        raise NotFound("it was never filed anywhere else")
    filing = target.latest.filing
    said = (statement.vault, statement.seq, statement.document, statement.header, statement.metadata)
    if said != (vault.id, position, target.document, filing.header, filing.metadata):
        raise Tampered("another entry than the one that was folded")
    if statement.from_ == filing.section:
        raise NotFound("it was given other tags since")
    return statement.from_


def remove(vault: OpenVault, target: DocumentState) -> None:
    """Takes a document out of the record: by the owner, or by who added it."""
    if not vault.owned and target.author != vault.client.me:
        raise NotAllowed("only the owner or who added it can remove it")

    def make(state: LedgerState) -> tuple[InLedger, dict[str, Json]]:
        known = vault.document(target.document)
        statement = Removal(
            **next_position(vault, state),
            document=target.document,
            manifest=known.latest.hash,
            section=known.section,
            version=known.latest.manifest.version,
        )
        return statement, {}

    vault.append("removals", make, "removal")


def version_of(target: DocumentState, wanted: int | None) -> VersionState:
    """The version with a number, or the latest. Raises NotFound."""
    found = target.latest if wanted is None else target.version(wanted)
    if found is None:
        raise NotFound("no such version")
    return found


def _require_owner(vault: OpenVault) -> None:
    if not vault.owned:
        raise NotAllowed("only the owner files documents")


def _send(vault: OpenVault, begun: Begun, sealer: ObjectSealer, advance: Advance) -> str | VersionState:
    """Uploads what has not arrived; its name, or the version when that stands in the vault already."""
    pending = begun.pending
    before = already_in(vault, begun, tuple(pending.hashes))
    parts = pending.recorded(sealer)
    if before is not None:
        # Sealing once more shows that it is the same.
        for part in parts:
            advance(len(part.data))
        return before
    length, part_size = sealer.length, sealer.part_size
    upload = resume(vault, pending.upload, length, part_size) if pending.upload else None
    if upload is None:
        upload = reserve(vault, length, part_size)
        pending.note_upload(upload.id)
    send(vault, upload, parts, advance)
    return upload.id
