"""A document of 1 GiB from Chromium into a vault, through the server and straight to the store, against plain
requests with slices of the same file by the same way.

`make bench` prints the figures beside their goals and their causes; nothing is asserted, because they depend
on the machine. COFFRE_BENCH_BROWSER_MIB sets the size (1024). Plain sides send parts of the same size, four
at a time; the digests that the server asks for are made before their time is taken. No debugger is attached
meanwhile: one would be handed a copy of all that is sent (tests/bench/unwatched.py). Nothing looks often at
the page or its processes either: what the kernel adds up for `smaps_rollup` of 800 MiB takes 10 ms, four
times a second.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final, get_args

import pytest

from crypto.document import DEFAULT_PART_SIZE, object_length
from tests.bench.browser_causes import Causes, Counting, UploadCosts, Watch
from tests.bench.comparison import TMPFS, working_folder
from tests.bench.spent import CORES, Spent, table, tree_seconds, warm
from tests.bench.transfer_sides import file_of, storage_settings
from tests.bench.unwatched import Unwatched
from tests.e2e.browser import Person
from tests.e2e.browser_steps import sign_up
from tests.e2e.command_line import CommandLine
from tests.e2e.server_process import ServerProcess
from tests.e2e.test_browser_direct import let_in
from tests.servers.seaweedfs import SeaweedFS

MIB: Final = 1 << 20
SIZE: Final = int(os.environ.get("COFFRE_BENCH_BROWSER_MIB", "1024")) * MIB
ROUNDS: Final = int(os.environ.get("COFFRE_BENCH_ROUNDS", "3"))
GOAL: Final = 1.25


@pytest.fixture(scope="module")
def weed() -> Iterator[SeaweedFS]:
    with SeaweedFS() as running:
        yield running


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    path = working_folder(tmp_path)
    yield path
    shutil.rmtree(path, ignore_errors=True)


@pytest.mark.timeout(3600)
@pytest.mark.parametrize("way", ["proxied", "direct"])
def test_a_large_document(weed: SeaweedFS, folder: Path, tmp_path: Path, way: str) -> None:
    settings = storage_settings(weed, direct=way == "direct")
    administrator = {**settings, "COFFRE_DATA": str(tmp_path / "server" / "data")}
    CommandLine(tmp_path, "", environment=administrator).json("admin", "init")
    with ExitStack() as stack:
        server = stack.enter_context(ServerProcess(tmp_path / "server", environment=settings))
        let_in(weed, settings["COFFRE_STORAGE_BUCKET"], server.url)
        chromium = stack.enter_context(Unwatched(tmp_path))
        side = Side(chromium, server, weed.pid, way)
        files = [file_of(folder / f"scan-{number}.bin", SIZE) for number in range(ROUNDS)]
        taken: dict[str, list[Spent]] = {"coffre": [], "plain fetch": []}
        for number, file in enumerate(files):
            make_ready(folder)
            taken["coffre"].append(side.coffre(file, f"Scan {number}"))
            make_ready(folder)
            taken["plain fetch"].append(side.plain(file))
        costs = stack.enter_context(UploadCosts(chromium, tmp_path / "costs"))
        causes = costs.measured(files[0])
    table(f"Chromium, {SIZE // MIB} MiB, {way} (client: all of Chromium)", taken)
    explain(taken, causes)
    print(f"  renderers {side.memory / MIB:.0f} MiB at most,", end=" ")
    print(f"the page's longest task {side.stall:.0f} ms (0: none of 50)")


def make_ready(folder: Path) -> None:
    """The same for both sides: memory for the bodies is at hand."""
    if TMPFS in folder.parents:
        warm(folder, SIZE)


def explain(taken: dict[str, list[Spent]], causes: Causes) -> None:
    """The ratio beside its goal, and what the app must do that plain requests do not."""
    mine, plain = (Spent.median(rounds) for rounds in taken.values())
    least = [min(one.clock for one in rounds) for rounds in taken.values()]
    ratio = mine.clock / plain.clock
    verdict = "met" if ratio <= GOAL else "missed"
    print(f"  coffre / plain fetch: {ratio:.2f} (goal {GOAL:.2f}): {verdict};", end=" ")
    print(f"by the least of each {least[0] / least[1]:.2f}")
    print("  why: each by itself, as the app does it, in the same browser, seconds of processors:")
    print(f"    SHA-256 of parts {causes.parts:.2f}, of the content {causes.content:.2f},", end=" ")
    print(f"ChaCha20-Poly1305 {causes.cipher:.2f}, the file's stream {causes.reading:.2f}")
    print(f"    all of them as one {causes.sealing:.2f};", end=" ")
    longer = object_length(SIZE) / SIZE - 1
    must = causes.sealing + longer * plain.processors
    more = mine.processors - plain.processors
    print(f"{100 * longer:.1f} % more bytes by padding {longer * plain.processors:.2f}")
    print(f"    together {must:.2f}; coffre took {more:.2f} more than plain fetch")
    as_busy = 1 + must / plain.processors
    floor = max(plain.clock, (plain.processors + must) / CORES) / plain.clock
    busy = plain.processors / plain.clock
    print(f"    floor {floor:.2f} where no core is ever idle;", end=" ")
    print(f"{as_busy:.2f} where as many work as with fetch ({busy:.1f} of {CORES})")


@pytest.mark.timeout(600)
def test_memory_of_bodies_that_were_sent(tmp_path: Path) -> None:
    """Whether api/sent_bodies.ts is needed, in browsers of their own."""
    peaks = []
    for counting in get_args(Counting):
        folder = tmp_path / counting
        folder.mkdir()
        with Unwatched(folder) as chromium, UploadCosts(chromium, folder / "costs") as costs:
            peaks.append(costs.bodies(SIZE, counting) / MIB)
    print(f"\n{SIZE // MIB} MiB of bodies, renderers at most:", end=" ")
    print(
        "{:.0f} MiB as the app holds a buffer for each, {:.0f} as none is held, {:.0f} without".format(*peaks)
    )


class Side:
    """One patient's page, and what was seen of it."""

    def __init__(self, chromium: Unwatched, server: ServerProcess, store: int, way: str) -> None:
        self.memory = 0
        self.stall = 0.0
        self._chromium = chromium
        self._processes = (chromium.pid, server.pid, store)
        self._way = way
        person = Person(chromium.watch(), server.url)
        sign_up(person, "transfer@example.org", "Anne")
        person.reads("Your vault is ready")
        self._session: dict[str, str] = person.page.evaluate(_SESSION)

    def coffre(self, file: Path, title: str) -> Spent:
        """From the button to the confirmation."""
        self._chromium.choose("input[type=file]", file)
        self._chromium.watch().get_by_label("Title", exact=True).fill(title)
        with Watch(self._chromium.pid) as watch:
            (taken, stall), processors = self._alone(_ADD, {"title": title})
        self.memory = max(self.memory, watch.peak)
        self.stall = max(self.stall, stall)
        return Spent(taken / 1000, *processors)

    def plain(self, file: Path) -> Spent:
        """The requests alone."""
        self._chromium.watch().evaluate(_INPUT)
        self._chromium.choose("#plain", file)
        given = {**self._session, "direct": self._way == "direct", "size": part_size_of(SIZE)}
        self._chromium.alone(_DIGESTS, given)
        taken, processors = self._alone(_PLAIN, given)
        return Spent(taken / 1000, *processors)

    def _alone(self, script: str, given: dict[str, Any]) -> tuple[Any, list[float]]:
        """What a function gives, and the seconds of processors meanwhile: Chromium's, server's, store's."""
        before = [tree_seconds(process) for process in self._processes]
        found = self._chromium.alone(script, given)
        return found, [tree_seconds(one) - start for one, start in zip(self._processes, before, strict=True)]


def part_size_of(size: int) -> int:
    """As both clients choose it where the host wants the default (vault/client, web/client/src/vault)."""
    return DEFAULT_PART_SIZE * (2 if size >= 256 * MIB else 1)


_SESSION = "() => fetch('/api/v1/sessions/current').then((answer) => answer.json())"

_ADD = """async ({ title }) => {
  let longest = 0;
  const watching = new PerformanceObserver((seen) => {
    for (const { duration } of seen.getEntries()) longest = Math.max(longest, duration);
  });
  watching.observe({ type: 'longtask' });
  const named = (kind, name) =>
    [...document.querySelectorAll(kind)].find(({ textContent }) => textContent.includes(name));
  const start = performance.now();
  named('button', 'Encrypt and add').click();
  await new Promise((resolve) => {
    const look = () => named('a', title) && resolve();
    new MutationObserver(look).observe(document.body, { childList: true, subtree: true });
  });
  watching.disconnect();
  return [performance.now() - start, longest];
}"""

_INPUT = """() => {
  document.querySelector('#plain')?.remove();
  const input = document.createElement('input');
  input.type = 'file';
  input.id = 'plain';
  document.body.append(input);
}"""

_DIGESTS = """async ({ csrf, vault, size }) => {
  const file = document.querySelector('#plain').files[0];
  const base = `/api/v1/vaults/${vault}/uploads`;
  const headers = { 'X-Coffre-CSRF': csrf, 'Content-Type': 'application/json' };
  const post = async (path, body) => {
    const answer = await fetch(path, { method: 'POST', headers, body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(`${answer.status} ${path}`);
    return answer.json();
  };
  const { upload } = await post(base, { length: file.size, part_size: size });
  const parts = [];
  for (let start = 0; start < file.size; start += size) {
    const blob = file.slice(start, start + size);
    const sum = new Uint8Array(await crypto.subtle.digest('SHA-256', await blob.arrayBuffer()));
    parts.push({ number: parts.length + 1, blob, digest: btoa(String.fromCharCode(...sum)) });
  }
  window.plain = { base: `${base}/${upload}`, parts, post, headers };
}"""

_PLAIN = """async ({ csrf, direct }) => {
  const { base, parts, post, headers } = window.plain;
  const send = async ({ number, blob, digest }) => {
    const path = `${base}/parts/${number}`;
    const sha256 = digest.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
    const asked = direct && (await post(`${path}/url`, { length: blob.size, sha256 }));
    const own = { 'X-Coffre-CSRF': csrf, 'Content-Digest': `sha-256=:${digest}:` };
    const answer = direct
      ? await fetch(asked.url, { method: 'PUT', body: blob, credentials: 'omit' })
      : await fetch(path, { method: 'PUT', body: blob, headers: own });
    if (!answer.ok) throw new Error(`${answer.status} part`);
    await answer.arrayBuffer();
  };
  const start = performance.now();
  const worker = async () => {
    for (let part = parts.shift(); part !== undefined; part = parts.shift()) await send(part);
  };
  await Promise.all([worker(), worker(), worker(), worker()]);
  const taken = performance.now() - start;
  await fetch(base, { method: 'DELETE', headers });
  return taken;
}"""
