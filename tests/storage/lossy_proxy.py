"""A TCP proxy that delivers chosen requests and then loses their answers, as a broken connection does."""

import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType
from typing import Self


class LossyProxy:
    """Forwards to 127.0.0.1:`port`. The next `lose` connections are cut when the answer starts to arrive."""

    def __init__(self, port: int) -> None:
        self.lose = 0
        self.lost = 0
        self._target = port
        self._server = socket.create_server(("127.0.0.1", 0))
        self._open: list[socket.socket] = []
        self._threads: list[threading.Thread] = []

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self._server.getsockname()[1]}"

    def __enter__(self) -> Self:
        self._run(self._accept)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for connection in [self._server, *self._open]:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(10)
        for connection in [self._server, *self._open]:
            connection.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._server.accept()
                upstream = socket.create_connection(("127.0.0.1", self._target))
                self._open += [client, upstream]
                self._run(self._requests, client, upstream)
                self._run(self._answers, upstream, client)

    def _requests(self, client: socket.socket, upstream: socket.socket) -> None:
        with suppress(OSError):
            while data := client.recv(65536):
                upstream.sendall(data)
        _cut(upstream)

    def _answers(self, upstream: socket.socket, client: socket.socket) -> None:
        with suppress(OSError):
            while data := upstream.recv(65536):
                # "100 Continue" invites the body and is not yet the answer.
                if self.lose and not data.startswith(b"HTTP/1.1 100"):
                    self.lose -= 1
                    self.lost += 1
                    break
                client.sendall(data)
        _cut(client)

    def _run(self, work: Callable[..., None], *arguments: socket.socket) -> None:
        thread = threading.Thread(target=work, args=arguments, daemon=True)
        self._threads.append(thread)
        thread.start()


def _cut(connection: socket.socket) -> None:
    with suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
