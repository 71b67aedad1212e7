"""HTTP/1.1 at a small cost: the standard library's, with connections that are kept for the next request.

    wire = Wire(trusted)
    with wire.send(Request("GET", url, {})) as answer:
        count = answer.fill(memoryview(buffer))

A command starts sooner than with httpx and urllib3, and what comes is read straight into its place (ADR
0019). Goes through no proxy (`relayed` does), follows nobody elsewhere, and unpacks nothing. Knows no API.
"""

import errno
import os
import select
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from typing import Final, NamedTuple
from urllib.parse import quote, urlsplit

from vault.client.network import Lost, NotSent, Request

_CONNECT_SECONDS: Final = 10
_SILENCE_SECONDS: Final = 60
# Servers close connections that nobody uses: gunicorn's are kept for 15 seconds.
_IDLE_SECONDS: Final = 10
_CONNECTIONS: Final = 16
# Of what is sent: silence is waited for piece by piece.
_SENT: Final = 1 << 18
_READ: Final = 1 << 16
_STRETCH: Final = 1 << 20
_NO_CONTENT: Final = 204
# What may stand in an address as it is; a signature covers it, so that nothing is written otherwise.
_SAFE: Final = "!#$%&'()*+,/:;=?@[]~"
_GONE: Final = frozenset({errno.EPIPE, errno.ECONNRESET, errno.EPROTOTYPE})


class _Place(NamedTuple):
    """Where connections go."""

    scheme: str
    host: str
    port: int


class _Kept(NamedTuple):
    """A connection that nobody uses since a moment."""

    connection: HTTPConnection
    since: float


def trusted() -> ssl.SSLContext:
    """What httpx trusts: the environment's authorities, else Mozilla's."""
    file, folder = os.environ.get("SSL_CERT_FILE"), os.environ.get("SSL_CERT_DIR")
    if file:
        context = ssl.create_default_context(cafile=file)
    elif folder:
        context = ssl.create_default_context(capath=folder)
    else:
        import certifi

        context = ssl.create_default_context(cafile=certifi.where())
    context.set_alpn_protocols(["http/1.1"])
    return context


class Wire:
    """Connections to servers; a Network. `trust` is asked once, for the first that is encrypted."""

    def __init__(self, trust: Callable[[], ssl.SSLContext]) -> None:
        self._trust = trust
        self._context: ssl.SSLContext | None = None
        self._lock = threading.Lock()
        self._kept: dict[_Place, list[_Kept]] = {}

    @contextmanager
    def send(self, request: Request) -> Iterator["Incoming"]:
        """As Network's."""
        place, target = _read(request.url)
        connection = self._connection(place)
        incoming, whole = None, False
        try:
            with _told():
                whole = _ask(connection, target, request)
                incoming = Incoming(connection.getresponse())
            yield incoming
        finally:
            # A connection on which everything was said and read carries another request.
            if incoming is not None and whole and incoming.ended and connection.sock is not None:
                self._keep(place, connection)
            else:
                if incoming is not None:
                    incoming.close()
                connection.close()

    def close(self) -> None:
        """Ends the connections that are not in use."""
        with self._lock:
            kept, self._kept = self._kept, {}
        for connections in kept.values():
            for one in connections:
                one.connection.close()

    def _connection(self, place: _Place) -> HTTPConnection:
        while (kept := self._take(place)) is not None:
            if time.monotonic() - kept.since < _IDLE_SECONDS and _is_quiet(kept.connection):
                return kept.connection
            kept.connection.close()
        connection = self._new(place)
        try:
            connection.connect()
        except (OSError, ValueError, HTTPException) as error:
            connection.close()
            raise NotSent(type(error).__name__) from error
        connection.sock.settimeout(_SILENCE_SECONDS)
        return connection

    def _new(self, place: _Place) -> HTTPConnection:
        if place.scheme == "http":
            return HTTPConnection(place.host, place.port, timeout=_CONNECT_SECONDS)
        with self._lock:
            if self._context is None:
                self._context = self._trust()
            context = self._context
        return HTTPSConnection(place.host, place.port, timeout=_CONNECT_SECONDS, context=context)

    def _take(self, place: _Place) -> _Kept | None:
        with self._lock:
            kept = self._kept.get(place)
            return kept.pop() if kept else None

    def _keep(self, place: _Place, connection: HTTPConnection) -> None:
        with self._lock:
            kept = self._kept.setdefault(place, [])
            if len(kept) < _CONNECTIONS:
                kept.append(_Kept(connection, time.monotonic()))
                return
        connection.close()


class Incoming:
    """An answer on a connection; an Answer."""

    def __init__(self, response: HTTPResponse) -> None:
        self._response = response
        # Of a body that goes on until the connection ends. The end of a connection passes for the end of a
        # head as well: what said how long the body is may have been lost.
        self._endless = response.length is None and not response.chunked
        self.status = response.status

    def header(self, name: str) -> str | None:
        """As Answer's."""
        return self._response.headers.get(name)

    def headers(self, name: str) -> list[str]:
        """As Answer's."""
        return self._response.headers.get_all(name, [])

    def pieces(self) -> Iterator[bytes]:
        """As Answer's."""
        count = 0
        while True:
            with _told():
                piece = self._response.read(_READ)
            if not piece:
                break
            count += len(piece)
            yield piece
        self._check_end(count)

    def fill(self, buffer: memoryview) -> int:
        """As Answer's."""
        count = 0
        with _told():
            while count < len(buffer):
                filled = self._response.readinto(buffer[count : count + _STRETCH])
                if not filled:
                    break
                count += filled
            if count == len(buffer) and not self.ended and self._response.read(1):
                return count + 1
        self._check_end(count)
        return count

    @property
    def ended(self) -> bool:
        """Whether the body was read to its end."""
        return self._response.isclosed()

    def close(self) -> None:
        """Reads no more."""
        self._response.close()

    def _check_end(self, count: int) -> None:
        if self._response.length:
            raise Lost("IncompleteRead")
        if self._endless and not count:
            raise Lost("the answer was cut off in its head")


def _read(url: str) -> tuple[_Place, str]:
    """Where a request goes, and what it asks for there. Raises Lost."""
    try:
        parts = urlsplit(url)
        # Said in any case: the library would look for it behind an address's last colon.
        host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
        if not host.isascii():
            import idna

            host = idna.encode(host, uts46=True).decode()
    except ValueError:
        raise Lost("InvalidURL") from None
    if parts.scheme not in ("http", "https") or not host:
        raise Lost("InvalidURL")
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return _Place(parts.scheme, host, port), quote(target, safe=_SAFE)


def _ask(connection: HTTPConnection, target: str, request: Request) -> bool:
    """Sends a request; False if the other side took only some of it."""
    connection.putrequest(request.method, target, skip_accept_encoding=True)
    for name, value in request.headers.items():
        connection.putheader(name, value)
    connection.endheaders()
    try:
        for whole in request.body:
            view = memoryview(whole)
            for start in range(0, len(view), _SENT):
                connection.send(view[start : start + _SENT])
    except OSError as error:
        # Who refuses a body before its end may have said why.
        if error.errno not in _GONE:
            raise
        return False
    return True


def _is_quiet(connection: HTTPConnection) -> bool:
    """Whether nothing was said on a connection that nobody uses: its end is something to read as well."""
    readable = select.poll()
    readable.register(connection.sock, select.POLLIN)
    return not readable.poll(0)


@contextmanager
def _told() -> Iterator[None]:
    """What goes wrong on a connection, as this client says it."""
    try:
        yield
    except (HTTPException, OSError, ValueError) as error:
        raise Lost(type(error).__name__) from error
