"""A page that runs the TypeScript crypto in Chromium, in a worker as the application does.

`build_page` bundles web/client/tests/crypto/browser, `CryptoPage` serves it on loopback and drives it:

    with CryptoPage(folder) as page:
        page.ask("agreement")        # what the worker answers
        page.stall                   # seconds for which the page could not react meanwhile
"""

import base64
import json
import subprocess
import threading
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from http.server import SimpleHTTPRequestHandler
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from playwright.sync_api import Browser, Page, sync_playwright

from tests.servers.quiet import QuietServer

ROOT: Final = Path(__file__).parents[2]
CLIENT: Final = ROOT / "web" / "client"
VECTORS: Final = ROOT / "tests" / "vectors"
CHROMIUM: Final = "/usr/bin/chromium"


def build_page(folder: Path) -> None:
    """Bundles page and worker into the folder, and the vectors beside them."""
    vite = CLIENT / "node_modules" / ".bin" / "vite"
    config = [
        "--config",
        "tests/crypto/browser/vite.config.ts",
        "--outDir",
        str(folder),
        "--logLevel",
        "error",
    ]
    subprocess.run([str(vite), "build", *config], cwd=CLIENT, check=True, timeout=280)
    (folder / "vectors.json").write_text(json.dumps(vectors()))


def vectors() -> dict[str, str]:
    """Every vector by its path below tests/vectors, in base64."""
    files = [path for path in sorted(VECTORS.glob("*/**/*")) if path.is_file() and path.suffix != ".pyc"]
    return {
        str(path.relative_to(VECTORS)): base64.b64encode(path.read_bytes()).decode()
        for path in files
        if "__pycache__" not in path.parts
    }


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: Any) -> None:
        return


class CryptoPage:
    """The page, open in a Chromium of its own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._stack = ExitStack()
        self._browser: Browser | None = None
        self._page: Page | None = None
        self.stall = 0.0
        """The longest time in seconds for which the page could not react during the last question."""

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            server = QuietServer(("127.0.0.1", 0), partial(_Quiet, directory=str(self._folder)))
            threading.Thread(target=server.serve_forever, daemon=True).start()
            stack.callback(server.server_close)
            stack.callback(server.shutdown)
            playwright = stack.enter_context(sync_playwright())
            self._browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
            stack.callback(self._browser.close)
            self._page = self._browser.new_page()
            self._page.set_default_timeout(600_000)
            self._page.goto(f"http://127.0.0.1:{server.server_port}/index.html")
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def choose(self, path: Path) -> None:
        """Makes a file the one that `ask(…, file=True)` gives to the worker."""
        assert self._page is not None
        self._page.set_input_files("#file", str(path))

    def ask(self, operation: str, given: Any = None, *, file: bool = False) -> Any:
        """What the worker answers. Raises playwright's Error for what it raised."""
        assert self._page is not None
        script = "([operation, given]) => ask(operation, given)"
        if file:
            script = "([operation]) => ask(operation, {file: chosenFile()})"
        answer = self._page.evaluate(script, [operation, given])
        self.stall = answer["stall"] / 1000
        return answer["result"]

    def renderers(self) -> "Renderers":
        """The processes that run pages and workers."""
        assert self._browser is not None
        session = self._browser.new_browser_cdp_session()
        processes = session.send("SystemInfo.getProcessInfo")["processInfo"]
        session.detach()
        return Renderers(tuple(process["id"] for process in processes if process["type"] == "renderer"))


@dataclass(frozen=True)
class Renderers:
    """Some of Chromium's processes: a spare one without a page cannot be told from the one that works."""

    processes: tuple[int, ...]

    def memory(self) -> int:
        """Bytes of memory that they hold now together, without files and libraries that are mapped."""
        return sum(_held(process) for process in self.processes)


def _held(process: int) -> int:
    fields = {"Pss_Anon", "Pss_Shmem"}
    lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    return sum(int(line.split()[1]) * 1024 for line in lines if line.split(":")[0] in fields)
