"""Who asks for what is not there is told the same as for what is there and not theirs, and gives the server
the same work.

Work is counted in statements to the database and signatures that are verified: times would say less, and fail
at random.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import pytest
from sqlalchemy import event
from werkzeug.test import TestResponse

from crypto import signing, statements
from crypto.encoding import new_id
from crypto.signing import SigningKey
from tests.vault.actors import Actor, Patient, open_link
from tests.vault.rooms import Room
from tests.vault.sealed import SealedVersion
from tests.web.test_gate import CLOSED, ID
from web.server_keys import Keys


class Work:
    """What was asked of the database, in order, and how often a signature was verified."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.verified = 0

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Work) and (self.asked, self.verified) == (other.asked, other.verified)

    def __hash__(self) -> int:
        return hash((tuple(self.asked), self.verified))


@contextmanager
def counted(room: Room, monkeypatch: pytest.MonkeyPatch) -> Iterator[Work]:
    """Counts the work from here to the end of the block."""
    work = Work()
    verify = signing.verify

    def note(*, statement: str, **_others: object) -> None:
        # Asked once a second, whoever comes.
        if "FROM maintenance" not in statement:
            work.asked.append(statement)

    def count(public: bytes, label: str, message: bytes, signature: bytes) -> None:
        work.verified += 1
        verify(public, label, message, signature)

    event.listen(room.database.engine, "before_cursor_execute", note, named=True)
    with monkeypatch.context() as patch:
        patch.setattr(statements, "verify_signature", count)
        # Looked at every ten seconds, whoever comes.
        patch.setattr(Keys, "current", lambda keys: keys._read[1])
        yield work
    event.remove(room.database.engine, "before_cursor_execute", note)


@pytest.mark.parametrize("method", ["password", "kit"])
def test_an_address_that_is_known_costs_what_an_unknown_one_does(
    room: Room, monkeypatch: pytest.MonkeyPatch, method: str
) -> None:
    known = room.patient()
    unknown = Patient(room.app.test_client(), room.clock, "nobody@example.org")
    found = []
    for who in (known, unknown):
        with counted(room, monkeypatch) as asking:
            given = who.challenge(method)["challenge"]
        wrong = who.login_statement(given, method, key=SigningKey.generate())
        with counted(room, monkeypatch) as signing_in:
            answer = who.send("POST", "/sessions", {"login": wrong.to_wire()})
        assert asking.asked
        assert signing_in.asked
        assert signing_in.verified == 1
        found.append((asking, signing_in, answer.status_code, answer.data, sorted(answer.headers.keys())))
    assert found[0] == found[1]


@pytest.mark.slow
def test_a_share_that_is_over_is_as_if_it_had_never_been(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    owner, anyone = room.patient(), room.app.test_client()
    sealed = SealedVersion(owner.sections[1])
    assert owner.commit(sealed).status_code == 201

    def shared(**terms: Any) -> bytes:
        locator = os.urandom(32)
        _, made = owner.share([(sealed.document, 1)], [b"jwe"], locator=locator, **terms)
        assert made.status_code == 200, made.get_json()
        return locator

    used_up, guessed, late = shared(max_openings=1), shared(passcode="lilas-1204"), shared()
    assert open_link(anyone, used_up).status_code == 200
    while "remainingAttempts" in (guess := open_link(anyone, guessed, passcode="no")).get_json():
        assert guess.status_code == 401
    alive = shared(not_after=room.clock.now + 3600, flag="U")
    room.clock.now += 900
    assert open_link(anyone, alive).status_code == 200
    over = [told(room, monkeypatch, partial(open_link, anyone, one)) for one in (used_up, guessed, late)]
    assert over == [told(room, monkeypatch, partial(open_link, anyone, os.urandom(32)))] * 3


def test_what_is_not_theirs_is_as_if_it_were_not_there(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    owner = room.patient()
    sealed = SealedVersion(owner.sections[1])
    assert owner.commit(sealed).status_code == 201
    grant, made = owner.invite(SigningKey.generate())
    assert made.status_code == 200
    strangers: list[Actor] = [room.patient(), room.professional()]
    names = [one for one in CLOSED if one.method == "GET" and "{" in one.path]
    assert len(names) > 10
    for who in strangers:
        for operation in names:
            there = operation.path.replace("{vault}", owner.vault).replace("{document}", sealed.document)
            there = there.replace("{version}", "1").replace("{grant}", grant).replace("{upload}", ID)
            if operation.path == "/api/v1/invitations/{grant}" and who.role == "professional":
                # An invitation is for whoever has its link.
                continue
            nowhere = operation.path.replace("{version}", "1")
            for name in ("{vault}", "{document}", "{grant}", "{upload}"):
                nowhere = nowhere.replace(name, new_id())
            assert told(room, monkeypatch, ask(who, there)) == told(room, monkeypatch, ask(who, nowhere)), (
                operation.path
            )


def ask(who: Actor, path: str) -> Callable[[], TestResponse]:
    return lambda: who.send("GET", path.removeprefix("/api/v1"))


def told(
    room: Room, monkeypatch: pytest.MonkeyPatch, send: Callable[[], TestResponse]
) -> tuple[Work, int, bytes]:
    with counted(room, monkeypatch) as work:
        answer = send()
    assert answer.status_code >= 400
    return work, answer.status_code, answer.data
