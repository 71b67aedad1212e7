"""Counts, on a host where the right answer is known."""

import os
from dataclasses import asdict

import pytest

from tests.vault.actors import DAY
from tests.vault.admin.hosts import Hosts
from tests.vault.expect import ok
from tests.vault.sealed import PART, SealedVersion, redeem_key
from tests.vault.test_shares import JWE, end, shared
from vault.admin.statistics import stats
from vault.retention import sweep


@pytest.mark.slow
def test_counts_of_a_filled_host(hosts: Hosts) -> None:
    room = hosts.room()
    with room.database.reading() as session:
        assert set(asdict(stats(session, room.clock)).values()) == {0}
    patient, _share, _locator = shared(room)
    other, share, _other_locator = shared(room)
    end(other, share)
    key, doctor = redeem_key(), room.professional()
    grant, _ = patient.invite(key)
    ok(doctor.redeem(grant, key, patient.vault))
    ok(patient.invite(redeem_key())[1])
    ok(other.revoke(other.invite(redeem_key())[0]))
    ok(patient.commit(SealedVersion(patient.sections[1], content=os.urandom(77))), 201)
    ok(patient.send("POST", f"/vaults/{patient.vault}/uploads", {"length": 9, "part_size": PART}), 201)
    with room.database.reading() as session:
        found = stats(session, room.clock)
    assert (found.patients, found.professionals, found.professionals_waiting, found.vaults) == (2, 1, 1, 2)
    assert (found.documents, found.versions, found.versions_bytes) == (3, 3, 1000 + 1000 + 77)
    assert (found.shares, found.shares_ended, found.shares_bytes) == (1, 1, len(JWE))
    assert (found.grants, found.invitations, found.grants_ended) == (1, 1, 1)
    assert (found.uploads, found.uploads_bytes, found.objects_to_delete) == (1, 9, 1)
    assert found.sessions == 3
    assert (found.ledger_entries, found.access_entries) == (13, 0)
    room.clock.now += 366 * DAY
    with room.database.reading() as session:
        later = stats(session, room.clock)
    assert (later.sessions, later.shares, later.grants, later.invitations) == (0, 0, 0, 0)
    assert (later.shares_ended, later.grants_ended) == (2, 3)
    sweep(room.database, room.store, room.clock)
    with room.database.reading() as session:
        assert stats(session, room.clock).shares_bytes == 0
