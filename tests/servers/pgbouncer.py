"""A real PgBouncer (Debian) in transaction mode, in front of a PostgreSQL that a test started.

    with PgBouncer(server.port, connections=3) as pooler:
        pooler.url_of("coffre")        # as PostgreSQL's, through the pooler

Each transaction gets any of a few connections. What a connection remembers from one transaction to the next
(prepared statements, SET, LISTEN, session locks) is another client's then.
"""

import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import psycopg

from tests.servers.ports import free_ports
from tests.servers.postgresql import as_postgres

_PROGRAM: Final = "/usr/sbin/pgbouncer"
_START_SECONDS: Final = 20


class PgBouncer:
    """All databases of the server at `port`, through at most `connections` connections to each."""

    def __init__(self, port: int, connections: int) -> None:
        self._server = port
        self._connections = connections
        self._folder = Path(tempfile.mkdtemp(prefix="pgbouncer-", dir="/tmp"))
        self._port = 0
        self._process: subprocess.Popen[bytes] | None = None

    def url_of(self, database: str) -> str:
        """SQLAlchemy's URL of a database, with psycopg 3."""
        return f"postgresql+psycopg://postgres@127.0.0.1:{self._port}/{database}"

    def __enter__(self) -> Self:
        if not Path(_PROGRAM).exists():
            raise RuntimeError("PgBouncer is not installed: apt-get install pgbouncer")
        [self._port] = free_ports(1)
        (self._folder / "users").write_text('"postgres" ""\n')
        (self._folder / "pgbouncer.ini").write_text(self._settings())
        if os.getuid() == 0:
            for path in (self._folder, *self._folder.iterdir()):
                shutil.chown(path, "postgres", "postgres")
        command = [*as_postgres(), _PROGRAM, str(self._folder / "pgbouncer.ini")]
        with (self._folder / "output").open("wb") as output:
            self._process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, cwd=self._folder
            )
        try:
            self._wait_until_ready()
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._process is not None
        self._process.terminate()
        self._process.wait(_START_SECONDS)
        shutil.rmtree(self._folder)

    def _settings(self) -> str:
        return f"""[databases]
* = host=127.0.0.1 port={self._server}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {self._port}
unix_socket_dir =
auth_type = trust
auth_file = {self._folder}/users
pool_mode = transaction
default_pool_size = {self._connections}
max_client_conn = 200
query_wait_timeout = 20
server_login_retry = 0.1
"""

    def _wait_until_ready(self) -> None:
        end = time.monotonic() + _START_SECONDS
        while True:
            try:
                psycopg.connect(host="127.0.0.1", port=self._port, user="postgres", dbname="postgres").close()
            except psycopg.OperationalError:
                if time.monotonic() > end:
                    raise RuntimeError((self._folder / "output").read_text(errors="replace")) from None
                time.sleep(0.02)
            else:
                return
