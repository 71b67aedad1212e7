"""How long people wait in Chromium for a vault of 10,000 documents and 50,000 accesses: on a new device, and
after the next unlock.

`make bench` prints the figures beside their goals; nothing is asserted, because they depend on the machine.
The server runs on the same machine. COFFRE_BENCH_DOCUMENTS sets the number of documents; accesses are five
times as many.
"""

import os
import time
from collections.abc import Iterator
from typing import Final

import pytest
from playwright.sync_api import Response

from tests.bench.full_vault import fill
from tests.e2e.browser import Browser, Person
from tests.e2e.browser_steps import PASSWORD, unlock
from tests.e2e.command_line import CommandLine
from tests.e2e.server_process import ServerProcess

DOCUMENTS: Final = int(os.environ.get("COFFRE_BENCH_DOCUMENTS", "10000"))
ACCESSES: Final = 5 * DOCUMENTS
EMAIL: Final = "bench@example.org"
PATIENCE_MS: Final = 240_000
CHECKING: Final = "the server is being asked for what is new"


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
def test_sync(server: ServerProcess) -> None:
    with Browser() as browser:
        person = browser.person(server.url)
        person.page.set_default_timeout(PATIENCE_MS)
        signed_in = Moments(person, "/api/v1/sessions")
        person.go("/signin")
        person.fill("E-mail address", EMAIL)
        unlock(person)
        rows = person.page.locator(".rows a")
        rows.first.wait_for()
        listed = time.perf_counter() - signed_in.last
        start = time.perf_counter()
        person.follow("Journal")
        person.reads("Your device checked the whole journal")
        journal = time.perf_counter() - start
        print(f"first sync: ledger verified and listed {listed:.2f} s, accesses verified {journal:.2f} s,")
        print(f"  together {listed + journal:.2f} s (goal 6 s)")
        person.page.wait_for_timeout(3000)
        shown, fresh, journals = [], [], []
        for _ in range(3):
            person.go("/vault")
            unlock(person)
            rows.first.wait_for()
            shown.append(time.perf_counter() - signed_in.last)
            person.page.get_by_text(CHECKING).wait_for(state="detached")
            fresh.append(time.perf_counter() - signed_in.last)
        print(f"unlock: list from the cache {min(shown) * 1000:.0f} ms (goal 300 ms),", end=" ")
        print(f"chains read again and server asked {min(fresh):.2f} s")
        person.follow("Access")
        for _ in range(5):
            person.follow("Vault")
            start = time.perf_counter()
            rows.first.wait_for()
            person.page.get_by_text(CHECKING).wait_for(state="detached")
            journals.append(time.perf_counter() - start)
            person.follow("Access")
        print(f"sync of nothing new, list built again {min(journals) * 1000:.0f} ms (goal 100 ms)")


class Moments:
    """When the last answer of an address came."""

    def __init__(self, person: Person, path: str) -> None:
        self.last = 0.0
        self._path = path
        person.page.on("response", self._note)

    def _note(self, response: Response) -> None:
        if response.url.endswith(self._path):
            self.last = time.perf_counter()
