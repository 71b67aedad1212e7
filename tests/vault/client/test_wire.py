"""The client's own network: against sockets that answer as the test says."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

import pytest

from vault.client import wire as wires
from vault.client.api import Api
from vault.client.errors import ServerRefused, Unreachable
from vault.client.network import Lost, NotSent, Request
from vault.client.wire import Wire

SIZE = 3 << 20
Answer = Callable[[socket.socket], None]


@contextmanager
def listening(*answers: Answer) -> Iterator[str]:
    """A server whose connections are dealt with by one function each, one after the other."""
    with ExitStack() as stack:
        listener = stack.enter_context(socket.create_server(("127.0.0.1", 0)))

        def serve() -> None:
            for answer in answers:
                connection, _ = listener.accept()
                with connection:
                    answer(connection)

        thread = threading.Thread(target=serve)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        thread.join()


def head_of(connection: socket.socket) -> bytes:
    """A request's head, and no byte more than that."""
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        byte = connection.recv(1)
        if not byte:
            return b""
        head += byte
    return head


def answering(*bodies: bytes, head: bytes = b"") -> Answer:
    """Answers so many requests on one connection, then closes it."""

    def answer(connection: socket.socket) -> None:
        for body in bodies:
            head_of(connection)
            length = head or b"Content-Length: %d\r\n" % len(body)
            connection.sendall(b"HTTP/1.1 200 OK\r\n" + length + b"\r\n" + body)

    return answer


@pytest.fixture
def http() -> Iterator[Wire]:
    wire = Wire()
    yield wire
    wire.close()


def read(http: Wire, url: str, size: int) -> tuple[int, bytes]:
    buffer = memoryview(bytearray(size))
    with http.send(Request("GET", url, {})) as answer:
        count = answer.fill(buffer)
    return count, bytes(buffer)


def text(http: Wire, url: str, body: bytes = b"") -> bytes:
    with http.send(Request("POST", url, {"Content-Length": str(len(body))}, [body])) as answer:
        return b"".join(answer.pieces())


def test_one_connection_carries_many_answers(http: Wire) -> None:
    large = bytes(range(256)) * (SIZE // 256)
    with listening(answering(large, b"{}", large)) as url:
        assert read(http, url, SIZE) == (SIZE, large)
        assert text(http, url) == b"{}"
        assert read(http, url, SIZE)[1] == large


def test_a_connection_that_the_server_closed_is_not_used_again(http: Wire) -> None:
    closed = threading.Event()

    def answer(connection: socket.socket) -> None:
        answering(b"1")(connection)
        connection.shutdown(socket.SHUT_RDWR)
        closed.set()

    with listening(answer, answering(b"2")) as url:
        assert text(http, url) == b"1"
        assert closed.wait(10)
        assert text(http, url, b"only once") == b"2"


@contextmanager
def left_open(answer: Answer) -> Iterator[Answer]:
    """An answer after which nobody speaks on its connection, which stays."""
    with ExitStack() as stack:

        def answer_and_leave(connection: socket.socket) -> None:
            answer(connection)
            stack.enter_context(connection.dup())

        yield answer_and_leave


def test_a_connection_that_stood_idle_is_not_used_again(http: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wires, "_SILENCE_SECONDS", 5)
    with left_open(answering(b"1")) as first, listening(first, answering(b"2")) as url:
        assert text(http, url) == b"1"
        monkeypatch.setattr(wires, "_IDLE_SECONDS", 0)
        assert text(http, url) == b"2"


def test_what_was_not_read_ends_the_connection(http: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wires, "_SILENCE_SECONDS", 5)
    slow = answering(b"", head=b"Content-Length: 100\r\n")
    with left_open(slow) as first, listening(first, answering(b"2")) as url:
        with http.send(Request("GET", url, {})) as answer:
            assert answer.status == 200
        assert text(http, url) == b"2"


def test_lengths(http: Wire) -> None:
    chunked = b"Transfer-Encoding: chunked\r\n"
    body = b"5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n"
    with listening(answering(b"hello", b"hello", b"hello"), answering(body, body, head=chunked)) as url:
        assert read(http, url, 5)[0] == 5
        assert read(http, url, 9)[0] == 5
        assert read(http, url, 4)[0] > 4
        # Its server closes the connection, but when?
        http.close()
        assert read(http, url, 11) == (11, b"hello world")
        assert text(http, url) == b"hello world"


def test_answers_that_break_off(http: Wire) -> None:
    cut = answering(b"half", head=b"Content-Length: 8\r\n")
    chunk = answering(b"8\r\nhalf", head=b"Transfer-Encoding: chunked\r\n")
    heads = [
        b"",
        b"HTTP/1.1 20",
        b"HTTP/1.1 200 OK\r\nContent-Ty",
        b"HTTP/1.1 200 OK\r\nContent-Length: 1",
        b"HTTP/1.1 200 OK\r\nContent-Length: 12\r\n",
    ]
    with listening(cut, cut, chunk, *map(cut_head, heads)) as url:
        for size in (8, 20, 8, 8, 8, 8, 1, 12):
            with pytest.raises(Lost) as lost:
                read(http, url, size)
            assert not isinstance(lost.value, NotSent)


def cut_head(head: bytes) -> Answer:
    """An answer that breaks off in its head."""

    def answer(connection: socket.socket) -> None:
        head_of(connection)
        connection.sendall(head)

    return answer


def test_a_body_that_is_refused_before_its_end() -> None:
    refusal = b'{"error":{"code":"limit_exceeded","message":""}}'

    def answer(connection: socket.socket) -> None:
        head = head_of(connection)
        assert b"content-length: %d" % (64 << 20) in head.lower()
        connection.sendall(b"HTTP/1.1 413 Too Large\r\nContent-Length: %d\r\n\r\n" % len(refusal) + refusal)
        connection.shutdown(socket.SHUT_WR)
        # Until the sender gives up: what came is not read, and the connection is reset.
        connection.recv(1 << 16)

    with listening(answer) as url:
        api = Api(url, sleep=lambda _: None)
        with pytest.raises((ServerRefused, Unreachable)) as refused:
            api.put_part("/part", bytes(64 << 20), bytes(32))
        api.close()
    assert refused.value.code in ("limit_exceeded", "unreachable")


def test_nobody_there(http: Wire) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    with pytest.raises(NotSent):
        read(http, url, 1)


@pytest.mark.parametrize(
    "url", ["", "coffre.example", "ftp://127.0.0.1/", "http://", "http://[::1/", "http://127.0.0.1:99999/"]
)
def test_addresses_that_are_none(http: Wire, url: str) -> None:
    with pytest.raises(Lost):
        read(http, url, 1)


def test_addresses_go_out_as_they_were_signed(http: Wire) -> None:
    asked: list[bytes] = []

    def answer(connection: socket.socket) -> None:
        asked.append(head_of(connection).partition(b"\r\n")[0])
        connection.sendall(b"HTTP/1.1 204 No Content\r\n\r\n")

    signed = "/b/o%20k?X-Amz-Credential=a%2Fb&X-Amz-Signature=0f+~.-_%3D"
    with listening(answer, answer) as url:
        assert text(http, url + signed) == b""
        http.close()
        assert text(http, f"{url}/é x#there") == b""
    assert asked == [f"POST {signed} HTTP/1.1".encode(), b"POST /%C3%A9%20x HTTP/1.1"]


@pytest.fixture
def unproxied(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    return monkeypatch


@pytest.mark.parametrize("name", ["http_proxy", "ALL_PROXY"])
def test_a_proxy_of_the_environment_is_asked(http: Wire, unproxied: pytest.MonkeyPatch, name: str) -> None:
    asked: list[list[bytes]] = []

    def answer(connection: socket.socket) -> None:
        asked.append(head_of(connection).split(b"\r\n"))
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")

    with listening(answer) as url:
        unproxied.setenv(name, url.replace("//", "//anne:p%40ss@"))
        assert text(http, "http://coffre.example/a?b=%2F") == b"{}"
    [[line, *headers]] = asked
    assert line == b"POST http://coffre.example/a?b=%2F HTTP/1.1"
    assert b"Host: coffre.example" in headers
    assert b"proxy-authorization: Basic YW5uZTpwQHNz" in headers


def test_through_a_proxy_a_server_is_reached_by_a_tunnel(http: Wire, unproxied: pytest.MonkeyPatch) -> None:
    asked: list[bytes] = []

    def refuse(connection: socket.socket) -> None:
        asked.append(head_of(connection).partition(b"\r\n")[0])
        connection.sendall(b"HTTP/1.1 407 Who\r\nContent-Length: 0\r\n\r\n")

    with listening(refuse) as url:
        unproxied.setenv("https_proxy", url.removeprefix("http://"))
        # Nobody but the proxy knows of the request.
        with pytest.raises(NotSent):
            read(http, "https://coffre.example/", 1)
    [line] = asked
    assert line.startswith(b"CONNECT coffre.example:443 ")


def test_no_proxy_is_honoured(http: Wire, unproxied: pytest.MonkeyPatch) -> None:
    unproxied.setenv("http_proxy", "http://127.0.0.1:9")
    unproxied.setenv("no_proxy", "example.org,127.0.0.1")
    with listening(answering(b"1")) as url:
        assert text(http, url) == b"1"


def test_a_server_that_does_not_speak_tls(http: Wire, unproxied: pytest.MonkeyPatch) -> None:
    def answer(connection: socket.socket) -> None:
        connection.recv(1)
        connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    with listening(answer) as url, pytest.raises(NotSent):
        read(http, url.replace("http:", "https:"), 1)


def test_whoever_takes_a_body_slowly_is_waited_for(http: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wires, "_CONNECT_SECONDS", 0.2)
    body = bytes(16 << 20)

    def answer(connection: socket.socket) -> None:
        for _ in range(2):
            head_of(connection)
            time.sleep(0.6)
            left = len(body)
            while left:
                left -= len(connection.recv(min(left, 1 << 20)))
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")

    with listening(answer) as url:
        assert text(http, url, body) == b"{}"
        assert text(http, url, body) == b"{}"


def test_who_asks_is_not_told_by_the_library(http: Wire) -> None:
    asked: list[bytes] = []

    def answer(connection: socket.socket) -> None:
        asked.append(head_of(connection).lower())
        connection.sendall(
            b"HTTP/1.1 307 Elsewhere\r\nLocation: /b\r\nSet-Cookie: a=1\r\nContent-Length: 0\r\n\r\n"
        )

    def answer_twice(connection: socket.socket) -> None:
        answer(connection)
        answer(connection)

    with listening(answer_twice) as url:
        for _ in range(2):
            with http.send(Request("GET", url, {"Accept": "*/*"})) as found:
                assert (found.status, b"".join(found.pieces())) == (307, b"")
    assert [b"cookie" in head or b"agent" in head for head in asked] == [False, False]
