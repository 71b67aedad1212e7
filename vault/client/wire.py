"""HTTP/1.1 at a small cost per byte: bodies go straight from and into the caller's buffers.

    with httpx.Client(transport=wire(), …) as http:
        with http.stream("GET", url) as response:
            count = fill(response, memoryview(buffer))

httpx's own transport hands on every TLS record by itself and copies it several times, which costs more than
encryption and hashes together. Connections are kept for the next request, and threads share them. Goes
through no proxy: where the environment names one, `wire` leaves everything to httpx. Knows no API.
"""

import http.client
import select
import ssl
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import Final, cast
from urllib.request import getproxies

import httpx

_CONNECT_SECONDS: Final = 10
_SILENCE_SECONDS: Final = 60
# Servers close connections that nobody uses: gunicorn's are kept for 15 seconds.
_IDLE_SECONDS: Final = 10
_PIECE: Final = 1 << 16
_INCOMING: Final = "coffre_incoming"
_PROXIES: Final = frozenset({"http", "https", "all"})

_Place = tuple[str, str, int]


def wire() -> "Wire | None":
    """A transport that trusts what httpx trusts; None where there is a proxy."""
    return None if _PROXIES & getproxies().keys() else Wire(httpx.create_ssl_context())


def fill(response: httpx.Response, buffer: memoryview) -> int:
    """The answer's body into a buffer; its length in bytes, or any greater number than the buffer's.

    Raises httpx.HTTPError.
    """
    incoming = response.extensions.get(_INCOMING)
    if isinstance(incoming, Incoming):
        count = incoming.fill(buffer)
        return count + incoming.fill(memoryview(bytearray(1)))
    count = 0
    for piece in response.iter_raw():
        if count + len(piece) > len(buffer):
            return len(buffer) + 1
        buffer[count : count + len(piece)] = piece
        count += len(piece)
    return count


class Wire(httpx.BaseTransport):
    """Connections to servers. Threads may share it."""

    def __init__(self, trust: ssl.SSLContext) -> None:
        self._trust = trust
        self._lock = threading.Lock()
        self._idle: dict[_Place, list[tuple[float, http.client.HTTPConnection]]] = {}

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Sends a request, once. The answer's body is still to be read, or the response to be closed.

        Raises httpx.HTTPError; ConnectError says that nothing of the request was sent.
        """
        scheme, host = request.url.scheme, request.url.host
        place = (scheme, host, request.url.port or (443 if scheme == "https" else 80))
        connection = self._kept(place) or self._connect(place)
        try:
            answer = _exchange(connection, request)
        except (http.client.HTTPException, OSError) as error:
            connection.close()
            raise _told(error) from error
        except BaseException:
            connection.close()
            raise
        incoming = Incoming(self, place, connection, answer)
        return httpx.Response(
            answer.status, headers=answer.getheaders(), stream=incoming, extensions={_INCOMING: incoming}
        )

    def close(self) -> None:
        """Ends the connections that are not in use."""
        with self._lock:
            kept = [connection for group in self._idle.values() for _, connection in group]
            self._idle.clear()
        for connection in kept:
            connection.close()

    def take_back(self, place: _Place, connection: http.client.HTTPConnection) -> None:
        """Keeps a connection whose answer was read to its end."""
        with self._lock:
            self._idle.setdefault(place, []).append((time.monotonic(), connection))

    def _kept(self, place: _Place) -> http.client.HTTPConnection | None:
        while True:
            with self._lock:
                group = self._idle.get(place)
                if not group:
                    return None
                since, connection = group.pop()
            if time.monotonic() - since < _IDLE_SECONDS and not _is_readable(connection):
                return connection
            connection.close()

    def _connect(self, place: _Place) -> http.client.HTTPConnection:
        scheme, host, port = place
        connection = (
            http.client.HTTPSConnection(host, port, timeout=_CONNECT_SECONDS, context=self._trust)
            if scheme == "https"
            else http.client.HTTPConnection(host, port, timeout=_CONNECT_SECONDS)
        )
        try:
            connection.connect()
        except (http.client.HTTPException, OSError) as error:
            connection.close()
            raise httpx.ConnectError(type(error).__name__) from error
        connection.sock.settimeout(_SILENCE_SECONDS)
        return connection


class Incoming(httpx.SyncByteStream):
    """An answer's body. Its connection goes back to the wire if it was read to its end."""

    def __init__(
        self,
        wire: Wire,
        place: _Place,
        connection: http.client.HTTPConnection,
        answer: http.client.HTTPResponse,
    ) -> None:
        self._wire = wire
        self._place = place
        self._connection: http.client.HTTPConnection | None = connection
        self._answer = answer

    def __iter__(self) -> Iterator[bytes]:
        buffer = memoryview(bytearray(_PIECE))
        while count := self.fill(buffer):
            yield bytes(buffer[:count])

    def fill(self, buffer: memoryview) -> int:
        """Fills the buffer; how many bytes came, fewer only at the end. Raises httpx.HTTPError."""
        filled = 0
        try:
            while filled < len(buffer) and (count := self._answer.readinto(buffer[filled:])):
                filled += count
        except (http.client.HTTPException, OSError, ValueError) as error:
            raise _told(error) from error
        if filled < len(buffer) and self._answer.length:
            raise httpx.RemoteProtocolError("the answer was cut off")
        return filled

    def close(self) -> None:
        """Ends the connection, unless it can be used again."""
        connection, self._connection = self._connection, None
        if connection is None:
            return
        if self._answer.isclosed() and not self._answer.length and not self._answer.will_close:
            self._wire.take_back(self._place, connection)
        else:
            self._answer.close()
            connection.close()


def _exchange(connection: http.client.HTTPConnection, request: httpx.Request) -> http.client.HTTPResponse:
    target = request.url.raw_path.decode("ascii")
    connection.putrequest(request.method, target, skip_host=True, skip_accept_encoding=True)
    for name, value in request.headers.raw:
        connection.putheader(name, value)
    try:
        connection.endheaders()
        for piece in cast(Iterable[bytes], request.stream):
            connection.send(piece)
    except OSError as error:
        # A server that refuses a body before its end has answered before it broke off.
        with suppress(http.client.HTTPException, OSError):
            answer = connection.getresponse()
            answer.will_close = True
            return answer
        raise error from None
    return connection.getresponse()


def _is_readable(connection: http.client.HTTPConnection) -> bool:
    """Whether something came that nobody asked for: the end of the connection."""
    ready, _, _ = select.select([connection.sock], [], [], 0)
    return bool(ready)


def _told(error: Exception) -> httpx.HTTPError:
    if isinstance(error, TimeoutError):
        return httpx.ReadTimeout("nothing came")
    return httpx.RemoteProtocolError(type(error).__name__)
