"""People at a browser: real Chromium, or real Firefox, each with a profile of their own.

    with Browser() as browser:
        anne = browser.person("https://…", language="fr-FR")
        anne.go("/signup")

`faults` collects what must never happen on a page: uncaught errors and violations of the content security
policy. `strangers` collects requests to anybody but the server.
"""

import os
import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Final, Literal, Self

from playwright.sync_api import Browser as Program
from playwright.sync_api import (
    ConsoleMessage,
    Error,
    Locator,
    Page,
    Playwright,
    Request,
    expect,
    sync_playwright,
)

CHROMIUM: Final = os.environ.get("COFFRE_TEST_CHROMIUM", "/usr/bin/chromium")
# No sandbox of its own as root; nothing is asked of anyone but the server under test.
ARGUMENTS: Final = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
FIREFOX: Final = os.environ.get("COFFRE_TEST_FIREFOX", "/usr/bin/firefox-esr")
# Debian's own, which it speaks WebDriver BiDi with: Playwright's Firefox is a patched build from elsewhere.
FIREFOX_CHANNEL: Final = "moz-firefox"
PATIENCE_MS: Final = 90_000
# Five seconds by itself.
expect.set_options(timeout=PATIENCE_MS)
_VIOLATION: Final = re.compile(r"Content Security Policy|Trusted ?Script|Refused to", re.IGNORECASE)


@dataclass
class Person:
    """A profile with one page open. Labels and names are given in the language of the profile."""

    page: Page
    server: str
    faults: list[str] = field(default_factory=list)
    strangers: list[str] = field(default_factory=list)
    """What the page, its frames and its workers asked others than the server for."""
    pastes: bool = False
    """Into a field of Firefox: what Playwright puts there itself is not heard by React."""

    def __post_init__(self) -> None:
        self._begin()

    def _begin(self) -> None:
        self.page.set_default_timeout(PATIENCE_MS)
        self.page.on("pageerror", self._note_error)
        self.page.on("console", self._note_message)
        self.page.context.on("request", self._note_request)

    def go(self, address: str) -> None:
        """Opens a path of the server, or a whole link."""
        self.page.goto(address if "://" in address else self.server + address)

    def change_tab(self) -> None:
        """Closes the tab; another one is open, and empty."""
        context = self.page.context
        self.page.close()
        self.page = context.new_page()
        self._begin()

    def fill(self, label: str, value: str) -> None:
        field = self.page.get_by_label(label, exact=True)
        if self.pastes:
            field.evaluate(_PASTE, value)
        else:
            field.fill(value)

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()

    def follow(self, name: str) -> None:
        self.page.get_by_role("link", name=name, exact=True).first.click()

    def tick(self, name: str) -> None:
        # The input itself is hidden behind its drawing.
        self.page.locator("label", has_text=name).first.click()

    def choose(self, label: str, option: str) -> None:
        """An option of a list that opens."""
        self.page.get_by_role("button", name=label).click()
        self.page.get_by_role("option", name=option, exact=True).click()

    def choose_action(self, menu: str, action: str) -> None:
        """An action of a menu that opens."""
        self.press(menu)
        self.page.get_by_role("menuitem", name=action, exact=True).click()

    def reads(self, text: str | re.Pattern[str]) -> Locator:
        """Waits until the page says this."""
        found = self.page.get_by_text(text).first
        found.wait_for()
        return found

    def never_reads(self, texts: Sequence[str]) -> None:
        """None of these stands anywhere in the page."""
        content = self.page.content()
        assert [text for text in texts if text in content] == []

    def drop_files(self, files: Sequence[Path]) -> None:
        self.page.locator("input[type=file]").first.set_input_files(list(files))

    def downloads(self, button: str) -> bytes:
        """What the browser saves after a button was pressed."""
        with self.page.expect_download() as found:
            # Below what cannot be shown stands the same button once more, as soon as that is known. By a key:
            # a preview that grows meanwhile moves the button from below the pointer.
            self.page.get_by_role("button", name=button, exact=True).last.press("Enter")
        return found.value.path().read_bytes()

    def stores(self) -> str:
        """What the page keeps in this profile, as text: local and session storage, records of IndexedDB."""
        found: str = self.page.evaluate(_STORED)
        return found

    def _note_error(self, error: Error) -> None:
        # Firefox calls violations errors as well, those of its driver too; the page tells of its own.
        if not error.message.startswith("The page’s settings blocked"):
            self.faults.append(f"uncaught: {error.message}")

    def _note_request(self, request: Request) -> None:
        if not request.url.startswith((f"{self.server}/", "blob:", "data:")):
            self.strangers.append(request.url)

    def _note_message(self, message: ConsoleMessage) -> None:
        if message.type == "error" and _VIOLATION.search(message.text):
            self.faults.append(message.text)


def until(page: Page, holds: Callable[[], bool], wanted: str) -> None:
    """Waits for what is looked at from outside: the app's page evaluates no text."""
    end = time.monotonic() + PATIENCE_MS / 1000
    while not holds():
        if time.monotonic() > end:
            raise AssertionError(f"in vain: {wanted}")
        page.wait_for_timeout(50)


class Browser:
    """A browser whose profiles share nothing."""

    def __init__(
        self, *, kind: Literal["chromium", "firefox"] = "chromium", saved: Path | None = None
    ) -> None:
        """`saved`: a folder for what is saved, under the names that the browser gives."""
        self._kind = kind
        self._saved = saved
        self._playwright: Playwright | None = None
        self._program: Program | None = None
        self._people: list[Person] = []

    def __enter__(self) -> Self:
        self._playwright = sync_playwright().start()
        if self._kind == "firefox":
            firefox = self._playwright.firefox
            self._program = firefox.launch(
                executable_path=FIREFOX, channel=FIREFOX_CHANNEL, downloads_path=self._saved
            )
        else:
            chromium = self._playwright.chromium
            self._program = chromium.launch(
                executable_path=CHROMIUM, args=list(ARGUMENTS), downloads_path=self._saved
            )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._program is not None:
            self._program.close()
        if self._playwright is not None:
            self._playwright.stop()

    def person(
        self, server: str, *, language: str = "en-GB", phone: bool = False, any_certificate: bool = False
    ) -> Person:
        """A new profile with an empty page; with `any_certificate` it trusts stores of tests."""
        assert self._program is not None
        width, height = (390, 844) if phone else (1280, 900)
        context = self._program.new_context(
            locale=language,
            viewport={"width": width, "height": height},
            accept_downloads=True,
            ignore_https_errors=any_certificate,
        )
        if self._kind == "chromium":
            context.grant_permissions(["clipboard-read", "clipboard-write"], origin=server)
        else:
            context.add_init_script(_TELL_VIOLATIONS)
        person = Person(context.new_page(), server, pastes=self._kind == "firefox")
        self._people.append(person)
        return person

    def renderers(self) -> tuple[int, ...]:
        """The processes that run pages and workers."""
        assert self._program is not None
        session = self._program.new_browser_cdp_session()
        processes = session.send("SystemInfo.getProcessInfo")["processInfo"]
        session.detach()
        return tuple(process["id"] for process in processes if process["type"] == "renderer")

    @property
    def faults(self) -> list[str]:
        """Everybody's."""
        return [fault for person in self._people for fault in person.faults]

    @property
    def strangers(self) -> list[str]:
        """Everybody's."""
        return [address for person in self._people for address in person.strangers]


# The page cannot evaluate text: what stands in such a place is the driver's.
_TELL_VIOLATIONS = """addEventListener('securitypolicyviolation', (event) => {
  const { violatedDirective, blockedURI, sourceFile } = event;
  const driver = decodeURI(sourceFile).endsWith('> eval');
  if (!driver) console.error(`Content Security Policy: ${violatedDirective} ${blockedURI} ${sourceFile}`);
})"""

# React replaces the field's own setter, to tell what it wrote itself; the class's goes past that.
_PASTE = """(field, text) => {
  field.focus();
  const { set } = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(field), 'value');
  set.call(field, text);
  field.dispatchEvent(new InputEvent('input', { bubbles: true, inputType: 'insertFromPaste' }));
  field.dispatchEvent(new Event('change', { bubbles: true }));
}"""

_STORED = """async () => {
  const found = [JSON.stringify(localStorage), JSON.stringify(sessionStorage)];
  for (const { name } of await indexedDB.databases()) {
    const database = await new Promise((resolve, reject) => {
      const request = indexedDB.open(name);
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
    for (const store of database.objectStoreNames) {
      const records = await new Promise((resolve, reject) => {
        const request = database.transaction(store).objectStore(store).getAll();
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
      const plain = (_, value) => (ArrayBuffer.isView(value) ? [...value] : value);
      found.push(store, JSON.stringify(records, plain));
    }
    database.close();
  }
  return found.join('\\n');
}"""
