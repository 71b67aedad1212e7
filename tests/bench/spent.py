"""What transfers take: seconds by the clock, and of processors by client, server and store.

    sides = {"coffre": Side(add, server.pid), "boto3": Side(put)}
    spent = spent_in_turn(sides, store=weed.pid, rounds=3, before=make_ready)
    table("add 1024 MiB", spent)

The clock says as well what else the machine does, the processors hardly do. Knows nothing of Coffre.
"""

import os
import resource
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

from tests.bench.unwatched import children_of, processor_seconds

CORES: Final = len(os.sched_getaffinity(0))
_MIB: Final = 1 << 20


@dataclass(frozen=True)
class Side:
    """One way of doing it: in this process or in those that it starts, by a server or none."""

    run: Callable[[], object]
    server: int | None = None


@dataclass(frozen=True)
class Spent:
    """Seconds: by the clock, and of processors."""

    clock: float
    client: float
    server: float
    store: float

    @property
    def processors(self) -> float:
        return self.client + self.server + self.store

    @classmethod
    def median(cls, rounds: Sequence[Self]) -> "Spent":
        """Of each by itself."""
        columns = ((one.clock, one.client, one.server, one.store) for one in rounds)
        return cls(*map(statistics.median, zip(*columns, strict=True)))


def spent_in_turn(
    sides: Mapping[str, Side], *, store: int, rounds: int, before: Callable[[], object]
) -> dict[str, list[Spent]]:
    """What each side took in each round, after one warming round. Each round begins with another side.

    `before` comes before each run, outside of its time; `store` is the process that keeps the objects.
    """
    taken: dict[str, list[Spent]] = {name: [] for name in sides}
    names = list(sides)
    for number in range(rounds + 1):
        for name in names:
            before()
            spent = _spent(sides[name], store)
            if number:
                taken[name].append(spent)
        names = names[1:] + names[:1]
    return taken


def own_processors() -> float:
    """Seconds of processors of this process and of those that it started and that have ended."""
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in used)


def table(title: str, taken: Mapping[str, Sequence[Spent]]) -> None:
    """Prints what each side took."""
    [count] = {len(rounds) for rounds in taken.values()}
    print(f"\n{title}, seconds, medians of {count} in turn ({CORES} cores)")
    print(f"  {'':16} {'clock':>7} {'least':>7}   processors: client + server + store")
    for name, rounds in taken.items():
        middle, least = Spent.median(rounds), min(one.clock for one in rounds)
        print(
            f"  {name:16} {middle.clock:7.2f} {least:7.2f}   {middle.processors:5.2f}: "
            f"{middle.client:.2f} + {middle.server:.2f} + {middle.store:.2f}"
        )


def warm(folder: Path, size: int) -> None:
    """Frees memory for as many bytes, so that whoever writes to files in memory next need not have it from
    the host of a virtual machine, which takes back what is free for some seconds.
    """
    written_in(folder, size)


def written_in(folder: Path, size: int) -> float:
    """Seconds by the clock for as many bytes to a file in the folder, which is removed again."""
    path, piece = folder / "memory", bytes(_MIB)
    start = time.perf_counter()
    with path.open("wb", buffering=0) as file:
        for _ in range(0, size, _MIB):
            file.write(piece)
    taken = time.perf_counter() - start
    path.unlink()
    return taken


def tree_seconds(process: int | None) -> float:
    """Seconds of processors of a process and those below it, so far; none of no process."""
    return 0.0 if process is None else processor_seconds(children_of(process))


def _spent(side: Side, store: int) -> Spent:
    earlier = [own_processors(), *map(tree_seconds, (side.server, store))]
    start = time.perf_counter()
    side.run()
    clock = time.perf_counter() - start
    now = [own_processors(), *map(tree_seconds, (side.server, store))]
    return Spent(clock, *(after - before for before, after in zip(earlier, now, strict=True)))
