"""HTTP by urllib3: connections are kept for the next request, and lead to a proxy that the environment names.

    wire = Wire()
    with wire.send(Request("GET", url, {})) as answer:
        count = answer.fill(memoryview(buffer))

Follows nobody elsewhere, asks once, keeps no cookie and unpacks nothing. Knows no API.
"""

import math
import os
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPException
from typing import Any, Final, cast
from urllib.request import getproxies, proxy_bypass

from urllib3 import (
    BaseHTTPResponse,
    HTTPConnectionPool,
    HTTPSConnectionPool,
    PoolManager,
    ProxyManager,
    Timeout,
)
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError
from urllib3.util import SKIP_HEADER, make_headers, parse_url

from vault.client.network import Lost, NotSent, Request

_CONNECT_SECONDS: Final = 10
_SILENCE_SECONDS: Final = 60
# Servers close connections that nobody uses: gunicorn's are kept for 15 seconds.
_IDLE_SECONDS: Final = 10
_CONNECTIONS: Final = 16
# Of what comes: as much as stays near the processor until it is where it belongs.
_PIECE: Final = 1 << 18


def trusted() -> ssl.SSLContext:
    """The environment's authorities, else Mozilla's."""
    file, folder = os.environ.get("SSL_CERT_FILE"), os.environ.get("SSL_CERT_DIR")
    if file:
        return ssl.create_default_context(cafile=file)
    if folder:
        return ssl.create_default_context(capath=folder)
    import certifi

    return ssl.create_default_context(cafile=certifi.where())


class Wire:
    """Connections to servers; a Network. `trust` is asked once, for the first that is encrypted."""

    def __init__(self, trust: Callable[[], ssl.SSLContext] = trusted) -> None:
        self._trust = trust
        self._context: ssl.SSLContext | None = None
        self._lock = threading.Lock()
        self._ways: dict[tuple[str, str], PoolManager] = {}

    @contextmanager
    def send(self, request: Request) -> Iterator["Incoming"]:
        """As Network's."""
        with _told():
            response = self._way(request.url).urlopen(
                request.method,
                request.url,
                # Not copied: whatever sends a body takes views.
                body=cast(Any, request.body) if "Content-Length" in request.headers else None,
                headers={"User-Agent": SKIP_HEADER, **request.headers},
                redirect=False,
                preload_content=False,
                decode_content=False,
            )
        connection = response.connection
        try:
            yield Incoming(response)
        finally:
            # One that was read to its end went back by itself.
            response.close()
            response.release_conn()
            if isinstance(connection, _Kept):
                connection.unused_since = time.monotonic()

    def close(self) -> None:
        """Ends the connections that are not in use."""
        with self._lock:
            for way in self._ways.values():
                way.clear()

    def _way(self, url: str) -> PoolManager:
        """What leads to an address. Raises Lost."""
        place = parse_url(url)
        if place.scheme not in ("http", "https") or not place.netloc:
            raise Lost("InvalidURL")
        with self._lock:
            way = self._ways.get((place.scheme, place.netloc))
            if way is None:
                way = self._ways[place.scheme, place.netloc] = self._new_way(place.scheme, place.netloc)
            return way

    def _new_way(self, scheme: str, netloc: str) -> PoolManager:
        proxies = {} if proxy_bypass(netloc) else getproxies()
        proxy = proxies.get(scheme) or proxies.get("all")
        if self._context is None and (proxy or scheme == "https"):
            self._context = self._trust()
        way = _by_proxy(proxy, self._context) if proxy else PoolManager(**_settings(self._context))
        way.pool_classes_by_scheme = {"http": _PlainPool, "https": _EncryptedPool}
        return way


def _settings(context: ssl.SSLContext | None) -> dict[str, Any]:
    return {
        "maxsize": _CONNECTIONS,
        "retries": False,
        "timeout": Timeout(connect=_CONNECT_SECONDS, read=_SILENCE_SECONDS),
        "ssl_context": context,
    }


def _by_proxy(proxy: str, context: ssl.SSLContext | None) -> ProxyManager:
    url = parse_url(proxy if "://" in proxy else f"http://{proxy}")
    named = make_headers(proxy_basic_auth=url.auth_decoded_joined)
    return ProxyManager(url.url, proxy_headers=named, proxy_ssl_context=context, **_settings(context))


class Incoming:
    """An answer on a connection; an Answer."""

    def __init__(self, response: BaseHTTPResponse) -> None:
        self._response = response
        # Of a body that goes on until the connection ends. The end of a connection passes for the end of a
        # head as well: what said how long the body is may have been lost.
        self._endless = response.length_remaining is None and not response.chunked
        self.status = response.status

    def header(self, name: str) -> str | None:
        """As Answer's."""
        return self._response.headers.get(name)

    def headers(self, name: str) -> list[str]:
        """As Answer's."""
        return self._response.headers.getlist(name)

    def pieces(self) -> Iterator[bytes]:
        """As Answer's."""
        count = 0
        while piece := self._read(_PIECE):
            count += len(piece)
            yield piece
        self._check_end(count)

    def fill(self, buffer: memoryview) -> int:
        """As Answer's."""
        count = 0
        while piece := self._read(min(_PIECE, len(buffer) - count)):
            buffer[count : count + len(piece)] = piece
            count += len(piece)
        if count == len(buffer) and self._read(1):
            return count + 1
        self._check_end(count)
        return count

    def _read(self, size: int) -> bytes:
        with _told():
            return self._response.read(size)

    def _check_end(self, count: int) -> None:
        if self._endless and not count:
            raise Lost("the answer was cut off in its head")


class _Kept(HTTPConnection):
    """A connection as a pool keeps it. One that could not be made is told as that, also by a proxy."""

    unused_since = math.inf

    @property
    def is_connected(self) -> bool:
        """Whether it may carry a request: not when it stood idle, nor when its end is there to be read."""
        return time.monotonic() - self.unused_since < _IDLE_SECONDS and super().is_connected

    def connect(self) -> None:
        """Raises NotSent."""
        try:
            super().connect()
        except (HTTPError, HTTPException, OSError, ValueError) as error:
            raise NotSent(type(error).__name__) from error

    def send(self, data: Any) -> None:
        """Waits out as much silence as a reader: the library would wait as for a connection."""
        if self.sock is not None:
            self.sock.settimeout(_SILENCE_SECONDS)
        super().send(data)


class _KeptTls(_Kept, HTTPSConnection):
    pass


class _PlainPool(HTTPConnectionPool):
    ConnectionCls = _Kept


class _EncryptedPool(HTTPSConnectionPool):
    ConnectionCls = _KeptTls


@contextmanager
def _told() -> Iterator[None]:
    """What goes wrong on a connection, as this client says it."""
    try:
        yield
    except (HTTPError, HTTPException, OSError, ValueError) as error:
        raise Lost(type(error).__name__) from error
