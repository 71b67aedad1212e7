"""Many people at once: `python -m tests.bench.load` (in `make bench-scale`).

    python -m tests.bench.load                # the hot read beside a bare answer, then mixed load
    python -m tests.bench.load memory         # a node's memory over COFFRE_LOAD_MINUTES (30)

COFFRE_LOAD_SESSIONS people (500), each in a session of their own, for COFFRE_LOAD_SECONDS (60) on PostgreSQL.
Locust asks as they would, wrk asks for the hot read; both share the machine with the server and the database.
"""

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import linear_regression, median
from tempfile import TemporaryDirectory
from typing import Final, NamedTuple

from tests.bench.load.generators import Locust, hot_reads
from tests.bench.load.people import settle
from tests.e2e.server_process import ServerProcess
from tests.servers.postgresql import DURABLE, PostgreSQL
from vault import database_schema
from vault.database import Database

SESSIONS: Final = int(os.environ.get("COFFRE_LOAD_SESSIONS", "500"))
SECONDS: Final = int(os.environ.get("COFFRE_LOAD_SECONDS", "60"))
MINUTES: Final = int(os.environ.get("COFFRE_LOAD_MINUTES", "30"))
SLOPE: Final = 10.0
RATIO: Final = 0.35
SPREAD: Final = 10.0
_ROUNDS: Final = 3
_WARMING: Final = 30
_BARE: Final = (sys.executable, "-m", "tests.bench.load.bare")


class Hot(NamedTuple):
    """Requests a second, and milliseconds of the server's processor for each, for a busy machine."""

    rate: float
    work: float


def main() -> None:
    """Measures and prints."""
    with TemporaryDirectory() as scratch, _node(Path(scratch)) as node:
        people = settle(node.url, Path(scratch) / "people.json", SESSIONS)
        locust = Locust(node.url, people, Path(scratch) / "locust")
        if sys.argv[1:] == ["memory"]:
            _memory(node, locust)
            return
        _hot_read(node, people, Path(scratch))
        _mixed(node, locust)


@contextmanager
def _node(scratch: Path) -> Iterator[ServerProcess]:
    with PostgreSQL(DURABLE) as postgresql:
        url = postgresql.create_database("load")
        database = Database.open(url)
        database_schema.upgrade(database)
        database.close()
        # All load comes from one address here; the people's own stand in a header.
        environment = {"COFFRE_DATABASE_URL": url, "COFFRE_SERVER_TRUSTED_PROXIES": "127.0.0.1"}
        with ServerProcess(scratch / "node", environment) as node:
            yield node


def _hot_read(node: ServerProcess, people: Path, scratch: Path) -> None:
    """What a client asks for every minute, and an answer of Flask's of two words, by the same server."""
    with ServerProcess(scratch / "bare", program=_BARE) as bare:
        sides: dict[str, Callable[[], Hot]] = {
            "GET ledger, nothing new": lambda: _hot(node, people, "ledger"),
            "GET vaults": lambda: _hot(node, people, "vaults"),
            "bare Flask": lambda: _hot(bare, None, "bare"),
        }
        found: dict[str, list[Hot]] = {name: [] for name in sides}
        for _ in range(_ROUNDS):
            for name, ask in sides.items():
                found[name].append(ask())
    print("\nRequests a second, 16 connections that stay open, medians of", _ROUNDS)
    bare_rate, bare_work = (median(column) for column in zip(*found["bare Flask"], strict=True))
    for name, taken in found.items():
        rate, work = (median(column) for column in zip(*taken, strict=True))
        print(
            f"  {name:24} {rate:7.0f}, of the bare answer's {rate / bare_rate:.2f} (goal {RATIO:.2f}); "
            f"{work:.2f} ms of the node's processor, the bare answer's {bare_work / work:.2f}"
        )


def _hot(process: ServerProcess, people: Path | None, what: str) -> Hot:
    before = _processor_seconds(process)
    rate, requests = hot_reads(process.url, people, what)
    return Hot(rate, 1000 * (_processor_seconds(process) - before) / requests)


def _mixed(node: ServerProcess, locust: Locust) -> None:
    before = _processor_seconds(node)
    began = time.monotonic()
    rows = locust.run(SESSIONS, SECONDS)
    share = (_processor_seconds(node) - before) / (time.monotonic() - began)
    print(f"\n{SESSIONS} sessions for {SECONDS} s; the node took {share:.2f} of a processor")
    for row in rows:
        spread = row.p99 / row.p50 if row.p50 else 0.0
        print(
            f"  {row.name:10} {row.requests:6} requests {row.rate:6.1f}/s, {row.failures} failed, "
            f"p50 {row.p50:4.0f} ms, p95 {row.p95:4.0f} ms, p99 {row.p99:4.0f} ms, p99/p50 {spread:.1f}",
            f"(goals 0, {SPREAD:.0f})" if row.name == "all" else "",
        )
        for said in row.said:
            print(f"             {said}")


def _memory(node: ServerProcess, locust: Locust) -> None:
    # Threads begin when they are needed: all of them, before what is measured.
    locust.run(SESSIONS, _WARMING)
    print(f"  warm: {_resident(node):.1f} MB, {_threads(node)} threads", flush=True)
    with locust.running(SESSIONS // 5, MINUTES * 60):
        minutes: list[float] = []
        sizes: list[float] = []
        for minute in range(MINUTES):
            time.sleep(60)
            minutes.append(minute + 1.0)
            sizes.append(_resident(node))
            print(f"  minute {minute + 1:3}: {sizes[-1]:.1f} MB", flush=True)
    print(f"  {_threads(node)} threads")
    half = len(sizes) // 2
    slope = linear_regression(minutes[half:], sizes[half:]).slope * 60
    print(f"Memory of a node in the second half: {slope:+.1f} MB an hour (goal below {SLOPE:.0f})")


def _tree(node: ServerProcess) -> list[Path]:
    children = Path(f"/proc/{node.pid}/task/{node.pid}/children").read_text().split()
    return [Path("/proc", process) for process in (str(node.pid), *children)]


def _resident(node: ServerProcess) -> float:
    """Megabytes of the process and its worker."""
    total = 0
    for process in _tree(node):
        status = (process / "status").read_text()
        total += int(status.split("VmRSS:")[1].split()[0])
    return total / 1000


def _threads(node: ServerProcess) -> int:
    return sum(len(list((process / "task").iterdir())) for process in _tree(node))


def _processor_seconds(node: ServerProcess) -> float:
    ticks = 0
    for process in _tree(node):
        fields = (process / "stat").read_text().rsplit(")", 1)[1].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    main()
