"""How long a person waits: for the command line's help, and for the server to be ready.

`make bench` prints the figures; nothing is asserted, because they depend on the machine.
"""

import statistics
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from tests.e2e.server_process import COFFRE, ServerProcess

ROOT = Path(__file__).parents[2]


def seconds(action: Callable[[], object], rounds: int) -> list[float]:
    taken = []
    for _ in range(rounds):
        start = time.perf_counter()
        action()
        taken.append(time.perf_counter() - start)
    return taken


def report(name: str, taken: list[float]) -> None:
    print(f"\n{name}: best {min(taken):.3f} s, median {statistics.median(taken):.3f} s of {len(taken)}")


def test_help_of_the_command_line() -> None:
    taken = seconds(
        lambda: subprocess.run([*COFFRE, "--help"], cwd=ROOT, capture_output=True, check=True), 10
    )
    report("coffre --help", taken)


def test_start_of_the_server(tmp_path: Path) -> None:
    with ServerProcess(tmp_path) as server:

        def again() -> None:
            server.stop()
            server.start()

        report("coffre serve, stopped and ready again on existing data", seconds(again, 3))
