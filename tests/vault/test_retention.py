"""The sweep: what is over goes, and nothing that something names."""

import time
from dataclasses import asdict
from functools import partial

import pytest
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from crypto import statements
from crypto.encoding import SectionId
from storage.base import ObjectName, Part, PartTag, UploadToken, new_object_name
from storage.errors import StoreUnavailable
from tests.vault.actors import DAY, Patient, open_link
from tests.vault.admin.hosts import replace
from tests.vault.expect import ok, refused
from tests.vault.rooms import Room
from tests.vault.sealed import SealedVersion, redeem_key
from tests.vault.test_documents import committed
from tests.vault.test_shares import JWE, end, shared
from vault import retention
from vault.models.accounts import Attempt, Challenge, SignIn
from vault.models.documents import DoomedObject, Upload, Version
from vault.models.grants import Grant
from vault.models.notices import Device, Notice, OutboxMessage
from vault.models.shares import ShareFile, ShareTicket
from vault.models.vaults import Entry
from vault.retention import Swept, sweep
from vault.uploads import COMPLETING, complete, parts_of


# Two tests here do without: they are stories that are recorded (tests/vault/recorded.py), of a room alone.
@pytest.fixture
def patient(room: Room) -> Patient:
    return room.patient()


@pytest.fixture
def sealed(patient: Patient) -> SealedVersion:
    """A version that nobody has sent yet."""
    return SealedVersion(patient.sections[1])


@pytest.fixture
def upload(patient: Patient, sealed: SealedVersion) -> str:
    """Its parts, which have arrived."""
    return patient.upload(sealed.content)


@pytest.fixture
def completed(room: Room, upload: str) -> str:
    """The same, as one object that nothing names."""
    complete(room.database, room.store, upload, room.clock.now)
    return upload


def named_now(patient: Patient, sealed: SealedVersion, upload: str) -> TestResponse:
    """The commit that names an upload's object."""
    body = patient.version_body(sealed, patient.place(), upload)
    return patient.send("POST", f"/vaults/{patient.vault}/documents", body)


def swept(room: Room) -> Swept:
    """One sweep."""
    return sweep(room.database, room.store, room.clock)


def swept_for_days(room: Room) -> None:
    """Until nothing that is over is left."""
    for _ in range(2):
        room.clock.now += DAY + 1
        swept(room)


def objects(room: Room) -> set[str]:
    """The names in the store."""
    return set(room.store.list(None, 1000))


def named(room: Room) -> set[str]:
    """The names that rows hold."""
    with room.database.reading() as session:
        columns = (Version.object_name, ShareFile.object_name)
        return {name for column in columns for name in session.execute(select(column)).scalars() if name}


def test_a_sweep_with_nothing_to_do_takes_nothing(room: Room) -> None:
    _patient, _share, locator = shared(room)
    before = objects(room)
    assert set(asdict(swept(room)).values()) == {0}
    assert objects(room) == before == named(room)
    ok(open_link(room.app.test_client(), locator))


def test_abandoned_uploads_go_after_a_day(room: Room, patient: Patient, upload: str) -> None:
    path = f"/vaults/{patient.vault}/uploads/{upload}"
    assert list(room.store.pending())
    room.clock.now += DAY - 1
    assert swept(room).uploads == 0
    ok(patient.sign_in())
    ok(patient.send("GET", path))
    room.clock.now += 1
    refused(patient.send("GET", path), "not_found", 404)
    assert swept(room).uploads == 1
    assert not list(room.store.pending())


def test_an_object_completed_and_never_named_goes(room: Room, patient: Patient) -> None:
    sealed = SealedVersion(patient.sections[1])
    # Complete, then stale: a crash between the two leaves the same.
    upload, old = patient.upload(sealed.content), patient.place()
    body = patient.version_body(sealed, old, upload)
    complete(room.database, room.store, upload, room.clock.now)
    complete(room.database, room.store, upload, room.clock.now)
    assert len(objects(room)) == 1
    ok(patient.commit(SealedVersion(patient.sections[2])), 201)
    refused(patient.send("POST", f"/vaults/{patient.vault}/documents", body), "stale", 409)
    swept_for_days(room)
    assert objects(room) == named(room)
    assert len(objects(room)) == 1


def test_what_becomes_an_object_behind_the_sweep_goes_too(
    room: Room, upload: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A request that is just completing an upload which the sweep takes: its object must not stay."""
    with room.database.reading() as session:
        row = session.get_one(Upload, upload)
        name, token = ObjectName(row.object_name), UploadToken(row.store_token)
        parts = [
            Part(part.number, PartTag(part.store_tag), part.length) for part in parts_of(session, upload)
        ]
    room.clock.now += DAY + 1
    with monkeypatch.context() as late:
        late.setattr(room.store, "abort", lambda *_: None)
        assert swept(room).uploads
    room.store.complete(name, token, parts)
    assert objects(room) == {name}
    room.clock.now += COMPLETING
    assert swept(room).objects == 1
    assert objects(room) == set()


def test_a_lost_note_of_completion_is_made_up_for(
    room: Room, patient: Patient, sealed: SealedVersion, completed: str
) -> None:
    with room.database.writing() as session:
        session.get_one(Upload, completed).completed = False
    ok(named_now(patient, sealed, completed), 201)
    assert patient.download(sealed.document).data == sealed.content


def test_what_the_store_made_in_another_length_is_not_acknowledged(
    room: Room, patient: Patient, sealed: SealedVersion, completed: str
) -> None:
    with room.database.writing() as session:
        row = session.get_one(Upload, completed)
        row.completed, name = False, row.object_name
    replace(room.store, name, sealed.content[:-1])
    before = patient.place().seq
    refused(named_now(patient, sealed, completed), "store_unavailable", 503)
    assert patient.place().seq == before
    swept_for_days(room)
    assert objects(room) == set()


def test_the_bin_is_emptied_after_thirty_days(room: Room) -> None:
    patient = room.patient()
    sealed = SealedVersion(patient.sections[1])
    manifest = committed(patient, sealed)
    with room.database.writing() as session:
        # As if a professional had added it.
        session.get_one(Version, (patient.vault, sealed.document, 1)).author_metadata = b"sealed"
    kept = SealedVersion(patient.sections[1])
    ok(patient.commit(kept), 201)
    signed = patient.sign(
        statements.Removal,
        **patient.place().fields(),
        document=sealed.document,
        manifest=manifest,
        section=SectionId(sealed.section),
        version=1,
    )
    ok(patient.append("removals", "removal", signed))
    room.clock.now += 29 * DAY
    swept(room)
    assert len(objects(room)) == 2
    room.clock.now += DAY
    assert swept(room).documents == 1
    assert objects(room) == named(room)
    ok(patient.sign_in())
    assert patient.download(kept.document).data == kept.content
    with room.database.reading() as session:
        version = session.get_one(Version, (patient.vault, sealed.document, 1))
        assert (version.header, version.metadata_sealed, version.author_metadata) == (b"", b"", None)


def test_bundles_go_when_their_grant_ends(room: Room) -> None:
    patient, doctor, key, began = room.patient(), room.professional(), redeem_key(), room.clock.now
    invited, _ = patient.invite(redeem_key())
    bound, _ = patient.invite(key)
    ok(doctor.redeem(bound, key, patient.vault))
    # An invitation may be redeemed in its last second, a grant is over with it.
    for later, gone in ((DAY, 0), (DAY + 1, 1), (365 * DAY - 1, 0), (365 * DAY, 1)):
        room.clock.now = began + later
        assert swept(room).bundles == gone
    with room.database.reading() as session:
        assert [session.get_one(Grant, grant).bundle for grant in (invited, bound)] == [None, None]


def test_the_ciphertext_of_ended_shares_goes(room: Room) -> None:
    patient, share, _locator = shared(room)
    _other, _share, _second = shared(room)
    end(patient, share)
    swept(room)
    assert objects(room) == named(room)
    assert len(objects(room)) == 3
    room.clock.now += 901
    assert swept(room).shares == 1
    assert len(objects(room)) == 2


def test_a_used_up_share_stays_until_its_last_reader_is_done(room: Room) -> None:
    _patient, _share, locator = shared(room, max_openings=1, not_after=room.clock.now + DAY)
    anyone = room.app.test_client()
    [file] = ok(open_link(anyone, locator))["files"]
    swept(room)
    assert anyone.get(file["location"]).data == JWE
    room.clock.now += 901
    assert swept(room).shares == 1
    assert len(objects(room)) == 1


def test_old_sessions_and_challenges_go(room: Room, patient: Patient) -> None:
    patient.challenge()
    room.clock.now += 12 * 3600 + 1
    swept(room)
    with room.database.reading() as session:
        assert session.execute(select(SignIn)).all() == []
        assert session.execute(select(Challenge)).all() == []


def test_what_was_counted_goes_after_a_day_and_what_was_sent_after_a_month(room: Room) -> None:
    _patient, _share, locator = shared(room)
    ok(open_link(room.app.test_client(), locator))
    began = room.clock.now
    with room.database.writing() as session:
        assert session.execute(select(ShareTicket)).first() is not None
        session.add(Attempt(bucket=bytes(32), since=began, count=1))
        # A row of the outbox, as its job leaves it.
        assert session.execute(
            update(OutboxMessage).values(due=None, sent=began).returning(OutboxMessage.id)
        ).all()
    tables = (Attempt, OutboxMessage, ShareTicket)
    for later, left in ((DAY, [Attempt, OutboxMessage]), (DAY + 1, [OutboxMessage]), (31 * DAY, [])):
        room.clock.now = began + later
        swept(room)
        with room.database.reading() as session:
            found = [table for table in tables if session.execute(select(table)).first() is not None]
        assert found == left


def test_a_sweep_takes_all_that_is_over_however_many(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "_BATCH", 1)
    for _ in range(3):
        shared(room)
    room.clock.now += DAY + 1
    found = swept(room)
    assert (found.shares, found.objects) == (3, 3)


def test_an_object_that_is_named_is_never_deleted(
    room: Room, patient: Patient, sealed: SealedVersion
) -> None:
    ok(patient.commit(sealed), 201)
    [name] = objects(room)
    # A share's file, and what an upload became that nothing has named yet.
    _other, _share, locator = shared(room)
    waiting = SealedVersion(patient.sections[1])
    upload = patient.upload(waiting.content)
    complete(room.database, room.store, upload, room.clock.now)
    there = objects(room)
    assert (name in there, len(there)) == (True, 4)
    with room.database.writing() as session:
        session.add_all([DoomedObject(name=each, after=0) for each in there])
    swept(room)
    assert objects(room) == there
    assert patient.download(sealed.document).data == sealed.content
    [file] = ok(open_link(room.app.test_client(), locator))["files"]
    assert room.app.test_client().get(file["location"]).data == JWE
    ok(named_now(patient, waiting, upload), 201)
    assert patient.download(waiting.document).data == waiting.content


def test_an_upload_that_is_complete_waits_an_hour_for_its_commit(
    room: Room, patient: Patient, sealed: SealedVersion, upload: str
) -> None:
    room.clock.now += DAY - 1
    ok(patient.sign_in())
    complete(room.database, room.store, upload, room.clock.now)
    room.clock.now += COMPLETING - 1
    assert swept(room).uploads == 0
    ok(named_now(patient, sealed, upload), 201)
    assert patient.download(sealed.document).data == sealed.content


def test_what_a_crash_left_before_a_row_could_name_it_goes_after_two_days(room: Room) -> None:
    """By the store's clock, which is the machine's: what was begun just now may have its row in a moment."""
    token = room.store.begin(new_object_name())
    now = int(time.time())
    for later, left in ((0, [token]), (DAY, [token]), (2 * DAY + 60, [])):
        sweep(room.database, room.store, partial(int, now + later))
        assert [pending.token for pending in room.store.pending()] == left


def test_a_sweep_goes_on_after_the_store_failed(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    patient, share, _locator = shared(room)
    end(patient, share)

    def down(_name: object) -> None:
        raise StoreUnavailable("down")

    with monkeypatch.context() as away:
        away.setattr(room.store, "delete", down)
        with pytest.raises(StoreUnavailable):
            swept(room)
    assert swept(room).objects == 1
    assert objects(room) == named(room)


@pytest.mark.slow
def test_the_journal_lives_as_long_as_the_vault_and_notices_a_year(room: Room) -> None:
    patient, _share, locator = shared(room)
    ok(open_link(room.app.test_client(), locator))
    with room.database.reading() as session:
        before = session.execute(select(Entry.chain, Entry.seq)).all()
        assert len(before) == 4
        assert len(session.execute(select(Notice)).all()) == 1
    for year in range(1, 11):
        room.clock.now += 366 * DAY
        swept(room)
        with room.database.reading() as session:
            assert session.execute(select(Entry.chain, Entry.seq)).all() == before
            assert len(session.execute(select(Notice)).all()) == (1 if year == 1 else 0)
            assert len(session.execute(select(Device)).all()) == (1 if year == 1 else 0)
    ok(patient.sign_in())
    page = ok(patient.send("GET", f"/vaults/{patient.vault}/accesses"))
    assert (page["size"], "statement" in page["entries"][0]) == (1, True)
