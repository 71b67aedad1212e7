"""Shares in Chromium: made with one hand, shown large, printed, extended, made again; opened by others."""

import base64
import io
import json
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pypdf
import pytest
import zxingcpp
from fpdf import FPDF
from PIL import Image
from playwright.sync_api import FilePayload, Locator, Request

from crypto.encoding import b64u
from crypto.share import ShareLink
from tests.crypto.test_ips import FOLDER
from tests.e2e import samples
from tests.e2e.browser import Browser, Person
from tests.e2e.browser_steps import PASSWORD, add_file, open_document, sign_up, unlock
from tests.e2e.command_line import CommandLine
from tests.e2e.hostile_documents import hostile_bundle
from tests.e2e.other_health_links import served
from tests.e2e.qr_codes import decoded, printed
from tests.e2e.server_process import ServerProcess
from vault.client.qr import qr_png

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with Browser() as found:
        yield found
        assert found.faults == []


@pytest.fixture(scope="module")
def phone(browser: Browser, coffre_server: ServerProcess, tmp_path_factory: pytest.TempPathFactory) -> Person:
    """A patient with a telephone and one document, for all tests here: no page load locks it in between."""
    person = browser.person(coffre_server.url, phone=True)
    sign_up(person, "shares@example.org", "Alice Martin")
    photo = tmp_path_factory.mktemp("files") / "photo.jpg"
    photo.write_bytes(samples.photo())
    person.reads("Your vault is ready")
    add_file(person, photo, "Prescription")
    person.page.get_by_role("link", name="Prescription").first.wait_for()
    return person


@pytest.fixture
def patient(phone: Person) -> Person:
    """She looks at her documents."""
    phone.follow("Vault")
    phone.page.get_by_role("link", name="Prescription").first.wait_for()
    return phone


def share(patient: Person, label: str, title: str = "Prescription") -> None:
    """Begins a share of a document, up to its form."""
    open_document(patient, title)
    settled(patient)
    patient.press("Share")
    patient.fill("Name of the share", label)


def settled(patient: Person) -> None:
    """Once the document is drawn, nothing moves the buttons below it any more."""
    patient.page.locator(".preview-box[aria-busy=false], .two-pane .notice").first.wait_for()


def link_of(person: Person) -> str:
    return person.page.locator(".copy-text").inner_text()


def in_the_list(person: Person, label: str) -> Locator:
    """A share in the list, by its name."""
    return person.page.get_by_role("article").filter(has_text=label)


def opens(visitor: Person, link: str, title: str = "Prescription") -> None:
    visitor.go("/")
    visitor.go(link)
    visitor.fill("Your name", "Pharmacy")
    visitor.press("Open the documents")
    visitor.page.get_by_role("heading", name=title).wait_for()


def screen(person: Person) -> Image.Image:
    return Image.open(io.BytesIO(person.page.screenshot(animations="disabled")))


def test_three_taps_with_the_thumb_to_a_code_on_the_whole_screen(patient: Person) -> None:
    page = patient.page
    page.evaluate(
        """() => {
          window.taps = [];
          const note = (event) => event.isTrusted && window.taps.push(event.clientY / innerHeight);
          for (const kind of ['pointerdown', 'keydown']) addEventListener(kind, note, true);
        }"""
    )
    open_document(patient, "Prescription")
    settled(patient)
    patient.press("Share")
    patient.press("Create the share")
    patient.reads("Closes in")
    taps = page.evaluate("window.taps")
    assert len(taps) == 3
    # The last one is where the thumb is, however long the page above it.
    assert taps[-1] > 0.5
    link = link_of(patient)
    patient.press("Show large")
    shown = page.locator(".qr-full")
    shown.wait_for()
    assert shown.evaluate("box => getComputedStyle(box).backgroundColor") == "rgb(255, 255, 255)"
    assert decoded(screen(patient)) == link
    patient.press("Close")
    shown.wait_for(state="detached")
    # No link opens without end.
    patient.follow("Done")
    patient.reads("0 of 20 openings")


def test_the_printed_page_has_the_code_and_both_languages(patient: Person) -> None:
    share(patient, "On paper")
    patient.press("Create the share")
    link = link_of(patient)
    # The browser's dialog cannot be driven: what it would print is.
    patient.page.evaluate("window.print = () => undefined")
    patient.press("Print a page")
    patient.page.locator(".share-sheet").wait_for(state="attached")
    paper = patient.page.pdf(prefer_css_page_size=True)
    text = pypdf.PdfReader(io.BytesIO(paper)).pages[0].extract_text()
    assert re.search(r"It opens until .*20 openings at most", text)
    assert "Il s’ouvre jusqu’au" in text
    assert "Done" not in text
    [page] = printed(paper)
    assert decoded(page) == link
    patient.page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    patient.page.locator(".share-sheet").wait_for(state="detached")


def test_a_share_is_extended_and_made_again(patient: Person, browser: Browser) -> None:
    share(patient, "Once")
    patient.fill("Openings allowed", "1")
    patient.press("Create the share")
    patient.reads("Closes in")
    first = ShareLink.parse(link_of(patient))
    visitor = browser.person(patient.server)
    opens(visitor, link_of(patient))
    patient.follow("Done")
    row = in_the_list(patient, "Once")
    row.get_by_text("All openings used").wait_for()
    row.get_by_text("Openings", exact=True).click()
    row.get_by_text("said to be “Pharmacy” · Linux computer").wait_for()
    row.get_by_role("button", name="Extend").click()
    patient.tick("1 week")
    patient.fill("Openings more", "2")
    patient.page.get_by_role("dialog").get_by_role("button", name="Extend", exact=True).click()
    row.get_by_text("1 of 3 openings").wait_for()
    row.get_by_role("button", name="Show the code").click()
    later = ShareLink.parse(link_of(patient))
    assert (later.url, later.key) == (first.url, first.key)
    assert later.exp is not None
    assert first.exp is not None
    assert later.exp - first.exp > 6 * 86400
    opens(visitor, link_of(patient))
    patient.page.get_by_role("dialog").get_by_role("button", name="Close").click()
    row.get_by_role("button", name="End", exact=True).click()
    patient.page.get_by_role("alertdialog").get_by_role("button", name="End", exact=True).click()
    row.get_by_role("link", name="Make again").first.click()
    patient.reads("1 document chosen")


def test_a_share_until_a_day_that_follows_and_asks_no_name(patient: Person, browser: Browser) -> None:
    share(patient, "Until a day")
    patient.tick("Until a date")
    patient.press("Create the share")
    patient.reads("Choose a day, within a year.")
    day = patient.page.evaluate(
        "(() => { const d = new Date(Date.now() + 40 * 864e5); d.setMinutes(-d.getTimezoneOffset());"
        " return d.toISOString().slice(0, 10) })()"
    )
    patient.fill("Until (included)", day)
    patient.tick("Ask who opens it for their name")
    patient.tick("Follow new versions")
    patient.press("Create the share")
    patient.reads("Closes in")
    link = link_of(patient)
    assert ShareLink.parse(link).flag == "L"
    visitor = browser.person(patient.server)
    visitor.go(link)
    visitor.press("Open the documents")
    visitor.page.get_by_role("heading", name="Prescription").wait_for()
    patient.follow("Done")
    row = in_the_list(patient, "Until a day")
    row.get_by_text("Follows versions").wait_for()
    row.get_by_text("Openings", exact=True).click()
    row.get_by_text("no name asked").wait_for()


def test_the_key_never_leaves_and_nothing_stays_after_closing(
    patient: Person, browser: Browser, coffre_server: ServerProcess
) -> None:
    """L1: neither link nor key is in a request, its headers (a referrer among them), or what the server
    logged. L2: one click of a person is one opening; a page that is only loaded is none.
    """
    share(patient, "Watched")
    patient.press("Create the share")
    link = link_of(patient)
    secrets = (link.rpartition("/")[2], b64u(ShareLink.parse(link).key))
    visitor = browser.person(patient.server)
    sent: list[Request] = []
    visitor.page.on("request", lambda request: sent.append(request))
    visitor.go(link)
    visitor.fill("Your name", "Pharmacy")
    assert not any(one.method == "POST" for one in sent)
    visitor.press("Open the documents")
    visitor.reads("Prescription")
    opened = [one for one in sent if one.method == "POST"]
    assert len(opened) == 1, "one opening, by one click"
    for request in sent:
        # The navigation itself is told with its fragment; what goes over the wire has none.
        whole = [request.url.partition("#")[0], request.post_data or "", str(request.headers)]
        assert not any(secret in part for part in whole for secret in secrets)
    assert not any(secret in coffre_server.log.read_text() for secret in secrets)
    assert visitor.page.url == f"{visitor.server}/view"
    visitor.go("/")
    kept = visitor.stores()
    assert not any(secret in kept for secret in (*secrets, "Prescription", "photo.jpg"))
    assert visitor.page.evaluate("caches.keys()") == []


def test_a_large_document_is_shared_and_saved(patient: Person, browser: Browser, tmp_path: Path) -> None:
    # Nothing that a preview could try to draw.
    content = os.urandom(21_000_000)
    (tmp_path / "ct.bin").write_bytes(content)
    add_file(patient, tmp_path / "ct.bin", "Scanner")
    patient.page.get_by_role("link", name="Scanner").first.wait_for()
    share(patient, "Large", "Scanner")
    patient.reads("A document over 20 MB opens in the link’s own page")
    patient.press("Create the share")
    visitor = browser.person(patient.server)
    opens(visitor, link_of(patient), "Scanner")
    visitor.reads("Large document: no preview here.")
    assert visitor.downloads("Download") == content
    visitor.reads("Saved; every part was verified.")


def test_every_page_of_a_document_is_printed(browser: Browser, coffre_server: ServerProcess) -> None:
    """Three pages, each with a code of its own: none is missing on paper, and none is cut in two."""
    visitor = browser.person(coffre_server.url)
    visitor.page.set_viewport_size({"width": 1280, "height": 400})
    with served(title="Three pages", data=base64.b64encode(pages_with_codes(3)).decode()) as link:
        visitor.go("/view")
        visitor.fill("Link", link)
        visitor.press("Continue")
        visitor.fill("Your name", "Pharmacy")
        visitor.press("Open the documents")
        # The browser's dialog cannot be driven: what it would print is.
        visitor.page.evaluate(
            "void (window.print = () => { document.documentElement.dataset.printed = 'yes' })"
        )
        visitor.press("Print")
    visitor.page.locator("html[data-printed]").wait_for(state="attached")
    paper = printed(visitor.page.pdf(prefer_css_page_size=True))
    found = [code.text for page in paper for code in zxingcpp.read_barcodes(page)]
    assert (found, len(paper)) == (["page 1", "page 2", "page 3"], 3)
    visitor.page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    visitor.page.locator(".print-pages").wait_for(state="detached")


def test_hostile_documents_run_nothing_and_reach_nobody(
    browser: Browser, coffre_server: ServerProcess
) -> None:
    visitor = browser.person(coffre_server.url)
    asked: list[str] = []
    visitor.page.context.on("request", lambda request: asked.append(request.url))
    with served(bundle=hostile_bundle()) as link:
        issuer = ShareLink.parse(link).url.split("/")[2]
        visitor.go("/view")
        visitor.fill("Link", link)
        visitor.press("Continue")
        visitor.fill("Your name", "Pharmacy")
        visitor.press("Open the documents")
        shown = visitor.page.locator(".preview-box[aria-busy=false], .card .notice")
        frame = visitor.page.frame_locator("iframe.preview-frame")
        titles = ("page", "drawing", "letter", "scan", "fax", "bomb", "report")
        for number, title in enumerate(titles):
            visitor.page.get_by_role("heading", name=f"{title} <img").wait_for()
            if number:
                visitor.page.locator(".card", has_text=f"{title} <img").get_by_role(
                    "button", name="Show"
                ).click()
            shown.first.wait_for()
            if title == "letter":
                # A link all over the page leads nowhere.
                frame.locator(".page canvas").first.click(force=True)
            if title == "bomb":
                frame.get_by_text("<!DOCTYPE ClinicalDocument").wait_for()
        frame.get_by_text("Result: normal.").wait_for()
        assert frame.locator("script[src], script:not([type]), img, iframe, a").count() == 1
    hosts = {address.split("/")[2] for address in asked if address.startswith("http")}
    assert hosts == {visitor.server.split("/")[2], issuer}
    assert visitor.page.title() != "taken"
    assert len(visitor.page.context.pages) == 1


def pages_with_codes(count: int) -> bytes:
    pdf = FPDF(format="A4")
    for number in range(1, count + 1):
        pdf.add_page()
        pdf.image(io.BytesIO(qr_png(f"page {number}")), x=60, y=200, w=80)
    return bytes(pdf.output())


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
        visitor.reads("This is not a health link, or a part of it is missing.")
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


def test_a_summary_is_written_shared_in_three_taps_and_put_on_a_card(
    patient: Person, browser: Browser
) -> None:
    patient.follow("My health profile")
    patient.press("Add an allergy")
    patient.fill("To what?", "Pénicilline")
    patient.fill("Reaction (optional)", "Choc")
    patient.tick("Severe")
    patient.fill("Since (optional)", "31/02/1998")
    patient.press("Save")
    patient.reads("A year, a month or a day that exists.")
    patient.fill("Since (optional)", "06/1998")
    patient.press("Save")
    patient.reads("June 1998")
    patient.tick("I take none")
    patient.page.get_by_role("checkbox", name="I take none", checked=True).wait_for(state="attached")
    # Three taps from anywhere.
    patient.follow("Shares")
    patient.follow("Share my summary")
    patient.reads("1 document chosen")
    patient.fill("Name of the share", "Summary")
    patient.tick("Follow new versions")
    patient.press("Create the share")
    link = link_of(patient)
    title = "Résumé médical déclaré par le patient / International Patient Summary stated by the patient"
    visitor = browser.person(patient.server)
    opens(visitor, link, title)
    for said in (
        "Alice Martin",
        "Pénicilline",
        "Severe",
        "Choc · June 1998",
        "None known.",
        "No information.",
    ):
        visitor.reads(said)
    assert json.loads(visitor.downloads("Download"))["type"] == "document"
    # The next version is in the same link once it is saved.
    patient.follow("Vault")
    patient.never_reads(["profile.json", ">My summary<"])
    patient.follow("My health profile")
    patient.press("Edit: Pénicilline")
    patient.fill("Reaction (optional)", "Urticaire")
    patient.press("Save")
    patient.reads("Urticaire")
    patient.page.locator("button[disabled]").first.wait_for(state="detached")
    opens(visitor, link, title)
    visitor.reads("Urticaire · June 1998")
    # The card is made here, of what is ticked; its code needs no network.
    patient.follow("Emergency card")
    patient.reads("Whoever holds this card can read all of it")
    sent: list[Request] = []
    patient.page.on("request", lambda request: sent.append(request))
    patient.tick("My allergies")
    patient.reads("URGENCE / EMERGENCY")
    patient.page.locator(".qr").scroll_into_view_if_needed()
    text = decoded(screen(patient))
    assert "\nAllergies: Pénicilline (Urticaire) [GRAVE / SEVERE]\n" in text
    assert "Alice" not in text
    [page] = printed(patient.downloads("Download the page to print (PDF)"))
    back_of_the_upper_one = (page.width // 2, 280, page.width - 110, 640)
    assert decoded(page.crop(back_of_the_upper_one)) == text
    assert [one.url for one in sent if one.method == "POST" or "/api/" in one.url] == []
    # Another issuer's summary that is kept is read, too, and not shown as a file.
    example = (FOLDER / "example-minimal.json").read_bytes()
    theirs: FilePayload = {"name": "ips.json", "mimeType": "application/fhir+json", "buffer": example}
    patient.follow("Vault")
    patient.page.locator("input[type=file]").first.set_input_files([theirs])
    patient.fill("Title", "From abroad")
    patient.press("Encrypt and add")
    open_document(patient, "From abroad")
    patient.reads("Substance with penicillin structure (substance)")
