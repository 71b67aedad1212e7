"""The cache of a folded ledger."""

import json
from dataclasses import replace

import pytest

from crypto.errors import Malformed, UnsupportedVersion
from tests.vault.client.folding import DOCTOR_VIEW, EMPTY, OWNER_VIEW, fold
from tests.vectors.samples import (
    VAULT,
)
from tests.vectors.stories import story
from vault.client.ledger import Ledger
from vault.client.ledger_cache import (
    ledger_from_json,
    ledger_to_json,
)
from vault.client.ledger_chain import Pin


def test_the_cache_reads_back() -> None:
    for ledger in (
        EMPTY,
        fold(story()),
        fold(story(), DOCTOR_VIEW),
        Ledger.empty(VAULT, pin=Pin(1, bytes(32))),
    ):
        found = ledger_from_json(json.loads(json.dumps(ledger_to_json(ledger))))
        assert found == replace(ledger, news=())


def test_a_cached_ledger_goes_on() -> None:
    vault = story()
    half = EMPTY.append_page(vault.page(end=6), OWNER_VIEW)
    found = ledger_from_json(json.loads(json.dumps(ledger_to_json(half))))
    assert found.append_page(vault.page(6), OWNER_VIEW).state == fold(vault).state


def test_a_damaged_cache_is_refused() -> None:
    whole = ledger_to_json(fold(story()))
    with pytest.raises(UnsupportedVersion):
        ledger_from_json({**whole, "version": 1})
    for key in ("vault", "size", "head", "documents", "cards"):
        with pytest.raises(Malformed):
            ledger_from_json({name: value for name, value in whole.items() if name != key})
    with pytest.raises(Malformed):
        ledger_from_json([])
