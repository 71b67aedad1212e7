"""The process that serves: gunicorn with threads, and the jobs beside it (ADR 0004, ADR 0005).

`serve(config)` blocks until the process is told to stop. The embedded database is migrated at the start; a
host's database only with `coffre admin migrate`, because several nodes may share it.
"""

import os
import sys
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication
from gunicorn.workers.base import Worker

from vault import database_schema
from vault.config import Config, LocalStorage
from vault.database import Database
from web import jobs, request_log
from web.app import create_app
from web.metrics import Metrics
from web.worker import Worker as ThreadWorker

# Threads wait most of the time; web.transfers keeps some of them free of transfers.
THREADS = 64


class SchemaOutdated(Exception):
    """The database has an older schema than this program: run `coffre admin migrate`."""


def serve(config: Config) -> None:
    """Serves until SIGTERM or SIGINT; prints `ready URL` once requests are answered."""
    request_log.configure()
    # Database, queue and objects are for the server's own user only.
    os.umask(0o077)
    prepare(config)
    _Server(config).run()


def prepare(config: Config) -> None:
    """Makes the data folder and brings the embedded database up to date. Raises SchemaOutdated for a
    host's."""
    if config.database.url.startswith("sqlite") or isinstance(config.storage, LocalStorage):
        config.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    database = Database.open(config.database.url)
    try:
        if database.is_sqlite:
            database_schema.upgrade(database)
        elif not database_schema.is_usable(database):
            raise SchemaOutdated("the database has an older schema: run `coffre admin migrate`")
    finally:
        database.close()


class _Server(BaseApplication):  # type: ignore[misc]
    """Gunicorn, configured from Coffre's own configuration and by nothing else."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._metrics = Metrics()
        super().__init__()

    def load_config(self) -> None:
        """One process with threads: SQLite has one writer anyway, and a node's other processes cost
        memory."""
        settings: dict[str, Any] = {
            "bind": [self._config.server.listen],
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
            "proc_name": "coffre",
            "post_worker_init": self._begin,
        }
        for name, value in settings.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        """The WSGI app, made in the worker."""
        return create_app(self._config, metrics=self._metrics)

    def _begin(self, worker: Worker) -> None:
        database = Database.open(self._config.database.url)
        (jobs.start if self._config.server.jobs else jobs.watch)(self._config, database, self._metrics)
        # A worker that replaces one that died is no news.
        if worker.age == 1:
            print(f"ready {self._config.server.public_url}", flush=True)  # noqa: T201 - the command's contract
