"""What the story does not touch, in Chromium against a real server: filing, bad files, locking, crashes
between two steps, a server that goes back in time."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Route, expect

from tests.e2e import samples
from tests.e2e.browser import Browser, Person, until
from tests.e2e.browser_steps import PASSWORD, STRONG, add_file, open_document, sign_up, unlock
from tests.e2e.captured_pages import (
    a_photo_loses_place_and_camera_and_is_known_when_it_comes_again,
    ten_photos_become_one_document,
)
from tests.e2e.record_steps import (
    a_photo_that_is_not_read_is_kept,
    back_and_forward_keep_the_place,
    several_are_treated_at_once,
    what_is_pasted_is_added,
)
from tests.e2e.server_process import ServerProcess

pytestmark = pytest.mark.e2e

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
    """A patient of this test alone, in an empty vault."""
    person = browser.person(coffre_server.url)
    sign_up(person, f"{request.node.name}@example.org", "Alice Martin")
    person.reads("Your vault is ready")
    yield person
    person.page.context.close()


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "photo.jpg"
    path.write_bytes(samples.photo())
    return path


def test_filing_masking_removing(patient: Person, photo: Path) -> None:
    add_file(patient, photo, "Prescription")
    tag_what_is_selected(patient)
    open_document(patient, "Prescription")
    patient.press("File elsewhere")
    dialog = patient.page.get_by_role("dialog")
    dialog.get_by_role("button", name="Section").click()
    patient.page.get_by_role("option", name="Teeth", exact=True).click()
    patient.press("File here")
    dialog.wait_for(state="detached")
    patient.page.locator("dd", has_text="Teeth").wait_for()
    patient.press("Mask")
    patient.page.get_by_role("alertdialog").get_by_role("button", name="Mask", exact=True).click()
    patient.reads("This document is masked")
    assert patient.downloads("Download") == samples.photo()
    patient.press("Unmask")
    dialog.get_by_role("button", name="Section").click()
    patient.page.get_by_role("option", name="Other", exact=True).click()
    dialog.get_by_role("button", name="Unmask", exact=True).click()
    patient.page.locator("dd", has_text="Other").wait_for()
    patient.press("Remove")
    patient.page.get_by_role("alertdialog").get_by_role("button", name="Remove", exact=True).click()
    patient.reads("Your vault is ready")
    patient.follow("Journal")
    patient.page.get_by_role("tab", name="My activity").click()
    for line in (
        "updated the entry of “Prescription”",
        "You filed “Prescription” elsewhere",
        "You removed “Prescription”",
    ):
        patient.reads(line)


def test_a_tab_shows_what_another_did_and_signs_out_with_it(patient: Person, photo: Path) -> None:
    second = Person(patient.page.context.new_page(), patient.server)
    second.go("/vault")
    unlock(second)
    second.reads("Your vault is ready")
    add_file(patient, photo, "Prescription")
    second.page.get_by_role("link", name="Prescription").first.wait_for()
    open_document(second, "Prescription")
    second.press("Remove")
    second.page.get_by_role("alertdialog").get_by_role("button", name="Remove", exact=True).click()
    patient.reads("Your vault is ready")
    second.page.get_by_role("button", name="Your account").click()
    second.page.get_by_role("menuitem", name="Sign out").click()
    patient.page.get_by_label("E-mail address").wait_for()
    assert patient.page.get_by_label("E-mail address").input_value() == ""
    patient.never_reads(["Alice Martin", "Prescription"])


def tag_what_is_selected(patient: Person) -> None:
    """By the keyboard as far as it goes; the tag is then found, though it was mistyped."""
    patient.page.get_by_role("link", name="Prescription").first.wait_for()
    patient.press("Select")
    patient.page.keyboard.press("j")
    patient.page.keyboard.press("x")
    patient.reads("1 document selected")
    patient.press("Tags")
    patient.fill("Tags to add", "heart, daily")
    patient.press("Save")
    patient.reads("Done for 1 document.")
    patient.page.keyboard.press("Escape")
    patient.page.get_by_role("link", name="daily").first.wait_for()
    patient.page.keyboard.press("/")
    expect(patient.page.get_by_label("Search for a document", exact=True)).to_be_focused()
    patient.page.keyboard.type("hearth")
    patient.page.locator("mark", has_text="heart").wait_for()


def test_photos_of_pages_and_what_photos_tell(patient: Person, tmp_path: Path) -> None:
    patient.page.set_viewport_size({"width": 390, "height": 844})
    ten_photos_become_one_document(patient, tmp_path)
    a_photo_loses_place_and_camera_and_is_known_when_it_comes_again(patient, tmp_path)


def test_files_of_all_kinds_and_what_is_done_with_them(patient: Person, tmp_path: Path) -> None:
    empty = tmp_path / "empty.txt"
    empty.touch()
    long = tmp_path / f"{'n' * 200}.txt"
    long.write_text("long")
    patient.drop_files([empty, long])
    patient.reads("This file is empty.")
    patient.press("Encrypt and add")
    patient.page.get_by_role("link", name="n" * 200).first.click()
    patient.reads("n" * 200 + ".txt")
    # A page can make files whose names no disk has.
    patient.follow("Vault")
    patient.page.get_by_role("link", name="n" * 200).first.wait_for()
    patient.page.locator("input[type=file]").first.wait_for(state="attached")
    names = ["../../etc/passwd", "a\u202egnp.exe", "x" * 300 + ".pdf", "tab\tand\nline.txt"]
    patient.page.evaluate(_DROP, names)
    patient.reads("Add 4 documents")
    patient.press("Encrypt and add all 4")
    for title in ("passwd", "agnp", "tab and line"):
        patient.page.get_by_role("link", name=title).first.wait_for()
    patient.page.get_by_role("link", name="x" * 200).first.click()
    patient.reads("x" * 251 + ".pdf")
    patient.follow("Vault")
    a_photo_that_is_not_read_is_kept(patient, tmp_path)
    what_is_pasted_is_added(patient)
    back_and_forward_keep_the_place(patient, "passwd")
    several_are_treated_at_once(patient, ("agnp", "passwd"), of=7)


def test_a_title_that_is_too_long_is_said(patient: Person, photo: Path) -> None:
    patient.drop_files([photo])
    patient.fill("Title", "t" * 201)
    patient.press("Encrypt and add")
    patient.reads("200 characters at most.")
    patient.fill("Title", "t" * 200)
    patient.press("Encrypt and add")
    patient.page.get_by_role("link", name="t" * 200).first.wait_for()


def test_a_cancelled_upload_leaves_nothing(patient: Person, tmp_path: Path) -> None:
    large = tmp_path / "scan.bin"
    large.write_bytes(bytes(20 << 20))
    held: list[Route] = []
    patient.page.context.route("**/uploads/*/parts/*", lambda route: held.append(route))
    add_file(patient, large, "Large scan")
    # Before it has begun there is nothing to give up at the server.
    until(patient.page, lambda: bool(held), "the first part is sent")
    with patient.page.expect_request(lambda request: request.method == "DELETE"):
        patient.press("Cancel the upload of Large scan")
    patient.reads("Cancelled")
    patient.follow("Journal")
    patient.page.get_by_role("tab", name="My activity").click()
    patient.reads("You created the vault")
    patient.never_reads(["You added"])


def test_nobody_at_the_page_for_15_minutes_locks_it(patient: Person, photo: Path) -> None:
    add_file(patient, photo, "Prescription")
    patient.page.get_by_role("link", name="Prescription").first.wait_for()
    patient.page.reload()
    patient.page.clock.install()
    unlock(patient)
    patient.page.get_by_role("link", name="Prescription").first.wait_for()
    patient.page.clock.fast_forward(14 * MINUTE)
    patient.page.keyboard.press("Tab")
    patient.page.clock.fast_forward(14 * MINUTE)
    assert patient.page.get_by_label("Password", exact=True).count() == 0
    patient.page.clock.fast_forward(2 * MINUTE)
    patient.page.get_by_label("Password", exact=True).wait_for()
    patient.never_reads(["Prescription"])
    assert patient.page.get_by_label("E-mail address").input_value().endswith("@example.org")
    unlock(patient)
    patient.page.get_by_role("link", name="Prescription").first.wait_for()


def test_a_share_closes_in_the_viewer_when_its_time_is_over(
    patient: Person, browser: Browser, photo: Path
) -> None:
    add_file(patient, photo, "Prescription")
    open_document(patient, "Prescription")
    patient.press("Share")
    patient.page.set_viewport_size({"width": 360, "height": 740})
    patient.press("Create the share")
    link = patient.page.locator(".copy-text").inner_text()
    # The code is what is seen, and read aloud, first.
    place = "[scrollY, document.activeElement.tagName]"
    until(patient.page, lambda: patient.page.evaluate(place) == [0, "H1"], "the top of the page")
    visitor = browser.person(patient.server, phone=True)
    visitor.page.clock.install()
    visitor.go(link)
    visitor.fill("Your name", "Pharmacy")
    visitor.press("Open the documents")
    visitor.reads("Prescription")
    visitor.page.clock.fast_forward(16 * MINUTE)
    visitor.reads("This share has ended")
    visitor.never_reads(["Prescription"])


def test_the_password_changes_and_other_sessions_end(patient: Person, browser: Browser) -> None:
    email = "test_the_password_changes_and_other_sessions_end@example.org"
    other = browser.person(patient.server)
    other.go("/signin")
    other.fill("E-mail address", email)
    unlock(other)
    other.reads("Your vault is ready")
    patient.press(patient.page.get_by_role("button", name="Your account").get_attribute("aria-label") or "")
    patient.page.get_by_role("menuitem", name="Settings").click()
    patient.fill("Current password", "not the password at all")
    patient.fill("New password", "marble 77 kettle whistles north")
    patient.reads(STRONG)
    patient.press("Change")
    patient.reads("The address or the password is not right.")
    patient.fill("Current password", PASSWORD)
    patient.press("Change")
    patient.reads("Password changed.")
    other.follow("Access")
    other.reads("Your session has ended.")
    other.go("/")
    other.page.wait_for_url("**/")
    other.go("/signin")
    other.fill("E-mail address", email)
    unlock(other)
    other.reads("The address or the password is not right.")
    unlock(other, "marble 77 kettle whistles north")
    other.reads("Your vault is ready")


def test_a_revocation_that_is_cut_short_is_finished_at_the_next_unlock(
    patient: Person, browser: Browser, photo: Path
) -> None:
    add_file(patient, photo, "Prescription")
    patient.page.get_by_role("link", name="Prescription").first.wait_for()
    patient.follow("Access")
    patient.follow("Give a professional access")
    patient.press("Create the invitation")
    link = patient.page.locator(".copy-text").inner_text()
    pro = browser.person(patient.server)
    sign_up(pro, "pro@example.org", "Dr Cut Short", rpps="10003456786")
    pro.reads("No vault yet")
    pro.follow("Open an invitation")
    pro.fill("Invitation link", link)
    pro.press("Read the invitation")
    pro.press("Accept")
    pro.reads("is in your list of patients")
    patient.follow("Access")
    # The revocation arrives; the rotation that follows does not.
    patient.page.context.route("**/rotations", lambda route: route.abort("connectionreset"))
    patient.press("Withdraw the access")
    patient.page.get_by_role("alertdialog").get_by_role("button", name="Withdraw the access").click()
    patient.reads("No connection to the server.")
    patient.page.context.unroute("**/rotations")
    patient.page.reload()
    unlock(patient)
    patient.reads("Revoked")
    patient.follow("Journal")
    patient.page.get_by_role("tab", name="My activity").click()
    patient.reads("You changed the keys of sections")
    patient.follow("Vault")
    open_document(patient, "Prescription")
    assert patient.downloads("Download") == samples.photo()
    # What is added under the new keys opens too, after another unlock.
    patient.follow("Back")
    second = photo.with_name("second.pdf")
    second.write_bytes(samples.pdf())
    add_file(patient, second, "Second")
    patient.page.get_by_role("link", name="Second").first.wait_for()
    patient.page.reload()
    unlock(patient)
    open_document(patient, "Second")
    assert patient.downloads("Download") == samples.pdf()


def test_a_server_that_goes_back_in_time_is_refused(browser: Browser, tmp_path: Path, photo: Path) -> None:
    with ServerProcess(tmp_path / "server") as server:
        patient = browser.person(server.url)
        sign_up(patient, "alice@example.org", "Alice Martin")
        patient.reads("Your vault is ready")
        server.stop()
        shutil.copytree(server.data, tmp_path / "before")
        server.start()
        add_file(patient, photo, "Prescription")
        patient.page.get_by_role("link", name="Prescription").first.wait_for()
        server.stop()
        shutil.rmtree(server.data)
        shutil.copytree(tmp_path / "before", server.data)
        server.start()
        patient.follow("Journal")
        patient.reads("The server shows an older state than this device has already seen.")
        patient.page.reload()
        unlock(patient)
        patient.reads("The server shows an older state than this device has already seen.")
        # What was verified stays in sight.
        patient.follow("Vault")
        patient.reads("Below is what this device had verified before.")
        patient.page.get_by_role("link", name="Prescription").first.wait_for()
        patient.page.context.close()


_DROP = """(names) => {
  const data = new DataTransfer();
  for (const name of names) data.items.add(new File([name], name));
  const input = document.querySelector('input[type=file]');
  input.files = data.files;
  input.dispatchEvent(new Event('change', { bubbles: true }));
}"""
