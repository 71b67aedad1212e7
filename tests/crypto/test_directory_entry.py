"""Directory entries: what the operator says of a professional's keys."""

from dataclasses import replace
from typing import Any

import pytest

from crypto.errors import Malformed, Stale, Tampered
from crypto.signing import SigningKey, directory_key_id, server_key_id
from crypto.statements import DirectoryEntry, Signed, sign, verify_directory_entry
from tests.vectors.samples import DIRECTORY, DOCTOR, OTHER_DOCTOR, OWNER, SERVER, directory_entry


def signed(**change: Any) -> Signed:
    return sign(replace(directory_entry(), **change), DIRECTORY)


@pytest.mark.parametrize("state", ["verified", "refused"])
def test_it_is_held_against_the_card(state: str) -> None:
    entry = verify_directory_entry(signed(state=state), DIRECTORY.public, DOCTOR.card)
    assert entry == directory_entry(state)


@pytest.mark.parametrize(
    "change",
    [
        {"key": OTHER_DOCTOR.id},
        {"account": OTHER_DOCTOR.card.account},
        {"name": "Dr Hélène Dubois"},
        {"profession": "40"},
        {"rpps": "10009876540"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_an_entry_about_something_else_is_refused(change: dict[str, str]) -> None:
    with pytest.raises(Tampered):
        verify_directory_entry(signed(**change), DIRECTORY.public, DOCTOR.card)


def test_nobody_else_makes_entries() -> None:
    forged = sign(replace(directory_entry(), author=server_key_id(SERVER.public)), SERVER)
    for directory in (DIRECTORY.public, SERVER.public):
        with pytest.raises(Tampered):
            verify_directory_entry(forged, directory, DOCTOR.card)
    with pytest.raises(Tampered):
        verify_directory_entry(signed(), SERVER.public, DOCTOR.card)
    with pytest.raises(Tampered):
        verify_directory_entry(signed(), DIRECTORY.public, OWNER.card)


def test_the_highest_sequence_counts() -> None:
    verify_directory_entry(signed(sequence=3), DIRECTORY.public, DOCTOR.card, seen=3)
    with pytest.raises(Stale):
        verify_directory_entry(signed(sequence=2), DIRECTORY.public, DOCTOR.card, seen=3)


@pytest.mark.parametrize(
    "change", [{"state": "unknown"}, {"sequence": 0}, {"profession": "99"}, {"rpps": "1"}]
)
def test_what_is_no_entry(change: dict[str, object]) -> None:
    with pytest.raises(Malformed):
        signed(**change)


def test_a_directory_key_is_not_a_server_key() -> None:
    assert directory_key_id(DIRECTORY.public) != server_key_id(DIRECTORY.public)
    with pytest.raises(Malformed):
        directory_key_id(bytes(31))
    assert isinstance(DIRECTORY, SigningKey)
    assert DirectoryEntry.CHAIN is None
