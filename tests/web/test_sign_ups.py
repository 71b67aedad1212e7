"""Signing up where mail is sent: a code proves the address, and nobody learns which have an account."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from crypto.encoding import Json
from crypto.signing import SigningKey
from tests.vault.actors import ORIGIN, Patient
from tests.vault.expect import ok, refused
from tests.vault.rooms import Room, open_room
from tests.web.test_enumeration import Work, counted
from vault import sign_ups
from vault.delivery import Delivered, deliver
from vault.models.accounts import Attempt
from vault.models.notices import OutboxMessage
from vault.models.sign_ups import PendingAddress
from vault.outbox import Outgoing, Refused
from vault.retention import sweep
from web import context

MAIL = {"COFFRE_MAIL_URL": "smtps://mail.example.org:465", "COFFRE_MAIL_SENDER": "coffre@example.org"}
NEW = "new@example.org"
DAY = 86400


class Post:
    """A way out for mail that keeps what it was given, or refuses it."""

    def __init__(self) -> None:
        self.sent: list[Outgoing] = []
        self.refuses = False

    def send(self, outgoing: Outgoing) -> None:
        if self.refuses:
            raise Refused("recipient", permanent=True)
        self.sent.append(outgoing)

    def close(self) -> None:
        """Nothing to end."""

    def run(self, room: Room) -> Delivered:
        """One run of the job that sends."""
        return deliver(room.database, {"mail": self}, room.clock, origin=ORIGIN)

    def code(self, room: Room) -> str:
        """Sends what waits; the code of the newest mail, as the API takes it."""
        self.run(room)
        found = re.search(r"^(\d{4}) (\d{4})$", self.sent[-1].text.plain, re.MULTILINE)
        assert found, self.sent[-1].text.plain
        return found[1] + found[2]


@pytest.fixture
def mailing(tmp_path: Path) -> Iterator[Room]:
    """A server that sends mail, and so asks for codes."""
    room = open_room(tmp_path / "mailing", None, None, **MAIL)
    yield room
    room.database.close()


def newcomer(room: Room, address: str = NEW) -> Patient:
    return Patient(room.app.test_client(), room.clock, address)


def asks(who: Patient, address: str | None = None) -> TestResponse:
    return who.send("POST", "/accounts/codes", {"address": address or who.address})


def signs_up(who: Patient, code: str | None) -> TestResponse:
    vault = who.vault_statement(who.server_key()).to_wire()
    given: dict[str, Json] = {} if code is None else {"code": code}
    return who.send("POST", "/accounts", {**who.sign_up_body(), "vault": vault, **given})


def enrolled(room: Room, post: Post, address: str = "known@example.org") -> Patient:
    """Somebody who has an account."""
    who = newcomer(room, address)
    ok(asks(who), 202)
    who.csrf = ok(signs_up(who, post.code(room)), 201)["csrf"]
    return who


def other_than(code: str) -> str:
    return f"{(int(code) + 1) % 10**8:08d}"


def test_the_code_that_was_mailed_signs_up(mailing: Room) -> None:
    post, who = Post(), newcomer(mailing)
    assert ok(who.send("GET", "/server"))["confirm_address"] is True
    assert ok(asks(who, "  New@Example.org"), 202) == {"seconds": 1800}
    code = post.code(mailing)
    assert post.sent[0].to == NEW
    assert re.fullmatch("[0-9]{8}", code)
    assert code not in post.sent[0].text.subject
    ok(signs_up(who, code), 201)
    refused(signs_up(newcomer(mailing), code), "conflict", 409)
    assert post.run(mailing) == Delivered()


def test_a_taken_address_is_told_in_the_mail_alone(mailing: Room) -> None:
    post, stranger = Post(), newcomer(mailing)
    known = enrolled(mailing, post)
    wishes = {"language": "en", "openings": "each", "others": "each"}
    ok(known.send("PUT", "/notice-settings", {**wishes}))
    ok(asks(stranger, known.address), 202)
    post.run(mailing)
    [mail] = post.sent[1:]
    assert (mail.to, mail.text.subject) == (known.address, "Coffre: you have an account already")
    for form in (mail.text.plain, mail.text.html):
        assert f"{ORIGIN}/signin" in form
        assert f"{ORIGIN}/recover" in form
    assert re.search(r"\d{4} \d{4}", mail.text.plain) is None


def test_the_mail_speaks_the_language_that_was_asked_for(mailing: Room) -> None:
    post, who = Post(), newcomer(mailing)
    for language, subject in (
        ("fr", "Coffre : votre code d’inscription"),
        ("en", "Coffre: your sign-up code"),
    ):
        who.http.environ_base["HTTP_ACCEPT_LANGUAGE"] = language
        ok(asks(who), 202)
        code = post.code(mailing)
        assert (post.sent[-1].text.language, post.sent[-1].text.subject) == (language, subject)
        for form in (post.sent[-1].text.plain, post.sent[-1].text.html):
            assert f"{code[:4]} {code[4:]}" in form
            assert ORIGIN in form


def test_a_wrong_code_counts_and_an_old_one_is_over(mailing: Room) -> None:
    post, who = Post(), newcomer(mailing)
    refused(signs_up(who, None), "ended", 403)
    refused(signs_up(who, "12345678"), "ended", 403)
    ok(asks(who), 202)
    first = post.code(mailing)
    answer = signs_up(who, other_than(first))
    refused(answer, "credentials", 401)
    assert answer.get_json()["remainingAttempts"] == sign_ups.ATTEMPTS - 1
    ok(asks(who), 202)
    second = post.code(mailing)
    refused(signs_up(who, first), "credentials", 401)
    mailing.clock.now += sign_ups.LIFETIME
    refused(signs_up(who, second), "ended", 403)
    for malformed in ("1234 5678", "1234567", "abcdefgh"):
        refused(signs_up(who, malformed), "malformed", 400)
    ok(asks(who), 202)
    third = post.code(mailing)
    refused(signs_up(newcomer(mailing, "other@example.org"), third), "ended", 403)
    ok(signs_up(who, third), 201)


def test_a_code_is_of_one_mail_to_one_address(mailing: Room) -> None:
    with mailing.app.app_context():
        key = context.parts().server_key
    mail, other = bytes(32), bytes([1]) * 32
    [code] = sign_ups.codes(key, "anne@example.org", mail)
    assert sign_ups.codes(key, "anne@example.org", mail) == [code]
    assert code not in sign_ups.codes(key, "annie@example.org", mail)
    assert code not in sign_ups.codes(key, "anne@example.org", other)


def test_guesses_are_counted_for_all_codes_of_an_address(mailing: Room) -> None:
    post, who, code = Post(), newcomer(mailing), ""
    for guesses in (4, sign_ups.ATTEMPTS - 4):
        ok(asks(who), 202)
        code = post.code(mailing)
        for _ in range(guesses):
            refused(signs_up(who, other_than(code)), "credentials", 401)
    refused(signs_up(who, code), "ended", 403)
    ok(asks(who), 202)
    refused(signs_up(who, post.code(mailing)), "ended", 403)
    # The row is a day old: whoever asks now begins anew, also before the sweep came by.
    mailing.clock.now += 2 * DAY
    ok(asks(who), 202)
    ok(signs_up(who, post.code(mailing)), 201)


def test_mails_to_one_address_and_from_one_network_are_counted(mailing: Room) -> None:
    who = newcomer(mailing)
    answers = [asks(who).status_code for _ in range(sign_ups.PER_ADDRESS.limit + 1)]
    assert answers == [202] * sign_ups.PER_ADDRESS.limit + [429]
    more = sign_ups.PER_CLIENT.limit - sign_ups.PER_ADDRESS.limit
    assert {asks(who, f"a{number}@example.org").status_code for number in range(more)} == {202}
    refused(asks(who, "one.more@example.org"), "busy", 429)
    with mailing.database.reading() as session:
        assert len(session.execute(select(OutboxMessage)).all()) == sign_ups.PER_CLIENT.limit


def test_what_mail_cannot_reach_is_refused(mailing: Room) -> None:
    for address in ("nobody", "é@example.org", "a@b@example.org", "a b@example.org"):
        refused(asks(newcomer(mailing), address), "malformed", 400)


def test_nothing_of_a_code_is_kept_and_addresses_go_after_a_day(mailing: Room) -> None:
    post, who = Post(), newcomer(mailing)
    ok(asks(who), 202)
    code = post.code(mailing)
    with mailing.database.engine.connect() as connection:
        for table in (PendingAddress, OutboxMessage, Attempt):
            rows = connection.execute(select(table.__table__)).all()
            assert rows
            assert code not in repr(rows)
    for seconds, left in ((DAY - 1, 1), (1, 0)):
        mailing.clock.now += seconds
        sweep(mailing.database, mailing.store, mailing.clock)
        with mailing.database.reading() as session:
            assert len(session.execute(select(PendingAddress)).all()) == left


def test_an_old_code_is_not_mailed_and_an_address_that_does_not_exist_troubles_no_operator(
    mailing: Room,
) -> None:
    post, who = Post(), newcomer(mailing)
    ok(asks(who), 202)
    ok(asks(who), 202)
    assert post.run(mailing) == Delivered(sent=1)
    ok(asks(who), 202)
    mailing.clock.now += sign_ups.LIFETIME
    assert post.run(mailing) == Delivered()
    post.refuses = True
    ok(asks(who), 202)
    for _ in range(3):
        assert post.run(mailing) == Delivered(refused=1)
        mailing.clock.now += 300
    assert post.run(mailing) == Delivered()
    with mailing.database.reading() as session:
        assert session.execute(select(OutboxMessage).where(OutboxMessage.sent.is_(None))).all() == []


def test_without_mail_there_is_one_step(room: Room) -> None:
    who = newcomer(room)
    assert ok(who.send("GET", "/server"))["confirm_address"] is False
    refused(asks(who), "not_found", 404)
    ok(signs_up(who, None), 201)
    refused(signs_up(newcomer(room), None), "conflict", 409)


CASES: dict[str, Callable[[Patient], TestResponse]] = {
    "challenge, password": lambda who: who.send(
        "POST", "/sessions/challenge", {"address": who.address, "method": "password"}
    ),
    "challenge, kit": lambda who: who.send(
        "POST", "/sessions/challenge", {"address": who.address, "method": "kit"}
    ),
    "sign-in, password": lambda who: who.sign_in(key=SigningKey.generate()),
    "sign-in, kit": lambda who: who.sign_in("kit", key=SigningKey.generate()),
    "code": asks,
    "sign-up, no code": lambda who: signs_up(who, None),
    "sign-up, a code that is not the one": lambda who: signs_up(who, "00000000"),
}
"""Every public route that takes an address."""


def test_no_route_tells_whether_an_address_has_an_account(
    mailing: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    known, new = newcomer(mailing, enrolled(mailing, Post()).address), newcomer(mailing)
    for who in (known, new):
        ok(asks(who), 202)
    for case, send in CASES.items():
        one, other = (told(mailing, monkeypatch, send, who) for who in (known, new))
        assert one == other, case
        assert one[0].asked, case


def told(
    room: Room, monkeypatch: pytest.MonkeyPatch, send: Callable[[Patient], TestResponse], who: Patient
) -> tuple[Work, int, bytes, list[tuple[str, str]]]:
    with counted(room, monkeypatch) as work:
        answer = send(who)
    return work, answer.status_code, without_random(answer), shape(answer)


def without_random(answer: TestResponse) -> bytes:
    """The body; of what is drawn anew each time, its length."""
    return re.sub(rb'"(challenge|salt)":"([^"]+)"', lambda m: m[1] + b"%d" % len(m[2]), answer.data)


def shape(answer: TestResponse) -> list[tuple[str, str]]:
    """The headers; of a cookie its name, of the rest all but what differs at each request."""
    changing = {"Set-Cookie", "Date", "X-Request-Id"}
    return sorted((name, "" if name in changing else value) for name, value in answer.headers.items())
