"""A Chromium that no debugger watches while it is measured.

    with Unwatched(folder) as chromium:
        page = chromium.watch()             # Playwright's, for what comes before
        taken = chromium.alone("send")      # a function, run while nothing is attached

Playwright has Chromium report every request with its body: of an upload of 256 MiB that was ten seconds of
processor time, more than all the rest. Here the page is left before its work begins, and is looked at again
when its title says that it is over. Knows nothing of Coffre.
"""

import json
import os
import subprocess
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

import httpx
from playwright.sync_api import Browser, Page, Playwright, sync_playwright

from tests.e2e.browser import ARGUMENTS, CHROMIUM, PATIENCE_MS

_DONE: Final = "measured"
_START_SECONDS: Final = 30
_ALONE_SECONDS: Final = 600
_LOOK_SECONDS: Final = 0.2
# Long enough for Playwright to be gone.
_BEFORE_MS: Final = 1500


class Unwatched:
    """One Chromium with one page, in a profile of its own below `folder`; any certificate will do for it."""

    def __init__(self, folder: Path) -> None:
        self._profile = folder / "chromium"
        self._process: subprocess.Popen[bytes] | None = None
        self._playwright: Playwright | None = None
        self._browser: Browser | None = None
        self._address = ""

    def __enter__(self) -> Self:
        options = (
            "--headless=new",
            "--remote-debugging-port=0",
            "--ignore-certificate-errors",
            "--lang=en-GB",
        )
        profile = f"--user-data-dir={self._profile}"
        self._process = subprocess.Popen(
            [CHROMIUM, *ARGUMENTS, *options, profile, "about:blank"], stderr=subprocess.DEVNULL
        )
        self._playwright = sync_playwright().start()
        self._address = f"http://127.0.0.1:{self._port()}"
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._playwright is not None
        assert self._process is not None
        self.leave()
        self._playwright.stop()
        self._process.terminate()
        self._process.wait()

    @property
    def pid(self) -> int:
        """Of the browser's process, whose children are the others."""
        assert self._process is not None
        return self._process.pid

    def watch(self) -> Page:
        """The page, by Playwright."""
        assert self._playwright is not None
        if self._browser is None:
            self._browser = self._playwright.chromium.connect_over_cdp(self._address)
        page = self._browser.contexts[0].pages[-1]
        page.set_default_timeout(PATIENCE_MS)
        return page

    def leave(self) -> None:
        """Nothing is attached any more; the page goes on."""
        if self._browser is not None:
            self._browser.close()
        self._browser = None

    def choose(self, selector: str, file: Path) -> None:
        """Gives a file to an input. Playwright itself would send the bytes of a large one."""
        page = self.watch()
        page.locator(selector).first.wait_for(state="attached")
        session = page.context.new_cdp_session(page)
        expression = f"document.querySelector({json.dumps(selector)})"
        found = session.send("Runtime.evaluate", {"expression": expression})["result"]
        session.send("DOM.setFileInputFiles", {"files": [str(file)], "objectId": found["objectId"]})
        session.detach()

    def alone(self, script: str, given: Any = None) -> Any:
        """What a function of JavaScript gives, which runs in the page while nothing is attached.

        Raises RuntimeError with what the function raised, or when it does not end.
        """
        self.watch().evaluate(_ALONE.replace("SCRIPT", script), [given, _BEFORE_MS, _DONE])
        self.leave()
        end = time.monotonic() + _ALONE_SECONDS
        while _DONE not in self._titles():
            if time.monotonic() > end:
                raise RuntimeError("the page did not come to its end")
            time.sleep(_LOOK_SECONDS)
        answer = self.watch().evaluate("window.measured")
        if "error" in answer:
            raise RuntimeError(answer["error"])
        return answer["value"]

    def _titles(self) -> list[str]:
        answer = httpx.get(f"{self._address}/json/list")
        return [str(target["title"]) for target in answer.json()]

    def _port(self) -> int:
        told = self._profile / "DevToolsActivePort"
        end = time.monotonic() + _START_SECONDS
        while time.monotonic() < end:
            if told.exists() and (lines := told.read_text().split()):
                return int(lines[0])
            time.sleep(0.05)
        raise RuntimeError("Chromium did not start")


def children_of(pid: int, option: str = "") -> list[int]:
    """A process and those below it, as far as their command line has an option."""
    parents: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with suppress(OSError):
                parent = int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1])
                parents.setdefault(parent, []).append(int(entry.name))
    found = [pid]
    for one in found:
        found.extend(parents.get(one, ()))
    return [one for one in found if option in Path(f"/proc/{one}/cmdline").read_text()]


def processor_seconds(processes: Iterable[int]) -> float:
    """What they have used so far; those that ended do not count."""
    ticks = 0
    for process in processes:
        with suppress(OSError):
            fields = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()
            ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


_ALONE: Final = """([given, before, done]) => {
  const end = (answer) => {
    window.measured = answer;
    document.title = done;
  };
  document.title = 'under way';
  setTimeout(async () => {
    try {
      end({ value: await (SCRIPT)(given) });
    } catch (thrown) {
      end({ error: String(thrown) });
    }
  }, before);
}"""
