"""Restore: only into an empty host, only what is as it was, and again where it was cut off."""

import json
from pathlib import Path

import pytest

from storage.base import ObjectName, new_object_name
from storage.local import LocalStore
from tests.vault.admin.hosts import Hosts, flip
from tests.vault.admin.test_backup import backed_up, filled, names
from tests.vault.expect import ok
from vault.admin import dump
from vault.admin.deployment import open_store
from vault.admin.errors import BackupDamaged, BadBackup, NotEmpty, Outdated, ToolFailed
from vault.admin.restore import restore
from vault.config import load


@pytest.mark.slow
def test_restore_refuses_a_host_with_a_database(hosts: Hosts) -> None:
    before = filled(hosts)
    backed_up(before.room, hosts.folder / "backup")
    other = hosts.room()
    patient = other.patient()
    with pytest.raises(NotEmpty):
        restore(other.config, hosts.folder / "backup")
    assert names(other.store) == []
    ok(patient.send("GET", f"/vaults/{patient.vault}/ledger"))


@pytest.mark.slow
def test_restore_refuses_a_store_with_objects_of_others(hosts: Hosts) -> None:
    before = filled(hosts)
    backed_up(before.room, hosts.folder / "backup")
    environ = hosts.environ()
    config = load(None, environ)
    store = open_store(config, create=True)
    foreign = new_object_name()
    store.put(foreign, iter([b"someone's"]), 9)
    with pytest.raises(NotEmpty):
        restore(config, hosts.folder / "backup")
    assert names(store) == [foreign]
    store.close()


@pytest.mark.slow
def test_a_restore_cut_off_goes_on(embedded: Hosts, monkeypatch: pytest.MonkeyPatch) -> None:
    before = filled(embedded)
    folder = embedded.folder / "backup"
    backed_up(before.room, folder)
    config = embedded.empty()

    def cut(url: str, file: Path) -> None:
        raise ToolFailed("cut")

    with monkeypatch.context() as patched:
        patched.setattr(dump, "load", cut)
        with pytest.raises(ToolFailed):
            restore(config, folder)
    restored = restore(config, folder)
    assert restored.checked.whole
    assert restored.checked.objects == 5


@pytest.mark.slow
@pytest.mark.parametrize("name", ["database.sqlite3", "objects.jsonl"])
def test_a_changed_backup_is_refused_before_anything_is_written(embedded: Hosts, name: str) -> None:
    before = filled(embedded)
    folder = embedded.folder / "backup"
    backed_up(before.room, folder)
    content = bytearray((folder / name).read_bytes())
    content[len(content) // 2] ^= 1
    (folder / name).write_bytes(content)
    config = embedded.empty()
    with pytest.raises(BackupDamaged):
        restore(config, folder)
    assert not config.data.exists()


@pytest.mark.slow
@pytest.mark.parametrize("fault", ["flipped", "missing", "longer"])
def test_a_changed_object_of_a_backup_makes_no_host(embedded: Hosts, fault: str) -> None:
    before = filled(embedded)
    folder = embedded.folder / "backup"
    backed_up(before.room, folder)
    with LocalStore(folder) as store:
        name = max(names(store), key=lambda one: store.size(ObjectName(one)))
        path = folder / "objects" / name[:2] / name
        if fault == "flipped":
            flip(store, name, store.size(ObjectName(name)) - 1)
        elif fault == "missing":
            path.unlink()
        else:
            path.write_bytes(path.read_bytes() + b"x")
    config = embedded.empty()
    with pytest.raises(BackupDamaged, match=name):
        restore(config, folder)
    assert not (config.data / "coffre.sqlite3").exists()
    with open_store(config, create=True) as target:
        assert name not in names(target)


@pytest.mark.parametrize(
    "changes",
    [
        {"format": "zip"},
        {"version": 2},
        {"kind": "oracle"},
        {"kind": "../../etc"},
        {"more": 1},
        {"gone": 3},
        {"objects_sha256": None},
    ],
)
def test_foreign_manifests_are_refused(embedded: Hosts, changes: dict[str, object]) -> None:
    folder = embedded.folder / "backup"
    backed_up(embedded.room(), folder)
    manifest = json.loads((folder / "manifest.json").read_bytes())
    (folder / "manifest.json").write_text(json.dumps({**manifest, **changes}))
    with pytest.raises((BadBackup, BackupDamaged)):
        restore(embedded.empty(), folder)


def test_a_backup_of_a_newer_program_is_refused(embedded: Hosts) -> None:
    folder = embedded.folder / "backup"
    backed_up(embedded.room(), folder)
    manifest = json.loads((folder / "manifest.json").read_bytes())
    (folder / "manifest.json").write_text(json.dumps({**manifest, "schema": "9999"}))
    with pytest.raises(Outdated):
        restore(embedded.empty(), folder)


def test_a_backup_goes_back_into_its_own_kind_of_database(embedded: Hosts) -> None:
    folder = embedded.folder / "backup"
    backed_up(embedded.room(), folder)
    config = load(
        None,
        {
            "COFFRE_DATA": str(embedded.folder / "x"),
            "COFFRE_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none",
        },
    )
    with pytest.raises(BadBackup):
        restore(config, folder)
