"""Suspension, quotas and maintenance as the operator orders them and as people meet them."""

import pytest
from sqlalchemy import select

from crypto.encoding import Json
from tests.vault.actors import Actor
from tests.vault.admin.hosts import Hosts
from tests.vault.expect import ok, refused
from tests.vault.rooms import Room
from tests.vault.sealed import SealedVersion, redeem_key
from vault import suspensions
from vault.admin import care, maintenance, statistics
from vault.admin.errors import NoSuchAccount, NoVault
from vault.models.notices import Notice, OutboxMessage


def suspend(room: Room, who: str, *, closed: bool = False) -> None:
    """What `coffre admin suspend` does."""
    with room.database.writing() as session:
        account = care.find(session, who)
        suspensions.suspend(session, account, "other", closed=closed, now=room.clock())


def resume(room: Room, who: str) -> bool:
    """What `coffre admin resume` does."""
    with room.database.writing() as session:
        return suspensions.resume(session, care.find(session, who), room.clock())


def told(room: Room, account: str) -> list[str]:
    """Kinds of the account's notices of the host's decisions, each with its mail."""
    with room.database.reading() as session:
        kinds = ("suspended", "resumed")
        mine = select(Notice.kind).where(Notice.account == account, Notice.kind.in_(kinds))
        mails = select(OutboxMessage.kind).where(
            OutboxMessage.account == account, OutboxMessage.kind.in_(kinds), OutboxMessage.channel == "mail"
        )
        found = sorted(session.execute(mine).scalars())
        assert sorted(session.execute(mails).scalars()) == found
    return found


@pytest.mark.slow
def test_a_suspended_patient_reads_and_takes_back_what_was_given(embedded: Hosts) -> None:
    room = embedded.room()
    patient, key = room.patient(), redeem_key()
    sealed = SealedVersion(patient.sections[1])
    ok(patient.commit(sealed), 201)
    grant, answer = patient.invite(key)
    ok(answer)
    suspend(room, patient.address)
    # The sessions ended; a new one begins as ever.
    refused(patient.send("GET", "/vaults"), "unauthenticated", 401)
    assert patient.sign_in().status_code == 200
    ok(patient.send("GET", f"/vaults/{patient.vault}/ledger"))
    ok(patient.open(patient.access(sealed.document)))
    assert patient.download(sealed.document).data == sealed.content
    body = {"length": 10, "part_size": 5 * 1024 * 1024}
    refused(patient.send("POST", f"/vaults/{patient.vault}/uploads", body), "suspended", 403)
    refused(patient.invite(redeem_key())[1], "suspended", 403)
    ok(patient.revoke(grant))
    assert told(room, patient.account) == ["suspended"]
    assert resume(room, patient.account)
    assert not resume(room, patient.account)
    ok(patient.commit(SealedVersion(patient.sections[1])), 201)
    assert told(room, patient.account) == ["resumed", "suspended"]


def test_a_closed_account_is_told_so_after_the_right_password_only(embedded: Hosts) -> None:
    room = embedded.room()
    patient = room.patient()
    suspend(room, patient.account, closed=True)
    refused(patient.sign_in(), "suspended", 403)
    refused(patient.sign_in("kit"), "suspended", 403)
    stranger = Actor(room.app.test_client(), room.clock, "patient", patient.address)
    refused(stranger.sign_in(), "credentials", 401)
    unknown = Actor(room.app.test_client(), room.clock, "patient", "nobody@example.org")
    refused(unknown.sign_in(), "credentials", 401)
    assert resume(room, patient.address)
    assert patient.sign_in().status_code == 200


def test_a_suspended_professionals_grants_give_nothing(embedded: Hosts) -> None:
    room = embedded.room()
    patient, doctor, key = room.patient(), room.professional(), redeem_key()
    sealed = SealedVersion(patient.sections[1])
    ok(patient.commit(sealed), 201)
    grant, answer = patient.invite(key)
    ok(answer)
    ok(doctor.redeem(grant, key, patient.vault))
    assert doctor.rpps is not None
    suspend(room, doctor.rpps)
    refused(doctor.open(doctor.access(sealed.document, mode="grant", grant=grant)), "unauthenticated", 401)
    refused(doctor.send("GET", f"/grants/{grant}/bundle"), "unauthenticated", 401)
    refused(doctor.sign_in(), "suspended", 403)
    # The patient hears that the grant gives nothing now; it stays theirs to end.
    noticed = ok(patient.send("GET", "/notices"))["notices"]
    assert [one["subject"] for one in noticed if one["kind"] == "reader_suspended"] == [grant]
    # A session that began at the very moment is none either.
    with room.database.writing() as session:
        account = care.find(session, doctor.account)
        account.suspension = None
    assert doctor.sign_in().status_code == 200
    with room.database.writing() as session:
        care.find(session, doctor.account).suspension = suspensions.CLOSED
    refused(doctor.send("GET", f"/grants/{grant}/bundle"), "suspended", 403)
    refused(patient.invite(key, redeem=None, card=doctor.card())[1], "forbidden", 403)
    with room.database.reading() as session:
        assert statistics.stats(session, room.clock).accounts_suspended == 1
        [found] = care.all_suspended(session, 0)
    assert (found.account, found.suspension, found.reason) == (doctor.account, "closed", "other")
    assert resume(room, doctor.account)
    assert doctor.sign_in().status_code == 200
    ok(doctor.open(doctor.access(sealed.document, mode="grant", grant=grant, reason="care")))


def test_a_vault_has_a_quota_of_its_own(hosts: Hosts) -> None:
    room = hosts.room()
    patient, other, doctor = room.patient(), room.patient(), room.professional()
    body: Json = {"length": 2000, "part_size": 5 * 1024 * 1024}

    def reserve(who: Actor, vault: str) -> int:
        return who.send("POST", f"/vaults/{vault}/uploads", body).status_code

    def storage() -> object:
        return ok(patient.send("GET", f"/vaults/{patient.vault}/storage")).get("quota")

    with room.database.writing() as session:
        care.set_quota(session, care.find(session, patient.account), 3000)
    assert (reserve(patient, patient.vault), reserve(patient, patient.vault)) == (201, 413)
    objects: Json = {"objects": ["A" * 3000], "part_size": 5 * 1024 * 1024}
    refused(patient.send("POST", f"/vaults/{patient.vault}/objects", objects), "limit_exceeded", 413)
    assert [reserve(other, other.vault) for _ in range(2)] == [201, 201]
    assert storage() == 3000
    with room.database.reading() as session:
        assert statistics.stats(session, room.clock).vaults_with_own_quota == 1
        seen = care.seen(session, care.find(session, patient.account), 0)
        assert (seen.quota, seen.own_quota, seen.stored) == (3000, True, 0)
    with room.database.writing() as session:
        care.set_quota(session, care.find(session, patient.account), None)
        with pytest.raises(NoVault):
            care.set_quota(session, care.find(session, doctor.account), 1)
        with pytest.raises(NoSuchAccount):
            care.find(session, "%")
    assert (storage(), reserve(patient, patient.vault)) == (None, 201)


@pytest.mark.slow
def test_closing_waits_for_who_writes(hosts: Hosts) -> None:
    room = hosts.room()
    account = room.patient().account
    with room.database.writing() as session:
        care.find(session, account)
        if room.database.is_sqlite:
            # One writes at a time, and this one would have to end first.
            assert maintenance.finished(room.database) == 0
            return
        assert maintenance.finished(room.database, wait=0) == 1, "says who is still there when it gives up"

        def end_it(_seconds: float) -> None:
            session.rollback()

        assert maintenance.finished(room.database, sleep=end_it) == 0
