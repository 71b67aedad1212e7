"""HTTP/1.1 at a small cost per byte: urllib3 below httpx's client.

    with httpx.Client(transport=wire(), …) as http:
        with http.stream("GET", url) as response:
            count = fill(response, memoryview(buffer))

httpx's own transport takes twice the processor time for each byte that comes. Connections are kept for the
next request, and threads share them. Goes through no proxy: where the environment names one, `wire` leaves
everything to httpx. Knows no API.
"""

import ssl
import threading
import time
from collections.abc import Iterable, Iterator
from typing import Final, cast
from urllib.request import getproxies

import httpx
from urllib3 import BaseHTTPResponse, HTTPHeaderDict, PoolManager, Timeout
from urllib3.exceptions import ConnectTimeoutError, HTTPError, NewConnectionError, ReadTimeoutError, SSLError

_CONNECT_SECONDS: Final = 10
_SILENCE_SECONDS: Final = 60
# Servers close connections that nobody uses: gunicorn's are kept for 15 seconds.
_IDLE_SECONDS: Final = 10
_CONNECTIONS: Final = 16
# What is sent at once has _CONNECT_SECONDS to go, so that slow lines need small pieces.
_PIECE: Final = 1 << 16
_INCOMING: Final = "coffre_incoming"
_PROXIES: Final = frozenset({"http", "https", "all"})


def wire() -> "Wire | None":
    """A transport that trusts what httpx trusts; None where there is a proxy."""
    return None if _PROXIES & getproxies().keys() else Wire(httpx.create_ssl_context())


def fill(response: httpx.Response, buffer: memoryview) -> int:
    """The answer's body into a buffer; its length in bytes, or any greater number than the buffer's.

    Raises httpx.HTTPError.
    """
    incoming = response.extensions.get(_INCOMING)
    pieces = incoming if isinstance(incoming, Incoming) else response.iter_raw()
    count = 0
    for piece in pieces:
        if count + len(piece) > len(buffer):
            return len(buffer) + 1
        buffer[count : count + len(piece)] = piece
        count += len(piece)
    return count


class Wire(httpx.BaseTransport):
    """Connections to servers. Threads may share it."""

    def __init__(self, trust: ssl.SSLContext) -> None:
        self._lock = threading.Lock()
        self._used = time.monotonic()
        self._pools = PoolManager(
            ssl_context=trust,
            maxsize=_CONNECTIONS,
            retries=False,
            timeout=Timeout(connect=_CONNECT_SECONDS, read=_SILENCE_SECONDS),
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Sends a request, once. The answer's body is still to be read, or the response to be closed.

        Raises httpx.HTTPError; ConnectError says that nothing of the request was sent.
        """
        self._drop_idle()
        headers = HTTPHeaderDict()
        for name, value in request.headers.multi_items():
            headers.add(name, value)
        try:
            answer = self._pools.urlopen(
                request.method,
                str(request.url),
                body=_pieces(request) if "content-length" in request.headers else None,
                headers=headers,
                redirect=False,
                preload_content=False,
                decode_content=False,
            )
        except HTTPError as error:
            raise _told(error) from error
        incoming = Incoming(answer)
        return httpx.Response(
            answer.status,
            headers=list(answer.headers.iteritems()),
            stream=incoming,
            extensions={_INCOMING: incoming},
        )

    def close(self) -> None:
        """Ends the connections that are not in use."""
        self._pools.clear()

    def _drop_idle(self) -> None:
        with self._lock:
            before, self._used = self._used, time.monotonic()
        if self._used - before >= _IDLE_SECONDS:
            self._pools.clear()


class Incoming(httpx.SyncByteStream):
    """An answer's body. Its connection is kept for another request if it was read to its end."""

    def __init__(self, answer: BaseHTTPResponse) -> None:
        self._answer = answer

    def __iter__(self) -> Iterator[bytes]:
        """Raises httpx.HTTPError, also when less comes than was announced."""
        some = False
        try:
            while piece := self._answer.read(_PIECE, decode_content=False):
                some = True
                yield piece
        except HTTPError as error:
            raise _told(error) from error
        # The end of a connection passes for the end of a head, and what said how long the body is was lost.
        if not some and self._answer.status != httpx.codes.NO_CONTENT and not _says_its_length(self._answer):
            raise httpx.RemoteProtocolError("the answer was cut off in its head")

    def close(self) -> None:
        """Ends the connection, unless it can be used again."""
        if not self._answer.closed:
            self._answer.close()
        self._answer.release_conn()


def _says_its_length(answer: BaseHTTPResponse) -> bool:
    return "content-length" in answer.headers or "transfer-encoding" in answer.headers


def _pieces(request: httpx.Request) -> Iterator[memoryview]:
    for content in cast(Iterable[bytes], request.stream):
        whole = memoryview(content)
        for start in range(0, len(whole), _PIECE):
            yield whole[start : start + _PIECE]


def _told(error: HTTPError) -> httpx.HTTPError:
    name = type(error).__name__
    if isinstance(error, NewConnectionError | ConnectTimeoutError):
        return httpx.ConnectError(name)
    if isinstance(error, SSLError) and isinstance(error.args[0], ssl.SSLCertVerificationError):
        return httpx.ConnectError(name)
    if isinstance(error, ReadTimeoutError):
        return httpx.ReadTimeout("nothing came")
    return httpx.RemoteProtocolError(name)
