"""A store that holds something else than it was given, and disks that are full: nothing wrong is ever shown,
and what was refused leaves nothing.
"""

import errno
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import event

from storage.base import ObjectName
from storage.errors import StoreUnavailable
from storage.local import LocalStore
from storage.streams import ByteStream
from tests.vault.client.conftest import Server
from tests.vault.client.people import Clock, Network, Person
from vault.client import resuming
from vault.client.api import Api
from vault.models.documents import Version
from vault.retention import sweep
from web.app import create_app

SIZE = 6 << 20
SMALL = 50_000


class Liar(LocalStore):
    """Answers as `lie` makes it of what is asked and of what it holds."""

    lie: Callable[[ObjectName, int, bytes], bytes] | None = None

    def _open_range(self, name: ObjectName, start: int, length: int) -> ByteStream:
        with super()._open_range(name, start, length) as stream:
            content = b"".join(stream)
        if self.lie is not None:
            content = self.lie(name, start, content)
        chunks = (content[at : at + 65536] for at in range(0, len(content), 65536))
        return ByteStream(chunks, length, lambda: None)


class Connection(httpx.BaseTransport):
    """What a real server does when its store breaks off in the middle of an answer: it breaks off as well."""

    def __init__(self, inner: httpx.BaseTransport) -> None:
        self._inner = inner

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        try:
            answer = self._inner.handle_request(request)
            answer.read()
        except StoreUnavailable as error:
            raise httpx.RemoteProtocolError("incomplete") from error
        return answer


@pytest.fixture(autouse=True)
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pauses before another attempt take no time."""
    monkeypatch.setattr(time, "sleep", lambda seconds: None)
    defaults = {**(Api.__init__.__kwdefaults__ or {}), "sleep": lambda seconds: None}
    monkeypatch.setattr(Api.__init__, "__kwdefaults__", defaults)


@pytest.fixture
def store(tmp_path: Path) -> Liar:
    return Liar(tmp_path / "liar")


@pytest.fixture
def network(server: Server, clock: Clock, store: Liar) -> Network:
    app = create_app(server.config, store, clock, server.database)
    return Network(Connection(httpx.WSGITransport(app)))


@pytest.fixture(autouse=True)
def settled(server: Server, store: Liar, clock: Clock) -> Iterator[None]:
    """After each test: no object that nothing names, nothing pending."""
    yield
    for _ in range(3):
        clock.time += 2 * 86400
        sweep(server.database, store, clock)
    with server.database.reading() as session:
        named = sorted(str(row.object_name) for row in session.query(Version))
    assert (list(store.list(None, 100)), list(store.pending())) == (named, [])


def cut(_name: ObjectName, _start: int, content: bytes) -> bytes:
    return content[:-1]


def longer(_name: ObjectName, _start: int, content: bytes) -> bytes:
    return content + b"x"


def flipped(_name: ObjectName, _start: int, content: bytes) -> bytes:
    return content[:-1] + bytes([content[-1] ^ 1])


def nothing(_name: ObjectName, _start: int, _content: bytes) -> bytes:
    return b""


@pytest.mark.slow
@pytest.mark.parametrize("size", [SMALL, SIZE])
@pytest.mark.parametrize(
    ("lie", "expected"),
    [
        (cut, (6, "unreachable")),
        (nothing, (6, "unreachable")),
        (longer, (6, "unreachable")),
        (flipped, (5, "tampered")),
    ],
)
def test_what_is_not_the_object_is_not_shown(
    patient: Person,
    store: Liar,
    lie: Callable[[ObjectName, int, bytes], bytes],
    expected: tuple[int, str],
    size: int,
) -> None:
    content = os.urandom(size)
    identifier = patient.add("scan.bin", content)
    store.lie = lie
    assert patient.fails("get", identifier, "-o", str(patient.folder / "out")) == expected
    assert not (patient.folder / "out").exists()
    store.lie = None
    patient.json("get", identifier, "-o", str(patient.folder / "out"))
    assert (patient.folder / "out").read_bytes() == content


def test_another_objects_bytes_are_not_shown(patient: Person, store: Liar) -> None:
    first, second = patient.add("a.bin", os.urandom(SMALL)), patient.add("b.bin", os.urandom(SMALL))
    names = list(store.list(None, 10))
    other = {
        names[0]: store._path_of(names[1]).read_bytes(),
        names[1]: store._path_of(names[0]).read_bytes(),
    }
    store.lie = lambda name, start, content: other[name][start : start + len(content)]
    for identifier in (first, second):
        assert patient.fails("get", identifier, "-o", str(patient.folder / "out")) == (5, "tampered")
        assert not (patient.folder / "out").exists()


def test_an_object_that_is_gone_or_short_is_told(patient: Person, store: Liar) -> None:
    identifier = patient.add("a.bin", os.urandom(SMALL))
    [name] = store.list(None, 10)
    path = store._path_of(name)
    content = path.read_bytes()
    os.truncate(path, len(content) - 1)
    assert patient.fails("get", identifier, "-o", str(patient.folder / "out")) == (5, "malformed")
    path.unlink()
    assert patient.fails("get", identifier, "-o", str(patient.folder / "out")) == (3, "not_found")
    path.write_bytes(content)
    patient.json("get", identifier, "-o", str(patient.folder / "out"))


def full(function: Callable[..., Any], after: int, *, below: Path) -> Callable[..., Any]:
    """The same until it was called `after` times; then the disk is full, for files below a folder."""
    calls = 0

    def is_there(argument: object) -> bool:
        if isinstance(argument, int):
            return Path(f"/proc/self/fd/{argument}").readlink().is_relative_to(below)
        return isinstance(argument, str | os.PathLike) and Path(os.fspath(argument)).is_relative_to(below)

    def limited(*arguments: Any, **options: Any) -> Any:
        nonlocal calls
        if is_there(arguments[0]):
            calls += 1
            if calls > after:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return function(*arguments, **options)

    return limited


@pytest.mark.slow
@pytest.mark.parametrize("size", [SMALL, SIZE])
@pytest.mark.parametrize(
    ("function", "after"),
    [("pwrite", 0), ("pwrite", 3), ("fsync", 0), ("fsync", 1), ("mkdir", 0), ("link", 0)],
)
def test_a_full_disk_under_the_objects(
    patient: Person,
    store: Liar,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    function: str,
    after: int,
    size: int,
) -> None:
    content = os.urandom(size)
    path = patient.write("scan.bin", content)
    with monkeypatch.context() as patched:
        patched.setattr(os, function, full(getattr(os, function), after, below=tmp_path / "liar"))
        ran = patient.run("add", path, "--json")
        # Not every step is one of both ways; what succeeded, succeeded.
        assert ran.status == 0 or (ran.status, ran.json["error"]["code"]) == (6, "store_unavailable")
    assert len(patient.json("list")) == (ran.status == 0)
    added = ran.json if ran.status == 0 else patient.json("add", path)
    patient.json("get", added[0]["id"], "-o", str(patient.folder / "out"))
    assert (patient.folder / "out").read_bytes() == content
    assert len(patient.json("list")) == 1


@pytest.mark.slow
@pytest.mark.parametrize("size", [SMALL, SIZE])
def test_a_full_disk_under_the_database(patient: Person, server: Server, size: int) -> None:
    path = patient.write("scan.bin", os.urandom(size))

    def limit(connection: Any, *_: object) -> None:
        connection.execute("PRAGMA max_page_count = 1").close()

    # No page more than there are.
    server.database.close()
    event.listen(server.database.engine, "connect", limit)
    outcomes = {(ran.status, ran.stdout) for ran in (patient.run("add", path, "--json") for _ in range(12))}
    event.remove(server.database.engine, "connect", limit)
    server.database.close()
    refused = [(status, shown) for status, shown in outcomes if status]
    assert refused
    for status, shown in refused:
        assert status == 6
        assert '"store_unavailable"' in shown
    patient.json("add", path)
    assert len(patient.json("list")) >= 1


def test_a_full_disk_under_the_client(patient: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    identifier = patient.add("a.bin", b"content")
    path = patient.write("scan.bin", os.urandom(SMALL))

    def no_space(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patched:
        patched.setattr(resuming, "_append", no_space)
        assert patient.fails("add", path) == (1, "file")
        patched.setattr(os, "fsync", no_space)
        assert patient.fails("get", identifier, "-o", str(patient.folder / "out")) == (1, "file")
    assert not (patient.folder / "out").exists()
    assert [row["id"] for row in patient.json("list")] == [identifier]
    patient.json("add", path)


@pytest.mark.parametrize("off", [-86400, 86400])
def test_a_client_whose_clock_is_a_day_off(patient: Person, clock: Clock, off: int) -> None:
    content = os.urandom(SMALL)
    patient.clock = Clock(clock.time + off)
    identifier = patient.add("a.bin", content)
    # What is opened must stand in the journal with the right time: the person is told what is wrong.
    ran = patient.run("get", identifier, "-o", str(patient.folder / "out"))
    assert ran.status == 2
    assert "clocks" in ran.stderr
    assert not (patient.folder / "out").exists()
    patient.clock = clock
    patient.json("get", identifier, "-o", str(patient.folder / "out"))
    assert (patient.folder / "out").read_bytes() == content
    assert patient.run("journal", "--verify", "--json").status == 0
