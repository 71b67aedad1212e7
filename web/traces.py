"""Traces, for hosts that ask for them (`[traces] endpoint`, off by default; OPERATING.md, "Watching").

Owns what a span may say: method, route's template, status, a job's name, the text of SQL without its
parameters. Nothing of a person, vault or document: no path, no address, no header. OpenTelemetry is an extra
(`coffre[traces]`), loaded only when it is asked for (web/otlp.py).

    traces = traces_of(config.traces)
    traces.install(app, database)
    with traces.job("sweep"): ...
    traces.close()                   # what is not sent yet, for some seconds
"""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Protocol

from flask import Flask

from vault import config
from vault.database import Database


class TracesMissing(Exception):
    """Traces are asked for and OpenTelemetry is not installed."""


class Traces(Protocol):
    """Spans of one process."""

    def watch(self, database: Database) -> None:
        """From now on each statement to the database is a span within the request's or job's."""

    def install(self, app: Flask) -> None:
        """Each request of the app is a span, to its answer's last byte."""

    def job(self, name: str) -> AbstractContextManager[None]:
        """A span of its own; what is raised within passes."""

    def close(self) -> None:
        """Sends what waits, and ends."""


class Untraced:
    """What most hosts have: nothing happens."""

    def watch(self, database: Database) -> None:
        """Nothing."""

    def install(self, app: Flask) -> None:
        """Nothing."""

    def job(self, name: str) -> AbstractContextManager[None]:
        """Nothing."""
        return nullcontext()

    def close(self) -> None:
        """Nothing."""


def require(settings: config.Traces) -> None:
    """Raises TracesMissing. Starts nothing, so that it can be asked before a process forks."""
    if settings.endpoint is not None:
        _opentelemetry()


def traces_of(settings: config.Traces) -> Traces:
    """What the configuration asks for; begins a thread if that is anything. Raises TracesMissing."""
    if settings.endpoint is None:
        return Untraced()
    return _opentelemetry()(settings.endpoint, settings.percent)


def _opentelemetry() -> Callable[[str, int], Traces]:
    try:
        from web.otlp import OtlpTraces
    except ModuleNotFoundError:
        raise TracesMissing("traces.endpoint is set: install requirements-traces.lock") from None
    return OtlpTraces
