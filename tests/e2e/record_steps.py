"""Steps on the page of the record, for an English-speaking patient with documents: several treated at once,
back and forward, what is pasted, a photo that this browser does not read.
"""

import re
from pathlib import Path

from playwright.sync_api import Locator, expect

from tests.e2e import samples
from tests.e2e.browser import Person, until
from tests.e2e.browser_steps import open_document

HEIC = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + bytes(200)


def several_are_treated_at_once(patient: Person, titles: tuple[str, str], of: int) -> None:
    """Filed, masked, unmasked, saved, shared and removed: these two and no other."""
    page = patient.page
    months = page.get_by_role("heading")
    rows = page.get_by_role("list", name="Documents").get_by_role("listitem").filter(has_not=months)
    expect(rows).to_have_count(of)
    select(patient, titles)
    patient.press("File")
    choose_section(patient, "Teeth", "File here")
    for title in titles:
        row_of(patient, title).get_by_text("Teeth").wait_for()
    patient.press("Mask")
    page.get_by_role("alertdialog").get_by_role("button", name="Mask", exact=True).click()
    is_done(patient)
    for title in titles:
        row_of(patient, title).get_by_text("Masked").wait_for()
    patient.press("Unmask")
    choose_section(patient, "Laboratory results", "Unmask")
    for title in titles:
        row_of(patient, title).get_by_text("Laboratory results").wait_for()
    assert page.get_by_role("list", name="Documents").get_by_text("Masked").count() == 0
    names: set[str] = set()
    page.on("download", lambda one: names.add(one.suggested_filename))
    patient.press("Download")
    is_done(patient)
    # The browser tells of what it saves by itself.
    until(page, lambda: len(names) == 2, "two downloads")
    patient.press("Share")
    patient.reads("2 documents chosen")
    page.go_back()
    select(patient, titles)
    patient.press("Remove")
    page.get_by_role("alertdialog").get_by_role("button", name="Remove", exact=True).click()
    is_done(patient)
    page.keyboard.press("Escape")
    for title in titles:
        row_of(patient, title).wait_for(state="detached")
    expect(rows).to_have_count(of - 2)


def row_of(patient: Person, title: str) -> Locator:
    return patient.page.get_by_role("list", name="Documents").get_by_role("listitem").filter(has_text=title)


def select(patient: Person, titles: tuple[str, str]) -> None:
    patient.press("Select")
    for title in titles:
        row_of(patient, title).locator("label").click()
    patient.reads("2 documents selected")


def choose_section(patient: Person, section: str, button: str) -> None:
    dialog = patient.page.get_by_role("dialog")
    dialog.get_by_role("button", name="Section").click()
    patient.page.get_by_role("option", name=section, exact=True).click()
    dialog.get_by_role("button", name=button, exact=True).click()
    is_done(patient)


def is_done(patient: Person) -> None:
    """What became of it is said, and put away."""
    patient.reads("Done for 2 documents.")
    patient.page.get_by_role("region", name="What to do with the selection").get_by_role(
        "button", name="Close"
    ).click()


def back_and_forward_keep_the_place(patient: Person, title: str) -> None:
    """What was looked for, and how far the page was scrolled."""
    page = patient.page
    page.set_viewport_size({"width": 1280, "height": 400})
    search = page.get_by_label("Search for a document", exact=True)
    page.get_by_role("link", name=title).wait_for()
    # A list that is still being drawn is not as long as it will be.
    until(
        page,
        lambda: bool(page.evaluate("document.scrollingElement.scrollHeight >= innerHeight + 200")),
        "a long page",
    )
    page.mouse.wheel(0, 250)
    is_scrolled(patient)
    open_document(patient, title)
    until(page, lambda: page.evaluate("scrollY") == 0, "the next page at its top")
    page.go_back()
    is_scrolled(patient)
    search.fill(title)
    page.get_by_role("link", name="n" * 200).wait_for(state="detached")
    open_document(patient, title)
    page.go_back()
    page.get_by_role("link", name=title).wait_for()
    expect(search).to_have_value(title)
    expect(page.get_by_role("link", name="n" * 200)).to_have_count(0)
    page.go_forward()
    page.get_by_role("heading", name=title).wait_for()
    page.go_back()
    search.fill("")
    page.set_viewport_size({"width": 1280, "height": 900})


def is_scrolled(patient: Person) -> None:
    until(patient.page, lambda: bool(patient.page.evaluate("scrollY >= 200")), "the page is scrolled")


def what_is_pasted_is_added(patient: Person) -> None:
    """A picture of the clipboard, and a file that was copied elsewhere; text goes where the caret is."""
    page = patient.page
    page.evaluate(_COPY_PICTURE)
    page.keyboard.press("ControlOrMeta+V")
    patient.reads("image.png")
    patient.press("Cancel")
    page.get_by_role("dialog").wait_for(state="detached")
    page.evaluate(_PASTE_FILE, list(samples.photo()))
    patient.reads("Add a document")
    patient.reads("pasted.jpg")
    title = page.get_by_label("Title", exact=True)
    title.fill("")
    page.evaluate("navigator.clipboard.writeText('Pasted photo')")
    title.press("ControlOrMeta+V")
    expect(title).to_have_value("Pasted photo")
    patient.press("Encrypt and add")
    page.get_by_role("link", name="Pasted photo").wait_for()


def a_photo_that_is_not_read_is_kept(patient: Person, folder: Path) -> None:
    """HEIC, which Chromium does not decode: said before it is added, and where it would be shown."""
    photo = folder / "IMG_0412.HEIC"
    photo.write_bytes(HEIC)
    patient.drop_files([photo])
    patient.reads("This browser cannot convert this photo (HEIC).")
    patient.fill("Tags (optional)", "t" * 51)
    patient.reads("A tag has 50 characters at most")
    patient.press("Encrypt and add")
    patient.fill("Tags (optional)", "heart, daily")
    patient.press("Encrypt and add")
    badges = row_of(patient, "IMG 0412").locator(".badges")
    badges.wait_for()
    assert re.split(r"\s+", badges.inner_text()) == ["heart", "daily"]
    open_document(patient, "IMG 0412")
    patient.reads("This browser cannot show HEIC photos.")
    assert patient.downloads("Download") == HEIC
    patient.follow("Vault")


_COPY_PICTURE = """async () => {
  const canvas = new OffscreenCanvas(40, 30);
  canvas.getContext('2d').fillRect(5, 5, 20, 10);
  const picture = await canvas.convertToBlob({ type: 'image/png' });
  await navigator.clipboard.write([new ClipboardItem({ 'image/png': picture })]);
}"""

# Only the system puts files on a clipboard.
_PASTE_FILE = """(bytes) => {
  const clipboardData = new DataTransfer();
  clipboardData.items.add(new File([new Uint8Array(bytes)], 'pasted.jpg', { type: 'image/jpeg' }));
  const event = new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true });
  document.body.dispatchEvent(event);
}"""
