"""Speed and memory of the TypeScript crypto in Chromium, in a worker.

`make bench` prints the figures beside their goals; nothing is asserted, because they depend on the machine.
Sides are taken in turn and compared by their medians. All read the same `File` in the worker, but for the
sides "InMemory", which show what the ciphers take without it.
"""

import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from typing import Final

import pytest

from tests.e2e.crypto_page import CryptoPage, build_page

MIB: Final = 1 << 20
FILE_SIZE: Final = 256 * MIB
LARGE: Final = int(os.environ.get("COFFRE_BENCH_LARGE", str(5 << 30)))
ROUNDS: Final = int(os.environ.get("COFFRE_BENCH_ROUNDS", "5"))
COUNT: Final = 10_000
SIDES: Final = (
    "bareWebCrypto",
    "bareWebCryptoInMemory",
    "payload",
    "object",
    "npmAge",
    "bareLibsodium",
    "bareLibsodiumInMemory",
    "payloadByLibsodium",
    "objectByLibsodium",
    "hash",
    "reading",
)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("crypto")
    build_page(folder)
    return folder


@pytest.fixture
def page(built: Path) -> Iterator[CryptoPage]:
    """A browser of its own for each measurement: what another one left in memory counts for none."""
    with CryptoPage(built) as page:
        yield page


@pytest.fixture
def document(tmp_path: Path) -> Iterator[Path]:
    folder = Path("/dev/shm") if Path("/dev/shm").is_dir() else tmp_path
    path = folder / f"coffre-bench-{os.getpid()}.bin"
    with path.open("wb") as file:
        for _ in range(FILE_SIZE // MIB):
            file.write(os.urandom(MIB))
    yield path
    path.unlink()


@pytest.mark.timeout(1800)
def test_sealing_a_file(page: CryptoPage, document: Path) -> None:
    # The sides mean nothing unless the fallback is really taken where it is asked for.
    engines = page.ask("engines")
    assert engines["native"] > 1
    assert engines["fallback"] == 1
    page.choose(document)
    taken: dict[str, list[float]] = {side: [] for side in SIDES}
    stall = 0.0
    for side in SIDES:
        page.ask(side, file=True)
    for _ in range(ROUNDS):
        for side in SIDES:
            taken[side].append(page.ask(side, file=True))
            stall = max(stall, page.stall)
    print(f"\nSealing a file of {FILE_SIZE // MIB} MiB in a worker, medians of {ROUNDS}")
    for side in SIDES:
        rate = FILE_SIZE / MIB / median(taken[side])
        print(f"  {side:22} {median(taken[side]):7.3f} s  {rate:6.0f} MiB/s  (best {min(taken[side]):.3f} s)")

    def ratio(name: str, side: str, other: str, goal: float) -> None:
        each = [b / a for a, b in zip(taken[side], taken[other], strict=True)]
        print(f"  {name:52} {median(each):5.2f} x  (goal {goal} x)")

    for side in ("payload", "object"):
        ratio(f"{side} / npm age-encryption", side, "npmAge", 4)
        ratio(f"{side} / bare WebCrypto", side, "bareWebCrypto", 0.6)
        ratio(f"{side} by libsodium / bare libsodium", f"{side}ByLibsodium", "bareLibsodium", 0.8)
    print(f"  the page stood still for at most {stall * 1000:.0f} ms (goal 50 ms)")


@pytest.mark.timeout(1800)
def test_memory_of_a_large_document(page: CryptoPage) -> None:
    done = threading.Event()
    renderers = page.renderers()
    # What page and worker hold before anything is sealed: most of it is Chromium's own.
    page.ask("engines")
    idle = renderers.memory()
    seen: list[int] = []

    def watch() -> None:
        while not done.wait(0.05):
            seen.append(renderers.memory())

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        taken = page.ask("large", {"size": LARGE})
    finally:
        done.set()
        watcher.join()
    print(f"\nSealing {LARGE / (1 << 30):.1f} GiB: {taken:.1f} s, {LARGE / MIB / taken:.0f} MiB/s")
    usual, most = median(seen) / MIB, max(seen) / MIB
    print(
        f"  renderers' own memory: idle {idle / MIB:.0f} MiB, then {usual:.0f} MiB as a median and "
        f"{most:.0f} MiB at most (goal 350)"
    )
    print(f"  the page stood still for at most {page.stall * 1000:.0f} ms (goal 50 ms)")


def test_small_things(page: CryptoPage) -> None:
    def report(name: str, operation: str, goal: float, count: int | None = COUNT) -> None:
        def once() -> float:
            found: float = page.ask(operation, {"count": count})
            return found

        taken = _after_warming(once)
        print(f"  {name:42} {median(taken):7.4f} s (best {min(taken):.4f} s, goal {goal} s)")

    print(f"\nIn a worker, medians of {ROUNDS}")
    report(f"{COUNT} file keys wrapped", "wraps", 0.3)
    report(f"{COUNT} metadata blocks opened", "metadata", 0.6)
    report(f"{COUNT} Ed25519 statements verified", "statements", 1.5)
    report("a grant's bundle sealed and opened", "bundle", 0.02, 20)
    report("Argon2id with the default cost", "password", 0.6)


def _after_warming(once: Callable[[], float]) -> list[float]:
    once()
    return [once() for _ in range(ROUNDS)]
