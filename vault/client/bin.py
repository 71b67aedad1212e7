"""The bin: documents that were removed and can still be brought back (chapters 5 and 6, `restoral`).

    for found in removed(vault): …
    restore(vault, identifier)

How long that is the server says; that it kept nothing longer nobody can prove.
"""

from dataclasses import dataclass
from typing import Final

from crypto.encoding import Json
from crypto.errors import CoffreError
from crypto.metadata import Metadata
from crypto.statements import InLedger, Restoral
from vault.client.answers import child, number
from vault.client.errors import BadAnswer, NotAllowed, NotFound
from vault.client.ledger_state import DocumentState, LedgerState
from vault.client.positions import next_position
from vault.client.vaults import OpenVault

_DAY: Final = 86400


@dataclass(frozen=True)
class Removed:
    """A document in the bin: when it was removed, and when it is gone for good (seconds since 1970)."""

    document: DocumentState
    metadata: Metadata | None
    removed: int
    until: int


def removed(vault: OpenVault) -> list[Removed]:
    """What can be brought back, last removed first. Raises NotAllowed for anyone but the owner."""
    _require_owner(vault)
    days = number(child(vault.client.api.get("/server"), "limits"), "bin_days")
    found = [
        Removed(document, _metadata(vault, document), document.removed, document.removed + days * _DAY)
        for document in vault.state.documents.values()
        if document.removed is not None
    ]
    kept = [one for one in found if vault.now() < one.until]
    return sorted(kept, key=lambda one: one.removed, reverse=True)


def restore(vault: OpenVault, identifier: str) -> DocumentState:
    """Brings a document back to the section it was in. Raises NotFound; ServerRefused `ended`: too late."""
    _require_owner(vault)
    target = _in_bin(vault, identifier)

    def make(state: LedgerState) -> tuple[InLedger, dict[str, Json]]:
        known = _in_bin(vault, identifier)
        statement = Restoral(
            **next_position(vault, state),
            document=known.document,
            manifest=known.latest.hash,
            section=known.section,
            version=known.latest.manifest.version,
        )
        return statement, {}

    vault.append("restorals", make, "restoral")
    return vault.document(target.document)


def _in_bin(vault: OpenVault, identifier: str) -> DocumentState:
    for document in vault.state.documents.values():
        if document.document == identifier and document.removed is not None:
            return document
    raise NotFound("no such document in the bin")


def _metadata(vault: OpenVault, document: DocumentState) -> Metadata | None:
    try:
        return vault.metadata(document.latest)
    except (CoffreError, BadAnswer):
        return None


def _require_owner(vault: OpenVault) -> None:
    if not vault.owned:
        raise NotAllowed("only the owner looks into the bin")
