"""A proxy before a server of ours that counts the parts of uploads, and holds those that a test wants held.

Browsers' own interception copies every body through the debugging protocol; here bodies only pass.
"""

import http.client
import select
import socket
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from types import TracebackType
from typing import Self

from tests.servers.quiet import QuietServer

_HOP_BY_HOP = frozenset({"connection", "keep-alive", "transfer-encoding", "content-length"})
PATIENCE_SECONDS = 90


class HoldingProxy:
    """Forwards to 127.0.0.1:`port`. Of uploads, parts numbered above `limit` wait, whole, until `release`.

    `sent` are the numbers of the parts that the server answered with success, in order.
    """

    def __init__(self, port: int) -> None:
        self.port = port
        self.sent: list[int] = []
        self._held = 0
        self._limit = 0
        self._changed = threading.Condition()
        self._server = _Server(("127.0.0.1", 0), _Handler, self)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()
        self._server.shutdown()
        self._thread.join(10)
        self._server.server_close()

    def hold_above(self, limit: int) -> None:
        """From now on; what was counted before is forgotten."""
        with self._changed:
            self.sent.clear()
            self._limit = limit

    def release(self) -> None:
        """Nothing is held any more."""
        with self._changed:
            self._limit = 1 << 30
            self._changed.notify_all()

    def wait_for_sent(self, count: int) -> None:
        """Until the server has so many parts."""
        self._wait(lambda: len(self.sent) >= count, f"{count} parts")

    def wait_for_held(self, count: int) -> None:
        """Until so many parts are held. None: their senders have all given up."""
        self._wait(lambda: self._held == count, f"{count} parts held")

    def admit(self, number: int, client: socket.socket) -> bool:
        """Waits until a part may go on. Gives False when its sender went away before."""
        with self._changed:
            self._held += 1
            self._changed.notify_all()
            while number > self._limit and not _is_gone(client):
                self._changed.wait(0.02)
            self._held -= 1
            self._changed.notify_all()
        return not _is_gone(client)

    def note(self, number: int) -> None:
        """A part was accepted."""
        with self._changed:
            self.sent.append(number)
            self._changed.notify_all()

    def _wait(self, condition: Callable[[], bool], what: str) -> None:
        with self._changed:
            if not self._changed.wait_for(condition, PATIENCE_SECONDS):
                raise AssertionError(f"waited for {what}: sent {self.sent}, held {self._held}")


class _Server(QuietServer):
    def __init__(
        self, address: tuple[str, int], handler: type[BaseHTTPRequestHandler], proxy: HoldingProxy
    ) -> None:
        self.proxy = proxy
        super().__init__(address, handler)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def parse_request(self) -> bool:
        """Every method goes the same way."""
        if not super().parse_request():
            return False
        setattr(self, f"do_{self.command}", self._forward)
        return True

    def log_message(self, format: str, *arguments: object) -> None:
        """Nothing."""

    def _forward(self) -> None:
        length = int(self.headers.get("Content-Length", "0"))
        body = self.rfile.read(length)
        *_, kind, number = ("", *self.path.split("/"))
        part = int(number) if self.command == "PUT" and kind == "parts" else None
        proxy = self.server.proxy
        if len(body) < length or (part is not None and not proxy.admit(part, self.connection)):
            self.close_connection = True
            return
        upstream = http.client.HTTPConnection("127.0.0.1", proxy.port, timeout=PATIENCE_SECONDS)
        try:
            headers = {name: value for name, value in self.headers.items() if name.lower() != "connection"}
            upstream.request(self.command, self.path, body if length else None, headers)
            answer = upstream.getresponse()
            content = answer.read()
            # Before the sender knows, so that who counts is never behind it.
            if part is not None and answer.status < 300:
                proxy.note(part)
        finally:
            upstream.close()
        self.send_response_only(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in _HOP_BY_HOP:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


def _is_gone(client: socket.socket) -> bool:
    """Whether the other side has closed a connection on which it has nothing to say."""
    readable, _, _ = select.select([client], [], [], 0)
    if not readable:
        return False
    try:
        return client.recv(1, socket.MSG_PEEK) == b""
    except OSError:
        return True
