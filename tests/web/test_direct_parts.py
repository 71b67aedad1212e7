"""Parts straight to the store and ranges straight from it, on what hosts run: SeaweedFS and Ceph over https.

The server sees none of their bytes, and acknowledges nothing that is not there.
"""

import os
import ssl
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from crypto.encoding import Json, b64u, new_id
from crypto.signing import sha256
from storage.s3 import S3Settings, S3Store
from tests.servers.ceph import Ceph
from tests.servers.seaweedfs import SeaweedFS
from tests.vault.actors import DAY, Patient
from tests.vault.expect import ok, refused
from tests.vault.rooms import Room, open_room
from tests.vault.sealed import PART, SealedVersion
from vault import direct_ranges
from vault.direct_parts import LIFETIME
from vault.models.documents import Upload
from vault.retention import sweep
from vault.uploads import complete

pytestmark = pytest.mark.servers


@pytest.fixture(scope="module", params=[SeaweedFS, Ceph])
def server(request: pytest.FixtureRequest) -> Iterator[SeaweedFS | Ceph]:
    with request.param() as started:
        yield started


@pytest.fixture(scope="module")
def outside(server: SeaweedFS | Ceph) -> Iterator[httpx.Client]:
    with httpx.Client(verify=ssl.create_default_context(cafile=str(server.ca_bundle))) as client:
        yield client


def room_on(server: SeaweedFS | Ceph, folder: Path, transfer: str) -> Room:
    settings = S3Settings(
        bucket="room",
        endpoint=server.endpoint,
        public_endpoint=server.endpoint.replace("127.0.0.1", "localhost"),
        region=server.region,
        access_key=server.access_key,
        secret_key=server.secret_key,
        ca_bundle=server.ca_bundle,
        create_bucket=True,
    )
    environ = {
        "COFFRE_STORAGE_KIND": "s3",
        "COFFRE_STORAGE_ENDPOINT": server.endpoint,
        "COFFRE_STORAGE_BUCKET": "room",
        "COFFRE_STORAGE_ACCESS_KEY": server.access_key,
        "COFFRE_STORAGE_SECRET_KEY": server.secret_key,
        "COFFRE_STORAGE_TRANSFER": transfer,
    }
    return open_room(folder, store=S3Store(settings), **environ)


@pytest.fixture
def room(server: SeaweedFS | Ceph, tmp_path: Path) -> Iterator[Room]:
    found = room_on(server, tmp_path, "direct")
    yield found
    found.database.close()
    found.store.close()


def reserved(patient: Patient, length: int) -> dict[str, Any]:
    body = {"length": length, "part_size": PART}
    return ok(patient.send("POST", f"/vaults/{patient.vault}/uploads", body), 201)


def ask(patient: Patient, upload: str, number: int, part: bytes, **changes: Any) -> Any:
    body = {"length": len(part), "sha256": b64u(sha256(part)), **changes}
    return patient.send("POST", f"/vaults/{patient.vault}/uploads/{upload}/parts/{number}/url", body)


def put(outside: httpx.Client, asked: dict[str, Any], part: bytes) -> int:
    return outside.put(asked["url"], content=part, headers=asked["headers"]).status_code


def arrived(patient: Patient, upload: str) -> list[int]:
    found = ok(patient.send("GET", f"/vaults/{patient.vault}/uploads/{upload}"))
    return [part["number"] for part in found["parts"]]


def test_a_document_goes_straight_to_the_store(room: Room, outside: httpx.Client) -> None:
    patient = room.patient()
    sealed = SealedVersion(patient.sections[1], content=os.urandom(2 * PART + 17))
    upload = reserved(patient, len(sealed.content))
    assert upload["transfer"] == "direct"
    body = patient.version_body(sealed, patient.place(), upload["upload"])
    path = f"/vaults/{patient.vault}/documents"
    for number in (3, 1, 2):
        part = sealed.content[(number - 1) * PART : number * PART]
        asked = ok(ask(patient, upload["upload"], number, part))
        assert asked["url"].startswith("https://localhost:")
        assert asked["expires"] == room.clock.now + LIFETIME
        refused(patient.send("POST", path, body), "malformed", 400)
        assert put(outside, asked, part) == 200
    assert arrived(patient, upload["upload"]) == [1, 2, 3]
    ok(patient.send("POST", path, body), 201)
    ok(patient.send("POST", path, body), 200)
    assert patient.download(sealed.document).data == sealed.content
    asked_again = ask(patient, upload["upload"], 1, sealed.content[:PART])
    refused(asked_again, "not_found", 404)


def ask_ranges(patient: Patient, document: str, access: int, *ranges: tuple[int, int]) -> Any:
    body: Json = {
        "access": access,
        "ranges": [{"start": start, "length": length} for start, length in ranges],
    }
    path = f"/vaults/{patient.vault}/documents/{document}/versions/1/object/urls"
    return patient.send("POST", path, body)


def test_ranges_come_straight_from_the_store_after_an_access(room: Room, outside: httpx.Client) -> None:
    patient, other = room.patient(), room.patient()
    another, sealed = SealedVersion(patient.sections[1]), SealedVersion(patient.sections[1])
    length = len(sealed.content)
    for one in (another, sealed):
        ok(patient.commit(one), 201)
    refused(ask_ranges(patient, sealed.document, 0, (0, 1)), "forbidden", 403)
    for document in (another.document, sealed.document):
        ok(patient.open(patient.access(document)))
    refused(ask_ranges(patient, sealed.document, 0, (0, 1)), "forbidden", 403)
    answer = ok(ask_ranges(patient, sealed.document, 1, (0, 10), (10, length - 10)))
    assert answer["expires"] == room.clock.now + direct_ranges.LIFETIME
    first, rest = answer["urls"]
    got = (
        outside.get(first, headers={"Range": "bytes=0-9"}),
        outside.get(rest, headers={"Range": f"bytes=10-{length - 1}"}),
    )
    assert [one.status_code for one in got] == [206, 206]
    assert b"".join(one.content for one in got) == sealed.content
    assert outside.get(first, headers={"Range": "bytes=0-10"}).status_code == 403, "for this range only"
    refused(ask_ranges(patient, sealed.document, 1, (1, length)), "range", 416)
    refused(ask_ranges(patient, sealed.document, 1, *[(0, 1)] * 17), "malformed", 400)
    other.vault = patient.vault
    refused(ask_ranges(other, sealed.document, 1, (0, 1)), "not_found", 404)
    room.clock.now += direct_ranges.ACCESS_SECONDS + 1
    refused(ask_ranges(patient, sealed.document, 1, (0, 10)), "forbidden", 403)


def test_what_was_announced_and_not_sent_is_missing(room: Room, outside: httpx.Client) -> None:
    patient = room.patient()
    sealed = SealedVersion(patient.sections[1], content=os.urandom(PART + 17))
    upload = reserved(patient, len(sealed.content))["upload"]
    first, last = sealed.content[:PART], sealed.content[PART:]
    urls = [ok(ask(patient, upload, number, part)) for number, part in ((1, first), (2, last))]
    assert put(outside, urls[1], last) == 200
    assert arrived(patient, upload) == [2]
    body = patient.version_body(sealed, patient.place(), upload)
    refused(patient.send("POST", f"/vaults/{patient.vault}/documents", body), "malformed", 400)
    assert put(outside, ok(ask(patient, upload, 1, first)), first) == 200
    ok(patient.send("POST", f"/vaults/{patient.vault}/documents", body), 201)


def test_some_parts_by_the_server_and_some_straight(room: Room, outside: httpx.Client) -> None:
    patient = room.patient()
    sealed = SealedVersion(patient.sections[1], content=os.urandom(PART + 17))
    upload = reserved(patient, len(sealed.content))["upload"]
    first, last = sealed.content[:PART], sealed.content[PART:]
    assert put(outside, ok(ask(patient, upload, 1, first)), first) == 200
    ok(ask(patient, upload, 2, last))
    ok(patient.send_part(upload, 2, last))
    assert arrived(patient, upload) == [1, 2]
    body = patient.version_body(sealed, patient.place(), upload)
    ok(patient.send("POST", f"/vaults/{patient.vault}/documents", body), 201)
    assert patient.download(sealed.document).data == sealed.content


def test_a_part_that_cannot_be_gets_no_url(room: Room) -> None:
    patient = room.patient()
    upload = reserved(patient, PART + 10)["upload"]
    for number, length in ((3, 10), (1, PART - 1), (2, 11), (2, 9), (1, 10)):
        refused(ask(patient, upload, number, b"x", length=length), "malformed", 400)
    for changes in ({"length": 0}, {"sha256": "x"}, {"sha256": "?" * 43}, {"more": 1}):
        refused(ask(patient, upload, 2, b"x" * 10, **changes), "malformed", 400)
    refused(ask(patient, upload, 10_001, b"x" * 10), "malformed", 400)
    refused(ask(patient, new_id(), 2, b"x" * 10), "not_found", 404)
    refused(ask(room.patient(), upload, 2, b"x" * 10), "not_found", 404)
    assert arrived(patient, upload) == []


def test_one_number_stands_for_one_digest(room: Room, outside: httpx.Client) -> None:
    patient = room.patient()
    sealed = SealedVersion(patient.sections[1])
    upload = reserved(patient, len(sealed.content))["upload"]
    asked = ok(ask(patient, upload, 1, sealed.content))
    refused(ask(patient, upload, 1, os.urandom(len(sealed.content))), "conflict", 409)
    # The holder of a URL may send other bytes than announced: only their length is signed. A manifest that
    # names other digests than announced is refused.
    other = SealedVersion(patient.sections[1])
    assert put(outside, asked, other.content) == 200
    body = patient.version_body(other, patient.place(), upload)
    refused(patient.send("POST", f"/vaults/{patient.vault}/documents", body), "tampered", 422)


def test_a_wrong_length_is_refused_by_the_store(room: Room, outside: httpx.Client) -> None:
    patient = room.patient()
    upload = reserved(patient, 1000)["upload"]
    asked = ok(ask(patient, upload, 1, bytes(1000)))
    for wrong in (999, 1001):
        assert outside.put(asked["url"], content=bytes(wrong)).status_code in (400, 403)
    assert arrived(patient, upload) == []


def test_a_lost_note_of_completion_is_made_up_for(room: Room, outside: httpx.Client) -> None:
    patient = room.patient()
    sealed = SealedVersion(patient.sections[1])
    upload = reserved(patient, len(sealed.content))["upload"]
    assert put(outside, ok(ask(patient, upload, 1, sealed.content)), sealed.content) == 200
    complete(room.database, room.store, upload, room.clock.now)
    with room.database.writing() as session:
        session.get_one(Upload, upload).completed = False
    body = patient.version_body(sealed, patient.place(), upload)
    ok(patient.send("POST", f"/vaults/{patient.vault}/documents", body), 201)
    assert patient.download(sealed.document).data == sealed.content


def test_the_sweep_ends_an_upload_and_its_urls(room: Room, outside: httpx.Client) -> None:
    patient = room.patient()
    upload = reserved(patient, 1000)["upload"]
    asked = ok(ask(patient, upload, 1, bytes(1000)))
    room.clock.now += DAY + 1
    sweep(room.database, room.store, room.clock)
    assert put(outside, asked, bytes(1000)) == 404
    assert not list(room.store.pending())


def test_a_host_that_wants_all_bytes_itself_gives_no_urls(server: SeaweedFS | Ceph, tmp_path: Path) -> None:
    room = room_on(server, tmp_path / "proxied", "proxied")
    patient = room.patient()
    upload = reserved(patient, 1000)
    assert upload["transfer"] == "proxied"
    refused(ask(patient, upload["upload"], 1, bytes(1000)), "not_found", 404)
    refused(ask_ranges(patient, new_id(), 0, (0, 1)), "not_found", 404)
    room.database.close()
    room.store.close()
