"""A TCP proxy before an S3 server that treats connections as asked: answers, resets, cuts at random bytes."""

import random
import socket
import struct
import threading
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType
from typing import Literal, Self

Fault = Literal["500", "503", "reset", "cut request", "cut answer", "silence"]

_CODES = {"500": "Internal Server Error", "503": "Slow Down"}
_XML = "<Error><Code>{code}</Code><Message>injected</Message></Error>"


class FaultyProxy:
    """Forwards to 127.0.0.1:`port`. The next `left` connections meet `fault`; `met` counts them.

    A cut comes after fewer than `within` bytes.
    """

    def __init__(self, port: int, seed: int = 0) -> None:
        self.fault: Fault = "reset"
        self.left = 0
        self.within = 300_000
        self.met = 0
        self._target = port
        self._random = random.Random(seed)
        self._lock = threading.Lock()
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

    def cut_connections(self) -> None:
        """Ends all that are open, so that the next requests come by new ones."""
        for connection in list(self._open):
            _end(connection)

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._server.accept()
                self._open.append(client)
                with self._lock:
                    bad = self.left > 0
                    self.left -= bad
                    self.met += bad
                    limit = self._random.randrange(1, self.within)
                self._run(self._serve, client, self.fault if bad else None, limit)

    def _serve(self, client: socket.socket, fault: Fault | None, limit: int) -> None:
        if fault in ("500", "503"):
            self._answer(client, fault)
            return
        if fault == "silence":
            with suppress(OSError):
                while client.recv(65536):
                    pass
            return
        if fault == "reset":
            with suppress(OSError):
                client.recv(1000)
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            client.close()
            return
        upstream = socket.create_connection(("127.0.0.1", self._target))
        self._open.append(upstream)
        self._run(_pass, client, upstream, limit if fault == "cut request" else None)
        _pass(upstream, client, limit if fault == "cut answer" else None)

    def _answer(self, client: socket.socket, fault: str) -> None:
        code = {"500": "InternalError", "503": "SlowDown"}[fault]
        body = _XML.format(code=code).encode()
        head = f"HTTP/1.1 {fault} {_CODES[fault]}\r\nContent-Type: application/xml\r\nConnection: close\r\n"
        with suppress(OSError):
            client.recv(65536)
            client.sendall(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
            client.shutdown(socket.SHUT_WR)
            while client.recv(65536):
                pass
        _end(client)

    def _run(self, work: Callable[..., None], *arguments: object) -> None:
        thread = threading.Thread(target=work, args=arguments, daemon=True)
        self._threads.append(thread)
        thread.start()


def _pass(source: socket.socket, sink: socket.socket, limit: int | None) -> None:
    """Bytes from one side to the other, `limit` of them at most; then both are cut."""
    left = limit
    with suppress(OSError):
        while data := source.recv(65536):
            sink.sendall(data if left is None else data[:left])
            if left is not None:
                left -= len(data)
                if left <= 0:
                    break
    _end(source)
    _end(sink)


def _end(connection: socket.socket) -> None:
    with suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
