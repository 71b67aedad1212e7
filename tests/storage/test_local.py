"""The contract on a folder, and what only a folder does: modes, crash leftovers, a full disk, processes."""

import fcntl
import io
import os
import resource
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.base import ObjectName, Part, PartTag, new_object_name
from storage.errors import (
    ObjectExists,
    ObjectMissing,
    StoreRefused,
    StoreUnavailable,
    UploadMissing,
    WrongLength,
    WrongParts,
)
from storage.local import LocalStore
from storage.streams import CHUNK
from tests.storage.contract import StoreContract, all_names, put, read, send
from tests.storage.contract_erasing import ErasingContract
from tests.storage.contract_parts import PartsContract


@pytest.fixture
def store(tmp_path: Path) -> LocalStore:
    return LocalStore(tmp_path / "store")


@pytest.fixture
def stopped_store(tmp_path: Path) -> LocalStore:
    # What an unmounted disk looks like: the mount point is there, and empty.
    root = tmp_path / "mounted"
    store = LocalStore(root)
    root.rename(tmp_path / "unplugged")
    root.mkdir()
    return store


class TestLocalObjects(StoreContract):
    """The contract of whole objects on a folder."""


class TestLocalParts(PartsContract):
    """The contract of uploads in parts on a folder."""


@pytest.fixture
def erased_store(store: LocalStore) -> LocalStore:
    return store


class TestLocalErasing(ErasingContract):
    """Nothing is left in a folder."""


def files_below(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_only_the_owner_may_read(store: LocalStore, tmp_path: Path) -> None:
    put(store, b"content")
    name = new_object_name()
    send(store, name, store.begin(name), 1, 0, b"content")
    for path in [tmp_path / "store", *(tmp_path / "store").rglob("*")]:
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600)


def test_nothing_is_left_beside_the_objects(store: LocalStore, tmp_path: Path) -> None:
    name = put(store, b"content")
    with pytest.raises(ObjectExists):
        store.put(name, io.BytesIO(b"other"), 5)
    assert files_below(tmp_path / "store") == [tmp_path / "store" / "objects" / name[:2] / name]
    assert list(store.pending()) == []


def test_a_second_opening_of_the_folder_finds_everything(store: LocalStore, tmp_path: Path) -> None:
    name = put(store, b"content")
    upload = new_object_name()
    token = store.begin(upload)
    first = send(store, upload, token, 1, 0, b"first ")
    again = LocalStore(tmp_path / "store")
    assert read(again, name) == b"content"
    second = send(again, upload, token, 2, 6, b"second")
    again.complete(upload, token, [first, second])
    assert read(store, upload) == b"first second"


def test_foreign_files_are_not_listed(store: LocalStore, tmp_path: Path) -> None:
    name = put(store, b"content")
    objects = tmp_path / "store" / "objects"
    (objects / "lost+found").mkdir()
    (objects / "README").write_text("not an object")
    (objects / name[:2] / ".nfs0001").write_text("not an object")
    (tmp_path / "store" / "pending" / "README").write_text("not an upload")
    assert store.list(None, 1000) == (name,)
    assert list(store.pending()) == []


def test_names_of_one_folder_are_listed_page_by_page(store: LocalStore) -> None:
    names = [ObjectName(f"{number:032x}") for number in range(5)]
    for name in names:
        store.put(name, io.BytesIO(b"content"), 7)
    assert list(all_names(store, 2)) == names


def test_what_the_system_takes_piece_by_piece_is_whole(
    store: LocalStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    content, write = os.urandom(10_000), os.pwrite
    monkeypatch.setattr(os, "pwrite", lambda file, data, offset: write(file, data[:999], offset))
    assert read(store, put(store, content)) == content


def test_a_link_in_the_place_of_an_object_is_not_followed(store: LocalStore, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("secret")
    name = new_object_name()
    put(store, b"x")
    (tmp_path / "store" / "objects" / name[:2]).mkdir(exist_ok=True)
    (tmp_path / "store" / "objects" / name[:2] / name).symlink_to(secret)
    with pytest.raises(StoreRefused):
        store.open_range(name, 0, 1)


@pytest.fixture
def small_files() -> Iterator[int]:
    """The kernel refuses to write further than 1 MiB into any file, as a full disk or a quota would."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    limit = 1024 * 1024
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, before[1]))
    yield limit
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_full_disk_leaves_nothing(store: LocalStore, tmp_path: Path, small_files: int) -> None:
    name = new_object_name()
    with pytest.raises(StoreUnavailable):
        store.put(name, io.BytesIO(bytes(2 * small_files)), 2 * small_files)
    with pytest.raises(ObjectMissing):
        store.size(name)
    assert files_below(tmp_path / "store") == []


def test_a_part_that_found_no_room_is_not_taken_for_sent(store: LocalStore, small_files: int) -> None:
    name = new_object_name()
    token = store.begin(name)
    first = send(store, name, token, 1, 0, bytes(small_files))
    with pytest.raises(StoreUnavailable):
        send(store, name, token, 2, small_files, b"second")
    with pytest.raises(WrongParts):
        store.complete(name, token, [first, first._replace(number=2, length=6)])
    store.complete(name, token, [first])
    assert store.size(name) == small_files


def test_parts_that_overlap_never_become_an_object(store: LocalStore) -> None:
    name = new_object_name()
    token = store.begin(name)
    first = send(store, name, token, 1, 0, b"AAAA")
    second = send(store, name, token, 2, 2, b"BBBB")
    with pytest.raises(WrongParts):
        store.complete(name, token, [first, second])
    with pytest.raises(WrongParts):
        store.complete(name, token, [first])
    with pytest.raises(WrongParts):
        send(store, name, token, 2, 4, b"BBBB")


def test_the_tag_of_a_replaced_part_is_refused(store: LocalStore) -> None:
    name = new_object_name()
    token = store.begin(name)
    replaced = send(store, name, token, 1, 0, b"first try")
    send(store, name, token, 1, 0, b"again now")
    with pytest.raises(WrongParts):
        store.complete(name, token, [replaced])


def test_the_mark_of_an_unfinished_part_is_not_a_tag(store: LocalStore) -> None:
    name = new_object_name()
    token = store.begin(name)
    with pytest.raises(WrongLength):
        store.put_part(name, token, 1, 0, io.BytesIO(b"cut"), 7)
    with pytest.raises(WrongParts):
        store.complete(name, token, [Part(1, PartTag("-"), 7)])


def test_a_part_that_is_not_named_is_cut_off(store: LocalStore) -> None:
    name = new_object_name()
    token = store.begin(name)
    first = send(store, name, token, 1, 0, b"first")
    send(store, name, token, 2, 5, b"not wanted")
    store.complete(name, token, [first])
    assert read(store, name) == b"first"


def test_nobody_writes_into_an_object_while_or_after_it_is_completed(store: LocalStore) -> None:
    name = new_object_name()
    token = store.begin(name)
    part = send(store, name, token, 1, 0, b"content")
    arrived, go_on = threading.Event(), threading.Event()
    failure: list[Exception] = []

    def slow_body() -> Iterator[bytes]:
        yield b"CON"
        arrived.set()
        go_on.wait(20)
        yield b"TENT"

    def late_sender() -> None:
        try:
            store.put_part(name, token, 1, 0, slow_body(), 7)
        except StoreUnavailable as error:
            failure.append(error)

    sender = threading.Thread(target=late_sender)
    sender.start()
    assert arrived.wait(20)
    with pytest.raises(StoreUnavailable):
        store.complete(name, token, [part])
    with pytest.raises(StoreUnavailable):
        send(store, name, token, 1, 0, b"content")
    go_on.set()
    sender.join()
    assert not failure
    with pytest.raises(WrongParts):
        store.complete(name, token, [part])
    store.complete(name, token, [send(store, name, token, 1, 0, b"content")])
    with pytest.raises(UploadMissing):
        send(store, name, token, 1, 0, b"CONTENT")
    assert read(store, name) == b"content"


def test_no_part_comes_while_its_upload_is_being_aborted(
    store: LocalStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = new_object_name()
    token = store.begin(name)
    send(store, name, token, 1, 0, b"content")
    listed = Path.iterdir

    def listing(folder: Path) -> Iterator[Path]:
        with pytest.raises(UploadMissing):
            send(store, name, token, 2, 7, b"late")
        return listed(folder)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "iterdir", listing)
        store.abort(name, token)
    assert list(store.pending()) == []


def test_after_a_crash_the_upload_is_pending_and_the_next_process_ends_it(tmp_path: Path) -> None:
    script = (
        "import os, sys, pathlib\n"
        "from storage.base import new_object_name\n"
        "from storage.local import LocalStore\n"
        "def body():\n"
        "    yield b'half'\n"
        "    os._exit(9)\n"
        "LocalStore(pathlib.Path(sys.argv[1])).put(new_object_name(), body(), 8)\n"
    )
    done = subprocess.run([sys.executable, "-c", script, str(tmp_path / "store")], timeout=60)
    assert done.returncode == 9
    store = LocalStore(tmp_path / "store")
    assert store.list(None, 10) == ()
    [left] = store.pending()
    with pytest.raises(ObjectMissing):
        store.size(left.name)
    store.abort(left.name, left.token)
    assert files_below(tmp_path / "store") == []


def test_after_a_crash_just_behind_completion_the_object_stays_as_it_is(
    store: LocalStore, tmp_path: Path
) -> None:
    name = new_object_name()
    token = store.begin(name)
    part = send(store, name, token, 1, 0, b"content")
    # What such a crash leaves: the object's link is made, the upload is not yet cleared away.
    shard = tmp_path / "store" / "objects" / name[:2]
    shard.mkdir()
    (shard / name).hardlink_to(tmp_path / "store" / "pending" / f"{name}.{token}" / "data")
    with pytest.raises(UploadMissing):
        send(store, name, token, 1, 0, b"CONTENT")
    with pytest.raises(ObjectExists):
        store.complete(name, token, [part])
    store.abort(name, token)
    assert list(store.pending()) == []
    assert read(store, name) == b"content"


def test_a_file_cut_short_under_a_reader_is_an_error_and_not_an_end(
    store: LocalStore, tmp_path: Path
) -> None:
    name = put(store, bytes(3 * CHUNK))
    with store.open_range(name, 0, 3 * CHUNK) as stream:
        next(stream)
        os.truncate(tmp_path / "store" / "objects" / name[:2] / name, CHUNK + 5)
        with pytest.raises(StoreUnavailable):
            list(stream)


def test_a_reader_keeps_its_stream_when_the_object_is_deleted(store: LocalStore) -> None:
    content = os.urandom(3 * CHUNK)
    name = put(store, content)
    with store.open_range(name, 0, len(content)) as stream:
        start = next(stream)
        store.delete(name)
        assert start + b"".join(stream) == content


def test_a_folder_that_may_not_be_entered_is_refused(tmp_path: Path) -> None:
    # In a process of its own, which gives up root if the tests run as root: modes do not stop root.
    script = (
        "import os, sys, pathlib\n"
        "from storage.errors import StoreRefused\n"
        "from storage.local import LocalStore\n"
        "os.getuid() or os.setuid(65534)\n"
        "try:\n"
        "    LocalStore(pathlib.Path(sys.argv[1]))\n"
        "except StoreRefused:\n"
        "    sys.exit(7)\n"
    )
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o500)
    assert subprocess.run([sys.executable, "-c", script, str(closed / "store")], timeout=60).returncode == 7


def test_a_root_that_cannot_be_a_folder_is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(StoreUnavailable):
        LocalStore(tmp_path / "file" / "store")


def test_a_small_store_does_not_load_boto3() -> None:
    script = "import sys, storage.local; sys.exit('boto3' in sys.modules or 'botocore' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], timeout=60).returncode == 0


def test_locks_are_let_go(store: LocalStore, tmp_path: Path) -> None:
    name = new_object_name()
    token = store.begin(name)
    send(store, name, token, 1, 0, b"content")
    with (tmp_path / "store" / "pending" / f"{name}.{token}" / "data").open("rb") as data:
        fcntl.flock(data, fcntl.LOCK_EX | fcntl.LOCK_NB)
