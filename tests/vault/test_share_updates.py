"""Shares that go on: other files for the same link, a later end; one file by GET; documents fetched apart."""

import hashlib
import os

import pytest
from sqlalchemy import select, update

from crypto import statements
from crypto.encoding import ShareId, b64u
from tests.vault.actors import ORIGIN, Patient, open_link
from tests.vault.expect import ok, refused
from tests.vault.rooms import Room
from tests.vault.sealed import SealedVersion
from vault import retention
from vault.admin import inventory
from vault.models.documents import Document, Version
from vault.models.shares import ShareFile

OLD, NEW = b"aGVhZA..aXY.b2xk.dGFn", b"aGVhZA..aXY.bmV3ZXI.dGFn"


def shared(room: Room, flag: str = "L") -> tuple[Patient, ShareId, bytes, SealedVersion]:
    """A patient who shares one document for 15 minutes."""
    patient, locator = room.patient(), os.urandom(32)
    sealed = SealedVersion(patient.sections[1])
    ok(patient.commit(sealed), 201)
    share, response = patient.share([(sealed.document, 1)], [OLD], locator=locator, flag=flag)
    ok(response)
    return patient, share, locator, sealed


def listed(content: bytes) -> tuple[statements.SharedFile, ...]:
    return (statements.SharedFile(length=len(content), sha256=hashlib.sha256(content).digest()),)


def test_a_link_gives_the_new_files_and_the_old_ones_are_deleted(room: Room) -> None:
    patient, share, locator, sealed = shared(room)
    anyone = room.app.test_client()
    answer = ok(open_link(anyone, locator))
    [before] = answer["files"]
    assert answer["status"] == "can-change"
    ok(patient.update_share(share, [(sealed.document, 1)], [NEW]))
    refused(anyone.get(before["location"]), "not_found", 404)
    [after] = ok(open_link(anyone, locator))["files"]
    assert anyone.get(after["location"]).data == NEW
    assert retention.sweep(room.database, room.store, room.clock).objects == 1
    with room.database.reading() as session:
        [row] = session.execute(select(ShareFile)).scalars()
        [expected] = [found for found in inventory.every(session, inventory.ALL) if found.kind == "file"]
        assert (expected.name, expected.digests) == (row.object_name, (hashlib.sha256(NEW).digest(),))


def test_a_share_goes_on_for_longer_with_its_files(room: Room) -> None:
    patient, share, locator, sealed = shared(room, flag="")
    later = room.clock.now + 7200
    ok(patient.update_share(share, [(sealed.document, 1)], None, files=listed(OLD), not_after=later))
    room.clock.now += 3600
    answer = ok(open_link(room.app.test_client(), locator))
    [file] = answer["files"]
    assert "status" not in answer
    assert room.app.test_client().get(file["location"]).data == OLD
    room.clock.now = later
    refused(open_link(room.app.test_client(), locator), "not_found", 404)


def test_a_share_that_does_not_follow_keeps_its_files(room: Room) -> None:
    patient, share, _locator, sealed = shared(room, flag="")
    refused(patient.update_share(share, [(sealed.document, 1)], [NEW]), "malformed", 400)
    refused(patient.update_share(share, [(sealed.document, 1)], None, files=listed(NEW)), "malformed", 400)


def test_what_is_over_or_unknown_is_not_updated(room: Room) -> None:
    patient, share, _locator, sealed = shared(room)
    unknown = ShareId("7" * 32)
    refused(patient.update_share(unknown, [(sealed.document, 1)], [NEW]), "not_found", 404)
    other = room.patient()
    refused(other.update_share(share, [(sealed.document, 1)], [NEW]), "not_found", 404)
    ahead = room.clock.now + 30 * 86400
    late = patient.update_share(
        share, [(sealed.document, 1)], [NEW], time=ahead, not_after=ahead + 366 * 86400
    )
    refused(late, "limit_exceeded", 413)
    room.clock.now += 900
    refused(patient.update_share(share, [(sealed.document, 1)], [NEW]), "not_found", 404)


def test_one_file_by_get_is_counted_and_head_is_not(room: Room) -> None:
    patient, _share, locator, _sealed = shared(room, flag="U")
    anyone, url = room.app.test_client(), f"/api/v1/shl/{b64u(locator)}"
    assert anyone.head(f"{url}?recipient=Bot", base_url=ORIGIN).status_code == 405
    assert anyone.get(url, base_url=ORIGIN).status_code == 400
    answer = anyone.get(f"{url}?recipient=Cabinet&later=1", base_url=ORIGIN)
    assert (answer.data, answer.content_type) == (OLD, "application/jose")
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert ok(patient.send("GET", f"/vaults/{patient.vault}/accesses"))["size"] == 1
    other, _id, manifest_only, _version = shared(room, flag="")
    refused(anyone.get(f"/api/v1/shl/{b64u(manifest_only)}?recipient=C", base_url=ORIGIN), "not_found", 404)
    assert ok(other.send("GET", f"/vaults/{other.vault}/accesses"))["size"] == 0, (
        "prefetching uses nothing up"
    )


def test_by_get_is_for_one_file_without_a_passcode(room: Room) -> None:
    patient = room.patient()
    versions = [SealedVersion(patient.sections[1]) for _ in range(2)]
    for sealed in versions:
        ok(patient.commit(sealed), 201)
    documents: list[tuple[str, int]] = [(sealed.document, 1) for sealed in versions]
    _, two = patient.share(documents, [OLD, NEW], locator=os.urandom(32), flag="U")
    refused(two, "malformed", 400)
    _, coded = patient.share(documents[:1], [OLD], locator=os.urandom(32), flag="U", passcode="4711")
    refused(coded, "malformed", 400)


def test_a_large_document_is_fetched_through_the_share(room: Room) -> None:
    patient, share, locator, sealed = shared(room, flag="")
    anyone = room.app.test_client()
    with room.database.writing() as session:
        [length] = session.execute(select(Version.length)).scalars()
        session.execute(update(Version).values(length=21 << 20))
    [file] = ok(open_link(anyone, locator, embeddedLengthMax=1000))["files"]
    assert "embedded" not in file
    with room.database.writing() as session:
        session.execute(update(Version).values(length=length))
    address = file["location"] + "/document"
    assert anyone.get(address).data == sealed.content
    part = anyone.get(address, headers={"Range": "bytes=10-19"})
    assert (part.status_code, part.data) == (206, sealed.content[10:20])
    assert "Content-Range" in part.headers["Access-Control-Expose-Headers"]
    with room.database.writing() as session:
        session.execute(update(Document).values(removed=room.clock()))
    refused(anyone.get(address), "not_found", 404)
    with room.database.writing() as session:
        session.execute(update(Document).values(removed=None))
    assert anyone.get(address).data == sealed.content
    refused(anyone.get(f"{ORIGIN}/api/v1/shl/files/{b64u(os.urandom(32))}/document"), "not_found", 404)
    signed = patient.sign(statements.ShareEnd, **patient.place().fields(), share=share)
    ok(patient.append("share-ends", "share_end", signed))
    refused(anyone.get(address), "not_found", 404)


@pytest.mark.slow
@pytest.mark.parametrize("passcode", [None, "4711"])
def test_who_asks_too_often_is_told_when_to_come_back(room: Room, passcode: str | None) -> None:
    patient, locator = room.patient(), os.urandom(32)
    sealed = SealedVersion(patient.sections[1])
    ok(patient.commit(sealed), 201)
    ok(patient.share([(sealed.document, 1)], [OLD], locator=locator, passcode=passcode)[1])
    anyone = room.app.test_client()
    body = {} if passcode is None else {"passcode": passcode}
    for _ in range(120):
        ok(open_link(anyone, locator, **body))
    answer = open_link(anyone, locator, **body)
    refused(answer, "busy", 429)
    assert 1 <= int(answer.headers["Retry-After"]) <= 60
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert ok(patient.send("GET", f"/vaults/{patient.vault}/accesses"))["size"] == 120
    room.clock.now += 60
    ok(open_link(anyone, locator, **body))


def test_more_shares_than_a_batch_end_in_one_sweep(room: Room) -> None:
    patient = room.patient()
    sealed = SealedVersion(patient.sections[1])
    ok(patient.commit(sealed), 201)
    for number in range(3):
        content = OLD + b"%d" % number
        ok(patient.share([(sealed.document, 1)], [content], locator=os.urandom(32))[1])
    room.clock.now += 900
    batch, retention._BATCH = retention._BATCH, 2
    try:
        swept = retention.sweep(room.database, room.store, room.clock)
    finally:
        retention._BATCH = batch
    assert (swept.shares, swept.objects) == (3, 3)
