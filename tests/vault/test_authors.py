"""What professionals may do with what they added, and professionals whom the host refused."""

from typing import Any

from crypto import statements
from crypto.encoding import SectionId, unb64u
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
