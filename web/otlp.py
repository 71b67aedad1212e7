"""Traces by OpenTelemetry, sent over OTLP/HTTP (protobuf). Loaded only by hosts that ask for traces.

Our own spans rather than OpenTelemetry's instrumentation of Flask and SQLAlchemy: that writes down paths,
addresses and user agents (vault/adr/0037-traces-as-an-option.md). A trace begins here, whatever a client's
headers say. The exporter reads OpenTelemetry's own variables for headers and certificates
(`OTEL_EXPORTER_OTLP_HEADERS`, `OTEL_EXPORTER_OTLP_CERTIFICATE`).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from flask import Flask, Response, g, request
from opentelemetry import context, trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.sampling import ParentBased, TraceIdRatioBased
from opentelemetry.trace import Span, SpanKind, Status, StatusCode
from sqlalchemy import Engine, event
from sqlalchemy.engine import Connection, ExceptionContext, ExecutionContext

from vault.database import Database
from web.metrics import METHODS, when_sent

_SEND_SECONDS: Final = 5
_SPAN: Final = "coffre_span"


class OtlpTraces:
    """Spans of one process, sent in batches from a thread. A collector that is away costs spans alone."""

    def __init__(self, endpoint: str, percent: int) -> None:
        self._provider = TracerProvider(
            resource=Resource({"service.name": "coffre"}),
            sampler=ParentBased(TraceIdRatioBased(percent / 100)),
            shutdown_on_exit=False,
        )
        exporter = OTLPSpanExporter(f"{endpoint}/v1/traces", timeout=_SEND_SECONDS)
        self._provider.add_span_processor(BatchSpanProcessor(exporter))
        self._tracer = self._provider.get_tracer("coffre")

    def watch(self, database: Database) -> None:
        """From now on each statement within a request or job is a span."""
        _Statements(self._tracer).listen(database.engine)

    def install(self, app: Flask) -> None:
        """Each request of the app is a span, to its answer's last byte."""

        @app.before_request
        def begin() -> None:
            method = request.method if request.method in METHODS else "other"
            route = request.url_rule.rule if request.url_rule else "none"
            names = {"http.request.method": method, "http.route": route}
            span = self._tracer.start_span(
                f"{method} {route}", context=context.Context(), kind=SpanKind.SERVER, attributes=names
            )
            g.trace_span = span
            g.trace_token = context.attach(trace.set_span_in_context(span))

        @app.after_request
        def answered(response: Response) -> Response:
            span: Span | None = g.get("trace_span")
            if span is not None:
                span.set_attribute("http.response.status_code", response.status_code)
                if response.status_code >= 500:
                    span.set_status(Status(StatusCode.ERROR))
                when_sent(response, span.end)
            return response

        @app.teardown_request
        def leave(_error: BaseException | None) -> None:
            token = g.pop("trace_token", None)
            if token is not None:
                context.detach(token)

    @contextmanager
    def job(self, name: str) -> Iterator[None]:
        """A span of its own; of what is raised within, its kind alone is told."""
        span = self._tracer.start_span(f"job {name}", context=context.Context(), attributes={"job": name})
        token = context.attach(trace.set_span_in_context(span))
        try:
            yield
        except BaseException as error:
            _failed(span, error)
            raise
        finally:
            context.detach(token)
            span.end()

    def close(self) -> None:
        """Sends what waits, for some seconds at most, and ends."""
        self._provider.shutdown()


class _Statements:
    """Spans of statements, without their parameters: only the text that SQLAlchemy sends."""

    def __init__(self, tracer: trace.Tracer) -> None:
        self._tracer = tracer

    def listen(self, engine: Engine) -> None:
        event.listen(engine, "before_cursor_execute", self._begin, named=True)
        event.listen(engine, "after_cursor_execute", self._end, named=True)
        event.listen(engine, "handle_error", self._fail)

    def _begin(
        self, *, conn: Connection, statement: str, context: ExecutionContext | None, **_others: object
    ) -> None:
        if context is None or not trace.get_current_span().is_recording():
            return
        attributes = {"db.system.name": conn.dialect.name, "db.query.text": statement}
        word = statement.split(None, 1)[0]
        setattr(context, _SPAN, self._tracer.start_span(word, kind=SpanKind.CLIENT, attributes=attributes))

    def _end(self, *, context: ExecutionContext | None, **_others: object) -> None:
        span: Span | None = getattr(context, _SPAN, None)
        if span is not None:
            span.end()

    def _fail(self, found: ExceptionContext) -> None:
        span: Span | None = getattr(found.execution_context, _SPAN, None)
        if span is not None:
            _failed(span, found.original_exception)
            span.end()


def _failed(span: Span, error: BaseException) -> None:
    # An error's text may hold anything, hence neither `record_exception` nor a description.
    span.set_attribute("error.type", type(error).__name__)
    span.set_status(Status(StatusCode.ERROR))
