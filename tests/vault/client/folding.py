"""What the tests of the folds share: viewers, and the check that a refusal changes nothing."""

import json
from collections.abc import Sequence

import pytest

from crypto.encoding import Json
from crypto.errors import CoffreError, Tampered
from crypto.journal import Entry
from tests.vectors.samples import (
    DOCTOR,
    OWNER,
    SECTIONS,
    VAULT,
)
from tests.vectors.simulated_vault import SimulatedVault
from vault.client.ledger import Ledger
from vault.client.ledger_cache import document_to_json, ledger_to_json
from vault.client.ledger_rules import Viewer

A = SECTIONS[0]
OWNER_VIEW = Viewer(OWNER.id)
DOCTOR_VIEW = Viewer(DOCTOR.id, frozenset([A]))
EMPTY = Ledger.empty(VAULT, owner=OWNER.id)


def fold(vault: SimulatedVault, viewer: Viewer = OWNER_VIEW) -> Ledger:
    page = vault.page() if viewer == OWNER_VIEW else vault.page(sections=viewer.sections)
    return EMPTY.append_page(page, viewer)


def told(ledger: Ledger) -> dict[str, Json]:
    """Everything that a ledger says, to compare two of them."""
    documents: list[Json] = [document_to_json(found) for found in ledger.state.documents.values()]
    return {**ledger_to_json(ledger), "documents": documents}


def append(ledger: Ledger, entries: Sequence[Entry], viewer: Viewer = OWNER_VIEW) -> Ledger:
    return ledger.append(entries, SimulatedVault().page().cards, viewer)


def refused(
    entries: Sequence[Entry],
    error: type[CoffreError] = Tampered,
    *,
    ledger: Ledger = EMPTY,
    viewer: Viewer = OWNER_VIEW,
) -> None:
    """The entries are refused with exactly this error, and the ledger stays what it was."""
    before = json.dumps(told(ledger), sort_keys=True)
    with pytest.raises(error) as caught:
        append(ledger, entries, viewer)
    assert caught.value.code == error.code
    assert json.dumps(told(ledger), sort_keys=True) == before
