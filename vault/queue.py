"""Jobs that come back, every minute, through huey (ADR 0005).

Owns the queue's place (a file beside the embedded database, or tables in a host's PostgreSQL) and its form:
JSON, because huey's own form is pickle, which would let whoever can write to the queue run code. Jobs carry
no data.
"""

import json
from collections.abc import Callable, Mapping
from datetime import datetime

from huey import Huey, PostgresHuey, SqliteHuey, crontab
from huey.consumer import Consumer
from huey.registry import Message
from huey.serializer import Serializer
from sqlalchemy import make_url

from vault.config import Config

_NAME = "coffre"


class JsonSerializer(Serializer):  # type: ignore[misc]
    """Messages and results as JSON. A job with anything else in it cannot be queued."""

    def _serialize(self, data: object) -> bytes:
        if isinstance(data, Message):
            data = {"message": [_plain(field) for field in data]}
        return json.dumps(data).encode()

    def _deserialize(self, data: bytes) -> object:
        found = json.loads(data)
        if isinstance(found, dict) and found.keys() == {"message"}:
            return Message(*(_read(field) for field in found["message"]))
        return found


class BackgroundConsumer(Consumer):  # type: ignore[misc]
    """A consumer in threads of a process that has its own signal handlers."""

    def _set_signal_handlers(self) -> None:
        """Leaves the process's handlers as they are."""


def open_queue(config: Config) -> Huey:
    """The queue that the configuration's database implies."""
    url = make_url(config.database.url)
    if url.get_backend_name() == "sqlite":
        return SqliteHuey(
            _NAME,
            filename=str(config.data / "queue.sqlite3"),
            serializer=JsonSerializer(),
            results=False,
            utc=True,
        )
    dsn = url.set(drivername="postgresql").render_as_string(hide_password=False)
    # Neither LISTEN nor prepared statements, which a pooler between would leave to another client. Jobs come
    # by the minute: a look at the table every few seconds is as good.
    return PostgresHuey(
        _NAME,
        dsn=dsn,
        serializer=JsonSerializer(),
        results=False,
        utc=True,
        blocking=False,
        prepare_threshold=None,
    )


def start(jobs: Mapping[str, Callable[[], object]], config: Config) -> Consumer:
    """Runs each job every minute in threads of this process: one that hangs holds up no other. A job may run
    on several nodes at once."""
    queue = open_queue(config)
    for name, job in jobs.items():
        queue.periodic_task(crontab(minute="*"), name=name, expires=50)(job)
    consumer = BackgroundConsumer(
        queue, workers=len(jobs), periodic=True, initial_delay=1.0, max_delay=10.0, scheduler_interval=10
    )
    consumer.start()
    return consumer


def _plain(field: object) -> object:
    return {"datetime": field.isoformat()} if isinstance(field, datetime) else field


def _read(field: object) -> object:
    if isinstance(field, dict) and field.keys() == {"datetime"}:
        return datetime.fromisoformat(str(field["datetime"]))
    return field
