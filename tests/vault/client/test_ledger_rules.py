"""Statements that hold by themselves but may not stand where they stand."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from crypto.errors import Tampered
from crypto.statements import sign
from tests.vault.client.folding import DOCTOR_VIEW, EMPTY, OWNER_VIEW, append, fold, refused
from tests.vectors.samples import (
    DAY,
    DOCTOR,
    GRANT,
    INBOX,
    NOW,
    OTHER_DOCTOR,
    STRANGER,
    fixed,
    proof,
)
from tests.vectors.simulated_vault import SimulatedVault
from tests.vectors.stories import OTHER_GRANT, SECOND, A, B, C, empty, granted, started
from vault.client.ledger_rules import Viewer

Step = Callable[[SimulatedVault], object]


@pytest.mark.parametrize(
    ("first", "step"),
    [
        pytest.param(started, lambda v: v.manifest(author=DOCTOR, document=SECOND), id="no grant"),
        pytest.param(granted, lambda v: v.manifest(author=OTHER_DOCTOR, document=SECOND), id="other grant"),
        pytest.param(granted, lambda v: v.manifest(author=DOCTOR, document=SECOND, section=B), id="section"),
        pytest.param(granted, lambda v: v.refile(author=DOCTOR), id="refile by a professional"),
        pytest.param(granted, lambda v: v.removal(author=DOCTOR), id="removal of another's document"),
        pytest.param(granted, lambda v: v.revocation(author=DOCTOR), id="revocation by a professional"),
        pytest.param(granted, lambda v: v.rotation(author=DOCTOR, grants=[GRANT]), id="rotation by another"),
        pytest.param(granted, lambda v: v.share(author=DOCTOR), id="share by a professional"),
        pytest.param(
            granted,
            lambda v: v.grant(author=DOCTOR, grant=OTHER_GRANT, to=OTHER_DOCTOR),
            id="grant handed on",
        ),
        pytest.param(started, lambda v: v.manifest(version=3, previous=fixed("x", 32)), id="version gap"),
        pytest.param(started, lambda v: v.manifest(version=1), id="version 1 again"),
        pytest.param(started, lambda v: v.manifest(version=2, previous=bytes(32)), id="previous"),
        pytest.param(started, lambda v: v.manifest(version=2, section=B), id="version in another section"),
        pytest.param(started, lambda v: v.manifest(document=SECOND, section="0" * 32), id="unknown section"),
        pytest.param(started, lambda v: v.manifest(document=SECOND, epoch=2), id="future epoch"),
        pytest.param(started, lambda v: v.refile(source=B, target=C), id="refile from elsewhere"),
        pytest.param(started, lambda v: v.refile(epoch=2), id="refile to a future epoch"),
        pytest.param(started, lambda v: v.refile(manifest=bytes(32)), id="refile of another manifest"),
        pytest.param(started, lambda v: v.refile(version=2), id="refile of another version"),
        pytest.param(started, lambda v: v.removal(section=B), id="removal from elsewhere"),
        pytest.param(started, lambda v: v.removal(version=2), id="removal of another version"),
        pytest.param(started, lambda v: v.removal(manifest=bytes(32)), id="removal of another manifest"),
        pytest.param(started, lambda v: v.grant(sequence=2), id="grant that skips a sequence"),
        pytest.param(granted, lambda v: v.grant(to=DOCTOR), id="sequence used twice"),
        pytest.param(started, lambda v: v.grant(sections=[(A, 2)]), id="grant at another epoch"),
        pytest.param(started, lambda v: v.grant(sections=[("f" * 32, 1)]), id="grant of no section"),
        pytest.param(started, lambda v: v.acceptance(), id="acceptance of nothing"),
        pytest.param(granted, lambda v: v.acceptance(by=OTHER_DOCTOR), id="second acceptance"),
        pytest.param(granted, lambda v: v.revocation(sequence=2), id="revocation of another sequence"),
        pytest.param(started, lambda v: v.revocation(), id="revocation of nothing"),
        pytest.param(started, lambda v: v.rotation(sections=[(A, 3)]), id="rotation that skips an epoch"),
        pytest.param(started, lambda v: v.rotation(sections=[("f" * 32, 2)]), id="rotation of no section"),
        pytest.param(granted, lambda v: v.rotation(), id="rotation that leaves a grant out"),
        pytest.param(started, lambda v: v.rotation(grants=[GRANT]), id="rotation for an unknown grant"),
        pytest.param(
            started,
            lambda v: v.rotation(sections=[(INBOX, 2)], inbox_recipient=None),
            id="inbox without recipient",
        ),
        pytest.param(
            started, lambda v: v.rotation(inbox_recipient=fixed("r", 1216)), id="recipient without inbox"
        ),
        pytest.param(empty, lambda v: v.share(), id="share of nothing"),
        pytest.param(started, lambda v: v.share_end(), id="end of no share"),
    ],
)
def test_one_step_that_may_not_be_taken(first: Callable[[], SimulatedVault], step: Step) -> None:
    vault = first()
    ledger = append(EMPTY, vault.ledger)
    step(vault)
    refused(vault.ledger[ledger.state.size :], ledger=ledger)


@pytest.mark.parametrize(
    "steps",
    [
        pytest.param([lambda v: v.removal(), lambda v: v.manifest(version=2)], id="version after removal"),
        pytest.param([lambda v: v.removal(), lambda v: v.refile()], id="refile after removal"),
        pytest.param([lambda v: v.removal(), lambda v: v.removal()], id="removal after removal"),
        pytest.param([lambda v: v.removal(), lambda v: v.share()], id="share after removal"),
        pytest.param([lambda v: v.share(), lambda v: v.share()], id="share twice"),
        pytest.param([lambda v: v.grant(), lambda v: v.revocation(), lambda v: v.acceptance()], id="revoked"),
        pytest.param(
            [lambda v: v.grant(), lambda v: _later(v, 8), lambda v: v.acceptance()], id="accepted too late"
        ),
        pytest.param(
            [lambda v: v.grant(), lambda v: v.acceptance(proof=proof(OTHER_DOCTOR))], id="another's proof"
        ),
        pytest.param([lambda v: v.grant(), lambda v: v.acceptance(proof=bytes(64))], id="forged proof"),
        pytest.param([lambda v: v.grant(), lambda v: v.acceptance(sequence=2)], id="another sequence"),
        pytest.param([lambda v: v.grant(to=DOCTOR), lambda v: v.acceptance()], id="no invitation"),
        pytest.param(
            [
                lambda v: v.grant(to=DOCTOR, rights=("read",)),
                lambda v: v.manifest(author=DOCTOR, document=SECOND),
            ],
            id="read is not add",
        ),
        pytest.param(
            [lambda v: v.grant(), lambda v: v.manifest(author=DOCTOR, document=SECOND)], id="not accepted"
        ),
        pytest.param(
            [
                lambda v: v.grant(to=DOCTOR),
                lambda v: v.revocation(),
                lambda v: v.manifest(author=DOCTOR, document=SECOND),
            ],
            id="after the revocation",
        ),
        pytest.param(
            [
                lambda v: v.grant(to=DOCTOR),
                lambda v: _later(v, 301),
                lambda v: v.manifest(author=DOCTOR, document=SECOND),
            ],
            id="after the term",
        ),
        pytest.param(
            [
                lambda v: v.grant(to=DOCTOR, not_before=NOW + 10 * DAY),
                lambda v: v.manifest(author=DOCTOR, document=SECOND),
            ],
            id="before the term",
        ),
        pytest.param(
            [
                lambda v: v.grant(to=DOCTOR),
                lambda v: v.grant(to=DOCTOR, sequence=2, rights=("read",)),
                lambda v: v.manifest(author=DOCTOR, document=SECOND),
            ],
            id="renewed without add",
        ),
        pytest.param(
            [lambda v: v.rotation(), lambda v: v.manifest(document=SECOND)], id="sealed under the old epoch"
        ),
        pytest.param(
            [
                lambda v: v.grant(to=DOCTOR),
                lambda v: v.revocation(),
                lambda v: v.rotation(grants=[GRANT]),
            ],
            id="rotation for a revoked grant",
        ),
        pytest.param(
            [lambda v: v.grant(), lambda v: v.rotation(grants=[GRANT])], id="for an open invitation"
        ),
    ],
)
def test_the_last_of_these_steps_may_not_be_taken(steps: list[Step]) -> None:
    vault = started()
    for step in steps[:-1]:
        step(vault)
    ledger = append(EMPTY, vault.ledger)
    steps[-1](vault)
    refused(vault.ledger[ledger.state.size :], ledger=ledger)


def _later(vault: SimulatedVault, days: int) -> None:
    vault.now += days * DAY


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
    page = vault.page(sections=[A], grants=[])
    with pytest.raises(Tampered):
        EMPTY.append_page(page, Viewer(OTHER_DOCTOR.id, frozenset([A])))


def test_the_newest_card_for_the_same_keys_counts() -> None:
    renamed = replace(DOCTOR.card, name="Hélène Dubois-Martin", time=NOW + 1)
    newer = sign(renamed, DOCTOR.key)
    page = granted().page()
    for cards in ([newer, DOCTOR.signed], [DOCTOR.signed, newer]):
        known = EMPTY.append(page.entries, cards, OWNER_VIEW).state.cards[DOCTOR.id]
        assert known.card == renamed
