"""How long people wait in Chromium for a vault of 10,000 documents and 50,000 accesses: on a new device, and
after the next unlock.

`make bench` prints the figures beside their goals; nothing is asserted, because they depend on the machine.
The server runs on the same machine. COFFRE_BENCH_DOCUMENTS sets the number of documents; accesses are five
times as many. Seconds begin when the server has let in, so that Argon2id is none of them. No debugger is
attached meanwhile: one would be handed a copy of all that comes (tests/bench/unwatched.py).
"""

import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import pytest

from tests.bench.full_vault import fill
from tests.bench.unwatched import Unwatched, children_of, processor_seconds
from tests.e2e.browser import Person
from tests.e2e.browser_steps import PASSWORD
from tests.e2e.command_line import CommandLine
from tests.e2e.server_process import ServerProcess

DOCUMENTS: Final = int(os.environ.get("COFFRE_BENCH_DOCUMENTS", "10000"))
ACCESSES: Final = 5 * DOCUMENTS
EMAIL: Final = "bench@example.org"
TIMES: Final = 3


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    folder = tmp_path_factory.mktemp("sync")
    with ServerProcess(folder) as running:
        patient = CommandLine(folder / "patient", running.url, PASSWORD)
        who = ("--server", running.url, "--email", EMAIL, "--name", "Anne", "--kit", "kit.pdf")
        patient.json("signup", *who)
        start = time.perf_counter()
        fill(
            patient.home,
            f"sqlite:///{running.data / 'coffre.sqlite3'}",
            documents=DOCUMENTS,
            accesses=ACCESSES,
        )
        print(f"\n{DOCUMENTS} documents and {ACCESSES} accesses made in {time.perf_counter() - start:.0f} s")
        yield running


@pytest.mark.timeout(900)
def test_sync(server: ServerProcess, tmp_path: Path) -> None:
    with Unwatched(tmp_path) as chromium, LetIn(server) as let_in:
        person = Person(chromium.watch(), server.url)
        person.go("/signin")
        person.fill("E-mail address", EMAIL)
        person.fill("Password", PASSWORD)
        processes = children_of(chromium.pid), children_of(server.pid)
        before = [processor_seconds(one) for one in processes]
        seen = chromium.alone(_FIRST)
        used = [processor_seconds(one) - start for one, start in zip(processes, before, strict=True)]
        listed, journal = seen["listed"] - let_in.last, seen["journal"] - seen["asked"]
        print(f"first sync: ledger verified and listed {listed:.2f} s, accesses verified {journal:.2f} s,")
        print(f"  together {listed + journal:.2f} s (goal 6 s)", end="; ")
        print(f"of processors: Chromium {used[0]:.1f} s, Argon2id among them, server {used[1]:.1f} s")
        shown, fresh = [], []
        for _ in range(TIMES):
            person = Person(chromium.watch(), server.url)
            person.page.wait_for_timeout(3000)
            person.go("/vault")
            person.fill("Password", PASSWORD)
            seen = chromium.alone(_AGAIN)
            shown.append(seen["listed"] - let_in.last)
            fresh.append(seen["checked"] - let_in.last)
        print(f"unlock: list from the cache {figures(shown)} (goal 300 ms),")
        print(f"  chains read again and server asked {figures(fresh)}")
        print(f"sync of nothing new, list built again {figures(chromium.alone(_NOTHING))} (goal 100 ms)")


class LetIn:
    """When the server let somebody in last, in seconds since 1970: it notes requests before it answers."""

    def __init__(self, server: ServerProcess) -> None:
        self.last = 0.0
        self._over = threading.Event()
        self._log = server.log
        self._thread = threading.Thread(target=self._follow)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._thread.join()

    def _follow(self) -> None:
        with self._log.open("rb") as log:
            log.seek(0, os.SEEK_END)
            while not self._over.wait(0.002):
                if _SIGNED_IN in log.read():
                    self.last = time.time()


def figures(seconds: list[float]) -> str:
    return ", ".join(f"{1000 * one:.0f}" for one in seconds) + " ms"


_SIGNED_IN: Final = b'"method": "POST", "route": "/api/v1/sessions", '

# What all begin with: waits until something is there and drawn, and tells when, in seconds since 1970.
_STEPS: Final = """
  const when = async (there) => {
    while (!there()) await new Promise((resolve) => setTimeout(resolve, 5));
    await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 0)));
    return (performance.timeOrigin + performance.now()) / 1000;
  };
  const named = (kind, name) =>
    [...document.querySelectorAll(kind)].find(({ textContent }) => textContent.trim() === name);
  const reads = (text) => document.body.textContent.includes(text);
  const rows = () => document.querySelector('.rows a') !== null;
  const checked = () => rows() && !reads('the server is being asked for what is new');
"""

_FIRST: Final = (
    "async () => {"
    + _STEPS
    + """
  named('button', 'Sign in').click();
  const listed = await when(rows);
  const asked = await when(() => named('a', 'Journal') !== undefined);
  named('a', 'Journal').click();
  return { listed, asked, journal: await when(() => reads('Your device checked the whole journal')) };
}"""
)

_AGAIN: Final = (
    "async () => {"
    + _STEPS
    + """
  named('button', 'Sign in').click();
  return { listed: await when(rows), checked: await when(checked) };
}"""
)

_NOTHING: Final = (
    "async () => {"
    + _STEPS
    + """
  const taken = [];
  for (let time = 0; time < 5; time++) {
    named('a', 'Access').click();
    await when(() => !rows());
    await new Promise((resolve) => setTimeout(resolve, 1000));
    const start = (performance.timeOrigin + performance.now()) / 1000;
    named('a', 'Vault').click();
    taken.push((await when(checked)) - start);
  }
  return taken;
}"""
)
