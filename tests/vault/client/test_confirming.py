"""`coffre signup` where the server mails a code first."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from tests.vault.client.conftest import Server
from tests.vault.client.people import ORIGIN, Clock, Network, Person
from tests.vault.schemas import lay_schema
from vault.config import load
from vault.database import Database
from vault.delivery import deliver
from vault.outbox import Outgoing
from web.serve import prepare

MAIL = {"COFFRE_MAIL_URL": "smtps://mail.example.org:465", "COFFRE_MAIL_SENDER": "coffre@example.org"}
WRONG = "0000 0000\n"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """A server that sends mail."""
    config = load(None, {"COFFRE_DATA": str(tmp_path / "data"), **MAIL})
    lay_schema(config)
    prepare(config)
    database = Database.open(config.database.url)
    yield Server(config, database)
    database.close()


class Post:
    """The mails of a server."""

    def __init__(self, server: Server, clock: Clock) -> None:
        self._server, self._clock = server, clock
        self.sent: list[Outgoing] = []

    def send(self, outgoing: Outgoing) -> None:
        self.sent.append(outgoing)

    def close(self) -> None:
        """Nothing to end."""

    def code(self) -> str:
        """Sends what waits; the code of the newest mail as it is written there."""
        deliver(self._server.database, {"mail": self}, self._clock, origin=ORIGIN)
        [found] = re.findall(r"^\d{4} \d{4}$", self.sent[-1].text.plain, re.MULTILINE)
        return str(found)


class Typing:
    """A terminal at which somebody types; lines may be known only when they are read."""

    def __init__(self, *lines: Callable[[], str]) -> None:
        self._lines = list(lines)

    def isatty(self) -> bool:
        return True

    def readline(self) -> str:
        return self._lines.pop(0)()


@pytest.fixture
def post(server: Server, clock: Clock) -> Post:
    return Post(server, clock)


def signup(who: Person, *more: str) -> tuple[str, ...]:
    kit = str(who.folder / "kit.pdf")
    return ("signup", "--server", ORIGIN, "--email", who.email, "--name", "Anne Durand", "--kit", kit, *more)


def test_a_script_gives_the_code_to_a_second_run(
    person: Callable[[str], Person], post: Post, network: Network
) -> None:
    who = person("patient")
    assert who.fails(*signup(who)) == (2, "code_needed")
    code = post.code()
    assert not (who.folder / "kit.pdf").exists()
    wrong = f"{(int(code.replace(' ', '')) + 1) % 10**8:08d}"
    assert who.fails(*signup(who, "--code", wrong)) == (4, "code")
    assert not (who.folder / "kit.pdf").exists(), "no kit of no account"
    found = who.json(*signup(who, "--code", code))
    assert who.json("whoami")["account"] == found["account"]
    assert (who.folder / "kit.pdf").exists()
    other = person("other")
    other.email = who.email
    asked = [request for request in network.requests if request.url.path.endswith("/codes")]
    assert len(asked) == len(post.sent) == 1
    assert other.fails(*signup(other)) == (2, "code_needed"), "as for an address without an account"


def test_a_person_types_it_and_may_err(
    person: Callable[[str], Person], post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    who = person("patient")
    typed = Typing(lambda: "12\n", lambda: WRONG, lambda: f"{post.code().replace(' ', '-')}\n")
    monkeypatch.setattr("sys.stdin", typed)
    ran = who.run(*signup(who), "--json")
    assert ran.status == 0, ran.stderr
    assert ran.stderr.count("this is not the code") == 2
    assert "a message is on its way" in ran.stderr


def test_a_code_that_is_over_ends_the_asking(
    person: Callable[[str], Person], post: Post, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def late() -> str:
        code = post.code()
        clock.time += 3600
        return f"{code}\n"

    who = person("patient")
    monkeypatch.setattr("sys.stdin", Typing(late))
    assert who.fails(*signup(who)) == (4, "code")
    assert not (who.folder / "kit.pdf").exists()


def test_without_mail_no_code_is_looked_for(person: Callable[[str], Person], network: Network) -> None:
    def plain(request: httpx.Request, response: httpx.Response) -> httpx.Response:
        # As a server answers that knows of no codes.
        if not request.url.path.endswith("/server"):
            return response
        answer = {name: value for name, value in response.json().items() if name != "confirm_address"}
        return httpx.Response(200, content=json.dumps(answer).encode())

    who = person("patient")
    network.rewrite = plain
    assert who.fails(*signup(who)) == (4, "ended")
    assert not any(request.url.path.endswith("/codes") for request in network.requests)
