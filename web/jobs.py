"""Jobs beside the requests: what runs every minute, where the server runs or in a process of its own.

    start(config, database, metrics, traces)     # in threads of this process
    work(config)                         # blocks until SIGTERM or SIGINT: `coffre worker`

Every job looks into the database for what is due, so that any number of processes may run them at once.
"""

import os
import signal
import threading
from collections.abc import Callable
from types import FrameType

from huey.consumer import Consumer

from vault import farewell, maintenance, queue
from vault.checkpoints import checkpoint
from vault.config import Config
from vault.database import Database
from vault.delivery import Delivered, channels_of, deliver
from vault.erasures import erase_due
from vault.reminders import remind
from vault.retention import sweep
from web import memory, request_log
from web.app import now, open_store
from web.metrics import Metrics
from web.traces import Traces, traces_of

Job = Callable[[], object]


def work(config: Config) -> None:
    """Runs the jobs until SIGTERM or SIGINT, and lets those that run end; prints `ready worker`."""
    request_log.configure()
    os.umask(0o077)
    memory.keep_to_itself()
    stopped = threading.Event()

    def stop(_number: int, _frame: FrameType | None) -> None:
        stopped.set()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    traces = traces_of(config.traces)
    consumer = start(config, Database.open(config.database.url), Metrics(), traces)
    print("ready worker", flush=True)  # noqa: T201 - the command's contract
    stopped.wait()
    consumer.stop(graceful=True)
    traces.close()


def start(config: Config, database: Database, metrics: Metrics, traces: Traces) -> Consumer:
    """Starts the jobs in threads, and the address that tells what this process counts."""
    traces.watch(database)
    consumer = queue.start(
        {
            name: _counted(name, unless_still(database, job), metrics, traces)
            for name, job in _jobs(config, database).items()
        },
        config,
    )
    watch(config, database, metrics)
    return consumer


def watch(config: Config, database: Database, metrics: Metrics) -> None:
    """Opens the address for Prometheus, if the configuration names one."""
    if config.metrics.address is not None:
        metrics.watch(database, now)
        metrics.serve(*config.metrics.address)


def unless_still(database: Database, job: Job) -> Job:
    """The job, but not while the operator wants nothing of any vault to change: it catches up afterwards."""

    def run() -> object:
        with database.reading() as session:
            state = maintenance.current(session)
        return None if state is not None and state.is_still else job()

    return run


def _counted(name: str, job: Job, metrics: Metrics, traces: Traces) -> Job:
    def run() -> object:
        with metrics.job(name), traces.job(name):
            return job()

    return run


def _jobs(config: Config, database: Database) -> dict[str, Job]:
    """By the names that the queue shows."""
    store = open_store(config)

    def send() -> Delivered:
        remind(database, now)
        with channels_of(config) as channels:
            return deliver(database, channels, now, origin=config.server.public_url)

    def erase() -> int:
        with channels_of(config) as channels:
            origin = config.server.public_url
            return erase_due(database, store, now, lambda gone: farewell.send(channels, gone, origin))

    return {
        "sweep": lambda: sweep(database, store, now, bin_days=config.limits.bin_days),
        "erasures": erase,
        "notices": send,
        "checkpoints": lambda: checkpoint(database, now),
    }
