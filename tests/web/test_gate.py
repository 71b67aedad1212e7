"""Every operation of the API's description: who may ask, from where, and with what. New ones are behind the
gate by themselves."""

import json
import re
from typing import Any, NamedTuple

import pytest
from werkzeug.test import TestResponse

from tests.vault.actors import ORIGIN, Patient
from tests.vault.expect import refused
from tests.vault.rooms import Room
from web import write_openapi

ELSEWHERE = "https://evil.test"
ID = "0" * 32
OPEN_TO_EVERYBODY = {
    "GET /api/v1/server",
    "GET /api/v1/server/keys",
    "GET /api/v1/ready",
    "GET /api/v1/health",
    "POST /api/v1/accounts",
    "POST /api/v1/accounts/codes",
    "POST /api/v1/sessions/challenge",
    "POST /api/v1/sessions",
    "GET /api/v1/erasures/{request}",
    "GET /api/v1/shl/{locator}",
    "POST /api/v1/shl/{locator}",
    "GET /api/v1/shl/files/{token}",
    "GET /api/v1/shl/files/{token}/document",
}


class Operation(NamedTuple):
    method: str
    path: str

    @property
    def name(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def address(self) -> str:
        numbers = re.sub(r"\{(number|version)\}", "1", self.path)
        return re.sub(r"\{\w+\}", ID, numbers)


def operations() -> list[Operation]:
    document = json.loads(write_openapi.FILE.read_text(encoding="utf-8"))
    return [Operation(method.upper(), path) for path, found in document["paths"].items() for method in found]


OPERATIONS = operations()
CLOSED = [one for one in OPERATIONS if one.name not in OPEN_TO_EVERYBODY]


def ask(who: Patient, operation: Operation, method: str | None = None, **headers: str) -> TestResponse:
    return who.http.open(
        operation.address, method=method or operation.method, headers=headers, base_url=ORIGIN, buffered=True
    )


def test_what_is_open_is_there_and_the_rest_is_most() -> None:
    assert {one.name for one in OPERATIONS} >= OPEN_TO_EVERYBODY
    assert len(CLOSED) > 50


def test_nothing_else_is_answered_without_a_session(room: Room) -> None:
    anyone = Patient(room.app.test_client(), room.clock, "new@example.org")
    for operation in CLOSED:
        answer = ask(anyone, operation)
        assert answer.status_code == 401, operation.name
        refused(answer, "unauthenticated", 401)


def test_no_session_is_opened_by_any_cookie(room: Room) -> None:
    anyone = Patient(room.app.test_client(), room.clock, "new@example.org")
    for token in ("x", "A" * 43, "é", "\\377", '"'):
        anyone.http.set_cookie("__Host-coffre", token, domain="coffre.test", secure=True)
        refused(ask(anyone, Operation("GET", "/api/v1/vaults")), "unauthenticated", 401)


def test_no_change_is_made_without_the_sessions_csrf_value(room: Room) -> None:
    patient, other = room.patient(), room.patient()
    changes = [one for one in CLOSED if one.method != "GET"]
    assert len(changes) > 30
    for operation in changes:
        for given in ({}, {"X-Coffre-CSRF": other.csrf}, {"X-Coffre-CSRF": patient.csrf[:-1]}):
            answer = ask(patient, operation, **given)
            assert answer.status_code == 403, operation.name
            refused(answer, "forbidden", 403)
        # With it the request gets as far as its own rules.
        answer = ask(patient, operation, **{"X-Coffre-CSRF": patient.csrf})
        assert answer.status_code != 403 or operation.path.startswith("/api/v1/grants"), operation.name
        if operation.name in ("DELETE /api/v1/sessions/current", "DELETE /api/v1/sessions"):
            assert answer.status_code == 204
            assert patient.sign_in().status_code == 200


def test_a_change_by_a_form_of_another_site_is_refused(room: Room) -> None:
    patient = room.patient()
    for operation in (one for one in CLOSED if one.method == "POST"):
        answer = patient.http.post(
            operation.address,
            data={"a": "b"},
            headers={"Origin": ELSEWHERE, "Sec-Fetch-Site": "cross-site"},
            base_url=ORIGIN,
        )
        assert answer.status_code == 403, operation.name


def test_other_origins_read_shares_and_nothing_else(room: Room) -> None:
    patient = room.patient()
    asked = {"Origin": ELSEWHERE, "Access-Control-Request-Method": "POST"}
    asked["Access-Control-Request-Headers"] = "content-type,x-coffre-csrf"
    for operation in OPERATIONS:
        for method in (operation.method, "OPTIONS"):
            headers = ask(patient, operation, method, **asked).headers
            name = f"{method} {operation.path}"
            assert "Access-Control-Allow-Credentials" not in headers, name
            if operation.path.startswith("/api/v1/shl/"):
                assert headers["Access-Control-Allow-Origin"] == "*", name
                assert "csrf" not in headers.get("Access-Control-Allow-Headers", "").lower(), name
            else:
                assert not [one for one, _ in headers if one.startswith("Access-Control-")], name
                assert headers["Cross-Origin-Resource-Policy"] == "same-origin", name


@pytest.mark.parametrize("sign_in", [False, True])
def test_cookies_are_for_this_host_and_no_script(room: Room, *, sign_in: bool) -> None:
    patient = Patient(room.app.test_client(), room.clock, "new@example.org")
    answer = patient.sign_up()
    if sign_in:
        answer = patient.sign_in()
    cookies = answer.headers.getlist("Set-Cookie")
    assert [cookie.split("=")[0] for cookie in cookies] == ["__Host-coffre", "__Host-coffre-device"]
    for cookie in cookies:
        words = {word.strip() for word in cookie.split(";")[1:]}
        assert {"Secure", "HttpOnly", "SameSite=Strict", "Path=/"} <= words
        assert not any(word.startswith("Domain") for word in words)


def test_a_head_of_what_changes_something_changes_nothing(room: Room) -> None:
    patient = room.patient()
    described: dict[str, Any] = {one.path: one for one in OPERATIONS if one.method == "GET"}
    for operation in described.values():
        assert ask(patient, operation, "HEAD").status_code != 500, operation.name
    assert patient.send("GET", "/sessions/current").status_code == 200
