"""Uploads in parts and downloads in ranges: streamed, checked, and never half-written."""

import base64
import io
import os
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

import pytest

from crypto.encoding import b64u, new_id
from crypto.signing import sha256
from storage.errors import StoreUnavailable
from tests.vault.actors import ORIGIN, Patient
from tests.vault.expect import ok, refused
from tests.vault.rooms import Room, open_room
from tests.vault.sealed import MIB, PART, SealedVersion, digest_header


def reserved(patient: Patient, length: int = PART + 10, part_size: int = PART) -> dict[str, Any]:
    """A fresh upload."""
    body = {"length": length, "part_size": part_size}
    return ok(patient.send("POST", f"/vaults/{patient.vault}/uploads", body), 201)


def test_parts_arrive_in_any_order_and_again(room: Room) -> None:
    patient = room.patient()
    content = os.urandom(2 * PART + 10)
    upload = reserved(patient, len(content))
    assert upload["parts"] == 3
    for number in (3, 1, 2, 1):
        part = content[(number - 1) * PART : number * PART]
        answer = ok(patient.send_part(upload["upload"], number, part))
        assert answer == {"number": number, "sha256": b64u(sha256(part))}
    found = ok(patient.send("GET", f"/vaults/{patient.vault}/uploads/{upload['upload']}"))
    assert [part["number"] for part in found["parts"]] == [1, 2, 3]
    sealed = SealedVersion(patient.sections[1], content=content)
    body = patient.version_body(sealed, patient.place(), upload["upload"])
    ok(patient.send("POST", f"/vaults/{patient.vault}/documents", body), 201)
    assert patient.download(sealed.document).data == content


@pytest.mark.parametrize(
    ("number", "part", "headers", "code", "status"),
    [
        (0, b"x" * PART, {}, "malformed", 400),
        (3, b"x" * 10, {}, "malformed", 400),
        (10_001, b"x" * 10, {}, "malformed", 400),
        (1, b"x" * (PART - 1), {}, "malformed", 400),
        (2, b"x" * 11, {}, "malformed", 400),
        (2, b"x" * 9, {}, "malformed", 400),
        (2, b"", {}, "malformed", 400),
        (2, b"x" * 10, {"Content_Digest": digest_header(b"y" * 10)}, "tampered", 422),
        (2, b"x" * 10, {"Content_Digest": "sha-256=:AAAA:"}, "malformed", 400),
        (2, b"x" * 10, {"Content_Digest": ""}, "malformed", 400),
        (2, b"x" * 10, {"Content_Digest": "sha-512=" + digest_header(b"")[8:]}, "malformed", 400),
    ],
)
def test_a_part_that_does_not_fit_is_refused_and_not_kept(
    room: Room, number: int, part: bytes, headers: dict[str, Any], code: str, status: int
) -> None:
    patient = room.patient()
    upload = reserved(patient)["upload"]
    refused(patient.send_part(upload, number, part, **headers), code, status)
    assert ok(patient.send("GET", f"/vaults/{patient.vault}/uploads/{upload}"))["parts"] == []
    ok(patient.send_part(upload, 2, b"x" * 10))


def test_a_bad_part_takes_back_the_good_one_before_it(room: Room) -> None:
    patient = room.patient()
    sealed = SealedVersion(patient.sections[1])
    upload = patient.upload(sealed.content)
    bad = os.urandom(len(sealed.content))
    refused(patient.send_part(upload, 1, bad, Content_Digest=digest_header(sealed.content)), "tampered", 422)
    body = patient.version_body(sealed, patient.place(), upload)
    path = f"/vaults/{patient.vault}/documents"
    refused(patient.send("POST", path, body), "malformed", 400)
    ok(patient.send_part(upload, 1, sealed.content))
    ok(patient.send("POST", path, body), 201)
    assert patient.download(sealed.document).data == sealed.content


def test_a_bad_part_takes_back_the_good_one_that_overtook_it(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two requests send a part at once: the store keeps the bytes that came last, which are of no use."""
    patient = room.patient()
    sealed = SealedVersion(patient.sections[1])
    upload = reserved(patient, len(sealed.content))["upload"]
    put = room.store.put_part

    def overtaken(*arguments: Any) -> Any:
        monkeypatch.setattr(room.store, "put_part", put)
        ok(patient.send_part(upload, 1, sealed.content))
        return put(*arguments)

    monkeypatch.setattr(room.store, "put_part", overtaken)
    bad = os.urandom(len(sealed.content))
    refused(patient.send_part(upload, 1, bad, Content_Digest=digest_header(sealed.content)), "tampered", 422)
    assert ok(patient.send("GET", f"/vaults/{patient.vault}/uploads/{upload}"))["parts"] == []


@pytest.mark.slow
def test_a_part_that_the_store_did_not_take_counts_as_not_sent(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also if it had been there: what the store holds now, nobody knows."""
    patient = room.patient()
    sealed = SealedVersion(patient.sections[1])
    upload = patient.upload(sealed.content)

    def away(*_: Any) -> NoReturn:
        raise StoreUnavailable("away")

    with monkeypatch.context() as patched:
        patched.setattr(room.store, "put_part", away)
        refused(patient.send_part(upload, 1, sealed.content), "store_unavailable", 503)
    path = f"/vaults/{patient.vault}/uploads/{upload}"
    assert ok(patient.send("GET", path))["parts"] == []
    body = patient.version_body(sealed, patient.place(), upload)
    refused(patient.send("POST", f"/vaults/{patient.vault}/documents", body), "malformed", 400)


def test_a_body_that_ends_early_is_not_kept(room: Room) -> None:
    patient = room.patient()
    upload = reserved(patient)["upload"]
    part = b"x" * 10
    answer = patient.http.put(
        f"/api/v1/vaults/{patient.vault}/uploads/{upload}/parts/2",
        input_stream=io.BytesIO(part[:4]),
        content_length=10,
        headers={"Content-Digest": digest_header(part), "X-Coffre-CSRF": patient.csrf},
        base_url=ORIGIN,
    )
    refused(answer, "malformed", 400)
    assert ok(patient.send("GET", f"/vaults/{patient.vault}/uploads/{upload}"))["parts"] == []


@pytest.mark.parametrize(
    ("length", "part_size", "code", "status"),
    [
        (0, PART, "malformed", 400),
        (-1, PART, "malformed", 400),
        (10, PART - 65536, "malformed", 400),
        (10, PART + 1, "malformed", 400),
        (10, 2 * 1024 * MIB, "malformed", 400),
        (6 * 1024 * MIB, PART, "limit_exceeded", 413),
    ],
)
def test_an_upload_has_limits(room: Room, length: int, part_size: int, code: str, status: int) -> None:
    patient = room.patient()
    body = {"length": length, "part_size": part_size}
    refused(patient.send("POST", f"/vaults/{patient.vault}/uploads", body), code, status)
    assert not list(room.store.pending())


def test_an_upload_can_be_given_up(room: Room) -> None:
    patient = room.patient()
    upload = reserved(patient)["upload"]
    path = f"/vaults/{patient.vault}/uploads/{upload}"
    assert patient.send("DELETE", path).status_code == 204
    refused(patient.send("GET", path), "not_found", 404)
    refused(patient.send_part(upload, 2, b"x" * 10), "not_found", 404)
    assert not list(room.store.pending())
    refused(patient.send("GET", f"/vaults/{patient.vault}/uploads/{new_id()}"), "not_found", 404)


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Room]:
    """A server whose vaults may hold little."""
    found = open_room(tmp_path / "small", COFFRE_LIMITS_QUOTA_BYTES=str(2000))
    yield found
    found.database.close()


def test_a_vault_has_a_quota(small: Room) -> None:
    patient = small.patient()
    ok(patient.commit(SealedVersion(patient.sections[1])), 201)
    body = {"length": 1001, "part_size": PART}
    refused(patient.send("POST", f"/vaults/{patient.vault}/uploads", body), "limit_exceeded", 413)
    reserved(patient, 1000)
    body["length"] = 1
    refused(patient.send("POST", f"/vaults/{patient.vault}/uploads", body), "limit_exceeded", 413)
    assert len(list(small.store.pending())) == 1, "the one that was reserved"


@pytest.mark.parametrize(
    ("asked", "start", "end"),
    [
        ("bytes=0-0", 0, 1),
        ("bytes=10-19", 10, 20),
        ("bytes=990-", 990, 1000),
        ("bytes=-5", 995, 1000),
        ("bytes=0-5000", 0, 1000),
    ],
)
def test_a_range_is_answered_exactly(room: Room, asked: str, start: int, end: int) -> None:
    patient = room.patient()
    sealed = SealedVersion(patient.sections[1])
    ok(patient.commit(sealed), 201)
    answer = patient.download(sealed.document, headers={"Range": asked})
    assert answer.data == sealed.content[start:end]
    assert answer.content_length == end - start
    if (start, end) == (0, 1000):
        assert answer.status_code == 200
    else:
        assert answer.status_code == 206
        assert answer.headers["Content-Range"] == f"bytes {start}-{end - 1}/1000"


def test_a_whole_download_and_ranges_outside(room: Room) -> None:
    patient = room.patient()
    sealed = SealedVersion(patient.sections[1])
    ok(patient.commit(sealed), 201)
    answer = patient.download(sealed.document)
    assert (answer.data, answer.content_type) == (sealed.content, "application/octet-stream")
    assert answer.headers["Accept-Ranges"] == "bytes"
    assert answer.headers["Cache-Control"] == "no-store"
    refused(patient.download(sealed.document, headers={"Range": "bytes=1000-"}), "range", 416)
    for several in ("bytes=0-1,5-6", "bytes=0-9,5-14", "bytes=0-9,0-9", "bytes=0-,0-,0-"):
        whole = patient.download(sealed.document, headers={"Range": several})
        assert (whole.status_code, whole.data) == (200, sealed.content), several
    for path in (f"{new_id()}/versions/1", f"{sealed.document}/versions/2"):
        refused(patient.send("GET", f"/vaults/{patient.vault}/documents/{path}/object"), "not_found", 404)
    refused(patient.download(sealed.document, 0), "malformed", 400)


def test_a_part_streams_through_in_little_memory(room: Room, tmp_path: Path) -> None:
    patient = room.patient()
    length = 32 * MIB
    upload = reserved(patient, length, 32 * MIB)["upload"]
    zeros = tmp_path / "zeros"
    zeros.touch()
    os.truncate(zeros, length)
    digest = base64.b64encode(sha256(bytes(length))).decode()
    with zeros.open("rb") as body:
        tracemalloc.start()
        answer = patient.http.put(
            f"/api/v1/vaults/{patient.vault}/uploads/{upload}/parts/1",
            input_stream=body,
            content_length=length,
            headers={"Content-Digest": f"sha-256=:{digest}:", "X-Coffre-CSRF": patient.csrf},
            base_url=ORIGIN,
        )
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    ok(answer)
    assert peak < 4 * MIB
