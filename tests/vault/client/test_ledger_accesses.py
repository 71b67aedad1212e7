"""The fold of the accesses."""

import json
from dataclasses import replace

import pytest

from crypto.encoding import VaultId
from crypto.errors import CoffreError, Stale, Tampered
from crypto.journal import ACCESSES, Entry, body_hash, entry_hash
from crypto.statements import Signed
from tests.vault.client.folding import fold
from tests.vectors.forbidden_steps import ACCESS_STEPS
from tests.vectors.samples import (
    DAY,
    DOCTOR,
    NOW,
    OWNER,
    SHARE,
    VAULT,
)
from tests.vectors.simulated_vault import SimulatedVault, rehashed
from tests.vectors.stories import granted, started, story
from vault.client.journal import row
from vault.client.ledger_accesses import AccessLog
from vault.client.ledger_cache import (
    accesses_from_json,
    accesses_to_json,
)
from vault.client.ledger_chain import Pin
from vault.client.output import iso


def log(vault: SimulatedVault) -> AccessLog:
    return AccessLog.empty(VAULT).append_page(vault.page(chain=ACCESSES), fold(vault).state)


def log_refused(vault: SimulatedVault, error: type[CoffreError] = Tampered) -> None:
    ledger = fold(vault).state
    before = AccessLog.empty(VAULT)
    with pytest.raises(error):
        before.append_page(vault.page(chain=ACCESSES), ledger)
    assert before == AccessLog.empty(VAULT)


def test_accesses_are_verified_and_counted() -> None:
    vault = story()
    found = log(vault)
    assert [event.header.kind for event in found.news] == ["access", "access", "opening", "opening"]
    assert found.position() == Pin(4, vault.head(ACCESSES))
    assert found.openings == {SHARE: 2}
    assert accesses_from_json(json.loads(json.dumps(accesses_to_json(found)))) == replace(found, news=())


def test_the_time_at_which_a_copy_was_opened_stands_in_the_journal() -> None:
    vault = story()
    vault.access(nonce="later", opened=NOW - 3 * DAY)
    rows = [row(event, fold(vault).state) for event in log(vault).news]
    assert rows[-1]["opened"] == iso(NOW - 3 * DAY)
    assert all("opened" not in before for before in rows[:-1])


def test_accesses_page_by_page() -> None:
    vault = story()
    found = AccessLog.empty(VAULT)
    for start in range(4):
        page = vault.page(start, end=start + 1, chain=ACCESSES)
        found = found.append_page(page, fold(vault).state)
    assert replace(found, news=()) == replace(log(vault), news=())


def test_accesses_after_the_end_of_a_grant_that_were_made_in_its_time() -> None:
    vault = granted()
    vault.access(by=DOCTOR, mode="grant")
    vault.grant(to=DOCTOR, sequence=2, rights=("add",))
    vault.revocation(sequence=2)
    vault.rotation()
    vault.removal()
    assert len(log(vault).news) == 1


@pytest.mark.parametrize("name", ACCESS_STEPS)
def test_one_access_that_is_not_entitled(name: str) -> None:
    first, step = ACCESS_STEPS[name]
    vault = first()
    log(vault)
    step(vault)
    log_refused(vault)


def test_reading_needs_the_right_to_read() -> None:
    vault = started()
    vault.grant(to=DOCTOR, rights=("add",))
    vault.access(by=DOCTOR, mode="grant")
    log_refused(vault)


@pytest.mark.parametrize("position", range(4))
def test_accesses_bent(position: int) -> None:
    vault = story()
    whole = list(vault.accesses)
    withheld = [*whole[:position], Entry(whole[position].header), *whole[position + 1 :]]
    left_out = [*whole[:position], *whole[position + 1 :]]
    twice = [*whole[: position + 1], *whole[position:]]
    for bent in (withheld, twice, left_out):
        if bent == left_out and position == 3:
            continue
        vault.accesses = bent
        log_refused(vault)


def test_the_last_access_dropped_after_it_was_seen() -> None:
    vault = story()
    found = log(vault)
    vault.accesses.pop()
    with pytest.raises(Stale):
        found.append_page(vault.page(chain=ACCESSES), fold(vault).state)


def test_an_access_back_dated() -> None:
    vault = story()
    vault.accesses = rehashed(vault.accesses, 2, time=NOW)
    log_refused(vault)


def test_accesses_of_another_vault() -> None:
    vault = story()
    other = AccessLog.empty(VaultId("0" * 32))
    with pytest.raises(Tampered):
        other.append_page(vault.page(chain=ACCESSES), fold(vault).state)


def test_accesses_against_a_pin() -> None:
    vault = story()
    ledger, page = fold(vault).state, vault.page(chain=ACCESSES)
    good = Pin(2, entry_hash(vault.accesses[1].header))
    assert AccessLog.empty(VAULT, pin=good).append_page(page, ledger).tip.size == 4
    with pytest.raises(Stale):
        AccessLog.empty(VAULT, pin=Pin(2, bytes(32))).append_page(page, ledger)
    with pytest.raises(Stale):
        AccessLog.empty(VAULT, pin=Pin(5, bytes(32))).append_page(page, ledger)
    with pytest.raises(Stale):
        AccessLog.empty(VAULT, pin=Pin(0, bytes(32)))


def test_a_page_of_accesses_that_does_not_end_as_it_says() -> None:
    vault = story()
    ledger, page = fold(vault).state, vault.page(chain=ACCESSES)
    for wrong in (replace(page, head=bytes(32)), replace(page, size=3)):
        with pytest.raises(Tampered):
            AccessLog.empty(VAULT).append_page(wrong, ledger)


def test_accesses_with_what_does_not_belong_there() -> None:
    vault = story()
    ledger, page = fold(vault).state, vault.page(chain=ACCESSES)
    entry = page.entries[0]
    assert entry.signed is not None
    garbage = Signed(b"{}", bytes(64))
    bodiless = rehashed(page.entries, 0, body=body_hash(bytes(16), garbage))
    for first in (
        replace(entry, metadata=b"metadata"),
        replace(entry, manifest=b"manifest"),
        replace(bodiless[0], salt=bytes(16), signed=garbage),
    ):
        with pytest.raises(Tampered):
            AccessLog.empty(VAULT).append([first], page.cards, ledger)
    with pytest.raises(Tampered):
        AccessLog.empty(VAULT).append(page.entries, [Signed(OWNER.signed.statement, bytes(64))], ledger)
