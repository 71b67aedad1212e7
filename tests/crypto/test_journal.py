from dataclasses import replace
from typing import Any

import pytest

from crypto.encoding import Json, VaultId, b64u, canonical, parse_canonical
from crypto.errors import CoffreError, Malformed, Tampered
from crypto.journal import (
    ACCESSES,
    LEDGER,
    Entry,
    EntryHeader,
    Page,
    body_hash,
    entry_hash,
    make_entry,
    read_body,
    sections_of,
    start_head,
)
from crypto.signing import labelled_hash
from crypto.statements import InLedger, InVault, sign
from tests.vectors.every_kind import statements_of_every_kind
from tests.vectors.later_kinds import NEW_SECTION
from tests.vectors.samples import DOCTOR, INBOX, NOW, SECTIONS, VAULT, fixed

SAMPLES = statements_of_every_kind()
CHAINED = [kind for kind, (value, _) in SAMPLES.items() if isinstance(value, InVault)]


def _entry(kind: str) -> tuple[Entry, EntryHeader]:
    value, key = SAMPLES[kind]
    assert isinstance(value, InVault)
    seq, prev = (value.seq, value.prev) if isinstance(value, InLedger) else (3, fixed("head", 32))
    entry = make_entry(value, sign(value, key), seq=seq, prev=prev, time=NOW + 1)
    return entry, EntryHeader.from_bytes(entry.header)


@pytest.mark.parametrize("kind", CHAINED)
def test_an_entry_reads_back(kind: str) -> None:
    entry, header = _entry(kind)
    value = SAMPLES[kind][0]
    assert isinstance(value, InVault)
    assert Entry.from_wire(entry.to_wire()) == entry
    assert read_body(entry, header) == value
    assert (header.actor, header.kind, header.time, header.vault) == (value.author, kind, NOW + 1, VAULT)
    assert header.chain == (ACCESSES if kind in {"access", "opening"} else LEDGER)
    assert header.to_bytes() == entry.header
    assert entry_hash(entry.header) == labelled_hash("coffre/v1/journal/entry", entry.header)


def test_the_start_of_a_chain_is_its_own() -> None:
    heads = {start_head(VAULT, LEDGER), start_head(VAULT, ACCESSES), start_head(VaultId("0" * 32), LEDGER)}
    assert len(heads) == 3
    assert start_head(VAULT, LEDGER) == labelled_hash(
        "coffre/v1/journal/start", canonical({"chain": "ledger", "vault": VAULT})
    )


def test_bodies_are_salted() -> None:
    value, key = SAMPLES["revocation"]
    assert isinstance(value, InLedger)
    signed = sign(value, key)
    entries = [make_entry(value, signed, seq=value.seq, prev=value.prev, time=NOW) for _ in range(2)]
    assert entries[0].header != entries[1].header
    assert body_hash(bytes(16), signed) == labelled_hash(
        "coffre/v1/journal/body", bytes(16) + signed.statement + signed.signature
    )


def test_sections_of_each_kind() -> None:
    found = {kind: sections_of(value) for kind, (value, _) in SAMPLES.items() if isinstance(value, InVault)}
    assert found.pop("manifest") == (SECTIONS[0],)
    assert found.pop("removal") == (SECTIONS[1],)
    assert found.pop("refile") == (SECTIONS[0], SECTIONS[1])
    assert found.pop("rotation") == (SECTIONS[0],)
    assert found.pop("deposit") == (INBOX,)
    assert found.pop("restoral") == (SECTIONS[1],)
    assert found.pop("section_terms") == SECTIONS
    assert found.pop("sections") == tuple(sorted([SECTIONS[0], NEW_SECTION]))
    assert set(found.values()) == {()}


def test_an_entry_is_made_only_at_the_statements_position() -> None:
    value, key = SAMPLES["grant"]
    assert isinstance(value, InLedger)
    signed = sign(value, key)
    for seq, prev in ((value.seq + 1, value.prev), (value.seq, bytes(32))):
        with pytest.raises(Tampered):
            make_entry(value, signed, seq=seq, prev=prev, time=NOW)


HEADER_FAULTS: list[tuple[str, Any]] = [
    ("actor", DOCTOR.id),
    ("body", bytes(32)),
    ("kind", "manifest"),
    ("prev", bytes(32)),
    ("seq", 8),
    ("sections", (SECTIONS[0],)),
    ("vault", "0" * 32),
]


@pytest.mark.parametrize(("field", "wrong"), HEADER_FAULTS)
def test_a_body_is_held_against_its_header(field: str, wrong: object) -> None:
    entry, header = _entry("revocation")
    changes: dict[str, Any] = {field: wrong}
    with pytest.raises(CoffreError) as caught:
        read_body(entry, replace(header, **changes))
    assert isinstance(caught.value, Malformed if field == "kind" else Tampered)


def test_a_body_with_another_salt_or_signature_is_tampered() -> None:
    entry, header = _entry("revocation")
    assert entry.signed is not None
    for wrong in (
        replace(entry, salt=bytes(16)),
        replace(entry, salt=None),
        Entry(entry.header),
        replace(entry, signed=replace(entry.signed, signature=bytes(64))),
    ):
        with pytest.raises(Tampered):
            read_body(wrong, header)


@pytest.mark.parametrize(
    "change",
    [
        {"chain": "accesses"},
        {"chain": "other"},
        {"kind": "card"},
        {"kind": "login"},
        {"seq": "7"},
        {"sections": ["x"]},
        {"sections": [SECTIONS[1], SECTIONS[0]]},
        {"time": 0},
        {"prev": ""},
        {"more": 1},
    ],
)
def test_a_header_off_the_grammar(change: dict[str, Json]) -> None:
    entry, _ = _entry("revocation")
    value = parse_canonical(entry.header)
    assert isinstance(value, dict)
    with pytest.raises(Malformed):
        EntryHeader.from_bytes(canonical({**value, **change}))


def test_a_header_with_a_missing_field() -> None:
    entry, _ = _entry("revocation")
    value = parse_canonical(entry.header)
    assert isinstance(value, dict)
    for key in value:
        with pytest.raises(Malformed):
            EntryHeader.from_bytes(canonical({name: member for name, member in value.items() if name != key}))


@pytest.mark.parametrize("key", ["header", "salt", "statement", "signature"])
def test_half_an_entry_is_malformed(key: str) -> None:
    wire = _entry("revocation")[0].to_wire()
    del wire[key]
    with pytest.raises(Malformed):
        Entry.from_wire(wire)


@pytest.mark.parametrize(
    "change",
    [
        {"salt": b64u(bytes(15))},
        {"signature": b64u(bytes(63))},
        {"header": 1},
        {"more": ""},
        {"metadata": "="},
    ],
)
def test_an_entry_off_the_grammar(change: dict[str, Json]) -> None:
    with pytest.raises(Malformed):
        Entry.from_wire({**_entry("revocation")[0].to_wire(), **change})


def test_pages_read_back() -> None:
    entry, _ = _entry("manifest")
    page = Page((entry, Entry(entry.header)), 2, bytes(32), (DOCTOR.signed,))
    assert Page.from_wire(page.to_wire()) == page


@pytest.mark.parametrize(
    "change",
    [{"size": -1}, {"size": True}, {"size": "1"}, {"head": ""}, {"entries": {}}, {"cards": None}, {"x": 1}],
)
def test_a_page_off_the_grammar(change: dict[str, Any]) -> None:
    page = Page((), 0, bytes(32), ())
    with pytest.raises(Malformed):
        Page.from_wire({**page.to_wire(), **change})


def test_what_belongs_to_a_vault_but_to_no_chain_makes_no_entry() -> None:
    value, key = SAMPLES["removal"]
    assert isinstance(value, InVault)
    without = InVault(author=value.author, time=value.time, vault=value.vault)
    with pytest.raises(Malformed):
        make_entry(without, sign(value, key), seq=0, prev=fixed("head", 32), time=NOW)
