"""The HTTP client of `/api/v1`: sessions, errors, retries. Knows nothing of keys or of what the answers mean.

Everything that arrives is bounded (answers 64 MiB, no compression, no redirects) and every failure is one
ClientError: Unreachable when nothing came back, ServerRefused with the server's code, BadAnswer when the
answer is none.

    api = Api("https://coffre.example")
    api.get("/server")["limits"]
"""

import base64
import json
import re
import time
from collections.abc import Callable, Iterator, Mapping
from http import HTTPStatus
from types import TracebackType
from typing import Final, NoReturn, Self
from urllib.parse import urlencode, urlsplit

from crypto.encoding import Json
from vault.client.answers import Answer, child, parse_answer, text
from vault.client.errors import BadAnswer, ServerRefused, Unreachable, Usage
from vault.client.network import Answer as Response
from vault.client.network import Lost, Network, NotSent, Request
from vault.client.output import iso
from vault.client.patience import Patience
from vault.client.wire import Wire

MAX_ANSWER: Final = 64 << 20
# The codes of the server's error table (web/errors.py) that this client's requests can meet.
_REFUSALS: Final = frozenset(
    {
        *("malformed", "unsupported_version", "unauthenticated", "credentials", "forbidden", "ended"),
        *("not_found", "stale", "conflict", "used", "limit_exceeded", "blocked", "unverified"),
        *("tampered", "wrong_key", "busy", "internal", "store_unavailable"),
        *("suspended", "leaving", "read_only"),
    }
)
_COOKIE: Final = "__Host-coffre"
_DEVICE: Final = "__Host-coffre-device"
_TOKEN: Final = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)
_PIECE: Final = 256 << 10
_PAUSE_LIMIT_SECONDS: Final = 10
_ANSWER_OF_A_STORE: Final = 1 << 20
_WITHOUT_BODY: Final = ("GET", "HEAD", "DELETE")
_LOOPBACK: Final = ("127.0.0.1", "::1", "localhost")


def origin_of(server: str) -> str:
    """`scheme://host[:port]` of what a person typed. Raises Usage: not a URL, or http to another machine."""
    parts = urlsplit(server if "://" in server else f"https://{server}")
    try:
        port = parts.port
    except ValueError:
        port = -1
    host = (parts.hostname or "").lower()
    extra = parts.path.strip("/") or parts.query or parts.fragment or parts.username
    if parts.scheme not in ("http", "https") or not host or port == -1 or extra:
        raise Usage("--server is the address of a server, like https://coffre.example")
    if parts.scheme == "http" and host not in _LOOPBACK:
        raise Usage("http is accepted on this machine only: use https")
    shown = f"[{host}]" if ":" in host else host
    default = 443 if parts.scheme == "https" else 80
    return f"{parts.scheme}://{shown}" + (f":{port}" if port not in (None, default) else "")


class Api:
    """One server, and at most one session on it.

    Threads may share it, as long as none of them signs in or out.
    """

    def __init__(
        self,
        origin: str,
        *,
        cookie: str = "",
        csrf: str = "",
        language: str = "",
        network: Network | None = None,
        sleep: Callable[[float], None] = time.sleep,
        waiting: Callable[[], None] = lambda: None,
    ) -> None:
        self.origin = origin
        self.cookie = cookie
        self.csrf = csrf
        self.device = ""
        """By what the server knows this device again when someone signs in; lets nobody in."""
        self.sleep = sleep
        self._waiting = waiting
        self._network = network or Wire()
        self._headers = {
            "Accept": "*/*",
            "Accept-Encoding": "identity",
            "User-Agent": "coffre",
            # In which a new account is written to.
            **({"Accept-Language": language} if language else {}),
        }

    def close(self) -> None:
        """Ends the connections."""
        self._network.close()

    def get(self, path: str, **query: str | int) -> Answer:
        """GET; retried."""
        return parse_answer(self._send("GET", path, query=query, again=True))

    def post(self, path: str, body: Mapping[str, Json], *, again: bool = False) -> Answer:
        """POST; repeated after a lost answer only with `again`, for requests that are the same done twice."""
        return parse_answer(self._send("POST", path, body=body, again=again))

    def put(self, path: str, body: Mapping[str, Json]) -> Answer:
        """PUT; a lost answer is not repeated, since sequences count."""
        return parse_answer(self._send("PUT", path, body=body))

    def delete(self, path: str) -> None:
        """DELETE; retried."""
        self._send("DELETE", path, again=True)

    def put_part(self, path: str, data: bytes | memoryview, sha256: bytes) -> Answer:
        """PUT of raw bytes with their digest (RFC 9530); retried."""
        digest = f"sha-256=:{base64.b64encode(sha256).decode()}:"
        headers = {"Content-Digest": digest, "Content-Type": "application/octet-stream"}
        with _Pieces(data) as content:
            return parse_answer(self._send("PUT", path, content=content, headers=headers, again=True))

    def put_url(self, url: str, data: bytes | memoryview) -> None:
        """PUT of raw bytes to a URL that the server signed, without the session.

        Raises Unreachable for anything but success: ask for another URL. Raises BadAnswer for a URL that is
        neither https nor, from a server on this machine, on this machine as well.
        """
        self._check_elsewhere(url)
        try:
            with (
                _Pieces(data) as content,
                self._network.send(self._request("PUT", url, {}, content)) as response,
            ):
                if not _is_success(response):
                    raise Unreachable(f"HTTP {response.status}")
                # What remains of the answer is read, so that the next part goes by the same connection.
                b"".join(_bounded(response, _ANSWER_OF_A_STORE))
        except Lost as error:
            raise Unreachable(str(error)) from error

    def download_url(self, url: str, buffer: memoryview, *, start: int) -> None:
        """Fills the buffer with bytes from `start` of what a signed URL names, without the session.

        Raises as `put_url`.
        """
        self._check_elsewhere(url)
        headers = {"Range": f"bytes={start}-{start + len(buffer) - 1}"}
        try:
            with self._network.send(self._request("GET", url, headers)) as response:
                if response.status != HTTPStatus.PARTIAL_CONTENT:
                    raise Unreachable(f"HTTP {response.status}")
                if response.fill(buffer) != len(buffer):
                    raise Unreachable("another length")
        except Lost as error:
            raise Unreachable(str(error)) from error

    def post_url(self, url: str, body: Mapping[str, Json]) -> Answer:
        """POST to a full URL, without the session (a share's manifest)."""
        return parse_answer(self._send("POST", url, body=body, session=False))

    def get_url(self, url: str, *, limit: int, again: bool = True) -> bytes:
        """GET of a full URL, without the session, of at most `limit` bytes; `again` unless it is counted."""
        return self._send("GET", url, session=False, again=again, limit=limit)

    def download(self, path: str, buffer: memoryview, *, start: int) -> None:
        """Fills the buffer with an object's bytes from `start`; retried.

        Raises BadAnswer for any other number of bytes.
        """
        headers = {"Range": f"bytes={start}-{start + len(buffer) - 1}", **self._session_headers("GET")}
        request = self._request("GET", f"{self.origin}/api/v1{path}", headers)
        patience = Patience()
        while True:
            try:
                with self._network.send(request) as response:
                    # A server may answer a range that is the whole object with the whole object.
                    whole = response.status == HTTPStatus.OK and start == 0
                    if response.status == HTTPStatus.PARTIAL_CONTENT or whole:
                        _take_exactly(response, buffer)
                        return
                    asked = _pause_asked(response)
                    pause = None if asked is None else patience.while_away(asked)
                    if pause is None:
                        self._refuse(response, b"".join(_bounded(response, 1 << 20)))
                self._waiting()
            except (Lost, Unreachable) as error:
                pause = patience.after_loss()
                if pause is None:
                    raise Unreachable(str(error)) from error
            self.sleep(pause)

    def _check_elsewhere(self, url: str) -> None:
        parts = urlsplit(url)
        local = self.origin.startswith("http://") and parts.scheme == "http" and parts.hostname in _LOOPBACK
        if parts.scheme != "https" and not local:
            raise BadAnswer

    # -- one request
    def _send(
        self,
        method: str,
        path: str,
        *,
        body: Mapping[str, Json] | None = None,
        content: "_Pieces | None" = None,
        query: Mapping[str, str | int] | None = None,
        headers: Mapping[str, str] | None = None,
        session: bool = True,
        again: bool = False,
        limit: int = MAX_ANSWER,
    ) -> bytes:
        url = path if "://" in path else f"{self.origin}/api/v1{path}"
        if query:
            url += f"?{urlencode(query)}"
        sent = {**(headers or {}), **(self._session_headers(method) if session else {})}
        if body is not None:
            content = _Pieces(json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode())
            sent["Content-Type"] = "application/json"
        request = self._request(method, url, sent, content)
        patience = Patience()
        while True:
            try:
                with self._network.send(request) as response:
                    data = b"".join(_bounded(response, limit))
                    asked = _pause_asked(response)
                    pause = patience.while_away(asked) if again and asked is not None else None
                    if pause is None:
                        return self._accept(response, data, repeated=patience.tried)
                self._waiting()
            except NotSent as error:
                # Nothing reached the server, so that any request may be sent again.
                pause = patience.after_loss()
                if pause is None:
                    raise Unreachable("cannot connect") from error
            except Lost as error:
                pause = patience.after_loss() if again else None
                if pause is None:
                    raise Unreachable(str(error)) from error
            self.sleep(pause)

    def _request(
        self, method: str, url: str, headers: Mapping[str, str], content: "_Pieces | None" = None
    ) -> Request:
        """A request with what every one says. One that carries nothing, but may, says so."""
        said = {**self._headers, **headers}
        if content is None:
            if method not in _WITHOUT_BODY:
                said["Content-Length"] = "0"
            return Request(method, url, said)
        said["Content-Length"] = str(len(content))
        return Request(method, url, said, content)

    def _session_headers(self, method: str) -> dict[str, str]:
        headers = {}
        if self.device and not self.cookie:
            headers["Cookie"] = f"{_DEVICE}={self.device}"
        if self.cookie:
            headers["Cookie"] = f"{_COOKIE}={self.cookie}"
            if method not in ("GET", "HEAD"):
                headers["X-Coffre-CSRF"] = self.csrf
        return headers

    def _accept(self, response: Response, data: bytes, *, repeated: bool) -> bytes:
        if not _is_success(response):
            self._refuse(response, data, repeated=repeated)
        for line in response.headers("set-cookie"):
            name, _, value = line.partition(";")[0].partition("=")
            if name.strip() == _COOKIE:
                self.cookie = value.strip()
            elif name.strip() == _DEVICE and _TOKEN.fullmatch(value.strip()):
                self.device = value.strip()
        return data

    def _refuse(self, response: Response, data: bytes, *, repeated: bool = False) -> NoReturn:
        """Raises the error that the answer holds."""
        status = response.status
        try:
            answer = parse_answer(data)
            attempts = answer.get("remainingAttempts")
            if status == HTTPStatus.UNAUTHORIZED and isinstance(attempts, int):
                raise ServerRefused("passcode", status, attempts_left=attempts)
            code = text(child(answer, "error"), "code", limit=64)
            if code not in _REFUSALS:
                # Shown to people, and the exit status follows from it: nothing of the server's own making.
                raise BadAnswer
        except BadAnswer:
            if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
                raise Unreachable(f"HTTP {status}") from None
            raise BadAnswer("malformed", f"HTTP {status}") from None
        until, contact = _said_by_host(response, code, answer)
        if until:
            more = f", contact: {contact}" if contact else ""
            raise ServerRefused(code, status, f"as the host says, until {until}{more}", repeated=repeated)
        if contact:
            raise ServerRefused(code, status, f"as the host says, contact: {contact}", repeated=repeated)
        raise ServerRefused(code, status, repeated=repeated)


class _Pieces:
    """Bytes as a body in small pieces, from the start each time: silence is waited for piece by piece.

    Lets go of them at the end: the library's request and answer hold each other, so that they and the body
    stay until the interpreter looks for such rings, which it does by their number and not by their size.
    """

    def __init__(self, data: bytes | memoryview) -> None:
        self._data = memoryview(data)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._data = memoryview(b"")

    def __len__(self) -> int:
        return len(self._data)

    def __iter__(self) -> Iterator[memoryview]:
        for start in range(0, len(self._data), _PIECE):
            yield self._data[start : start + _PIECE]


def _is_success(response: Response) -> bool:
    return HTTPStatus.OK <= response.status < HTTPStatus.MULTIPLE_CHOICES


def _bounded(response: Response, limit: int) -> Iterator[bytes]:
    if (response.header("content-encoding") or "identity") != "identity":
        raise BadAnswer
    size = 0
    for chunk in response.pieces():
        size += len(chunk)
        if size > limit:
            raise BadAnswer("limit_exceeded")
        yield chunk


def _take_exactly(response: Response, buffer: memoryview) -> None:
    if (response.header("content-encoding") or "identity") != "identity":
        raise BadAnswer
    count = response.fill(buffer)
    if count != len(buffer):
        raise BadAnswer("tampered" if count < len(buffer) else "limit_exceeded")


def _said_by_host(response: Response, code: str, answer: Answer) -> tuple[str, str]:
    """Until when, and whom to ask: the host's own words, empty where it has none."""
    if code not in ("read_only", "suspended"):
        return "", ""
    until, contact = _read_only_until(response), answer.get("contact")
    shown = isinstance(contact, str) and len(contact) <= 200 and contact.isprintable()
    return (until or "") if code == "read_only" else "", str(contact) if shown else ""


def _read_only_until(response: Response) -> str | None:
    """What a host that is being maintained says of its end; None when it says nothing that is a time."""
    told = (response.header("coffre-read-only") or "").partition(" ")[0]
    if not (told.isascii() and told.isdecimal() and len(told) <= 10) or int(told) == 0:
        return None
    return iso(int(told))


def _pause_asked(response: Response) -> float | None:
    """Seconds to wait when the server is only busy or its store away; None otherwise or when it asks for too
    long.
    """
    if response.status not in (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE):
        return None
    asked = response.header("retry-after") or "0"
    seconds = int(asked) if asked.isdecimal() and len(asked) < 6 else 0
    return seconds if seconds <= _PAUSE_LIMIT_SECONDS else None
