"""Shares in Chromium: made with one hand, shown large, printed, extended, made again; opened by others."""

import base64
import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Request

from crypto.encoding import b64u
from crypto.share import ShareLink
from tests.e2e import samples
from tests.e2e.browser import Browser, Person
from tests.e2e.browser_steps import PASSWORD, add_file, open_document, sign_up, unlock
from tests.e2e.command_line import CommandLine
from tests.e2e.other_health_links import served
from tests.e2e.server_process import ServerProcess

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with Browser() as found:
        yield found
        assert found.faults == []


@pytest.fixture
def patient(
    browser: Browser, coffre_server: ServerProcess, request: pytest.FixtureRequest, tmp_path: Path
) -> Iterator[Person]:
    """A patient with a telephone and one document."""
    person = browser.person(coffre_server.url, phone=True)
    sign_up(person, f"{request.node.name}@example.org", "Alice Martin")
    photo = tmp_path / "photo.jpg"
    photo.write_bytes(samples.photo())
    person.reads("Your vault is ready")
    add_file(person, photo, "Prescription")
    open_document(person, "Prescription")
    yield person
    person.page.context.close()


def link_of(person: Person) -> str:
    return person.page.locator(".copy-text").inner_text()


def read_code(picture: bytes) -> str:
    [code] = zxingcpp.read_barcodes(Image.open(io.BytesIO(picture)))
    return code.text


def test_two_taps_from_a_document_to_its_code_on_the_whole_screen(patient: Person) -> None:
    patient.press("Share")
    patient.press("Create the share")
    patient.reads("Closes in")
    link = link_of(patient)
    patient.press("Show large")
    shown = patient.page.locator(".qr-full")
    shown.wait_for()
    assert shown.evaluate("box => getComputedStyle(box).backgroundColor") == "rgb(255, 255, 255)"
    assert read_code(patient.page.screenshot()) == link
    patient.press("Close")
    shown.wait_for(state="detached")
    # No link opens without end.
    patient.follow("Done")
    patient.reads("0 of 20 openings")


def test_the_printed_page_has_the_code_and_both_languages(patient: Person) -> None:
    patient.press("Share")
    patient.press("Create the share")
    link = link_of(patient)
    # The browser's dialog cannot be driven: what it would print is.
    patient.page.evaluate("window.print = () => undefined")
    patient.press("Print a page")
    sheet = patient.page.locator(".share-sheet")
    sheet.wait_for(state="attached")
    patient.page.emulate_media(media="print")
    text = sheet.inner_text()
    assert re.search(r"It opens until .*20 openings at most", text)
    assert "Il s’ouvre jusqu’au" in text
    assert not patient.page.locator("header").first.is_visible()
    assert read_code(patient.page.screenshot(full_page=True)) == link
    patient.page.emulate_media(media="screen")
    patient.page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    sheet.wait_for(state="detached")


def test_a_share_is_extended_and_made_again(patient: Person, browser: Browser) -> None:
    patient.press("Share")
    patient.fill("Openings allowed", "1")
    patient.press("Create the share")
    patient.reads("Closes in")
    first = ShareLink.parse(link_of(patient))
    visitor = browser.person(patient.server)
    visitor.go(link_of(patient))
    visitor.fill("Your name", "Pharmacy")
    visitor.press("Open the documents")
    visitor.reads("Prescription")
    patient.follow("Done")
    patient.reads("All openings used")
    patient.press("Extend")
    patient.tick("1 week")
    patient.fill("Openings more", "2")
    patient.page.get_by_role("dialog").get_by_role("button", name="Extend", exact=True).click()
    patient.reads("1 of 3 openings")
    patient.press("Show the code")
    later = ShareLink.parse(link_of(patient))
    assert (later.url, later.key) == (first.url, first.key)
    assert later.exp is not None
    assert first.exp is not None
    assert later.exp - first.exp > 6 * 86400
    visitor.go("/")
    visitor.go(link_of(patient))
    visitor.fill("Your name", "Pharmacy")
    visitor.press("Open the documents")
    visitor.reads("Prescription")
    patient.page.get_by_role("dialog").get_by_role("button", name="Close").click()
    patient.press("End")
    patient.page.get_by_role("alertdialog").get_by_role("button", name="End", exact=True).click()
    patient.follow("Make again")
    patient.reads("1 document chosen")


def test_a_share_until_a_day_that_follows(patient: Person) -> None:
    patient.press("Share")
    patient.tick("Until a date")
    patient.press("Create the share")
    patient.reads("Choose a day, within a year.")
    day = patient.page.evaluate(
        "(() => { const d = new Date(Date.now() + 40 * 864e5); d.setMinutes(-d.getTimezoneOffset());"
        " return d.toISOString().slice(0, 10) })()"
    )
    patient.fill("Until (included)", day)
    patient.tick("Follow new versions")
    patient.press("Create the share")
    patient.reads("Closes in")
    assert ShareLink.parse(link_of(patient)).flag == "L"
    patient.follow("Done")
    patient.reads("Follows versions")


def test_the_key_never_leaves_and_nothing_stays_after_closing(patient: Person, browser: Browser) -> None:
    patient.press("Share")
    patient.press("Create the share")
    link = link_of(patient)
    key = link.rpartition("/")[2]
    visitor = browser.person(patient.server)
    sent: list[Request] = []
    visitor.page.on("request", lambda request: sent.append(request))
    visitor.go(link)
    visitor.fill("Your name", "Pharmacy")
    visitor.press("Open the documents")
    visitor.reads("Prescription")
    opened = [one for one in sent if one.method == "POST"]
    assert len(opened) == 1, "one opening, by one click"
    for request in sent:
        # The navigation itself is told with its fragment; what goes over the wire has none.
        whole = [request.url.partition("#")[0], request.post_data or "", str(request.headers)]
        assert not any(key in part for part in whole)
    assert visitor.page.url == f"{visitor.server}/view"
    visitor.go("/")
    kept = visitor.stores()
    assert not any(secret in kept for secret in (key, "Prescription", "photo.jpg"))
    assert visitor.page.evaluate("caches.keys()") == []


def test_a_large_document_is_saved_from_the_share(
    browser: Browser, coffre_server: ServerProcess, tmp_path: Path
) -> None:
    person = CommandLine(tmp_path / "cli", coffre_server.url)
    person.password = "brume-cactus-47-violon-étage"
    who = ("--server", person.server, "--email", "large@example.org", "--name", "Anne Durand")
    person.json("signup", *who)
    content = samples.dicom() * (21_000_000 // len(samples.dicom()) + 1)
    (person.folder / "ct.bin").write_bytes(content)
    [row] = person.json("add", "ct.bin", "--title", "Scanner")
    link = person.json("share", "new", row["id"])["link"]
    visitor = browser.person(coffre_server.url)
    visitor.go(link)
    visitor.fill("Your name", "Clinic")
    visitor.press("Open the documents")
    visitor.reads("Large document: no preview here.")
    assert visitor.downloads("Download") == content
    visitor.reads("Saved; every part was verified.")


def test_a_document_is_printed_to_its_last_line(patient: Person, browser: Browser) -> None:
    patient.press("Share")
    patient.press("Create the share")
    visitor = browser.person(patient.server)
    visitor.page.set_viewport_size({"width": 1280, "height": 400})
    visitor.go(link_of(patient))
    visitor.fill("Your name", "Pharmacy")
    visitor.press("Open the documents")
    frame = visitor.page.locator(".preview-frame[style*='--content-height']")
    frame.wait_for()
    before = frame.evaluate("frame => frame.clientHeight")
    visitor.page.evaluate(
        # A function as the value would be called at once.
        "void (window.print = () => { document.documentElement.dataset.printed ="
        " document.querySelector('.preview-frame').clientHeight })"
    )
    visitor.press("Print")
    visitor.page.locator("html[data-printed]").wait_for(state="attached")
    whole = frame.evaluate("frame => parseInt(frame.style.getPropertyValue('--content-height'))")
    printed = visitor.page.evaluate("Number(document.documentElement.dataset.printed)")
    assert before < whole
    assert abs(printed - whole) < 5
    visitor.page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert frame.evaluate("frame => frame.clientHeight") == before


@pytest.mark.parametrize("flag", ["", "P", "U"])
def test_a_link_of_another_issuer_is_pasted_and_read(
    browser: Browser, coffre_server: ServerProcess, flag: str
) -> None:
    visitor = browser.person(coffre_server.url, phone=True)
    sent: list[Request] = []
    visitor.page.on("request", lambda request: sent.append(request))
    given = {"title": "Referto", "data": base64.b64encode(samples.pdf()).decode()}
    given |= {"flag": flag} if flag else {}
    given |= {"passcode": "4711"} if flag == "P" else {}
    with served(**given) as link:
        visitor.go("/view")
        visitor.fill("Link", "https://example.org/nothing")
        visitor.press("Continue")
        visitor.reads("This is not a complete SMART Health Link.")
        visitor.fill("Link", link)
        visitor.press("Continue")
        visitor.reads("another service. Coffre has no part in it")
        visitor.fill("Your name", "Dr Martin")
        if flag == "P":
            visitor.fill("Code", "wrong")
            visitor.press("Open the documents")
            visitor.reads("4 tries are left.")
            visitor.fill("Code", "4711")
        visitor.press("Open the documents")
        visitor.reads("Referto")
        assert visitor.downloads("Download") == samples.pdf()
    key = b64u(ShareLink.parse(link).key)
    assert any("127.0.0.1" in one.url and not one.url.startswith(visitor.server) for one in sent)
    assert not any(key in part for one in sent for part in (one.url, one.post_data or ""))
    # Only the frame without origin may reach others.
    outside = visitor.page.evaluate("fetch('https://example.org/').then(() => 'reached', () => 'refused')")
    assert outside == "refused"
    visitor.faults.clear()
    assert visitor.page.locator("iframe[src='/relay.html']").count() == 0


def test_a_link_that_follows_is_brought_up_to_date_at_the_next_unlock(
    browser: Browser, coffre_server: ServerProcess, tmp_path: Path
) -> None:
    other = CommandLine(tmp_path / "cli", coffre_server.url)
    other.password = PASSWORD
    who = ("--server", other.server, "--email", "follows@example.org")
    other.json("signup", *who, "--name", "Anne Durand")
    (other.folder / "photo.jpg").write_bytes(samples.photo())
    (other.folder / "letter.pdf").write_bytes(samples.pdf())
    first, second = (row["id"] for row in other.json("add", "photo.jpg", "letter.pdf"))
    link = other.json("share", "new", first, second, "--follow", "--for", "1d")["link"]
    # This command ends before anything follows; the browser is the next device.
    other.json("remove", first)
    patient = browser.person(coffre_server.url)
    patient.go("/signin")
    patient.fill("E-mail address", "follows@example.org")
    unlock(patient)
    patient.reads("letter")
    patient.follow("Shares")
    patient.reads("Follows versions")
    visitor = browser.person(coffre_server.url)
    visitor.go(link)
    visitor.fill("Your name", "Pharmacy")
    visitor.press("Open the documents")
    visitor.page.get_by_role("heading", name="letter").wait_for()
    visitor.never_reads(["photo"])
