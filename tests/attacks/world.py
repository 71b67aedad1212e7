"""Where the attacks take place: one server, and a day in the life of three patients on it.

Anne is attacked. Bela is another patient, Mallory the attacker's own account; the same happens in all three
vaults, so that for each of Anne's values there is an authentic one of somebody else and a fresh valid one of
the attacker. One professional reads all three. `World.restored` puts the server back to the end of that day.
"""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import httpx

from crypto.recovery import Kit
from crypto.successions import LEAD
from tests.attacks.hostile_server import Exchange, HostileServer
from tests.attacks.people import Device
from tests.attacks.versions import add_version, client_of, rotate_inbox
from tests.through import through
from tests.vault.client.people import ORIGIN, PASSWORD, Clock
from tests.vault.rooms import rpps_number
from vault import checkpoints, signing_keys
from vault.admin import directory as operators
from vault.admin import directory_keys
from vault.client import account
from vault.client.account import NewAccount
from vault.client.api import Api
from vault.config import load
from vault.database import Database
from web.app import create_app
from web.serve import prepare

MARKER = b"what nobody but Anne's readers may see "
TITLE = "Kyste de l'ovaire gauche"
PATIENTS = ("anne", "bela", "mallory")
PROFESSIONALS = ("doctor", "nurse", "former", "novice", "rogue")
CODE = "lilas-1204-perron"


@dataclass(frozen=True)
class Account:
    """Someone with an account, and the device on which it was opened."""

    device: Device
    kit: Kit = field(repr=False)


@dataclass
class Vault:
    """What happened in a patient's vault, and what was exchanged meanwhile."""

    patient: Account
    id: str
    documents: dict[str, str] = field(default_factory=dict)
    contents: dict[str, bytes] = field(default_factory=dict, repr=False)
    grants: dict[str, str] = field(default_factory=dict)
    invitation: str = field(default="", repr=False)
    link: str = field(default="", repr=False)
    share: str = ""
    deposit: str = ""
    exchanges: list[Exchange] = field(default_factory=list, repr=False)


@dataclass
class World:
    """One server and everyone on it."""

    folder: Path
    server: HostileServer
    clock: Clock
    database: Path
    people: dict[str, Account] = field(default_factory=dict)
    vaults: dict[str, Vault] = field(default_factory=dict)
    fingerprints: dict[str, str] = field(default_factory=dict)
    sessions: dict[str, list[Exchange]] = field(default_factory=dict)
    checkpoint: Callable[[], object] = lambda: None
    rotate: Callable[[], object] = lambda: None
    """The server's job that appends leaves and signs."""
    copies: int = 0

    def device(self, name: str) -> Device:
        """A copy of someone's device as it was at the end of the day; an empty one for a stranger."""
        self.copies += 1
        folder = self.folder / f"copy-{self.copies % 8}"
        if name not in self.people:
            return self.people["anne"].device.empty(folder)
        return self.people[name].device.copy(folder)

    def fresh(self, name: str) -> Device:
        """A new device of someone's: same address and password, nothing seen."""
        self.copies += 1
        folder = self.folder / f"copy-{self.copies % 8}"
        if name not in self.people:
            visitor = self.people["anne"].device.empty(folder)
            return replace(visitor, email=f"{name}@example.org")
        return self.people[name].device.empty(folder)

    @contextmanager
    def restored(self) -> Iterator[None]:
        """Puts server and clock back when the block ends."""
        time = self.clock.time
        try:
            yield
        finally:
            self.clock.time = time
            copy_database(self.database.with_suffix(".kept"), self.database)

    def keep(self) -> None:
        """Makes this moment the one that `restored` comes back to."""
        copy_database(self.database, self.database.with_suffix(".kept"))


def copy_database(source: Path, target: Path) -> None:
    """Replaces a database by another's contents, under the feet of whoever has it open."""
    with sqlite3.connect(source) as there, sqlite3.connect(target) as here:
        there.backup(here)
    there.close()
    here.close()


@contextmanager
def opened_world(folder: Path) -> Iterator[World]:
    """The server, and the day told."""
    data = folder / "data"
    config = load(None, {"COFFRE_DATA": str(data), "COFFRE_SERVER_CONTACT": "aide@coffre.test"})
    prepare(config)
    clock = Clock()
    database = Database.open(config.database.url)
    application = httpx.WSGITransport(create_app(config, clock=clock, database=database))
    file = Path(config.database.url.removeprefix("sqlite:///"))
    world = World(folder, HostileServer(application), clock, file)

    def rotate() -> None:
        """Other keys follow the server's and the directory's, and begin to sign."""
        with database.writing() as session:
            signing_keys.rotate(session, overlap=signing_keys.OVERLAP, now=clock())
            made = directory_keys.rotate(
                session, config.directory.key_file, overlap=directory_keys.OVERLAP, now=clock()
            )
            checkpoints.renew(session, clock())
        directory_keys.put_in_place(config.directory.key_file, made.sequence)
        clock.time += LEAD

    def checkpoint() -> int:
        return checkpoints.checkpoint(database, clock)

    def verify(rpps: str) -> None:
        with database.writing() as session:
            key = operators.key_at_hand(session, config.directory.key_file, clock())
            operators.decide(session, rpps, "verified", key, clock())

    world.checkpoint, world.rotate = checkpoint, rotate
    with database.writing() as session:
        # Clients pin the directory's key at their first contact.
        operators.key_at_hand(session, config.directory.key_file, clock())
    tell(world, verify)
    world.keep()
    yield world
    database.close()


def tell(world: World, verify: Callable[[str], None]) -> None:
    """The day: everybody signs up, the operator verifies the professionals, then the same in each vault."""
    for number, name in enumerate((*PATIENTS, *PROFESSIONALS)):
        world.people[name] = sign_up(world, name, number)
        if name in PROFESSIONALS:
            verify(rpps_number(number))
        shown = world.people[name].device.shown("whoami")
        world.fingerprints[name] = shown["fingerprint"]
    for name in PATIENTS:
        with world.server.recording() as world.sessions[name]:
            sign_in_everywhere(world, name)
    for name in ("bela", "mallory", "anne"):
        with world.server.recording() as exchanges:
            world.vaults[name] = live(world, name)
            sign_in_everywhere(world, name)
        world.vaults[name].exchanges = world.sessions[name] + exchanges


def sign_in_everywhere(world: World, name: str) -> None:
    """Signs in on another device, and writes the keyring there, so that there are older sessions and
    keyrings.
    """
    other = world.fresh(name)
    other.json("login", "--server", ORIGIN, "--email", other.email)
    client_of(other).refresh_keyring()


def sign_up(world: World, name: str, number: int) -> Account:
    """An account, with its kit kept for the tests."""
    patient = name in PATIENTS
    folder = world.folder / name
    folder.mkdir()
    device = Device(folder, world.server.network, world.clock, f"{name}@example.org")
    new = (
        NewAccount(address=device.email, name=f"{name.title()} Durand")
        if patient
        else NewAccount(
            address=device.email,
            name=f"Dr {name.title()}",
            role="professional",
            rpps=rpps_number(number),
            profession="10",
        )
    )
    api = Api(ORIGIN, network=through(world.server.network))
    server = account.look_at(api)
    prepared = account.prepare(new, PASSWORD, server, world.clock())
    account.sign_up(device.home, api, server, prepared)
    api.close()
    return Account(device, prepared.kit)


def live(world: World, name: str) -> Vault:
    """Documents, versions, moves, a removal, grants, a revocation and its rotation, a share and its
    opening.
    """
    patient = world.people[name]
    device, seed = patient.device, name.encode()
    vault = Vault(patient, device.shown("whoami")["vault"])
    large = (MARKER + seed) * (200_000 // (len(MARKER) + len(seed)))
    for letter, section, content in (
        ("a", "imaging", large),
        ("b", "imaging", MARKER + b"b" + seed),
        ("c", "reports", large + b"c"),
        ("e", "reports", MARKER + b"e" + seed),
        ("f", "reports", MARKER + b"f" + seed),
    ):
        vault.contents[letter] = content
        path = device.write(f"{name}-{letter}.txt", content)
        title = f"{TITLE} {name} {letter}"
        [added] = device.rows("add", path, "--section", section, "--title", title)
        vault.documents[letter] = added["id"]
        device.rows("list")
    vault.contents["a2"] = MARKER + b"second version" + seed
    add_version(device, vault.documents["a"], vault.contents["a2"])
    for professional, sections, rights in (
        ("doctor", "imaging,reports", "read,add"),
        ("nurse", "imaging", "read"),
        ("former", "vision,imaging", "read"),
    ):
        given = device.shown("grant", "new", "--invite", "--sections", sections, "--rights", rights)
        vault.grants[professional] = given["id"]
        world.people[professional].device.json("grant", "redeem", given["invitation"])
    doctor, former = world.people["doctor"].device, world.people["former"].device
    own = ("--vault", vault.id)
    for reader in (doctor, former):
        reader.json("get", vault.documents["b"], "-o", str(reader.folder / "out"), *own)
    path = doctor.write("d.txt", MARKER + b"d" + seed)
    [added] = doctor.rows("add", path, "--section", "imaging", "--title", f"{TITLE} {name} d", *own)
    vault.documents["d"], vault.contents["d"] = added["id"], MARKER + b"d" + seed
    device.json("mask", vault.documents["c"])
    device.json("unmask", vault.documents["c"])
    path = doctor.write("g.txt", MARKER + b"g" + seed)
    [added] = doctor.rows("add", path, "--section", "imaging", "--title", f"{TITLE} {name} g", *own)
    vault.documents["g"] = added["id"]
    device.json("mask", vault.documents["g"])
    device.json("mask", vault.documents["f"])
    device.json("remove", vault.documents["e"])
    for letter in ("b", "a"):
        device.json("get", vault.documents[letter], "-o", str(device.folder / "out"))
    # Homes as they were before the end of the former reader's grant: an attacker with this reader has them.
    if name == "anne":
        world.people["former-before"] = Account(former.copy(world.folder / "former-before"), patient.kit)
    device.json("grant", "revoke", vault.grants["former"])
    device.json("grant", "block", world.fingerprints["former"])
    world.people["nurse"].device.json("grant", "ask", vault.grants["nurse"])
    shared = device.shown(
        "share", "new", vault.documents["a"], vault.documents["b"], "--for", "1d", "--label", f"pour {name}"
    )
    vault.share, vault.link = shared["id"], shared["link"]
    rotate_inbox(device)
    own_link = device.shown("deposit", "--link")["link"]
    for words in ("first", "second"):
        path = doctor.write(f"{words}.txt", MARKER + words.encode() + seed)
        [left] = doctor.rows("deposit", path, "--to", own_link, "--title", f"{TITLE} {name} {words}")
        vault.deposit = left["id"]
        device.json("list")
    doctor.json("deposit", "--list", vault.id)
    [*_, gone] = doctor.rows("deposit", "--list", vault.id)[:1]
    doctor.json("deposit", "--withdraw", vault.id, gone["id"])
    device.json("section", "add", "Sport")
    device.json("settings", "--mask-new", "on")
    device.json("settings", "--mask-new", "off")
    visitor = device.empty(world.folder / "visitor")
    visitor.json("open", vault.link, "-o", str(visitor.folder / "in"))
    device.json("share", "list")
    if name == "anne":
        device.json("directory", world.fingerprints["doctor"])
        world.rotate()
        visitor.json("open", vault.link, "-o", str(visitor.folder / "again"))
        device.json("share", "list")
        device.json("directory", world.fingerprints["doctor"])
    given = device.shown("grant", "new", "--invite", "--sections", "imaging")
    vault.invitation, vault.grants["novice"] = given["invitation"], given["id"]
    doctor.json("get", vault.documents["g"], "-o", str(doctor.folder / "out"), *own)
    world.checkpoint()
    device.json("journal")
    device.json("list")
    doctor.json("list", *own)
    # A newer checkpoint, which another device has seen and this one will be asked to believe.
    device.json("get", vault.documents["b"], "-o", str(device.folder / "out"))
    world.checkpoint()
    device.copy(world.folder / f"{name}-elsewhere").json("journal")
    return vault
