"""The main paths over a real S3 store: what differs there is completing, aborting and deleting."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from crypto.encoding import Json, b64u
from storage.s3 import S3Settings, S3Store
from tests.servers.seaweedfs import SeaweedFS
from tests.vault.actors import DAY, open_link
from tests.vault.expect import ok, refused
from tests.vault.rooms import Room, open_room
from tests.vault.sealed import PART, SealedVersion, digest_header
from tests.vault.test_shares import JWE, end, shared
from vault.models.documents import Upload
from vault.retention import sweep
from vault.uploads import complete

pytestmark = pytest.mark.servers


@pytest.fixture
def room(weed: SeaweedFS, tmp_path: Path) -> Iterator[Room]:
    """A server whose objects are in a bucket."""
    settings = S3Settings(
        bucket="room",
        endpoint=weed.endpoint,
        region=weed.region,
        access_key=weed.access_key,
        secret_key=weed.secret_key,
        ca_bundle=weed.ca_bundle,
        create_bucket=True,
    )
    with S3Store(settings) as store:
        found = open_room(tmp_path, store=store)
        yield found
        found.database.close()


def test_a_document_goes_up_in_parts_and_comes_down_in_ranges(room: Room) -> None:
    patient = room.patient()
    sealed = SealedVersion(patient.sections[1], content=os.urandom(2 * PART + 17))
    ok(patient.commit(sealed), 201)
    assert patient.download(sealed.document).data == sealed.content
    part = patient.download(sealed.document, headers={"Range": f"bytes={PART - 5}-{PART + 4}"})
    assert part.data == sealed.content[PART - 5 : PART + 5]


def test_a_part_with_another_digest_than_announced_counts_as_not_sent(room: Room) -> None:
    patient = room.patient()
    body: Json = {"length": 1000, "part_size": PART}
    upload = ok(patient.send("POST", f"/vaults/{patient.vault}/uploads", body), 201)["upload"]
    announced = digest_header(bytes(1000))
    refused(patient.send_part(upload, 1, os.urandom(1000), Content_Digest=announced), "tampered", 422)
    assert ok(patient.send("GET", f"/vaults/{patient.vault}/uploads/{upload}"))["parts"] == []
    ok(patient.send_part(upload, 1, bytes(1000)))


def test_small_objects_come_in_one_request_and_the_unnamed_are_swept(room: Room) -> None:
    patient = room.patient()
    documents = [SealedVersion(patient.sections[1], content=os.urandom(size)) for size in (1, 50_000)]
    contents: list[Json] = [b64u(sealed.content) for sealed in documents]
    body: dict[str, Json] = {"objects": [*contents, b64u(b"nobody's")], "part_size": PART}
    before = set(room.store.list(None, 1000))
    answer = ok(patient.send("POST", f"/vaults/{patient.vault}/objects", body), 201)
    for sealed, upload in zip(documents, answer["uploads"], strict=False):
        version = patient.version_body(sealed, patient.place(), upload)
        ok(patient.send("POST", f"/vaults/{patient.vault}/documents", version), 201)
        assert patient.download(sealed.document).data == sealed.content
    assert len(set(room.store.list(None, 1000)) - before) == 3
    for _ in range(2):
        room.clock.now += 2 * DAY
        sweep(room.database, room.store, room.clock)
    assert len(set(room.store.list(None, 1000)) - before) == 2


def test_a_lost_note_of_completion_is_made_up_for(room: Room) -> None:
    patient = room.patient()
    sealed = SealedVersion(patient.sections[1])
    upload = patient.upload(sealed.content)
    complete(room.database, room.store, upload, room.clock.now)
    with room.database.writing() as session:
        session.get_one(Upload, upload).completed = False
    body = patient.version_body(sealed, patient.place(), upload)
    ok(patient.send("POST", f"/vaults/{patient.vault}/documents", body), 201)
    assert patient.download(sealed.document).data == sealed.content


def test_the_sweep_clears_the_bucket_of_what_is_over(room: Room) -> None:
    patient, share, locator = shared(room)
    [file] = ok(open_link(room.app.test_client(), locator))["files"]
    assert room.app.test_client().get(file["location"]).data == JWE
    before = len(room.store.list(None, 1000))
    patient.upload(os.urandom(100))
    end(patient, share)
    room.clock.now += DAY + 1
    sweep(room.database, room.store, room.clock)
    room.clock.now += DAY
    sweep(room.database, room.store, room.clock)
    assert len(room.store.list(None, 1000)) == before - 1
    assert not list(room.store.pending())
