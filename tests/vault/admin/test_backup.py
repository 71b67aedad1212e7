"""Backup and restore: a drill that reads everything back through the API, and what goes wrong on the way."""

import os
import shutil
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, text

from crypto.encoding import GrantId
from storage.base import ObjectName, ObjectStore
from storage.errors import StoreUnavailable
from storage.local import LocalStore
from storage.streams import CHUNK
from tests.vault.actors import DAY, Patient, Professional, open_link
from tests.vault.admin.hosts import Hosts, flip, read, replace
from tests.vault.admin.replaced_keys import replaced_twice
from tests.vault.expect import ok, refused
from tests.vault.rooms import START, Room
from tests.vault.sealed import PART, SealedVersion, redeem_key
from tests.vault.test_shares import JWE, end, shared
from vault.admin import archive, dump, transfer
from vault.admin.backup import BackedUp, backup
from vault.admin.check import check
from vault.admin.errors import BadBackup, NotEmpty, Outdated, ToolFailed
from vault.admin.inventory import Expected
from vault.admin.restore import restore
from vault.config import load
from vault.database import Database
from vault.models.accounts import SignIn
from vault.models.documents import Document, Upload, Version
from vault.models.shares import Share
from vault.models.sign_ups import PendingAddress
from vault.models.vaults import Entry, Vault
from vault.retention import sweep


@dataclass
class Filled:
    """A host with something of everything, and what must come back."""

    room: Room
    patient: Patient
    professional: Professional
    documents: list[SealedVersion]
    locator: bytes
    grant: GrantId


def filled(hosts: Hosts) -> Filled:
    """A host with documents of one and of several parts, a grant that was redeemed, and a share."""
    room = hosts.room()
    patient, _share, locator = shared(room)
    documents = [
        SealedVersion(patient.sections[1], content=os.urandom(size)) for size in (1, 70_000, 2 * PART + 77)
    ]
    for sealed in documents:
        ok(patient.commit(sealed), 201)
    key = redeem_key()
    grant, answer = patient.invite(key)
    ok(answer)
    professional = room.professional()
    ok(professional.redeem(grant, key, patient.vault))
    return Filled(room, patient, professional, documents, locator, grant)


def backed_up(room: Room, folder: Path) -> BackedUp:
    return backup(room.database, room.store, folder, room.clock)


def names(store: ObjectStore) -> list[str]:
    return list(store.list(None, 1000))


@pytest.mark.slow
def test_a_drill(hosts: Hosts) -> None:
    """Back up, lose everything, restore into an empty host, read everything back as people do."""
    before = filled(hosts)
    keys = replaced_twice(before.room)
    folder = hosts.folder / "backup"
    done = backed_up(before.room, folder)
    assert (done.objects, done.gone, done.faulty) == (5, 0, ())

    environ = hosts.environ()
    restored = restore(load(None, environ), folder)
    assert restored.checked.whole
    assert restored.checked.extra == ()
    assert restored.checked.objects == restored.objects == 5
    assert restored.created == START

    after = hosts.run(environ)
    patient, professional = before.patient, before.professional
    ledger = ok(patient.send("GET", f"/vaults/{patient.vault}/ledger"))
    key = patient.server_key()
    for person in (patient, professional):
        person.http = after.app.test_client()
        refused(person.send("GET", "/sessions/current"), "unauthenticated", 401)
        ok(person.sign_in())
    assert ok(patient.send("GET", f"/vaults/{patient.vault}/ledger")) == ledger
    assert patient.server_key() == key, "statements name it"
    for sealed in before.documents:
        for person in (patient, professional):
            mode: dict[str, Any] = (
                {} if person is patient else {"mode": "grant", "reason": "care", "grant": before.grant}
            )
            [opened] = ok(person.open(person.access(sealed.document, **mode)))["opened"]
            assert opened["length"] == len(sealed.content)
            assert person.download(sealed.document).data == sealed.content
    assert ok(professional.send("GET", f"/grants/{before.grant}/bundle"))["vault"] == patient.vault
    [file] = ok(open_link(after.app.test_client(), before.locator))["files"]
    assert after.app.test_client().get(file["location"]).data == JWE
    ok(patient.commit(SealedVersion(patient.sections[1])), 201)
    keys.stands_at(after, patient)


@pytest.mark.slow
def test_what_is_written_meanwhile_does_not_tear_the_backup(hosts: Hosts) -> None:
    """Commits go on in another thread: what the backup holds is one moment, and whole."""
    room = hosts.room()
    patient = room.patient()
    ok(patient.commit(SealedVersion(patient.sections[1])), 201)
    stop, failures = threading.Event(), list[int]()

    def write() -> None:
        while not stop.is_set():
            answer = patient.commit(SealedVersion(patient.sections[1]))
            if answer.status_code != 201:
                failures.append(answer.status_code)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        done = [backed_up(room, hosts.folder / f"backup-{number}") for number in range(3)]
    finally:
        stop.set()
        writer.join()
    assert failures == []
    for number, one in enumerate(done):
        assert one.faulty == ()
        config = hosts.empty()
        restored = restore(config, hosts.folder / f"backup-{number}")
        assert restored.checked.whole
        assert restored.checked.extra == ()
        database = Database.open(config.database.url)
        with database.reading() as session:
            vault = session.get_one(Vault, patient.vault)
            assert (
                session.execute(
                    select(func.count()).select_from(Entry).where(Entry.chain == "ledger")
                ).scalar_one()
                == vault.ledger_size
            )
            versions = session.execute(select(func.count()).select_from(Version)).scalar_one()
        assert (versions, versions) == (one.objects, vault.ledger_size - 1)
        database.close()


@pytest.mark.slow
def test_a_backup_holds_no_session_and_no_upload(hosts: Hosts) -> None:
    before = filled(hosts)
    before.patient.upload(os.urandom(100))
    with before.room.database.writing() as session:
        waiting = {"nonce": bytes(32), "language": "fr", "created": 0, "expires": 0, "attempts_left": 1}
        session.add(PendingAddress(address="waits@example.org", **waiting))
    backed_up(before.room, hosts.folder / "backup")
    config = hosts.empty()
    restore(config, hosts.folder / "backup")
    database = Database.open(config.database.url)
    with database.reading() as session:
        assert session.execute(select(PendingAddress)).first() is None, "who has no account"
        left = {table.__tablename__: session.execute(select(table)).first() for table in dump.LEFT_OUT}
    database.close()
    assert left == dict.fromkeys(left)
    with before.room.database.reading() as session:
        assert session.execute(select(SignIn)).first() is not None, "there was one to leave out"
        assert session.execute(select(Upload)).first() is not None


@pytest.mark.servers
def test_the_queue_stays_behind(hosts: Hosts) -> None:
    """Its tables share a host's database; a backup goes without them, also to where some stand already."""
    if hosts.postgresql is None:
        return
    room, config = hosts.room(), hosts.empty()
    for url in (room.config.database.url, config.database.url):
        database = Database.open(url)
        with database.writing() as session:
            session.execute(text("CREATE TABLE huey_kv (value bytea)"))
            session.execute(text("INSERT INTO huey_kv VALUES ('job')"))
        database.close()
    backed_up(room, hosts.folder / "backup")
    assert restore(config, hosts.folder / "backup").checked.whole
    database = Database.open(config.database.url)
    with database.reading() as session:
        assert session.execute(text("SELECT count(*) FROM huey_kv")).scalar_one() == 1
    database.close()


def test_what_the_sweep_takes_meanwhile_is_noted_and_not_named_any_more(
    embedded: Hosts, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = embedded.room()
    patient, share, locator = shared(room)
    original = archive.write_objects

    def and_sweep(folder: Path, objects: Iterable[Expected]) -> tuple[int, int]:
        written = original(folder, objects)
        end(patient, share)
        sweep(room.database, room.store, room.clock)
        return written

    monkeypatch.setattr(archive, "write_objects", and_sweep)
    done = backed_up(room, embedded.folder / "backup")
    assert (done.objects, done.gone, done.faulty) == (1, 1, ())
    environ = embedded.environ()
    assert restore(load(None, environ), embedded.folder / "backup").checked.whole
    after = embedded.run(environ)
    assert open_link(after.app.test_client(), locator).status_code == 404
    with after.database.reading() as session:
        assert session.get_one(Share, share).ended, "its owner is shown an ended one"


def test_an_emptied_bin_meanwhile_leaves_an_emptied_bin(
    embedded: Hosts, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = embedded.room()
    patient = room.patient()
    sealed = SealedVersion(patient.sections[1])
    ok(patient.commit(sealed), 201)
    with room.database.writing() as session:
        session.get_one(Document, (patient.vault, sealed.document)).removed = START - 31 * DAY
    original = archive.write_objects

    def and_sweep(folder: Path, objects: Iterable[Expected]) -> tuple[int, int]:
        written = original(folder, objects)
        sweep(room.database, room.store, room.clock)
        return written

    monkeypatch.setattr(archive, "write_objects", and_sweep)
    assert backed_up(room, embedded.folder / "backup").gone == 1
    config = embedded.empty()
    assert restore(config, embedded.folder / "backup").checked.objects == 0
    database = Database.open(config.database.url)
    with database.reading() as session:
        version = session.get_one(Version, (patient.vault, sealed.document, 1))
        assert (version.object_name, version.header, version.metadata_sealed) == (None, b"", b"")
        assert session.get_one(Vault, patient.vault).stored_bytes == 0
    database.close()


@pytest.mark.slow
def test_damage_is_told_and_left_out(hosts: Hosts) -> None:
    before = filled(hosts)
    first, second, *rest = names(before.room.store)
    flip(before.room.store, first, 0)
    before.room.store.delete(ObjectName(second))
    done = backed_up(before.room, hosts.folder / "backup")
    assert sorted(done.faulty) == [first, second]
    assert done.objects == len(rest)
    restored = restore(hosts.empty(), hosts.folder / "backup")
    assert sorted(fault.object for fault in restored.checked.missing) == [first, second]
    assert not restored.checked.whole


def test_an_object_cut_off_behind_a_part_is_damage(embedded: Hosts) -> None:
    room = embedded.room()
    patient = room.patient()
    content = os.urandom(2 * PART)
    ok(patient.commit(SealedVersion(patient.sections[1], content=content)), 201)
    [name] = names(room.store)
    replace(room.store, name, content[:PART])
    assert backed_up(room, embedded.folder / "backup").faulty == (name,)


def test_a_backup_needs_an_empty_folder(embedded: Hosts) -> None:
    room = embedded.room()
    folder = embedded.folder / "backup"
    backed_up(room, folder)
    kept = (folder / "manifest.json").read_bytes()
    with pytest.raises(NotEmpty):
        backed_up(room, folder)
    assert (folder / "manifest.json").read_bytes() == kept
    (embedded.folder / "file").write_text("mine")
    with pytest.raises(NotEmpty):
        backed_up(room, embedded.folder / "file")


@pytest.mark.slow
def test_a_backup_is_for_its_owner_only(embedded: Hosts) -> None:
    before = filled(embedded)
    folder = embedded.folder / "backup"
    backed_up(before.room, folder)
    modes = {path.stat().st_mode & 0o077 for path in (folder, *folder.rglob("*"))}
    assert modes == {0}


def test_a_database_of_another_schema_is_migrated_first(
    embedded: Hosts, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What this program would write of it, it could not know to be all."""
    room, folder = embedded.room(), embedded.folder / "backup"
    monkeypatch.setattr("vault.database_schema.newest_revision", lambda: "0099")
    with pytest.raises(Outdated, match="migrate"):
        backed_up(room, folder)
    assert not folder.exists()


def test_a_backup_is_on_the_disk_before_it_is_one(embedded: Hosts, monkeypatch: pytest.MonkeyPatch) -> None:
    room, folder = embedded.room(), embedded.folder / "backup"
    flush, rename, flushed = os.fsync, Path.rename, list[Path]()

    def flushing(descriptor: int) -> None:
        flush(descriptor)
        flushed.append(Path(f"/proc/self/fd/{descriptor}").readlink())

    def renaming(path: Path, target: Path) -> Path:
        written = {file for file in folder.iterdir() if file.is_file()}
        assert {file.name for file in written} == {"database.sqlite3", "objects.jsonl", "manifest.json.part"}
        assert written <= set(flushed)
        flushed.clear()
        return rename(path, target)

    monkeypatch.setattr(os, "fsync", flushing)
    monkeypatch.setattr(Path, "rename", renaming)
    backed_up(room, folder)
    assert flushed == [folder]


def test_a_backup_cut_off_is_no_backup(embedded: Hosts) -> None:
    before = filled(embedded)
    broken = embedded.folder / "broken"

    class Failing(LocalStore):
        def _size(self, name: ObjectName) -> int:
            raise StoreUnavailable("gone")

    with pytest.raises(StoreUnavailable):
        backup(before.room.database, Failing(before.room.config.data / "objects"), broken, before.room.clock)
    config = embedded.empty()
    with pytest.raises(BadBackup):
        restore(config, broken)
    assert not config.data.exists(), "nothing was begun"


def test_without_pg_dump_the_error_says_what_to_install(
    hosts: Hosts, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = hosts.room()
    monkeypatch.setenv("PATH", str(hosts.folder))
    if room.database.is_sqlite:
        assert backed_up(room, hosts.folder / "backup").faulty == (), "SQLite needs no program"
        return
    with pytest.raises(ToolFailed, match="postgresql-client"):
        backed_up(room, hosts.folder / "backup")


@pytest.mark.slow
def test_large_objects_go_in_parts(embedded: Hosts, monkeypatch: pytest.MonkeyPatch) -> None:
    """S3 takes 5 GiB at once at most; the border is lowered so that the test's objects cross it."""
    monkeypatch.setattr(transfer, "LARGEST_PUT", 4 * CHUNK)
    room = embedded.room()
    patient = room.patient()
    sizes = (4 * CHUNK, 4 * CHUNK + 1, 8 * CHUNK, 3_000_001, PART + 1)
    for size in sizes:
        ok(patient.commit(SealedVersion(patient.sections[1], content=os.urandom(size))), 201)
    folder = embedded.folder / "backup"
    assert backed_up(room, folder).objects == len(sizes)
    with LocalStore(folder) as copied:
        assert not list(copied.pending())
        for name in names(room.store):
            assert read(copied, name) == read(room.store, name)
    last = max(names(room.store), key=lambda one: room.store.size(ObjectName(one)))
    flip(room.store, last, room.store.size(ObjectName(last)) - 1)
    shutil.rmtree(folder)
    assert backed_up(room, folder).faulty == (last,)
    with LocalStore(folder) as copied:
        assert last not in names(copied)
        assert not list(copied.pending())


@pytest.mark.slow
def test_the_running_host_is_not_changed_by_its_backup(embedded: Hosts) -> None:
    before = filled(embedded)
    held = names(before.room.store)
    backed_up(before.room, embedded.folder / "backup")
    assert names(before.room.store) == held
    assert check(before.room.database, before.room.store).whole
    ok(before.patient.send("GET", "/sessions/current"))
