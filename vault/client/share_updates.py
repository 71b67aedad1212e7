"""Shares that go on (chapter 8, `share_update`): newer versions for links that follow, a later end.

Owns when a share is due. The link's address, key and passcode stay; what it says of its end changes.
"""

from dataclasses import dataclass, replace

from crypto.encoding import Json
from crypto.share import ShareDetails, ShareLink, open_details, seal_details
from crypto.statements import InLedger, SharedDocument, SharedFile, ShareUpdate
from vault.client import shared_files, shares
from vault.client.errors import NotAllowed, NotFound, ServerRefused
from vault.client.ledger_state import LedgerState, ShareRecord, VersionState
from vault.client.positions import next_position
from vault.client.shares import Shared
from vault.client.vaults import OpenVault


@dataclass(frozen=True)
class _Held:
    """What a share is to hold; no uploads: the files it has."""

    documents: tuple[SharedDocument, ...]
    files: tuple[SharedFile, ...]
    not_after: int
    max_openings: int | None
    uploads: list[Json]


def follow(vault: OpenVault) -> int:
    """Gives links that follow the newest versions; ends those of which all documents were removed.

    How many shares changed.
    """
    due = [share for share, record in vault.state.shares.items() if vault.owned and _is_due(vault, record)]
    # Only then: how often each was opened stands in the other chain.
    found = shares.shares(vault) if due else []
    changed = 0
    for one in found:
        link = ShareLink.parse(one.details.link)
        if one.record.statement.share in due and one.state == "active" and link.long_lived:
            changed += _renew(vault, one.record, link)
    return changed


def extend(vault: OpenVault, identifier: str, not_after: int, more_openings: int = 0) -> tuple[Shared, str]:
    """Lets a share go on until `not_after`; the share, and its link with the new end.

    Receivers that hold the older link go by the end in it: show the new one.

    Raises NotFound, NotAllowed for one that is over.
    """
    found = next((one for one in shares.shares(vault) if one.record.statement.share == identifier), None)
    if found is None:
        raise NotFound("no such share")
    if found.state not in ("active", "used"):
        raise NotAllowed("the share is over: make a new one")
    held = found.record.holds
    openings = None if held.max_openings is None else held.max_openings + more_openings
    link = replace(ShareLink.parse(found.details.link), exp=not_after)
    _append(vault, found.record, link, _Held(held.documents, held.files, not_after, openings, []))
    after = next(one for one in shares.shares(vault) if one.record.statement.share == identifier)
    return after, after.details.link


def _is_due(vault: OpenVault, record: ShareRecord) -> bool:
    over = record.ended is not None or record.holds.not_after <= vault.now()
    held = [(member.document, member.version) for member in record.holds.documents]
    live = [(found.manifest.document, found.manifest.version) for found in _live(vault, record)]
    return not over and held != live


def _live(vault: OpenVault, record: ShareRecord) -> list[VersionState]:
    """The newest versions of a share's documents, without those that were removed."""
    documents = (vault.state.documents.get(member.document) for member in record.holds.documents)
    return [found.latest for found in documents if found is not None and found.removed is None]


def _renew(vault: OpenVault, record: ShareRecord, link: ShareLink) -> bool:
    live, held = _live(vault, record), record.holds
    try:
        if not live:
            shares.end(vault, record.statement.share)
            return True
        sent = shared_files.send(vault, live, link.key, lambda _: None)
        wanted = _Held(sent.documents, sent.files, held.not_after, held.max_openings, sent.uploads)
        _append(vault, record, link, wanted)
    except ServerRefused as error:
        if error.code != "not_found":
            raise
        # It ended meanwhile, as when somebody tried passcodes until it closed.
        return False
    return True


def _append(vault: OpenVault, record: ShareRecord, link: ShareLink, wanted: _Held) -> None:
    own = vault.client.keyring.vault
    if own is None:
        raise NotAllowed("only the patient shares")
    share = record.statement.share
    details = ShareDetails(link.text(vault.client.session.server), _details(vault, record).label)
    sealed = seal_details(own.owner_secret, details, vault=vault.id, share=share)

    def build(state: LedgerState) -> tuple[InLedger, dict[str, Json]]:
        statement = ShareUpdate(
            **next_position(vault, state),
            details=sealed,
            documents=wanted.documents,
            files=wanted.files,
            not_after=wanted.not_after,
            share=share,
            max_openings=wanted.max_openings,
        )
        return statement, {"files": wanted.uploads}

    vault.append("share-updates", build, "share_update")


def _details(vault: OpenVault, record: ShareRecord) -> ShareDetails:
    own = vault.client.keyring.vault
    if own is None:
        raise NotAllowed("only the patient shares")
    share = record.statement.share
    return open_details(own.owner_secret, record.holds.details, vault=vault.id, share=share)
