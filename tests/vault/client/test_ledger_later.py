"""What the later kinds of statements change in a folded ledger (spec chapters 6 and 7)."""

from dataclasses import replace

import pytest

from crypto.encoding import Json
from crypto.errors import Malformed, Tampered
from crypto.journal import Page, entry_hash
from crypto.statements import statement_hash
from tests.vault.client.folding import DOCTOR_VIEW, EMPTY, OWNER_VIEW, fold
from tests.vectors.later_kinds import (
    DEPOSITED,
    NEW_SECTION,
    block,
    deposit,
    renewal_refusal,
    renewal_request,
    restoral,
    section_terms,
    sections,
    settings,
    unblock,
)
from tests.vectors.later_steps import OTHER_DEPOSIT, later_story
from tests.vectors.samples import DAY, DOCTOR, DOCUMENT, GRANT, INBOX, OTHER_DOCTOR, fixed
from tests.vectors.simulated_vault import SimulatedVault
from tests.vectors.stories import OTHER_GRANT, SECOND, A, B, granted, started
from vault.client.ledger import Ledger
from vault.client.ledger_cache import (
    document_from_json,
    document_to_json,
    ledger_from_json,
    ledger_to_json,
)
from vault.client.ledger_rules import Viewer


def folded(vault: SimulatedVault, viewer: Viewer) -> Ledger:
    """As the server shows it to the doctor with the vault's first grant, or to the other with the second."""
    if viewer.key == DOCTOR.id:
        return fold(vault, viewer)
    page = vault.page(sections=viewer.sections, grants=[OTHER_GRANT], reader=OTHER_DOCTOR)
    return EMPTY.append_page(page, viewer)


OTHER_VIEW = Viewer(OTHER_DOCTOR.id, frozenset([B]))


def test_a_deposit_is_in_the_inbox_without_metadata_until_it_is_taken_in() -> None:
    vault = started()
    deposit(vault)
    found = fold(vault).state.documents[DEPOSITED]
    assert (found.section, found.author, found.latest.filing.metadata) == (INBOX, DOCTOR.id, None)
    vault.refile(document=DEPOSITED, source=INBOX, target=INBOX)
    vault.refile(document=DEPOSITED, source=INBOX, target=A)
    moved = fold(vault).state.documents[DEPOSITED]
    assert moved.section == A
    assert moved.latest.filing.sealed is not None
    assert moved.latest.hash == statement_hash(vault.filed[DEPOSITED][0])


def test_a_deposit_makes_its_author_known_and_needs_no_grant_nor_card_beside_it() -> None:
    vault = started()
    deposit(vault)
    page = replace(vault.page(), cards=())
    assert EMPTY.append_page(page, OWNER_VIEW).state.cards[DOCTOR.id].card == DOCTOR.card


def test_a_blocked_professional_still_deposits_and_withdraws() -> None:
    vault = granted()
    block(vault)
    deposit(vault)
    vault.removal(document=DEPOSITED, section=INBOX, author=DOCTOR)
    assert fold(vault).state.documents[DEPOSITED].removed is not None


def test_a_deposit_that_moves_into_view_brings_its_statement() -> None:
    vault = granted()
    deposit(vault, author=OTHER_DOCTOR)
    vault.refile(document=DEPOSITED, source=INBOX, target=A)
    found = fold(vault, DOCTOR_VIEW).state.documents[DEPOSITED]
    assert found.latest.manifest.KIND == "deposit"
    assert found.latest.manifest.author == OTHER_DOCTOR.id


def test_who_deposited_goes_on_with_a_version_where_they_may_add() -> None:
    vault = granted()
    deposit(vault)
    vault.refile(document=DEPOSITED, source=INBOX, target=A)
    vault.manifest(document=DEPOSITED, author=DOCTOR, version=2)
    for viewer in (OWNER_VIEW, DOCTOR_VIEW):
        assert len(fold(vault, viewer).state.documents[DEPOSITED].versions) == 2


def test_a_restored_document_is_live_again_and_brings_its_metadata() -> None:
    vault = started()
    vault.ledger[-1] = replace(vault.ledger[-1], metadata=None)  # as given while it was removed
    vault.removal()
    assert fold(vault).state.documents[DOCUMENT].removed is not None
    restoral(vault)
    found = fold(vault).state.documents[DOCUMENT]
    assert found.removed is None
    assert found.latest.filing.sealed is not None
    vault.refile()
    vault.removal(section=B)
    restoral(vault, section=B, sealed=b"")
    assert fold(vault).state.documents[DOCUMENT].removed is None


@pytest.mark.parametrize(("bare", "size"), [({1}, 2), ({2}, 3), ({2, 4}, 5)])
def test_metadata_is_missed_by_a_device_that_verified_all_before(bare: set[int], size: int) -> None:
    """Also that of a document that was in the bin when its entries were given bare, for good reason."""
    vault = started()
    vault.refile()
    vault.removal(section=B)
    restoral(vault, section=B)
    for position in bare:
        vault.ledger[position] = replace(vault.ledger[position], metadata=None)
    ledger = EMPTY
    for end in (size - 1, size):
        entries = tuple(vault.ledger[ledger.state.size : end])
        page = Page(entries, end, entry_hash(vault.ledger[end - 1].header), vault.page().cards)
        if end == size:
            with pytest.raises(Tampered):
                ledger.append_page(page, OWNER_VIEW)
        else:
            ledger = ledger.append_page(page, OWNER_VIEW)


def test_a_deposit_that_was_never_filed_comes_back_without_metadata() -> None:
    vault = started()
    deposit(vault)
    vault.removal(document=DEPOSITED, section=INBOX, author=DOCTOR)
    restoral(vault, document=DEPOSITED, section=INBOX, sealed=b"")
    assert fold(vault).state.documents[DEPOSITED].removed is None


def test_an_author_follows_the_restoral_of_a_document_that_is_out_of_their_sections() -> None:
    vault = granted()
    vault.manifest(document=SECOND, author=DOCTOR)
    vault.refile(document=SECOND, source=A, target=B)
    vault.removal(document=SECOND, section=B)
    restoral(vault, document=SECOND, section=B, sealed=b"")
    assert fold(vault, DOCTOR_VIEW).state.documents[SECOND].removed is None


def test_sections_are_added_and_renamed() -> None:
    vault = started()
    sections(vault, added=[NEW_SECTION], renamed=[(A, 1)])
    state = fold(vault).state
    assert state.sections[NEW_SECTION].epoch == 1
    assert state.sections[NEW_SECTION].rotated_seq == len(vault.ledger) - 1
    assert state.sections[A].name == fixed(f"new name {A}", 296)
    assert state.sections[A].rotated_seq == 0
    vault.manifest(document=SECOND, section=NEW_SECTION)
    vault.rotation(sections=[(NEW_SECTION, 2)])
    vault.grant(to=DOCTOR, sections=[(NEW_SECTION, 2)])
    assert fold(vault).state.sections[NEW_SECTION].epoch == 2
    # A reader elsewhere still follows what happens to the new section.
    assert fold(vault, DOCTOR_VIEW).state.sections[NEW_SECTION].epoch == 2


def test_who_may_seal_follows_term_clock_ends_and_masking() -> None:
    vault = granted()

    def may(at: int = 0) -> tuple[bool, bool]:
        """For the owner's fold and for a reader's, which is not shown everything."""
        states = [fold(vault).state, folded(vault, OTHER_VIEW).state]
        first, second = (state.may_seal(B, at) for state in states)
        return first, second

    vault.grant(grant=OTHER_GRANT, to=OTHER_DOCTOR, sections=[(B, 1)])
    assert may() == (False, False)  # no term
    section_terms(vault, terms=[(B, 1)], days=100)
    assert may() == (True, True)
    assert may(vault.now + 99 * DAY) == (True, True)
    assert may(vault.now + 100 * DAY) == (False, False)
    vault.revocation()  # of another's grant: withheld from the reader, yet it counts
    assert may() == (False, False)
    section_terms(vault, terms=[(B, 1)])
    assert may() == (True, True)
    block(vault, of=DOCTOR)
    assert may() == (False, False)
    vault.rotation(sections=[(B, 2)], grants=[OTHER_GRANT])
    assert may() == (False, False)  # the new epoch has no term
    section_terms(vault, terms=[(B, 2)])
    assert may() == (True, True)
    settings(vault)
    assert may() == (False, False)
    settings(vault, mask_new=0)
    assert may() == (True, True)
    vault.now += 101 * DAY
    vault.share()
    assert may() == (False, False)  # the ledger's own time counts, whatever the clock says
    assert fold(vault).state.may_seal(NEW_SECTION, 0) is False


def test_masking_what_is_new_lets_later_versions_through() -> None:
    vault = granted()
    vault.manifest(author=DOCTOR, document=SECOND)
    settings(vault)
    vault.manifest(author=DOCTOR, document=SECOND, version=2)
    vault.manifest(document=DEPOSITED)
    assert len(fold(vault, DOCTOR_VIEW).state.documents[SECOND].versions) == 2


def test_requests_and_refusals() -> None:
    vault = granted()
    renewal_request(vault)
    for viewer in (OWNER_VIEW, DOCTOR_VIEW):
        term = fold(vault, viewer).state.grants[GRANT].latest
        assert (term.asked is not None, term.refused) == (True, None)
    renewal_refusal(vault)
    for viewer in (OWNER_VIEW, DOCTOR_VIEW):
        assert fold(vault, viewer).state.grants[GRANT].latest.refused is not None
    vault.grant(to=DOCTOR, sequence=2)
    renewal_request(vault, sequence=2)
    assert fold(vault).state.grants[GRANT].latest.asked is not None


def test_a_grant_that_ended_within_the_year_may_be_asked_for() -> None:
    vault = granted()
    vault.now += (300 + 300) * DAY
    renewal_request(vault)
    revoked = granted()
    revoked.revocation()
    revoked.now += 365 * DAY
    renewal_request(revoked)
    for found in (vault, revoked):
        assert fold(found).state.grants[GRANT].latest.asked is not None


def test_a_block_ends_what_is_not_over_and_an_unblock_brings_nothing_back() -> None:
    vault = granted()
    vault.grant(grant=OTHER_GRANT, to=DOCTOR, days=1, sections=[(B, 1)])
    vault.now += 2 * DAY
    block(vault)
    state = fold(vault).state
    assert state.grants[GRANT].latest.revoked_seq == len(vault.ledger) - 1
    assert state.grants[OTHER_GRANT].latest.revoked is None  # it had expired
    assert DOCTOR.id in state.blocked
    assert A in state.due_sections(vault.now)
    unblock(vault)
    vault.grant(to=DOCTOR, sequence=2)
    after = fold(vault, DOCTOR_VIEW).state
    assert after.blocked == {}
    assert after.grants[GRANT].terms[0].revoked is not None
    assert after.grant_state(GRANT, vault.now) == "active"


def test_the_whole_story_is_cached_and_read_back() -> None:
    ledger = fold(later_story())
    found = ledger_from_json(ledger_to_json(ledger), ledger.state.documents)
    assert found.state == ledger.state
    assert fold(later_story(), DOCTOR_VIEW).state.sections[NEW_SECTION].epoch == 1
    for document in ledger.state.documents.values():
        assert document_from_json(document_to_json(document)) == document


def _with_manifest(vault: SimulatedVault, manifest: Json) -> dict[str, Json]:
    """The document's record in the cache with another manifest."""
    kept = document_to_json(fold(vault).state.documents[DOCUMENT])
    versions = kept["versions"]
    assert isinstance(versions, list)
    version = versions[0]
    assert isinstance(version, dict)
    return {**kept, "versions": [{**version, "manifest": manifest}]}


@pytest.mark.parametrize("bad", [1, "AAAA"])
def test_what_is_no_statement_is_no_manifest_in_the_cache(bad: Json) -> None:
    with pytest.raises(Malformed):
        document_from_json(_with_manifest(started(), bad))


def test_a_statement_of_another_kind_is_no_manifest_in_the_cache() -> None:
    vault = started()
    vault.removal()
    removal = vault.ledger[-1].signed
    assert removal is not None
    with pytest.raises(Malformed):
        document_from_json(_with_manifest(vault, removal.to_wire()["statement"]))


def test_what_waits_is_known_without_a_look_at_all() -> None:
    vault = started()
    deposit(vault)
    deposit(vault, author=OTHER_DOCTOR, document=OTHER_DEPOSIT)
    assert fold(vault).state.waiting == {DEPOSITED, OTHER_DEPOSIT}
    vault.refile(document=DEPOSITED, source=INBOX, target=INBOX)
    assert fold(vault).state.waiting == {OTHER_DEPOSIT}
    vault.removal(document=OTHER_DEPOSIT, section=INBOX, author=OTHER_DOCTOR)
    assert fold(vault).state.waiting == frozenset()


def test_metadata_does_not_stand_on_a_deposit() -> None:
    vault = started()
    deposit(vault)
    vault.ledger[-1] = replace(vault.ledger[-1], metadata=b"metadata")
    with pytest.raises(Tampered):
        fold(vault)
