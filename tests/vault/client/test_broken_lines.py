"""A real server and real connections: cut at random bytes, or one of server and store killed under an upload.

After each: what was acknowledged is there, nothing half is listed, the same command again makes it whole, and
after the sweep the store holds what is named and no more.
"""

import os
import random
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from storage.base import ObjectStore
from tests.e2e.server_process import ServerProcess
from tests.servers.faulty_proxy import Fault, FaultyProxy
from tests.servers.ports import free_ports
from tests.servers.seaweedfs import SeaweedFS
from tests.vault.admin.hosts import s3_environ
from tests.vault.client.people import Clock, Person
from vault.admin.deployment import open_store
from vault.config import load
from vault.database import Database
from vault.models.documents import Version
from vault.retention import sweep

pytestmark = [pytest.mark.slow, pytest.mark.servers, pytest.mark.timeout(600)]

SIZE = 18 << 20
KILLS = 3
# The table of what a command may say when its server or store goes away under it.
TOLD = {(6, "unreachable"), (6, "store_unavailable"), (6, "internal"), (6, "busy")}


@dataclass
class Line:
    """A server, and a proxy that stands before it."""

    server: ServerProcess
    proxy: FaultyProxy
    environment: dict[str, str]

    def kill(self) -> None:
        """Ends the server's processes at once."""
        children = Path(f"/proc/{self.server.pid}/task/{self.server.pid}/children").read_text().split()
        for process in (self.server.pid, *map(int, children)):
            os.kill(process, signal.SIGKILL)

    def start(self) -> None:
        """The server again."""
        self.server.stop()
        self.server.start()

    def settled(self) -> tuple[list[str], list[str], int]:
        """After some days of sweeping: what is named, what is stored, what is pending."""
        self.server.stop()
        config = load(None, {"COFFRE_DATA": str(self.server.data), **self.environment})
        database = Database.open(config.database.url)
        store: ObjectStore = open_store(config)
        clock = Clock(int(time.time()))
        for _ in range(3):
            clock.time += 2 * 86400
            sweep(database, store, clock)
        with database.reading() as session:
            named = sorted(str(row.object_name) for row in session.query(Version))
        stored, pending = [*map(str, store.list(None, 100))], len(list(store.pending()))
        database.close()
        store.close()
        return named, stored, pending


def line(stack: ExitStack, folder: Path, environment: dict[str, str]) -> Line:
    [port] = free_ports(1)
    proxy = stack.enter_context(FaultyProxy(port))
    environment = {**environment, "COFFRE_SERVER_PUBLIC_URL": proxy.endpoint}
    listen = {"COFFRE_SERVER_LISTEN": f"127.0.0.1:{port}", "COFFRE_LIMITS_PART_SIZE": str(5 << 20)}
    server = stack.enter_context(ServerProcess(folder / "server", {**environment, **listen}))
    return Line(server, proxy, environment)


@pytest.fixture
def embedded(tmp_path: Path) -> Iterator[Line]:
    with ExitStack() as stack:
        yield line(stack, tmp_path, {})


@pytest.fixture
def weed() -> Iterator[SeaweedFS]:
    with SeaweedFS() as server:
        yield server


@pytest.fixture
def hosted(weed: SeaweedFS, tmp_path: Path) -> Iterator[Line]:
    environment = {**s3_environ(weed, "lines"), "COFFRE_STORAGE_CREATE_BUCKET": "true"}
    with ExitStack() as stack:
        yield line(stack, tmp_path, environment)


def signed_up(found: Line, folder: Path, capsys: pytest.CaptureFixture[str]) -> Person:
    person = Person(folder / "anne", None, Clock(int(time.time())), capsys, "anne@example.org")
    person.json("signup", "--server", found.proxy.endpoint, "--email", person.email, "--name", "Anne")
    return person


def attempt(person: Person, path: str) -> list[str]:
    """Adds the file once; the ids that were acknowledged. A failure must be told as what it is."""
    person.clock.time = int(time.time())
    ran = person.run("add", path, "--json")
    if ran.status == 0:
        return [row["id"] for row in ran.json]
    assert (ran.status, ran.json["error"]["code"]) in TOLD, ran
    return []


def added(person: Person, path: str) -> list[str]:
    """The same until it succeeds."""
    for _ in range(20):
        if acknowledged := attempt(person, path):
            return acknowledged
    raise AssertionError("it never succeeded")


def whole(person: Person, found: Line, content: bytes, ids: set[str]) -> None:
    """What was acknowledged is there, and nothing else."""
    assert {row["id"] for row in person.json("list")} == ids
    for identifier in ids:
        person.clock.time = int(time.time())
        person.json("get", identifier, "-o", str(person.folder / "out"))
        assert (person.folder / "out").read_bytes() == content
        (person.folder / "out").unlink()
    named, stored, pending = found.settled()
    assert (len(named), stored, pending) == (len(ids), named, 0)


@pytest.mark.parametrize("fault", ["reset", "cut request", "cut answer"])
def test_a_line_that_is_cut_at_random_bytes(
    embedded: Line, tmp_path: Path, capsys: pytest.CaptureFixture[str], fault: Fault
) -> None:
    person = signed_up(embedded, tmp_path, capsys)
    content = os.urandom(SIZE)
    path = person.write("scan.bin", content)
    embedded.proxy.cut_connections()
    # Answers to uploads are short, those to downloads long.
    embedded.proxy.within = 900 if fault == "cut answer" else 8 << 20
    embedded.proxy.fault, embedded.proxy.left = fault, 12
    ids = set(added(person, path))
    embedded.proxy.cut_connections()
    embedded.proxy.left, embedded.proxy.within = 3, 8 << 20
    for _ in range(20):
        ran = person.run("get", *ids, "-o", str(person.folder / "out"), "--json")
        if ran.status == 0:
            break
        assert (ran.status, ran.json["error"]["code"]) in TOLD
        assert not (person.folder / "out").exists()
    assert embedded.proxy.met >= 6
    embedded.proxy.left = 0
    whole(person, embedded, content, ids)


def killed_under_uploads(
    found: Line,
    person: Person,
    content: bytes,
    kill: Callable[[], None],
    start: Callable[[], None],
) -> set[str]:
    """Uploads under which something is killed, at KILLS random moments, and started again at once."""
    path = person.write("scan.bin", content)
    moments = random.Random(4)
    ids: set[str] = set()

    def kill_and_start() -> None:
        kill()
        start()

    for _ in range(KILLS):
        killing = threading.Timer(moments.uniform(0.02, 0.8), kill_and_start)
        killing.start()
        acknowledged = attempt(person, path)
        killing.join()
        ids |= set(acknowledged or added(person, path))
    return ids


def test_the_server_alone_is_killed(
    embedded: Line, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    person, content = signed_up(embedded, tmp_path, capsys), os.urandom(SIZE)
    ids = killed_under_uploads(embedded, person, content, embedded.kill, embedded.start)
    whole(person, embedded, content, ids)


def test_the_server_alone_is_killed_over_s3(
    hosted: Line, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    person, content = signed_up(hosted, tmp_path, capsys), os.urandom(SIZE)
    ids = killed_under_uploads(hosted, person, content, hosted.kill, hosted.start)
    whole(person, hosted, content, ids)


def test_the_store_alone_is_killed(
    hosted: Line, weed: SeaweedFS, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    person, content = signed_up(hosted, tmp_path, capsys), os.urandom(SIZE)
    ids = killed_under_uploads(hosted, person, content, weed.kill, weed.start)
    whole(person, hosted, content, ids)
