"""Documents on their way to the disk in Chromium: streamed, verified, gone on with, never half."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Download, Route

from tests.e2e.browser import Browser, Person
from tests.e2e.browser_steps import PASSWORD, open_document, unlock
from tests.e2e.command_line import CommandLine
from tests.e2e.server_process import ServerProcess

pytestmark = pytest.mark.e2e

# Too large for a preview, so that every range is asked for by the download.
SIZE = 101 << 20
RANGES = 13
EMAIL = "downloads@example.org"
SAVED = "Saved by your browser; every part was verified."
BROKEN = "Download broken off: nothing was kept"


@pytest.fixture(scope="module")
def scan(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("files") / "scan (1) «é».bin"
    path.write_bytes(os.urandom(SIZE))
    return path


@pytest.fixture(scope="module")
def patient(coffre_server: ServerProcess, scan: Path) -> Iterator[Person]:
    """Who looks at the document. The command line adds it, since each body that a watched page sends goes
    through the debugging protocol as well."""
    terminal = CommandLine(scan.parent / "terminal", coffre_server.url, PASSWORD)
    who = ("--server", terminal.server, "--email", EMAIL, "--name", "Alice Martin", "--kit", "kit.pdf")
    terminal.json("signup", *who)
    terminal.json("add", str(scan), "--title", "Scan", "--section", "imaging")
    with Browser() as browser:
        person = browser.person(coffre_server.url)
        person.go("/signin")
        person.fill("E-mail address", EMAIL)
        unlock(person)
        open_document(person, "Scan")
        person.reads("This document is too large for a preview.")
        yield person
        assert browser.faults == []


@pytest.fixture(autouse=True)
def undisturbed(patient: Person) -> Iterator[None]:
    yield
    patient.page.context.unroute_all()


def begin(patient: Person) -> Download:
    with patient.page.expect_download() as found:
        patient.page.locator(".document-actions").get_by_role("button", name="Download", exact=True).click()
    return found.value


def test_a_download_is_streamed_to_the_disk(patient: Person, scan: Path) -> None:
    blobs: list[str] = patient.page.evaluate(_WATCH_BLOBS)
    download = begin(patient)
    assert download.url.startswith(f"{patient.server}/downloads/")
    assert download.suggested_filename == scan.name
    assert download.path().read_bytes() == scan.read_bytes()
    patient.reads(SAVED)
    assert patient.page.evaluate("window.madeBlobs") == blobs == []
    # The address was good once; what the service worker keeps is nothing.
    assert patient.page.evaluate("url => fetch(url).then(answer => answer.ok && answer.url)", download.url)
    assert patient.page.evaluate("caches.keys()") == []
    assert [worker.url for worker in patient.page.context.service_workers] == [
        f"{patient.server}/downloads/worker.js"
    ]


def test_a_download_goes_on_after_the_server_was_away(
    patient: Person, coffre_server: ServerProcess, scan: Path
) -> None:
    asked: list[str] = []

    def note(route: Route) -> None:
        asked.append(route.request.headers["range"])
        if len(asked) == RANGES // 2:
            coffre_server.stop()
        route.continue_()

    patient.page.context.route("**/object", note)
    download = begin(patient)
    patient.reads("No connection: the download will go on by itself")
    coffre_server.start()
    assert download.path().read_bytes() == scan.read_bytes()
    patient.reads(SAVED)
    # Nothing that had come was asked for again.
    assert len(set(asked)) == RANGES
    assert asked[: RANGES // 2 - 1] == list(dict.fromkeys(asked))[: RANGES // 2 - 1]


def test_a_document_that_was_changed_never_gets_its_name(patient: Person) -> None:
    def change(route: Route) -> None:
        # What passes through here is copied four times: the others go past.
        if not route.request.headers["range"].startswith(f"bytes={(RANGES - 2) * (8 << 20)}-"):
            route.continue_()
            return
        answer = route.fetch()
        body = bytearray(answer.body())
        body[17] ^= 1
        route.fulfill(response=answer, body=bytes(body))

    patient.page.context.route("**/object", change)
    download = begin(patient)
    assert download.failure() is not None
    patient.reads(BROKEN)
    patient.reads("This data was changed after it was signed.")


def test_a_download_that_is_cancelled_leaves_nothing(patient: Person) -> None:
    held: list[Route] = []

    def hold(route: Route) -> None:
        if "bytes=0-" in route.request.headers["range"]:
            route.continue_()
        else:
            held.append(route)

    patient.page.context.route("**/object", hold)
    download = begin(patient)
    patient.press("Cancel the download of Scan")
    assert download.failure() is not None
    patient.reads("Download cancelled: nothing was kept.")


_WATCH_BLOBS = """() => {
  window.madeBlobs = [];
  const make = URL.createObjectURL.bind(URL);
  URL.createObjectURL = (blob) => { window.madeBlobs.push(blob.size); return make(blob); };
  return window.madeBlobs;
}"""
