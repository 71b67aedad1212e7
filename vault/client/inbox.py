"""The owner's side of deposits (chapters 4 and 7): what waits in the inbox, and taking it in.

    taken = take_in(vault)        # at unlock: what waits is sealed under the inbox's own key
    link_of(vault).text(origin)   # by which anyone verified deposits

Filing it elsewhere is `documents.refile`. Knows no depositor's key.
"""

from functools import partial

from crypto import metadata
from crypto.deposits import DepositLink, open_deposit_header, take_in_header
from crypto.encoding import DocumentId, Json
from crypto.errors import CoffreError, Tampered
from crypto.metadata import Authored
from crypto.statements import InLedger, author_metadata_hash
from vault.client import reading
from vault.client.errors import NotFound, ServerRefused
from vault.client.home import InboxNotes
from vault.client.ledger_state import DocumentState, LedgerState
from vault.client.refiling import filed
from vault.client.vaults import OpenVault


def link_of(vault: OpenVault) -> DepositLink:
    """The link by which anyone verified deposits there."""
    if vault.state.owner is None:
        raise NotFound("no owner")
    return DepositLink(vault.id, vault.state.owner)


def is_new(vault: OpenVault, found: DocumentState) -> bool:
    """Whether a document waits in the inbox to be filed, and is somebody else's."""
    return found.section == vault.state.inbox and found.author != vault.state.owner


def take_in(vault: OpenVault) -> int:
    """Seals what waits under the inbox's own key, so that it is listed and filed as any document; how many.

    One that does not open stays as it is. Each leaves an access of the owner's in the journal.
    """
    if not vault.owned:
        return 0
    known = (vault.state.documents[found] for found in vault.state.waiting)
    waiting = sorted(known, key=lambda found: found.latest.filing.seq)
    return sum(_take_in(vault, found) for found in waiting if found.document not in _unreadable(vault))


def _take_in(vault: OpenVault, found: DocumentState) -> bool:
    version = found.latest
    try:
        accessed = reading.access(vault, version)
        if accessed.author_metadata is None:
            raise Tampered("a deposit without its metadata")
        if author_metadata_hash(accessed.author_metadata) != version.manifest.author_metadata:
            raise Tampered("another metadata than the deposit's")
    except ServerRefused as error:
        if error.code != "not_found":
            raise
        # Withdrawn meanwhile.
        return False
    try:
        drop = vault.secret(found.section, version.filing.epoch).drop_identity()
        file_key = open_deposit_header(accessed.header, drop)
        authored = Authored(vault.id, found.document, version.manifest.version)
        meta = metadata.open_as_author(file_key, authored, accessed.author_metadata)
    except CoffreError:
        # Its author sealed nonsense: shown as unreadable, and not opened again at every command.
        _note_unreadable(vault, found.document)
        return False

    def make(state: LedgerState) -> tuple[InLedger, dict[str, Json]]:
        known = state.documents[found.document]
        if known.latest != version or not known.waits:
            raise NotFound("the document changed meanwhile")
        header_of = partial(take_in_header, accessed.header, file_key)
        return filed(vault, state, known, known.section, meta, header_of)

    try:
        vault.append("filings", make, "refile")
    except NotFound:
        # Another device of the owner's was faster.
        return False
    return True


def _unreadable(vault: OpenVault) -> frozenset[str]:
    return frozenset(vault.client.home.inbox(vault.client.session.server, vault.id).unreadable)


def _note_unreadable(vault: OpenVault, identifier: DocumentId) -> None:
    notes = InboxNotes(unreadable=(identifier,))
    vault.client.home.save_inbox(vault.client.session.server, vault.id, notes)
