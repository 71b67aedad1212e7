"""The disaster drill, with its times (`make drill`): a filled host is backed up, its database and store are
lost, empty servers are filled from the backup, people read all of it back. Then that host leaves for another.

PostgreSQL and SeaweedFS on the disk; people are real `coffre` processes. COFFRE_DRILL_MIB (default 1024) is
how much is stored, COFFRE_DRILL_DOCUMENTS (default 600) in how many documents. What is read back must be what
was added; nothing is asserted of times.
"""

import os
import shutil
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Final

import pytest

from tests.e2e.command_line import CommandLine
from tests.e2e.server_process import ServerProcess
from tests.servers.ports import free_ports
from tests.servers.postgresql import DURABLE, PostgreSQL
from tests.servers.seaweedfs import SeaweedFS

MIB: Final = 1 << 20
BYTES: Final = int(os.environ.get("COFFRE_DRILL_MIB", "1024")) * MIB
DOCUMENTS: Final = int(os.environ.get("COFFRE_DRILL_DOCUMENTS", "600"))
PEOPLE: Final = 4
BATCH: Final = 25


@dataclass
class Host:
    """Servers of a host, and how its operator and its nodes reach them."""

    environment: dict[str, str]
    operator: CommandLine
    stack: ExitStack
    folder: Path

    def lost(self) -> None:
        """Database and store are gone, with all they held."""
        self.stack.close()

    @contextmanager
    def serving(self) -> Iterator[ServerProcess]:
        """A node of the host."""
        with ServerProcess(self.folder / "node", environment=self.environment) as node:
            yield node

    def settings(self) -> Path:
        """The same as a file, for the operator of another host."""
        storage = {
            name.removeprefix("COFFRE_STORAGE_").lower(): value
            for name, value in self.environment.items()
            if name.startswith("COFFRE_STORAGE_") and not name.endswith("CREATE_BUCKET")
        }
        lines = [f'{name} = "{value}"' for name, value in storage.items()]
        file = self.folder / "other.toml"
        file.write_text(
            f'[database]\nurl = "{self.environment["COFFRE_DATABASE_URL"]}"\n'
            + "\n".join(["[storage]", *lines, "create_bucket = true", ""])
        )
        file.chmod(0o600)
        return file


@dataclass
class Someone:
    """A patient at a terminal, and what they added."""

    terminal: CommandLine
    digests: set[str] = field(default_factory=set)

    def adds(self, folder: Path, count: int, size: int) -> None:
        """Documents of random bytes, some at a time."""
        folder.mkdir()
        for first in range(0, count, BATCH):
            files = [folder / f"{number}.bin" for number in range(first, min(first + BATCH, count))]
            for file in files:
                content = os.urandom(size)
                file.write_bytes(content)
                self.digests.add(sha256(content).hexdigest())
            self.terminal.json("add", *map(str, files))
        shutil.rmtree(folder)

    def reads_everything(self) -> None:
        """Exports the vault; each document must be what was added, and the journal must hold."""
        out = self.terminal.folder / "export"
        self.terminal.json("export", str(out))
        found = {sha256(path.read_bytes()).hexdigest() for path in out.rglob("*") if path.is_file()}
        assert found >= self.digests, f"{len(self.digests - found)} documents are lost"
        shutil.rmtree(out)
        self.terminal.json("journal", "--verify")


@pytest.fixture
def new_host(tmp_path: Path) -> Iterator[Callable[[str], Host]]:
    """Makes hosts of empty servers, one after the other; all say the same public address."""
    [port] = free_ports(1)
    with ExitStack() as everything:

        def make(name: str) -> Host:
            stack = everything.enter_context(ExitStack())
            postgresql, weed = stack.enter_context(PostgreSQL(DURABLE)), stack.enter_context(SeaweedFS())
            environment = {
                "COFFRE_SERVER_LISTEN": f"127.0.0.1:{port}",
                "COFFRE_DATABASE_URL": postgresql.create_database("coffre"),
                "COFFRE_STORAGE_KIND": "s3",
                "COFFRE_STORAGE_ENDPOINT": weed.endpoint,
                "COFFRE_STORAGE_REGION": weed.region,
                "COFFRE_STORAGE_BUCKET": "coffre",
                "COFFRE_STORAGE_ACCESS_KEY": weed.access_key,
                "COFFRE_STORAGE_SECRET_KEY": weed.secret_key,
                "COFFRE_STORAGE_CA_BUNDLE": str(weed.ca_bundle),
                "COFFRE_STORAGE_CREATE_BUCKET": "true",
            }
            data = {"COFFRE_DATA": str(tmp_path / name / "data")}
            operator = CommandLine(tmp_path / name / "operator", "", environment={**environment, **data})
            return Host(environment, operator, stack, tmp_path / name)

        yield make


@pytest.mark.timeout(1800)
def test_a_host_is_lost_and_comes_back(new_host: Callable[[str], Host], tmp_path: Path) -> None:
    folder = tmp_path
    first = new_host("first")
    first.operator.json("admin", "init")
    with first.serving() as node:
        people = [
            Someone(CommandLine(folder / f"p{number}", node.url, "a-long-pass-phrase-47"))
            for number in range(PEOPLE)
        ]
        for number, someone in enumerate(people):
            someone.terminal.json(
                "signup", "--server", node.url, "--email", f"p{number}@example.org", "--name", f"P {number}"
            )
        taken("filled by clients", lambda: _together(people, _fill))
        backup = folder / "backup"
        taken("backup, while the host serves", lambda: first.operator.json("admin", "backup", str(backup)))
    first.lost()
    second = new_host("second")
    taken("restore, all read back", lambda: second.operator.json("admin", "restore", str(backup)))
    with second.serving() as node:
        for number, someone in enumerate(people):
            someone.terminal.json("login", "--server", node.url, "--email", f"p{number}@example.org")
        taken("read back by clients", lambda: _together(people, Someone.reads_everything))
    shutil.rmtree(backup)
    third = new_host("third")
    _leave(second, third, folder, people)


def _leave(here: Host, there: Host, folder: Path, people: list[Someone]) -> None:
    to = ("admin", "export-all", "--to", str(there.settings()), "--folder", str(folder / "transfer"))
    with here.serving():
        taken("export-all, while the host serves", lambda: here.operator.json(*to))
        here.operator.json("admin", "maintenance", "on", "--still")
        taken("export-all --finish (standstill)", lambda: here.operator.json(*to, "--finish"))
    report = str(folder / "transfer" / "report.json")
    taken("take-over, all read back (standstill)", lambda: there.operator.json("admin", "take-over", report))
    with there.serving():
        taken("read back by clients there", lambda: _together(people, Someone.reads_everything))
    erase = ("admin", "erase", "--folder", str(folder / "transfer"), "--yes")
    taken("erase", lambda: here.operator.json(*erase))
    there.operator.json("admin", "verify-erasure", report, str(folder / "transfer" / "erasure.txt"))


def _fill(someone: Someone) -> None:
    someone.adds(someone.terminal.folder / "plain", DOCUMENTS // PEOPLE, BYTES // DOCUMENTS)


def _together(people: list[Someone], action: Callable[[Someone], None]) -> None:
    with ThreadPoolExecutor(len(people)) as pool:
        list(pool.map(action, people))


def taken(title: str, action: Callable[[], object]) -> None:
    """Prints how long it took, and how many bytes of documents a second that is."""
    start = time.perf_counter()
    action()
    seconds = time.perf_counter() - start
    print(f"\n{title}: {seconds:.1f} s, {BYTES / MIB / seconds:.0f} MiB/s")
