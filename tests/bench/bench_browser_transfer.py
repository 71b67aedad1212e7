"""A document of 1 GiB from Chromium into a vault, through the server and straight to the store, against plain
requests with slices of the same file by the same way.

`make bench` prints the figures beside their goals; nothing is asserted, because they depend on the machine.
COFFRE_BENCH_BROWSER_MIB sets the size (1024). Plain sides send parts of the same size, four at a time; the
digests that the server asks for are made before their time is taken. No debugger is attached meanwhile: one
would be handed a copy of all that is sent (tests/bench/unwatched.py). Nothing looks often at the page or its
processes either: what the kernel adds up for `smaps_rollup` of 800 MiB takes 10 ms, four times a second.
"""

import os
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from typing import Final

import pytest

from crypto.document import DEFAULT_PART_SIZE
from tests.bench.transfer_sides import file_of, storage_settings
from tests.bench.unwatched import Unwatched, children_of, processor_seconds
from tests.e2e.browser import Person
from tests.e2e.browser_steps import sign_up
from tests.e2e.command_line import CommandLine
from tests.e2e.server_process import ServerProcess
from tests.e2e.test_browser_direct import let_in
from tests.servers.seaweedfs import SeaweedFS

MIB: Final = 1 << 20
SIZE: Final = int(os.environ.get("COFFRE_BENCH_BROWSER_MIB", "1024")) * MIB
ROUNDS: Final = int(os.environ.get("COFFRE_BENCH_ROUNDS", "3"))


@pytest.fixture(scope="module")
def weed() -> Iterator[SeaweedFS]:
    with SeaweedFS() as running:
        yield running


@pytest.mark.timeout(3600)
@pytest.mark.parametrize("way", ["proxied", "direct"])
def test_a_large_document(weed: SeaweedFS, tmp_path: Path, way: str) -> None:
    settings = storage_settings(weed, direct=way == "direct")
    administrator = {**settings, "COFFRE_DATA": str(tmp_path / "server" / "data")}
    CommandLine(tmp_path, "", environment=administrator).json("admin", "init")
    with ExitStack() as stack:
        server = stack.enter_context(ServerProcess(tmp_path / "server", environment=settings))
        let_in(weed, settings["COFFRE_STORAGE_BUCKET"], server.url)
        chromium = stack.enter_context(Unwatched(tmp_path))
        side = Side(chromium, server.url, way)
        files = [file_of(tmp_path / f"scan-{number}.bin", SIZE) for number in range(ROUNDS)]
        sealed, plain = [], []
        for number, file in enumerate(files):
            sealed.append(side.coffre(file, f"Scan {number}"))
            plain.append(side.plain(file))
        for file in files:
            file.unlink()
    ratio = median(sealed) / median(plain)
    print(
        f"\n{SIZE // MIB} MiB, {way}: coffre {median(sealed):.2f} s, plain fetch {median(plain):.2f} s,",
        end=" ",
    )
    print(f"ratio {ratio:.2f} (goal 1.25)")
    print(
        f"  renderers {side.memory / MIB:.0f} MiB at most, the page's longest task {side.stall:.0f} ms"
        f" (0: none of 50), Chromium's processors {median(side.worked):.2f} s"
    )


class Side:
    """One patient's page, and what was seen of it."""

    def __init__(self, chromium: Unwatched, url: str, way: str) -> None:
        self.memory = 0
        self.stall = 0.0
        self.worked: list[float] = []
        """Seconds of processors of all of Chromium, for each document."""
        self._chromium = chromium
        self._way = way
        person = Person(chromium.watch(), url)
        sign_up(person, "transfer@example.org", "Anne")
        person.reads("Your vault is ready")
        self._session: dict[str, str] = person.page.evaluate(_SESSION)
        self._renderers = children_of(chromium.pid, "--type=renderer")

    def coffre(self, file: Path, title: str) -> float:
        """Seconds from the button to the confirmation."""
        self._chromium.choose("input[type=file]", file)
        self._chromium.watch().get_by_label("Title", exact=True).fill(title)
        done = threading.Event()
        watcher = threading.Thread(target=self._watch, args=(done,))
        watcher.start()
        before = processor_seconds(children_of(self._chromium.pid))
        taken, stall = self._chromium.alone(_ADD, {"title": title})
        self.worked.append(processor_seconds(children_of(self._chromium.pid)) - before)
        done.set()
        watcher.join()
        self.stall = max(self.stall, stall)
        return float(taken) / 1000

    def plain(self, file: Path) -> float:
        """Seconds of the requests alone."""
        self._chromium.watch().evaluate(_INPUT)
        self._chromium.choose("#plain", file)
        size = part_size_of(SIZE)
        given = {**self._session, "direct": self._way == "direct", "size": size}
        return float(self._chromium.alone(_PLAIN, given)) / 1000

    def _watch(self, done: threading.Event) -> None:
        while not done.wait(0.25):
            self.memory = max(self.memory, sum(_resident(process) for process in self._renderers))


def part_size_of(size: int) -> int:
    """As both clients choose it where the host wants the default (vault/client, web/client/src/vault)."""
    return DEFAULT_PART_SIZE * (2 if size >= 256 * MIB else 1)


def _resident(process: int) -> int:
    """Bytes of memory that a process has of its own or shares with others, without files: counters."""
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    fields = {"RssAnon", "RssShmem"}
    return sum(int(line.split()[1]) * 1024 for line in lines if line.split(":")[0] in fields)


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

_PLAIN = """async ({ csrf, vault, direct, size }) => {
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
  const send = async ({ number, blob, digest }) => {
    const path = `${base}/${upload}/parts/${number}`;
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
  await fetch(`${base}/${upload}`, { method: 'DELETE', headers });
  return taken;
}"""
