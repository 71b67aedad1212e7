"""Everything to another host: while people work, cut off, refused where it must be; erased at the first."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from crypto.journal import EntryHeader
from storage.base import ObjectName
from storage.errors import StoreUnavailable
from storage.local import LocalStore
from tests.vault.actors import ORIGIN, open_link
from tests.vault.admin.hosts import Hosts, flip
from tests.vault.admin.replaced_keys import replaced_twice
from tests.vault.admin.test_backup import filled, names
from tests.vault.expect import ok
from tests.vault.rooms import START, Room
from tests.vault.schemas import lay_schema
from tests.vault.sealed import SealedVersion
from tests.vault.test_shares import JWE
from vault import database_schema, maintenance
from vault.admin.deployment import open_store
from vault.admin.doctor import move
from vault.admin.errors import (
    BadTransfer,
    NotAsReported,
    NotEmpty,
    Outdated,
    StillChanging,
    WrongState,
)
from vault.admin.moving import export_all, objects, report, rows
from vault.admin.moving.arrival import take_over, verify_erasure
from vault.admin.moving.erase import erase
from vault.admin.moving.export_all import Exported, Place
from vault.admin.moving.objects import Copied
from vault.admin.moving.report import Content, content_of
from vault.config import Config, load
from vault.database import Database
from vault.models.documents import Version
from vault.models.server import ServerSecret
from vault.models.vaults import Entry, Vault
from web.serve import NotTheHost, prepare


def clock() -> int:
    return START


@dataclass
class Standing:
    """A host with something of everything, without people."""

    place: Place
    config: Config
    vault: str
    document: str


@dataclass
class Other:
    """A host where nothing stands yet."""

    environ: dict[str, str]
    place: Place


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Standing:
    """Made once, and copied for each test."""
    hosts = Hosts(tmp_path_factory.mktemp("template"))
    before = filled(hosts)
    hosts.close()
    return Standing(here(before.room), before.room.config, before.patient.vault, before.documents[0].document)


@pytest.fixture
def copy_of(template: Standing, tmp_path: Path) -> Iterator[Callable[[str], Standing]]:
    """Makes hosts that are like the template, of the same key."""
    with ExitStack() as stack:

        def make(name: str) -> Standing:
            data = shutil.copytree(template.config.data, tmp_path / name)
            config = load(None, {"COFFRE_DATA": str(data), "COFFRE_SERVER_PUBLIC_URL": ORIGIN})
            database = Database.open(config.database.url)
            stack.callback(database.close)
            place = Place(database, stack.enter_context(open_store(config)))
            return Standing(place, config, template.vault, template.document)

        yield make


@pytest.fixture
def second(copy_of: Callable[[str], Standing]) -> Standing:
    """Another host, with a key of its own."""
    made = copy_of("second")
    with made.place.database.writing() as session:
        session.get_one(ServerSecret, 1).signing_seed = bytes(32)
    return made


@pytest.fixture
def first(copy_of: Callable[[str], Standing]) -> Standing:
    """The host that is left."""
    return copy_of("first")


Make = Callable[[Hosts], Other]


@pytest.fixture
def other() -> Iterator[Make]:
    """Makes hosts where nothing stands yet."""
    made: list[Place] = []

    def make(hosts: Hosts) -> Other:
        environ = hosts.environ()
        config = load(None, environ)
        config.data.mkdir()
        lay_schema(config)
        made.append(Place(Database.open(config.database.url), open_store(config, create=True)))
        return Other(environ, made[-1])

    yield make
    for place in made:
        place.database.close()
        place.store.close()


def here(room: Room) -> Place:
    return Place(room.database, room.store)


def close(place: Place) -> None:
    """The host keeps still."""
    with place.database.writing() as session:
        maintenance.begin(session, maintenance.STILL, until=None, now=START)


def stands_still(there: Other) -> bool:
    with there.place.database.reading() as session:
        return maintenance.current(session) is not None


def copied(before: Place, there: Other, folder: Path) -> Exported:
    return export_all.copy(before, there.place, folder, clock)


def handed_over(before: Place, there: Other, folder: Path) -> Exported:
    close(before)
    return export_all.finish(before, there.place, folder, clock)


@pytest.mark.slow
def test_everything_moves_while_people_work(
    embedded: Hosts, hosts: Hosts, other: Make, tmp_path: Path
) -> None:
    first = filled(embedded)
    keys, place = replaced_twice(first.room), here(first.room)
    there, folder = other(hosts), tmp_path / "transfer"
    started = copied(place, there, folder)
    assert stands_still(there), "a node that runs there already lets nothing in"
    assert (started.objects, started.faulty, started.finished) == (5, (), False)
    more = SealedVersion(first.patient.sections[1])
    ok(first.patient.commit(more), 201)
    again = copied(place, there, folder)
    assert (again.objects, again.rows_removed) == (1, 0), "only what is new"
    assert copied(place, there, folder).rows_added == 0

    finished = handed_over(place, there, folder)
    assert (finished.finished, finished.objects) == (True, 0)
    config = load(None, there.environ)
    for place_, word in ((there.place, "take-over"), (place, "handed over")):
        [said] = move.examine(place_.database)
        assert (said.status, word in said.message) == ("fail", True)
    with pytest.raises(NotTheHost, match="take-over"):
        prepare(config)
    with pytest.raises(NotTheHost, match="handed over"):
        prepare(first.room.config)
    taken = take_over(there.place.database, there.place.store, folder / "report.json", clock)
    assert taken.checked is not None
    assert (taken.content.objects, taken.checked.objects, taken.content.vaults) == (6, 6, 1)
    prepare(config)
    assert not stands_still(there)
    assert move.examine(there.place.database) == []

    after = hosts.run(there.environ)
    patient = first.patient
    for person in (patient, first.professional):
        person.http = after.app.test_client()
        ok(person.sign_in())
    for sealed in (*first.documents, more):
        ok(patient.open(patient.access(sealed.document)))
        assert patient.download(sealed.document).data == sealed.content
    ok(first.professional.send("GET", f"/grants/{first.grant}/bundle"))
    [file] = ok(open_link(after.app.test_client(), first.locator))["files"]
    assert after.app.test_client().get(file["location"]).data == JWE
    ok(patient.commit(SealedVersion(patient.sections[1])), 201)
    keys.stands_at(after, patient)


@pytest.mark.slow
def test_what_is_removed_meanwhile_goes_at_the_other_host_too(
    first: Standing, embedded: Hosts, other: Make, tmp_path: Path
) -> None:
    there, folder = other(embedded), tmp_path / "transfer"
    copied(first.place, there, folder)
    document = first.document
    with first.place.database.writing() as session:
        version = session.execute(select(Version).where(Version.document == document)).scalar_one()
        name, version.object_name = version.object_name, None
    assert name is not None
    first.place.store.delete(ObjectName(name))
    assert copied(first.place, there, folder).rows_altered == 1
    assert name not in names(there.place.store)
    handed_over(first.place, there, folder)
    checked = take_over(there.place.database, there.place.store, folder / "report.json", clock).checked
    assert checked is not None
    assert checked.whole


@pytest.mark.slow
def test_a_transfer_cut_off_goes_on(
    first: Standing, embedded: Hosts, other: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    there, folder = other(embedded), tmp_path / "transfer"
    put, done = LocalStore._put, list[str]()

    def failing(self: LocalStore, name: ObjectName, *rest: Any) -> None:
        if len(done) == 3:
            raise StoreUnavailable("cut")
        put(self, name, *rest)
        done.append(name)

    with monkeypatch.context() as patched:
        patched.setattr(LocalStore, "_put", failing)
        with pytest.raises(StoreUnavailable):
            export_all.copy(first.place, there.place, folder, clock, threads=1)
    assert not (folder / "report.json").exists()
    assert len(names(there.place.store)) == 3
    again = copied(first.place, there, folder)
    assert again.rows_added == 0, "rows stood there already"
    assert len(names(there.place.store)) == 5
    assert handed_over(first.place, there, folder).finished


def test_the_switch_wants_a_host_that_stands_still(
    first: Standing, embedded: Hosts, other: Make, tmp_path: Path
) -> None:
    there, folder = other(embedded), tmp_path / "transfer"
    for level in (None, maintenance.READ_ONLY):
        with first.place.database.writing() as session:
            if level is not None:
                maintenance.begin(session, level, until=None, now=START)
        with pytest.raises(StillChanging, match="maintenance"):
            export_all.finish(first.place, there.place, folder, clock)
    with pytest.raises(BadTransfer):
        take_over(there.place.database, there.place.store, folder / "report.json", clock)


@pytest.mark.slow
def test_what_is_written_all_the_same_stops_the_switch(
    first: Standing, embedded: Hosts, other: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    there, folder = other(embedded), tmp_path / "transfer"
    original = objects.copy_all

    def and_write(*arguments: Any, **options: Any) -> Copied:
        found = original(*arguments, **options)
        with first.place.database.writing() as session:
            session.execute(update(Vault).values(mask_new=True))
        return found

    with monkeypatch.context() as patched:
        patched.setattr(objects, "copy_all", and_write)
        with pytest.raises(StillChanging, match="written meanwhile"):
            handed_over(first.place, there, folder)
    prepare(first.config)
    assert handed_over(first.place, there, folder).finished


@pytest.mark.slow
def test_a_switch_is_called_off(first: Standing, embedded: Hosts, other: Make, tmp_path: Path) -> None:
    there, folder = other(embedded), tmp_path / "transfer"
    with pytest.raises(WrongState):
        export_all.call_off(first.place.database)
    handed_over(first.place, there, folder)
    with pytest.raises(WrongState):
        copied(first.place, there, folder)
    export_all.call_off(first.place.database)
    prepare(first.config)
    assert handed_over(first.place, there, folder).finished


def test_only_an_empty_host_is_filled(
    first: Standing, second: Standing, embedded: Hosts, other: Make, tmp_path: Path
) -> None:
    with pytest.raises(NotEmpty):
        export_all.copy(first.place, second.place, tmp_path / "a", clock)
    there = other(embedded)
    copied(first.place, there, tmp_path / "b")
    with pytest.raises(NotEmpty, match="somewhere else"):
        export_all.copy(second.place, there.place, tmp_path / "c", clock)
    older = other(embedded)
    with older.place.database.writing() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '0011'"))
    with pytest.raises(Outdated):
        copied(first.place, older, tmp_path / "d")
    assert database_schema.revision(older.place.database) == "0011", "nothing was changed there"


@pytest.mark.slow
def test_a_chain_that_does_not_hold_is_not_copied(
    first: Standing, embedded: Hosts, other: Make, tmp_path: Path
) -> None:
    there, at = other(embedded), (first.vault, "ledger", 2)
    for field in ("statement", "salt", "header"):
        with first.place.database.writing() as session:
            good: bytes = getattr(session.get_one(Entry, at), field)
            setattr(session.get_one(Entry, at), field, good[:-2] + b"!}")
        with pytest.raises(NotAsReported):
            copied(first.place, there, tmp_path / "transfer")
        with first.place.database.writing() as session:
            setattr(session.get_one(Entry, at), field, good)
    assert copied(first.place, there, tmp_path / "transfer").faulty == ()


@pytest.mark.slow
def test_damage_at_the_first_host_is_said_and_no_obstacle(
    first: Standing, embedded: Hosts, other: Make, tmp_path: Path
) -> None:
    there, folder = other(embedded), tmp_path / "transfer"
    name, *_ = names(first.place.store)
    flip(first.place.store, name, 0)
    assert copied(first.place, there, folder).faulty == (name,)
    assert handed_over(first.place, there, folder).faulty == (name,)
    taken = take_over(there.place.database, there.place.store, folder / "report.json", clock)
    assert taken.checked is not None
    assert [fault.object for fault in taken.checked.missing] == [name]


def _damaging(monkeypatch: pytest.MonkeyPatch, times: int) -> list[str]:
    """Of each object that is put, the first so many times another one is read back; the names of those."""
    put, damaged = LocalStore._put, list[str]()

    def damaging(self: LocalStore, name: ObjectName, *rest: Any) -> None:
        put(self, name, *rest)
        if damaged.count(name) < times:
            damaged.append(name)
            path = self._path_of(name)
            path.chmod(0o600)
            path.write_bytes(bytes(byte ^ 1 for byte in path.read_bytes()))

    monkeypatch.setattr(LocalStore, "_put", damaging)
    return damaged


@pytest.mark.slow
def test_damage_at_the_other_host_is_mended_and_never_called_the_first_hosts(
    first: Standing, embedded: Hosts, other: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    there, folder = other(embedded), tmp_path / "transfer"
    with monkeypatch.context() as patched:
        _damaging(patched, 2)
        with pytest.raises(StoreUnavailable):
            copied(first.place, there, folder)
    damaged = _damaging(monkeypatch, 1)
    done = copied(first.place, there, folder)
    assert len(damaged) == 5
    assert (done.objects, done.faulty) == (5, ())
    handed_over(first.place, there, folder)
    taken = take_over(there.place.database, there.place.store, folder / "report.json", clock)
    assert taken.checked is not None
    assert taken.checked.whole


@pytest.mark.slow
def test_a_folder_of_another_target_says_nothing_of_this_one(
    first: Standing, embedded: Hosts, other: Make, tmp_path: Path
) -> None:
    folder = tmp_path / "transfer"
    assert copied(first.place, other(embedded), folder).objects == 5
    there = other(embedded)
    assert copied(first.place, there, folder).objects == 5
    assert len(names(there.place.store)) == 5


def _shorten(there: Place, vault_id: str) -> None:
    with there.database.writing() as session:
        vault = session.get_one(Vault, vault_id)
        last = session.get_one(Entry, (vault_id, "ledger", vault.ledger_size - 1))
        vault.ledger_size -= 1
        session.delete(last)


def _swap(there: Place, vault_id: str) -> None:
    with there.database.writing() as session:
        entry = session.get_one(Entry, (vault_id, "ledger", 1))
        entry.salt = bytes(16)


def _redate(there: Place, vault_id: str) -> None:
    """An entry that holds in itself, and is not the one that the next entry follows."""
    with there.database.writing() as session:
        entry = session.get_one(Entry, (vault_id, "ledger", 1))
        header = EntryHeader.from_bytes(entry.header)
        entry.header = replace(header, time=header.time + 1).to_bytes()


def _lose(there: Place, _: str) -> None:
    there.store.delete(ObjectName(names(there.store)[2]))


def _damage(there: Place, _: str) -> None:
    flip(there.store, names(there.store)[2], 0)


def _rename(there: Place, _: str) -> None:
    with there.database.writing() as session:
        session.execute(update(Version).values(length=Version.length + 1))


@pytest.mark.slow
def test_the_new_host_stays_closed_unless_all_is_there(
    first: Standing, embedded: Hosts, other: Make, tmp_path: Path
) -> None:
    there, folder = other(embedded), tmp_path / "transfer"
    handed_over(first.place, there, folder)
    there.place.database.close()
    good = Path(there.environ["COFFRE_DATA"])
    for fault, seen_by_sizes in (
        (_shorten, True),
        (_swap, True),
        (_redate, True),
        (_lose, True),
        (_damage, False),
        (_rename, True),
    ):
        data = tmp_path / fault.__name__
        shutil.copytree(good, data)
        config = load(None, {**there.environ, "COFFRE_DATA": str(data)})
        with LocalStore(data / "objects") as store:
            place = Place(Database.open(config.database.url), store)
            fault(place, first.vault)
            with pytest.raises(NotAsReported):
                take_over(place.database, store, folder / "report.json", clock, sizes_only=seen_by_sizes)
            place.database.close()
        with pytest.raises(NotTheHost):
            prepare(config)
    report = folder / "report.json"
    taken = take_over(there.place.database, there.place.store, report, clock, sizes_only=True)
    assert (taken.content.objects, taken.checked) == (5, None)


@pytest.mark.slow
def test_another_report_is_refused(first: Standing, embedded: Hosts, other: Make, tmp_path: Path) -> None:
    there, folder = other(embedded), tmp_path / "transfer"
    copied(first.place, there, folder)
    with pytest.raises(BadTransfer, match="not finished"):
        take_over(there.place.database, there.place.store, folder / "report.json", clock)
    handed_over(first.place, there, folder)
    text = (folder / "report.json").read_text()
    for changed in (text.replace('"accounts": 2', '"accounts": 3'), text + " "):
        assert changed != text
        (folder / "other.json").write_text(changed)
        with pytest.raises(NotAsReported):
            take_over(there.place.database, there.place.store, folder / "other.json", clock)
    for changed in (
        "",
        "[]",
        text.replace("coffre-transfer", "x"),
        text.replace('"accounts": 2', '"accounts": "2"'),
    ):
        (folder / "other.json").write_text(changed)
        with pytest.raises(BadTransfer):
            take_over(there.place.database, there.place.store, folder / "other.json", clock)


def _refuses_writers(database: Database) -> Callable[[Session], Content]:
    """Reckons a host as `finish` does, and tries to write to it meanwhile (SQLite has one writer anyway)."""

    def reckoned(session: Session) -> Content:
        if not database.is_sqlite:
            with database.writing() as beside:
                beside.execute(text("SET LOCAL lock_timeout = '50ms'"))
                with pytest.raises(OperationalError, match="lock timeout"):
                    beside.execute(update(Vault).values(ledger_size=Vault.ledger_size))
        return content_of(session)

    return reckoned


@pytest.mark.slow
def test_what_was_handed_over_is_erased_and_proven(
    hosts: Hosts, embedded: Hosts, other: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, there, folder = filled(hosts), other(embedded), tmp_path / "transfer"
    place = here(first.room)
    with pytest.raises(BadTransfer):
        erase(place, folder, clock)
    copied(place, there, folder)
    with pytest.raises(WrongState):
        erase(place, folder, clock)
    assert len(names(first.room.store)) == 5, "nothing was touched"
    with monkeypatch.context() as patched:
        patched.setattr(report, "content_of", _refuses_writers(place.database))
        handed_over(place, there, folder)
    erased = erase(place, folder, clock)
    assert erased.objects == 5
    assert erased.rows > 20
    assert names(first.room.store) == []
    assert not list(first.room.store.pending())
    with first.room.database.reading() as session:
        left = [table.name for table in rows.moving() if session.execute(select(table)).first() is not None]
    assert left == []
    with pytest.raises(NotTheHost, match="erased"):
        prepare(first.room.config)
    assert erase(place, folder, clock).rows == 0, "again, after an interruption"
    with monkeypatch.context() as patched:
        patched.setattr("vault.admin.moving.erase._rewrite", lambda _: close(place))
        with pytest.raises(WrongState, match="meanwhile"):
            erase(place, folder, clock)
    assert erase(place, folder, clock).rows == 1
    found = verify_erasure(folder / "report.json", folder / "erasure.txt")
    assert (found.content.accounts, found.content.objects) == (2, 5)
    if first.room.database.is_sqlite:
        data = first.room.config.data
        kept = b"".join(path.read_bytes() for path in data.iterdir() if path.is_file())
        assert b"patient1@example.org" not in kept
        assert first.patient.vault.encode() not in kept


@pytest.mark.slow
def test_a_statement_of_anything_else_is_refused(
    first: Standing, second: Standing, embedded: Hosts, other: Make, tmp_path: Path
) -> None:
    there, folder = other(embedded), tmp_path / "transfer"
    handed_over(first.place, there, folder)
    erase(first.place, folder, clock)
    report, statement = folder / "report.json", folder / "erasure.txt"
    text = statement.read_text()
    (folder / "forged.txt").write_text(text.replace("objects 5", "objects 4"))
    with pytest.raises(NotAsReported, match="signature"):
        verify_erasure(report, folder / "forged.txt")
    for broken in (
        "",
        text.replace("left 0 rows", "left 1 rows"),
        text.replace("coffre/erasure/v1", "x"),
        text + "x",
    ):
        (folder / "forged.txt").write_text(broken)
        with pytest.raises(BadTransfer):
            verify_erasure(report, folder / "forged.txt")
    elsewhere = tmp_path / "elsewhere"
    handed_over(second.place, other(embedded), elsewhere)
    with pytest.raises(NotAsReported, match="another key"):
        verify_erasure(elsewhere / "report.json", statement)


@pytest.mark.slow
def test_another_hosts_folder_erases_nothing(
    first: Standing, second: Standing, embedded: Hosts, other: Make, tmp_path: Path
) -> None:
    handed_over(first.place, other(embedded), tmp_path / "one")
    handed_over(second.place, other(embedded), tmp_path / "two")
    with pytest.raises(NotAsReported, match="another report"):
        erase(first.place, tmp_path / "two", clock)
    with first.place.database.writing() as session:
        session.execute(update(Vault).values(ledger_size=Vault.ledger_size + 1))
    with pytest.raises(NotAsReported, match="something else"):
        erase(first.place, tmp_path / "one", clock)
    (tmp_path / "one" / "erasure.key").write_bytes((tmp_path / "two" / "erasure.key").read_bytes())
    with pytest.raises(BadTransfer, match="key"):
        erase(first.place, tmp_path / "one", clock)
    assert len(names(first.place.store)) == 5
