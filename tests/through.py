"""A client's network by a transport of httpx: an application without a socket, or what a test bends.

api = Api(origin, network=through(httpx.WSGITransport(app)))
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import cast

import httpx

from vault.client.network import Lost, Network, NotSent, Request
from vault.client.wire import Wire


def through(transport: httpx.BaseTransport | None) -> Network:
    """A network by a transport, until it is closed; the client's own where there is none."""
    return Wire() if transport is None else _Through(transport)


class _Through:
    def __init__(self, transport: httpx.BaseTransport) -> None:
        self._http = httpx.Client(
            transport=transport,
            follow_redirects=False,
            # A request takes along what it says, and nothing that an answer left here.
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
        )

    @contextmanager
    def send(self, request: Request) -> Iterator["_Answered"]:
        try:
            # Not copied: whatever sends a body takes views.
            content = cast(Iterable[bytes], request.body) if "Content-Length" in request.headers else None
            with self._http.stream(
                request.method, request.url, content=content, headers=dict(request.headers)
            ) as response:
                yield _Answered(response)
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            raise NotSent(type(error).__name__) from error
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise Lost(type(error).__name__) from error

    def close(self) -> None:
        self._http.close()


class _Answered:
    def __init__(self, response: httpx.Response) -> None:
        self._response = response
        self.status = response.status_code

    def header(self, name: str) -> str | None:
        found: str | None = self._response.headers.get(name)
        return found

    def headers(self, name: str) -> list[str]:
        return self._response.headers.get_list(name)

    def pieces(self) -> Iterator[bytes]:
        return self._response.iter_raw()

    def fill(self, buffer: memoryview) -> int:
        count = 0
        for piece in self._response.iter_raw():
            if count + len(piece) > len(buffer):
                return len(buffer) + 1
            buffer[count : count + len(piece)] = piece
            count += len(piece)
        return count
