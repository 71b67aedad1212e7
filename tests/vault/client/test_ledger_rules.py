"""Statements that hold by themselves but may not stand where they stand."""

from dataclasses import replace

import pytest

from crypto.errors import Tampered
from crypto.statements import sign
from tests.vault.client.folding import DOCTOR_VIEW, EMPTY, OWNER_VIEW, append, fold, refused
from tests.vectors.forbidden_steps import LEDGER_STEPS
from tests.vectors.samples import (
    DOCTOR,
    GRANT,
    NOW,
    OTHER_DOCTOR,
    STRANGER,
)
from tests.vectors.stories import SECOND, A, granted, started
from vault.client.ledger_rules import Viewer


@pytest.mark.parametrize("name", LEDGER_STEPS)
def test_one_step_that_may_not_be_taken(name: str) -> None:
    first, steps = LEDGER_STEPS[name]
    vault = first()
    for step in steps[:-1]:
        step(vault)
    ledger = append(EMPTY, vault.ledger)
    steps[-1](vault)
    refused(vault.ledger[ledger.state.size :], ledger=ledger)


def test_a_professional_removes_and_continues_their_own_document() -> None:
    vault = granted()
    vault.manifest(author=DOCTOR, document=SECOND)
    vault.manifest(author=DOCTOR, document=SECOND, version=2)
    vault.removal(author=DOCTOR, document=SECOND, version=2)
    for viewer in (OWNER_VIEW, DOCTOR_VIEW):
        assert fold(vault, viewer).state.documents[SECOND].removed is not None


def test_revoking_twice_keeps_the_first_time() -> None:
    vault = granted()
    vault.revocation()
    first = fold(vault).state.grants[GRANT]
    vault.revocation()
    assert fold(vault).state.grants[GRANT] == first


def test_a_patients_card_does_not_make_an_author_for_a_professional() -> None:
    vault = started()
    vault.people.append(STRANGER)
    vault.manifest(author=STRANGER, document=SECOND)
    page = vault.page(sections=[A], grants=[], reader=OTHER_DOCTOR)
    with pytest.raises(Tampered):
        EMPTY.append_page(page, Viewer(OTHER_DOCTOR.id, frozenset([A])))


def test_the_newest_card_for_the_same_keys_counts() -> None:
    renamed = replace(DOCTOR.card, name="Hélène Dubois-Martin", time=NOW + 1)
    newer = sign(renamed, DOCTOR.key)
    page = granted().page()
    for cards in ([newer, DOCTOR.signed], [DOCTOR.signed, newer]):
        known = EMPTY.append(page.entries, cards, OWNER_VIEW).state.cards[DOCTOR.id]
        assert known.card == renamed
