"""The process that serves: gunicorn with threads, and the jobs beside it (ADR 0004, ADR 0005).

`serve(config)` blocks until the process is told to stop. The embedded database is migrated at the start; a
host's database only with `coffre admin migrate`, because several nodes may share it.
"""

import gc
import os
import sys
from collections.abc import Callable
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter
from gunicorn.workers.base import Worker
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from vault import database_schema, moves, signing_keys
from vault.config import Config, LocalStorage
from vault.database import Database
from vault.database_away import reason_of
from vault.errors import BadServerKeys
from vault.models.server import ServerSecret
from web import jobs, memory, request_log, traces
from web.app import create_app, now
from web.errors import kind_of
from web.metrics import Metrics
from web.traces import Traces, Untraced, traces_of
from web.worker import Worker as ThreadWorker

# Threads wait most of the time; web.transfers keeps some of them free of transfers.
THREADS = 64
WORST_CLOCK = 60
"""Seconds between a node's clock and the database's; statements may be five minutes off."""


class CannotStart(Exception):
    """The server does not start; the message says what to repair, and holds no secret."""

    code = "usage"


class ClockOff(CannotStart):
    """This machine's clock is so far off that statements would be refused."""


class SchemaOutdated(CannotStart):
    """The database has an older schema than this program: run `coffre admin migrate`."""


class CannotTrace(CannotStart):
    """Traces are asked for, and what sends them is not installed."""


class NotTheHost(CannotStart):
    """Another host serves what stands here (ADR 0032)."""

    code = "refused"


class ServerKeysBroken(CannotStart):
    """The server's own keys are not whole: `coffre admin doctor`."""

    code = "tampered"


class DatabaseAway(CannotStart):
    """The database cannot be reached, or lets this role do nothing."""

    code = "store_unavailable"


def serve(config: Config) -> None:
    """Serves until SIGTERM or SIGINT; prints `ready URL` once requests are answered."""
    request_log.configure()
    # Database, queue and objects are for the server's own user only.
    os.umask(0o077)
    memory.keep_to_itself()
    prepare(config)
    # What is loaded by now stays: the worker shares its pages, and nobody looks through it for garbage, which
    # took half a second of either process's end.
    gc.freeze()
    Gunicorn(config).run()


def prepare(config: Config) -> None:
    """Makes the data folder and brings the embedded database up to date.

    Raises DatabaseAway, ClockOff, SchemaOutdated (a host's database is never changed here), CannotTrace,
    ServerKeysBroken.
    """
    try:
        traces.require(config.traces)
    except traces.TracesMissing as error:
        raise CannotTrace(str(error)) from None
    if config.database.url.startswith("sqlite") or isinstance(config.storage, LocalStorage):
        config.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    database = Database.open(config.database.url)
    try:
        if database.is_sqlite:
            database_schema.upgrade(database)
        elif not database_schema.is_usable(database):
            raise SchemaOutdated("the database has an older schema: run `coffre admin migrate`")
        if database_schema.is_newer(database):
            found, known = database_schema.revision(database), database_schema.newest_revision()
            sys.stderr.write(
                f"the database is of a newer program (schema {found}, this one knows {known}): serving on\n"
            )
        with database.reading() as session:
            reason = moves.why_not_serving(session)
            _check_keys(session)
        if reason:
            raise NotTheHost(reason)
        skew = clock_skew(database, now)
        if abs(skew) > WORST_CLOCK:
            raise ClockOff(
                f"this machine's clock is {-skew} seconds away from the database's: run NTP on both"
            )
    except OperationalError as error:
        # The text names host, role and database.
        message = f"{reason_of(error)} ({kind_of(error)}): check database.url and that it answers"
        raise DatabaseAway(message) from None
    finally:
        database.close()


def _check_keys(session: Session) -> None:
    if session.get(ServerSecret, 1) is None:
        return
    try:
        signing_keys.load(session)
    except BadServerKeys as error:
        raise ServerKeysBroken(f"{error}: look with `coffre admin doctor`") from None


def clock_skew(database: Database, clock: Callable[[], int]) -> int:
    """By how many seconds the database's clock is ahead of this machine's; 0 for an embedded one."""
    if database.is_sqlite:
        return 0
    with database.reading() as session:
        there = session.execute(text("SELECT extract(epoch FROM clock_timestamp())::bigint")).scalar_one()
    return int(there) - clock()


class Gunicorn(BaseApplication):  # type: ignore[misc]
    """Gunicorn, configured from Coffre's own configuration and by nothing else."""

    def __init__(self, config: Config) -> None:
        self.config = config
        self._metrics = Metrics()
        self._traces: Traces = Untraced()
        super().__init__()

    def load_config(self) -> None:
        """One process with threads: SQLite has one writer anyway, and a node's other processes cost
        memory."""
        settings: dict[str, Any] = {
            "bind": [self.config.server.listen],
            "workers": 1,
            "threads": THREADS,
            "worker_class": ThreadWorker,
            # For gthread this guards against a stuck process, not against a slow upload.
            "timeout": 120,
            "graceful_timeout": 20,
            "keepalive": 15,
            "worker_tmp_dir": "/dev/shm" if sys.platform == "linux" else None,  # noqa: S108 - gunicorn's heartbeat
            "errorlog": "-",
            "loglevel": "warning",
            "accesslog": None,
            "limit_request_line": 4094,
            "limit_request_fields": 60,
            "forwarded_allow_ips": "",
            # By default a socket in the home folder, by which the process can be managed.
            "control_socket_disable": True,
            "proc_name": "coffre",
            "post_worker_init": self.begin,
            "worker_exit": self._end,
        }
        for name, value in settings.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        """The WSGI app, made in the worker."""
        self._traces = traces_of(self.config.traces)
        return create_app(self.config, metrics=self._metrics, traces=self._traces)

    def begin(self, worker: Worker) -> None:
        """Once in the worker, before it answers: the jobs, and that it is ready."""
        database = Database.open(self.config.database.url)
        if self.config.server.jobs:
            jobs.start(self.config, database, self._metrics, self._traces)
        else:
            jobs.watch(self.config, database, self._metrics)
        # A worker that replaces one that died is no news.
        if worker.age == 1:
            print(f"ready {self.config.server.public_url}", flush=True)  # noqa: T201 - the command's contract

    def _end(self, _server: Arbiter, _worker: Worker) -> None:
        self._traces.close()
