"""The doctor looks at the public address and at mail, with real sockets on this machine."""

import importlib.metadata
import json
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from crypto.encoding import b64u
from tests.servers.otlp import Collector
from tests.servers.ports import free_ports
from tests.vault.rooms import START
from vault.admin.doctor import network
from vault.admin.doctor.finding import Finding
from vault.config import Config, load

KEY = b64u(bytes(32))
DAY = 86400


@contextmanager
def serving(
    answer: Callable[[str], dict[str, object]], context: ssl.SSLContext | None = None
) -> Iterator[str]:
    """A server that answers every path; its origin."""
    origin: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = json.dumps(answer(origin[0])).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            if answer(origin[0]).get("headers", True):
                self.send_header("Strict-Transport-Security", "max-age=1")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Silence."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        if context is not None:
            server.socket = context.wrap_socket(server.socket, server_side=True)
        origin.append(f"{'https' if context else 'http'}://localhost:{server.server_address[1]}")
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield origin[0]
        finally:
            server.shutdown()
            thread.join()


def told(origin: str) -> dict[str, object]:
    return {"name": "coffre", "origin": origin, "public_key": KEY, "time": START}


def config(**environ: str) -> Config:
    return load(None, {f"COFFRE_{name}": value for name, value in environ.items()})


def look(origin: str, key: str | None = KEY, clock: Callable[[], int] = lambda: START) -> dict[str, Finding]:
    found = network.examine_public_url(config(SERVER_PUBLIC_URL=origin), key, clock)
    return {one.name: one for one in found}


def test_this_server_answers() -> None:
    with serving(told) as origin:
        found = look(origin)
    assert {name: one.status for name, one in found.items()} == {"public_url": "ok", "server_clock": "ok"}


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (lambda _: {"hello": "world"}, "something else"),
        (lambda origin: {**told(origin), "time": None}, "something else"),
        (lambda origin: {**told(origin), "origin": "http://elsewhere"}, "takes itself for"),
        (lambda origin: {**told(origin), "public_key": b64u(b"k" * 32)}, "another database"),
    ],
)
def test_another_server_answers(answer: Callable[[str], dict[str, object]], message: str) -> None:
    with serving(answer) as origin:
        found = look(origin)
    assert found["public_url"].status == "fail"
    assert message in found["public_url"].message


def test_the_serving_machines_clock() -> None:
    with serving(told) as origin:
        found = look(origin, clock=lambda: START + 60)
    assert found["server_clock"].status == "fail"


def test_nobody_answers() -> None:
    found = look("http://127.0.0.1:9")
    assert found["public_url"].status == "warn"


@pytest.fixture
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> trustme.CA:
    """An authority that this process trusts."""
    made = trustme.CA()
    made.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    return made


def context_of(authority: trustme.CA, name: str, ends: datetime | None = None) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name, not_after=ends).configure_cert(context)
    return context


def test_https_with_a_certificate_that_holds(authority: trustme.CA) -> None:
    ends = datetime.now(UTC) + timedelta(days=60)
    with serving(told, context_of(authority, "localhost", ends)) as origin:
        assert look(origin)["public_url"].status == "ok"
        days = [
            look(origin, clock=partial(int, ends.timestamp() - at * DAY))["certificate"]
            for at in (30, 20, -1)
        ]
    assert [one.status for one in days] == ["ok", "warn", "warn"]
    assert "20 days" in days[1].message or "19 days" in days[1].message


def test_https_without_the_applications_headers(authority: trustme.CA) -> None:
    with serving(lambda origin: {**told(origin), "headers": False}, context_of(authority, "localhost")) as at:
        assert look(at)["public_url"].status == "warn"


def test_certificates_that_do_not_hold(authority: trustme.CA) -> None:
    for context in (context_of(authority, "elsewhere.test"), context_of(trustme.CA(), "localhost")):
        with serving(told, context) as origin:
            found = look(origin)
        assert found["public_url"].status == "fail"
        assert "certificate" in found["public_url"].message


@contextmanager
def mail(context: ssl.SSLContext | None = None) -> Iterator[int]:
    """A mail server that knows one password."""

    def authenticate(*_: object) -> AuthResult:
        right = getattr(_[-1], "password", b"") == b"right"
        return AuthResult(success=right, handled=right)

    [port] = free_ports(1)
    controller = Controller(
        object(), hostname="127.0.0.1", port=port, tls_context=context, authenticator=authenticate,
        auth_require_tls=True,
    )  # fmt: skip
    controller.start()
    try:
        yield port
    finally:
        controller.stop()


def mail_at(url: str) -> Finding:
    return network.examine_mail(config(MAIL_URL=url, MAIL_SENDER="coffre@example.org"))


def test_no_mail_is_well() -> None:
    assert network.examine_mail(config()).status == "ok"


def test_mail_with_tls_and_password(authority: trustme.CA) -> None:
    with mail(context_of(authority, "localhost")) as port:
        assert mail_at(f"smtp://coffre:right@localhost:{port}").status == "ok"
        refused = mail_at(f"smtp://coffre:wr0ng@localhost:{port}")
    assert refused.status == "fail"
    assert "password" in refused.message
    assert "wr0ng" not in repr(refused)


def test_mail_without_tls_or_with_a_foreign_certificate(authority: trustme.CA) -> None:
    with mail() as port:
        assert "TLS" in mail_at(f"smtp://localhost:{port}").message
    with mail(context_of(trustme.CA(), "localhost")) as port:
        assert "TLS" in mail_at(f"smtp://localhost:{port}").message


def test_no_mail_server_there() -> None:
    assert mail_at("smtps://127.0.0.1:9").status == "fail"


def test_a_collector_of_traces_is_asked() -> None:
    assert network.examine_traces(config()).status == "ok"
    with Collector() as collector:
        assert network.examine_traces(config(TRACES_ENDPOINT=collector.url)).status == "ok"
        found = network.examine_traces(config(TRACES_ENDPOINT=f"{collector.url}/v1/traces"))
        assert (found.status, "404" in found.message) == ("warn", True)
        assert collector.spans() == []
    found = network.examine_traces(config(TRACES_ENDPOINT=collector.url))
    assert (found.status, "reached" in found.message) == ("warn", True)


def test_traces_without_what_sends_them(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> str:
        raise importlib.metadata.PackageNotFoundError(name)

    monkeypatch.setattr(importlib.metadata, "version", missing)
    found = network.examine_traces(config(TRACES_ENDPOINT="http://127.0.0.1:4318"))
    assert (found.status, "installed" in found.message) == ("fail", True)
