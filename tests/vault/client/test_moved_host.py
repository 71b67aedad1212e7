"""A device whose host moved: same domain, nothing to do; another one, a sign-in. Pins and cache hold."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

from tests.vault.client.backups import verify
from tests.vault.client.conftest import Server
from tests.vault.client.people import Clock, Network, Person
from tests.vault.schemas import lay_schema
from vault import checkpoints, maintenance
from vault.admin.moving import export_all
from vault.admin.moving.arrival import take_over
from vault.admin.moving.export_all import Place
from vault.config import Config, load
from vault.database import Database
from vault.models.vaults import Vault
from vault.object_stores import store_of
from web.app import create_app
from web.serve import prepare

ELSEWHERE = "http://127.0.0.1:8760"


@dataclass
class Move:
    """Moves the host that everybody in these tests uses."""

    server: Server
    network: Network
    clock: Clock
    folder: Path
    opened: list[Database] = field(default_factory=list)

    def to(self, public_url: str | None = None) -> Database:
        """Hands everything over and lets the new host answer; its database."""
        origin = {} if public_url is None else {"COFFRE_SERVER_PUBLIC_URL": public_url}
        config = load(None, {"COFFRE_DATA": str(self.folder / "new"), **origin})
        lay_schema(config)
        there = self._place(config)
        here = Place(self.server.database, store_of(self.server.config.storage, create_bucket=False))
        transfer = self.folder / "transfer"
        export_all.copy(here, there, transfer, self.clock)
        with self.server.database.writing() as session:
            maintenance.begin(session, maintenance.STILL, until=None, now=self.clock())
        assert export_all.finish(here, there, transfer, self.clock).finished
        take_over(there.database, there.store, transfer / "report.json", self.clock)
        prepare(config)
        app = create_app(config, clock=self.clock, database=there.database)
        self.network.inner = httpx.WSGITransport(app)
        self.network.requests.clear()
        return there.database

    def _place(self, config: Config) -> Place:
        self.opened.append(Database.open(config.database.url))
        return Place(self.opened[-1], store_of(config.storage, create_bucket=False))


@pytest.fixture
def move(server: Server, network: Network, clock: Clock, tmp_path: Path) -> Iterator[Move]:
    found = Move(server, network, clock, tmp_path)
    yield found
    for database in found.opened:
        database.close()


@pytest.fixture
def settled(patient: Person, professional: Person, run_job: Callable[[], int]) -> str:
    """A patient with a document, a reader, caches and pins; the document."""
    document = patient.add("a.txt", b"what the laboratory found", "--section", "laboratory")
    invitation = patient.json("grant", "new", "--invite", "--sections", "laboratory")["invitation"]
    professional.json("grant", "redeem", invitation)
    run_job()
    assert "checkpoint: 1 " in verify(patient)
    professional.json("list", "--vault", patient.home.session().vault)
    return document


def paths(network: Network) -> list[str]:
    return [request.url.path for request in network.requests]


@pytest.mark.slow
def test_on_the_same_domain_nobody_has_to_do_anything(
    patient: Person, professional: Person, settled: str, move: Move, network: Network, clock: Clock
) -> None:
    database = move.to()
    patient.json("get", settled, "-o", str(patient.folder / "out"))
    assert (patient.folder / "out").read_bytes() == b"what the laboratory found"
    vault = patient.home.session().vault
    assert [one["id"] for one in professional.json("list", "--vault", vault)] == [settled]
    assert not [path for path in paths(network) if path.endswith("/sessions")], "nobody signed in again"
    asked = [request.url for request in network.requests if request.url.path.endswith("/ledger")]
    assert all(int(url.params["from"]) > 0 for url in asked), "what the device knows is not fetched again"
    patient.add("b.txt", b"b")
    assert checkpoints.checkpoint(database, clock) == 1
    assert "checkpoint: " in verify(patient), "the tree goes on where it was"
    with database.writing() as session:
        session.get_one(Vault, vault).ledger_size -= 1
    assert patient.fails("list")[0] == 5, "a host that lost something is refused"


@pytest.mark.slow
def test_on_another_domain_people_sign_in_once(patient: Person, settled: str, move: Move) -> None:
    move.to(ELSEWHERE)
    patient.json("login", "--server", ELSEWHERE, "--email", patient.email)
    assert [one["id"] for one in patient.json("list")] == [settled]
    verify(patient)
