"""The kinds' own rules (spec chapter 6, "Folding"): may this author say this now, and what changes.

Each rule takes the state (a copy that the fold throws away on an error), the verified statement and its
place, and raises `Tampered`. Position, signature and body hash were checked before by the fold. The rules
stand by their noun in `ledger_documents`, `ledger_grants` and `ledger_sections`; here those for shares.
"""

from dataclasses import replace

from crypto.errors import Tampered
from crypto.journal import Entry
from crypto.statements import (
    Acceptance,
    Block,
    Deposit,
    DocumentGrant,
    Grant,
    InVault,
    Manifest,
    Refile,
    Removal,
    RenewalRefusal,
    RenewalRequest,
    Restoral,
    Revocation,
    Rotation,
    Sections,
    SectionTerms,
    Settings,
    Share,
    ShareEnd,
    ShareUpdate,
    Unblock,
    Vault,
    metadata_hash,
)
from vault.client import ledger_documents, ledger_grants, ledger_sections
from vault.client.ledger_place import Place, Viewer, learn_card, require, sees_all
from vault.client.ledger_state import LedgerState, ShareRecord

__all__ = ["Place", "Viewer", "apply", "learn_card"]


def apply(state: LedgerState, statement: InVault, place: Place) -> None:
    """Change `state` by one verified statement. Raises Tampered if the statement may not stand here."""
    _check_attachments(statement, place.entry)
    match statement:
        case Manifest():
            ledger_documents.manifest(state, statement, place)
        case Deposit():
            ledger_documents.deposit(state, statement, place)
        case Removal():
            ledger_documents.removal(state, statement, place)
        case Acceptance():
            ledger_grants.acceptance(state, statement, place)
        case RenewalRequest():
            ledger_grants.renewal_request(state, statement, place)
        case Vault():
            ledger_sections.vault(state, statement, place)
        case _:
            require("statement that only the owner may make", holds=statement.author == state.owner)
            _apply_owners(state, statement, place)


def _apply_owners(state: LedgerState, statement: InVault, place: Place) -> None:
    match statement:
        case Refile():
            ledger_documents.refile(state, statement, place)
        case Restoral():
            ledger_documents.restoral(state, statement, place)
        case Sections():
            ledger_sections.sections(state, statement, place)
        case SectionTerms():
            ledger_sections.section_terms(state, statement, place)
        case Settings():
            ledger_sections.settings(state, statement)
        case Rotation():
            ledger_sections.rotation(state, statement, place)
        case Share():
            _share(state, statement, place)
        case ShareUpdate():
            _share_update(state, statement, place)
        case ShareEnd():
            _share_end(state, statement, place)
        case _:
            _apply_to_grants(state, statement, place)


def _apply_to_grants(state: LedgerState, statement: InVault, place: Place) -> None:
    match statement:
        case Grant():
            ledger_grants.grant(state, statement, place)
        case DocumentGrant():
            ledger_grants.document_grant(state, statement, place)
        case Revocation():
            ledger_grants.revocation(state, statement, place)
        case RenewalRefusal():
            ledger_grants.renewal_refusal(state, statement, place)
        case Block():
            ledger_grants.block(state, statement, place)
        case Unblock():
            ledger_grants.unblock(state, statement)
        case _:
            raise Tampered("kind without a rule")


def _check_attachments(statement: InVault, entry: Entry) -> None:
    if entry.metadata is not None:
        placed = isinstance(statement, Manifest | Refile | Restoral)
        require("metadata on an entry that has none", holds=placed)
        require(
            "metadata that is not the statement's",
            holds=not isinstance(statement, Manifest | Refile)
            or metadata_hash(entry.metadata) == statement.metadata,
        )
    if entry.manifest is not None:
        require("manifest on an entry that is no refile", holds=isinstance(statement, Refile))


def _share(state: LedgerState, statement: Share, place: Place) -> None:
    require("share that is already known", holds=statement.share not in state.shares)
    _require_live(state, statement, place)
    state.shares[statement.share] = ShareRecord(statement=statement, since=place.time)


def _share_update(state: LedgerState, statement: ShareUpdate, place: Place) -> None:
    known = state.shares.get(statement.share)
    if known is None:
        raise Tampered("update of no known share")
    over = known.ended is not None or known.holds.not_after <= place.time
    require("update of a share that is over", holds=not over)
    _require_live(state, statement, place)
    state.shares[statement.share] = replace(known, update=statement)


def _require_live(state: LedgerState, statement: Share | ShareUpdate, place: Place) -> None:
    if sees_all(state, place):
        for member in statement.documents:
            known = state.documents.get(member.document)
            require(
                "share of no live document",
                holds=known is not None
                and known.removed is None
                and known.version(member.version) is not None,
            )


def _share_end(state: LedgerState, statement: ShareEnd, place: Place) -> None:
    known = state.shares.get(statement.share)
    if known is None:
        raise Tampered("end of no known share")
    if known.ended is None:
        state.shares[statement.share] = replace(known, ended=place.time)
