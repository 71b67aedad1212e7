"""The doctor finds each fault, says what to repair, and leaves nothing behind."""

import time
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import text

from storage.base import ObjectName
from storage.errors import ObjectMissing, StoreRefused, StoreUnavailable
from storage.local import LocalStore
from storage.streams import ByteStream
from tests.servers.seaweedfs import SeaweedFS
from tests.vault.admin.hosts import Hosts, s3_environ
from tests.vault.rooms import Clock
from vault.admin.deployment import open_store
from vault.admin.doctor import machine, store
from vault.admin.doctor.examination import Diagnosis, examine
from vault.admin.doctor.finding import Finding
from vault.admin.setup import init
from vault.config import Config, load
from vault.database import Database
from vault.models.accounts import Challenge


def now() -> int:
    return int(time.time())


def local(hosts: Hosts, **environ: str) -> Config:
    """A host at this machine's address, where nobody listens."""
    return load(None, {**hosts.environ(), "COFFRE_SERVER_PUBLIC_URL": "http://127.0.0.1:9", **environ})


def healthy(hosts: Hosts, **environ: str) -> Config:
    config = local(hosts, **environ)
    init(config, now)
    return config


def finding(diagnosis: Diagnosis, name: str) -> Finding:
    [found] = [one for one in diagnosis.findings if one.name == name]
    assert (found.repair == "") == (found.status == "ok"), "what is not well says how to repair it"
    return found


def statuses(diagnosis: Diagnosis) -> dict[str, str]:
    return {one.name: one.status for one in diagnosis.findings if one.status != "ok"}


def test_a_healthy_host_has_one_warning_while_it_does_not_serve(embedded: Hosts) -> None:
    config = healthy(embedded)
    diagnosis = examine(config, now)
    assert statuses(diagnosis) == {"public_url": "warn"}
    assert (diagnosis.status, diagnosis.unreachable) == ("warn", False)
    assert {"database_settings", "database_file", "migrations", "sweep", "store_parts", "store_clock"} <= {
        one.name for one in diagnosis.findings
    }


@pytest.mark.servers
def test_a_hosted_deployment(hosts: Hosts) -> None:
    if hosts.postgresql is None:
        return
    config = healthy(hosts)
    diagnosis = examine(config, now)
    assert statuses(diagnosis) == {"public_url": "warn", "database_settings": "fail"}
    assert "fsync" in finding(diagnosis, "database_settings").message, "the tests' server is not durable"
    assert finding(diagnosis, "database_clock").status == "ok"
    assert finding(diagnosis, "store_parts").status == "ok"
    assert not config.data.exists(), "nothing is kept there"


def test_the_probe_leaves_nothing_behind(hosts: Hosts) -> None:
    config = healthy(hosts)
    with open_store(config) as opened:
        assert {one.status for one in store.examine(opened, now)} == {"ok"}
        assert opened.list(None, 10) == ()
        assert not list(opened.pending())


def test_nothing_there_yet(embedded: Hosts) -> None:
    config = local(embedded)
    diagnosis = examine(config, now)
    assert finding(diagnosis, "database").status == finding(diagnosis, "store").status == "fail"
    assert "admin init" in finding(diagnosis, "database").repair
    assert diagnosis.unreachable
    assert not config.data.exists(), "the doctor makes nothing"


@pytest.mark.parametrize("revision", [None, "9999"])
def test_a_database_with_another_schema(hosts: Hosts, revision: str | None) -> None:
    config = healthy(hosts)
    database = Database.open(config.database.url)
    with database.writing() as session:
        change = "UPDATE alembic_version SET version_num = :it" if revision else "DELETE FROM alembic_version"
        session.execute(text(change), {"it": revision} if revision else {})
    database.close()
    found = finding(examine(config, now), "migrations")
    assert found.status == ("warn" if revision else "fail")
    assert ("newer" in found.message) == (revision == "9999")


def test_an_older_schema_asks_for_migrate(embedded: Hosts, monkeypatch: pytest.MonkeyPatch) -> None:
    config = healthy(embedded)
    monkeypatch.setattr("vault.database_schema.newest_revision", lambda: "0099")
    assert "admin migrate" in finding(examine(config, now), "migrations").repair


def test_a_database_file_that_is_damaged(embedded: Hosts) -> None:
    config = healthy(embedded)
    file = config.data / "coffre.sqlite3"
    content = bytearray(file.read_bytes())
    content[5 * 4096 : 8 * 4096] = bytes(3 * 4096)
    file.write_bytes(content)
    diagnosis = examine(config, now)
    assert "fail" in {one.status for one in diagnosis.findings if one.name in ("database", "database_file")}


def test_a_file_that_is_no_database(embedded: Hosts) -> None:
    config = healthy(embedded)
    (config.data / "coffre.sqlite3").write_bytes(b"not a database" * 1000)
    assert finding(examine(config, now), "database").status == "fail"


def test_a_database_that_does_not_answer(embedded: Hosts) -> None:
    config = healthy(embedded)
    url = "postgresql+psycopg://coffre:s3cret-word@127.0.0.1:9/coffre"
    diagnosis = examine(replace(config, database=replace(config.database, url=url)), now)
    assert finding(diagnosis, "database").unreachable
    assert finding(diagnosis, "store_objects").status == "ok", "one side does not hide the others"
    assert "s3cret-word" not in repr(diagnosis)


def test_a_clock_that_is_off(hosts: Hosts) -> None:
    config = healthy(hosts)
    diagnosis = examine(config, lambda: now() + 120)
    assert finding(diagnosis, "store_clock").status == "fail"
    assert "behind" in finding(diagnosis, "store_clock").message
    if hosts.postgresql is not None:
        assert finding(diagnosis, "database_clock").status == "fail"


@pytest.mark.parametrize(("late", "status"), [(60, "ok"), (600, "warn"), (2 * 86400, "fail")])
def test_a_sweep_that_does_not_run(embedded: Hosts, late: int, status: str) -> None:
    config = healthy(embedded)
    database = Database.open(config.database.url)
    with database.writing() as session:
        session.add(
            Challenge(
                challenge_hash=bytes(32), address_mac=bytes(32), method="password", expires=now() - late
            )
        )
    database.close()
    found = finding(examine(config, now), "sweep")
    assert found.status == status
    assert status == "ok" or "challenges" in found.message


def test_a_store_that_is_away(embedded: Hosts) -> None:
    config = healthy(embedded)
    (config.data / "objects").rename(config.data / "unmounted")
    diagnosis = examine(config, now)
    assert finding(diagnosis, "store").unreachable
    assert finding(diagnosis, "database").status == "ok"


@pytest.mark.servers
@pytest.mark.parametrize(
    ("setting", "value", "unreachable"),
    [
        ("SECRET_KEY", "wrong", False),
        ("BUCKET", "nowhere", False),
        ("ENDPOINT", "https://127.0.0.1:9", True),
        ("CA_BUNDLE", "/etc/ssl/certs/ca-certificates.crt", False),
    ],
)
def test_a_bucket_that_cannot_be_entered(
    embedded: Hosts, weed: SeaweedFS, setting: str, value: str, *, unreachable: bool
) -> None:
    if setting == "CA_BUNDLE" and not Path(value).exists():
        pytest.fail("Debian's ca-certificates are needed")
    environ = {**s3_environ(weed, "doctor"), f"COFFRE_STORAGE_{setting}": value}
    found = finding(examine(local(embedded, **environ), now), "store")
    assert (found.status, found.unreachable) == ("fail", unreachable)
    assert weed.secret_key not in repr(found)


class BadStore(LocalStore):
    """A store with one fault."""

    fault = ""

    def _open_range(self, name: ObjectName, start: int, length: int) -> ByteStream:
        if self.fault == "read":
            raise StoreUnavailable("the folder of objects: Input/output error")
        stream = super()._open_range(name, start, length)
        if self.fault == "flips":
            content = bytearray(b"".join(stream))
            content[0] ^= 1
            return ByteStream(iter([bytes(content)]), length, lambda: None)
        return stream

    def _put(self, name: ObjectName, chunks: Any, length: int) -> None:
        if self.fault == "write":
            raise StoreRefused("the folder of objects: Permission denied")
        if self.fault == "length":
            with self._swallowed(name):
                super()._put(name, chunks, length)
        else:
            super()._put(name, chunks, length)

    def _swallowed(self, name: ObjectName) -> Any:
        from contextlib import suppress

        from storage.errors import WrongLength

        return suppress(WrongLength)

    def _delete(self, name: ObjectName) -> None:
        if self.fault != "delete":
            super()._delete(name)

    def _abort(self, name: ObjectName, token: Any) -> None:
        if self.fault != "abort":
            super()._abort(name, token)

    def _list(self, after: ObjectName | None, limit: int) -> tuple[ObjectName, ...]:
        if self.fault == "list":
            raise StoreRefused("the folder of objects: Permission denied")
        return super()._list(after, limit)


@pytest.mark.parametrize(
    ("fault", "name", "message"),
    [
        ("list", "store", "Permission"),
        ("write", "store_objects", "Permission"),
        ("read", "store_objects", "Input/output"),
        ("flips", "store_objects", "otherwise"),
        ("flips", "store_parts", "otherwise"),
        ("length", "store_objects", "wrong length"),
        ("delete", "store_objects", "deleted object"),
        ("abort", "store_parts", "aborted"),
    ],
)
def test_each_fault_of_a_store_is_told(tmp_path: Path, fault: str, name: str, message: str) -> None:
    broken = BadStore(tmp_path)
    broken.fault = fault
    [found] = [one for one in store.examine(broken, now) if one.name == name]
    assert found.status == "fail"
    assert message in found.message


def test_a_store_that_replaces_objects_is_warned_of(tmp_path: Path) -> None:
    class Replacing(LocalStore):
        def _put(self, name: ObjectName, chunks: Any, length: int) -> None:
            self._delete(name)
            super()._put(name, chunks, length)

    [found] = [one for one in store.examine(Replacing(tmp_path), now) if one.name == "store_write_once"]
    assert found.status == "warn"


def test_a_store_that_shows_parts_too_early_is_told(tmp_path: Path) -> None:
    class Early(LocalStore):
        def _size(self, name: ObjectName) -> int:
            try:
                return super()._size(name)
            except ObjectMissing:
                if any(pending.name == name for pending in self._pending()):
                    return 5
                raise

    [found] = [one for one in store.examine(Early(tmp_path), now) if one.name == "store_parts"]
    assert "before all its parts" in found.message


@pytest.mark.slow
@pytest.mark.parametrize(
    ("which", "mode"), [("data", 0o755), ("objects", 0o755), ("file", 0o644), ("config", 0o604)]
)
def test_what_others_can_read_is_told(embedded: Hosts, which: str, mode: int) -> None:
    config = healthy(embedded)
    settings = embedded.folder / "config.toml"
    settings.write_text("")
    settings.chmod(0o640)
    assert finding(examine(config, now, settings), "permissions").status == "ok"
    paths = {
        "data": config.data,
        "objects": config.data / "objects",
        "file": config.data / "coffre.sqlite3",
        "config": settings,
    }
    paths[which].chmod(mode)
    found = finding(examine(config, now, settings), "permissions")
    assert found.status == "fail"
    assert str(paths[which]) in found.message


@pytest.mark.parametrize(("free", "status"), [(100, "fail"), (1_000, "warn"), (50_000, "ok")])
def test_room_on_the_disk(tmp_path: Path, free: int, status: str) -> None:
    assert machine.room("disk_data", tmp_path, free * 1024 * 1024).status == status


def test_a_full_disk_is_found(embedded: Hosts, monkeypatch: pytest.MonkeyPatch) -> None:
    config = healthy(embedded)
    monkeypatch.setattr("shutil.disk_usage", lambda _: SimpleNamespace(free=1024))
    assert finding(examine(config, now), "disk_data").status == "fail"


def test_times_of_the_test_clock_are_not_real() -> None:
    assert abs(Clock()() - now()) > 86400, "a frozen clock must not pass for the real one above"
