"""The gallery of pages (web/client/src/ui/gallery), built, served on loopback and open in Chromium.

    with GalleryPage(folder) as gallery:
        gallery.widen(360)
        gallery.show("vault-empty")
        gallery.of_each("() => document.title === '' ? ['no title'] : []")    # {"vault-empty": ["no title"]}

Pages are changed without loading anew, and schemes without asking Chromium, so that all of them are looked at
in seconds. In the page: `show(name)`, `dark(boolean)`, and axe-core's `faults(tags)`, a line for each.
"""

import subprocess
import threading
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from functools import partial
from http.server import SimpleHTTPRequestHandler
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from playwright.sync_api import Page, sync_playwright

from tests.e2e.browser import ARGUMENTS, CHROMIUM, PATIENCE_MS
from tests.servers.quiet import QuietServer

CLIENT: Final = Path(__file__).parents[2] / "web" / "client"
AXE: Final = CLIENT / "node_modules" / "axe-core" / "axe.min.js"


def build_gallery(folder: Path) -> None:
    """Bundles the gallery and the preview into the folder."""
    vite = CLIENT / "node_modules" / ".bin" / "vite"
    command = [str(vite), "build", "--mode", "gallery", "--outDir", str(folder), "--logLevel", "error"]
    subprocess.run(command, cwd=CLIENT, check=True, timeout=280)


class _Served(SimpleHTTPRequestHandler):
    def copyfile(self, source: Any, outputfile: Any) -> None:
        # Chromium hangs up on a preview whose page is gone already.
        with suppress(ConnectionError):
            super().copyfile(source, outputfile)

    def log_message(self, *_: Any) -> None:
        return

    def end_headers(self) -> None:
        # The preview's origin is opaque: its modules are asked for with CORS.
        self.send_header("Access-Control-Allow-Origin", "*")
        super().end_headers()


class GalleryPage:
    """The gallery, in a Chromium of its own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._stack = ExitStack()
        self._page: Page | None = None
        self.names: list[str] = []

    def __enter__(self) -> Self:
        build_gallery(self._folder)
        with ExitStack() as stack:
            server = QuietServer(("127.0.0.1", 0), partial(_Served, directory=str(self._folder)))
            threading.Thread(target=server.serve_forever, daemon=True).start()
            stack.callback(server.server_close)
            stack.callback(server.shutdown)
            playwright = stack.enter_context(sync_playwright())
            chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
            stack.callback(chromium.close)
            self._page = chromium.new_page(reduced_motion="reduce")
            self._page.set_default_timeout(PATIENCE_MS)
            self._page.goto(f"http://127.0.0.1:{server.server_port}/gallery.html")
            self.names = self._page.locator("li a").all_inner_texts()
            self._page.add_script_tag(path=AXE)
            self._page.evaluate(_SHOW)
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    @property
    def page(self) -> Page:
        assert self._page is not None
        return self._page

    def widen(self, width: int) -> None:
        """The screen becomes this wide, in CSS pixels."""
        self.page.set_viewport_size({"width": width, "height": 800})

    def show(self, name: str) -> None:
        """One page, until it is drawn."""
        self.page.evaluate("(name) => show(name)", name)

    def of_each(
        self, script: str, given: Any = None, *, names: Sequence[str] | None = None
    ) -> dict[str, list[str]]:
        """What a function of `given` and the page's position says about each page, where it says anything."""
        wanted = list(self.names if names is None else names)
        return dict(self.page.evaluate(_OF_EACH.replace("SCRIPT", script), [wanted, given]))


_SHOW: Final = """() => {
  const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
  window.show = async (name, lang = 'fr') => {
    history.pushState(null, '', `?page=${name}&lang=${lang}`);
    while (document.documentElement.dataset.page !== name || document.documentElement.lang !== lang)
      await frame();
    await frame();
  };
  const schemes = [...document.styleSheets]
    .flatMap((sheet) => [...sheet.cssRules])
    .filter((rule) => rule instanceof CSSMediaRule && rule.conditionText.includes('color-scheme: dark'));
  let scheme = false;
  window.dark = async (on) => {
    if (on === scheme) return;
    scheme = on;
    for (const rule of schemes) rule.media.mediaText = on ? 'all' : 'not all';
    // Colours take a moment to change.
    for (let frames = 0; frames < 3; frames++) await frame();
  };
  window.faults = async (rules) => {
    // Without selectors of its own axe takes half the time.
    const options = { runOnly: rules, resultTypes: ['violations'], selectors: false, elementRef: true };
    const found = await axe.run(document, { ...options, iframes: false, preload: false });
    const why = ({ any, all, none }) => [...any, ...all, ...none][0]?.message;
    const line = (rule, node) => `${rule}: ${node.element.outerHTML.slice(0, 160)} (${why(node)})`;
    return found.violations.flatMap(({ id, nodes }) => nodes.map((node) => line(id, node)));
  };
}"""

_OF_EACH: Final = """async ([names, given]) => {
  const said = Object.assign([], { looked: 0 });
  for (const name of names) {
    await show(name);
    const found = await (SCRIPT)(given, said.looked++);
    if (found.length > 0) said.push([name, found]);
  }
  return said;
}"""
