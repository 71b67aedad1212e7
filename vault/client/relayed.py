"""Requests by httpx: where the environment names a proxy, and by whatever transport a test puts there.

    with network_of(transport).send(Request("GET", url, {})) as answer: …

Slower to load and to read than `wire`; it knows proxies. Knows no API.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import cast

import httpx

from vault.client.network import Lost, NotSent, Request


class Relayed:
    """Connections that httpx makes; a Network."""

    def __init__(self, transport: httpx.BaseTransport | None = None) -> None:
        self._http = httpx.Client(
            transport=transport,
            timeout=httpx.Timeout(60, connect=10),
            follow_redirects=False,
            # A request takes along what it says, and nothing that an answer left here.
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
        )

    @contextmanager
    def send(self, request: Request) -> Iterator["Answered"]:
        """As Network's."""
        try:
            # Not copied: whatever sends a body takes views.
            content = cast(Iterable[bytes], request.body) if "Content-Length" in request.headers else None
            with self._http.stream(
                request.method, request.url, content=content, headers=dict(request.headers)
            ) as response:
                yield Answered(response)
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            raise NotSent(type(error).__name__) from error
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise Lost(type(error).__name__) from error

    def close(self) -> None:
        """As Network's."""
        self._http.close()


class Answered:
    """An answer of httpx; an Answer."""

    def __init__(self, response: httpx.Response) -> None:
        self._response = response
        self.status = response.status_code

    def header(self, name: str) -> str | None:
        """As Answer's."""
        found: str | None = self._response.headers.get(name)
        return found

    def headers(self, name: str) -> list[str]:
        """As Answer's."""
        return self._response.headers.get_list(name)

    def pieces(self) -> Iterator[bytes]:
        """As Answer's."""
        return self._response.iter_raw()

    def fill(self, buffer: memoryview) -> int:
        """As Answer's."""
        count = 0
        for piece in self._response.iter_raw():
            if count + len(piece) > len(buffer):
                return len(buffer) + 1
            buffer[count : count + len(piece)] = piece
            count += len(piece)
        return count
