"""How often one account may ask for what is dear: counted for it alone, by view, and forgotten in time."""

import pytest

from tests.vault.actors import Patient
from tests.vault.expect import refused
from tests.vault.rooms import Room
from vault.attempts import Pace
from web.paces import PACES


def lookup(patient: Patient, key: str = "A" * 43) -> int:
    return patient.send("GET", f"/directory?key={key}").status_code


def test_one_account_is_slowed_down_and_no_other(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(PACES, "directory.find", Pace(limit=3, seconds=3600))
    patient, other = room.patient(), room.patient()
    assert [lookup(patient) for _ in range(4)] == [200, 200, 200, 429]
    answer = patient.send("GET", f"/directory?key={'A' * 43}")
    refused(answer, "busy", 429)
    assert 0 < int(answer.headers["Retry-After"]) <= 3600
    assert lookup(other) == 200
    # Another session of the same account is the same account; other views are not counted with it.
    patient.http = room.app.test_client()
    assert patient.sign_in().status_code == 200
    assert lookup(patient) == 429
    assert patient.send("GET", "/keyring").status_code == 200
    room.clock.now += 3600
    assert lookup(patient) == 200


def test_what_is_counted_exists_and_leaves_room_for_people(room: Room) -> None:
    assert set(PACES) <= set(room.app.view_functions)
    assert all(pace.limit * 3600 / pace.seconds >= 60 for pace in PACES.values())
    # Nobody who asks without a session fills the table.
    before = counted(room)
    room.app.test_client().get("/api/v1/directory")
    assert counted(room) == before


def counted(room: Room) -> int:
    with room.database.engine.connect() as connection:
        found: int = connection.exec_driver_sql("SELECT count(*) FROM attempts").scalar_one()
        return found
