"""What people and their devices get wrong about grants: one typed error each, the same in both clients, and
nothing signed, sealed or changed.

Two redemptions at once, of which one wins: tests/vault/test_grants.py, and L2 in test_sharing.py.
"""

import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

import pytest

from tests.attacks import typescript_client
from tests.attacks.people import Device
from tests.attacks.typescript_client import TypeScriptClient, home_of
from tests.attacks.world import World

pytestmark = pytest.mark.slow

DAY: Final = 24 * 3600
NOWHERE: Final = "f" * 32


@dataclass(frozen=True)
class Wrong:
    """One thing that is wrong, as each client is asked for it, and what each says: the command line's exit
    status and code, the web engine's code."""

    who: str
    arguments: Callable[[World, Device], tuple[str, ...]]
    says: tuple[int, str]
    line: Callable[[World], dict[str, Any]]
    engine_says: str
    before: Callable[[World], object] = lambda _: None


def _until(world: World, seconds: int) -> str:
    return datetime.fromtimestamp(world.clock() + seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _inviting(sections: str, seconds: int, says: tuple[int, str], engine_says: str) -> Wrong:
    kinds = [one for one in sections.split(",") if one]

    def arguments(world: World, _: Device) -> tuple[str, ...]:
        until = _until(world, seconds)
        return ("grant", "new", "--invite", "--sections", sections, "--rights", "read", "--until", until)

    def line(_: World) -> dict[str, Any]:
        return {"flow": "invite", "terms": {"sections": kinds, "seconds": seconds}}

    return Wrong("anne", arguments, says, line, engine_says)


def _giving_to(
    name: str, says: tuple[int, str], engine_says: str, before: Callable[[World], object] = lambda _: None
) -> Wrong:
    def arguments(world: World, _: Device) -> tuple[str, ...]:
        return ("grant", "new", "--to", world.fingerprints[name], "--sections", "dental")

    def line(world: World) -> dict[str, Any]:
        return {"flow": "grant_to", "professional": world.fingerprints[name]}

    return Wrong("anne", arguments, says, line, engine_says, before)


def _redeeming(
    link: Callable[[World], str],
    says: tuple[int, str],
    engine_says: str,
    before: Callable[[World], object] = lambda _: None,
) -> Wrong:
    return Wrong(
        "novice",
        lambda world, _: ("grant", "redeem", link(world)),
        says,
        lambda world: {"flow": "redeem", "link": link(world)},
        engine_says,
        before,
    )


def _invitation(world: World) -> str:
    return world.vaults["anne"].invitation


def _unsay(world: World) -> None:
    """The directory says nothing about anybody."""
    with sqlite3.connect(world.database) as connection:
        connection.execute("DELETE FROM directory_entries")
    connection.close()


def _used(world: World) -> None:
    world.device("novice").json("grant", "redeem", _invitation(world))


def _late(world: World) -> None:
    """Past the invitation's end. The sessions of those who come then are young."""
    world.clock.time += 8 * DAY
    with sqlite3.connect(world.database) as connection:
        connection.execute("UPDATE sessions SET expires = ?", (world.clock() + DAY,))
    connection.close()


def _other_secret(world: World) -> str:
    head, _, secret = _invitation(world).rpartition(".")
    return f"{head}.{'A' if secret[0] != 'A' else 'B'}{secret[1:]}"


TABLE: Final = {
    "400 days": _inviting("dental", 400 * DAY, (2, "limit_exceeded"), "limit_exceeded"),
    "ends before it starts": _inviting("dental", -DAY, (2, "malformed"), "malformed"),
    "unknown section": _inviting(NOWHERE, DAY, (3, "not_found"), "not_found"),
    "no section": _inviting(",", DAY, (2, "usage"), "malformed"),
    "the inbox": _inviting("inbox", DAY, (2, "usage"), "malformed"),
    "unverified": _giving_to("nurse", (4, "unverified"), "unverified", _unsay),
    "blocked": _giving_to("former", (4, "blocked"), "blocked"),
    "used": _redeeming(_invitation, (4, "used"), "used", _used),
    "expired": _redeeming(_invitation, (4, "ended"), "ended", _late),
    "another secret": _redeeming(_other_secret, (5, "tampered"), "tampered"),
    "a share's code": _redeeming(lambda world: world.vaults["anne"].link, (2, "malformed"), "malformed"),
    "no link": _redeeming(lambda _: "https://example.org/", (2, "malformed"), "malformed"),
}


@pytest.fixture(scope="module")
def engine(world: World, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TypeScriptClient]:
    folder = tmp_path_factory.mktemp("typescript")
    with world.server.listening() as port, typescript_client.running(folder, port) as client:
        yield client


@pytest.mark.parametrize("wrong", TABLE.values(), ids=TABLE.keys())
def test_on_the_command_line(world: World, wrong: Wrong) -> None:
    with world.restored(), world.server.hostile(None):
        wrong.before(world)
        device, before = world.device(wrong.who), _grants(world)
        assert device.fails(*wrong.arguments(world, device)) == wrong.says
        assert _grants(world) == before


@pytest.mark.parametrize("wrong", TABLE.values(), ids=TABLE.keys())
def test_in_the_web_app_s_engine(world: World, engine: TypeScriptClient, wrong: Wrong) -> None:
    with world.restored(), world.server.hostile(None):
        wrong.before(world)
        before = _grants(world)
        found = engine.ask(world, home_of(world.device(wrong.who)), wrong.line(world))
        assert found.get("error") == wrong.engine_says, found
        assert _grants(world) == before


def _grants(world: World) -> list[tuple[object, ...]]:
    """Every grant as the server has it."""
    with sqlite3.connect(world.database) as connection:
        found = connection.execute(
            "SELECT id, sequence, professional, not_after, revoked_seq, bundle FROM grants ORDER BY id"
        ).fetchall()
    connection.close()
    return found
