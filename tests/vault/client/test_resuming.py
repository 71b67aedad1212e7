"""An interrupted `coffre add` goes on: nothing is sent twice that arrived, nothing is added twice."""

import json
import os
import stat
import threading
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from crypto.encoding import DocumentId, new_id
from tests.vault.client.people import Network, Person
from vault.client.home import Home
from vault.client.resuming import LIFETIME, Pending, Uploads

MIB = 1 << 20
SIZE = 20 * MIB  # three parts of 8 MiB


class Killed(BaseException):
    """The process ends here."""


def part_numbers(network: Network) -> list[int]:
    """The parts that were sent since the last question."""
    found = [
        int(request.url.path.rsplit("/", 1)[1])
        for request in network.requests
        if request.method == "PUT" and "/parts/" in request.url.path
    ]
    network.requests.clear()
    return sorted(found)


def dies(network: Network, path: str, *, after: int) -> Callable[[], int]:
    """The process dies when the answer to request `after` + 1 with this path would arrive."""
    lock, count = threading.Lock(), 0

    def rewrite(request: httpx.Request, response: httpx.Response) -> httpx.Response:
        nonlocal count
        if path in request.url.path and request.method in ("PUT", "POST"):
            with lock:
                count += 1
                if count > after:
                    raise Killed
        return response

    network.rewrite = rewrite
    return lambda: count


def interrupted(patient: Person, network: Network, path: str, at: str, *, after: int) -> None:
    dies(network, at, after=after)
    with pytest.raises(Killed):
        patient.run("add", path, "--json")
    network.rewrite = None


@pytest.mark.slow
def test_what_arrived_is_not_sent_again(patient: Person, network: Network) -> None:
    content = os.urandom(SIZE)
    path = patient.write("scan.bin", content)
    interrupted(patient, network, path, "/parts/2", after=0)
    assert part_numbers(network) == [1, 2, 3]
    [record] = (patient.folder / "home").glob("upload-*.jsonl")
    assert stat.S_IMODE(record.stat().st_mode) == 0o600
    assert b"scan" not in record.read_bytes()
    [added] = patient.json("add", path)
    assert part_numbers(network) == []
    patient.json("get", added["id"], "-o", str(patient.folder / "out"))
    assert (patient.folder / "out").read_bytes() == content
    assert len(patient.json("list")) == 1
    assert not list((patient.folder / "home").glob("upload-*"))


def test_what_decides_a_part_s_bytes_is_on_the_disk_before_the_part_leaves(
    patient: Person, network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a power cut other bytes could else be sealed under the same key and nonce."""
    flush, flushed, early = os.fsync, dict[str, int](), list[str]()

    def flushing(descriptor: int) -> None:
        flush(descriptor)
        path = Path(f"/proc/self/fd/{descriptor}").readlink()
        flushed[path.name] = path.stat().st_size

    def look(request: httpx.Request, response: httpx.Response) -> httpx.Response:
        if request.method == "PUT" and "/parts/" in request.url.path:
            [record] = (patient.folder / "home").glob("upload-*.jsonl")
            on_disk = record.read_bytes()[: flushed.get(record.name, 0)]
            number = int(request.url.path.rsplit("/", 1)[1])
            if on_disk.count(b'"part": ') < number or b'"seed": ' not in on_disk:
                early.append(request.url.path)
        return response

    monkeypatch.setattr(os, "fsync", flushing)
    network.rewrite = look
    patient.json("add", patient.write("scan.bin", os.urandom(9 * MIB)))
    assert (part_numbers(network), early) == ([1, 2], [])


@pytest.mark.slow
def test_what_did_not_arrive_is_sent(patient: Person, network: Network) -> None:
    content = os.urandom(SIZE)
    path = patient.write("scan.bin", content)

    inner = network.inner

    class Cut(httpx.BaseTransport):
        """Part 2 never reaches the server."""

        def handle_request(self, request: httpx.Request) -> httpx.Response:
            if request.url.path.endswith("/parts/2"):
                raise Killed
            return inner.handle_request(request)

    network.inner = Cut()
    with pytest.raises(Killed):
        patient.run("add", path)
    network.inner = inner
    network.requests.clear()
    [added] = patient.json("add", path)
    # The third may have been on its way.
    assert part_numbers(network) in ([2], [2, 3])
    patient.json("get", added["id"], "-o", str(patient.folder / "out"))
    assert (patient.folder / "out").read_bytes() == content


def test_a_commit_whose_answer_was_lost_is_not_repeated(patient: Person, network: Network) -> None:
    path = patient.write("scan.bin", b"content")
    interrupted(patient, network, path, "/documents", after=0)
    [row] = patient.json("list")
    network.requests.clear()
    [added] = patient.json("add", path)
    assert part_numbers(network) == []
    assert added["id"] == row["id"]
    assert len(patient.json("list")) == 1
    # Once that is settled, the same file again is another document.
    patient.json("add", path)
    assert len(patient.json("list")) == 2


def test_many_files_go_on_where_they_stopped(patient: Person, network: Network) -> None:
    paths = [patient.write(f"{number}.txt", b"%d" % number) for number in range(5)]
    dies(network, "/documents", after=2)
    with pytest.raises(Killed):
        patient.run("add", *paths)
    network.rewrite = None
    assert len(patient.json("list")) == 3
    network.requests.clear()
    added = patient.json("add", *paths)
    # All five had arrived in one request.
    assert not [request for request in network.requests if request.url.path.endswith("/objects")]
    assert part_numbers(network) == []
    assert [row["title"] for row in added] == ["0", "1", "2", "3", "4"]
    assert sorted(row["id"] for row in patient.json("list")) == sorted(row["id"] for row in added)


def test_small_files_whose_answer_was_lost_are_sent_once_more(patient: Person, network: Network) -> None:
    paths = [patient.write(f"{number}.txt", b"%d" % number) for number in range(5)]
    dies(network, "/objects", after=0)
    with pytest.raises(Killed):
        patient.run("add", *paths)
    network.rewrite = None
    assert patient.json("list") == []
    added = patient.json("add", *paths)
    assert sorted(row["id"] for row in patient.json("list")) == sorted(row["id"] for row in added)


@pytest.mark.slow
def test_a_file_that_changed_is_another_document(patient: Person, network: Network) -> None:
    path = patient.write("scan.bin", os.urandom(SIZE))
    interrupted(patient, network, path, "/documents", after=0)
    network.requests.clear()
    other = os.urandom(SIZE)
    patient.write("scan.bin", other)
    [added] = patient.json("add", path)
    assert part_numbers(network) == [1, 2, 3]
    patient.json("get", added["id"], "-o", str(patient.folder / "out"))
    assert (patient.folder / "out").read_bytes() == other
    assert len(patient.json("list")) == 2


@pytest.mark.slow
def test_a_change_that_does_not_show_never_meets_the_same_key(patient: Person, network: Network) -> None:
    content = bytearray(os.urandom(SIZE))
    path = Path(patient.write("scan.bin", bytes(content)))
    interrupted(patient, network, str(path), "/parts/2", after=0)
    times = path.stat()
    content[10 * MIB] ^= 1
    path.write_bytes(content)
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
    network.requests.clear()
    # Not one byte of the part that came out differently may leave.
    assert patient.fails("add", str(path)) == (5, "stale")
    assert part_numbers(network) == []
    [added] = patient.json("add", str(path))
    patient.json("get", added["id"], "-o", str(patient.folder / "out"))
    assert (patient.folder / "out").read_bytes() == content


@pytest.mark.slow
def test_a_document_that_was_removed_since_is_added_anew(patient: Person, network: Network) -> None:
    content = os.urandom(SIZE)
    path = patient.write("scan.bin", content)
    interrupted(patient, network, path, "/documents", after=0)
    patient.json("remove", patient.json("list")[0]["id"])
    network.requests.clear()
    [added] = patient.json("add", path)
    assert part_numbers(network) == [1, 2, 3]
    assert [row["id"] for row in patient.json("list")] == [added["id"]]


@pytest.mark.slow
def test_an_upload_that_is_gone_is_sent_whole(patient: Person, network: Network) -> None:
    content = os.urandom(SIZE)
    path = patient.write("scan.bin", content)
    interrupted(patient, network, path, "/parts/2", after=0)
    [record] = (patient.folder / "home").glob("upload-*.jsonl")
    lines = [json.loads(line) for line in record.read_text().splitlines()]
    changed = [{"upload": new_id()} if "upload" in line else line for line in lines]
    record.write_text("".join(json.dumps(line) + "\n" for line in changed))
    network.requests.clear()
    [added] = patient.json("add", path)
    assert part_numbers(network) == [1, 2, 3]
    patient.json("get", added["id"], "-o", str(patient.folder / "out"))
    assert (patient.folder / "out").read_bytes() == content


def test_signing_out_forgets_uploads_under_way(patient: Person, network: Network) -> None:
    path = patient.write("scan.bin", b"content")
    interrupted(patient, network, path, "/documents", after=0)
    patient.json("logout")
    assert not list((patient.folder / "home").glob("upload-*"))


# -- the record alone
def staying(_: DocumentId) -> bool:
    return False


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "file"
    path.write_bytes(b"content")
    return path


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


def killed(home: Home, file: Path, place: str = "a") -> Pending:
    """What a process had under way when it was killed."""
    uploads = Uploads(home)
    pending = uploads.of((place,), file, 1, staying)
    pending.note_upload(new_id())
    uploads.__exit__(Killed, Killed(), None)
    return pending


def test_a_record_is_found_again_for_its_place_only(home: Home, file: Path) -> None:
    first = killed(home, file)
    with Uploads(home) as uploads:
        other = uploads.of(("b",), file, 1, staying)
        again = uploads.of(("a",), file, 1, staying)
    assert (again.document, again.file_key, again.seed) == (first.document, first.file_key, first.seed)
    assert again.upload == first.upload
    assert other.file_key != first.file_key
    assert not list(home.folder.glob("upload-*"))


def test_two_processes_never_share_a_key(home: Home, file: Path) -> None:
    with Uploads(home) as mine, Uploads(home) as yours:
        first, second = mine.of(("a",), file, 1, staying), yours.of(("a",), file, 1, staying)
        assert first.file_key != second.file_key
        assert first.document != second.document
    assert not list(home.folder.glob("upload-*"))


@pytest.mark.parametrize("part_size", [1, 2])
def test_another_part_size_is_another_upload(home: Home, file: Path, part_size: int) -> None:
    first = killed(home, file)
    with Uploads(home) as uploads:
        again = uploads.of(("a",), file, part_size, staying)
    assert (again.file_key == first.file_key) == (part_size == 1)


@pytest.mark.parametrize(
    ("older", "same"), [(0, True), (LIFETIME - 60, True), (LIFETIME, False), (-600, False)]
)
def test_an_upload_is_gone_on_with_for_a_day(home: Home, file: Path, older: int, *, same: bool) -> None:
    """The server keeps parts as long; a time that is to come says nothing."""
    first = killed(home, file)
    [record] = home.folder.glob("upload-*")
    head, rest = record.read_text().split("\n", 1)
    begun = json.loads(head)
    record.write_text(json.dumps({**begun, "began": begun["began"] - older}) + "\n" + rest)
    with Uploads(home) as uploads:
        again = uploads.of(("a",), file, 1, staying)
    assert (again.file_key == first.file_key, again.document == first.document) == (same, same)


@pytest.mark.parametrize("keep", [0.0, 0.3, 0.99, 1.0])
def test_a_record_cut_off_is_read_up_to_its_last_line(home: Home, file: Path, keep: float) -> None:
    first = killed(home, file)
    [record] = home.folder.glob("upload-*")
    content = record.read_bytes()
    record.write_bytes(content[: int(len(content) * keep)])
    with Uploads(home) as uploads:
        again = uploads.of(("a",), file, 1, staying)
        assert (again.file_key == first.file_key) == (keep > 0.9)
        assert (again.upload == first.upload) == (keep == 1.0)


def test_a_record_cut_off_is_gone_on_with(home: Home, file: Path) -> None:
    first = killed(home, file)
    [record] = home.folder.glob("upload-*")
    os.truncate(record, record.stat().st_size - 5)
    second = killed(home, file)
    with Uploads(home) as uploads:
        again = uploads.of(("a",), file, 1, staying)
    assert (again.file_key, again.upload) == (first.file_key, second.upload)


def test_old_records_go(home: Home, file: Path) -> None:
    killed(home, file)
    [record] = home.folder.glob("upload-*")
    os.utime(record, (0, 0))
    killed(home, file, "b")
    assert not record.exists()
