"""A throw-away PostgreSQL (Debian) on a free loopback port, without durability: it only lives for a test.

    with PostgreSQL() as server:
        create_engine(server.url)          # postgresql+psycopg://postgres@127.0.0.1:PORT/postgres

Runs as the system user `postgres` when the tests run as root, which PostgreSQL refuses to be. Stops only the
server that it started.
"""

import os
import pwd
import shutil
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

import psycopg
from psycopg.sql import SQL, Identifier

from tests.servers.ports import free_ports

DURABLE = "-c fsync=off -c shared_buffers=64MB"
"""What is acknowledged outlives the process, though not the machine."""
_SETTINGS = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c shared_buffers=64MB"


class PostgreSQL:
    """One cluster with the database `postgres`; `create_database` gives further ones, so that tests stay
    apart. A `folder` stays at the end, and what is in it is used again."""

    def __init__(self, settings: str = _SETTINGS, folder: Path | None = None) -> None:
        self._settings = settings
        self._binaries = binaries()
        self._stays = folder is not None
        # Below /tmp by name: a Unix socket's path has 107 bytes at most.
        self._folder = folder or Path(tempfile.mkdtemp(prefix="postgresql-", dir="/tmp"))
        self._port = 0

    @property
    def url(self) -> str:
        """SQLAlchemy's URL of the database `postgres`, with psycopg 3."""
        return self.url_of("postgres")

    def url_of(self, database: str) -> str:
        return f"postgresql+psycopg://postgres@127.0.0.1:{self._port}/{database}"

    def create_database(self, name: str, template: str = "template1") -> str:
        """Creates a database, empty or as another that nobody is connected to; its URL."""
        with self._session() as session:
            made = SQL("CREATE DATABASE {} TEMPLATE {}").format(Identifier(name), Identifier(template))
            session.execute(made)
        return self.url_of(name)

    def has_database(self, name: str) -> bool:
        """Whether there is one of that name."""
        with self._session() as session:
            found = session.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,))
            return found.fetchone() is not None

    def rename_database(self, name: str, other: str) -> None:
        """Of one that nobody is connected to."""
        with self._session() as session:
            renamed = SQL("ALTER DATABASE {} RENAME TO {}").format(Identifier(name), Identifier(other))
            session.execute(renamed)

    def _session(self) -> psycopg.Connection:
        return psycopg.connect(host="127.0.0.1", port=self._port, user="postgres", autocommit=True)

    def __enter__(self) -> Self:
        try:
            self._folder.mkdir(exist_ok=True)
            if os.getuid() == 0:
                shutil.chown(self._folder, "postgres", "postgres")
            if not (self._folder / "data").exists():
                self._make(self._folder / "data")
            for attempt in range(3):
                [self._port] = free_ports(1)
                try:
                    self._start()
                    break
                except RuntimeError:
                    # A neighbour may have taken the port meanwhile.
                    if attempt == 2:
                        raise
        except BaseException:
            self._leave()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        how = "fast" if self._stays else "immediate"
        self._run("pg_ctl", "-D", str(self._folder / "data"), "-s", "-m", how, "stop")
        self._leave()

    @property
    def port(self) -> int:
        """Where it listens."""
        return self._port

    def processor_seconds(self) -> float:
        """What its processes that run now have used."""
        head = (self._folder / "data" / "postmaster.pid").read_text().split()[0]
        ticks = 0
        for stat in Path("/proc").glob("[0-9]*/stat"):
            with suppress(OSError):
                fields = stat.read_text().rpartition(")")[2].split()
                ticks += int(fields[11]) + int(fields[12]) if fields[1] == head else 0
        return ticks / os.sysconf("SC_CLK_TCK")

    def crash(self) -> None:
        """Ends it without a checkpoint, and starts it again: it recovers from its log."""
        self.stop()
        self.start()

    def stop(self) -> None:
        """Ends it at once, without a checkpoint."""
        self._run("pg_ctl", "-D", str(self._folder / "data"), "-s", "-m", "immediate", "stop")

    def start(self) -> None:
        """Starts it again, at the same port."""
        self._start()

    def _make(self, data: Path) -> None:
        """An empty cluster."""
        options = ("-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
        self._run("initdb", "-D", str(data), *options)

    def _leave(self) -> None:
        if not self._stays:
            shutil.rmtree(self._folder)

    def _start(self) -> None:
        options = f"-p {self._port} -k {self._folder} -h 127.0.0.1 {self._settings}"
        log = str(self._folder / "log")
        self._run("pg_ctl", "-D", str(self._folder / "data"), "-s", "-w", "-l", log, "-o", options, "start")

    def _run(self, program: str, *arguments: str) -> None:
        command = [str(self._binaries / program), *arguments]
        command = [*as_postgres(), *command]
        environment = {"HOME": str(self._folder), "PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}
        # To a file, not a pipe: the server would inherit the pipe and keep its reader waiting.
        with tempfile.TemporaryFile() as output:
            done = subprocess.run(
                command,
                cwd=self._folder,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
            )
            if done.returncode:
                output.seek(0)
                raise RuntimeError(f"{program} failed:\n{output.read().decode(errors='replace')}")


def as_postgres() -> list[str]:
    """What goes before a command that refuses to run as root."""
    if os.getuid() != 0:
        return []
    user = pwd.getpwnam("postgres")
    return ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--init-groups", "--inh-caps=-all"]


def binaries() -> Path:
    """The folder of the newest version's programs."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[4]))
    if not found:
        raise RuntimeError("PostgreSQL is not installed: apt-get install postgresql")
    return found[-1].parent
