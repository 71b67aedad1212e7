"""Vectors of `journal` and of the folds."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from crypto.encoding import DocumentId, Json, SectionId, b64u, canonical, parse_canonical
from crypto.journal import ACCESSES, LEDGER, Entry, EntryHeader, Page, entry_hash, make_entry, start_head
from crypto.signing import SigningKey
from crypto.statements import Deposit, InLedger, InVault, parse, sign, verify_card
from tests.vectors.document_steps import documents_story
from tests.vectors.every_kind import statements_of_every_kind
from tests.vectors.forbidden_steps import ACCESS_STEPS, LEDGER_STEPS
from tests.vectors.in_force import moments
from tests.vectors.later_kinds import DEPOSITED, deposit, restoral
from tests.vectors.later_steps import later_story, updated_share_story
from tests.vectors.openings_of_keys import across_keys
from tests.vectors.samples import (
    DOCTOR,
    DOCUMENT,
    NOW,
    OTHER_DOCTOR,
    OWNER,
    SECTIONS,
    STRANGER,
    VAULT,
    Person,
    fixed,
)
from tests.vectors.simulated_vault import SimulatedVault, rehashed
from tests.vectors.stories import OTHER_GRANT, SECOND, A, B, C, granted, started, story, written_by_a_doctor

Vectors = Iterator[tuple[str, Mapping[str, object]]]


def entries() -> Vectors:
    for kind, (value, key) in statements_of_every_kind().items():
        if not isinstance(value, InVault):
            continue
        entry = _entry(value, key)
        sections: list[Json] = list(EntryHeader.from_bytes(entry.header).sections)
        yield kind, {**_read(entry, "ok"), "head": b64u(entry_hash(entry.header)), "sections": sections}
    for chain in (LEDGER, ACCESSES):
        head = b64u(start_head(VAULT, chain))
        yield (
            f"start-{chain}",
            {"stage": "start", "expect": "ok", "vault": VAULT, "chain": chain, "head": head},
        )
    value, key = statements_of_every_kind()["revocation"]
    if not isinstance(value, InVault):
        raise TypeError(value)
    entry = _entry(value, key)
    header = EntryHeader.from_bytes(entry.header)
    tampered = {
        "other-actor": replace(header, actor=DOCTOR.id),
        "other-body": replace(header, body=bytes(32)),
        "other-prev": replace(header, prev=bytes(32)),
        "other-seq": replace(header, seq=8),
        "other-sections": replace(header, sections=(A,)),
    }
    for name, changed in tampered.items():
        yield name, _read(replace(entry, header=changed.to_bytes()), "tampered")
    yield (
        "other-kind",
        _read(replace(entry, header=replace(header, kind="share_end").to_bytes()), "malformed"),
    )
    yield "other-salt", _read(replace(entry, salt=bytes(16)), "tampered")
    yield "withheld", _read(Entry(entry.header), "tampered")
    fields = parse_canonical(entry.header)
    if not isinstance(fields, dict):
        raise TypeError(fields)
    changes: dict[str, dict[str, Json]] = {
        "header-kind-of-the-other-chain": {"chain": "accesses"},
        "header-unknown-chain": {"chain": "other"},
        "header-kind-of-no-chain": {"kind": "login"},
        "header-sections-out-of-order": {"sections": [SECTIONS[1], SECTIONS[0]]},
        "header-time-too-early": {"time": 0},
        "header-unknown-field": {"more": 1},
    }
    for name, change in changes.items():
        yield name, _read(replace(entry, header=canonical({**fields, **change})), "malformed")
    yield "header-not-canonical", _read(replace(entry, header=entry.header + b" "), "malformed")
    wire = entry.to_wire()
    for key_name in wire:
        half = {name: member for name, member in wire.items() if name != key_name}
        yield f"wire-without-{key_name}", {"stage": "entry", "expect": "malformed", "entry": half}
    yield "wire-unknown-field", {"stage": "entry", "expect": "malformed", "entry": {**wire, "more": ""}}
    short = {**wire, "salt": b64u(bytes(15))}
    yield "wire-short-salt", {"stage": "entry", "expect": "malformed", "entry": short}


def _entry(value: InVault, key: SigningKey) -> Entry:
    seq, prev = (value.seq, value.prev) if isinstance(value, InLedger) else (3, fixed("head", 32))
    salt = fixed(f"salt of {value.KIND}", 16)
    return make_entry(value, sign(value, key), seq=seq, prev=prev, time=NOW + 1, random=lambda _: salt)


def _read(entry: Entry, outcome: str) -> dict[str, object]:
    return {"stage": "entry", "expect": outcome, "entry": entry.to_wire()}


def folds() -> Vectors:
    yield from _ledgers()
    yield from _bent_ledgers()
    for name, (first, step) in ACCESS_STEPS.items():
        vault = first()
        start = len(vault.accesses)
        step(vault)
        yield f"accesses-{name}", _accesses(vault, "tampered", start)
    yield "accesses-of-a-story", {**_accesses(story(), "ok", 2), "size": 4}
    vault = story()
    vault.accesses[1] = Entry(vault.accesses[1].header)
    yield "accesses-withheld", _accesses(vault, "tampered", 0)
    for name, of_keys in across_keys().items():
        shown = _accesses(of_keys.vault, of_keys.expect, of_keys.start)
        keys = {"server_keys": [signed.to_wire() for signed in of_keys.chain]}
        size = {"size": len(of_keys.vault.accesses)} if of_keys.expect == "ok" else {}
        yield f"accesses-{name}", {**shown, **keys, **size}
    for name, found, told in moments():
        at = {"moments": [moment.to_json() for moment in told]}
        yield f"in-force-{name}", {**_fold([found.page()], "ok"), "stage": "in-force", **at}


def _ledgers() -> Vectors:
    vault = story()
    whole = [vault.page(end=6), vault.page(6)]
    yield (
        "story-for-the-owner",
        {**_fold(whole, "ok"), "result": _result(vault, documents=2, grants=2, shares=1)},
    )
    seen = vault.page(sections=[A])
    result = _result(vault, documents=2, grants=1, shares=0)
    yield "story-for-the-doctor", {**_fold([seen], "ok", viewer=DOCTOR, sections=[A]), "result": result}
    yield from _later_ledgers()
    moved = started()
    moved.grant(sections=[(B, 1)])
    moved.acceptance()
    moved.refile()
    page = moved.page(sections=[B])
    into = _fold([page], "ok", viewer=DOCTOR, sections=[B])
    yield "document-moved-into-view", {**into, "result": _result(moved, documents=1, grants=1, shares=0)}
    bare = replace(page, entries=(*page.entries[:-1], replace(page.entries[-1], manifest=None)))
    yield "document-moved-without-manifest", _fold([bare], "tampered", viewer=DOCTOR, sections=[B])
    yield from _authors_ledgers()
    yield from _documents_ledgers()
    for name, (first, steps) in LEDGER_STEPS.items():
        vault = first()
        for step in steps[:-1]:
            step(vault)
        size = len(vault.ledger)
        before = vault.page()
        steps[-1](vault)
        yield f"step-{name}", _fold([before, vault.page(size)], "tampered")


def _later_ledgers() -> Vectors:
    """The later kinds, as the owner, a reader and the author of a deposit are shown them."""
    vault = later_story()
    whole = {"result": _result(vault, documents=4, grants=2, shares=0)}
    yield "later-story-for-the-owner", {**_fold([vault.page(end=7), vault.page(7)], "ok"), **whole}
    seen = vault.page(sections=[A])
    known = {"result": _result(vault, documents=2, grants=1, shares=0)}
    yield "later-story-for-the-doctor", {**_fold([seen], "ok", viewer=DOCTOR, sections=[A]), **known}
    other = vault.page(sections=[B], grants=[OTHER_GRANT], reader=OTHER_DOCTOR)
    own = {"result": _result(vault, documents=2, grants=1, shares=0)}
    yield (
        "later-story-for-the-other-doctor",
        {**_fold([other], "ok", viewer=OTHER_DOCTOR, sections=[B]), **own},
    )
    for kind in ("sections", "settings", "section_terms", "restoral"):
        bare = tuple(_bare(entry) if _is(entry, kind, OWNER) else entry for entry in seen.entries)
        wrong = _fold([replace(seen, entries=bare)], "tampered", viewer=DOCTOR, sections=[A])
        yield f"{kind.replace('_', '-')}-withheld", wrong
    updated = updated_share_story()
    whole = {"result": _result(updated, documents=1, grants=0, shares=1)}
    yield "updated-share-for-the-owner", {**_fold([updated.page()], "ok"), **whole}
    lacking = started()
    lacking.ledger[-1] = replace(lacking.ledger[-1], metadata=None)
    lacking.removal()
    restoral(lacking, sealed=b"")
    yield "restoral-without-metadata", _fold([lacking.page()], "tampered")
    stranger = started()
    deposit(stranger)
    forged = _bent_card(stranger.page())
    yield "deposit-signed-by-another", _fold([forged], "tampered")
    with_metadata = replace(stranger.page().entries[-1], metadata=b"metadata")
    entries = (*stranger.page().entries[:-1], with_metadata)
    yield "deposit-with-metadata", _fold([replace(stranger.page(), entries=entries)], "tampered")


def _bent_card(page: Page) -> Page:
    """The last entry is a deposit by the doctor, signed with another key."""
    entry = page.entries[-1]
    if entry.signed is None:
        raise TypeError(entry)
    statement = parse(Deposit, entry.signed.statement)
    signed = sign(statement, STRANGER.key)
    header = EntryHeader.from_bytes(entry.header)
    made = make_entry(
        statement, signed, seq=header.seq, prev=header.prev, time=header.time, random=lambda n: bytes(n)
    )
    return replace(page, entries=(*page.entries[:-1], made), head=entry_hash(made.header))


def _authors_ledgers() -> Vectors:
    """A document that the doctor wrote, followed while it is filed where the doctor has no grant."""
    vault = written_by_a_doctor()
    page = vault.page(sections=[C])
    known = {"result": _result(vault, documents=1, grants=1, shares=0)}
    yield "author-follows-own-document", {**_fold([page], "ok", viewer=DOCTOR, sections=[C]), **known}
    for name, kind in {"manifest": "manifest", "removal": "removal"}.items():
        bare = tuple(_bare(entry) if _is(entry, kind, DOCTOR) else entry for entry in page.entries)
        wrong = replace(page, entries=bare)
        yield f"author-s-{name}-withheld", _fold([wrong], "tampered", viewer=DOCTOR, sections=[C])
    first = next(index for index, entry in enumerate(page.entries) if _is(entry, "refile", OWNER))
    hidden = (*page.entries[:first], _bare(page.entries[first]), *page.entries[first + 1 :])
    wrong = replace(page, entries=hidden)
    yield "author-s-move-withheld", _fold([wrong], "tampered", viewer=DOCTOR, sections=[C])


def _documents_ledgers() -> Vectors:
    """Versions that the doctor was granted by name, followed where the doctor has no section."""
    vault = documents_story()
    yield (
        "documents-for-the-owner",
        {**_fold([vault.page()], "ok"), "result": _result(vault, documents=3, grants=1, shares=0)},
    )
    named = [(DOCUMENT, 2), (DOCUMENT, 3), (DEPOSITED, 1)]
    page = vault.page(sections=[], documents=named)
    known = {"result": _result(vault, documents=2, grants=1, shares=0)}
    yield "documents-for-the-doctor", {**_fold([page], "ok", viewer=DOCTOR, documents=named), **known}
    # A client folds so before it knows its grants.
    yield "documents-for-the-doctor-at-first", {**_fold([page], "ok", viewer=DOCTOR), **known}
    moves = [index for index, entry in enumerate(page.entries) if _is(entry, "refile", OWNER)]
    faults = {
        # The deposit leaves the inbox for A, where the next move takes it from.
        "documents-move-withheld": (moves[2], _bare(page.entries[moves[2]])),
        "documents-with-other-metadata": (moves[1], replace(page.entries[moves[1]], metadata=b"metadata")),
    }
    for name, (index, bent) in faults.items():
        wrong = replace(page, entries=(*page.entries[:index], bent, *page.entries[index + 1 :]))
        yield name, _fold([wrong], "tampered", viewer=DOCTOR, documents=named)


def _is(entry: Entry, kind: str, by: Person) -> bool:
    header = EntryHeader.from_bytes(entry.header)
    return (header.kind, header.actor) == (kind, by.id) and entry.signed is not None


def _bare(entry: Entry) -> Entry:
    return Entry(entry.header)


def _bent_ledgers() -> Vectors:
    vault = granted()
    page = vault.page()
    one, two, three, four = page.entries
    bent: dict[str, Sequence[Entry]] = {
        "entry-left-out": (one, three, four),
        "entries-in-another-order": (one, three, two, four),
        "entry-twice": (one, two, two, three, four),
        "entry-withheld-from-the-owner": (one, Entry(two.header), three, four),
        "first-entry-withheld": (Entry(one.header), two, three, four),
        "body-of-another-entry": (one, replace(two, salt=three.salt, signed=three.signed), three, four),
        "last-entry-left-out": (one, two, three),
        "header-back-dated": rehashed(page.entries, 1, time=NOW - 1),
        "header-of-another-actor": rehashed(page.entries, 1, actor=STRANGER.id),
        "header-with-other-sections": rehashed(page.entries, 1, sections=(B,)),
        "metadata-of-another": (one, replace(two, metadata=b"other"), three, four),
        "metadata-left-out": (one, replace(two, metadata=None), three, four),
    }
    for name, found in bent.items():
        head = page.head if name == "last-entry-left-out" else entry_hash(found[-1].header)
        wrong = replace(page, entries=tuple(found), head=head, size=len(found))
        yield name, _fold([wrong], "tampered")
    other = started()
    other.manifest(document=SECOND)
    yield (
        "past-rewritten",
        _fold(
            [
                page,
                other.page(2, end=3),
            ],
            "stale",
        ),
    )
    yield "chain-cut", _fold([page, vault_page(other, 2)], "stale")
    yield "head-exchanged", _fold([page, Page((), page.size, bytes(32), ())], "stale")
    yield "page-without-entries", _fold([replace(page, entries=())], "tampered")
    good = {"size": 3, "head": b64u(entry_hash(three.header))}
    yield "pin-of-another-device", {**_fold([page], "ok"), "pin": good, "result": _result(vault, 1, 1, 0)}
    yield "pin-with-another-head", {**_fold([page], "stale"), "pin": {**good, "head": b64u(bytes(32))}}
    yield "pin-beyond-the-end", {**_fold([page], "stale"), "pin": {**good, "size": 5}}
    yield "other-vault", {**_fold([page], "tampered"), "vault": "0" * 32}
    yield "other-owner-pinned", {**_fold([page], "tampered"), "owner": STRANGER.id}


def vault_page(vault: SimulatedVault, size: int) -> Page:
    """An empty answer that says the chain has this size."""
    return Page((), size, entry_hash(vault.ledger[size - 1].header), ())


def _fold(
    pages: Sequence[Page],
    outcome: str,
    *,
    viewer: Person = OWNER,
    sections: Sequence[SectionId] = (),
    documents: Sequence[tuple[DocumentId, int]] = (),
) -> dict[str, object]:
    named = [{"document": document, "version": version} for document, version in sorted(documents)]
    return {
        "stage": "ledger",
        "expect": outcome,
        "vault": VAULT,
        "owner": OWNER.id,
        "viewer": {
            "key": viewer.id,
            "sections": sorted(sections),
            **({"documents": named} if named else {}),
        },
        "pages": [page.to_wire() for page in _with_few_cards(pages)],
    }


def _with_few_cards(pages: Sequence[Page]) -> Iterator[Page]:
    """Only the cards of professionals who act: the owner's stands in the vault's first entry."""
    headers = [EntryHeader.from_bytes(entry.header) for page in pages for entry in page.entries]
    actors = {header.actor for header in headers} - {OWNER.id}
    for page in pages:
        yield replace(page, cards=tuple(card for card in page.cards if verify_card(card).author in actors))


def _result(vault: SimulatedVault, documents: int, grants: int, shares: int) -> dict[str, object]:
    """Size, head, and how many documents (removed ones too), grants and shares the fold knows."""
    return {
        "size": len(vault.ledger),
        "head": b64u(vault.head()),
        "documents": documents,
        "grants": grants,
        "shares": shares,
    }


def _accesses(vault: SimulatedVault, outcome: str, start: int) -> dict[str, object]:
    """The whole ledger, then the accesses before `start` (which hold) and those from there."""
    pages = [vault.page(end=start, chain=ACCESSES)] if start else []
    pages.append(vault.page(start, chain=ACCESSES))
    ledger = _fold([vault.page()], outcome)
    return {**ledger, "stage": "accesses", "accesses": [page.to_wire() for page in _no_cards(pages)]}


def _no_cards(pages: Sequence[Page]) -> Iterator[Page]:
    for page in pages:
        yield replace(page, cards=())
