"""The real process: ready (also to systemd), the sweep beside it, an upload in little memory, a clean end."""

import base64
import json
import os
import signal
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from crypto.signing import sha256
from tests.servers.ports import free_ports
from tests.vault.sealed import MIB
from tests.web.signed_up import upload_over_http

START = """
import os
from vault.config import load
from web.serve import serve
serve(load(None, os.environ))
"""


@dataclass
class Served:
    """A server's process."""

    process: subprocess.Popen[bytes]
    url: str
    metrics: str
    errors: Path

    def memory(self) -> int:
        """Bytes that the process and its worker hold."""
        total = 0
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        for process in (str(self.process.pid), *children.split()):
            status = Path(f"/proc/{process}/status").read_text()
            total += int(status.split("VmRSS:")[1].split()[0]) * 1024
        return total


@contextmanager
def told(environ: dict[str, str]) -> Iterator[socket.socket]:
    """What a unit's process may tell systemd; `environ` names the way."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as notices:
        notices.bind(f"\0coffre-{uuid.uuid4().hex}")
        notices.settimeout(10)
        environ["NOTIFY_SOCKET"] = "@" + notices.getsockname()[1:].decode()
        yield notices


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    """A server on a free port with a folder of its own."""
    port, metrics = free_ports(2)
    environ = {
        **os.environ,
        "COFFRE_DATA": str(tmp_path / "data"),
        "COFFRE_SERVER_LISTEN": f"127.0.0.1:{port}",
        "COFFRE_METRICS_LISTEN": f"127.0.0.1:{metrics}",
        "HOME": str(tmp_path / "home"),
        "XDG_RUNTIME_DIR": str(tmp_path / "home"),
        "PYTHONPATH": str(Path(__file__).parents[2]),
    }
    (tmp_path / "home").mkdir()
    errors = tmp_path / "errors"
    with errors.open("wb") as log, told(environ) as notices:
        process = subprocess.Popen(
            [sys.executable, "-c", START], stdout=subprocess.PIPE, stderr=log, env=environ
        )
        assert process.stdout is not None
        line = process.stdout.readline().decode().strip()
        assert line == f"ready http://127.0.0.1:{port}", errors.read_text()
        # What `Type=notify` in the unit waits for: without it systemd ends a server that serves.
        assert b"READY=1" in notices.recv(1000).split(b"\n")
        yield Served(process, f"http://127.0.0.1:{port}", f"http://127.0.0.1:{metrics}/metrics", errors)
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
        process.stdout.close()


@pytest.mark.slow
def test_it_serves_logs_json_and_keeps_its_files_to_itself(served: Served, tmp_path: Path) -> None:
    assert httpx.get(f"{served.url}/api/v1/health").json() == {"status": "ok"}
    for path in (tmp_path / "data").rglob("*"):
        assert path.stat().st_mode & 0o077 == 0, path
    lines = [json.loads(line) for line in served.errors.read_text().splitlines()]
    assert lines[-1]["route"] == "/api/v1/health"
    assert all(line["level"] == "info" for line in lines)
    assert not list((tmp_path / "home").iterdir())
    assert "coffre_requests" not in httpx.get(f"{served.url}/metrics").text
    counted = httpx.get(served.metrics).text
    assert 'coffre_requests_total{method="GET",route="/api/v1/health",status="200"} 1.0' in counted
    assert "coffre_database_up 1.0" in counted
    # Files of the web application go by another way, which tells no end.
    for address in ("/", "/assets/none.js"):
        httpx.get(f"{served.url}{address}")
    end = time.monotonic() + 10
    while "coffre_requests_running 0.0" not in (counted := httpx.get(served.metrics).text):
        assert time.monotonic() < end
    assert 'coffre_requests_total{method="GET",route="/",status=' in counted


@pytest.mark.slow
@pytest.mark.servers
def test_a_large_upload_stays_within_64_mib_of_idle(served: Served) -> None:
    idle = served.memory()
    peak = idle
    part = bytes(8 * MIB)
    digest = f"sha-256=:{base64.b64encode(sha256(part)).decode()}:"
    for _ in upload_over_http(served.url, part, digest, parts=25):
        peak = max(peak, served.memory())
    assert peak - idle < 64 * MIB
