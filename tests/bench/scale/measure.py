"""How long requests take with a thousand vaults and with a million: `python -m tests.bench.scale.measure`.

Two servers over two databases of one PostgreSQL, asked in turn, so that a busy machine is as busy for each.
Between two turns other vaults' rows are read in both, which push the sample's out of PostgreSQL's memory as
other patients' requests would. COFFRE_SCALE_ROUNDS sets how often (400). Prints p50, p95 and their ratio
beside the goal, then what the jobs cost, then the bytes of a vault and a document.
"""

import os
import random
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory
from typing import Final

import psycopg

from storage.local import LocalStore
from tests.bench.scale import sizes
from tests.bench.scale.over_http import line_to
from tests.bench.scale.places import DOCUMENTS, Place, folder, places
from tests.bench.scale.sample import OPERATIONS, People, settle
from tests.e2e.server_process import ServerProcess
from tests.servers.postgresql import PostgreSQL
from tests.vault.actors import ORIGIN
from vault import database_schema, server_key
from vault.checkpoints import checkpoint
from vault.database import Database
from vault.lateness import lateness
from vault.reminders import remind
from vault.retention import sweep

GOAL: Final = 1.3
ROUNDS: Final = int(os.environ.get("COFFRE_SCALE_ROUNDS", "400"))
_WARMING: Final = 25
_NEIGHBOURS: Final = 20
_SETTINGS: Final = "-c fsync=off -c autovacuum=off -c shared_buffers=256MB -c max_wal_size=4GB"
_READ: Final = """SELECT count(*) FROM entries JOIN versions ON versions.vault = entries.vault
    AND versions.filed_seq = entries.seq WHERE entries.vault = ANY(%s)"""
_SOME: Final = "SELECT id FROM vaults WHERE random() < 20000.0 / %s"


@dataclass
class Side:
    """One of the two, with everything that was measured."""

    place: Place
    people: People
    neighbours: psycopg.Connection
    vaults: list[str]
    taken: dict[str, list[float]] = field(default_factory=dict)

    def turn(self, number: int) -> None:
        """Everything once, after others' rows were read."""
        chosen = random.sample(self.vaults, _NEIGHBOURS)
        self.neighbours.execute(_READ, (chosen,)).fetchall()
        for operation in OPERATIONS:
            seconds = self.people.run(operation, number)
            if number >= _WARMING:
                self.taken.setdefault(operation, []).append(seconds)


def main() -> None:
    """Measures and prints."""
    with PostgreSQL(_SETTINGS, folder()) as server, TemporaryDirectory() as scratch, ExitStack() as stack:
        sides = [stack.enter_context(_side(server, place, Path(scratch))) for place in places()]
        for number in range(_WARMING + ROUNDS):
            for side in sides if number % 2 else reversed(sides):
                side.turn(number)
        _print_requests(sides)
        _print_jobs(server, Path(scratch))
        sizes.show(server.url_of(places()[0].name), DOCUMENTS)


@contextmanager
def _side(server: PostgreSQL, place: Place, scratch: Path) -> Iterator[Side]:
    environment = {
        "COFFRE_DATABASE_URL": server.url_of(place.name),
        "COFFRE_SERVER_PUBLIC_URL": ORIGIN,
        "COFFRE_SERVER_JOBS": "false",
    }
    process = ServerProcess(scratch / place.name, environment)
    _upgrade(server.url_of(place.name))
    url = server.url_of(place.name).replace("+psycopg", "")
    with process, line_to(process.address) as line, psycopg.connect(url, autocommit=True) as neighbours:
        found = neighbours.execute(_SOME, (place.many.vaults,)).fetchall()
        yield Side(place, settle(line, DOCUMENTS), neighbours, [name for (name,) in found])


def _upgrade(url: str) -> None:
    """What was filled some time ago has the schema of that time."""
    database = Database.open(url)
    database_schema.upgrade(database)
    database.close()


def _print_requests(sides: list[Side]) -> None:
    few, many = sides
    print(
        f"\nSeconds of a request, {few.place.many.vaults} and {many.place.many.vaults} vaults, {ROUNDS} turns"
    )
    for operation in OPERATIONS:
        small, large = (_p95(side.taken[operation]) for side in sides)
        middle, other = (median(side.taken[operation]) for side in sides)
        print(
            f"  {operation:7} p50 {middle:.4f} {other:.4f} ratio {other / middle:.2f}; "
            f"p95 {small:.4f} {large:.4f} ratio {large / small:.2f} (goal {GOAL:.2f})"
        )


def _print_jobs(server: PostgreSQL, scratch: Path) -> None:
    print("\nSeconds of a job's run when nothing is due, median of 5")
    for name in ("sweep", "notices", "checkpoints", "lateness"):
        shown = []
        for place in places():
            database = Database.open(server.url_of(place.name))
            job = _jobs(database, scratch)[name]
            # What the sample left is done in the first.
            job()
            shown.append(median(_seconds(job) for _ in range(5)))
            database.close()
        print(f"  {name:11} {shown[0]:.4f} {shown[1]:.4f} ratio {shown[1] / shown[0]:.2f}")


def _jobs(database: Database, scratch: Path) -> dict[str, Callable[[], object]]:
    store = LocalStore(scratch / "objects")
    with database.writing() as session:
        server_key.ensure(session, _now)

    def late() -> None:
        with database.reading() as session:
            lateness(session, _now())

    return {
        "sweep": lambda: sweep(database, store, _now),
        "notices": lambda: remind(database, _now),
        "checkpoints": lambda: checkpoint(database, _now),
        "lateness": late,
    }


def _now() -> int:
    return int(time.time())


def _seconds(action: Callable[[], object]) -> float:
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def _p95(values: list[float]) -> float:
    return quantiles(values, n=20)[18]


if __name__ == "__main__":
    main()
