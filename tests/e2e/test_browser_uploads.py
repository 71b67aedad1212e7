"""Uploads in Chromium that are paused, cut, reloaded or locked go on, and send nothing twice that arrived."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Request, Response, Route

from tests.e2e.browser import Browser, Person
from tests.e2e.browser_steps import add_file, open_document, sign_up, unlock
from tests.e2e.server_process import ServerProcess

pytestmark = pytest.mark.e2e

SIZE = 60 << 20
PARTS = 8
MINUTE = 60_000


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with Browser() as found:
        yield found
        assert found.faults == []


@pytest.fixture
def patient(
    browser: Browser, coffre_server: ServerProcess, request: pytest.FixtureRequest
) -> Iterator[Person]:
    person = browser.person(coffre_server.url)
    sign_up(person, f"{request.node.name[:60]}@example.org", "Alice Martin")
    person.reads("Your vault is ready")
    yield person
    person.page.context.close()


@pytest.fixture
def scan(tmp_path: Path) -> Path:
    path = tmp_path / "scan.bin"
    path.write_bytes(os.urandom(SIZE))
    return path


class Parts:
    """The parts that a page sent; those behind `limit` wait until `release`."""

    def __init__(self, person: Person, limit: int) -> None:
        self.sent: list[int] = []
        self.limit = limit
        self.person = person
        person.page.context.route("**/uploads/*/parts/*", self._pass)
        person.page.on("response", self._note)

    def wait_for(self, count: int) -> None:
        while len(self.sent) < count:
            self.person.page.wait_for_timeout(20)

    def release(self) -> None:
        # The route stays: taking it away while requests begin makes Chromium forget to report some.
        self.limit = 1000

    def _pass(self, route: Route) -> None:
        if self._number(route.request) <= self.limit:
            route.continue_()

    def _note(self, response: Response) -> None:
        request = response.request
        if request.method == "PUT" and "/parts/" in request.url:
            self.sent.append(self._number(request))

    @staticmethod
    def _number(request: Request) -> int:
        return int(request.url.rsplit("/", 1)[1])


def written_down(patient: Person) -> list[str]:
    """The names of the uploads that this browser keeps notes of."""
    found: list[str] = patient.page.evaluate(_NAMES)
    return [name for name in found if name.startswith("upload/")]


def choose_again(patient: Person, path: Path) -> None:
    with patient.page.expect_file_chooser() as found:
        patient.press("Choose the file of Scan")
    found.value.set_files(path)


def is_whole(patient: Person, scan: Path) -> None:
    open_document(patient, "Scan")
    assert patient.downloads("Download") == scan.read_bytes()


def interrupt(patient: Person, scan: Path) -> Parts:
    """An upload of which three parts arrived, and a page that was loaded again and unlocked."""
    parts = Parts(patient, 3)
    add_file(patient, scan, "Scan")
    parts.wait_for(3)
    patient.page.reload()
    unlock(patient)
    patient.reads("Interrupted. To go on, choose “scan.bin”")
    return parts


def test_an_upload_goes_on_after_a_reload(patient: Person, scan: Path) -> None:
    parts = interrupt(patient, scan)
    assert len(written_down(patient)) == 1
    for secret in ("Scan", "scan.bin", "file_key"):
        assert secret not in patient.stores()
    before = set(parts.sent)
    assert before == {1, 2, 3}
    parts.sent.clear()
    parts.release()
    choose_again(patient, scan)
    patient.reads("Stored and confirmed")
    assert sorted(parts.sent) == list(range(4, PARTS + 1))
    is_whole(patient, scan)
    assert written_down(patient) == []


def test_another_file_is_not_gone_on_with(patient: Person, scan: Path, tmp_path: Path) -> None:
    parts = interrupt(patient, scan)
    other = tmp_path / "other" / "scan.bin"
    other.parent.mkdir()
    other.write_bytes(os.urandom(SIZE - 1))
    parts.sent.clear()
    parts.release()
    choose_again(patient, other)
    patient.reads("This is not the same file")
    # Same name, size and time, other content: what is sealed again differs, and is not sent.
    content = bytearray(scan.read_bytes())
    content[5] ^= 1
    other.write_bytes(content)
    times = scan.stat()
    os.utime(other, ns=(times.st_atime_ns, times.st_mtime_ns))
    choose_again(patient, other)
    patient.reads("Failed")
    assert parts.sent == []
    patient.never_reads(["Stored and confirmed"])


def test_an_interrupted_upload_is_given_up(patient: Person, scan: Path) -> None:
    parts = interrupt(patient, scan)
    parts.release()
    with patient.page.expect_request(lambda request: request.method == "DELETE"):
        patient.press("Cancel the upload of Scan")
    patient.reads("Cancelled")
    patient.page.reload()
    unlock(patient)
    patient.reads("Your vault is ready")
    patient.never_reads(["Interrupted"])


def test_an_upload_is_paused_and_goes_on(patient: Person, scan: Path) -> None:
    parts = Parts(patient, 3)
    add_file(patient, scan, "Scan")
    parts.wait_for(3)
    patient.press("Pause the upload of Scan")
    patient.reads("Paused")
    before = set(parts.sent)
    parts.sent.clear()
    parts.release()
    patient.page.wait_for_timeout(300)
    assert parts.sent == []
    patient.press("Go on with the upload of Scan")
    patient.reads("Stored and confirmed")
    assert sorted(before | set(parts.sent)) == sorted([*before, *parts.sent])
    is_whole(patient, scan)


def test_an_upload_goes_on_after_the_page_was_locked(patient: Person, scan: Path) -> None:
    patient.page.reload()
    patient.page.clock.install()
    unlock(patient)
    patient.reads("Your vault is ready")
    parts = Parts(patient, 3)
    add_file(patient, scan, "Scan")
    parts.wait_for(3)
    # What is being sent is not cut off by the lock; what is paused holds nothing back.
    patient.page.clock.fast_forward(16 * MINUTE)
    patient.page.wait_for_timeout(300)
    assert patient.page.get_by_label("Password", exact=True).count() == 0
    patient.press("Pause the upload of Scan")
    patient.reads("Paused")
    patient.page.clock.fast_forward(16 * MINUTE)
    patient.page.get_by_label("Password", exact=True).wait_for()
    before = set(parts.sent)
    parts.sent.clear()
    parts.release()
    unlock(patient)
    patient.reads("Stored and confirmed")
    assert sorted(before | set(parts.sent)) == sorted([*before, *parts.sent])
    is_whole(patient, scan)


def test_two_pages_do_not_send_the_same_upload(patient: Person, scan: Path) -> None:
    parts = Parts(patient, 3)
    add_file(patient, scan, "Scan")
    parts.wait_for(3)
    other = patient.page.context.new_page()
    other.goto(patient.server)
    second = Person(other, patient.server)
    unlock(second)
    second.reads("Your vault is ready")
    other.wait_for_timeout(500)
    second.never_reads(["Interrupted"])


def test_a_small_document_is_one_request(patient: Person, tmp_path: Path) -> None:
    note = tmp_path / "note.txt"
    note.write_bytes(os.urandom(50_000))
    sent: list[str] = []
    patient.page.on("request", lambda one: sent.append(one.url) if one.method in ("POST", "PUT") else None)
    add_file(patient, note, "Note")
    patient.reads("Stored and confirmed")
    assert [url for url in sent if re.search("/uploads|/objects|/documents$", url)] == [sent[0]]
    open_document(patient, "Note")
    assert patient.downloads("Download") == note.read_bytes()
    many(patient, tmp_path, sent)


def many(patient: Person, tmp_path: Path, sent: list[str]) -> None:
    """Small documents that are dropped together travel together, and each is there on its own."""
    files = [tmp_path / f"result-{number}.txt" for number in range(12)]
    for file in files:
        file.write_bytes(os.urandom(2000))
    patient.follow("Vault")
    sent.clear()
    patient.drop_files(files)
    patient.press("Encrypt and add all 12")
    for number in range(12):
        patient.page.get_by_role("link", name=f"result-{number}", exact=False).first.wait_for()
    asked = [url.rsplit("/", 1)[1] for url in sent]
    assert asked.count("documents") == 12
    # The first goes alone; how many of the others travel together is a matter of moments.
    assert 1 <= asked.count("objects") <= 11
    assert "uploads" not in asked
    open_document(patient, "result-7")
    actions = patient.page.get_by_role("region", name="Actions")
    with patient.page.expect_download() as found:
        actions.get_by_role("button", name="Download").click()
    assert found.value.path().read_bytes() == files[7].read_bytes()


_NAMES = """async () => {
  const opening = indexedDB.open('coffre-records');
  const database = await new Promise((resolve) => (opening.onsuccess = () => resolve(opening.result)));
  const asked = database.transaction('records').objectStore('records').getAllKeys();
  const keys = await new Promise((resolve) => (asked.onsuccess = () => resolve(asked.result)));
  database.close();
  return keys.map(([, , name]) => name);
}"""
