"""Secrets stand in no list of processes, and what a process holds is written into no dump."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.server_process import ServerProcess
from vault.admin import dump
from vault.config import load
from web import jobs, memory, request_log

ROOT = Path(__file__).parents[2]
SECRET = "Xk9-not-to-be-seen"
ASKED = """
import ctypes, os, resource
from web import memory
assert ctypes.CDLL(None).prctl(3, 0, 0, 0, 0) == 1, "so that what comes shows something"
memory.keep_to_itself()
child = os.fork()
if child:
    os._exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
dumpable = ctypes.CDLL(None).prctl(3, 0, 0, 0, 0)
os._exit(dumpable or resource.getrlimit(resource.RLIMIT_CORE) != (0, 0))
"""


def processes_of(pid: int) -> Iterator[Path]:
    yield Path("/proc", str(pid))
    for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
        yield from processes_of(int(child))


@pytest.mark.slow
def test_a_server_shows_no_secret_and_dumps_nothing(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text(SECRET)
    (tmp_path / "secret").chmod(0o600)
    environment = {
        "COFFRE_SMS_URL": "https://sms.example.org/messages",
        "COFFRE_SMS_AUTHORIZATION_FILE": str(tmp_path / "secret"),
    }
    with ServerProcess(tmp_path / "server", environment) as server:
        found = list(processes_of(server.pid))
        for process in found:
            assert SECRET.encode() not in (process / "cmdline").read_bytes()
            limits = (process / "limits").read_text()
            assert "Max core file size        0                    0" in limits
        # And the one that it forked.
        assert len(found) == 2
    assert not [kept.name for kept in server.kept() if SECRET.encode() in kept.data]


def test_a_worker_begins_by_it(monkeypatch: pytest.MonkeyPatch) -> None:
    class Begun(Exception):
        """Nothing happened before."""

    def begin() -> None:
        raise Begun

    monkeypatch.setattr(memory, "keep_to_itself", begin)
    monkeypatch.setattr(jobs, "start", None)
    monkeypatch.setattr(request_log, "configure", lambda: None)
    monkeypatch.setattr(os, "umask", lambda _: None)
    with pytest.raises(Begun):
        jobs.work(load(None, {}))


def test_what_is_forked_is_not_dumpable_either() -> None:
    subprocess.run([sys.executable, "-c", ASKED], cwd=ROOT, check=True)


def test_postgresqls_tools_get_the_password_by_no_argument(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[list[str]] = []

    def run(command: list[str], **_options: object) -> subprocess.CompletedProcess[bytes]:
        seen.append(command)
        return subprocess.CompletedProcess(command, 0, b"", b"")

    monkeypatch.setattr(subprocess, "run", run)
    monkeypatch.setattr(shutil, "which", lambda program: f"/usr/bin/{program}")
    dump.load(f"postgresql+psycopg://coffre:{SECRET}@127.0.0.1:1/none", Path("x"))
    assert seen
    assert SECRET not in " ".join(map(str, seen[0]))
