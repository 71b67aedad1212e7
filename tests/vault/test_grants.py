"""Invitations, redeeming, terms, revocation and rotation, by a clock that the test moves."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from crypto import statements
from crypto.encoding import GrantId, SectionId, VaultId, b64u, new_id
from crypto.signing import SigningKey
from tests.vault.actors import DAY, Patient, Professional
from tests.vault.expect import ok, refused
from tests.vault.rooms import Room
from tests.vault.sealed import SealedVersion, bundle, redeem_key


def bound(room: Room, **changes: object) -> tuple[Patient, Professional, GrantId]:
    """A patient and a professional with a grant to sections 1 to 3."""
    patient, doctor, key = room.patient(), room.professional(), redeem_key()
    grant, response = patient.invite(key, **changes)
    ok(response)
    ok(doctor.redeem(grant, key, patient.vault))
    return patient, doctor, grant


def test_a_redeemed_invitation_lets_read_and_add(room: Room) -> None:
    patient, doctor, grant = bound(room)
    sealed = SealedVersion(patient.sections[1])
    ok(patient.commit(sealed), 201)
    ok(doctor.open(doctor.access(sealed.document, mode="grant", grant=grant, reason="care")))
    assert doctor.download(sealed.document).data == sealed.content
    ok(doctor.commit(SealedVersion(patient.sections[2], author_stanza=True)), 201)
    [line] = ok(doctor.send("GET", "/vaults"))["vaults"]
    assert (line["grant"], line["state"], line["rights"]) == (grant, "active", ["add", "read"])
    assert line["sections"] == sorted(patient.sections[1:4])
    assert ok(doctor.send("GET", f"/grants/{grant}/bundle"))["vault"] == patient.vault


def test_other_sections_are_withheld_and_closed(room: Room) -> None:
    patient, doctor, grant = bound(room)
    hidden, shown = SealedVersion(patient.sections[5]), SealedVersion(patient.sections[1])
    ok(patient.commit(hidden), 201)
    ok(patient.commit(shown), 201)
    other, key = room.professional(), redeem_key()
    second, response = patient.invite(key, sections=patient.scope(5))
    ok(response)
    ok(other.redeem(second, key, patient.vault))
    entries = ok(doctor.send("GET", f"/vaults/{patient.vault}/ledger"))["entries"]
    bodies = ["statement" in entry for entry in entries]
    # vault; own grant, own acceptance; hidden; shown; the other's grant and acceptance
    assert bodies == [True, True, True, False, True, False, False]
    assert "metadata" not in entries[3]
    assert entries[4]["metadata"] == b64u(shown.metadata)
    refused(
        doctor.open(doctor.access(hidden.document, mode="grant", grant=grant, reason="care")),
        "not_found",
        404,
    )
    refused(doctor.download(hidden.document), "not_found", 404)
    refused(doctor.commit(SealedVersion(patient.sections[5])), "forbidden", 403)
    refused(doctor.send("GET", f"/vaults/{patient.vault}/accesses"), "forbidden", 403)


def test_an_access_names_a_grant_that_reaches_the_document(room: Room) -> None:
    patient, doctor, grant = bound(room)
    sealed = SealedVersion(patient.sections[1])
    ok(patient.commit(sealed), 201)
    refused(doctor.open(doctor.access(sealed.document, mode="own")), "malformed", 400)
    refused(
        doctor.open(doctor.access(sealed.document, mode="grant", grant=GrantId(new_id()), reason="care")),
        "forbidden",
        403,
    )
    refused(
        patient.open(patient.access(sealed.document, mode="grant", grant=grant, reason="care")),
        "malformed",
        400,
    )


@pytest.mark.slow
def test_without_the_right_to_read_nothing_is_opened(room: Room) -> None:
    patient, doctor, grant = bound(room, rights=("add",))
    own, other = SealedVersion(patient.sections[1]), SealedVersion(patient.sections[1])
    ok(doctor.commit(own), 201)
    ok(patient.commit(other), 201)
    for sealed in (own, other):
        signed = doctor.access(sealed.document, mode="grant", grant=grant, reason="care")
        refused(doctor.open(signed), "forbidden", 403)
        refused(doctor.download(sealed.document), "forbidden", 403)


def test_a_grant_that_has_not_begun_gives_nothing(room: Room) -> None:
    begins = room.clock.now + 3600
    patient, doctor, grant = bound(room, not_before=begins)
    [line] = ok(doctor.send("GET", "/vaults"))["vaults"]
    assert line["state"] == "upcoming"
    refused(doctor.send("GET", f"/vaults/{patient.vault}/ledger"), "forbidden", 403)
    refused(doctor.send("GET", f"/grants/{grant}/bundle"), "forbidden", 403)
    room.clock.now = begins
    ok(doctor.send("GET", f"/vaults/{patient.vault}/ledger"))
    ok(doctor.send("GET", f"/grants/{grant}/bundle"))


def test_a_second_redemption_is_refused(room: Room) -> None:
    patient, doctor, other, key = room.patient(), room.professional(), room.professional(), redeem_key()
    grant, _ = patient.invite(key)
    ok(doctor.redeem(grant, key, patient.vault))
    refused(other.redeem(grant, key, patient.vault), "used", 409)
    refused(other.send("GET", f"/invitations/{grant}"), "used", 409)
    refused(other.send("GET", f"/vaults/{patient.vault}/ledger"), "not_found", 404)


def test_of_two_redemptions_at_once_one_wins(room: Room) -> None:
    patient, key = room.patient(), redeem_key()
    grant, _ = patient.invite(key)
    doctors = [room.professional() for _ in range(4)]
    place = patient.place()
    prepared = []
    for doctor in doctors:
        sealed = bundle()
        signed = doctor.sign(
            statements.Acceptance,
            **place.fields(),
            bundle=statements.bundle_hash(sealed),
            card=doctor.card(),
            grant=grant,
            proof=statements.prove_redemption(
                key, grant=grant, professional=doctor.author, vault=patient.vault
            ),
            sequence=1,
        )
        prepared.append((doctor, {"acceptance": signed.to_wire(), "bundle": b64u(sealed)}))
    with ThreadPoolExecutor(4) as pool:
        answers = list(
            pool.map(lambda one: one[0].send("POST", f"/invitations/{grant}/acceptance", one[1]), prepared)
        )
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409]
    assert {a.get_json()["error"]["code"] for a in answers if a.status_code == 409} <= {"used", "stale"}
    assert patient.place().seq == place.seq + 1


def test_a_proof_by_another_secret_is_refused(room: Room) -> None:
    patient, doctor = room.patient(), room.professional()
    grant, _ = patient.invite(redeem_key())
    refused(doctor.redeem(grant, SigningKey.generate(), patient.vault), "tampered", 422)
    assert ok(doctor.send("GET", f"/invitations/{grant}"))["vault"] == patient.vault


def test_an_invitation_ends(room: Room) -> None:
    patient, doctor, key = room.patient(), room.professional(), redeem_key()
    grant, _ = patient.invite(key)
    room.clock.now += DAY + 1
    ok(doctor.sign_in())
    ok(patient.sign_in())
    refused(doctor.send("GET", f"/invitations/{grant}"), "ended", 403)
    refused(doctor.redeem(grant, key, patient.vault), "ended", 403)
    revoked, _ = patient.invite(key)
    ok(patient.revoke(revoked))
    refused(doctor.redeem(revoked, key, patient.vault), "ended", 403)
    refused(doctor.send("GET", f"/invitations/{new_id()}"), "not_found", 404)


def test_patients_do_not_redeem(room: Room) -> None:
    patient, other = room.patient(), room.patient()
    grant, _ = patient.invite(redeem_key())
    refused(other.send("GET", f"/invitations/{grant}"), "forbidden", 403)


def test_a_grant_ends_by_the_clock(room: Room) -> None:
    patient, doctor, grant = bound(room)
    sealed = SealedVersion(patient.sections[1])
    ok(patient.commit(sealed), 201)
    room.clock.now += 365 * DAY
    ok(doctor.sign_in())
    ok(patient.sign_in())
    for path in (
        f"/vaults/{patient.vault}/ledger",
        f"/grants/{grant}/bundle",
        f"/vaults/{patient.vault}/documents/{sealed.document}/versions/1/object",
    ):
        refused(doctor.send("GET", path), "ended", 403)
    refused(
        doctor.open(doctor.access(sealed.document, mode="grant", grant=grant, reason="care")), "ended", 403
    )
    [line] = ok(doctor.send("GET", "/vaults"))["vaults"]
    assert line["state"] == "expired"


def test_a_revoked_grant_ends_at_once_and_renews_by_the_owner(room: Room) -> None:
    patient, doctor, grant = bound(room)
    sealed = SealedVersion(patient.sections[1])
    ok(patient.commit(sealed), 201)
    ok(patient.revoke(grant))
    refused(
        doctor.open(doctor.access(sealed.document, mode="grant", grant=grant, reason="care")), "ended", 403
    )
    refused(patient.revoke(grant), "conflict", 409)
    _, response = patient.invite(redeem_key(), grant=grant, sequence=2, redeem=None, card=doctor.card())
    ok(response)
    ok(doctor.open(doctor.access(sealed.document, mode="grant", grant=grant, reason="care")))


def test_a_renewal_stays_with_its_professional(room: Room) -> None:
    patient, _doctor, grant = bound(room)
    other = room.professional()
    _, response = patient.invite(redeem_key(), grant=grant, sequence=2, redeem=None, card=other.card())
    refused(response, "malformed", 400)
    _, response = patient.invite(redeem_key(), grant=grant, sequence=3, redeem=None, card=other.card())
    refused(response, "stale", 409)


@pytest.mark.parametrize(
    ("changes", "code", "status"),
    [
        ({"bundle": b"b" * 32}, "tampered", 422),
        ({"sequence": 2}, "stale", 409),
        ({"sections": (statements.SectionEpoch(epoch=1, section=SectionId("0" * 32)),)}, "not_found", 404),
        ({"seq": 7}, "stale", 409),
    ],
)
def test_a_grant_that_does_not_fit_is_refused(
    room: Room, changes: dict[str, object], code: str, status: int
) -> None:
    patient = room.patient()
    _, response = patient.invite(redeem_key(), **changes)
    refused(response, code, status)
    assert patient.place().seq == 1


def test_a_term_counts_by_the_servers_clock(room: Room) -> None:
    patient = room.patient()
    later = room.clock.now + 100 * DAY
    far = {"time": later, "not_after": later + 365 * DAY}
    _, response = patient.invite(redeem_key(), **far)
    refused(response, "limit_exceeded", 413)
    _, response = patient.invite(redeem_key(), sections=patient.scope(1, 2, epoch=2))
    refused(response, "stale", 409)
    redeem = statements.Redeem(key=b"k" * 32, not_after=room.clock.now + 20 * DAY)
    _, response = patient.invite(redeem_key(), redeem=redeem)
    refused(response, "limit_exceeded", 413)


def test_only_the_owner_grants_revokes_and_rotates(room: Room) -> None:
    patient, doctor, grant = bound(room)
    signed = doctor.sign(statements.Revocation, **doctor.place().fields(), grant=grant, sequence=1)
    body = {"revocation": signed.to_wire()}
    refused(doctor.send("POST", f"/vaults/{patient.vault}/revocations", body), "forbidden", 403)


def test_after_an_end_only_the_owner_seals_until_the_rotation(room: Room) -> None:
    patient, doctor, _grant = bound(room)
    other, key = room.professional(), redeem_key()
    second, _ = patient.invite(key)
    ok(other.redeem(second, key, patient.vault))
    ok(patient.revoke(second))
    refused(doctor.commit(SealedVersion(patient.sections[1])), "stale", 409)
    ok(patient.commit(SealedVersion(patient.sections[1])), 201)
    ok(patient.rotate(1, 2, 3, grants=(_grant,)))
    refused(doctor.commit(SealedVersion(patient.sections[1])), "stale", 409)
    ok(doctor.commit(SealedVersion(patient.sections[1], epoch=2)), 201)


def test_an_expired_grant_makes_its_sections_due(room: Room) -> None:
    patient, doctor, grant = bound(room)
    other, key = room.professional(), redeem_key()
    short, _ = patient.invite(key, not_after=room.clock.now + 3600)
    ok(other.redeem(short, key, patient.vault))
    ok(doctor.commit(SealedVersion(patient.sections[1])), 201)
    room.clock.now += 3600
    refused(doctor.commit(SealedVersion(patient.sections[1])), "stale", 409)
    ok(patient.rotate(1, 2, 3, grants=(grant,)))
    ok(doctor.commit(SealedVersion(patient.sections[1], epoch=2)), 201)


def test_a_rotation_serves_exactly_the_grants_that_remain(room: Room) -> None:
    patient, doctor, grant = bound(room)
    before = ok(doctor.send("GET", f"/grants/{grant}/bundle"))["bundle"]
    refused(patient.rotate(1, 2, 3), "tampered", 422)
    refused(patient.rotate(1, grants=(grant, GrantId(new_id()))), "tampered", 422)
    refused(patient.rotate(5, grants=(grant,)), "tampered", 422)
    refused(patient.rotate(1, epoch=3, grants=(grant,)), "stale", 409)
    refused(patient.rotate(0, inbox_recipient=None), "malformed", 400)
    ok(patient.rotate(0))
    ok(patient.rotate(1, 2, 3, grants=(grant,)))
    assert ok(doctor.send("GET", f"/grants/{grant}/bundle"))["bundle"] != before


def test_a_third_account_learns_nothing(room: Room) -> None:
    patient, _doctor, grant = bound(room)
    sealed = SealedVersion(patient.sections[1])
    ok(patient.commit(sealed), 201)
    upload = patient.upload(b"x" * 100)
    vault = patient.vault
    for third in (room.professional(), room.patient()):
        assert all(line["vault"] != vault for line in ok(third.send("GET", "/vaults"))["vaults"])
        for path in (
            f"/vaults/{vault}/ledger",
            f"/vaults/{vault}/accesses",
            f"/vaults/{vault}/documents/{sealed.document}/versions/1/object",
            f"/vaults/{vault}/uploads/{upload}",
            f"/grants/{grant}/bundle",
        ):
            refused(third.send("GET", path), "not_found", 404)
        third_access = third.access(sealed.document, vault=vault)
        refused(third.open(third_access, vault=vault), "not_found", 404)
        refused(third.send_part(upload, 1, b"y" * 100, vault), "not_found", 404)
        refused(third.send("DELETE", f"/vaults/{vault}/uploads/{upload}"), "not_found", 404)
        body = {"length": 100, "part_size": 5 * 1024 * 1024}
        refused(third.send("POST", f"/vaults/{vault}/uploads", body), "not_found", 404)
    assert ok(patient.send("GET", f"/vaults/{vault}/accesses"))["size"] == 0


def test_writers_at_once_never_fork_the_ledger(room: Room) -> None:
    patient = room.patient()
    documents = [SealedVersion(patient.sections[1]) for _ in range(6)]
    uploads = [patient.upload(sealed.content) for sealed in documents]
    place = patient.place()
    bodies = [
        patient.version_body(sealed, place, upload) for sealed, upload in zip(documents, uploads, strict=True)
    ]
    path = f"/vaults/{patient.vault}/documents"
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda body: patient.send("POST", path, body).status_code, bodies))
    assert sorted(answers) == [201, 409, 409, 409, 409, 409]
    assert patient.place().seq == 2


def test_unknown_vaults_are_not_found(room: Room) -> None:
    doctor = room.professional()
    refused(doctor.send("GET", f"/vaults/{VaultId(new_id())}/ledger"), "not_found", 404)
    refused(doctor.send("GET", "/vaults/XYZ/ledger"), "malformed", 400)
