"""Small objects: many in one request, or one with its manifest. Checked as any other, nothing half kept."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from crypto.encoding import Json, b64u, new_id
from storage.errors import StoreUnavailable
from tests.vault.actors import DAY, Patient
from tests.vault.expect import ok, refused
from tests.vault.rooms import Room, open_room
from tests.vault.sealed import MIB, PART, SealedVersion
from vault.retention import sweep


def objects_body(contents: list[bytes], part_size: int = PART) -> dict[str, Json]:
    return {"objects": [b64u(content) for content in contents], "part_size": part_size}


def send(patient: Patient, contents: list[bytes], **options: Any) -> Any:
    return patient.send("POST", f"/vaults/{patient.vault}/objects", objects_body(contents, **options))


def with_object(patient: Patient, sealed: SealedVersion, content: bytes, **changes: Any) -> dict[str, Json]:
    body = patient.version_body(sealed, patient.place(), "", **changes)
    del body["upload"]
    return {**body, "object": b64u(content)}


def settled(room: Room) -> list[str]:
    """What the store holds after days of sweeping."""
    for _ in range(3):
        room.clock.now += 2 * DAY
        sweep(room.database, room.store, room.clock)
    assert not list(room.store.pending())
    return list(room.store.list(None, 1000))


def test_many_arrive_in_one_request_and_are_named_one_by_one(room: Room) -> None:
    patient = room.patient()
    documents = [SealedVersion(patient.sections[1], content=os.urandom(size)) for size in (1, 50_000, MIB)]
    uploads = ok(send(patient, [sealed.content for sealed in documents]), 201)["uploads"]
    assert len(set(uploads)) == 3
    for sealed, upload in zip(documents, uploads, strict=True):
        body = patient.version_body(sealed, patient.place(), upload)
        first = ok(patient.send("POST", f"/vaults/{patient.vault}/documents", body), 201)
        assert ok(patient.send("POST", f"/vaults/{patient.vault}/documents", body)) == first
        assert patient.download(sealed.document).data == sealed.content
    assert len(settled(room)) == 3


def test_what_no_version_names_is_swept(room: Room) -> None:
    patient = room.patient()
    sealed = SealedVersion(patient.sections[1])
    kept, _lost = ok(send(patient, [sealed.content, os.urandom(1000)]), 201)["uploads"]
    body = patient.version_body(sealed, patient.place(), kept)
    ok(patient.send("POST", f"/vaults/{patient.vault}/documents", body), 201)
    assert len(list(room.store.list(None, 10))) == 2
    assert len(settled(room)) == 1
    ok(patient.sign_in())
    assert patient.download(sealed.document).data == sealed.content


def test_an_upload_tells_of_its_whole_object(room: Room) -> None:
    patient = room.patient()
    [upload] = ok(send(patient, [b"x" * 100]), 201)["uploads"]
    path = f"/vaults/{patient.vault}/uploads/{upload}"
    found = ok(patient.send("GET", path))
    assert [part["number"] for part in found["parts"]] == [1]
    # It is whole: no part can be put in its place.
    refused(patient.send_part(upload, 1, b"y" * 100), "malformed", 400)
    assert patient.send("DELETE", path).status_code == 204
    assert settled(room) == []


@pytest.mark.parametrize(
    ("contents", "part_size", "code", "status"),
    [
        ([], PART, "malformed", 400),
        ([b""], PART, "malformed", 400),
        ([b"x", b""], PART, "malformed", 400),
        ([b"x"], PART + 1, "malformed", 400),
        ([b"x"], PART - 65536, "malformed", 400),
        ([b"x" * (MIB + 1)], PART, "malformed", 400),
        ([b"x" * MIB] * 4 + [b"x"], PART, "limit_exceeded", 413),
        ([b"x"] * 65, PART, "malformed", 400),
    ],
)
def test_a_batch_has_limits(
    room: Room, contents: list[bytes], part_size: int, code: str, status: int
) -> None:
    patient = room.patient()
    refused(send(patient, contents, part_size=part_size), code, status)
    assert list(room.store.list(None, 10)) == []


def test_a_document_comes_in_one_request(room: Room) -> None:
    patient = room.patient()
    sealed = SealedVersion(patient.sections[1])
    body = with_object(patient, sealed, sealed.content)
    path = f"/vaults/{patient.vault}/documents"
    first = ok(patient.send("POST", path, body), 201)
    # The answer was lost: the very same request again adds nothing and stores nothing.
    assert ok(patient.send("POST", path, body)) == first
    assert patient.download(sealed.document).data == sealed.content
    assert len(settled(room)) == 1


def test_another_object_than_the_manifests_is_not_kept(room: Room) -> None:
    patient = room.patient()
    sealed = SealedVersion(patient.sections[1])
    path = f"/vaults/{patient.vault}/documents"
    for content in (os.urandom(1000), sealed.content[:-1], sealed.content + b"x"):
        refused(patient.send("POST", path, with_object(patient, sealed, content)), "tampered", 422)
    assert list(room.store.list(None, 10)) == []
    other = SealedVersion(patient.sections[1])
    [upload] = ok(send(patient, [os.urandom(1000)]), 201)["uploads"]
    refused(patient.send("POST", path, patient.version_body(other, patient.place(), upload)), "tampered", 422)
    longer = {"part_size": 2 * PART}
    [upload] = ok(send(patient, [other.content]), 201)["uploads"]
    body = patient.version_body(other, patient.place(), upload, **longer)
    refused(patient.send("POST", path, body), "tampered", 422)
    assert settled(room) == []


def test_a_batch_of_which_the_store_did_not_take_one_is_not_acknowledged(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    patient = room.patient()
    put, failures = room.store.put, iter([StoreUnavailable("away")])

    def away_once(*arguments: Any) -> None:
        for failure in failures:
            raise failure
        put(*arguments)

    with monkeypatch.context() as patched:
        patched.setattr(room.store, "put", away_once)
        refused(send(patient, [b"a", b"b", b"c"]), "store_unavailable", 503)
    assert len(list(room.store.list(None, 10))) == 2
    assert settled(room) == []


@pytest.mark.parametrize("changes", [{"seq": 9}, {"prev": b"p" * 32}])
def test_an_object_whose_manifest_comes_too_late_is_not_stored(room: Room, changes: dict[str, Any]) -> None:
    """It takes no room until the sweep: its sender sends it again, with a manifest for the next position."""
    patient = room.patient()
    sealed = SealedVersion(patient.sections[1])
    path = f"/vaults/{patient.vault}/documents"
    refused(patient.send("POST", path, with_object(patient, sealed, sealed.content, **changes)), "stale", 409)
    assert list(room.store.list(None, 10)) == []


def test_an_object_or_an_upload_and_not_both(room: Room) -> None:
    patient = room.patient()
    sealed = SealedVersion(patient.sections[1])
    path = f"/vaults/{patient.vault}/documents"
    body = with_object(patient, sealed, sealed.content)
    refused(patient.send("POST", path, {**body, "upload": new_id()}), "malformed", 400)
    del body["object"]
    refused(patient.send("POST", path, body), "malformed", 400)


def test_nobody_elses_upload_is_taken(room: Room) -> None:
    anne, other = room.patient(), room.patient()
    sealed = SealedVersion(other.sections[1])
    [upload] = ok(send(anne, [sealed.content]), 201)["uploads"]
    body = other.version_body(sealed, other.place(), upload)
    refused(other.send("POST", f"/vaults/{other.vault}/documents", body), "not_found", 404)
    refused(other.send("POST", f"/vaults/{anne.vault}/objects", objects_body([b"x"])), "not_found", 404)


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Room]:
    """A server whose vaults may hold little."""
    found = open_room(tmp_path / "small", COFFRE_LIMITS_QUOTA_BYTES=str(2000))
    yield found
    found.database.close()


def test_the_quota_counts_all_of_them(small: Room) -> None:
    patient = small.patient()
    refused(send(patient, [b"x" * 1000, b"x" * 1001]), "limit_exceeded", 413)
    ok(send(patient, [b"x" * 1000]), 201)
    refused(send(patient, [b"x" * 1001]), "limit_exceeded", 413)
    sealed = SealedVersion(patient.sections[1], content=b"x" * 1001)
    body = with_object(patient, sealed, sealed.content)
    refused(patient.send("POST", f"/vaults/{patient.vault}/documents", body), "limit_exceeded", 413)


def test_open_uploads_are_counted(room: Room) -> None:
    patient = room.patient()
    for _ in range(3):
        ok(send(patient, [b"x"] * 64), 201)
    refused(send(patient, [b"x"] * 64), "limit_exceeded", 413)
    ok(send(patient, [b"x"] * 8), 201)
