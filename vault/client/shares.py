"""Shares by the owner (chapter 8): made from documents that are opened and sealed anew, listed, ended.

Owns what stands in a share's statement and details. Changing one is `share_updates`, opening one `receiver`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from crypto.encoding import Json, ShareId, new_id
from crypto.share import ShareDetails, ShareLink, open_details, seal_details
from crypto.statements import InLedger, Share, ShareEnd
from vault.client import chains, shared_files
from vault.client.errors import NotAllowed, NotFound, Usage
from vault.client.ledger_rules import Viewer
from vault.client.ledger_state import LedgerState, ShareRecord, VersionState
from vault.client.positions import next_position
from vault.client.uploads import Advance
from vault.client.vaults import OpenVault

# No link opens without end: who wants more says so.
DEFAULT_OPENINGS = 20
MAX_DOCUMENTS = 100
MIN_PASSCODE = 4


@dataclass(frozen=True)
class NewShare:
    """How long (end in seconds since 1970), how often, under which passcode and label.

    `follow`: the link gives newer versions, too. `direct`: one file by GET, for receivers that know no
    manifest (the recipient's name then stands in an address, which proxies may log). `name_asked`: our viewer
    asks who opens it.
    """

    not_after: int
    max_openings: int = DEFAULT_OPENINGS
    passcode: str | None = field(default=None, repr=False)
    label: str = field(default="", repr=False)
    follow: bool = False
    direct: bool = False
    name_asked: bool = True


@dataclass(frozen=True)
class Shared:
    """A share as its owner sees it; `openings` as the server signed them into the journal."""

    record: ShareRecord
    details: ShareDetails
    openings: int
    state: str


def make(
    vault: OpenVault, identifiers: Sequence[str], new: NewShare, advance: Advance
) -> tuple[ShareId, str]:
    """Seals documents under a new link's key; the share's id and the link. Documents over 20 MiB are fetched
    apart by who opens it."""
    own = vault.client.keyring.vault
    if own is None or not vault.owned:
        raise NotAllowed("only the patient shares")
    versions = _versions(vault, identifiers)
    if new.direct and (new.passcode is not None or new.follow or len(versions) != 1):
        raise Usage("a file by GET is one document, without a passcode, that does not follow")
    origin = vault.client.session.server
    link = ShareLink.generate(
        origin,
        exp=new.not_after,
        passcode=new.passcode is not None,
        long_lived=new.follow,
        direct=new.direct,
        label=new.label or None,
        name_asked=new.name_asked,
    )
    share, text = ShareId(new_id()), link.text(origin)
    sent = shared_files.send(vault, versions, link.key, advance)
    details = seal_details(own.owner_secret, ShareDetails(text, new.label), vault=vault.id, share=share)

    def build(state: LedgerState) -> tuple[InLedger, dict[str, Json]]:
        statement = Share(
            **next_position(vault, state),
            details=details,
            documents=sent.documents,
            files=sent.files,
            not_after=new.not_after,
            passcode=0 if new.passcode is None else 1,
            share=share,
            max_openings=new.max_openings,
        )
        extra: dict[str, Json] = {"locator": link.locator, "flag": link.flag, "files": sent.uploads}
        return statement, extra if new.passcode is None else {**extra, "passcode": new.passcode}

    vault.append("shares", build, "share")
    return share, text


def end(vault: OpenVault, identifier: str) -> Shared:
    """Ends a share at once; the server deletes its ciphertext. Raises NotFound."""
    found = next((s for s in vault.state.shares.values() if s.statement.share == identifier), None)
    if found is None or not vault.owned:
        raise NotFound("no such share")
    share = found.statement.share

    if found.ended is None:

        def build(state: LedgerState) -> tuple[InLedger, dict[str, Json]]:
            statement = ShareEnd(
                **next_position(vault, state),
                share=share,
            )
            return statement, {}

        vault.append("share-ends", build, "share_end")
    return next(row for row in shares(vault) if row.record.statement.share == share)


def shares(vault: OpenVault) -> list[Shared]:
    """Every share with its state: active, used up, expired, ended."""
    own = vault.client.keyring.vault
    if own is None or not vault.owned:
        raise NotAllowed("only the patient shares")
    log, _ = chains.fold_accesses(vault.client, vault.ledger, Viewer(vault.client.me), cached=True)
    found = []
    for share, record in vault.state.shares.items():
        details = open_details(own.owner_secret, record.holds.details, vault=vault.id, share=share)
        openings = log.openings.get(share, 0)
        found.append(Shared(record, details, openings, _state(record, openings, vault.now())))
    return found


def _state(record: ShareRecord, openings: int, now: int) -> str:
    if record.ended is not None:
        return "ended"
    if now >= record.holds.not_after:
        return "expired"
    limit = record.holds.max_openings
    return "used" if limit is not None and openings >= limit else "active"


def _versions(vault: OpenVault, identifiers: Sequence[str]) -> list[VersionState]:
    """The documents' latest versions in the statement's order."""
    chosen = {
        vault.document(identifier).document: vault.document(identifier).latest for identifier in identifiers
    }
    if len(chosen) != len(identifiers):
        raise Usage("a document twice")
    return [chosen[document] for document in sorted(chosen)]
