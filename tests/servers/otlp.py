"""A collector of OpenTelemetry's traces, OTLP over HTTP: it keeps the spans that it is sent.

with Collector() as collector:
    collector.url                   # for traces.endpoint
    collector.spans()
"""

import gzip
import threading
from http.server import BaseHTTPRequestHandler
from types import TracebackType
from typing import Self

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from tests.servers.quiet import QuietServer


class Collector:
    """Listens on a free port of this machine, from `with` to its end."""

    def __init__(self) -> None:
        self.received: list[bytes] = []
        collector = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                if self.headers.get("Content-Encoding") == "gzip":
                    body = gzip.decompress(body)
                collector.received.append(body)
                known = self.path == "/v1/traces"
                self.send_response(200 if known else 404)
                self.send_header("Content-Type", "application/x-protobuf")
                self.end_headers()
                self.wfile.write(ExportTraceServiceResponse().SerializeToString())

            def log_message(self, *_: object) -> None:
                pass

        self._server = QuietServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever)

    @property
    def url(self) -> str:
        """What `traces.endpoint` is set to."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def spans(self) -> list[Span]:
        """All that arrived."""
        return [
            span
            for body in self.received
            for resource in ExportTraceServiceRequest.FromString(body).resource_spans
            for scope in resource.scope_spans
            for span in scope.spans
        ]

    def texts(self) -> str:
        """All words and numbers that arrived. Not identifiers and times: random bytes have any short name in
        them.
        """
        found = []
        for body in self.received:
            message = ExportTraceServiceRequest.FromString(body)
            for span in (s for r in message.resource_spans for scope in r.scope_spans for s in scope.spans):
                for random in ("trace_id", "span_id", "parent_span_id"):
                    span.ClearField(random)
                for time in ("start_time_unix_nano", "end_time_unix_nano"):
                    span.ClearField(time)
            found.append(str(message))
        return "".join(found)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
