"""What people do with the Python client while a scenario runs: the matrix's flows.

A flow is a device in a known state, one command, and what of its result must not depend on the server's mood.
Flows that change something say how an honest look at the server afterwards must find it.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from tests.attacks import deposits
from tests.attacks.people import Device
from tests.attacks.world import CODE, MARKER, World
from tests.vault.client.people import ORIGIN, PASSWORD, Ran

_LEDGER: Final = "GET /vaults/{vault}/ledger"
_ACCESSES: Final = "GET /vaults/{vault}/accesses"
_OPEN: Final = "POST /vaults/{vault}/accesses"
_BUNDLE: Final = "GET /grants/{grant}/bundle"
_SIGN_IN: Final = ("GET /server", "POST /sessions/challenge", "POST /sessions", "POST /accounts")
NEW_PASSWORD: Final = "tambour-glycine-82-phare"
NEW_FILE: Final = MARKER + b"added under attack"
# More than travels whole with its manifest.
LARGE_FILE: Final = NEW_FILE + bytes(1 << 20).replace(b"\0", b".")
NEW_TITLE: Final = "Sérologie de confirmation"
SERVER: Final = ("--server", ORIGIN)


@dataclass(frozen=True)
class Flow:
    """One command of one person."""

    name: str
    who: str
    arguments: Callable[[World, Device], tuple[str, ...]]
    ready: Callable[[Device], None] = lambda device: None
    fresh: bool = False
    changes: bool = False
    """Whether the server is another one afterwards."""
    volatile: frozenset[str] = field(default=frozenset())
    after: Callable[[World, Device], Any] = lambda world, device: None

    partial: bool = False
    """Whether documents can be left out or doubled unseen: a SMART Health Link does not say how many there
    are.
    """
    reading: tuple[str, ...] = ()
    """Routes before which no vault was read: when their answers are refused, the home is as it was."""

    def reads(self, route: str) -> bool:
        """Whether an error in this route's answer leaves the home untouched, byte by byte."""
        return route in self.reading

    def device(self, world: World) -> Device:
        """Whoever runs it, in the state it begins with."""
        found = world.fresh(self.who) if self.fresh else world.device(self.who)
        for output in ("out", "in"):
            assert not (found.folder / output).exists()
        self.ready(found)
        return found

    def result(self, device: Device, ran: Ran) -> Any:
        """What was shown and written, without what is drawn anew each time."""
        written = {
            str(path.relative_to(device.folder)): path.read_bytes()
            for path in sorted(device.folder.rglob("*"))
            if path.is_file() and path.relative_to(device.folder).parts[0] in ("out", "in")
        }
        shown = json.loads(ran.stdout.replace(str(device.folder), "HOME"))
        return _without(shown, self.volatile), written


def _without(shown: Any, names: frozenset[str]) -> Any:
    if isinstance(shown, list):
        return [_without(member, names) for member in shown]
    if isinstance(shown, dict):
        return {name: value for name, value in shown.items() if name not in names}
    return shown


def _forget_caches(device: Device) -> None:
    for path in device.home.folder.glob("cache-*"):
        path.unlink()


def _forget_everything_seen(device: Device) -> None:
    _forget_caches(device)
    for pattern in ("pins-*", "checkpoint-*"):
        for path in device.home.folder.glob(pattern):
            path.unlink()


def _anne(world: World) -> tuple[str, str]:
    return ("--vault", world.vaults["anne"].id)


def _document(world: World, letter: str) -> str:
    return world.vaults["anne"].documents[letter]


def _out(device: Device) -> tuple[str, str]:
    return ("-o", str(device.folder / "out"))


def _write_kit(world: World, device: Device) -> str:
    return device.write("code", world.people["anne"].kit.words("english").encode())


def _restoring(world: World, device: Device) -> tuple[str, ...]:
    device.shown("remove", _document(world, "b"))
    return ("restore", _document(world, "b"))


def _titles(world: World, device: Device) -> Any:
    return sorted((row["title"], row["section"]) for row in device.rows("list"))


def _can_sign_in(password: str) -> Callable[[World, Device], Any]:
    def look(world: World, device: Device) -> Any:
        other = world.fresh("anne")
        other = Device(other.folder, other.network, other.clock, other.email, password)
        return other.shown("login", *SERVER, "--email", other.email)

    return look


def _open_new_share(world: World, device: Device) -> Any:
    return [(row["label"], row["openings"], row["state"]) for row in device.rows("share", "list")]


def _grants(world: World, device: Device) -> Any:
    return sorted((row["state"], str(row["sections"])) for row in device.rows("grant", "list"))


def _requests(world: World, device: Device) -> Any:
    return sorted(row["id"] for row in world.device("anne").rows("grant", "requests"))


def _doctor_reads(world: World, device: Device) -> Any:
    doctor = world.device("doctor")
    return len(doctor.rows("list", *_anne(world))), _grants(world, device)


def _novice_reads(world: World, device: Device) -> Any:
    return sorted(row["title"] for row in device.rows("list", *_anne(world)))


FLOWS: Final = {
    flow.name: flow
    for flow in (
        Flow(
            "sign_in",
            "anne",
            lambda world, device: ("login", *SERVER, "--email", device.email),
            fresh=True,
            reading=_SIGN_IN,
        ),
        Flow(
            "sign_up",
            "newcomer",
            lambda world, device: (
                *("signup", *SERVER, "--email", device.email, "--name", "Nora Durand"),
                *("--kit", str(device.folder / "kit.pdf")),
            ),
            fresh=True,
            changes=True,
            volatile=frozenset({"account", "vault", "fingerprint"}),
            reading=_SIGN_IN,
        ),
        Flow(
            "recover",
            "anne",
            lambda world, device: (
                *("recover", *SERVER, "--email", device.email, "--code-file", _write_kit(world, device)),
                *("--password-file", device.write("new", NEW_PASSWORD.encode())),
            ),
            fresh=True,
            changes=True,
            after=_can_sign_in(NEW_PASSWORD),
            reading=_SIGN_IN[:2],
        ),
        Flow("logout", "anne", lambda world, device: ("logout",), changes=True),
        Flow("list", "anne", lambda world, device: ("list",), _forget_caches, reading=(_LEDGER,)),
        Flow(
            "list_on_new_device",
            "anne",
            lambda world, device: ("list",),
            _forget_everything_seen,
            reading=(_LEDGER,),
        ),
        Flow("journal", "anne", lambda world, device: ("journal", "--verify"), reading=(_LEDGER, _ACCESSES)),
        Flow(
            "get",
            "anne",
            lambda world, device: ("get", _document(world, "b"), *_out(device)),
            changes=True,
            reading=(_LEDGER, _OPEN),
        ),
        Flow(
            "share_list", "anne", lambda world, device: ("share", "list"), _forget_caches, reading=(_LEDGER,)
        ),
        Flow(
            "add",
            "anne",
            lambda world, device: (
                *("add", device.write("new.txt", NEW_FILE), "--title", NEW_TITLE, "--section", "reports"),
            ),
            changes=True,
            volatile=frozenset({"id"}),
            after=_titles,
        ),
        Flow(
            "add_large",
            "anne",
            lambda world, device: (
                *("add", device.write("new.txt", LARGE_FILE), "--title", NEW_TITLE, "--section", "reports"),
            ),
            changes=True,
            volatile=frozenset({"id"}),
            after=_titles,
        ),
        Flow(
            "add_many",
            "anne",
            lambda world, device: (
                *("add", device.write("new.txt", NEW_FILE), device.write("second.txt", NEW_FILE)),
                *("--section", "reports"),
            ),
            changes=True,
            volatile=frozenset({"id"}),
            after=_titles,
        ),
        Flow(
            "mask", "anne", lambda world, device: ("mask", _document(world, "b")), changes=True, after=_titles
        ),
        Flow(
            "unmask",
            "anne",
            lambda world, device: ("unmask", _document(world, "f")),
            changes=True,
            after=_titles,
        ),
        Flow(
            "remove",
            "anne",
            lambda world, device: ("remove", _document(world, "b")),
            changes=True,
            after=_titles,
        ),
        Flow("restore", "anne", _restoring, changes=True, after=_titles),
        Flow(
            "grant_to",
            "anne",
            lambda world, device: (
                *("grant", "new", "--sections", "dental", "--to", world.fingerprints["nurse"]),
            ),
            changes=True,
            volatile=frozenset({"id"}),
            after=_grants,
        ),
        Flow(
            "grant_documents",
            "anne",
            lambda world, device: (
                *("grant", "new", "--document", _document(world, "b"), "--to", world.fingerprints["nurse"]),
            ),
            changes=True,
            volatile=frozenset({"id"}),
            after=_grants,
        ),
        Flow(
            "revoke",
            "anne",
            lambda world, device: ("grant", "revoke", world.vaults["anne"].grants["nurse"]),
            changes=True,
            after=_doctor_reads,
        ),
        Flow(
            "ask",
            "doctor",
            lambda world, device: ("grant", "ask", world.vaults["anne"].grants["doctor"]),
            changes=True,
            after=_requests,
        ),
        Flow(
            "refuse",
            "anne",
            lambda world, device: ("grant", "refuse", world.vaults["anne"].grants["nurse"]),
            changes=True,
            after=_requests,
        ),
        Flow(
            "block",
            "anne",
            lambda world, device: ("grant", "block", world.fingerprints["nurse"]),
            changes=True,
            after=_doctor_reads,
        ),
        Flow(
            "unblock",
            "anne",
            lambda world, device: ("grant", "unblock", world.fingerprints["former"]),
            changes=True,
            after=_grants,
        ),
        Flow(
            "deposit",
            "doctor",
            deposits.depositing,
            changes=True,
            volatile=frozenset({"id"}),
            after=deposits.inbox,
        ),
        Flow(
            "withdraw",
            "doctor",
            lambda world, device: (
                *("deposit", "--withdraw", world.vaults["anne"].id, world.vaults["anne"].deposit),
            ),
            changes=True,
            after=deposits.own_deposits,
        ),
        Flow(
            "section_add",
            "anne",
            lambda world, device: ("section", "add", "Podologie"),
            changes=True,
            volatile=frozenset({"id"}),
            after=deposits.sections,
        ),
        Flow(
            "settings",
            "anne",
            lambda world, device: ("settings", "--mask-new", "on"),
            changes=True,
            after=deposits.settings,
        ),
        Flow(
            "share_new",
            "anne",
            lambda world, device: (
                *("share", "new", _document(world, "b"), "--label", "cabinet", "--for", "1h"),
                *("--passcode-file", device.write("passcode", CODE.encode())),
            ),
            changes=True,
            volatile=frozenset({"id", "link"}),
            after=_open_new_share,
        ),
        Flow(
            "share_extend",
            "anne",
            lambda world, device: ("share", "extend", world.vaults["anne"].share, "--for", "2h"),
            changes=True,
            volatile=frozenset({"link"}),
        ),
        Flow(
            "share_end",
            "anne",
            lambda world, device: ("share", "end", world.vaults["anne"].share),
            changes=True,
        ),
        Flow(
            "redeem",
            "novice",
            lambda world, device: ("grant", "redeem", world.vaults["anne"].invitation),
            changes=True,
            after=_novice_reads,
        ),
        Flow(
            "vaults", "doctor", lambda world, device: ("vaults",), reading=("GET /vaults", _LEDGER, _BUNDLE)
        ),
        Flow(
            "list_as_professional",
            "doctor",
            lambda world, device: ("list", *_anne(world)),
            _forget_caches,
            reading=(_LEDGER, _BUNDLE),
        ),
        Flow(
            "read_as_professional",
            "doctor",
            lambda world, device: ("get", _document(world, "d"), *_out(device), *_anne(world)),
            changes=True,
            reading=(_LEDGER, _BUNDLE, _OPEN),
        ),
        Flow(
            "read_as_author",
            "doctor",
            lambda world, device: ("get", _document(world, "g"), *_out(device), *_anne(world)),
            changes=True,
            reading=(_LEDGER, _BUNDLE, _OPEN),
        ),
        Flow(
            "open_link",
            "visitor",
            lambda world, device: ("open", world.vaults["anne"].link, "-o", str(device.folder / "in")),
            changes=True,
            partial=True,
        ),
    )
}


def run(world: World, flow: Flow) -> tuple[Device, dict[str, bytes], Ran]:
    """Runs a flow's command: the device, its state before, and what it said."""
    device = flow.device(world)
    arguments = flow.arguments(world, device)
    before = device.state()
    return device, before, device.run(*arguments, "--json")


PASSWORDS: Final = (PASSWORD, NEW_PASSWORD)
