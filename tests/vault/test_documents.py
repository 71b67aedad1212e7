"""Versions, filing, removal: what the blind server checks, and that nothing is half-written."""

import os
from typing import Any

import pytest
from sqlalchemy import event

from crypto import statements
from crypto.encoding import DocumentId, SectionId, b64u, new_id, unb64u
from tests.vault.actors import Patient
from tests.vault.expect import ok, refused
from tests.vault.rooms import Room
from tests.vault.sealed import PART, SealedVersion, header, redeem_key
from vault import uploads
from vault.errors import NotFound


def size(patient: Patient) -> int:
    """How many entries the ledger has."""
    return patient.place().seq


def test_a_version_is_committed_opened_and_downloaded(room: Room) -> None:
    patient = room.patient()
    sealed = SealedVersion(patient.sections[1], content=os.urandom(2 * PART + 17))
    committed = ok(patient.commit(sealed), 201)
    assert (committed["document"], committed["version"]) == (sealed.document, 1)
    page = ok(patient.send("GET", f"/vaults/{patient.vault}/ledger"))
    assert page["entries"][1]["metadata"] == b64u(sealed.metadata)
    assert page["entries"][1]["header"] == committed["entry"]["header"]
    [opened] = ok(patient.open(patient.access(sealed.document)))["opened"]
    assert (opened["header"], opened["length"]) == (b64u(sealed.header), len(sealed.content))
    assert patient.download(sealed.document).data == sealed.content


def test_a_commit_sent_again_gives_the_same_entry(room: Room) -> None:
    patient = room.patient()
    sealed = SealedVersion(patient.sections[1])
    body = patient.version_body(sealed, patient.place(), patient.upload(sealed.content))
    path = f"/vaults/{patient.vault}/documents"
    first = ok(patient.send("POST", path, body), 201)
    assert ok(patient.send("POST", path, body), 200) == first
    assert size(patient) == 2


def test_a_stale_commit_can_be_signed_again_for_the_same_upload(room: Room) -> None:
    patient = room.patient()
    sealed = SealedVersion(patient.sections[1])
    upload, old = patient.upload(sealed.content), patient.place()
    ok(patient.commit(SealedVersion(patient.sections[2])), 201)
    path = f"/vaults/{patient.vault}/documents"
    refused(patient.send("POST", path, patient.version_body(sealed, old, upload)), "stale", 409)
    ok(patient.send("POST", path, patient.version_body(sealed, patient.place(), upload)), 201)
    assert patient.download(sealed.document).data == sealed.content


def test_a_second_version_names_the_first(room: Room) -> None:
    patient = room.patient()
    first = SealedVersion(patient.sections[1])
    place = patient.place()
    body = patient.version_body(first, place, patient.upload(first.content))
    ok(patient.send("POST", f"/vaults/{patient.vault}/documents", body), 201)
    manifest = body["manifest"]
    assert isinstance(manifest, dict)
    hashed = statements.statement_hash(statements.Signed.from_wire(manifest).statement)
    second = SealedVersion(first.section, first.document, version=2, previous=hashed)
    forged = SealedVersion(first.section, first.document, version=2, previous=b"x" * 32)
    refused(patient.commit(forged), "stale", 409)
    ok(patient.commit(second), 201)
    assert patient.download(first.document, 2).data == second.content
    assert patient.download(first.document, 1).data == first.content
    refused(patient.commit(SealedVersion(first.section, first.document)), "conflict", 409)


@pytest.mark.parametrize(
    ("changes", "code", "status"),
    [
        ({"header": b"h" * 32}, "tampered", 422),
        ({"metadata": b"m" * 32}, "tampered", 422),
        ({"length": 999}, "tampered", 422),
        ({"part_size": PART + 65536}, "tampered", 422),
        ({"prev": b"p" * 32}, "stale", 409),
        ({"seq": 9}, "stale", 409),
    ],
)
def test_a_manifest_that_does_not_fit_is_refused(
    room: Room, changes: dict[str, Any], code: str, status: int
) -> None:
    patient = room.patient()
    sealed = SealedVersion(patient.sections[1])
    refused(patient.commit(sealed, **changes), code, status)
    assert size(patient) == 1
    refused(patient.download(sealed.document), "not_found", 404)


def test_parts_other_than_the_manifests_are_refused(room: Room) -> None:
    patient = room.patient()
    sealed = SealedVersion(patient.sections[1])
    upload = patient.upload(os.urandom(len(sealed.content)))
    body = patient.version_body(sealed, patient.place(), upload)
    refused(patient.send("POST", f"/vaults/{patient.vault}/documents", body), "tampered", 422)


def test_a_manifest_about_another_vault_is_refused(room: Room) -> None:
    patient, other = room.patient(), room.patient()
    sealed = SealedVersion(patient.sections[1])
    body = patient.version_body(sealed, other.place(), patient.upload(sealed.content))
    refused(patient.send("POST", f"/vaults/{patient.vault}/documents", body), "tampered", 422)


def test_a_manifest_signed_by_another_key_is_refused(room: Room) -> None:
    patient, other = room.patient(), room.patient()
    sealed = SealedVersion(patient.sections[1])
    upload = patient.upload(sealed.content)
    body = patient.version_body(sealed, patient.place(), upload)
    forged = other.version_body(sealed, patient.place(), upload, author=patient.author)
    body["manifest"] = forged["manifest"]
    refused(patient.send("POST", f"/vaults/{patient.vault}/documents", body), "tampered", 422)


def test_a_header_for_another_section_or_epoch_is_refused(room: Room) -> None:
    patient = room.patient()
    for section, epoch in ((patient.sections[2], 1), (patient.sections[1], 2)):
        sealed = SealedVersion(patient.sections[1])
        sealed.header = header(section, epoch)
        refused(patient.commit(sealed), "tampered", 422)
    old = SealedVersion(patient.sections[1], epoch=2)
    refused(patient.commit(old), "stale", 409)
    refused(patient.commit(SealedVersion(new_id())), "not_found", 404)


def test_an_unfinished_or_foreign_upload_cannot_be_committed(room: Room) -> None:
    patient, other = room.patient(), room.patient()
    sealed = SealedVersion(patient.sections[1], content=os.urandom(PART + 5))
    reserved = ok(
        patient.send("POST", f"/vaults/{patient.vault}/uploads", {"length": PART + 5, "part_size": PART}),
        201,
    )
    ok(patient.send_part(reserved["upload"], 2, sealed.content[PART:]))
    path = f"/vaults/{patient.vault}/documents"
    body = patient.version_body(sealed, patient.place(), reserved["upload"])
    refused(patient.send("POST", path, body), "malformed", 400)
    foreign = other.upload(sealed.content)
    body = patient.version_body(sealed, patient.place(), foreign)
    refused(patient.send("POST", path, body), "not_found", 404)
    refused(patient.send("POST", path, {**body, "upload": new_id()}), "not_found", 404)
    # Nor one of somebody else who may add to the same vault.
    doctor, key = room.professional(), redeem_key()
    grant, answer = patient.invite(key)
    ok(answer)
    ok(doctor.redeem(grant, key, patient.vault))
    theirs = ok(
        doctor.send("POST", f"/vaults/{patient.vault}/uploads", {"length": 1000, "part_size": PART}), 201
    )["upload"]
    content = os.urandom(1000)
    refused(patient.send_part(theirs, 1, content), "not_found", 404)
    refused(patient.send("GET", f"/vaults/{patient.vault}/uploads/{theirs}"), "not_found", 404)
    ok(doctor.send_part(theirs, 1, content, vault=patient.vault))
    body = patient.version_body(SealedVersion(patient.sections[1], content=content), patient.place(), theirs)
    refused(patient.send("POST", path, body), "not_found", 404)
    # Asked once more where the object gets its name.
    uploads.complete(room.database, room.store, theirs, room.clock.now)
    for vault, account in ((patient.vault, patient.account), (other.vault, doctor.account)):
        with room.database.writing() as session, pytest.raises(NotFound):
            uploads.take(session, vault, theirs, account)


def refile_body(
    patient: Patient, sealed: SealedVersion, to: str, manifest: bytes, **changes: object
) -> dict[str, Any]:
    """The body that files a document elsewhere."""
    new_header, metadata = header(to, 1, author_stanza=sealed.author_stanza), os.urandom(552)
    fields: dict[str, object] = {
        **patient.place().fields(),
        "document": sealed.document,
        "epoch": 1,
        "from_": SectionId(sealed.section),
        "header": statements.header_hash(new_header),
        "manifest": manifest,
        "metadata": statements.metadata_hash(metadata),
        "section": SectionId(to),
        "version": 1,
        **changes,
    }
    signed = patient.sign(statements.Refile, **fields)
    return {"refile": signed.to_wire(), "header": b64u(new_header), "metadata": b64u(metadata)}


def committed(patient: Patient, sealed: SealedVersion) -> bytes:
    """Commits a version; the hash of its manifest."""
    body = patient.version_body(sealed, patient.place(), patient.upload(sealed.content))
    ok(patient.send("POST", f"/vaults/{patient.vault}/documents", body), 201)
    manifest = body["manifest"]
    assert isinstance(manifest, dict)
    return statements.statement_hash(statements.Signed.from_wire(manifest).statement)


def test_filing_elsewhere_replaces_header_and_metadata(room: Room) -> None:
    patient = room.patient()
    sealed = SealedVersion(patient.sections[1])
    manifest = committed(patient, sealed)
    body = refile_body(patient, sealed, patient.sections[2], manifest)
    answer = ok(patient.send("POST", f"/vaults/{patient.vault}/filings", body))
    assert answer["entry"]["metadata"] == body["metadata"]
    entries = ok(patient.send("GET", f"/vaults/{patient.vault}/ledger"))["entries"]
    assert "metadata" not in entries[1]
    assert entries[2]["metadata"] == body["metadata"]
    [opened] = ok(patient.open(patient.access(sealed.document)))["opened"]
    assert opened["header"] == body["header"]
    again = refile_body(patient, sealed, patient.sections[3], manifest)
    refused(patient.send("POST", f"/vaults/{patient.vault}/filings", again), "stale", 409)


def test_filing_keeps_the_authors_stanza(room: Room) -> None:
    patient = room.patient()
    sealed = SealedVersion(patient.sections[1], author_stanza=True)
    manifest = committed(patient, sealed)
    without = SealedVersion(sealed.section, sealed.document)
    body = refile_body(patient, without, patient.sections[2], manifest)
    refused(patient.send("POST", f"/vaults/{patient.vault}/filings", body), "tampered", 422)
    ok(
        patient.send(
            "POST",
            f"/vaults/{patient.vault}/filings",
            refile_body(patient, sealed, patient.sections[2], manifest),
        )
    )


def test_a_removed_document_is_gone_for_everyone(room: Room) -> None:
    patient = room.patient()
    sealed = SealedVersion(patient.sections[1])
    manifest = committed(patient, sealed)
    signed = patient.sign(
        statements.Removal,
        **patient.place().fields(),
        document=sealed.document,
        manifest=manifest,
        section=SectionId(sealed.section),
        version=1,
    )
    ok(patient.append("removals", "removal", signed))
    refused(patient.open(patient.access(sealed.document)), "not_found", 404)
    refused(patient.download(sealed.document), "not_found", 404)
    body = refile_body(patient, sealed, patient.sections[2], manifest)
    refused(patient.send("POST", f"/vaults/{patient.vault}/filings", body), "not_found", 404)


def test_an_access_counts_once_and_in_time(room: Room) -> None:
    patient = room.patient()
    sealed = SealedVersion(patient.sections[1])
    ok(patient.commit(sealed), 201)
    signed = patient.access(sealed.document)
    ok(patient.open(signed))
    refused(patient.open(signed), "stale", 409)
    old = patient.access(sealed.document)
    room.clock.now += 301
    refused(patient.open(old), "stale", 409)
    refused(patient.open(patient.access(DocumentId(new_id()))), "not_found", 404)
    room.clock.now += 3600
    nonce = statements.parse(statements.Access, signed.statement).nonce
    refused(patient.open(patient.access(sealed.document, nonce=nonce)), "stale", 409)
    assert ok(patient.send("GET", f"/vaults/{patient.vault}/accesses"))["size"] == 1


def test_an_access_may_say_when_a_copy_was_opened_before(room: Room) -> None:
    patient = room.patient()
    sealed = SealedVersion(patient.sections[1])
    ok(patient.commit(sealed), 201)
    ok(patient.open(patient.access(sealed.document, opened=room.clock.now - 86_400)))
    [entry] = ok(patient.send("GET", f"/vaults/{patient.vault}/accesses"))["entries"]
    found = statements.parse(statements.Access, unb64u(entry["statement"]))
    assert found.opened == room.clock.now - 86_400


def test_openings_together_are_all_or_none(room: Room) -> None:
    patient = room.patient()
    sealed = SealedVersion(patient.sections[1])
    ok(patient.commit(sealed), 201)
    good, bad = patient.access(sealed.document), patient.access(new_id())
    refused(patient.open(good, bad), "not_found", 404)
    assert ok(patient.send("GET", f"/vaults/{patient.vault}/accesses"))["size"] == 0
    assert len(ok(patient.open(good, patient.access(sealed.document)))["opened"]) == 2


def test_the_ledger_comes_in_pages(room: Room) -> None:
    patient = room.patient()
    for _ in range(3):
        ok(patient.commit(SealedVersion(patient.sections[1])), 201)
    first = ok(patient.send("GET", f"/vaults/{patient.vault}/ledger?limit=2"))
    rest = ok(patient.send("GET", f"/vaults/{patient.vault}/ledger?from=2&limit=500"))
    assert [len(first["entries"]), len(rest["entries"])] == [2, 2]
    assert (first["size"], first["head"]) == (rest["size"], rest["head"])
    assert ok(patient.send("GET", f"/vaults/{patient.vault}/ledger?from=9"))["entries"] == []
    refused(patient.send("GET", f"/vaults/{patient.vault}/ledger?from=-1"), "malformed", 400)
    refused(patient.send("GET", f"/vaults/{patient.vault}/ledger?limit=501"), "malformed", 400)


def test_a_commit_reads_and_writes_each_row_once(room: Room) -> None:
    """Many small documents wait for one another's commit: a row that is read twice costs them all."""
    patient = room.patient()
    sealed = SealedVersion(patient.sections[1])
    sent = patient.send(
        "POST", f"/vaults/{patient.vault}/objects", {"objects": [b64u(sealed.content)], "part_size": PART}
    )
    body = patient.version_body(sealed, patient.place(), ok(sent, 201)["uploads"][0])
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        statements.append(" ".join(statement.split()[:3]))

    event.listen(room.database.engine, "before_cursor_execute", note)
    ok(patient.send("POST", f"/vaults/{patient.vault}/documents", body), 201)
    written = sorted(one for one in statements if one.startswith(("INSERT", "UPDATE", "DELETE")))
    assert written == [
        "DELETE FROM uploads",
        "INSERT INTO documents",
        "INSERT INTO entries",
        "INSERT INTO versions",
        "UPDATE vaults SET",
    ]
    # Whether the host is being maintained is asked in the transaction, and once a second besides.
    asked = [one for one in statements if one.startswith("SELECT") and "SELECT maintenance." not in one]
    assert len(asked) == 8
    assert sum("SELECT maintenance." in one for one in statements) <= 2
    assert sum(one.startswith("BEGIN") for one in statements) <= 1
