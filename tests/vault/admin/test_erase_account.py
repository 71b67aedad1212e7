"""A patient's account goes, with all that is theirs, and nothing of anybody else."""

import pytest
from sqlalchemy import select

from tests.vault.admin.hosts import Hosts
from tests.vault.admin.test_backup import filled, names
from tests.vault.expect import ok, refused
from tests.vault.rooms import START
from tests.vault.sealed import SealedVersion
from vault import checkpoints
from vault.admin.care import find
from vault.admin.check import check
from vault.admin.erase_account import erase_account
from vault.database import Database
from vault.models import schema
from vault.models.accounts import Account
from vault.retention import sweep


def everything(database: Database) -> str:
    """All rows as text."""
    with database.reading() as session:
        tables = schema.metadata().sorted_tables
        return "\n".join(str(row) for table in tables for row in session.execute(select(table)))


@pytest.mark.slow
def test_all_of_a_patient_goes_and_others_keep_theirs(hosts: Hosts) -> None:
    before = filled(hosts)
    room, patient, professional = before.room, before.patient, before.professional
    patient.upload(b"begun and not finished")
    other = room.patient()
    kept = SealedVersion(other.sections[1])
    ok(other.commit(kept), 201)
    assert checkpoints.checkpoint(room.database, room.clock) == 2

    with room.database.writing() as session:
        account = find(session, "patient1@example.org")
        number = account.id
        erased = erase_account(session, account, START)
    assert (erased.account, erased.vault, erased.objects) == (number, patient.vault, 5)
    sweep(room.database, room.store, lambda: START + 2 * 3600)
    assert len(names(room.store)) == 1
    left = everything(room.database)
    for trace in (number, patient.vault, "patient1@example.org", before.grant):
        assert trace not in left

    refused(patient.send("GET", "/sessions/current"), "unauthenticated", 401)
    refused(professional.send("GET", f"/grants/{before.grant}/bundle"), "not_found", 404)
    ok(other.open(other.access(kept.document)))
    assert other.download(kept.document).data == kept.content
    assert check(room.database, room.store).whole
    ok(other.commit(SealedVersion(other.sections[1])), 201)
    assert checkpoints.checkpoint(room.database, room.clock) == 1, "the tree goes on"
    with room.database.reading() as session:
        assert checkpoints.consistency(session, 2, 3)
        assert checkpoints.inclusion(session, other.vault, 3).index == 2


@pytest.mark.slow
def test_of_a_professional_what_journals_name_stays(embedded: Hosts) -> None:
    before = filled(embedded)
    doctor = before.professional
    with before.room.database.writing() as session:
        query = select(Account).where(Account.role == "professional")
        erased = erase_account(session, session.execute(query).scalar_one(), START)
    assert (erased.account, erased.vault, erased.objects) == (doctor.account, None, 0)
    refused(doctor.sign_in(), "credentials", 401)
    left = everything(before.room.database)
    assert doctor.address not in left
    assert doctor.author in left
    assert check(before.room.database, before.room.store).whole
    ok(before.patient.revoke(before.grant))
