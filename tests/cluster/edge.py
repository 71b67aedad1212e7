"""Requests that a proxy and an application could understand differently, sent raw through the nginx.

Each is one connection; what comes back are the status lines. A second status line would mean that part of a
body was taken for a request.
"""

import re
import socket
import ssl
from contextlib import suppress
from typing import Final

HOST: Final = "coffre.example.org"
_HEAD: Final = f"POST /api/v1/sessions/challenge HTTP/1.1\r\nHost: {HOST}\r\n"
_JSON: Final = "Content-Type: application/json\r\n"
_CHUNKED: Final = "Transfer-Encoding: chunked\r\n"
_HIDDEN: Final = f"GET /api/v1/server HTTP/1.1\r\nHost: {HOST}\r\n\r\n"

REFUSED: Final = {
    "length and chunks": f"{_HEAD}{_JSON}Content-Length: 4\r\n{_CHUNKED}\r\n0\r\n\r\n{_HIDDEN}",
    "two lengths": f"{_HEAD}{_JSON}Content-Length: 2\r\nContent-Length: 3\r\n\r\n{{}} ",
    "a length with a sign": f"{_HEAD}{_JSON}Content-Length: +2\r\n\r\n{{}}",
    "an unknown encoding": f"{_HEAD}{_JSON}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n{_HIDDEN}",
    "two encodings": f"{_HEAD}{_JSON}{_CHUNKED}Transfer-Encoding: identity\r\n\r\n0\r\n\r\n",
    "a space before the colon": f"{_HEAD}Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n{_HIDDEN}",
    "a byte of zero": f"{_HEAD}X: a\0b\r\n\r\n",
    "no host": "GET /api/v1/server HTTP/1.1\r\n\r\n",
    "two hosts": f"GET /api/v1/server HTTP/1.1\r\nHost: {HOST}\r\nHost: other\r\n\r\n",
    "a control character in the path": f"GET /api\x01 HTTP/1.1\r\nHost: {HOST}\r\n\r\n",
    "a chunk that is no number": f"{_HEAD}{_JSON}{_CHUNKED}\r\n0x2\r\n{{}}\r\n0\r\n\r\n",
}
"""What is answered once, with an error of the client's."""


def statuses(address: str, request: str, authority: str) -> list[int]:
    """Sends bytes over TLS; the statuses of all answers until the connection ends."""
    tls = ssl.create_default_context(cafile=authority)
    found = b""
    with (
        socket.create_connection((address, 443), timeout=3) as plain,
        tls.wrap_socket(plain, server_hostname=HOST) as line,
        suppress(TimeoutError, ssl.SSLError, ConnectionResetError),
    ):
        line.sendall(request.encode("latin-1"))
        while piece := line.recv(65536):
            found += piece
    return [int(status) for status in re.findall(rb"HTTP/1\.1 (\d{3})", found)]
