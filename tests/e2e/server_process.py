"""A real Coffre server process for end-to-end tests: embedded, or with PostgreSQL and SeaweedFS as hosts run
it.

with ServerProcess(folder) as server:
    server.url                       # "http://127.0.0.1:PORT"
    search(secrets, server.kept())   # database, objects and logs
"""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Final, Protocol, Self

from tests.e2e.secrets_search import Place
from tests.servers.ports import free_ports

START_LIMIT_SECONDS: Final = 60
STOP_LIMIT_SECONDS: Final = 20
COFFRE: Final = (sys.executable, "-m", "vault.client.main")


class Kept(Protocol):
    """Gives everything in a database and an object store."""

    def __call__(self) -> Iterator[Place]: ...


@dataclass
class ServerProcess:
    """`coffre serve` on a free loopback port with its own data folder; logs go to files in `folder`."""

    folder: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    program: tuple[str, ...] = COFFRE
    command: str = "serve"
    stores: Kept | None = None
    """What else than files below the data folder the server keeps."""
    url: str = ""
    _process: subprocess.Popen[bytes] | None = None
    _port: int = 0

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def address(self) -> str:
        """Where it listens, whatever its public address is."""
        return f"http://127.0.0.1:{self._port}"

    @property
    def log(self) -> Path:
        return self.folder / "serve.log"

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def __enter__(self) -> Self:
        self.folder.mkdir(parents=True, exist_ok=True)
        [self._port] = free_ports(1)
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Starts the process (again, on the same port and data) and waits until it says that it is ready."""
        environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("COFFRE_")},
            "COFFRE_DATA": str(self.data),
            "COFFRE_SERVER_LISTEN": f"127.0.0.1:{self._port}",
            **self.environment,
        }
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [*self.program, self.command],
                env=environment,
                cwd=Path(__file__).resolve().parents[2],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=log,
            )
        try:
            self.url = self._wait_until_ready()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Ends the process as an operator would."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(STOP_LIMIT_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        assert self._process.stdout is not None
        self._process.stdout.close()
        self._process = None

    def kill(self) -> None:
        """Ends the process and those that it started at once, as a machine that loses power."""
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()
        for one in (self.pid, *map(int, children)):
            os.kill(one, signal.SIGKILL)
        self.stop()

    def kept(self) -> Iterator[Place]:
        """Everything that the server holds: all files of its data folder, its logs, its other stores."""
        yield from (
            Place(str(path.relative_to(self.folder)), path.read_bytes())
            for path in sorted(self.folder.rglob("*"))
            if path.is_file()
        )
        if self.stores is not None:
            yield from self.stores()

    def _wait_until_ready(self) -> str:
        process = self._process
        assert process is not None
        assert process.stdout is not None
        # The pipe has no time limit of its own: a server that says nothing is ended, which ends the reading.
        guard = threading.Timer(START_LIMIT_SECONDS, process.kill)
        guard.start()
        try:
            for line in process.stdout:
                if line.startswith(b"ready "):
                    return line.split()[1].decode()
        finally:
            guard.cancel()
        process.wait()
        raise RuntimeError(f"the server did not start:\n{self.log.read_text(errors='replace')[-4000:]}")


def rows_of(database: str) -> Iterator[Place]:
    """Every table of a database as text and bytes."""
    from sqlalchemy import MetaData, create_engine, select

    engine = create_engine(database)
    metadata = MetaData()
    metadata.reflect(engine)
    with engine.connect() as connection:
        for table in metadata.sorted_tables:
            cells = [
                cell if isinstance(cell, bytes) else str(cell).encode()
                for row in connection.execute(select(table))
                for cell in row
            ]
            yield Place(f"table {table.name}", b"\n".join(cells))
    engine.dispose()
