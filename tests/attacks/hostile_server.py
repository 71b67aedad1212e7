"""The hostile server: the real application, whose answers a scenario rewrites on their way to a client.

    server = HostileServer(application)
    with server.hostile(changed_answer):          # one scenario
        run(client over server.network)           # the Python client, without a socket
    with server.listening() as port: ...          # the TypeScript client, over loopback

Owns the record of what was exchanged: what each client sent, what the application answered and what the
client was given instead. Knows no format. The network is the one of the client's own tests.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler

import httpx

from tests.servers.quiet import QuietServer
from tests.vault.client.people import ORIGIN, Network, Rewrite

_HOP_BY_HOP = frozenset({"connection", "content-length", "date", "server", "transfer-encoding"})


@dataclass(frozen=True)
class Exchange:
    """One request, the application's answer, and the answer that the client was given."""

    request: httpx.Request
    authentic: httpx.Response
    given: httpx.Response

    @property
    def path(self) -> str:
        """Below `/api/v1`."""
        return self.request.url.path.removeprefix("/api/v1")

    def sent(self) -> bytes:
        """Everything that the client let out: method, address, headers and body."""
        head = f"{self.request.method} {self.request.url}\n".encode()
        headers = b"".join(name + b": " + value + b"\n" for name, value in self.request.headers.raw)
        return head + headers + b"\n" + self.request.content


@dataclass
class HostileServer:
    """Records every exchange; `hostile` lets one scenario rewrite the answers."""

    application: httpx.BaseTransport
    exchanges: list[Exchange] = field(default_factory=list)
    network: Network = field(init=False)
    _rewrite: Rewrite | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self.network = Network(self.application, self._answer)

    def _answer(self, request: httpx.Request, authentic: httpx.Response) -> httpx.Response:
        given = authentic if self._rewrite is None else self._rewrite(request, authentic)
        self.exchanges.append(Exchange(request, authentic, given))
        return given

    def forget(self) -> None:
        """Begins a new record."""
        self.exchanges.clear()
        self.network.requests.clear()

    @contextmanager
    def hostile(self, rewrite: Rewrite | None) -> Iterator[None]:
        """Rewrites answers within the block, over a record of its own."""
        self.forget()
        self._rewrite = rewrite
        try:
            yield
        finally:
            self._rewrite = None

    @contextmanager
    def recording(self) -> Iterator[list[Exchange]]:
        """What is exchanged within the block; complete once it has ended."""
        before = len(self.exchanges)
        found: list[Exchange] = []
        yield found
        found += self.exchanges[before:]

    @contextmanager
    def listening(self) -> Iterator[int]:
        """The same server at a loopback port, under the name that it has without a socket."""
        httpd = QuietServer(("127.0.0.1", 0), _handler(self._forward))
        thread = threading.Thread(target=httpd.serve_forever, daemon=True)
        thread.start()
        try:
            yield httpd.server_address[1]
        finally:
            httpd.shutdown()
            httpd.server_close()
            thread.join()

    def _forward(self, method: str, path: str, headers: list[tuple[str, str]], body: bytes) -> httpx.Response:
        kept = [(name, value) for name, value in headers if name.lower() not in {"host", "connection"}]
        with self._lock:
            response = self.network.handle_request(
                httpx.Request(method, f"{ORIGIN}{path}", headers=kept, content=body)
            )
            response.read()
        return response


Forward = Callable[[str, str, list[tuple[str, str]], bytes], httpx.Response]


def _handler(forward: Forward) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        # Head and body of an answer are two writes: without this each waits for the other's receipt.
        disable_nagle_algorithm = True
        wbufsize = 1 << 16

        def _do(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            try:
                response = forward(self.command, self.path, list(self.headers.items()), body)
            except httpx.HTTPError:
                # The scenario cuts the line.
                self.close_connection = True
                return
            self.send_response(response.status_code)
            for name, value in response.headers.multi_items():
                if name.lower() not in _HOP_BY_HOP:
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(response.content)))
            self.end_headers()
            self.wfile.write(response.content)
            self.wfile.flush()

        def log_message(self, format: str, *args: object) -> None:
            """Nothing: exchanges are recorded."""

    for method in ("GET", "POST", "PUT", "DELETE"):
        # Names that http.server asks for.
        setattr(Handler, f"do_{method}", Handler._do)
    return Handler
