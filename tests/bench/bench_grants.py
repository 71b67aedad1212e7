"""What grants cost: the same with few and with many documents; a rotation for fifty readers; a list of 500
vaults.

`make bench` prints the figures beside their goals; nothing is asserted, because they depend on the machine.
COFFRE_BENCH_DOCUMENTS sets how many documents "many" is (10,000).
"""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from pathlib import Path
from statistics import median
from typing import Final

import pytest

from crypto.encoding import SectionId, new_id
from tests.attacks.household import Household, opened_host
from tests.bench.full_vault import fill
from tests.e2e.browser_steps import PASSWORD
from tests.e2e.command_line import CommandLine
from tests.e2e.crypto_page import CryptoPage, build_page
from tests.e2e.server_process import ServerProcess
from tests.vault.rooms import Room, open_room
from vault.client import documents, grants, redeeming
from vault.client.grants import Terms
from vault.client.new_versions import NewDocument
from vault.client.resuming import Uploads
from vault.client.vaults import OpenVault
from vault.models.accounts import Account
from vault.models.grants import Grant, GrantSection
from vault.models.vaults import Vault

FEW: Final = 10
MANY: Final = int(os.environ.get("COFFRE_BENCH_DOCUMENTS", "10000"))
ROUNDS: Final = 5
VAULTS: Final = 500
DAY: Final = 24 * 3600


@pytest.mark.timeout(1800)
def test_grants_cost_the_same_with_many_documents(tmp_path: Path) -> None:
    with opened_host(tmp_path / "data") as host:
        home = Household(host, tmp_path / "home", 1)
        home.folder.mkdir()
        home.settle_in()
        vault = home.patient(0)
        _fill(vault, tmp_path, FEW)
        few = _costs(home, vault)
        _fill(vault, tmp_path, MANY - FEW)
        many = _costs(home, vault)
    print(f"\nGrants on an open vault, server included, medians of {ROUNDS}")
    for name, taken in few.items():
        ratio = many[name] / taken
        print(f"  {name:8} {FEW:>6} documents {taken:.4f} s, {MANY:>6} {many[name]:.4f} s", end="")
        print(f", ratio {ratio:.2f} (goal 1.20)")


@pytest.mark.timeout(900)
def test_whole_commands_cost_the_same_with_many_documents(tmp_path: Path) -> None:
    """From their start to their end; after the first of each, which folds what the bench put there."""
    with ServerProcess(tmp_path / "server") as server:
        patient = CommandLine(tmp_path / "patient", server.url, PASSWORD)
        who = ("--server", server.url, "--email", "bench@example.org", "--name", "Anne", "--kit", "kit.pdf")
        patient.json("signup", *who)
        database = f"sqlite:///{server.data / 'coffre.sqlite3'}"
        fill(patient.home, database, documents=FEW, accesses=0)
        few = _whole(patient)
        fill(patient.home, database, documents=MANY - FEW, accesses=0)
        many = _whole(patient)
    print(f"\nWhole commands, medians of {ROUNDS}")
    for name, taken in few.items():
        ratio = many[name] / taken
        print(f"  {name:12} {FEW:>6} documents {taken:.3f} s, {MANY:>6} {many[name]:.3f} s", end="")
        print(f", ratio {ratio:.2f} (goal 1.20)")


def _whole(patient: CommandLine) -> dict[str, float]:
    new = ("grant", "new", "--invite", "--sections", "imaging,reports")
    taken: dict[str, list[float]] = {"grant new": [], "grant revoke": []}
    for number in range(ROUNDS + 1):
        start = time.perf_counter()
        grant = patient.json(*new)["id"]
        made = time.perf_counter()
        patient.json("grant", "revoke", grant)
        if number:
            taken["grant new"].append(made - start)
            taken["grant revoke"].append(time.perf_counter() - made)
    return {name: median(values) for name, values in taken.items()}


def _fill(vault: OpenVault, folder: Path, count: int) -> None:
    path = folder / "small.txt"
    path.write_bytes(b"x" * 100)
    news = [NewDocument(path, title=f"document {number}", date="2026-01-01") for number in range(count)]
    section = vault.section("reports")
    with Uploads(vault.client.home) as uploads:
        for _ in documents.add_all(vault, news, section, lambda _: nullcontext(_nothing), uploads):
            pass


def _nothing(_amount: int) -> None:
    """Nobody watches."""


def _costs(home: Household, vault: OpenVault) -> dict[str, float]:
    """Seconds of each step: giving by invitation, renewing, taking back with its rotation."""
    taken: dict[str, list[float]] = {"create": [], "renew": [], "revoke": []}
    scope = frozenset({vault.section("imaging"), vault.section("reports")})
    for number in range(ROUNDS + 1):
        for name, one in _round(home, vault, scope).items():
            taken[name] += [one] if number else []
    return {name: median(values) for name, values in taken.items()}


def _round(home: Household, vault: OpenVault, scope: frozenset[SectionId]) -> dict[str, float]:
    now = home.host.clock()
    made: list[tuple[str, str]] = []
    terms = Terms(scope, ("read",), now + 100 * DAY)
    times = {"create": _seconds(lambda: made.append(grants.invite(vault, terms, now + DAY)))}
    grant, link = made[0]
    redeeming.redeem(home.professional(0), link)
    vault.sync()
    times["renew"] = _seconds(lambda: grants.renew(vault, grant, now + 200 * DAY))
    times["revoke"] = _seconds(lambda: grants.revoke(vault, grant))
    return times


def _seconds(action: Callable[[], object]) -> float:
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def test_a_professionals_list_of_vaults(tmp_path: Path) -> None:
    room = open_room(tmp_path)
    doctor = room.professional()
    _vaults_of(room, doctor.account, doctor.author)
    assert len(doctor.send("GET", "/vaults").get_json()["vaults"]) == VAULTS
    taken = [_seconds(lambda: doctor.send("GET", "/vaults")) for _ in range(ROUNDS)]
    print(f"\nA professional's list of {VAULTS} vaults at the server: {median(taken):.3f} s (goal 0.300 s)")
    room.database.close()


def _vaults_of(room: Room, account: str, key: str) -> None:
    """Vaults with a grant each, as rows: no client ever reads them."""
    patient = room.patient()
    with room.database.writing() as session:
        owner = session.get_one(Account, patient.account)
        for number in range(VAULTS):
            fields = {column.name: getattr(owner, column.name) for column in Account.__table__.columns}
            other = new_id()
            unique = {"id": other, "address": f"v{number}@example.org", "key": f"{number:043d}"}
            session.add(Account(**{**fields, **unique, "fingerprint": f"{number:040x}"}))
            session.flush()
            vault = Vault(
                id=new_id(),
                owner=other,
                ledger_size=1,
                ledger_head=bytes(32),
                accesses_size=0,
                accesses_head=bytes(32),
                stored_bytes=0,
                created=0,
            )
            session.add(vault)
            session.flush()
            grant = Grant(
                id=new_id(),
                vault=vault.id,
                sequence=1,
                granted_seq=1,
                may_add=True,
                may_read=True,
                not_before=0,
                not_after=room.clock() + DAY,
                professional=account,
                professional_key=key,
                bundle=b"x",
            )
            session.add(grant)
            session.flush()
            session.add_all(GrantSection(grant_id=grant.id, section=new_id()) for _ in range(10))


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CryptoPage]:
    folder = tmp_path_factory.mktemp("crypto")
    build_page(folder)
    with CryptoPage(folder) as page:
        yield page


@pytest.mark.timeout(600)
def test_a_rotation_of_all_sections_in_chromium(page: CryptoPage) -> None:
    def once() -> float:
        taken: float = page.ask("rotation", {"grants": 50, "sections": 18})
        return taken

    once()
    taken = [once() for _ in range(ROUNDS)]
    print("\nRotation of 18 sections for 50 remaining grants in a worker, without the network:", end=" ")
    print(f"{median(taken):.3f} s (best {min(taken):.3f} s, goal 2 s)")
