"""Shares: five documents of 2 MB made in Chromium, the viewer's first document, and requests of manifests a
second at two server processes over PostgreSQL.

`make bench` prints the figures beside their goals; nothing is asserted, because they depend on the machine.
About 90 seconds. Manifests are asked for by this process, on the same cores: what it says is the lower bound.
"""

import http.client
import io
import json
import os
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, redirect_stderr, redirect_stdout
from pathlib import Path
from statistics import median
from typing import Any, Final
from urllib.parse import urlsplit

import pytest
from PIL import Image

from crypto.share import ShareLink
from tests.bench.comparison import seconds
from tests.bench.unwatched import Unwatched
from tests.e2e.browser import Person
from tests.e2e.browser_steps import sign_up
from tests.e2e.command_line import CommandLine
from tests.e2e.server_process import ServerProcess
from tests.servers.postgresql import PostgreSQL
from vault.client.main import run
from vault.client.terminal import Terminal

ROUNDS: Final = 3
DOCUMENTS: Final = 5
PATIENTS: Final = 4
SHARES: Final = 6
# A share allows 120 requests a minute.
OPENINGS: Final = 100
AT_ONCE: Final = 8
PASSWORD: Final = "brume-cactus-47-violon-étage"


@pytest.mark.timeout(300)
def test_a_share_in_the_browser(tmp_path: Path) -> None:
    with ServerProcess(tmp_path / "server") as server, Unwatched(tmp_path) as chromium:
        patient = Person(chromium.watch(), server.url)
        sign_up(patient, "bench@example.org", "Alice Martin")
        titles = [f"Photograph {number}" for number in range(DOCUMENTS)]
        files = [photograph(tmp_path / f"{title}.jpg") for title in titles]
        patient.drop_files(files)
        patient.press(f"Encrypt and add all {DOCUMENTS}")
        for title in titles:
            patient.page.get_by_role("link", name=title).wait_for()
        made, links = zip(*(make(chromium, server.url, titles) for _ in range(ROUNDS)), strict=True)
        shown = [view(chromium, server.url, link) for link in links]
    size = sum(file.stat().st_size for file in files) / DOCUMENTS / 1e6
    seconds(
        f"Share of {DOCUMENTS} documents of {size:.1f} MB, from the tap to its code", median(made), goal=2
    )
    seconds("Viewer, from the click to its first document", median(shown), goal=1)


def make(chromium: Unwatched, url: str, titles: list[str]) -> tuple[float, str]:
    """Seconds from the tap to the code, and the link."""
    patient = Person(chromium.watch(), url)
    patient.follow("Shares")
    patient.follow("New share")
    for title in titles:
        patient.tick(title)
    given = {"button": "Create the share", "until": ".copy-text"}
    taken = float(chromium.alone(_PRESS, given))
    return taken / 1000, chromium.watch().locator(".copy-text").inner_text()


def view(chromium: Unwatched, url: str, link: str) -> float:
    """Seconds from the click to the first document, on a page that knows nothing of the share."""
    visitor = Person(chromium.watch(), url)
    visitor.go("/")
    visitor.go(link)
    visitor.fill("Your name", "Pharmacy")
    given = {"button": "Open the documents", "until": ".preview-box[aria-busy=false]"}
    return float(chromium.alone(_PRESS, given)) / 1000


_PRESS: Final = """async ({ button, until }) => {
  const start = performance.now();
  [...document.querySelectorAll('button')].find(({ textContent }) => textContent.trim() === button).click();
  while (!document.querySelector(until)) await new Promise((resolve) => setTimeout(resolve, 10));
  return performance.now() - start;
}"""


def photograph(file: Path) -> Path:
    """A picture that compresses to two megabytes or so, as photographs do."""
    noise = Image.frombytes("RGB", (1550, 1550), os.urandom(3 * 1550 * 1550))
    noise.save(file, "JPEG", quality=88)
    return file


@pytest.fixture
def nodes(tmp_path: Path) -> Iterator[list[ServerProcess]]:
    """Two processes over one PostgreSQL and one store."""
    with ExitStack() as stack:
        database = stack.enter_context(PostgreSQL()).create_database("coffre")
        environment = {"COFFRE_DATABASE_URL": database, "COFFRE_STORAGE_PATH": str(tmp_path / "objects")}
        administrator = {**environment, "COFFRE_DATA": str(tmp_path / "data")}
        CommandLine(tmp_path / "admin", "", environment=administrator).json("admin", "init")
        folders = [tmp_path / name for name in ("one", "two")]
        yield [stack.enter_context(ServerProcess(folder, environment=environment)) for folder in folders]


@pytest.mark.timeout(300)
def test_manifests_a_second(nodes: list[ServerProcess], tmp_path: Path) -> None:
    locators = [
        locator
        for number in range(PATIENTS)
        for locator in shares_of(tmp_path / f"patient-{number}", nodes[number % 2])
    ]
    hosts = [urlsplit(node.url).netloc for node in nodes]

    def ask(worker: int) -> Counter[int]:
        """Its part of all openings, by one connection that stays open."""
        answers: Counter[int] = Counter()
        connection = http.client.HTTPConnection(hosts[worker % 2])
        for turn in range(worker, len(locators) * OPENINGS, AT_ONCE):
            body = json.dumps({"recipient": "Bench"})
            path = f"/api/v1/shl/{locators[turn % len(locators)]}"
            connection.request("POST", path, body, {"Content-Type": "application/json"})
            answer = connection.getresponse()
            answer.read()
            answers[answer.status] += 1
        connection.close()
        return answers

    start = time.perf_counter()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = sum(pool.map(ask, range(AT_ONCE)), Counter[int]())
    taken = time.perf_counter() - start
    assert set(answers) == {200}
    rate = answers[200] / taken
    print(f"\nManifests of {len(locators)} shares, {AT_ONCE} at once: {rate:.0f} a second", end="")
    print(f", ratio {200 / rate:.2f} of the goal's time (goal 200 a second)")


def shares_of(home: Path, node: ServerProcess) -> list[str]:
    """Shares of a new patient, each of one small document; the locators of their links."""
    home.mkdir()
    (home / "a.txt").write_text("a letter")
    who = ("--server", node.url, "--email", f"{home.name}@example.org", "--name", "Anne Durand")
    command(home, "signup", *who)
    [row] = command(home, "add", str(home / "a.txt"))
    options = ("--for", "1h", "--max-openings", "1000")
    links = [command(home, "share", "new", row["id"], *options)["link"] for _ in range(SHARES)]
    return [ShareLink.parse(link).locator for link in links]


def command(home: Path, *arguments: str) -> Any:
    """A command in this process: a program for each would take most of the time."""
    shown = io.StringIO()
    environment = {"COFFRE_HOME": str(home / "home"), "COFFRE_PASSWORD": PASSWORD, "COFFRE_LANG": "en"}
    with redirect_stdout(shown), redirect_stderr(io.StringIO()):
        status = run([*arguments, "--json"], Terminal(environment))
    assert status == 0, shown.getvalue()
    return json.loads(shown.getvalue())
