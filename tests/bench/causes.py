"""Why a transfer of Coffre's takes longer than a bare one: what it must do besides, measured in the same run.

    causes = Causes.measured(person, size)
    causes.explain("get", spent, folder)

Knows what the clients do to each byte (spec chapter 4), and neither how bytes travel nor what they meet.
"""

import os
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from crypto import age_stream
from crypto.content import ContentHasher
from crypto.primitives import new_sha256
from tests.bench.spent import CORES, Spent, own_processors, warm, written_in
from tests.bench.transfer_sides import CommandLine

BOTO3_GOAL: Final = 1.20
RCLONE_GOAL: Final = 0.80
PART: Final = 16 << 20
"""Of a large document."""
STARTS: Final = 5
# For which a virtual machine's host has taken back what was freed.
_TAKEN_BACK_SECONDS: Final = 10
_MIB: Final = 1 << 20


@dataclass(frozen=True)
class Causes:
    """Seconds of processors that a document of `size` bytes costs a Coffre client, and no bare transfer."""

    size: int
    parts: float
    content: float
    cipher: float
    start: float

    @classmethod
    def measured(cls, person: CommandLine, size: int) -> "Causes":
        """By one thread, on this machine, now."""
        part = memoryview(bytearray(os.urandom(PART)))
        hasher = ContentHasher()
        cipher = age_stream.payload_cipher(bytes(16), bytes(16))
        sealed = memoryview(bytearray(age_stream.SEALED_BATCH))

        def seal() -> None:
            for at in range(0, PART, age_stream.PLAIN_BATCH):
                batch = part[at : at + age_stream.PLAIN_BATCH]
                age_stream.seal_batch(cipher, 0, batch, sealed, last=False)

        starts = [_of_processors(lambda: person.run("list")) for _ in range(STARTS)]
        times = size / PART
        return cls(
            size,
            times * _each(lambda: new_sha256(part).digest(), size),
            times * _each(lambda: hasher.update(part), size),
            times * _each(seal, size),
            statistics.median(starts),
        )

    @property
    def client(self) -> float:
        return self.parts + self.content + self.cipher + self.start

    def tell(self) -> None:
        """Prints them."""
        print("  why: what a client of Coffre's does and a bare one does not, seconds of processors:")
        print(f"    SHA-256 of each byte as part {self.parts:.2f}, as content {self.content:.2f}")
        print(
            f"    ChaCha20-Poly1305 {self.cipher:.2f}, a process that starts with its vault {self.start:.2f}"
        )
        print(f"    together {self.client:.2f}; a server's are in the table")

    def explain(self, ours: str, taken: Mapping[str, Sequence[Spent]]) -> None:
        """Prints one side of Coffre's beside its goals, and by what it misses them."""
        mine, bare, crypt = (Spent.median(taken[name]) for name in (ours, "boto3", "rclone crypt"))
        must, floor = self.client + mine.server, self.floor(mine, bare)
        more, busy = mine.processors - bare.processors, bare.processors / bare.clock
        print(_verdict(taken, ours, "boto3", BOTO3_GOAL))
        print(f"    {more:.2f} s of processors more, {must:.2f} of them named above and the server's")
        print(f"    floor {floor / bare.clock:.2f} where no core is ever idle;", end=" ")
        print(f"{1 + must / bare.processors:.2f} where as many work as with boto3 ({busy:.1f} of {CORES})")
        print(_verdict(taken, ours, "rclone crypt", RCLONE_GOAL))
        print(f"    floor {floor / crypt.clock:.2f};", end=" ")
        print(f"bare boto3, which ciphers nothing, is at {bare.clock / crypt.clock:.2f}")

    def floor(self, mine: Spent, bare: Spent) -> float:
        """The least seconds by the clock for boto3's work and this: what boto3 waits for is waited for, and a
        process starts on one core while the others have nothing to do.
        """
        work = bare.processors + self.client - self.start + mine.server
        return self.start + max(bare.clock, work / CORES)


def tell_memory(folder: Path, size: int) -> None:
    """Prints what memory costs who writes to a file in it: had a moment ago, and from the host."""
    warm(folder, size)
    again = written_in(folder, size)
    time.sleep(_TAKEN_BACK_SECONDS)
    anew = written_in(folder, size)
    print(
        f"  memory: {size // _MIB} MiB to a file cost {again:.2f} s right after as much was freed (as before "
        f"each run above), {anew:.2f} s anew"
    )


def _verdict(taken: Mapping[str, Sequence[Spent]], ours: str, other: str, goal: float) -> str:
    mine, theirs = ([one.clock for one in taken[name]] for name in (ours, other))
    ratio = statistics.median(mine) / statistics.median(theirs)
    return (
        f"  {ours} / {other}: {ratio:.2f} (goal {goal:.2f}): {'met' if ratio <= goal else 'missed'}; "
        f"by the least of each {min(mine) / min(theirs):.2f}"
    )


def _each(action: Callable[[], object], size: int) -> float:
    """Seconds of processors of one call, of as many as a document has parts, at most 32."""
    count = max(1, min(32, size // PART))
    action()
    return _of_processors(lambda: [action() for _ in range(count)]) / count


def _of_processors(action: Callable[[], object]) -> float:
    before = own_processors()
    action()
    return own_processors() - before
