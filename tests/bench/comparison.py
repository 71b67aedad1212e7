"""How benchmarks compare: sides in turn, so that a busy machine is as busy for each; medians; ratios."""

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]
COFFRE: Final = (sys.executable, "-m", "vault.client.main")
TMPFS: Final = Path("/dev/shm")


def in_turn(sides: Mapping[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """The median seconds of each side, run one after the other `rounds` times after one warming round."""
    taken: dict[str, list[float]] = {name: [] for name in sides}
    for number in range(rounds + 1):
        for name, action in sides.items():
            start = time.perf_counter()
            action()
            if number:
                taken[name].append(time.perf_counter() - start)
    return {name: statistics.median(values) for name, values in taken.items()}


def ratio(title: str, medians: Mapping[str, float], *, goal: float) -> None:
    """Prints the first side over the second, and the goal."""
    (ours, mine), (theirs, other) = medians.items()
    print(
        f"\n{title}: {ours} {mine:.3f} s, {theirs} {other:.3f} s, ratio {mine / other:.2f} (goal {goal:.2f})"
    )


def seconds(title: str, taken: float, *, goal: float | None = None) -> None:
    """Prints a time, and its goal if it has one."""
    print(f"\n{title}: {taken:.3f} s" + (f" (goal {goal:.3f} s)" if goal else ""))


def peak_memory(commands: Sequence[Sequence[str | Path]]) -> list[float]:
    """Runs a pipeline to its end; the highest resident size of each command, in MB."""
    running: list[subprocess.Popen[bytes]] = []
    for number, command in enumerate(commands):
        before = running[-1].stdout if running else None
        running.append(
            subprocess.Popen(
                command,
                cwd=ROOT,
                stdin=before or subprocess.DEVNULL,
                stdout=subprocess.PIPE if number < len(commands) - 1 else subprocess.DEVNULL,
            )
        )
        if before is not None:
            before.close()
    peaks = [0.0] * len(running)
    while any(process.poll() is None for process in running):
        for number, process in enumerate(running):
            peaks[number] = max(peaks[number], _high_water(process.pid))
        time.sleep(0.02)
    for process in running:
        assert process.wait() == 0
    return peaks


def _high_water(pid: int) -> float:
    # Not `ru_maxrss`: it counts what the parent held before the command was started.
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0.0
    found = [line.split()[1] for line in status.splitlines() if line.startswith("VmHWM:")]
    return int(found[0]) / 1000 if found else 0.0


def working_folder(temporary: Path) -> Path:
    """A folder in memory if the system has one, else the given one."""
    if TMPFS.is_dir() and os.access(TMPFS, os.W_OK):
        folder = TMPFS / f"coffre-bench-{os.getpid()}"
        folder.mkdir(exist_ok=True)
        return folder
    return temporary
