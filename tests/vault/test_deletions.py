"""An account ends by its owner's wish: who may ask, what others see meanwhile, what is left, what is said."""

import pytest
from sqlalchemy import func, select

from crypto.encoding import b64u, unb64u
from crypto.receipts import open_receipt
from tests.vault.actors import ORIGIN, Actor, Professional, open_link
from tests.vault.admin.test_backup import names
from tests.vault.admin.test_erase_account import everything
from tests.vault.expect import ok, refused
from tests.vault.leaving import WEEK, asked, keeping, wish
from tests.vault.rooms import Room
from tests.vault.sealed import SealedVersion, redeem_key
from tests.vault.test_deposits import verify
from tests.vault.test_shares import shared
from vault import erasures, farewell, maintenance
from vault.erasures import Gone
from vault.errors import Leaving
from vault.models.accounts import Account
from vault.models.documents import DoomedObject
from vault.models.grants import Grant
from vault.models.notices import Notice, OutboxMessage
from vault.outbox import Outgoing, Refused
from vault.retention import sweep
from web import context


def told(room: Room, account: str) -> list[str]:
    """Kinds of the account's notices about leaving, each with its mail."""
    with room.database.reading() as session:
        kinds = ("deletion_asked", "deletion_kept", "reader_left")
        mine = select(Notice.kind).where(Notice.account == account, Notice.kind.in_(kinds))
        mails = select(OutboxMessage.kind).where(
            OutboxMessage.account == account, OutboxMessage.kind.in_(kinds), OutboxMessage.channel == "mail"
        )
        found = sorted(session.execute(mine).scalars())
        assert sorted(session.execute(mails).scalars()) == found
    return found


def test_a_session_is_not_enough_to_ask(room: Room) -> None:
    patient, other = room.patient(), room.patient()
    for body in (
        wish(patient, patient.key),
        wish(patient, patient.kit),
        wish(patient, other.login),
        wish(patient, account=other.account),
        wish(patient, origin="https://elsewhere.test"),
        wish(patient, challenge=bytes(32)),
        wish(other),
    ):
        refused(patient.send("POST", "/account/deletion", body), "credentials", 401)
    login = patient.login_statement(patient.challenge()["challenge"])
    refused(patient.send("POST", "/account/deletion", {"deletion": login.to_wire()}), "credentials", 401)
    late = wish(patient)
    room.clock.now += 121
    refused(patient.send("POST", "/account/deletion", late), "credentials", 401)
    assert ok(patient.send("GET", "/account/deletion")) == {"days": 7}
    assert told(room, patient.account) == []

    body = wish(patient)
    second = Actor(room.app.test_client(), room.clock, "patient", patient.address)
    second.login = patient.login
    assert second.sign_in().status_code == 200
    ok(patient.send("POST", "/account/deletion", body))
    refused(second.send("GET", "/vaults"), "unauthenticated", 401)
    refused(patient.send("POST", "/account/deletion", body), "credentials", 401)
    refused(patient.send("POST", "/account/deletion", wish(patient)), "conflict", 409)
    assert told(room, patient.account) == ["deletion_asked"]


@pytest.mark.slow
def test_meanwhile_nobody_else_reaches_the_vault_and_all_is_back_when_it_is_kept(room: Room) -> None:
    patient, _share, locator = shared(room)
    sealed = SealedVersion(patient.sections[1])
    ok(patient.commit(sealed), 201)
    key = redeem_key()
    grant, answer = patient.invite(key)
    ok(answer)
    doctor, late, late_key = verify(room, room.professional()), room.professional(), redeem_key()
    ok(doctor.redeem(grant, key, patient.vault))
    invited, answer = patient.invite(late_key)
    ok(answer)
    ok(doctor.open(doctor.access(sealed.document, grant=grant, mode="grant", reason="care")))
    [file] = ok(open_link(room.app.test_client(), locator))["files"]
    later = SealedVersion(patient.sections[1])
    begun = patient.version_body(later, patient.place(), patient.upload(later.content))
    request = asked(patient)

    assert ok(doctor.send("GET", "/vaults"))["vaults"] == []
    for path in (
        f"/vaults/{patient.vault}/ledger",
        f"/vaults/{patient.vault}/documents/{sealed.document}/versions/1/object",
        f"/grants/{grant}/bundle",
        f"/grants/{grant}/renewal-request",
        f"/invitations/{invited}",
        f"/vaults/{patient.vault}/inbox",
    ):
        refused(doctor.send("GET", path), "not_found", 404)
    again = doctor.access(sealed.document, grant=grant, mode="grant", reason="care")
    refused(doctor.open(again), "not_found", 404)
    refused(late.redeem(invited, late_key, patient.vault), "not_found", 404)
    refused(open_link(room.app.test_client(), locator), "not_found", 404)
    refused(room.app.test_client().get(file["location"]), "not_found", 404)

    ok(patient.open(patient.access(sealed.document)))
    assert patient.download(sealed.document).data == sealed.content
    body = {"length": 10, "part_size": 5 * 1024 * 1024}
    refused(patient.send("POST", f"/vaults/{patient.vault}/uploads", body), "leaving", 403)
    refused(patient.invite(redeem_key())[1], "leaving", 403)
    path = f"/vaults/{patient.vault}/documents"
    refused(patient.send("POST", path, begun), "leaving", 403)
    # What a commit finds by itself is asked before it as well.
    cookie = patient.http.get_cookie(context.COOKIE, "coffre.test")
    assert cookie is not None
    asking = {"method": "POST", "base_url": ORIGIN, "headers": {"Cookie": f"{cookie.key}={cookie.value}"}}
    with (
        room.app.test_request_context(f"/api/v1{path}", **asking),
        pytest.raises(Leaving),
        context.writing_as(),
    ):
        pass

    for wrong, code, status in (
        (keeping(patient, bytes(32)), "stale", 409),
        (keeping(patient, request, time=room.clock() - 301), "stale", 409),
        (keeping(patient, request, patient.login), "tampered", 422),
        (keeping(patient, request, account=doctor.account), "tampered", 422),
    ):
        refused(patient.send("POST", "/account/keeping", wrong), code, status)
    refused(doctor.send("POST", "/account/keeping", keeping(doctor, request)), "not_found", 404)
    ok(patient.send("POST", "/account/keeping", keeping(patient, request)))
    room.clock.now += WEEK + 1
    assert erasures.erase_due(room.database, room.store, room.clock) == 0
    for who in (patient, doctor):
        assert who.sign_in().status_code == 200

    assert [one["grant"] for one in ok(doctor.send("GET", "/vaults"))["vaults"]] == [grant]
    ok(doctor.send("GET", f"/grants/{grant}/bundle"))
    ok(doctor.open(doctor.access(sealed.document, grant=grant, mode="grant", reason="care")))
    ok(patient.commit(SealedVersion(patient.sections[1])), 201)
    assert told(room, patient.account) == ["deletion_asked", "deletion_kept"]


def test_when_the_time_is_over_nothing_is_left_and_a_receipt_says_so(room: Room) -> None:
    patient, _share, _locator = shared(room)
    other = room.patient()
    ok(patient.commit(SealedVersion(patient.sections[1])), 201)
    kept = SealedVersion(other.sections[1])
    ok(other.commit(kept), 201)
    request, gone = asked(patient), list[Gone]()
    path, stranger = f"/erasures/{b64u(request)}", room.app.test_client()

    def erase() -> int:
        return erasures.erase_due(room.database, room.store, room.clock, gone.append)

    assert erase() == 0
    room.clock.now += WEEK
    with room.database.writing() as session:
        maintenance.begin(session, maintenance.READ_ONLY, until=None, now=room.clock())
    assert erase() == 0
    with room.database.writing() as session:
        maintenance.end(session)
    assert erase() == 1
    assert stranger.get(f"/api/v1{path}").status_code == 404, "objects are there still"
    sweep(room.database, room.store, room.clock)
    assert erase() == 0
    with room.database.reading() as session:
        assert session.execute(select(func.count()).select_from(DoomedObject)).scalar_one() == 0
    assert len(names(room.store)) == 1
    assert gone == [Gone(patient.address, "fr", request, room.clock())]

    left = everything(room.database)
    for trace in (patient.account, patient.vault, patient.address, patient.author):
        assert trace not in left
    refused(patient.sign_in(), "credentials", 401)
    assert other.sign_in().status_code == 200
    ok(other.open(other.access(kept.document)))
    assert other.download(kept.document).data == kept.content

    answer = stranger.get(f"/api/v1{path}")
    assert (answer.status_code, answer.mimetype) == (200, "text/plain")
    public = unb64u(ok(other.send("GET", "/server"))["public_key"])
    receipt = open_receipt(answer.get_data(), request, [public])
    assert receipt.rows > 20
    assert (receipt.role, receipt.objects) == ("patient", 3)
    assert (receipt.requested, receipt.erased) == (room.clock() - WEEK, room.clock())
    room.clock.now += erasures.KEPT_SECONDS + 1
    erase()
    assert stranger.get(f"/api/v1{path}").status_code == 404


def test_a_professional_leaves_what_stands_in_journals(room: Room) -> None:
    patient, key = room.patient(), redeem_key()
    grant, answer = patient.invite(key)
    ok(answer)
    doctor = room.professional()
    ok(doctor.redeem(grant, key, patient.vault))
    asked(doctor)
    room.clock.now += WEEK
    assert patient.sign_in().status_code == 200
    before = ok(patient.send("GET", f"/vaults/{patient.vault}/ledger"))
    assert erasures.erase_due(room.database, room.store, room.clock) == 1
    assert ok(patient.send("GET", f"/vaults/{patient.vault}/ledger")) == before
    assert told(room, patient.account) == ["reader_left"]
    with room.database.reading() as session:
        row = session.execute(select(Account).where(Account.id == doctor.account)).scalar_one()
        assert (row.rpps, row.verified, row.suspension) == (None, "gone", "closed")
        assert session.get_one(Grant, grant).bundle is None
    assert doctor.address not in everything(room.database)
    refused(doctor.sign_in(), "credentials", 401)
    found = ok(patient.send("GET", f"/directory?key={doctor.author}"))
    assert found["professionals"] == []
    successor = Professional(room.app.test_client(), room.clock, doctor.address, doctor.rpps or "")
    ok(successor.sign_up(), 201)


@pytest.mark.parametrize(("language", "word"), [("fr", "supprimé"), ("en", "deleted")])
def test_the_last_mail_names_the_receipt_and_nothing_else(language: str, word: str) -> None:
    sent: list[Outgoing] = []

    class Taken:
        def send(self, outgoing: Outgoing) -> None:
            sent.append(outgoing)

        def close(self) -> None:
            raise AssertionError

    class Deaf(Taken):
        def send(self, outgoing: Outgoing) -> None:
            raise Refused("recipient", permanent=True)

    gone = Gone("aline@example.org", language, bytes(range(32)), 1_800_000_000)
    farewell.send({"mail": Taken()}, gone, ORIGIN)
    farewell.send({"mail": Deaf()}, gone, ORIGIN)
    farewell.send({}, gone, ORIGIN)
    [mail] = sent
    link = f"{ORIGIN}/api/v1/erasures/{b64u(gone.request)}"
    assert mail.to == "aline@example.org"
    assert word in mail.text.subject
    assert link in mail.text.plain
    assert link in mail.text.html
