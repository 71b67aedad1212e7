"""Reminders before a grant ends: both sides, 30 and 7 days before, once each."""

import pytest
from sqlalchemy import select

from crypto import statements
from crypto.encoding import GrantId, b64u
from tests.vault.actors import DAY, Actor, Patient, Professional
from tests.vault.expect import ok
from tests.vault.rooms import Room
from tests.vault.sealed import bundle, redeem_key
from vault.models.grants import Grant
from vault.models.notices import Notice
from vault.reminders import remind


def granted(room: Room, days: int = 365) -> tuple[Patient, Professional, GrantId]:
    """A patient whose grant a professional has accepted."""
    patient, doctor, key = room.patient(), room.professional(), redeem_key()
    grant, answer = patient.invite(key, not_after=room.clock.now + days * DAY)
    ok(answer)
    ok(doctor.redeem(grant, key, patient.vault))
    return patient, doctor, grant


def told(room: Room, actor: Actor) -> list[int]:
    """How many days before the end an account was reminded."""
    with room.database.reading() as session:
        query = select(Notice).where(Notice.account == actor.account, Notice.kind == "grant_ending")
        rows = session.execute(query.order_by(Notice.time)).scalars()
        return [((row.until or 0) - row.time) // DAY for row in rows]


def a_day_at_a_time(room: Room, days: int) -> None:
    for _ in range(days):
        room.clock.now += DAY
        remind(room.database, room.clock)
        remind(room.database, room.clock)


@pytest.mark.slow
def test_both_sides_are_reminded_thirty_and_seven_days_before(room: Room) -> None:
    patient, doctor, _ = granted(room)
    a_day_at_a_time(room, 334)
    assert (told(room, patient), told(room, doctor)) == ([], [])
    a_day_at_a_time(room, 40)
    assert (told(room, patient), told(room, doctor)) == ([30, 7], [30, 7])


def test_a_short_grant_is_not_announced_at_its_beginning(room: Room) -> None:
    month, week = granted(room, 20), granted(room, 6)
    a_day_at_a_time(room, 1)
    assert told(room, month[0]) == []
    a_day_at_a_time(room, 20)
    assert (told(room, month[0]), told(room, week[0])) == ([7], [])


def test_a_server_that_slept_sends_the_nearer_one_only(room: Room) -> None:
    patient, _, _ = granted(room)
    room.clock.now += 362 * DAY
    assert remind(room.database, room.clock) == 1
    assert remind(room.database, room.clock) == 0
    assert told(room, patient) == [3]


@pytest.mark.slow
def test_a_renewal_begins_anew(room: Room) -> None:
    patient, doctor, grant = granted(room)
    room.clock.now += 336 * DAY
    remind(room.database, room.clock)
    ok(patient.sign_in())
    ok(doctor.sign_in())
    sealed = bundle()
    signed = patient.sign(
        statements.Grant,
        **patient.place().fields(),
        bundle=statements.bundle_hash(sealed),
        card=doctor.card(),
        grant=grant,
        not_before=room.clock.now,
        not_after=room.clock.now + 365 * DAY,
        rights=("read",),
        sections=patient.scope(1),
        sequence=2,
    )
    ok(patient.append("grants", "grant", signed, bundle=b64u(sealed)))
    a_day_at_a_time(room, 40)
    assert told(room, patient) == [29]
    a_day_at_a_time(room, 330)
    assert told(room, patient) == [29, 30, 7]


def test_invitations_and_revoked_grants_remind_nobody(room: Room) -> None:
    patient, doctor, grant = granted(room)
    invited, answer = patient.invite(redeem_key())
    ok(answer)
    ok(patient.revoke(grant))
    room.clock.now += 340 * DAY
    assert remind(room.database, room.clock) == 0
    assert (told(room, patient), told(room, doctor)) == ([], [])
    with room.database.reading() as session:
        assert session.get_one(Grant, invited).professional is None


def test_a_grant_that_is_over_reminds_nobody(room: Room) -> None:
    granted(room)
    room.clock.now += 366 * DAY
    assert remind(room.database, room.clock) == 0
