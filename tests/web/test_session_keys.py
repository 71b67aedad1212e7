"""The key of sessions is replaced while people are signed in and sign in."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from tests.vault.actors import Patient
from tests.vault.expect import ok, refused
from tests.vault.rooms import Room
from vault import session_keys
from vault.models.server import SessionKey
from web import context
from web.server_keys import Keys

HOUR = 3600


@pytest.fixture
def patient(room: Room) -> Patient:
    with room.app.app_context():
        parts = replace(context.parts(), keys=Keys(room.database, room.clock, seconds=0))
    context.attach(room.app.extensions, parts)
    return room.patient()


def rotate(room: Room, overlap: int = session_keys.OVERLAP) -> None:
    with room.database.writing() as session:
        session_keys.rotate(session, overlap=overlap, now=room.clock())


def change(patient: Patient) -> int:
    """Something that asks for the CSRF value."""
    return patient.send("DELETE", "/sessions").status_code


def salt(patient: Patient, address: str) -> str:
    body = {"address": address, "method": "password"}
    return str(ok(patient.send("POST", "/sessions/challenge", body))["salt"])


def test_sessions_and_challenges_go_on(room: Room, patient: Patient) -> None:
    given = patient.challenge()["challenge"]
    unknown = salt(patient, "nobody@example.org")
    rotate(room)
    assert change(patient) == 204
    assert ok(patient.send("GET", "/sessions/current"))["csrf"] == patient.csrf, "not used before all know it"
    room.clock.now += session_keys.LEAD
    # A challenge of the old key is answered, a session of the old key changes something.
    assert change(patient) == 204
    login = patient.login_statement(given).to_wire()
    old = patient.csrf
    patient.csrf = ok(patient.send("POST", "/sessions", {"login": login}))["csrf"]
    assert change(patient) == 204
    assert patient.sign_in().status_code == 200
    assert patient.csrf != old
    assert salt(patient, "nobody@example.org") == unknown, "it would tell who has no account"


def test_the_old_key_ends(room: Room, patient: Patient) -> None:
    old = patient.csrf
    rotate(room, overlap=2 * HOUR)
    room.clock.now += session_keys.LEAD + 2 * HOUR
    refused(patient.send("DELETE", "/sessions"), "forbidden", 403)
    patient.csrf = ok(patient.send("GET", "/sessions/current"))["csrf"]
    assert patient.csrf != old
    assert change(patient) == 204


def test_a_stolen_key_ends_at_once_with_those_before(room: Room, patient: Patient) -> None:
    rotate(room)
    room.clock.now += session_keys.LEAD
    assert change(patient) == 204
    given = patient.challenge()["challenge"]
    rotate(room, overlap=0)
    assert change(patient) == 403
    login = patient.login_statement(given).to_wire()
    refused(patient.send("POST", "/sessions", {"login": login}), "credentials", 401)
    assert patient.sign_in().status_code == 200
    assert change(patient) == 204


def test_keys_that_nothing_needs_are_not_kept(room: Room, patient: Patient) -> None:
    for _ in range(4):
        rotate(room, overlap=HOUR)
        room.clock.now += HOUR + session_keys.LEAD
    rotate(room, overlap=HOUR)
    with room.database.reading() as session:
        keys = session_keys.in_force(session, b"first", room.clock())
        kept = list(session.execute(select(SessionKey.id).order_by(SessionKey.id)).scalars())
    assert (len(keys), kept) == (2, [4, 5])
    assert b"first" not in keys


def test_a_process_reads_them_again_after_some_seconds(room: Room) -> None:
    moment = [0.0]
    keys = Keys(room.database, room.clock, monotonic=lambda: moment[0])
    before = keys.current()
    rotate(room, overlap=0)
    moment[0] = session_keys.READ_SECONDS - 0.1
    assert keys.current() is before
    moment[0] = session_keys.READ_SECONDS
    assert keys.current().mac("x", "y") != before.mac("x", "y")
