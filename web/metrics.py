"""What a node counts, in Prometheus' text format, on an address of its own (OPERATING.md, "Watching").

Owns the names and labels: routes' templates, methods, statuses and kinds of jobs; nothing of a person, vault
or document. Never served on the public address. How late the jobs of all nodes are is read from the database
when somebody asks.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from wsgiref.simple_server import WSGIServer

from flask import Flask, Response, g, request
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, start_http_server
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy.exc import SQLAlchemyError

from vault.database import Database
from vault.lateness import Lateness, lateness

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"})
# Seconds. A part of 8 MiB over a slow line takes minutes; a list takes milliseconds.
_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300)


class Metrics:
    """The counters of one process."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        labels = ("method", "route")
        self._requests = Counter(
            "coffre_requests", "Requests answered.", (*labels, "status"), registry=self.registry
        )
        self._seconds = Histogram(
            "coffre_request_seconds",
            "From a request's first byte to its answer's last.",
            labels,
            buckets=_BUCKETS,
            registry=self.registry,
        )
        self._running = Gauge("coffre_requests_running", "Requests being answered.", registry=self.registry)
        transferred = Counter(
            "coffre_transfer_bytes",
            "Bytes of bodies that requests and answers announced.",
            ("direction",),
            registry=self.registry,
        )
        self._received, self._sent = transferred.labels("received"), transferred.labels("sent")
        self._store_errors = Counter(
            "coffre_store_errors", "Requests that the object store failed.", ("kind",), registry=self.registry
        )
        self._replica = Counter(
            "coffre_replica_pages",
            "Pages that the replica was asked for.",
            ("outcome",),
            registry=self.registry,
        )
        self._runs = Counter(
            "coffre_job_runs", "Jobs that ended, well or not.", ("task", "outcome"), registry=self.registry
        )
        self._last = Gauge(
            "coffre_job_success_timestamp_seconds",
            "When a job ended well for the last time on this node.",
            ("task",),
            registry=self.registry,
        )

    def replica_asked(self, outcome: str) -> None:
        """Counts a page that was asked of the replica."""
        self._replica.labels(outcome).inc()

    def store_failed(self, kind: str) -> None:
        """Counts an error of the store by its class."""
        self._store_errors.labels(kind).inc()

    @contextmanager
    def job(self, name: str) -> Iterator[None]:
        """Counts one run of a job; what it raises passes."""
        try:
            yield
        except BaseException:
            self._runs.labels(name, "failed").inc()
            raise
        self._runs.labels(name, "ok").inc()
        self._last.labels(name).set_to_current_time()

    def install(self, app: Flask) -> None:
        """Counts each request of an app when its answer's last byte went."""

        @app.before_request
        def begin() -> None:
            g.metrics_since = time.monotonic()
            self._running.inc()

        @app.after_request
        def answered(response: Response) -> Response:
            method = request.method if request.method in METHODS else "other"
            route = request.url_rule.rule if request.url_rule else "none"
            since: float | None = g.pop("metrics_since", None)
            received, sent = request.content_length or 0, response.content_length or 0

            def count() -> None:
                self._requests.labels(method, route, str(response.status_code)).inc()
                self._received.inc(received)
                self._sent.inc(sent)
                if since is not None:
                    self._running.dec()
                    self._seconds.labels(method, route).observe(time.monotonic() - since)

            when_sent(response, count)
            return response

    def watch(self, database: Database, clock: Callable[[], int]) -> None:
        """Also tells how late the jobs of all nodes are, by the database."""
        self.registry.register(_Late(database, clock))

    def serve(self, host: str, port: int) -> WSGIServer:
        """Answers `GET /metrics` from a thread. Raises OSError when the address is taken."""
        server, _thread = start_http_server(port, addr=host, registry=self.registry)
        return server


def when_sent(response: Response, done: Callable[[], None]) -> None:
    """Calls back after an answer's last byte; at once for a file, which the server sends by itself."""
    if response.direct_passthrough:
        done()
    else:
        response.call_on_close(done)


class _Late(Collector):
    """Reads the database at each scrape; `coffre_database_up` is 0 when that fails."""

    def __init__(self, database: Database, clock: Callable[[], int]) -> None:
        self._database = database
        self._clock = clock

    def describe(self) -> list[Metric]:
        """Nothing is read at registration."""
        return []

    def collect(self) -> Iterator[Metric]:
        """The gauges of one moment."""
        try:
            with self._database.reading() as session:
                found: Lateness | None = lateness(session, self._clock())
        except SQLAlchemyError:
            found = None
        up = GaugeMetricFamily("coffre_database_up", "Whether the database answered.")
        up.add_metric([], 0 if found is None else 1)
        yield up
        if found is not None:
            yield from _gauges(found)


def _gauges(found: Lateness) -> Iterator[Metric]:
    kept = GaugeMetricFamily(
        "coffre_kept_late_seconds", "For how long the oldest that is over is still kept.", labels=["kind"]
    )
    for kind, seconds in found.kept.items():
        kept.add_metric([kind], seconds)
    yield kept
    for name, help_text, seconds in (
        ("coffre_checkpoint_late_seconds", "For how long an entry waits for a checkpoint.", found.checkpoint),
        ("coffre_messages_late_seconds", "For how long a message waits to be sent.", found.messages),
    ):
        gauge = GaugeMetricFamily(name, help_text)
        gauge.add_metric([], seconds)
        yield gauge
