"""The programs that ask: Locust as many people, wrk as one client that asks for the same without a pause.

Locust lives in an environment of its own (requirements-bench.lock): it brings a way of threads that nothing
else here should meet.
"""

import csv
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.bench.load.people import people_of

ROOT: Final = Path(__file__).parents[3]
LOCUST: Final = ROOT / ".venv-bench/bin/locust"
_CONNECTIONS: Final = 16
_SECONDS: Final = 6


@dataclass(frozen=True)
class Row:
    """One kind of request; times in milliseconds. `said`: how often which error."""

    name: str
    requests: int
    failures: int
    rate: float
    p50: float
    p95: float
    p99: float
    said: tuple[str, ...] = ()


class Locust:
    """Locust with the people of a file against a server; `prefix` is where it writes."""

    def __init__(self, url: str, people: Path, prefix: Path) -> None:
        self._url = url
        self._people = people
        self._prefix = prefix

    def run(self, sessions: int, seconds: int) -> list[Row]:
        """To its end; a row for each kind of request, and one for all."""
        with self.running(sessions, seconds):
            pass
        with Path(f"{self._prefix}_stats.csv").open(newline="") as file:
            found = list(csv.DictReader(file))
        with Path(f"{self._prefix}_failures.csv").open(newline="") as file:
            failed = [f"{row['Occurrences']} × {row['Name']}: {row['Error']}" for row in csv.DictReader(file)]
        return [_row(row, tuple(failed) if row["Name"] == "Aggregated" else ()) for row in found]

    @contextmanager
    def running(self, sessions: int, seconds: int) -> Iterator[None]:
        """While the block runs, and then to its end."""
        command = [
            str(LOCUST),
            "-f",
            str(Path(__file__).with_name("mixed.py")),
            "--headless",
            "--only-summary",
        ]
        command += ["--users", str(sessions), "--spawn-rate", str(sessions / 5), "--run-time", f"{seconds}s"]
        command += [
            "--reset-stats",
            "--csv",
            str(self._prefix),
            "--host",
            self._url,
            "--exit-code-on-error",
            "0",
        ]
        environment = {
            "PYTHONPATH": str(ROOT),
            "COFFRE_LOAD_PEOPLE": str(self._people),
            "PATH": "/usr/bin:/bin",
        }
        with Path(f"{self._prefix}.log").open("wb") as log:
            process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
        try:
            yield
            code = process.wait()
        except BaseException:
            process.kill()
            process.wait()
            raise
        if code:
            raise RuntimeError(Path(f"{self._prefix}.log").read_text(errors="replace")[-4000:])


def hot_reads(url: str, people: Path | None, what: str) -> tuple[float, int]:
    """Requests of one kind a second, and how many: `ledger` (nothing new), `vaults`, or `bare`."""
    address, headers = f"{url}/", []
    if people is not None:
        person = next(people_of(people))
        since = f"{person.patient.vault}/ledger?from={person.place.seq}"
        address = f"{url}/api/v1/vaults" + (f"/{since}" if what == "ledger" else "")
        headers = ["-H", f"Cookie: {person.cookie}"]
    command = ["wrk", "-t1", f"-c{_CONNECTIONS}", f"-d{_SECONDS}s", *headers, address]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    if "Non-2xx" in said or "Socket errors" in said:
        raise RuntimeError(said)
    rate, count = re.search(r"Requests/sec:\s+([\d.]+)", said), re.search(r"(\d+) requests in", said)
    if rate is None or count is None:
        raise RuntimeError(said)
    return float(rate[1]), int(count[1])


def _row(row: dict[str, str], said: tuple[str, ...]) -> Row:
    return Row(
        name="all" if row["Name"] == "Aggregated" else row["Name"],
        requests=int(row["Request Count"]),
        failures=int(row["Failure Count"]),
        rate=float(row["Requests/s"]),
        p50=float(row["50%"]),
        p95=float(row["95%"]),
        p99=float(row["99%"]),
        said=said,
    )
