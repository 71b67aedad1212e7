"""Who is verified, who is refused: as the operator decides it and as patients and professionals see it."""

import pytest

from tests.vault.admin.hosts import Hosts
from tests.vault.expect import ok, refused
from tests.vault.rooms import Room
from tests.vault.sealed import redeem_key
from vault.admin import directory as operators
from vault.admin import professionals
from vault.admin.errors import NoSuchProfessional
from vault.admin.professionals import Professional


def decide(room: Room, rpps: str, state: str) -> Professional:
    """What `coffre admin professional verify` does, with the key in the data folder."""
    with room.database.writing() as session:
        key = operators.key_at_hand(session, room.config.directory.key_file, room.clock())
        return professionals.described(operators.decide(session, rpps, state, key, room.clock()))


def test_a_decision_is_seen_in_the_directory(hosts: Hosts) -> None:
    room = hosts.room()
    doctor, other, patient = room.professional(), room.professional(), room.patient()
    look_up = f"/directory?rpps={doctor.rpps}"
    assert ok(patient.send("GET", look_up))["professionals"][0]["verified"] == "no"
    assert doctor.rpps is not None
    decided = decide(room, doctor.rpps, "verified")
    assert (decided.rpps, decided.verified, decided.account) == (doctor.rpps, "yes", doctor.account)
    assert ok(patient.send("GET", look_up))["professionals"][0]["verified"] == "yes"
    with room.database.reading() as session:
        found = professionals.listed(session)
    assert [(one.rpps, one.verified) for one in found] == [(other.rpps, "no"), (doctor.rpps, "yes")]
    assert (found[0].name, found[0].profession) == ("Dr Zoé Lefèvre", "10")


def test_a_refused_professional_is_not_found_and_redeems_nothing(hosts: Hosts) -> None:
    room = hosts.room()
    doctor, patient, key = room.professional(), room.patient(), redeem_key()
    assert doctor.rpps is not None
    decide(room, doctor.rpps, "refused")
    assert ok(patient.send("GET", f"/directory?rpps={doctor.rpps}"))["professionals"] == []
    grant, _ = patient.invite(key)
    refused(doctor.redeem(grant, key, patient.vault), "forbidden", 403)
    decide(room, doctor.rpps, "verified")
    ok(doctor.redeem(grant, key, patient.vault))


def test_an_unknown_number_changes_nobody(embedded: Hosts) -> None:
    room = embedded.room()
    room.professional()
    for number in ("", "10000000000", "%", "1' OR '1'='1"):
        with pytest.raises(NoSuchProfessional):
            decide(room, number, "verified")
    with room.database.reading() as session:
        assert [one.verified for one in professionals.listed(session)] == ["no"]
