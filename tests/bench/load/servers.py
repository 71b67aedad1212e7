"""WSGI servers side by side: `python -m tests.bench.load.servers` (vault/adr/0036-which-server-serves.md).

For each: the hot read, eight parts of 8 MiB at once, a read while others send half a head or half a body, and
whether a part that is under way when the server is told to stop is answered.
"""

import base64
import hashlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Final

import httpx

from tests.bench.load.generators import ROOT, hot_reads
from tests.bench.load.people import Person, settle, settled
from tests.bench.load.sides import SIDES
from tests.servers.ports import free_ports

PART: Final = 8 * 1024 * 1024
AT_ONCE: Final = 8
SLOW: Final = 100
_OURS: Final = "gunicorn"
_DIGEST: Final = f"sha-256=:{base64.b64encode(hashlib.sha256(bytes(PART)).digest()).decode()}:"


@dataclass
class Served:
    """A server under test."""

    process: subprocess.Popen[bytes]
    url: str
    folder: Path

    @property
    def address(self) -> tuple[str, int]:
        """Host and port."""
        host, port = self.url.removeprefix("http://").split(":")
        return host, int(port)

    def peak(self) -> float:
        """Megabytes that it and its children had at most."""
        pids, total = [str(self.process.pid)], 0
        while pids:
            pid = pids.pop()
            pids += Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
            total += int(Path(f"/proc/{pid}/status").read_text().split("VmHWM:")[1].split()[0])
        return total / 1000


def main() -> None:
    """Measures and prints a table."""
    print(f"{'':10} reads/s  8 × 8 MiB  grew by  read among {SLOW} slow ones  part at the stop")
    for name in (_OURS, *SIDES):
        with TemporaryDirectory() as folder, _served(name, Path(folder)) as server:
            print(f"{name:10} {_row(server)}", flush=True)


def _row(server: Served) -> str:
    people = settle(server.url, server.folder / "people.json", 1)
    reads, _ = hot_reads(server.url, people, "ledger")
    with httpx.Client(base_url=f"{server.url}/api/v1", timeout=60) as http:
        person = settled(http, 1)
        before = server.peak()
        taken = median(_eight_parts(http, person) for _ in range(3))
        grown = server.peak() - before
        slow = _among_slow_ones(server, http, person)
        said = _stopped(server, http, person)
    return f"{reads:7.0f}  {taken:7.2f} s  {grown:5.0f} MB  {slow:>24}  {said:>16}"


@contextmanager
def _served(name: str, folder: Path) -> Iterator[Served]:
    [port] = free_ports(1)
    url = f"http://127.0.0.1:{port}"
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "COFFRE_DATA": str(folder / "data")}
    environment |= {"COFFRE_SERVER_LISTEN": url.removeprefix("http://"), "COFFRE_SERVER_JOBS": "false"}
    environment |= {"COFFRE_SERVER_TRUSTED_PROXIES": "127.0.0.1"}
    command = [sys.executable, "-m", "vault.client.main", "serve"]
    if name != _OURS:
        command = [str(ROOT / ".venv-bench/bin/python"), "-m", "tests.bench.load.sides", name, str(port)]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
    try:
        _wait_for(url, process)
        yield Served(process, url, folder)
    finally:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(30)
        process.kill()
        process.wait()


def _wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end and process.poll() is None:
        with suppress(httpx.TransportError):
            httpx.get(f"{url}/api/v1/health").raise_for_status()
            return
        time.sleep(0.1)
    raise RuntimeError("the server did not start")


def _reserve(http: httpx.Client, person: Person, parts: int) -> str:
    body = {"length": parts * PART, "part_size": PART}
    made = http.post(f"/vaults/{person.patient.vault}/uploads", json=body, headers=person.headers)
    assert made.status_code == 201, made.text
    return f"/vaults/{person.patient.vault}/uploads/{made.json()['upload']}/parts"


def _eight_parts(http: httpx.Client, person: Person) -> float:
    path = _reserve(http, person, AT_ONCE)
    headers = {**person.headers, "Content-Digest": _DIGEST}

    def send(number: int) -> None:
        answer = http.put(f"{path}/{number}", content=bytes(PART), headers=headers)
        assert answer.status_code == 200, answer.text

    start = time.perf_counter()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(send, range(1, AT_ONCE + 1)))
    return time.perf_counter() - start


def _head(person: Person, path: str) -> bytes:
    headers = {"Host": "x", **person.headers, "Content-Digest": _DIGEST, "Content-Length": str(PART)}
    return (
        f"PUT /api/v1{path} HTTP/1.1\r\n".encode()
        + "".join(f"{name}: {value}\r\n" for name, value in headers.items()).encode()
    )


def _among_slow_ones(server: Served, http: httpx.Client, person: Person) -> str:
    with ExitStack() as stack:
        path = _reserve(http, person, AT_ONCE)
        for number in range(SLOW):
            line = stack.enter_context(closing(socket.create_connection(server.address)))
            half = _head(person, f"{path}/{number % AT_ONCE + 1}")
            line.sendall(half + b"\r\n" + bytes(100) if number % 2 else half)
        time.sleep(0.5)
        taken = []
        for _ in range(5):
            start = time.perf_counter()
            try:
                httpx.get(f"{server.url}/api/v1/health", timeout=10).raise_for_status()
            except httpx.TransportError:
                return "none in 10 s"
            taken.append(time.perf_counter() - start)
    return f"{1000 * median(taken):.0f} ms"


def _stopped(server: Served, http: httpx.Client, person: Person) -> str:
    path = _reserve(http, person, 1)
    with closing(socket.create_connection(server.address)) as line:
        line.settimeout(30)
        line.sendall(_head(person, f"{path}/1") + b"\r\n" + bytes(PART // 2))
        time.sleep(0.5)
        server.process.send_signal(signal.SIGTERM)
        done = threading.Event()
        for _ in range(8):
            done.wait(0.25)
            try:
                line.sendall(bytes(PART // 16))
            except OSError:
                return "cut off"
        try:
            said = line.recv(64)
        except OSError:
            return "cut off"
    return said.split(b"\r\n")[0].decode().partition(" ")[2] or "cut off"


if __name__ == "__main__":
    main()
