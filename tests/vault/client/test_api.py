import gc
import tracemalloc
from collections.abc import Iterator

import httpx
import pytest

from tests.through import through
from vault.client.api import Api, origin_of
from vault.client.errors import BadAnswer, ServerRefused, Unreachable, Usage

ORIGIN = "https://coffre.example"


class Server:
    """Answers in turn; an exception among them is raised. The last one stays."""

    def __init__(self, *answers: httpx.Response | Exception) -> None:
        self.answers = list(answers)
        self.requests: list[httpx.Request] = []
        self.pauses: list[float] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer

    def api(self) -> Api:
        return Api(ORIGIN, network=through(httpx.MockTransport(self)), sleep=self.pauses.append)


def streamed(status: int, content: bytes, **headers: str) -> httpx.Response:
    return httpx.Response(status, headers=headers, stream=httpx.ByteStream(content))


OK = b'{"a":1}'


@pytest.mark.parametrize(
    ("typed", "origin"),
    [
        ("coffre.example", "https://coffre.example"),
        ("https://Coffre.Example/", "https://coffre.example"),
        ("https://coffre.example:443", "https://coffre.example"),
        ("https://coffre.example:8443", "https://coffre.example:8443"),
        ("http://127.0.0.1:8750", "http://127.0.0.1:8750"),
        ("http://[::1]:8750", "http://[::1]:8750"),
    ],
)
def test_origins(typed: str, origin: str) -> None:
    assert origin_of(typed) == origin


@pytest.mark.parametrize(
    "typed",
    [
        "http://coffre.example",
        "ftp://a",
        "https://",
        "https://a/b",
        "https://u:p@a",
        "https://a:99999",
        "https://a?x",
    ],
)
def test_addresses_that_are_refused(typed: str) -> None:
    with pytest.raises(Usage):
        origin_of(typed)


def test_reading_is_tried_again() -> None:
    server = Server(httpx.ConnectError("no"), httpx.ReadError("cut"), streamed(200, OK))
    assert server.api().get("/x") == {"a": 1}
    assert server.pauses == [0.2, 0.8]


def test_gives_up() -> None:
    server = Server(httpx.ConnectError("no"))
    with pytest.raises(Unreachable):
        server.api().get("/x")
    assert len(server.requests) == 4


def test_writing_is_not_repeated_after_a_lost_answer() -> None:
    server = Server(httpx.ReadError("cut"), streamed(200, OK))
    with pytest.raises(Unreachable):
        server.api().post("/x", {})
    assert len(server.requests) == 1
    again = Server(httpx.ReadError("cut"), streamed(200, OK))
    assert again.api().post("/x", {}, again=True) == {"a": 1}


def test_waits_as_asked_but_not_long() -> None:
    busy = b'{"error":{"code":"busy","message":""}}'
    server = Server(streamed(429, busy, **{"Retry-After": "3"}), streamed(200, OK))
    assert server.api().get("/x") == {"a": 1}
    assert server.pauses == [3]
    long = Server(streamed(429, busy, **{"Retry-After": "3600"}))
    with pytest.raises(ServerRefused) as refused:
        long.api().get("/x")
    assert (refused.value.code, refused.value.exit_status, long.pauses) == ("busy", 6, [])


AWAY = b'{"error":{"code":"store_unavailable","message":""}}'


@pytest.mark.parametrize("asked", ["", "5"])
def test_a_store_that_is_away_is_waited_for_half_a_minute(asked: str) -> None:
    told: list[str] = []

    def server(times: int, last: httpx.Response) -> tuple[Server, Api]:
        headers = {"Retry-After": asked} if asked else {}
        found = Server(*(streamed(503, AWAY, **headers) for _ in range(times)), last)
        network = httpx.MockTransport(found)
        return found, Api(
            ORIGIN, network=through(network), sleep=found.pauses.append, waiting=lambda: told.append("")
        )

    buffer = memoryview(bytearray(6))
    found, api = server(5, streamed(200, OK))
    assert api.get("/documents") == {"a": 1}
    assert (len(found.requests), len(told)) == (6, 5)
    _, api = server(5, streamed(206, b"object"))
    api.download("/object", buffer, start=0)
    assert bytes(buffer) == b"object"
    for number in range(2):
        found, api = server(20, streamed(200, OK))
        with pytest.raises(ServerRefused) as refused:
            api.download("/object", buffer, start=0) if number else api.get("/documents")
        assert refused.value.code == "store_unavailable"
        assert 25 <= sum(found.pauses) <= 30
    found, api = server(1, streamed(200, OK))
    with pytest.raises(ServerRefused):
        api.post("/accesses", {})
    assert len(found.requests) == 1, "what may not arrive twice is not sent twice"


def test_errors_have_the_servers_code() -> None:
    with pytest.raises(ServerRefused) as refused:
        Server(streamed(403, b'{"error":{"code":"ended","message":"x"}}')).api().get("/x")
    assert (refused.value.code, refused.value.exit_status) == ("ended", 4)


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (streamed(404, b"<html>"), BadAnswer),
        (streamed(302, b"", Location="https://elsewhere.example/"), BadAnswer),
        (streamed(502, b"<html>bad gateway"), Unreachable),
        (streamed(200, b"\xff\xfe"), BadAnswer),
        (streamed(200, OK, **{"Content-Encoding": "gzip"}), BadAnswer),
    ],
)
def test_answers_that_are_none(answer: httpx.Response, error: type[Exception]) -> None:
    server = Server(answer)
    with pytest.raises(error):
        server.api().get("/x")
    assert {request.url.host for request in server.requests} == {"coffre.example"}


def test_endless_answers_are_cut() -> None:
    given: list[int] = []

    class Endless(httpx.SyncByteStream):
        def __iter__(self) -> Iterator[bytes]:
            while True:
                given.append(1 << 20)
                yield bytes(1 << 20)

    with pytest.raises(BadAnswer):
        Server(httpx.Response(200, stream=Endless())).api().get("/x")
    assert sum(given) <= 66 << 20


def test_session_goes_by_cookie_and_token() -> None:
    cookie = {"Set-Cookie": "__Host-coffre=abc; Path=/; Secure; HttpOnly"}
    server = Server(streamed(200, OK, **cookie), *(streamed(200, OK) for _ in range(3)))
    api = server.api()
    api.post("/sessions", {})
    api.csrf = "token"
    api.get("/x")
    api.post("/x", {})
    api.get_url("https://other.example/y", limit=100)
    first, read, written, elsewhere = server.requests
    assert "cookie" not in first.headers
    assert (read.headers["cookie"], "x-coffre-csrf" in read.headers) == ("__Host-coffre=abc", False)
    assert written.headers["x-coffre-csrf"] == "token"
    assert "cookie" not in elsewhere.headers


@pytest.mark.parametrize("content", [b"12345", b"1234567"])
def test_downloads_have_the_length_that_was_asked(content: bytes) -> None:
    with pytest.raises(BadAnswer):
        Server(streamed(206, content)).api().download("/o", memoryview(bytearray(6)), start=0)


class Reading(httpx.BaseTransport):
    """Takes a body as a connection does, and keeps nothing of it."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        assert isinstance(request.stream, httpx.SyncByteStream)
        size = sum(len(piece) for piece in request.stream)
        return streamed(200, b'{"size":%d}' % size)


def test_bodies_do_not_stay_in_memory() -> None:
    """Not even until the interpreter looks for objects that hold each other: parts are large, and few."""
    api = Api(ORIGIN, network=through(Reading()))
    gc.disable()
    tracemalloc.start()
    try:
        for _ in range(8):
            assert api.put_part("/part", bytes(2 << 20), bytes(32)) == {"size": 2 << 20}
            api.put_url("https://store.example/part", bytes(2 << 20))
        held, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
        gc.enable()
    assert held < 4 << 20
