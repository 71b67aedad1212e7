"""The state that a fold gives, and what pins refuse."""

from dataclasses import replace

import pytest

from crypto.errors import Stale, Tampered
from crypto.journal import Page, entry_hash
from crypto.statements import header_hash, to_bytes
from tests.vault.client.folding import DOCTOR_VIEW, EMPTY, OWNER_VIEW, fold, refused
from tests.vectors.samples import (
    DAY,
    DOCTOR,
    DOCUMENT,
    GRANT,
    INBOX,
    NOW,
    OTHER_DOCTOR,
    OWNER,
    SHARE,
    VAULT,
    fixed,
)
from tests.vectors.simulated_vault import sealed_metadata
from tests.vectors.stories import OTHER_GRANT, SECOND, A, B, C, granted, started, story, written_by_a_doctor
from vault.client.ledger import Ledger
from vault.client.ledger_chain import Pin
from vault.client.ledger_rules import Viewer


def test_the_owner_sees_the_whole_story() -> None:
    vault = story()
    state = fold(vault).state
    assert (state.size, state.head, state.owner) == (len(vault.ledger), vault.head(), OWNER.id)
    document = state.documents[DOCUMENT]
    assert [version.manifest.version for version in document.versions] == [1, 2]
    assert document.section == B
    assert document.latest.filing.sealed == sealed_metadata(DOCUMENT, 2, 1)
    assert (document.author, document.removed) == (OWNER.id, None)
    assert state.documents[SECOND].author == DOCTOR.id
    assert state.documents[SECOND].removed is not None
    assert state.shares[SHARE].ended is not None
    assert state.sections[A].epoch == 2
    assert [ladder.epoch for ladder in state.sections[A].ladders] == [2]
    assert state.sections[B].epoch == 1
    assert state.grants[GRANT].latest.professional == DOCTOR.id
    assert state.grants[OTHER_GRANT].latest.bundle == fixed(f"rotated {OTHER_GRANT}", 32)
    assert state.cards[DOCTOR.id].card.name == "Hélène Dubois"
    assert state.cards[DOCTOR.id].signed == DOCTOR.signed


def test_the_news_are_the_entries_for_people() -> None:
    vault = story()
    first = EMPTY.append_page(vault.page(end=3), OWNER_VIEW)
    assert [event.header.kind for event in first.news] == ["vault", "manifest", "grant"]
    second = first.append_page(vault.page(3), OWNER_VIEW)
    assert len(second.news) == len(vault.ledger) - 3
    assert all(event.statement is not None for event in second.news)


@pytest.mark.parametrize("size", [1, 2, 5])
def test_pages_of_any_size_give_the_same_state(size: int) -> None:
    vault = story()
    ledger = EMPTY
    while ledger.state.size < len(vault.ledger):
        ledger = ledger.append_page(vault.page(ledger.state.size, end=ledger.state.size + size), OWNER_VIEW)
    assert ledger.state == fold(vault).state


def test_a_professional_sees_their_sections_only() -> None:
    vault = story()
    state = fold(vault, DOCTOR_VIEW).state
    assert set(state.documents) == {DOCUMENT, SECOND}
    assert set(state.grants) == {GRANT}
    assert not state.shares
    assert state.sections[A].epoch == 2
    withheld = EMPTY.append_page(vault.page(sections=[A]), DOCTOR_VIEW).news
    assert {event.header.kind for event in withheld if event.statement is None} == {
        "share",
        "share_end",
        "grant",
    }


def test_a_professional_learns_a_document_that_comes_into_their_section() -> None:
    vault = started()
    vault.manifest(version=2)
    vault.grant(sections=[(B, 1)])
    vault.acceptance()
    vault.refile(version=2)
    viewer = Viewer(DOCTOR.id, frozenset([B]))
    document = fold(vault, viewer).state.documents[DOCUMENT]
    assert [version.manifest.version for version in document.versions] == [2]
    assert document.author is None
    page = vault.page(sections=[B])
    for manifest in (None, b"{}", to_bytes(document.latest.manifest)[:-1]):
        wrong = replace(page, entries=(*page.entries[:-1], replace(page.entries[-1], manifest=manifest)))
        with pytest.raises(Tampered):
            EMPTY.append_page(wrong, viewer)


def test_a_document_that_went_away_and_came_back_changed_is_known_again() -> None:
    vault = granted()
    vault.refile(source=A, target=B)
    vault.manifest(section=B, version=2)
    vault.refile(source=B, target=C, version=2)
    vault.refile(source=C, target=A, version=2)
    document = fold(vault, DOCTOR_VIEW).state.documents[DOCUMENT]
    assert [version.manifest.version for version in document.versions] == [1, 2]
    assert document.section == A


def test_an_author_follows_their_own_document_out_of_their_sections() -> None:
    vault = granted()
    vault.manifest(document=SECOND, author=DOCTOR)
    vault.refile(document=SECOND, source=A, target=B)
    vault.refile(document=SECOND, source=B, target=C)
    document = fold(vault, DOCTOR_VIEW).state.documents[SECOND]
    assert (document.section, document.latest.filing.sealed) == (C, None)
    assert document.latest.filing.header == header_hash(fixed(f"header {SECOND} 1 1", 64))
    colleague = Viewer(OTHER_DOCTOR.id, frozenset([A]))
    page = vault.page(sections=[A], grants=[], reader=OTHER_DOCTOR)
    assert EMPTY.append_page(page, colleague).state.documents[SECOND].section == B


def test_an_author_sees_their_own_versions_and_not_those_of_others() -> None:
    vault = written_by_a_doctor()
    document = fold(vault, Viewer(DOCTOR.id, frozenset([C]))).state.documents[SECOND]
    assert [version.manifest.version for version in document.versions] == [1, 3]
    assert (document.author, document.section) == (DOCTOR.id, A)
    assert document.removed is not None


def test_an_author_of_a_later_version_only() -> None:
    vault = granted()
    vault.manifest(author=DOCTOR, version=2)
    vault.refile(version=2)
    vault.grant(to=DOCTOR, sections=[(C, 1)], sequence=2)
    vault.manifest(version=3, section=B)
    vault.refile(version=3, source=B, target=A)
    vault.removal(version=3)
    viewer = Viewer(DOCTOR.id, frozenset([C]))
    document = fold(vault, viewer).state.documents[DOCUMENT]
    assert [version.manifest.version for version in document.versions] == [2]
    assert (document.author, document.section) == (None, B)
    assert document.removed is not None


def test_grant_states_follow_the_clock_forward_only() -> None:
    vault = started()
    vault.grant()
    ledger = fold(vault)
    assert ledger.state.grant_state(GRANT, NOW) == "invited"
    assert ledger.state.grant_state(GRANT, NOW + 8 * DAY) == "expired"
    vault.acceptance()
    ledger = fold(vault)
    assert ledger.state.grant_state(GRANT, NOW) == "active"
    assert ledger.state.grant_state(GRANT, NOW + 8 * DAY) == "active"
    assert ledger.state.grant_state(GRANT, NOW + 301 * DAY) == "expired"
    vault.now = NOW + 301 * DAY
    vault.manifest(document=SECOND)
    # The client's clock was set back, but the newest entry proves that the grant is over.
    assert fold(vault).state.grant_state(GRANT, NOW) == "expired"
    vault.revocation()
    assert fold(vault).state.grant_state(GRANT, NOW) == "revoked"


def test_a_grant_that_has_not_begun() -> None:
    vault = started()
    vault.grant(to=DOCTOR, not_before=NOW + 10 * DAY)
    state = fold(vault).state
    assert state.grant_state(GRANT, NOW + DAY) == "upcoming"
    assert state.grant_state(GRANT, NOW + 11 * DAY) == "active"


def test_sections_are_due_for_rotation_after_a_grant_ended() -> None:
    vault = granted()
    vault.grant(grant=OTHER_GRANT, to=OTHER_DOCTOR, sections=[(A, 1), (B, 1)], days=100)
    state = fold(vault).state
    assert state.due_sections(vault.now) == frozenset()
    assert state.remaining_grants([A], vault.now) == {GRANT, OTHER_GRANT}
    assert state.due_sections(vault.now + 101 * DAY) == {A, B}
    vault.revocation()
    state = fold(vault).state
    assert state.due_sections(vault.now) == {A}
    assert state.remaining_grants([A], vault.now) == {OTHER_GRANT}
    vault.rotation(grants=[OTHER_GRANT])
    state = fold(vault).state
    assert state.due_sections(vault.now) == frozenset()
    assert state.due_sections(vault.now + 101 * DAY) == {A, B}
    vault.now += 101 * DAY
    vault.rotation(sections=[(A, 3), (B, 2)])
    assert fold(vault).state.due_sections(vault.now) == frozenset()


def test_a_renewal_for_fewer_sections_leaves_the_others_due() -> None:
    vault = started()
    vault.grant(to=DOCTOR, sections=[(A, 1), (B, 1)])
    vault.grant(to=DOCTOR, sections=[(A, 1)], sequence=2)
    state = fold(vault).state
    assert state.due_sections(vault.now) == {B}
    assert state.remaining_grants([B], vault.now) == frozenset()
    assert len(state.grants[GRANT].terms) == 2


def test_a_renewal_in_time_leaves_nothing_due() -> None:
    vault = granted()
    vault.now += 299 * DAY
    vault.grant(to=DOCTOR, sequence=2)
    state = fold(vault).state
    assert state.due_sections(vault.now + 10 * DAY) == frozenset()
    assert state.grant_state(GRANT, vault.now + 10 * DAY) == "active"


def test_rotating_the_inbox_changes_its_recipient() -> None:
    vault = started()
    vault.rotation(sections=[(INBOX, 2)])
    assert fold(vault).state.inbox_recipient == fixed("inbox 2", 1216)


def test_a_shorter_chain_is_stale() -> None:
    vault = story()
    ledger = fold(vault)
    shorter = Page((), ledger.state.size - 1, entry_hash(vault.ledger[-2].header), ())
    with pytest.raises(Stale):
        ledger.append_page(shorter, OWNER_VIEW)


def test_the_same_size_with_another_head_is_stale() -> None:
    ledger = fold(story())
    with pytest.raises(Stale):
        ledger.append_page(Page((), ledger.state.size, bytes(32), ()), OWNER_VIEW)


def test_an_entry_that_does_not_follow_what_was_seen_is_stale() -> None:
    vault, other = started(), started()
    ledger = fold(vault)
    other.ledger.pop()
    other.manifest(document=SECOND)
    other.manifest(document=DOCUMENT)
    refused(other.ledger[2:], Stale, ledger=ledger)


def test_nothing_new_is_accepted() -> None:
    vault = story()
    ledger = fold(vault)
    again = ledger.append_page(vault.page(ledger.state.size), OWNER_VIEW)
    assert again.state == ledger.state
    assert again.news == ()


def test_a_page_that_hides_what_it_counts() -> None:
    vault = story()
    with pytest.raises(Tampered):
        EMPTY.append_page(replace(vault.page(), entries=()), OWNER_VIEW)


def test_a_page_with_more_than_it_counts() -> None:
    page = story().page()
    with pytest.raises(Tampered):
        EMPTY.append_page(replace(page, size=page.size - 1), OWNER_VIEW)


def test_a_page_with_another_head_than_its_entries() -> None:
    with pytest.raises(Tampered):
        EMPTY.append_page(replace(story().page(), head=bytes(32)), OWNER_VIEW)


def test_a_position_that_another_device_pinned() -> None:
    vault = story()
    good = Pin(5, entry_hash(vault.ledger[4].header))
    assert Ledger.empty(VAULT, pin=good).append_page(vault.page(), OWNER_VIEW).position().size == len(
        vault.ledger
    )
    with pytest.raises(Stale):
        Ledger.empty(VAULT, pin=Pin(5, bytes(32))).append_page(vault.page(), OWNER_VIEW)
    beyond = Pin(len(vault.ledger) + 1, bytes(32))
    with pytest.raises(Stale):
        Ledger.empty(VAULT, pin=beyond).append_page(vault.page(), OWNER_VIEW)
    with pytest.raises(Stale):
        Ledger.empty(VAULT, pin=Pin(0, bytes(32)))


def test_more_sections_need_a_fold_from_the_start() -> None:
    vault = story()
    ledger = fold(vault, DOCTOR_VIEW)
    wider = Viewer(DOCTOR.id, frozenset([A, B]))
    assert not ledger.needs_refold(DOCTOR_VIEW)
    assert not ledger.needs_refold(Viewer(DOCTOR.id))
    assert ledger.needs_refold(wider)
    assert ledger.needs_refold(Viewer(OTHER_DOCTOR.id))
    with pytest.raises(Stale):
        ledger.append((), (), wider)
