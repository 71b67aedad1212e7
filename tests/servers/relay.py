"""A TCP relay before a server of a test's: takes connections, remembers them, ends them all at the end.

What happens to a connection is a subclass's business (`serve`). Knows no protocol.
"""

import socket
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType
from typing import Self


class Relay(ABC):
    """Listens on a free port of this machine and hands each connection to `serve`, in a thread of its own."""

    def __init__(self, port: int, host: str = "127.0.0.1") -> None:
        self._target = port
        self._server = socket.create_server((host, 0))
        self._open: list[socket.socket] = []
        self._threads: list[threading.Thread] = []

    @property
    def port(self) -> int:
        """Where it listens."""
        found: int = self._server.getsockname()[1]
        return found

    @property
    def endpoint(self) -> str:
        """The address to give to clients."""
        return f"http://127.0.0.1:{self._server.getsockname()[1]}"

    def __enter__(self) -> Self:
        self.run(self._accept)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for connection in [self._server, *self._open]:
            end(connection)
        for thread in self._threads:
            thread.join(10)
        for connection in [self._server, *self._open]:
            connection.close()

    @abstractmethod
    def serve(self, client: socket.socket) -> None:
        """What is done with a connection."""

    def cut_connections(self) -> None:
        """Ends all that are open, so that the next requests come by new ones."""
        for connection in list(self._open):
            end(connection)

    def connect(self) -> socket.socket:
        """A connection to the server behind."""
        upstream = socket.create_connection(("127.0.0.1", self._target))
        self._open.append(upstream)
        return upstream

    def run(self, work: Callable[..., None], *arguments: object) -> None:
        """Does something at the same time."""
        thread = threading.Thread(target=work, args=arguments, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._server.accept()
                self._open.append(client)
                self.run(self.serve, client)


def pass_on(
    source: socket.socket, sink: socket.socket, cut: Callable[[bytes], bytes] = lambda data: data
) -> None:
    """Bytes from one side to the other, until `cut` gives fewer than it was given; then both are ended."""
    with suppress(OSError):
        while data := source.recv(65536):
            given = cut(data)
            sink.sendall(given)
            if len(given) < len(data):
                break
    end(source)
    end(sink)


def end(connection: socket.socket) -> None:
    """Ends a connection in both directions."""
    with suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
