"""What a grant of single documents gives (chapter 7): file keys and metadata, from the owner's own vault.

    held = gather(vault, documents)                # leaves an access of the owner's own for each
    bundle = bundle_of(vault, grant, held)

Owns which versions are named: the newest of each document. Statements and terms are `grants`'.
"""

from collections.abc import Collection
from dataclasses import replace

from crypto.document_bundle import DocumentBundle, GrantedDocument
from crypto.encoding import DocumentId, GrantId
from crypto.errors import LimitExceeded
from crypto.records import Pin
from crypto.statement_documents import MAX_NAMED
from crypto.statements import SharedDocument
from vault.client import reading
from vault.client.errors import NotFound, Usage
from vault.client.ledger_state import GrantTerm, VersionState
from vault.client.vaults import OpenVault

Held = tuple[GrantedDocument, ...]


def gather(vault: OpenVault, documents: Collection[DocumentId]) -> Held:
    """The newest versions of these documents with their keys, in the order of the statement.

    Raises NotFound (removed, unknown), Usage (a deposit that does not open), LimitExceeded.
    """
    if len(documents) > MAX_NAMED:
        raise LimitExceeded("too many documents for one grant")
    versions = [vault.document(document).latest for document in sorted(set(documents))]
    if any(version.filing.metadata is None for version in versions):
        raise Usage("a deposit that was not taken in cannot be granted")
    headers = reading.access_all(vault, versions)
    return tuple(
        _granted(vault, version, accessed.header) for version, accessed in zip(versions, headers, strict=True)
    )


def live_documents(vault: OpenVault, term: GrantTerm) -> frozenset[DocumentId]:
    """The documents of a term that are not removed, to be named again. Raises NotFound: there are none."""
    live = {document.document for document in vault.documents()}
    found = frozenset(document for document, _version in term.documents) & live
    if not found:
        raise NotFound("none of its documents is there any more")
    return found


def named(held: Held) -> tuple[SharedDocument, ...]:
    """What the statement says of them."""
    return tuple(SharedDocument(document=one.document, version=one.version) for one in held)


def bundle_of(vault: OpenVault, grant: GrantId, held: Held) -> DocumentBundle:
    """What the professional is given."""
    state = vault.state
    if state.owner is None:
        raise NotFound("no owner")
    return DocumentBundle(
        card=state.cards[state.owner].signed,
        documents=held,
        grant=grant,
        ledger=Pin(state.head, state.size),
        patient=vault.client.keyring.name,
        vault=vault.id,
    )


def _granted(vault: OpenVault, version: VersionState, header: bytes) -> GrantedDocument:
    return GrantedDocument(
        document=version.manifest.document,
        key=reading.file_key_of(vault, version, header),
        manifest=version.hash,
        metadata=replace(vault.metadata(version), thumbnail=None),
        version=version.manifest.version,
    )
