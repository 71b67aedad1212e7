"""Acknowledged means durable: what a power cut would leave of a folder, by the order of its calls."""

import errno
import io
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from storage.base import ObjectName, new_object_name
from storage.errors import ObjectMissing, StoreUnavailable
from storage.local import LocalStore
from tests.storage.contract import put, read, send


@dataclass
class Disk:
    """Which files hold bytes, and which folders entries, that are not on the disk for good. A name that is
    given to a file too early is noted, and so is each flush."""

    files: set[Path] = field(default_factory=set)
    folders: set[Path] = field(default_factory=set)
    named_early: list[Path] = field(default_factory=list)
    flushes: list[Path] = field(default_factory=list)

    def watch(self, patch: pytest.MonkeyPatch) -> None:
        """Follows this process' calls."""
        for name in ("pwrite", "ftruncate"):
            patch.setattr(os, name, self._after(getattr(os, name), self.files.add))
        for name in ("fsync", "fdatasync"):
            patch.setattr(os, name, self._after(getattr(os, name), self._flushed))
        make, link, create, unlink = os.mkdir, os.link, os.open, os.unlink

        def opening(path: Any, flags: int, *rest: Any, **options: Any) -> int:
            if flags & os.O_CREAT and not Path(path).exists():
                self.folders.add(Path(path).parent)
            return create(path, flags, *rest, **options)

        def making(path: Any, *rest: Any, **options: Any) -> None:
            make(path, *rest, **options)
            self.folders.add(Path(path).parent)

        def linking(source: Any, target: Any, **options: Any) -> None:
            if Path(source) in self.files:
                self.named_early.append(Path(target))
            link(source, target, **options)
            self.folders.add(Path(target).parent)

        def unlinking(path: Any, **options: Any) -> None:
            unlink(path, **options)
            self.folders.add(Path(path).parent)

        patch.setattr(os, "open", opening)
        patch.setattr(os, "unlink", unlinking)
        patch.setattr(os, "mkdir", making)
        patch.setattr(os, "link", linking)

    def _after(self, function: Callable[..., Any], note: Callable[[Path], None]) -> Callable[..., Any]:
        def called(descriptor: int, *rest: Any) -> Any:
            found = function(descriptor, *rest)
            note(Path(f"/proc/self/fd/{descriptor}").readlink())
            return found

        return called

    def _flushed(self, path: Path) -> None:
        self.flushes.append(path)
        self.files.discard(path)
        self.folders.discard(path)

    def lost(self, root: Path) -> set[Path]:
        """What of the objects a power cut might take now."""
        data = {path for path in self.files if path.name == "data"}
        return data | {path for path in self.folders if path == root or path.is_relative_to(root / "objects")}


@pytest.fixture
def disk() -> Disk:
    return Disk()


def test_an_object_is_on_the_disk_before_it_has_its_name(
    tmp_path: Path, disk: Disk, monkeypatch: pytest.MonkeyPatch
) -> None:
    root, content = tmp_path / "store", os.urandom(100_000)
    with monkeypatch.context() as patched:
        disk.watch(patched)
        store = LocalStore(root)
        names = []
        for _ in range(2):
            names.append(put(store, content))
            assert (disk.lost(root), disk.named_early) == (set(), [])
    assert [read(store, name) for name in names] == [content] * 2


def test_a_deleted_object_does_not_come_back(
    tmp_path: Path, disk: Disk, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tmp_path / "store"
    store = LocalStore(root)
    name = put(store, b"content")
    with monkeypatch.context() as patched:
        disk.watch(patched)
        store.delete(name)
    assert disk.lost(root) == set()


def test_a_folder_that_is_there_for_good_is_flushed_for_its_objects_alone(
    tmp_path: Path, disk: Disk, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tmp_path / "store"
    store = LocalStore(root)
    first, second = (ObjectName(f"ab{number:030x}") for number in range(2))
    store.put(first, io.BytesIO(b"content"), 7)
    with monkeypatch.context() as patched:
        disk.watch(patched)
        store.put(second, io.BytesIO(b"content"), 7)
    assert [path.name for path in disk.flushes] == ["data", "ab"]


def test_a_part_and_what_parts_become_is_on_the_disk(
    tmp_path: Path, disk: Disk, monkeypatch: pytest.MonkeyPatch
) -> None:
    root, content, name = tmp_path / "store", os.urandom(100_000), new_object_name()
    with monkeypatch.context() as patched:
        disk.watch(patched)
        store = LocalStore(root)
        token = store.begin(name)
        # Who begins is told a token, which a row will hold: its folder outlives a power cut.
        assert not {root / "pending", root / "pending" / f"{name}.{token}"} & disk.folders
        part = send(store, name, token, 1, 0, content)
        assert disk.lost(root) == set()
        store.complete(name, token, [part])
        assert (disk.lost(root), disk.named_early) == (set(), [])
    assert read(store, name) == content


def test_an_object_whose_name_may_be_lost_is_not_seen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, name, flush = LocalStore(tmp_path / "store"), new_object_name(), os.fsync

    def failing(descriptor: int) -> None:
        if Path(f"/proc/self/fd/{descriptor}").readlink().name == name[:2]:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        flush(descriptor)

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", failing)
        with pytest.raises(StoreUnavailable):
            store.put(name, io.BytesIO(b"content"), 7)
    with pytest.raises(ObjectMissing):
        store.size(name)
    store.put(name, io.BytesIO(b"content"), 7)
    assert read(store, name) == b"content"
