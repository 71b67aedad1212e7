"""Signing up and in: sessions, cookies, CSRF, and that a sign-in tells nothing about who exists."""

from typing import Any

import pytest

from crypto import statements
from crypto.encoding import b64u, new_id
from crypto.signing import SigningKey, fingerprint
from tests.vault.actors import ORIGIN, Patient, Professional
from tests.vault.expect import ok, refused
from tests.vault.rooms import Room, rpps_number
from tests.vault.sealed import keyring


def newcomer(room: Room, address: str = "new@example.org") -> Patient:
    """A patient who has not signed up."""
    return Patient(room.app.test_client(), room.clock, address)


def body_of(patient: Patient) -> dict[str, Any]:
    """The body of a patient's sign-up."""
    vault = patient.vault_statement(patient.server_key()).to_wire()
    return {**patient.sign_up_body(), "vault": vault}


def test_a_patient_signs_up_and_has_a_vault(room: Room) -> None:
    patient = room.patient()
    assert ok(patient.send("GET", "/sessions/current")) == {
        "account": patient.account,
        "role": "patient",
        "address": patient.address,
        "vault": patient.vault,
        "csrf": patient.csrf,
    }
    [vault] = ok(patient.send("GET", "/vaults"))["vaults"]
    assert (vault["vault"], vault["role"], vault["size"]) == (patient.vault, "owner", 1)


def test_the_cookie_is_for_this_host_and_no_script(room: Room) -> None:
    patient = newcomer(room)
    response = patient.sign_up()
    cookie = response.headers["Set-Cookie"]
    name, _, rest = cookie.partition("=")
    assert name == "__Host-coffre"
    attributes = {part.strip() for part in rest.split(";")[1:]}
    assert {"Secure", "HttpOnly", "SameSite=Strict", "Path=/"} <= attributes
    assert not any(part.startswith("Domain") for part in attributes)
    token = rest.split(";")[0]
    with room.database.engine.connect() as connection:
        stored = connection.exec_driver_sql("SELECT token_hash FROM sessions").scalars().all()
    assert token.encode() not in b"".join(stored)


@pytest.mark.parametrize("method", ["password", "kit"])
def test_signing_in_gives_the_keyring(room: Room, method: str) -> None:
    patient = room.patient()
    found = ok(patient.sign_in(method))
    assert found["keyring_sequence"] == 1
    assert (found["account"], found["vault"]) == (patient.account, patient.vault)
    refused(patient.sign_in(method, key=SigningKey.generate()), "credentials", 401)


def test_all_refusals_are_one_answer(room: Room) -> None:
    patient = room.patient()
    unknown = newcomer(room, "nobody@example.org")
    answers = [
        unknown.sign_in(),
        patient.sign_in(key=SigningKey.generate()),
        patient.sign_in(challenge=b"c" * 32),
        patient.sign_in(origin="https://evil.test"),
        patient.sign_in("kit", key=patient.login),
    ]
    assert {(answer.status_code, answer.data) for answer in answers} == {(401, answers[0].data)}


def test_an_unknown_address_gets_stable_parameters_of_the_same_shape(room: Room) -> None:
    patient, unknown = room.patient(), newcomer(room, "nobody@example.org")
    first, second, real = unknown.challenge(), unknown.challenge(), patient.challenge()
    assert first["salt"] == second["salt"]
    assert first["challenge"] != second["challenge"]
    assert {key: (type(v), len(str(v))) for key, v in first.items()} == {
        key: (type(v), len(str(v))) for key, v in real.items()
    }
    assert unknown.challenge("kit").keys() == patient.challenge("kit").keys() == {"challenge"}


def test_a_challenge_is_used_once_and_in_time(room: Room) -> None:
    patient = room.patient()
    challenge = patient.challenge()["challenge"]
    signed = patient.login_statement(challenge).to_wire()
    ok(patient.send("POST", "/sessions", {"login": signed}))
    refused(patient.send("POST", "/sessions", {"login": signed}), "credentials", 401)
    failed = patient.challenge()["challenge"]
    wrong = patient.login_statement(failed, key=SigningKey.generate()).to_wire()
    refused(patient.send("POST", "/sessions", {"login": wrong}), "credentials", 401)
    right = patient.login_statement(failed).to_wire()
    refused(patient.send("POST", "/sessions", {"login": right}), "credentials", 401)
    late = patient.login_statement(patient.challenge()["challenge"]).to_wire()
    room.clock.now += 121
    refused(patient.send("POST", "/sessions", {"login": late}), "credentials", 401)


def test_guessing_is_slowed_down(room: Room) -> None:
    patient = room.patient()
    body: dict[str, Any] = {"address": patient.address, "method": "password"}
    answers = [patient.send("POST", "/sessions/challenge", body) for _ in range(25)]
    assert [answer.status_code for answer in answers] == [200] * 20 + [429] * 5
    response = answers[-1]
    assert int(response.headers["Retry-After"]) > 0
    refused(response, "busy", 429)
    room.clock.now += 600
    ok(patient.sign_in())


def test_a_session_ends(room: Room) -> None:
    patient = room.patient()
    assert patient.send("DELETE", "/sessions/current").status_code == 204
    refused(patient.send("GET", "/sessions/current"), "unauthenticated", 401)
    ok(patient.sign_in())
    room.clock.now += 12 * 3600
    refused(patient.send("GET", "/vaults"), "unauthenticated", 401)


def test_without_a_session_nothing_of_a_vault_is_answered(room: Room) -> None:
    anyone, vault = newcomer(room), new_id()
    for method, path in (
        ("GET", "/sessions/current"),
        ("GET", "/keyring"),
        ("PUT", "/keyring"),
        ("PUT", "/credentials"),
        ("GET", "/directory?rpps=10003429773"),
        ("GET", "/vaults"),
        ("GET", f"/vaults/{vault}/ledger"),
        ("GET", f"/vaults/{vault}/accesses"),
        ("GET", f"/vaults/{vault}/documents/{vault}/versions/1/object"),
        ("GET", f"/invitations/{vault}"),
        ("GET", f"/grants/{vault}/bundle"),
        ("DELETE", f"/vaults/{vault}/uploads/{vault}"),
        ("PUT", f"/vaults/{vault}/uploads/{vault}/parts/1"),
    ):
        body: dict[str, Any] | None = None
        if path == "/keyring":
            body = {"keyring": b64u(keyring()), "sequence": 2}
        if path == "/credentials":
            body = {"keyring": b64u(keyring()), "sequence": 2, "password": anyone.password()}
        refused(anyone.send(method, path, body if method == "PUT" and body else None), "unauthenticated", 401)


def test_a_change_needs_the_csrf_value(room: Room) -> None:
    patient, other = room.patient(), room.patient()
    body = {"length": 10, "part_size": 5 * 1024 * 1024}
    path = f"/vaults/{patient.vault}/uploads"
    right = patient.csrf
    for wrong in ("", "x", other.csrf, right[:-1] + "é"):
        patient.csrf = ""
        answer = patient.http.post(
            f"/api/v1{path}", json=body, headers={"X-Coffre-CSRF": wrong}, base_url=ORIGIN
        )
        refused(answer, "forbidden", 403)
    answer = patient.http.post(f"/api/v1{path}", json=body, base_url=ORIGIN)
    refused(answer, "forbidden", 403)
    patient.csrf = right
    ok(patient.send("POST", path, body), 201)


def test_a_keyring_moves_one_step_at_a_time(room: Room) -> None:
    patient = room.patient()
    new = keyring()
    for sequence in (1, 3):
        refused(patient.send("PUT", "/keyring", {"keyring": b64u(new), "sequence": sequence}), "stale", 409)
    ok(patient.send("PUT", "/keyring", {"keyring": b64u(new), "sequence": 2}))
    assert ok(patient.send("GET", "/keyring")) == {"keyring": b64u(new), "sequence": 2}
    refused(patient.send("PUT", "/keyring", {"keyring": b64u(b"PK"), "sequence": 3}), "malformed", 400)
    assert ok(patient.send("GET", "/keyring"))["sequence"] == 2


def test_a_new_password_replaces_key_and_keyring_and_ends_other_sessions(room: Room) -> None:
    patient = room.patient()
    thief = Patient(room.app.test_client(), room.clock, patient.address)
    thief.login = patient.login
    ok(thief.sign_in())
    fresh, new = SigningKey.generate(), keyring()
    body: dict[str, Any] = {"keyring": b64u(new), "sequence": 2, "password": patient.password(fresh)}
    refused(patient.send("PUT", "/credentials", {**body, "sequence": 5}), "stale", 409)
    ok(thief.send("GET", "/vaults"))
    ok(patient.send("PUT", "/credentials", body))
    ok(patient.send("GET", "/vaults"))
    refused(thief.send("GET", "/vaults"), "unauthenticated", 401)
    refused(thief.sign_in(), "credentials", 401)
    patient.login = fresh
    assert ok(patient.sign_in())["keyring"] == b64u(new)
    ok(patient.sign_in("kit"))


def test_addresses_keys_and_numbers_are_taken_once(room: Room) -> None:
    patient, doctor = room.patient(), room.professional()
    refused(newcomer(room, patient.address.upper()).sign_up(), "conflict", 409)
    again = Professional(room.app.test_client(), room.clock, "other@example.org", doctor.rpps or "")
    refused(again.sign_up(), "conflict", 409)
    same_keys = newcomer(room)
    same_keys.key, same_keys.recipient = patient.key, patient.recipient
    refused(same_keys.sign_up(), "conflict", 409)
    same_vault = newcomer(room)
    same_vault.vault = patient.vault
    refused(same_vault.sign_up(), "conflict", 409)
    ok(newcomer(room).sign_up(), 201)


@pytest.mark.parametrize(
    ("change", "code", "status"),
    [
        ({"address": "nobody"}, "malformed", 400),
        ({"address": "a b@example.org"}, "malformed", 400),
        ({"address": "x" * 301 + "@example.org"}, "malformed", 400),
        ({"role": "operator"}, "malformed", 400),
        ({"role": "professional"}, "malformed", 400),
        ({"vault": None}, "malformed", 400),
        ({"keyring": "!!"}, "malformed", 400),
        ({"keyring": b64u(b"not an age file")}, "malformed", 400),
        ({"kit_login_key": "A" * 42}, "malformed", 400),
        ({"surplus": 1}, "malformed", 400),
        ({"card": {"signature": "A" * 86, "statement": "AAAA"}}, "malformed", 400),
    ],
)
def test_a_sign_up_off_the_format_is_refused(
    room: Room, change: dict[str, object], code: str, status: int
) -> None:
    patient = newcomer(room)
    body = body_of(patient)
    body.update(change)
    refused(patient.send("POST", "/accounts", body), code, status)
    ok(patient.sign_up(), 201)


@pytest.mark.parametrize(
    ("change", "code", "status"),
    [
        ({"m": 1024}, "limit_exceeded", 413),
        ({"m": 2 * 1024 * 1024}, "limit_exceeded", 413),
        ({"t": 2}, "limit_exceeded", 413),
        ({"t": 17}, "limit_exceeded", 413),
        ({"p": 2}, "malformed", 400),
        ({"m": "65536"}, "malformed", 400),
        ({"m": True}, "malformed", 400),
    ],
)
def test_parameters_of_a_password_have_limits(
    room: Room, change: dict[str, object], code: str, status: int
) -> None:
    patient = newcomer(room)
    body = body_of(patient)
    body["password"] = {**body["password"], **change}
    refused(patient.send("POST", "/accounts", body), code, status)


def test_a_vault_is_checked_at_sign_up(room: Room) -> None:
    patient, other = newcomer(room), newcomer(room)
    key = patient.server_key()
    for statement, code, status in (
        (patient.vault_statement(b"k" * 32), "tampered", 422),
        (patient.vault_statement(key, prev=b"p" * 32), "stale", 409),
        (other.vault_statement(key), "tampered", 422),
        (patient.vault_statement(key, card=other.card(), author=other.author), "tampered", 422),
    ):
        body: dict[str, Any] = {**patient.sign_up_body(), "vault": statement.to_wire()}
        refused(patient.send("POST", "/accounts", body), code, status)
    card = patient.card()
    broken = statements.Signed(card.statement, bytes(64))
    refused(
        patient.send("POST", "/accounts", {**body_of(patient), "card": broken.to_wire()}), "tampered", 422
    )
    ok(patient.sign_up(), 201)


def test_professionals_are_found_by_number_key_and_fingerprint(room: Room) -> None:
    patient, doctor = room.patient(), room.professional()
    printed = fingerprint(doctor.author).replace(" ", "")
    for query in (f"rpps={doctor.rpps}", f"key={doctor.author}", f"fingerprint={printed}"):
        [found] = ok(patient.send("GET", f"/directory?{query}"))["professionals"]
        assert (found["account"], found["verified"]) == (doctor.account, "no")
        card = statements.verify_card(statements.Signed.from_wire(found["card"]))
        assert (card.author, card.rpps) == (doctor.author, doctor.rpps)
    for query in (f"key={patient.author}", f"rpps={rpps_number(999)}", ""):
        assert ok(patient.send("GET", f"/directory?{query}"))["professionals"] == []
    refused(patient.send("GET", "/directory?rpps=1"), "malformed", 400)
    refused(patient.send("GET", "/directory?name=Lef"), "malformed", 400)


def test_an_account_sees_its_sessions_and_ends_them(room: Room) -> None:
    patient, other = room.patient(), room.patient()
    first = patient.http
    patient.http, theirs = room.app.test_client(), patient.csrf
    room.clock.now += 60
    patient.http.environ_base["HTTP_USER_AGENT"] = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0)"
    ok(patient.sign_in())
    mine, before = ok(patient.send("GET", "/sessions"))["sessions"]
    assert (mine["current"], mine["client"], before["current"]) == (True, "linux", False)
    assert mine["created"] == before["created"] + 60 == room.clock.now
    assert len(ok(other.send("GET", "/sessions"))["sessions"]) == 1
    # Only the account itself ends them.
    refused(other.send("DELETE", f"/sessions/{before['id']}"), "not_found", 404)
    refused(patient.send("DELETE", f"/sessions/{new_id()}"), "not_found", 404)
    refused(patient.send("DELETE", "/sessions", headers={"X-Coffre-CSRF": theirs}), "forbidden", 403)
    assert patient.send("DELETE", f"/sessions/{before['id']}").status_code == 204
    assert ok(patient.send("GET", "/sessions"))["sessions"] == [mine]
    second, patient.http = patient.http, first
    refused(patient.send("GET", "/sessions/current"), "unauthenticated", 401)
    first.environ_base["HTTP_USER_AGENT"] = "coffre"
    ok(patient.sign_in())
    kinds = [row["client"] for row in ok(patient.send("GET", "/sessions"))["sessions"]]
    assert sorted(kinds) == ["command_line", "linux"]
    assert patient.send("DELETE", "/sessions").status_code == 204
    patient.http = second
    refused(patient.send("GET", "/sessions/current"), "unauthenticated", 401)
    ok(other.send("GET", "/sessions/current"))


def test_a_new_kit_ends_the_old_one(room: Room) -> None:
    patient = room.patient()
    new = SigningKey.generate()
    body: dict[str, Any] = {"keyring": b64u(keyring()), "sequence": 2, "kit_login_key": b64u(new.public)}
    elsewhere = room.app.test_client()
    here, patient.http = patient.http, elsewhere
    ok(patient.sign_in())
    csrf, patient.http = patient.csrf, here
    ok(patient.sign_in())
    refused(patient.send("PUT", "/kit", {**body, "sequence": 3}), "stale", 409)
    ok(patient.sign_in("kit"))
    assert ok(patient.send("PUT", "/kit", body)) == {"sequence": 2}
    refused(patient.sign_in("kit"), "credentials", 401)
    ok(patient.sign_in("kit", key=new))
    kinds = [notice["kind"] for notice in ok(patient.send("GET", "/notices"))["notices"]]
    assert "key_change" in kinds
    patient.http, patient.csrf = elsewhere, csrf
    refused(patient.send("GET", "/sessions/current"), "unauthenticated", 401)


def test_an_owner_sees_the_room_that_a_vault_takes(room: Room) -> None:
    patient, other = room.patient(), room.patient()
    assert ok(patient.send("GET", f"/vaults/{patient.vault}/storage")) == {"stored": 0}
    refused(other.send("GET", f"/vaults/{patient.vault}/storage"), "not_found", 404)
