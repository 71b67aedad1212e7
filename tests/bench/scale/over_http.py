"""The tests' people over a real connection that stays open, and how long their requests took."""

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, Final

import httpx
from flask import Flask
from flask.testing import FlaskClient

from tests.vault.actors import ORIGIN

_HOP: Final = {"connection", "keep-alive", "transfer-encoding", "content-length"}


class Line:
    """One connection to a server; `seconds` grows by each request's, from its first byte to the answer's
    last."""

    def __init__(self, http: httpx.Client) -> None:
        self._http = http
        self.seconds = 0.0

    def client(self) -> FlaskClient:
        """A test client with cookies of its own whose requests go over this line."""
        line = self

        class Remote(Flask):
            def wsgi_app(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
                return line.forward(environ, start_response)

        return Remote("remote").test_client()

    def forward(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """A WSGI application that asks the server."""
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        headers = {
            name[5:].replace("_", "-"): value
            for name, value in environ.items()
            if name.startswith("HTTP_") and name != "HTTP_HOST"
        }
        headers["Host"] = ORIGIN.removeprefix("https://")
        if environ.get("CONTENT_TYPE"):
            headers["Content-Type"] = environ["CONTENT_TYPE"]
        path = environ["PATH_INFO"] + (f"?{environ['QUERY_STRING']}" if environ["QUERY_STRING"] else "")
        start = time.perf_counter()
        answer = self._http.request(environ["REQUEST_METHOD"], path, headers=headers, content=body)
        self.seconds += time.perf_counter() - start
        kept = [(name, value) for name, value in answer.headers.multi_items() if name.lower() not in _HOP]
        start_response(f"{answer.status_code} x", kept)
        return [answer.content]


@contextmanager
def line_to(url: str) -> Iterator[Line]:
    """A line to a server on this machine."""
    with httpx.Client(base_url=url, timeout=60) as http:
        yield Line(http)
