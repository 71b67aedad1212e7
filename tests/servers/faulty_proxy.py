"""A TCP proxy before an S3 server that treats connections as asked: answers, resets, cuts at random bytes."""

import random
import socket
import struct
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Literal

from tests.servers.relay import Relay, end, pass_on

Fault = Literal["500", "503", "reset", "cut request", "cut answer", "silence"]

_CODES = {"500": "Internal Server Error", "503": "Slow Down"}
_XML = "<Error><Code>{code}</Code><Message>injected</Message></Error>"


class FaultyProxy(Relay):
    """Forwards to 127.0.0.1:`port`. The next `left` connections meet `fault`; `met` counts them.

    A cut comes after fewer than `within` bytes.
    """

    def __init__(self, port: int, seed: int = 0) -> None:
        super().__init__(port)
        self.fault: Fault = "reset"
        self.left = 0
        self.within = 300_000
        self.met = 0
        self._random = random.Random(seed)
        self._lock = threading.Lock()

    def serve(self, client: socket.socket) -> None:
        with self._lock:
            bad = self.left > 0
            self.left -= bad
            self.met += bad
            limit = self._random.randrange(1, self.within)
        fault = self.fault if bad else None
        if fault in ("500", "503"):
            _answer(client, fault)
        elif fault == "silence":
            _swallow(client)
        elif fault == "reset":
            _reset(client)
        else:
            try:
                upstream = self.connect()
            except OSError:
                # Nobody is there: the client learns it at once, as it would without a proxy.
                client.close()
                return
            cut = _fewer_than(limit if fault == "cut request" else None)
            sending = threading.Thread(target=pass_on, args=(client, upstream, cut), daemon=True)
            sending.start()
            pass_on(upstream, client, _fewer_than(limit if fault == "cut answer" else None))
            sending.join()
            # As a process that ends: without this a sender goes on until the kernel's buffer is full.
            client.close()
            upstream.close()


def _fewer_than(limit: int | None) -> Callable[[bytes], bytes]:
    """Lets fewer bytes than that through in all."""
    left = limit

    def cut(data: bytes) -> bytes:
        nonlocal left
        if left is None:
            return data
        given = data[: left - 1]
        left -= len(given)
        return given

    return cut


def _reset(client: socket.socket) -> None:
    with suppress(OSError):
        client.recv(1000)
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    client.close()


def _swallow(client: socket.socket) -> None:
    with suppress(OSError):
        while client.recv(65536):
            pass


def _answer(client: socket.socket, fault: str) -> None:
    code = {"500": "InternalError", "503": "SlowDown"}[fault]
    body = _XML.format(code=code).encode()
    head = f"HTTP/1.1 {fault} {_CODES[fault]}\r\nContent-Type: application/xml\r\nConnection: close\r\n"
    with suppress(OSError):
        client.recv(65536)
        client.sendall(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
        client.shutdown(socket.SHUT_WR)
        _swallow(client)
    end(client)
