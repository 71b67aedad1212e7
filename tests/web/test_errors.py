"""Every error has one form and every answer has the headers, whatever went wrong."""

import json
import logging

import pytest
from flask import Flask
from sqlalchemy.exc import IntegrityError, OperationalError

from storage.errors import StoreRefused, StoreUnavailable
from tests.vault.actors import ORIGIN
from tests.vault.expect import ok, refused
from tests.vault.rooms import Room
from tests.vault.sealed import SealedVersion
from web import errors
from web.request_log import FIELDS, JsonLines


def breaks(app: Flask, error: Exception) -> None:
    """Adds a route that raises."""

    def view() -> str:
        raise error

    app.add_url_rule("/broken", "broken", view)


def test_unknown_addresses_and_methods(room: Room) -> None:
    http = room.app.test_client()
    refused(http.get("/api/v1/nothing", base_url=ORIGIN), "not_found", 404)
    refused(http.get("/nothing.html", base_url=ORIGIN), "not_found", 404)
    answer = http.delete("/api/v1/server", base_url=ORIGIN)
    refused(answer, "method_not_allowed", 405)
    assert "GET" in answer.headers["Allow"]


@pytest.mark.parametrize(
    "body", [b"", b"{", b"null", b"[]", b'"x"', b"\xff", b"[" * 100_000, b'{"address": 1, "method": "kit"}']
)
def test_json_off_the_format_is_malformed(room: Room, body: bytes) -> None:
    http = room.app.test_client()
    answer = http.post(
        "/api/v1/sessions/challenge", data=body, content_type="application/json", base_url=ORIGIN
    )
    refused(answer, "malformed", 400)


def test_a_body_over_the_limit_is_refused(room: Room) -> None:
    http = room.app.test_client()
    answer = http.post(
        "/api/v1/sessions/challenge",
        data=b" " * (16 * 1024 * 1024 + 1),
        content_type="application/json",
        base_url=ORIGIN,
    )
    refused(answer, "limit_exceeded", 413)


@pytest.mark.parametrize(
    ("error", "code", "status"),
    [
        (ZeroDivisionError("secret"), "internal", 500),
        (IntegrityError("INSERT secret", {"a": "secret"}, Exception("secret")), "internal", 500),
        (OperationalError("INSERT secret", {"a": "secret"}, Exception("secret")), "store_unavailable", 503),
        (StoreUnavailable("secret"), "store_unavailable", 503),
        (StoreRefused("secret"), "store_unavailable", 503),
    ],
)
def test_what_goes_wrong_inside_is_not_told(
    room: Room, caplog: pytest.LogCaptureFixture, error: Exception, code: str, status: int
) -> None:
    breaks(room.app, error)
    with caplog.at_level(logging.INFO, "coffre"):
        answer = room.app.test_client().get("/broken", base_url=ORIGIN)
    refused(answer, code, status)
    lines = [JsonLines().format(record) for record in caplog.records]
    assert lines
    assert not any("secret" in line for line in [*lines, answer.text])


def test_every_code_has_one_status_and_message() -> None:
    assert all(400 <= status <= 599 and message for status, message in errors.STATUSES.values())


@pytest.mark.parametrize(
    "path", ["/api/v1/server", "/api/v1/nothing", "/api/v1/vaults", "/broken", "/nothing.html", "/"]
)
def test_every_answer_has_the_security_headers(room: Room, path: str) -> None:
    breaks(room.app, ZeroDivisionError())
    headers = room.app.test_client().get(path, base_url=ORIGIN, buffered=True).headers
    policy = headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'")
    assert "unsafe-inline" not in policy
    assert "'unsafe-eval'" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Embedder-Policy"] == "require-corp"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "camera=(self)" in headers["Permissions-Policy"]
    assert "max-age=" in headers["Strict-Transport-Security"]
    if path.startswith("/api"):
        assert headers["Cache-Control"] == "no-store"


@pytest.mark.slow
def test_a_log_line_names_the_route_and_nobody(room: Room, caplog: pytest.LogCaptureFixture) -> None:
    patient = room.patient()
    sealed = SealedVersion(patient.sections[1])
    with caplog.at_level(logging.INFO, "coffre"):
        ok(patient.commit(sealed), 201)
        ok(patient.sign_in())
    lines = [json.loads(JsonLines().format(record)) for record in caplog.records]
    assert "/api/v1/vaults/<vault>/documents" in {line["route"] for line in lines}
    assert all(line.keys() <= set(FIELDS) for line in lines)
    text = json.dumps(lines)
    for secret in (patient.address, patient.vault, patient.account, sealed.document, patient.csrf):
        assert secret not in text
