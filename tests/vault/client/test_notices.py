"""`coffre notices`: the server's hints, read strictly; settings; a device that is known again."""

from typing import Any

import pytest

from tests.vault.client.people import Network, Person, changed
from vault.client.journal_csv import journal_csv


def test_a_device_is_new_once(patient: Person) -> None:
    assert patient.json("notices", "list") == []
    patient.json("logout")
    patient.json("login", "--server", "http://127.0.0.1:8750", "--email", patient.email)
    assert patient.json("notices", "list") == [], "the device that signed up is known"
    (patient.folder / "home").rename(patient.folder / "old")
    patient.json("login", "--server", "http://127.0.0.1:8750", "--email", patient.email)
    [notice] = patient.json("notices", "list", "--unread")
    assert (notice["kind"], notice["read"]) == ("new_device", False)
    assert patient.json("notices", "read") == {"read": 1, "unread": 0}
    assert patient.json("notices", "list", "--unread") == []
    assert patient.json("notices", "read") == {"read": 0, "unread": 0}


@pytest.mark.slow
def test_settings_change_one_by_one(patient: Person) -> None:
    start = patient.json("notices", "settings")
    assert start == {
        "language": "en",
        "openings": "each",
        "others": "each",
        "phone": "",
        "phone_confirmed": False,
        "mail": False,
        "sms": False,
    }
    patient.json("notices", "settings", "--openings", "daily", "--phone", "+33612345678")
    found = patient.json("notices", "settings", "--language", "fr")
    assert found == {**start, "language": "fr", "openings": "daily", "phone": "+33612345678"}
    # This server has no gateway: no code can be sent, and none was.
    assert patient.fails("notices", "phone") == (3, "not_found")
    assert patient.fails("notices", "phone", "123456") == (4, "ended")
    assert patient.json("notices", "settings", "--no-phone")["phone"] == ""
    assert patient.fails("notices", "settings", "--phone", "0612")[0] == 2
    assert patient.fails("notices", "settings", "--phone", "+33612345678", "--no-phone")[0] == 2


@pytest.mark.parametrize(
    "change",
    [
        lambda answer: answer.update(notices={}),
        lambda answer: answer.update(notices=[{"id": 1}]),
        lambda answer: answer.update(notices=[{"id": "a", "kind": "x" * 1000, "time": 1}]),
        lambda answer: answer.update(notices=[{"id": "a", "kind": "x", "time": "now"}]),
        lambda answer: answer.update(notices=[{"id": "a", "kind": "x", "time": 1}] * 1000),
    ],
)
def test_answers_off_their_form_are_refused(patient: Person, network: Network, change: Any) -> None:
    network.rewrite = changed("/notices", change)
    assert patient.fails("notices", "list") == (5, "malformed")


def test_a_cell_that_would_run_is_text() -> None:
    table = journal_csv([{"a": "=1+1", "b": 'x,"y"'}, {"a": "@x", "c": 2}])
    assert table.splitlines() == ["a,b,c", '\'=1+1,"x,""y""",', "'@x,,2"]
