"""Shares: opened by anyone with the link, for a time, counted exactly."""

import hashlib
import os
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from crypto import statements
from crypto.encoding import DocumentId, ShareId, b64u, unb64u
from crypto.signing import server_key_id
from tests.vault.actors import ORIGIN, Patient, open_link
from tests.vault.expect import ok, refused
from tests.vault.rooms import Room
from tests.vault.sealed import PART, SealedVersion

JWE = b"eyJhbGciOiJkaXIifQ..aXY.Y2lwaGVy.dGFn"


def shared(room: Room, **changes: Any) -> tuple[Patient, ShareId, bytes]:
    """A patient who shares one document for 15 minutes."""
    patient, locator = room.patient(), os.urandom(32)
    sealed = SealedVersion(patient.sections[1])
    ok(patient.commit(sealed), 201)
    content = changes.pop("content", JWE)
    assert isinstance(content, bytes)
    share, response = patient.share([(sealed.document, 1)], [content], locator=locator, **changes)
    ok(response)
    return patient, share, locator


def end(patient: Patient, share: ShareId) -> None:
    """Ends a share."""
    signed = patient.sign(statements.ShareEnd, **patient.place().fields(), share=share)
    ok(patient.append("share-ends", "share_end", signed))


def test_anyone_with_the_link_opens_a_share_and_the_owner_sees_it(room: Room) -> None:
    patient, share, locator = shared(room)
    anyone = room.app.test_client()
    [file] = ok(open_link(anyone, locator))["files"]
    assert file["contentType"] == "application/fhir+json"
    answer = anyone.get(file["location"])
    assert (answer.data, answer.content_type) == (JWE, "application/jose")
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    page = ok(patient.send("GET", f"/vaults/{patient.vault}/accesses"))
    signed = statements.Signed(
        unb64u(page["entries"][0]["statement"]), unb64u(page["entries"][0]["signature"])
    )
    opening = statements.verify(signed, statements.Opening, patient.server_key())
    assert opening.author == server_key_id(patient.server_key())
    assert (opening.share, opening.openings, opening.recipient) == (share, 1, "Cabinet du Dr Petit")
    assert opening.client == "other"


DEVICES = {
    "Mozilla/5.0 (Linux; Android 16; K) AppleWebKit/537.36 Chrome/156.0.0.0 Mobile Safari/537.36": "android",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 19_1 like Mac OS X) AppleWebKit/605.1.15 Safari/604.1": "ios",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:150.0) Gecko/20100101 Firefox/150.0": "windows",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Safari/605.1.15": "macos",
    "Mozilla/5.0 (X11; Linux x86_64; rv:150.0) Gecko/20100101 Firefox/150.0": "linux",
    "python-httpx/0.28": "other",
}


def test_of_the_device_only_its_kind_is_kept(room: Room) -> None:
    patient, _share, locator = shared(room, max_openings=len(DEVICES))
    for said in DEVICES:
        anyone = room.app.test_client()
        anyone.environ_base["HTTP_USER_AGENT"] = said
        ok(open_link(anyone, locator))
    page = ok(patient.send("GET", f"/vaults/{patient.vault}/accesses"))
    found = [statements.parse_any(unb64u(entry["statement"])) for entry in page["entries"]]
    kinds = [one.client for one in found if isinstance(one, statements.Opening)]
    assert kinds == list(DEVICES.values())


def test_small_files_are_embedded_on_request(room: Room) -> None:
    _patient, _share, locator = shared(room)
    [file] = ok(open_link(room.app.test_client(), locator, embeddedLengthMax=1000))["files"]
    assert file == {"contentType": "application/fhir+json", "embedded": JWE.decode()}
    [file] = ok(open_link(room.app.test_client(), locator, embeddedLengthMax=5))["files"]
    assert "embedded" not in file


@pytest.mark.slow
def test_a_file_in_several_parts_is_checked_as_a_whole(room: Room) -> None:
    content = os.urandom(PART + 99)
    _patient, _share, locator = shared(room, content=content)
    [file] = ok(open_link(room.app.test_client(), locator))["files"]
    assert room.app.test_client().get(file["location"]).data == content
    patient = room.patient()
    sealed = SealedVersion(patient.sections[1])
    ok(patient.commit(sealed), 201)
    wrong = (statements.SharedFile(length=len(content), sha256=b"w" * 32),)
    _, response = patient.share([(sealed.document, 1)], [content], locator=os.urandom(32), files=wrong)
    refused(response, "tampered", 422)
    short = (statements.SharedFile(length=5, sha256=b"w" * 32),)
    _, response = patient.share([(sealed.document, 1)], [content], locator=os.urandom(32), files=short)
    refused(response, "tampered", 422)


def test_a_share_ends_by_the_clock_and_by_its_owner(room: Room) -> None:
    patient, share, locator = shared(room)
    anyone = room.app.test_client()
    [file] = ok(open_link(anyone, locator))["files"]
    end(patient, share)
    refused(open_link(anyone, locator), "not_found", 404)
    refused(anyone.get(file["location"]), "not_found", 404)
    _patient, _share, second = shared(room)
    [file] = ok(open_link(anyone, second))["files"]
    room.clock.now += 900
    refused(open_link(anyone, second), "not_found", 404)
    refused(anyone.get(file["location"]), "not_found", 404)
    refused(open_link(anyone, os.urandom(32)), "not_found", 404)


def test_a_maximum_of_openings_holds_at_once(room: Room) -> None:
    patient, _share, locator = shared(room, max_openings=3)
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: open_link(room.app.test_client(), locator), range(12)))
    assert sorted(answer.status_code for answer in answers) == [200] * 3 + [404] * 9
    assert ok(patient.send("GET", f"/vaults/{patient.vault}/accesses"))["size"] == 3


def test_a_wrong_passcode_says_how_many_attempts_remain(room: Room) -> None:
    _patient, _share, locator = shared(room, passcode="4711")
    anyone = room.app.test_client()
    assert refused(open_link(anyone, locator, passcode="1"), "credentials", 401)["remainingAttempts"] == 9
    assert refused(open_link(anyone, locator), "credentials", 401)["remainingAttempts"] == 9
    ok(open_link(anyone, locator, passcode="4711"))
    assert refused(open_link(anyone, locator, passcode="2"), "credentials", 401)["remainingAttempts"] == 8


def test_a_hundred_guesses_at_once_are_ten_attempts(room: Room) -> None:
    patient, _share, locator = shared(room, passcode="4711")
    with ThreadPoolExecutor(8) as pool:
        answers = list(
            pool.map(
                lambda number: open_link(room.app.test_client(), locator, passcode=str(number)), range(100)
            )
        )
    counts = sorted(a.get_json()["remainingAttempts"] for a in answers if a.status_code == 401)
    assert counts == list(range(10))
    assert sum(answer.status_code == 404 for answer in answers) == 90
    refused(open_link(room.app.test_client(), locator, passcode="4711"), "not_found", 404)
    assert ok(patient.send("GET", f"/vaults/{patient.vault}/accesses"))["size"] == 0


@pytest.mark.parametrize(
    ("changes", "code", "status"),
    [
        ({"not_after": 1_800_000_000}, "malformed", 400),
        (
            {"time": 1_800_000_000 + 30 * 86400, "not_after": 1_800_000_000 + 396 * 86400},
            "limit_exceeded",
            413,
        ),
        ({"passcode": 1}, "malformed", 400),
        ({"seq": 8}, "stale", 409),
        (
            {"documents": (statements.SharedDocument(document=DocumentId("0" * 32), version=1),)},
            "not_found",
            404,
        ),
    ],
)
def test_a_share_that_does_not_fit_is_refused(
    room: Room, changes: dict[str, object], code: str, status: int
) -> None:
    patient = room.patient()
    sealed = SealedVersion(patient.sections[1])
    ok(patient.commit(sealed), 201)
    files = (statements.SharedFile(length=len(JWE), sha256=hashlib.sha256(JWE).digest()),)
    fields: dict[str, object] = {
        **patient.place().fields(),
        "details": os.urandom(552),
        "documents": (statements.SharedDocument(document=sealed.document, version=1),),
        "files": files,
        "not_after": room.clock.now + 900,
        "passcode": 0,
        "share": ShareId("5" * 32),
        **changes,
    }
    signed = patient.sign(statements.Share, **fields)
    upload = patient.upload(JWE)
    response = patient.append(
        "shares", "share", signed, locator=b64u(os.urandom(32)), flag="", files=[{"upload": upload}]
    )
    refused(response, code, status)
    assert patient.place().seq == 2


def test_an_address_is_used_once(room: Room) -> None:
    patient, _share, locator = shared(room)
    sealed = SealedVersion(patient.sections[1])
    ok(patient.commit(sealed), 201)
    _, response = patient.share([(sealed.document, 1)], [JWE], locator=locator)
    refused(response, "conflict", 409)


def test_browsers_of_any_origin_may_ask(room: Room) -> None:
    _patient, _share, locator = shared(room)
    anyone = room.app.test_client()
    answer = anyone.options(f"/api/v1/shl/{b64u(locator)}", base_url=ORIGIN)
    assert answer.status_code == 204
    assert answer.headers["Access-Control-Allow-Headers"] == "content-type, range"
    assert "POST" in answer.headers["Access-Control-Allow-Methods"]
    for other in (
        answer,
        open_link(anyone, os.urandom(32)),
        anyone.post(f"/api/v1/shl/{b64u(locator)}", json={}, base_url=ORIGIN),
    ):
        assert other.headers["Access-Control-Allow-Origin"] == "*"
    refused(open_link(anyone, locator, recipient="a\u202eb"), "malformed", 400)
    refused(open_link(anyone, locator, recipient=""), "malformed", 400)
