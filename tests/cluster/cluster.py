"""What a host runs, on one machine: two nodes, a worker and nginx in network namespaces of their own, over
one PostgreSQL and one Ceph of three OSDs.
"""

import socket
import sys
import time
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from tests.cluster.namespaces import HOME, Namespaces
from tests.cluster.proxy import Proxy
from tests.e2e.command_line import CommandLine
from tests.e2e.server_process import ServerProcess
from tests.servers.ceph import Ceph
from tests.servers.postgresql import DURABLE, PostgreSQL
from tests.servers.relay import Relay, end, pass_on
from tests.vault.actors import ORIGIN

NODES: Final = ("node1", "node2")


class Cluster:
    """Running from `with` to its end; `nodes`, `worker`, `postgresql` and `ceph` can be ended roughly."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._stack = ExitStack()
        self.nodes: dict[str, ServerProcess] = {}

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            self._start(stack)
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    @property
    def address(self) -> str:
        """The one that people use."""
        return self._network.address("proxy")

    def serves_by(self, *names: str) -> None:
        """Lets the proxy send requests to these nodes only."""
        self.proxy.to([self._network.address(name) for name in names])

    def _start(self, stack: ExitStack) -> None:
        self._network = stack.enter_context(Namespaces("proxy", *NODES, "worker"))
        self.postgresql = stack.enter_context(PostgreSQL(DURABLE))
        self.ceph = stack.enter_context(Ceph(osds=3, names=(HOME, "127.0.0.1")))
        database = stack.enter_context(_Through(self.postgresql.port, HOME))
        store = stack.enter_context(_Through(self.ceph.public_port, HOME))
        self.postgresql.create_database("coffre")
        environment = self._environment(database.port, store.port)
        administrator = CommandLine(
            self._folder / "admin", "", environment={**environment, "COFFRE_DATA": str(self._folder / "data")}
        )
        administrator.json("admin", "init")
        for name in NODES:
            self.nodes[name] = stack.enter_context(self._process(name, environment))
        self.worker = stack.enter_context(self._process("worker", environment))
        self.proxy = stack.enter_context(
            Proxy(self._folder / "proxy", self._network.command("proxy"), self.address)
        )
        self.serves_by(*NODES)
        _wait_for(self.address, 443)

    def _process(self, name: str, environment: Mapping[str, str]) -> ServerProcess:
        return ServerProcess(
            self._folder / name,
            environment={**environment, "COFFRE_SERVER_LISTEN": f"{self._network.address(name)}:8750"},
            program=(*self._network.command(name), sys.executable, "-m", "vault.client.main"),
            command="worker" if name == "worker" else "serve",
        )

    def _environment(self, database: int, store: int) -> dict[str, str]:
        return {
            "COFFRE_SERVER_PUBLIC_URL": ORIGIN,
            "COFFRE_SERVER_TRUSTED_PROXIES": self._network.address("proxy"),
            "COFFRE_SERVER_JOBS": "false",
            "COFFRE_DATABASE_URL": f"postgresql://postgres@{HOME}:{database}/coffre",
            "COFFRE_DATABASE_TLS": "none",
            "COFFRE_STORAGE_KIND": "s3",
            "COFFRE_STORAGE_ENDPOINT": f"https://{HOME}:{store}",
            "COFFRE_STORAGE_BUCKET": "coffre",
            "COFFRE_STORAGE_ACCESS_KEY": self.ceph.access_key,
            "COFFRE_STORAGE_SECRET_KEY": self.ceph.secret_key,
            "COFFRE_STORAGE_CREATE_BUCKET": "true",
            "COFFRE_STORAGE_CA_BUNDLE": str(self.ceph.ca_bundle),
        }


class _Through(Relay):
    """From the namespaces' network to a server that listens on this machine's loopback only."""

    def serve(self, client: socket.socket) -> None:
        try:
            upstream = self.connect()
        except OSError:
            end(client)
            return
        self.run(pass_on, client, upstream)
        pass_on(upstream, client)


def _wait_for(host: str, port: int) -> None:
    end_of_patience = time.monotonic() + 30
    while True:
        try:
            socket.create_connection((host, port), timeout=5).close()
        except ConnectionRefusedError:
            if time.monotonic() > end_of_patience:
                raise
            time.sleep(0.05)
        else:
            return
