"""Uploads in Chromium that are paused, cut, reloaded, locked or without a server for a while go on, and send
nothing twice that arrived.

One patient for all, since signing up takes seconds; each test has a file and a title of its own.
"""

import os
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.e2e.browser import Browser, Person
from tests.e2e.browser_steps import add_file, open_document, sign_up, unlock
from tests.e2e.server_process import ServerProcess
from tests.servers.holding_proxy import HoldingProxy
from tests.servers.ports import free_ports
from vault import maintenance
from vault.database import Database

pytestmark = pytest.mark.e2e

PART = 5 << 20
PARTS = 6
"""One arrives, four are under way at a time, one was not begun."""
MINUTE = 60_000


@pytest.fixture(scope="module")
def proxy() -> Iterator[HoldingProxy]:
    [port] = free_ports(1)
    with HoldingProxy(port) as found:
        yield found


@pytest.fixture(scope="module")
def server(proxy: HoldingProxy, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    """Its address is the proxy's."""
    environment = {
        "COFFRE_SERVER_LISTEN": f"127.0.0.1:{proxy.port}",
        "COFFRE_SERVER_PUBLIC_URL": proxy.endpoint,
        "COFFRE_LIMITS_PART_SIZE": str(PART),
    }
    with ServerProcess(tmp_path_factory.mktemp("server"), environment=environment) as found:
        yield found


@pytest.fixture(scope="module")
def alice(server: ServerProcess) -> Iterator[Person]:
    with Browser() as browser:
        person = browser.person(server.url)
        sign_up(person, "alice@example.org", "Alice Martin")
        person.reads("Your vault is ready")
        yield person
        assert browser.faults == []


@pytest.fixture
def patient(alice: Person, proxy: HoldingProxy) -> Person:
    """In the vault, and nothing is held."""
    proxy.release()
    come_back(alice)
    return alice


@dataclass(frozen=True)
class Scan:
    """A file of several parts; its title is its name without the ending."""

    path: Path

    @property
    def name(self) -> str:
        return self.path.name

    @property
    def title(self) -> str:
        return self.path.stem


@pytest.fixture
def scan(tmp_path: Path, request: pytest.FixtureRequest) -> Scan:
    path = tmp_path / f"{request.node.name.removeprefix('test_')}.bin"
    path.write_bytes(os.urandom((PARTS - 1) * PART + (1 << 20)))
    return Scan(path)


def come_back(patient: Person) -> None:
    """A page that is loaded again, unlocked, and shows the list."""
    patient.go("/vault")
    unlock(patient)
    empty, rows = (
        patient.page.get_by_text("Your vault is ready"),
        patient.page.locator("a[href*='/documents/']"),
    )
    empty.or_(rows).first.wait_for()


def begin(patient: Person, proxy: HoldingProxy, scan: Scan) -> None:
    """An upload of which one part arrived, and the others that are under way are held."""
    proxy.hold_above(1)
    add_file(patient, scan.path, scan.title)
    proxy.wait_for_sent(1)
    proxy.wait_for_held(PARTS - 2)


def written_down(patient: Person) -> list[str]:
    """The names of the uploads that this browser keeps notes of."""
    found: list[str] = patient.page.evaluate(_NAMES)
    return [name for name in found if name.startswith("upload/")]


def choose_again(patient: Person, scan: Scan, path: Path) -> None:
    with patient.page.expect_file_chooser() as found:
        patient.press(f"Choose the file of {scan.title}")
    found.value.set_files(path)


def is_whole(patient: Person, proxy: HoldingProxy, scan: Scan) -> None:
    """No part was sent twice, and what can be read is the file."""
    assert sorted(proxy.sent) == list(range(1, PARTS + 1))
    open_document(patient, scan.title)
    assert patient.downloads("Download") == scan.path.read_bytes()


def interrupt(patient: Person, proxy: HoldingProxy, scan: Scan) -> None:
    """An upload that was begun, and a page that was loaded again and unlocked."""
    begin(patient, proxy, scan)
    patient.page.reload()
    proxy.wait_for_held(0)
    unlock(patient)
    patient.reads(f"Interrupted. To go on, choose “{scan.name}”")
    proxy.release()


def test_an_upload_goes_on_after_a_reload(patient: Person, proxy: HoldingProxy, scan: Scan) -> None:
    interrupt(patient, proxy, scan)
    assert len(written_down(patient)) == 1
    for secret in (scan.title, scan.name, "file_key"):
        assert secret not in patient.stores()
    assert proxy.sent == [1]
    choose_again(patient, scan, scan.path)
    patient.reads("Stored and confirmed")
    is_whole(patient, proxy, scan)
    assert written_down(patient) == []


def test_another_file_is_not_gone_on_with(
    patient: Person, proxy: HoldingProxy, scan: Scan, tmp_path: Path
) -> None:
    interrupt(patient, proxy, scan)
    content = bytearray(scan.path.read_bytes())
    other = tmp_path / "other" / scan.name
    other.parent.mkdir()
    other.write_bytes(content[:-1])
    choose_again(patient, scan, other)
    patient.reads("This is not the same file")
    # Same name, size and time, other content: what is sealed again differs, and is not sent.
    content[5] ^= 1
    other.write_bytes(content)
    times = scan.path.stat()
    os.utime(other, ns=(times.st_atime_ns, times.st_mtime_ns))
    choose_again(patient, scan, other)
    patient.reads("Failed")
    assert proxy.sent == [1]
    patient.never_reads(["Stored and confirmed"])
    come_back(patient)
    patient.press(f"Cancel the upload of {scan.title}")
    patient.reads("Cancelled")


def test_an_interrupted_upload_is_given_up(patient: Person, proxy: HoldingProxy, scan: Scan) -> None:
    interrupt(patient, proxy, scan)
    with patient.page.expect_request(lambda request: request.method == "DELETE"):
        patient.press(f"Cancel the upload of {scan.title}")
    patient.reads("Cancelled")
    come_back(patient)
    note = scan.path.with_name("after.txt")
    note.write_text("What is interrupted would be said before this is stored.")
    add_file(patient, note, "After")
    patient.reads("Stored and confirmed")
    patient.never_reads([scan.name])


def test_an_upload_is_paused_and_goes_on(patient: Person, proxy: HoldingProxy, scan: Scan) -> None:
    begin(patient, proxy, scan)
    patient.press(f"Pause the upload of {scan.title}")
    patient.reads("Paused")
    # What was under way is taken back.
    proxy.wait_for_held(0)
    proxy.release()
    assert proxy.sent == [1]
    patient.press(f"Go on with the upload of {scan.title}")
    patient.reads("Stored and confirmed")
    is_whole(patient, proxy, scan)


def test_an_upload_goes_on_after_the_server_was_away(
    patient: Person, server: ServerProcess, proxy: HoldingProxy, scan: Scan
) -> None:
    begin(patient, proxy, scan)
    server.stop()
    # Nobody is behind the proxy now: it breaks off what it is asked. Each try is told to the browser's driver
    # with its bytes, which keeps it busy.
    proxy.release()
    waiting = patient.page.get_by_text("Waiting for the server: the upload will go on by itself")
    waiting.first.wait_for(timeout=3 * MINUTE)
    assert proxy.sent == [1]
    server.start()
    # What waits tries again at once when the browser says that it is online again.
    patient.page.context.set_offline(True)
    patient.page.context.set_offline(False)
    patient.page.get_by_role("link", name=scan.title).first.wait_for()
    is_whole(patient, proxy, scan)


def test_two_pages_do_not_send_the_same_upload(patient: Person, proxy: HoldingProxy, scan: Scan) -> None:
    begin(patient, proxy, scan)
    second = Person(patient.page.context.new_page(), patient.server)
    come_back(second)
    note = scan.path.with_name("meanwhile.txt")
    note.write_text("What is interrupted would be said before this is stored, on another page.")
    add_file(second, note, "Meanwhile")
    second.reads("Stored and confirmed")
    second.never_reads([scan.name])
    second.page.close()
    # The first page goes on, with the session that the second one began.
    proxy.release()
    patient.reads("Stored and confirmed")
    assert sorted(proxy.sent) == list(range(1, PARTS + 1))


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
    # The rows in sight are the ones that exist.
    patient.page.set_viewport_size({"width": 1280, "height": 4000})
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


def test_a_document_waits_for_the_end_of_a_maintenance(
    patient: Person, server: ServerProcess, tmp_path: Path
) -> None:
    path = tmp_path / "letter.txt"
    path.write_bytes(b"a letter that waits")
    database = Database.open(f"sqlite:///{server.data / 'coffre.sqlite3'}")
    until = int(time.time()) + 3600
    with database.writing() as session:
        maintenance.begin(session, maintenance.READ_ONLY, until=until, now=until - 3600)
    add_file(patient, path, "A letter that waits")
    patient.reads("Your host is being maintained, until")
    patient.reads("the upload will go on by itself")
    with database.writing() as session:
        maintenance.end(session)
    database.close()
    # What waits tries again at once when the browser says that it is online again.
    patient.page.context.set_offline(True)
    patient.page.context.set_offline(False)
    patient.page.get_by_role("link", name="A letter that waits").first.wait_for()
    patient.page.get_by_text("Your host is being maintained").wait_for(state="detached")


def test_an_upload_goes_on_after_the_page_was_locked(
    patient: Person, proxy: HoldingProxy, scan: Scan
) -> None:
    # The last one: pages of this browser have this clock from here on.
    patient.page.clock.install()
    come_back(patient)
    begin(patient, proxy, scan)
    # What is being sent is not cut off by the lock; what is paused holds nothing back.
    patient.page.clock.fast_forward(16 * MINUTE)
    patient.press(f"Pause the upload of {scan.title}")
    patient.reads("Paused")
    proxy.wait_for_held(0)
    patient.page.clock.fast_forward(16 * MINUTE)
    patient.page.get_by_label("Password", exact=True).wait_for()
    proxy.release()
    unlock(patient)
    patient.reads("Stored and confirmed")
    is_whole(patient, proxy, scan)


_NAMES = """async () => {
  const opening = indexedDB.open('coffre-records');
  const database = await new Promise((resolve) => (opening.onsuccess = () => resolve(opening.result)));
  const asked = database.transaction('records').objectStore('records').getAllKeys();
  const keys = await new Promise((resolve) => (asked.onsuccess = () => resolve(asked.result)));
  database.close();
  return keys.map(([, , name]) => name);
}"""
