"""Grants of single documents at the server: what they open, what they show, and how they end."""

from typing import Any

from sqlalchemy import select
from werkzeug.test import TestResponse

from crypto import statements
from crypto.encoding import GrantId, Json, b64u, new_id, unb64u
from tests.vault.actors import DAY, Patient, Professional
from tests.vault.expect import ok, refused
from tests.vault.rooms import Room
from tests.vault.sealed import PART, SealedVersion, bundle, redeem_key
from vault.models.grants import Grant
from vault.retention import sweep


def _give(
    patient: Patient, *named: SealedVersion, data: bytes | None = None, **changes: Any
) -> tuple[GrantId, TestResponse]:
    grant, now = GrantId(new_id()), patient.clock()
    sealed = bundle() if data is None else data
    fields: dict[str, Any] = {
        **patient.place().fields(),
        "bundle": statements.bundle_hash(sealed),
        "documents": tuple(
            sorted(
                (statements.SharedDocument(document=one.document, version=one.version) for one in named),
                key=lambda one: (one.document, one.version),
            )
        ),
        "grant": grant,
        "not_before": now,
        "not_after": now + 300 * DAY,
        "rights": ("read",),
        "sequence": 1,
        **changes,
    }
    signed = patient.sign(statements.DocumentGrant, **fields)
    return fields["grant"], patient.append("document-grants", "document_grant", signed, bundle=b64u(sealed))


def _hash(patient: Patient, sealed: SealedVersion) -> bytes:
    """Of a version's manifest, as the ledger has it."""
    entries = ok(patient.send("GET", f"/vaults/{patient.vault}/ledger"))["entries"]
    found = (unb64u(entry["statement"]) for entry in entries)
    manifests = {
        statements.parse(statements.Manifest, data).document: statements.statement_hash(data)
        for data in found
        if statements.kind_of(data) == "manifest"
    }
    return manifests[sealed.document]


def _named(room: Room) -> tuple[Patient, Professional, GrantId, SealedVersion, SealedVersion]:
    """A professional who was given the first of two documents, by an invitation."""
    patient, doctor, key = room.patient(), room.professional(), redeem_key()
    given, other = SealedVersion(patient.sections[1]), SealedVersion(patient.sections[1])
    for sealed in (given, other):
        ok(patient.commit(sealed), 201)
    redeem = statements.Redeem(key=key.public, not_after=patient.clock() + DAY)
    grant, response = _give(patient, given, redeem=redeem)
    ok(response)
    ok(doctor.redeem(grant, key, patient.vault))
    return patient, doctor, grant, given, other


def test_it_opens_and_shows_what_it_names_and_nothing_else(room: Room) -> None:
    patient, doctor, grant, given, other = _named(room)

    def access(document: str, version: int = 1) -> TestResponse:
        return doctor.open(doctor.access(document, version=version, mode="grant", grant=grant, reason="care"))

    # The key came with the grant: not even the object is handed out without a trace.
    refused(doctor.download(given.document), "forbidden", 403)
    ok(access(given.document))
    assert doctor.download(given.document).data == given.content
    refused(access(other.document), "not_found", 404)
    refused(doctor.download(other.document), "not_found", 404)
    upload: Json = {"length": 1000, "part_size": PART}
    refused(doctor.send("POST", f"/vaults/{patient.vault}/uploads", upload), "forbidden", 403)
    [line] = ok(doctor.send("GET", "/vaults"))["vaults"]
    assert (line["rights"], line["sections"]) == (["read"], [])
    entries = ok(doctor.send("GET", f"/vaults/{patient.vault}/ledger"))["entries"]
    # vault; the one named; the other; own grant, own acceptance
    assert ["statement" in entry for entry in entries] == [True, True, False, True, True]
    assert all("metadata" not in entry for entry in entries)
    later = SealedVersion(
        patient.sections[1], document=given.document, version=2, previous=_hash(patient, given)
    )
    ok(patient.commit(later), 201)
    refused(access(given.document, 2), "not_found", 404)
    # Together with a right that reaches elsewhere, it does not reach further.
    _, response = patient.invite(redeem_key(), redeem=None, card=doctor.card(), sections=patient.scope(5))
    ok(response)
    refused(access(other.document), "not_found", 404)


def test_it_ends_by_the_clock_by_hand_and_with_the_document(room: Room) -> None:
    patient, doctor, grant, given, _ = _named(room)
    signed = doctor.access(given.document, mode="grant", grant=grant, reason="care")
    removal = patient.sign(
        statements.Removal,
        **patient.place().fields(),
        document=given.document,
        manifest=_hash(patient, given),
        section=given.section,
        version=1,
    )
    ok(patient.append("removals", "removal", removal))
    refused(doctor.open(signed), "not_found", 404)
    refused(doctor.download(given.document), "not_found", 404)
    ok(patient.revoke(grant))
    refused(doctor.send("GET", f"/grants/{grant}/bundle"), "ended", 403)
    # No section's secret was given: professionals with a right there go on.
    other, key = room.professional(), redeem_key()
    second, _ = patient.invite(key)
    ok(other.redeem(second, key, patient.vault))
    ok(other.commit(SealedVersion(patient.sections[1], author_stanza=True)), 201)


def test_its_bundle_goes_with_its_term(room: Room) -> None:
    patient, doctor, grant, given, _ = _named(room)
    room.clock.now += 300 * DAY
    ok(doctor.sign_in())
    ok(patient.sign_in())
    refused(
        doctor.open(doctor.access(given.document, mode="grant", grant=grant, reason="care")), "ended", 403
    )
    assert sweep(room.database, room.store, room.clock).bundles == 1
    with room.database.reading() as session:
        row = session.execute(select(Grant).where(Grant.id == grant)).scalar_one()
        assert row.bundle is None


def test_what_does_not_fit_is_refused(room: Room) -> None:
    patient, doctor = room.patient(), room.professional()
    sealed = SealedVersion(patient.sections[1])
    ok(patient.commit(sealed), 201)
    absent = SealedVersion(patient.sections[1], document=sealed.document, version=2)
    grant, response = patient.invite(redeem_key(), redeem=None, card=doctor.card())
    ok(response)
    wrong: list[tuple[SealedVersion, dict[str, Any], str, int]] = [
        (SealedVersion(patient.sections[1]), {}, "not_found", 404),
        (absent, {}, "not_found", 404),
        (sealed, {"sequence": 2}, "stale", 409),
        (sealed, {"seq": 9}, "stale", 409),
        (sealed, {"bundle": b"b" * 32}, "tampered", 422),
        (sealed, {"data": b"age-encryption.org/v1\n" + bytes(5 << 18)}, "limit_exceeded", 413),
        # In place of a grant of sections.
        (sealed, {"grant": grant, "sequence": 2}, "conflict", 409),
    ]
    for named, changes, code, status in wrong:
        refused(_give(patient, named, card=doctor.card(), **changes)[1], code, status)
    assert ok(doctor.send("GET", "/vaults"))["vaults"][0]["rights"] == ["add", "read"]
