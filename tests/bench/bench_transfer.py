"""Documents on their way: beside boto3 and rclone crypt to the same SeaweedFS, many small ones, memory, and
what a commit costs in a large vault.

Sides in turn, medians, ratios with their goals and why (`causes`); nothing is asserted of times.
COFFRE_BENCH_MIB (default 1024) is the large document's size, COFFRE_BENCH_COUNT (default 1000) how many small
ones, COFFRE_BENCH_ROUNDS (default 3) how often each side has its turn.
"""

import base64
import json
import os
import shutil
import statistics
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from functools import partial
from pathlib import Path

import pytest

from crypto.encoding import b64u, new_id
from crypto.signing import sha256
from tests.bench.causes import Causes, tell_memory
from tests.bench.comparison import TMPFS, peak_memory, ratio, working_folder
from tests.bench.spent import Side, Spent, spent_in_turn, table, warm
from tests.bench.transfer_sides import Boto3, CommandLine, Rclone, file_of, storage_settings
from tests.e2e.server_process import ServerProcess
from tests.servers.seaweedfs import SeaweedFS
from tests.vault.actors import Patient
from tests.vault.rooms import open_room
from tests.vault.sealed import SealedVersion
from tests.web.signed_up import signed_up

MIB = 1 << 20
SIZE = int(os.environ.get("COFFRE_BENCH_MIB", "1024")) * MIB
COUNT = int(os.environ.get("COFFRE_BENCH_COUNT", "1000"))
ROUNDS = int(os.environ.get("COFFRE_BENCH_ROUNDS", "3"))
UPLOADS = 8


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    path = working_folder(tmp_path_factory.mktemp("bench"))
    yield path
    shutil.rmtree(path, ignore_errors=True)


@pytest.fixture(scope="module")
def weed() -> Iterator[SeaweedFS]:
    with SeaweedFS() as server:
        yield server


@pytest.mark.timeout(1800)
def test_beside_boto3_and_rclone(weed: SeaweedFS, folder: Path, tmp_path: Path) -> None:
    source, out = file_of(folder / "plain", SIZE), folder / "out"
    with ExitStack() as stack:
        lines = {}
        for name, direct in (("coffre direct", True), ("coffre proxied", False)):
            server = ServerProcess(tmp_path / name, storage_settings(weed, direct=direct))
            stack.enter_context(server)
            lines[name] = CommandLine(server, tmp_path / f"home-{direct}", weed.ca_bundle)
        boto, rclone = stack.enter_context(closing(Boto3(weed))), Rclone(weed, tmp_path)

        def compare(
            title: str, coffre: Mapping[str, Sequence[str | Path]], *others: Callable[[], object]
        ) -> None:
            sides = {
                name: Side(partial(line.run, *coffre[name]), line.server.pid) for name, line in lines.items()
            }
            sides |= zip(("boto3", "rclone crypt"), map(Side, others), strict=True)
            taken = spent_in_turn(sides, store=weed.pid, rounds=ROUNDS, before=partial(make_ready, out))
            report(f"{title} {SIZE // MIB} MiB", taken, lines["coffre direct"], folder)

        sources = dict.fromkeys(lines, ("add", source))
        compare("add", sources, partial(boto.put, source), partial(rclone.put, source))
        added = {name: json.loads(line.run("list", "--json"))[0]["id"] for name, line in lines.items()}
        named = {name: ("get", identifier, "-o", out) for name, identifier in added.items()}
        compare("get", named, partial(boto.get, out), partial(rclone.get, out))


def make_ready(out: Path) -> None:
    """The same for every side: no earlier file stands there, and memory for a new one is at hand."""
    out.unlink(missing_ok=True)
    if TMPFS in out.parents:
        warm(out.parent, SIZE + SIZE // 4)


def report(title: str, taken: dict[str, list[Spent]], person: CommandLine, folder: Path) -> None:
    """What was seen beside the goals, and why."""
    table(title, taken)
    causes = Causes.measured(person, SIZE)
    causes.tell()
    for name in ("coffre direct", "coffre proxied"):
        causes.explain(name, taken)
    if TMPFS in folder.parents:
        tell_memory(folder, SIZE)


def test_many_small_documents(folder: Path, tmp_path: Path) -> None:
    (folder / "small").mkdir()
    files = [file_of(folder / "small" / f"{number}.bin", 50_000) for number in range(COUNT)]
    with ServerProcess(tmp_path / "server") as server:
        person = CommandLine(server, tmp_path / "home")
        start = time.perf_counter()
        person.run("add", "--json", *files)
        taken = time.perf_counter() - start
    print(f"\n{COUNT} documents of 50 kB: {COUNT / taken:.0f} a second (goal 60), {taken:.1f} s")


def test_memory_of_the_client(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = folder / "zeros"
    source.touch()
    os.truncate(source, 5 * SIZE)
    with ServerProcess(tmp_path / "server") as server:
        person = CommandLine(server, tmp_path / "home")
        for name, value in person.environment.items():
            monkeypatch.setenv(name, value)
        [peak] = peak_memory([person.command("add", source)])
        print(f"\npeak memory, add of {5 * SIZE // MIB} MiB: {peak:.0f} MB (goal 200)")
        [row] = json.loads(person.run("list", "--json"))
        [peak] = peak_memory([person.command("get", row["id"], "-o", folder / "zeros-out")])
        print(f"\npeak memory, get of {5 * SIZE // MIB} MiB: {peak:.0f} MB (goal 200)")


def test_memory_of_the_server(tmp_path: Path) -> None:
    part = os.urandom(8 * MIB)
    digest = f"sha-256=:{base64.b64encode(sha256(part)).decode()}:"
    with ServerProcess(tmp_path / "server") as server:

        def upload(number: int) -> None:
            http, vault = signed_up(server.url, f"{number}-{new_id()}@example.org")
            with closing(http):
                sizes = {"length": SIZE, "part_size": len(part)}
                name = http.post(f"/vaults/{vault}/uploads", json=sizes).json()["upload"]
                for count in range(1, SIZE // len(part) + 1):
                    path = f"/vaults/{vault}/uploads/{name}/parts/{count}"
                    assert http.put(path, content=part, headers={"Content-Digest": digest}).is_success
                http.delete(f"/vaults/{vault}/uploads/{name}")

        idle = peak = resident(server.pid)
        over = threading.Event()
        with ThreadPoolExecutor(UPLOADS) as pool:
            running = [pool.submit(upload, number) for number in range(UPLOADS)]
            while not all(future.done() for future in running) and not over.wait(0.05):
                peak = max(peak, resident(server.pid))
            for future in running:
                future.result()
    print(f"\nserver, {UPLOADS} uploads of {SIZE // MIB} MiB at once: {peak - idle} MB above idle (goal 128)")


def resident(process: int) -> int:
    """MB that a process and its children hold."""
    total = 0
    children = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    for one in (str(process), *children):
        status = Path(f"/proc/{one}/status").read_text()
        total += int(status.split("VmRSS:")[1].split()[0])
    return total // 1000


@pytest.mark.timeout(1800)
def test_a_commit_in_a_large_vault(tmp_path: Path) -> None:
    room = open_room(tmp_path)
    small, large = room.patient(), room.patient()
    for patient, count in ((small, 10), (large, 10_000)):
        for _ in range(count):
            commit(patient)
    taken: dict[str, list[float]] = {"10,000 documents": [], "10 documents": []}
    for _ in range(200):
        for name, patient in (("10,000 documents", large), ("10 documents", small)):
            taken[name].append(commit(patient))
    room.database.close()
    ratio("a commit", {name: statistics.median(times) for name, times in taken.items()}, goal=1.20)


def commit(patient: Patient) -> float:
    """Seconds of the server's processor for one small document."""
    sealed = SealedVersion(patient.sections[1], content=b"x" * 1000)
    body = patient.version_body(sealed, patient.place(), "")
    del body["upload"]
    start = time.process_time()
    answer = patient.send(
        "POST", f"/vaults/{patient.vault}/documents", {**body, "object": b64u(sealed.content)}
    )
    assert answer.status_code == 201
    return time.process_time() - start
