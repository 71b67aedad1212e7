"""A chain that is bent: each bend is one typed error and changes nothing."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crypto.encoding import VaultId
from crypto.errors import Tampered
from crypto.journal import Entry, make_entry
from crypto.statements import Manifest, Revocation, Signed, Vault, parse, sign
from tests.vault.client.folding import DOCTOR_VIEW, EMPTY, OWNER_VIEW, append, fold, refused
from tests.vectors.samples import (
    DOCTOR,
    DOCUMENT,
    GRANT,
    NOW,
    OTHER_DOCTOR,
    OWNER,
    STRANGER,
    VAULT,
)
from tests.vectors.simulated_vault import SimulatedVault, rehashed
from tests.vectors.stories import SECOND, A, B, C, granted, started, story
from vault.client.ledger import Ledger
from vault.client.ledger_rules import Viewer


@pytest.mark.parametrize("position", range(len(story().ledger)))
def test_an_entry_left_out(position: int) -> None:
    entries = story().ledger
    if position == len(entries) - 1:
        page = replace(story().page(), entries=tuple(entries[:-1]))
        assert EMPTY.append_page(page, OWNER_VIEW).state.size == page.size - 1
        with pytest.raises(Tampered):
            EMPTY.append_page(replace(page, size=len(entries) - 1), OWNER_VIEW)
        return
    refused([*entries[:position], *entries[position + 1 :]])


@pytest.mark.parametrize("position", range(len(story().ledger) - 1))
def test_two_entries_in_the_other_order(position: int) -> None:
    entries = story().ledger
    entries[position : position + 2] = reversed(entries[position : position + 2])
    refused(entries)


@pytest.mark.parametrize("position", range(len(story().ledger)))
def test_an_entry_twice(position: int) -> None:
    entries = story().ledger
    refused([*entries[: position + 1], *entries[position:]])


@pytest.mark.parametrize("position", range(len(story().ledger)))
def test_a_body_of_another_entry(position: int) -> None:
    entries = story().ledger
    other = entries[position - 1]
    entries[position] = replace(entries[position], salt=other.salt, signed=other.signed)
    refused(entries)


@pytest.mark.parametrize("position", range(1, len(story().ledger)))
def test_an_entry_withheld_from_the_owner(position: int) -> None:
    entries = story().ledger
    entries[position] = Entry(entries[position].header)
    refused(entries)


def test_the_first_entry_withheld() -> None:
    for viewer in (OWNER_VIEW, DOCTOR_VIEW, Viewer(STRANGER.id)):
        refused([Entry(started().ledger[0].header)], viewer=viewer)


@pytest.mark.parametrize("kind", ["manifest", "refile", "rotation", "acceptance", "removal"])
def test_an_entry_withheld_that_the_professional_must_see(kind: str) -> None:
    vault = story()
    page = vault.page(sections=[A])
    kinds = [event.header.kind for event in fold(vault).news]
    position = len(kinds) - 1 - kinds[::-1].index(kind)
    refused(
        [*page.entries[:position], Entry(page.entries[position].header), *page.entries[position + 1 :]],
        viewer=DOCTOR_VIEW,
    )


@pytest.mark.slow
@settings(max_examples=50)
@given(st.data())
def test_any_changed_byte_anywhere(data: st.DataObject) -> None:
    entries = story().ledger
    position = data.draw(st.integers(0, len(entries) - 1))
    entry = entries[position]
    assert entry.signed is not None
    assert entry.salt is not None
    values = [entry.header, entry.salt, entry.signed.statement, entry.signed.signature, entry.metadata or b""]
    which = data.draw(st.sampled_from([index for index, value in enumerate(values) if value]))
    changed = bytearray(values[which])
    changed[data.draw(st.integers(0, len(changed) - 1))] ^= data.draw(st.integers(1, 255))
    values[which] = bytes(changed)
    signed = Signed(values[2], values[3])
    entries[position] = Entry(values[0], values[1], signed, values[4] or None, entry.manifest)
    with pytest.raises(Tampered):
        EMPTY.append_page(replace(story().page(), entries=tuple(entries)), OWNER_VIEW)


@pytest.mark.parametrize(
    "change",
    [
        {"actor": STRANGER.id},
        {"kind": "revocation"},
        {"sections": (B,)},
        {"sections": ()},
        {"seq": 2},
        {"prev": bytes(32)},
        {"time": NOW - 1},
        {"vault": VaultId("0" * 32)},
        {"body": bytes(32)},
    ],
)
def test_a_header_that_the_server_made_up(change: dict[str, Any]) -> None:
    refused(rehashed(started().ledger, 1, **change))


def test_a_header_that_is_not_canonical() -> None:
    entries = started().ledger
    for header in (
        entries[1].header + b" ",
        entries[1].header[:-1],
        b"",
        b"[]",
        entries[1].header.replace(b":1", b":1.0"),
    ):
        refused([entries[0], replace(entries[1], header=header)])


def test_the_other_chain_is_no_ledger() -> None:
    vault = story()
    refused(vault.accesses)
    refused([vault.ledger[0], replace(vault.accesses[0])])


def test_a_vault_of_someone_else() -> None:
    vault = SimulatedVault()
    vault.people.append(STRANGER)
    entry = vault.vault(author=STRANGER.id, card=STRANGER.signed)
    refused([entry])  # signed by the owner's key, so it is not even the stranger's
    assert entry.signed is not None
    value = parse(Vault, entry.signed.statement)
    signed = sign(value, STRANGER.key)
    foreign = make_entry(value, signed, seq=0, prev=value.prev, time=NOW)
    with pytest.raises(Tampered):
        EMPTY.append([foreign], [STRANGER.signed], Viewer(STRANGER.id))
    assert Ledger.empty(VAULT).append([foreign], [], Viewer(STRANGER.id)).state.owner == STRANGER.id


def test_another_vault_than_asked_for() -> None:
    entries = started().ledger
    refused(entries, ledger=Ledger.empty(VaultId("0" * 32)))


def test_a_second_vault_statement() -> None:
    vault = started()
    refused([*vault.ledger, *rehashed(vault.ledger[:1], 0, seq=2, prev=vault.head())])


def test_a_ledger_that_does_not_start_with_its_vault() -> None:
    vault = SimulatedVault()
    vault.manifest()
    refused(vault.ledger)


def test_a_statement_signed_again_by_someone_else() -> None:
    vault = started()
    entry = vault.ledger[1]
    assert entry.signed is not None
    manifest = parse(Manifest, entry.signed.statement)
    again = sign(manifest, STRANGER.key)
    forged = make_entry(manifest, again, seq=1, prev=manifest.prev, time=NOW + 60)
    refused([vault.ledger[0], forged])


def test_a_statement_made_for_an_earlier_position_is_not_valid_later() -> None:
    vault = granted()
    old = Revocation(author=OWNER.id, grant=GRANT, prev=bytes(32), seq=3, sequence=1, time=NOW, vault=VAULT)
    signed = sign(old, OWNER.key)
    with pytest.raises(Tampered):
        vault.append_signed(old, signed)
    entry = make_entry(old, signed, seq=3, prev=bytes(32), time=vault.now)
    for changes in ({"seq": 4, "prev": vault.head()}, {"seq": 4}):
        refused([*vault.ledger, *rehashed([entry], 0, **changes)])


def test_metadata_that_is_not_the_statements() -> None:
    entries = started().ledger
    refused([entries[0], replace(entries[1], metadata=b"other")])
    refused([replace(entries[0], metadata=b"other")])
    refused([entries[0], replace(entries[1], manifest=b"other")])


def test_a_document_without_its_metadata() -> None:
    vault = started()
    page = vault.page()
    bare = replace(page, entries=(page.entries[0], replace(page.entries[1], metadata=None)))
    with pytest.raises(Tampered):
        EMPTY.append_page(bare, OWNER_VIEW)
    with pytest.raises(Tampered):
        EMPTY.append_page(bare, DOCTOR_VIEW)
    assert EMPTY.append_page(bare, Viewer(STRANGER.id, frozenset([B]))).state.size == 2


def test_cards_that_do_not_verify() -> None:
    page = started().page()
    with pytest.raises(Tampered):
        EMPTY.append(page.entries, [Signed(OWNER.signed.statement, bytes(64))], OWNER_VIEW)


def test_a_professional_without_a_card() -> None:
    vault = granted()
    vault.manifest(author=DOCTOR, document=SECOND)
    viewer = Viewer(OTHER_DOCTOR.id, frozenset([A]))
    page = vault.page(sections=[A], grants=[], reader=OTHER_DOCTOR)
    assert EMPTY.append(page.entries, page.cards, viewer).state.documents.keys() == {DOCUMENT, SECOND}
    with pytest.raises(Tampered):
        EMPTY.append(page.entries, [OWNER.signed], viewer)


def withheld(chain: SimulatedVault, position: int, /, **changes: object) -> list[Entry]:
    """The chain with one withheld entry whose header the server made up."""
    found = list(chain.page(sections=[C], grants=[], reader=OTHER_DOCTOR).entries)
    found[position] = Entry(rehashed(chain.ledger, position, **changes)[position].header)
    return found[: position + 1]


def test_a_withheld_entry_must_still_be_of_this_chain() -> None:
    vault = granted()
    vault.share()
    viewer = Viewer(OTHER_DOCTOR.id, frozenset([C]))
    assert append(EMPTY, withheld(vault, 4), viewer).state.size == 5
    for changes in (
        {"vault": VaultId("0" * 32)},
        {"seq": 5},
        {"prev": bytes(32)},
        {"chain": "accesses", "kind": "access"},
        {"time": NOW},
    ):
        refused(withheld(vault, 4, **changes), viewer=viewer)


def test_a_ledger_that_starts_with_a_withheld_entry_of_another_kind() -> None:
    entry = withheld(started(), 0, kind="share")
    refused(entry, viewer=Viewer(OTHER_DOCTOR.id, frozenset([C])))


def test_a_manifest_is_vouched_for_only_where_it_could_not_be_seen() -> None:
    vault = granted()
    vault.manifest(document=SECOND)
    stories = {
        "unknown to the owner": (OWNER_VIEW, SECOND, A, 1),
        "from a section that was in view": (DOCTOR_VIEW, SECOND, A, 1),
    }
    for viewer, document, source, version in stories.values():
        before = granted()
        before.filed = dict(vault.filed)
        before.refile(document=document, source=source, target=A, version=version)
        with pytest.raises(Tampered):
            fold(before, viewer)


def test_a_vouched_manifest_must_be_the_refiled_version() -> None:
    viewer = Viewer(DOCTOR.id, frozenset([B]))
    for document, version in ((SECOND, 1), (DOCUMENT, 2)):
        vault = started()
        vault.grant(sections=[(B, 1)])
        vault.acceptance()
        data = vault.filed[DOCUMENT][0]
        vault.manifest(document=SECOND)
        vault.filed[SECOND] = (data, b"", 0)
        vault.refile(document=document, version=version)
        with pytest.raises(Tampered):
            fold(vault, viewer)


def test_an_older_version_does_not_come_back() -> None:
    vault = granted()
    first = vault.filed[DOCUMENT]
    vault.manifest(version=2)
    vault.refile(version=2)
    vault.filed[DOCUMENT] = first
    vault.refile(source=B, target=A, version=1)
    with pytest.raises(Tampered):
        fold(vault, DOCTOR_VIEW)
