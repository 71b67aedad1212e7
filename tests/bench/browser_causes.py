"""Why an upload from Chromium takes longer than plain requests: what the app must do besides, measured in the
same browser; and whether what it does for the memory of sent bodies is needed.

    with UploadCosts(chromium, folder) as costs:
        causes = costs.measured(file)
        peak = costs.bodies(size, "held")

The operations are the app's own code in a worker (web/client/tests/crypto/browser/upload_costs.ts). No
debugger is attached meanwhile.
"""

import threading
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from http.server import SimpleHTTPRequestHandler
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Literal, Self

from tests.bench.spent import tree_seconds
from tests.bench.unwatched import Unwatched, children_of
from tests.e2e.crypto_page import build_page
from tests.servers.quiet import QuietServer

PART: Final = 16 << 20
"""Of a large document."""
Counting = Literal["held", "dropped", "none"]
"""What is done for a body that was sent: the app's way, a buffer that nobody holds, nothing."""
_PIECE: Final = 1 << 20


@dataclass(frozen=True)
class Causes:
    """Seconds of Chromium's processors for as many bytes as the file has."""

    parts: float
    content: float
    cipher: float
    reading: float
    sealing: float
    """All of these as one, with what joins them."""


class Watch:
    """Looks at the memory of renderers while something goes on."""

    def __init__(self, browser: int) -> None:
        self.peak = 0
        """Bytes, at most."""
        self._renderers = children_of(browser, "--type=renderer")
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._over.wait(0.25):
            self.peak = max(self.peak, sum(_resident(process) for process in self._renderers))


class UploadCosts:
    """The page of the operations, in a Chromium that shows something else before."""

    def __init__(self, chromium: Unwatched, folder: Path) -> None:
        self._chromium = chromium
        self._folder = folder
        self._stack = ExitStack()
        self._address = ""

    def __enter__(self) -> Self:
        build_page(self._folder)
        server = QuietServer(("127.0.0.1", 0), partial(_Pages, directory=str(self._folder)))
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self._stack.callback(server.server_close)
        self._stack.callback(server.shutdown)
        self._address = f"http://127.0.0.1:{server.server_port}"
        self._chromium.watch().goto(f"{self._address}/index.html")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def measured(self, file: Path) -> Causes:
        """Each by itself, after a first time that does not count."""
        self._chromium.choose("#file", file)
        given = {"part": PART}
        found = {}
        for operation in ("partHashes", "hash", "cipher", "reading", "object"):
            self._ask(operation, given)
            before = tree_seconds(self._chromium.pid)
            self._ask(operation, given)
            found[operation] = tree_seconds(self._chromium.pid) - before
        return Causes(
            parts=found["partHashes"],
            content=found["hash"],
            cipher=found["cipher"],
            reading=found["reading"],
            sealing=found["object"],
        )

    def bodies(self, size: int, counting: Counting) -> int:
        """Bytes that renderers have at most while parts of a document of `size` bytes are sent."""
        given = {"url": self._sink, "part": PART, "count": size // PART, "counting": counting}
        with Watch(self._chromium.pid) as watch:
            self._ask("bodies", given)
        return watch.peak

    @property
    def _sink(self) -> str:
        return f"{self._address}/body"

    def _ask(self, operation: str, given: dict[str, Any]) -> None:
        script = f"(given) => ask('{operation}', {{ file: chosenFile(), ...given }})"
        self._chromium.alone(script, given)


class _Pages(SimpleHTTPRequestHandler):
    """Gives the page out, and takes bodies."""

    protocol_version = "HTTP/1.1"

    def do_PUT(self) -> None:
        left = int(self.headers["Content-Length"])
        while left:
            left -= len(self.rfile.read(min(left, _PIECE)))
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        return


def _resident(process: int) -> int:
    """Bytes of memory that a process has of its own or shares with others, without files: counters."""
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    fields = {"RssAnon", "RssShmem"}
    return sum(int(line.split()[1]) * 1024 for line in lines if line.split(":")[0] in fields)
