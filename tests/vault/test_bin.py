"""The bin: what was removed is kept for some days, comes back whole, and is gone for good afterwards."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from werkzeug.test import TestResponse

from crypto import statements
from crypto.encoding import SectionId, b64u
from crypto.statements import Signed
from tests.vault.actors import DAY, Patient
from tests.vault.expect import ok, refused
from tests.vault.rooms import Room, open_room
from tests.vault.sealed import SealedVersion, redeem_key
from tests.vault.test_documents import committed
from vault.models.vaults import Vault
from vault.retention import sweep


def statement(
    patient: Patient, sealed: SealedVersion, kind: type[statements.InLedger], manifest: bytes
) -> Signed:
    return patient.sign(
        kind,
        **patient.place().fields(),
        document=sealed.document,
        manifest=manifest,
        section=SectionId(sealed.section),
        version=sealed.version,
    )


def remove(patient: Patient, sealed: SealedVersion, manifest: bytes) -> None:
    ok(patient.append("removals", "removal", statement(patient, sealed, statements.Removal, manifest)))


def restore(patient: Patient, sealed: SealedVersion, manifest: bytes) -> TestResponse:
    return patient.append("restorals", "restoral", statement(patient, sealed, statements.Restoral, manifest))


@pytest.fixture
def patient(room: Room) -> Patient:
    return room.patient()


def test_a_removed_document_comes_back_whole(patient: Patient) -> None:
    sealed = SealedVersion(patient.sections[1])
    manifest = committed(patient, sealed)
    remove(patient, sealed, manifest)
    refused(patient.download(sealed.document), "not_found", 404)
    entry = ok(restore(patient, sealed, manifest))["entry"]
    assert entry["metadata"] == b64u(sealed.metadata)
    assert patient.download(sealed.document).data == sealed.content
    page = ok(patient.send("GET", f"/vaults/{patient.vault}/ledger"))
    assert page["entries"][-1] == entry
    # Once is enough: it is not in the bin any more.
    refused(restore(patient, sealed, manifest), "not_found", 404)


def test_the_owner_is_told_what_lies_in_the_bin(patient: Patient) -> None:
    sealed = SealedVersion(patient.sections[1])
    manifest = committed(patient, sealed)
    remove(patient, sealed, manifest)
    page = ok(patient.send("GET", f"/vaults/{patient.vault}/ledger"))
    assert page["entries"][1]["metadata"] == b64u(sealed.metadata)


def test_after_the_time_it_is_gone(room: Room, patient: Patient) -> None:
    sealed = SealedVersion(patient.sections[1])
    manifest = committed(patient, sealed)
    remove(patient, sealed, manifest)
    room.clock.now += 30 * DAY
    ok(patient.sign_in())
    # Before the sweep as after it: what the owner was told does not depend on when it runs.
    refused(restore(patient, sealed, manifest), "ended", 403)
    assert sweep(room.database, room.store, room.clock).documents == 1
    refused(restore(patient, sealed, manifest), "ended", 403)
    page = ok(patient.send("GET", f"/vaults/{patient.vault}/ledger"))
    assert all("metadata" not in entry for entry in page["entries"])
    assert list(room.store.list(None, 10)) == []
    with room.database.reading() as session:
        assert session.get_one(Vault, patient.vault).stored_bytes == 0


def test_emptied_it_stays_so_when_the_time_becomes_longer(room: Room, patient: Patient) -> None:
    sealed = SealedVersion(patient.sections[1])
    manifest = committed(patient, sealed)
    remove(patient, sealed, manifest)
    room.clock.now += 2 * DAY
    ok(patient.sign_in())
    assert sweep(room.database, room.store, room.clock, bin_days=2).documents == 1
    refused(restore(patient, sealed, manifest), "ended", 403)


def test_sent_again_it_is_stale(patient: Patient) -> None:
    """The answer was lost: clients look where they stand, and find that it was done."""
    sealed = SealedVersion(patient.sections[1])
    manifest = committed(patient, sealed)
    for kind, path, name in (
        (statements.Removal, "removals", "removal"),
        (statements.Restoral, "restorals", "restoral"),
    ):
        signed = statement(patient, sealed, kind, manifest)
        ok(patient.append(path, name, signed))
        refused(patient.append(path, name, signed), "stale", 409)


def test_brought_back_in_time_it_stays(room: Room, patient: Patient) -> None:
    sealed = SealedVersion(patient.sections[1])
    manifest = committed(patient, sealed)
    remove(patient, sealed, manifest)
    room.clock.now += 30 * DAY - 1
    ok(patient.sign_in())
    assert sweep(room.database, room.store, room.clock).documents == 0
    ok(restore(patient, sealed, manifest))
    room.clock.now += 60 * DAY
    assert sweep(room.database, room.store, room.clock).documents == 0
    ok(patient.sign_in())
    assert patient.download(sealed.document).data == sealed.content


def test_only_the_owner_brings_back_and_only_what_was_removed(room: Room, patient: Patient) -> None:
    doctor, key = room.professional(), redeem_key()
    grant, _ = patient.invite(key)
    ok(doctor.redeem(grant, key, patient.vault))
    sealed = SealedVersion(patient.sections[1])
    manifest = committed(patient, sealed)
    refused(restore(patient, sealed, manifest), "not_found", 404)
    remove(patient, sealed, manifest)
    wrong = SealedVersion(patient.sections[2], document=sealed.document)
    refused(restore(patient, wrong, manifest), "stale", 409)
    refused(restore(patient, sealed, b"x" * 32), "stale", 409)
    signed = doctor.sign(
        statements.Restoral,
        **patient.place().fields(),
        document=sealed.document,
        manifest=manifest,
        section=SectionId(sealed.section),
        version=1,
    )
    body = {"restoral": signed.to_wire()}
    refused(doctor.send("POST", f"/vaults/{patient.vault}/restorals", body), "forbidden", 403)


@pytest.fixture
def brief(tmp_path: Path) -> Iterator[Room]:
    """A server that keeps what was removed for two days."""
    found = open_room(tmp_path / "brief", COFFRE_LIMITS_BIN_DAYS="2")
    yield found
    found.database.close()


def test_the_time_is_a_setting(brief: Room) -> None:
    patient = brief.patient()
    assert ok(patient.send("GET", "/server"))["limits"]["bin_days"] == 2
    sealed = SealedVersion(patient.sections[1])
    manifest = committed(patient, sealed)
    remove(patient, sealed, manifest)
    brief.clock.now += 2 * DAY
    days = brief.config.limits.bin_days
    ok(patient.sign_in())
    refused(restore(patient, sealed, manifest), "ended", 403)
    assert sweep(brief.database, brief.store, brief.clock, bin_days=days).documents == 1
