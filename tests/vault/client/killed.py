"""A process that is killed (SIGKILL) at a chosen point: around one of its writes or requests.

Client and server live in the one process, so that a kill ends both at any step of either. Points are counted:
the same work passes the same points, as far as its threads go in the same order.
"""

import io
import json
import os
import shutil
import signal
import threading
import traceback
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import event

from crypto.errors import CoffreError
from storage.local import LocalStore
from storage.s3 import S3Settings, S3Store
from tests.through import through
from tests.vault.client.people import ORIGIN, PASSWORD, Clock
from vault.client.errors import ClientError
from vault.client.main import run
from vault.client.terminal import Terminal
from vault.config import load
from vault.database import Database
from web.app import create_app
from web.serve import prepare

WRITES = ("fsync", "fdatasync", "pwrite", "ftruncate", "mkdir", "link", "replace", "unlink", "rmdir")


class Points:
    """Counts, and kills the process at number `fatal` (0: never)."""

    def __init__(self, fatal: int) -> None:
        self.count = 0
        self._fatal = fatal
        self._lock = threading.Lock()

    def pass_one(self) -> None:
        with self._lock:
            self.count += 1
            if self.count == self._fatal:
                os.kill(os.getpid(), signal.SIGKILL)

    def around(self, function: Callable[..., Any]) -> Callable[..., Any]:
        def wrapped(*arguments: Any, **options: Any) -> Any:
            self.pass_one()
            done = function(*arguments, **options)
            self.pass_one()
            return done

        return wrapped

    def watch(self, database: Database) -> None:
        """Every write of this process from now on; for good, so only in a process that ends soon."""
        for name in WRITES:
            setattr(os, name, self.around(getattr(os, name)))
        event.listen(database.engine, "commit", lambda _: self.pass_one())


class Watched(httpx.BaseTransport):
    """Requests and answers are points, too."""

    def __init__(self, inner: httpx.BaseTransport, points: Points) -> None:
        self._send = points.around(inner.handle_request)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.read()
        answer: httpx.Response = self._send(request)
        return answer


class Folder(LocalStore):
    """A store whose folder may be put back to how it was."""

    def again(self) -> None:
        """Knows nothing of the folder, as at its start."""
        self._flushed.clear()

    def watch(self, points: Points) -> None:
        """Its writes are those of the process, which are points already."""


class Bucket(S3Store):
    """A store whose bucket is emptied, since nothing was in it when the world was kept."""

    def again(self) -> None:
        """Holds nothing, and no connection either: a process that is forked opens its own."""
        while names := self.list(None, 1000):
            for name in names:
                self.delete(name)
        for pending in self.pending():
            self.abort(pending.name, pending.token)
        self.close()

    def watch(self, points: Points) -> None:
        """Its requests and their answers are points."""
        for moment in ("before-send.s3", "response-received.s3"):
            self._client.meta.events.register(moment, lambda **_: points.pass_one())


class World:
    """A server's data and a client's home in one folder, always the same: the server's program is built once,
    and children that are forked have it ready. `keep` notes how the folder stands, `again` brings that back.
    Objects are in the folder, or in an S3 store's bucket of their own.
    """

    def __init__(self, folder: Path, bucket: S3Settings | None = None) -> None:
        self.folder = folder
        self._kept = folder.with_name(f"{folder.name}-kept")
        environ = {
            "COFFRE_DATA": str(folder / "data"),
            "COFFRE_SERVER_PUBLIC_URL": ORIGIN,
            "COFFRE_LIMITS_PART_SIZE": str(5 << 20),
        }
        self.config = load(None, environ)
        folder.mkdir()
        prepare(self.config)
        self.database = Database.open(self.config.database.url)
        self.store = Bucket(bucket) if bucket else Folder(folder / "data" / "objects")
        app = create_app(self.config, self.store, Clock(), self.database)
        self._server = httpx.WSGITransport(app)

    def keep(self) -> None:
        """Notes how the folder stands now."""
        self.database.close()
        shutil.copytree(self.folder, self._kept)

    def again(self) -> None:
        """The folder as it was kept. Nothing is left open, so that a child may be forked."""
        self.database.close()
        shutil.rmtree(self.folder)
        shutil.copytree(self._kept, self.folder)
        self.store.again()

    def coffre(self, *arguments: str, points: Points | None = None) -> Any:
        """Runs a command against a server in this process; its JSON. Raises RuntimeError when it fails."""
        transport: httpx.BaseTransport = self._server
        if points is not None:
            points.watch(self.database)
            self.store.watch(points)
            transport = Watched(transport, points)
        environment = {"COFFRE_HOME": str(self.folder / "home"), "COFFRE_PASSWORD": PASSWORD}
        shown = io.StringIO()
        with redirect_stdout(shown), redirect_stderr(io.StringIO()):
            status = run(
                (*arguments, "--json"), Terminal(environment, network=through(transport), clock=Clock())
            )
        if status:
            raise RuntimeError(f"{arguments[0]}: {status} {shown.getvalue()}")
        return json.loads(shown.getvalue())


def in_a_child(work: Callable[[], object]) -> tuple[int, Any]:
    """Does it in a child process; its exit status (negative: the signal) and what it gave, as JSON."""
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(reader)
        try:
            given, status = json.dumps(work()), 0
        except (ClientError, CoffreError, OSError, RuntimeError, ValueError, AssertionError):
            given, status = json.dumps(traceback.format_exc()), 1
        with os.fdopen(writer, "w") as pipe:
            pipe.write(given)
        os._exit(status)
    os.close(writer)
    with os.fdopen(reader) as pipe:
        told = pipe.read()
    _, ended = os.waitpid(pid, 0)
    return os.waitstatus_to_exitcode(ended), json.loads(told) if told else None
