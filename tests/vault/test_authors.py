"""What professionals may do with what they added, and professionals whom the host refused."""

from typing import Any

import pytest

from crypto import statements
from crypto.encoding import SectionId, b64u, unb64u
from tests.vault.actors import InVault
from tests.vault.expect import ok, refused
from tests.vault.rooms import Room
from tests.vault.sealed import SealedVersion, redeem_key
from tests.vault.test_documents import committed, refile_body
from tests.vault.test_grants import bound
from vault.models.accounts import Account


def removal(author: InVault, sealed: SealedVersion, manifest: bytes, section: str) -> dict[str, Any]:
    """The body that removes a document."""
    signed = author.sign(
        statements.Removal,
        **author.place().fields(),
        document=sealed.document,
        manifest=manifest,
        section=SectionId(section),
        version=1,
    )
    return {"removal": signed.to_wire()}


def hashed(author: InVault, sealed: SealedVersion) -> bytes:
    """Commits a version; the hash of its manifest."""
    body = author.version_body(sealed, author.place(), author.upload(sealed.content))
    ok(author.send("POST", f"/vaults/{author.vault}/documents", body), 201)
    return statements.statement_hash(statements.Signed.from_wire(body["manifest"]).statement)


def test_an_author_removes_their_own_and_nothing_else(room: Room) -> None:
    patient, doctor, _grant = bound(room)
    own, other = SealedVersion(patient.sections[1]), SealedVersion(patient.sections[1])
    own_manifest = hashed(doctor, own)
    other_manifest = committed(patient, other)
    path = f"/vaults/{patient.vault}/removals"
    refused(
        doctor.send("POST", path, removal(doctor, other, other_manifest, other.section)), "forbidden", 403
    )
    ok(doctor.send("POST", path, removal(doctor, own, own_manifest, own.section)))
    refused(patient.download(own.document), "not_found", 404)


def test_an_author_still_reads_what_the_owner_masked(room: Room) -> None:
    patient, doctor, grant = bound(room)
    sealed = SealedVersion(patient.sections[1], author_stanza=True)
    manifest = hashed(doctor, sealed)
    body = refile_body(patient, sealed, patient.sections[9], manifest)
    ok(patient.send("POST", f"/vaults/{patient.vault}/filings", body))
    [opened] = ok(doctor.open(doctor.access(sealed.document, mode="grant", grant=grant, reason="care")))[
        "opened"
    ]
    assert opened["header"] == body["header"]
    assert opened["author_metadata"] == b64u(sealed.author_metadata)
    [opened] = ok(patient.open(patient.access(sealed.document)))["opened"]
    assert "author_metadata" not in opened
    other, key = room.professional(), redeem_key()
    second, _ = patient.invite(key)
    ok(other.redeem(second, key, patient.vault))
    refused(
        other.open(other.access(sealed.document, mode="grant", grant=second, reason="care")),
        "not_found",
        404,
    )


def test_a_professional_adds_no_version_where_they_may_not(room: Room) -> None:
    patient, doctor, _grant = bound(room)
    sealed = SealedVersion(patient.sections[1], author_stanza=True)
    manifest = hashed(doctor, sealed)
    body = refile_body(patient, sealed, patient.sections[9], manifest)
    ok(patient.send("POST", f"/vaults/{patient.vault}/filings", body))
    second = SealedVersion(patient.sections[1], sealed.document, version=2, previous=manifest)
    refused(doctor.commit(second), "forbidden", 403)
    refused(patient.commit(second), "stale", 409)
    masked = SealedVersion(patient.sections[9], sealed.document, version=2, previous=manifest)
    refused(doctor.commit(masked), "forbidden", 403)
    ok(patient.commit(masked), 201)


def test_a_colleague_who_reads_is_not_given_the_authors_metadata(room: Room) -> None:
    patient, doctor, _grant = bound(room)
    sealed = SealedVersion(patient.sections[1], author_stanza=True)
    hashed(doctor, sealed)
    colleague, key = room.professional(), redeem_key()
    grant, _ = patient.invite(key)
    ok(colleague.redeem(grant, key, patient.vault))
    reading = colleague.access(sealed.document, mode="grant", grant=grant, reason="care")
    [opened] = ok(colleague.open(reading))["opened"]
    assert "author_metadata" not in opened


def test_authors_metadata_is_for_authors_who_are_not_the_owner(room: Room) -> None:
    patient, doctor, _grant = bound(room)
    path = f"/vaults/{patient.vault}/documents"
    sealed = SealedVersion(patient.sections[1])
    upload = doctor.upload(sealed.content)
    refused(doctor.commit(sealed, author_metadata=None), "malformed", 400)
    body = doctor.version_body(sealed, doctor.place(), upload)
    without = {name: value for name, value in body.items() if name != "author_metadata"}
    refused(doctor.send("POST", path, without), "malformed", 400)
    other = b64u(bytes(552))
    refused(doctor.send("POST", path, {**body, "author_metadata": other}), "tampered", 422)
    own = SealedVersion(patient.sections[1])
    refused(patient.commit(own, author_metadata=bytes(32)), "malformed", 400)
    patients = patient.version_body(own, patient.place(), patient.upload(own.content))
    refused(patient.send("POST", path, {**patients, "author_metadata": other}), "malformed", 400)
    ok(doctor.send("POST", path, body), 201)


def test_an_author_is_shown_where_their_own_document_goes(room: Room) -> None:
    patient, doctor, _grant = bound(room)
    colleague, key = room.professional(), redeem_key()
    second, _ = patient.invite(key)
    ok(colleague.redeem(second, key, patient.vault))
    sealed = SealedVersion(patient.sections[1], author_stanza=True)
    manifest = hashed(doctor, sealed)
    start = patient.place().seq - 1
    for source, target in ((1, 9), (9, 10)):
        moving = SealedVersion(patient.sections[source], sealed.document, author_stanza=True)
        body = refile_body(patient, moving, patient.sections[target], manifest)
        ok(patient.send("POST", f"/vaults/{patient.vault}/filings", body))
    gone = removal(patient, sealed, manifest, patient.sections[10])
    ok(patient.send("POST", f"/vaults/{patient.vault}/removals", gone))
    path = f"/vaults/{patient.vault}/ledger?from={start}"
    seen = ok(doctor.send("GET", path))["entries"]
    assert ["statement" in entry for entry in seen] == [True, True, True, True]
    assert ["metadata" in entry for entry in seen] == [False, False, False, False]
    others = ok(colleague.send("GET", path))["entries"]
    assert ["statement" in entry for entry in others] == [True, True, False, False]


@pytest.mark.slow
def test_an_author_is_not_shown_the_versions_of_others(room: Room) -> None:
    patient, doctor, _grant = bound(room)
    sealed = SealedVersion(patient.sections[1], author_stanza=True)
    first = hashed(doctor, sealed)
    body = refile_body(patient, sealed, patient.sections[9], first)
    ok(patient.send("POST", f"/vaults/{patient.vault}/filings", body))
    start = patient.place().seq
    second = SealedVersion(patient.sections[9], sealed.document, version=2, previous=first)
    manifest = committed(patient, second)
    moved = refile_body(patient, second, patient.sections[10], manifest, version=2)
    ok(patient.send("POST", f"/vaults/{patient.vault}/filings", moved))
    seen = ok(doctor.send("GET", f"/vaults/{patient.vault}/ledger?from={start}"))["entries"]
    assert ["statement" in entry for entry in seen] == [False, False]


def test_a_document_filed_into_the_scope_comes_with_its_manifest(room: Room) -> None:
    patient, doctor, _grant = bound(room)
    sealed = SealedVersion(patient.sections[9])
    manifest = committed(patient, sealed)
    body = refile_body(patient, sealed, patient.sections[1], manifest)
    ok(patient.send("POST", f"/vaults/{patient.vault}/filings", body))
    path = f"/vaults/{patient.vault}/ledger?from=3"
    added, filed = ok(doctor.send("GET", path))["entries"]
    assert "statement" not in added
    assert statements.statement_hash(unb64u(filed["manifest"])) == manifest
    assert filed["metadata"] == body["metadata"]
    assert "manifest" not in ok(patient.send("GET", path))["entries"][1]


def test_a_refused_professional_neither_redeems_nor_is_found(room: Room) -> None:
    patient, doctor, key = room.patient(), room.professional(), redeem_key()
    grant, _ = patient.invite(key)
    with room.database.writing() as session:
        session.get_one(Account, doctor.account).verified = "refused"
    refused(doctor.send("GET", f"/invitations/{grant}"), "forbidden", 403)
    refused(doctor.redeem(grant, key, patient.vault), "forbidden", 403)
    assert ok(patient.send("GET", f"/directory?rpps={doctor.rpps}"))["professionals"] == []
    _, response = patient.invite(key, redeem=None, card=doctor.card())
    refused(response, "forbidden", 403)
