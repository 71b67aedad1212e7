"""Steps in a phone-sized window: ten photos become one PDF, stored and opened; photos lose place and camera.

For an English-speaking patient with an empty vault before them.
"""

import io
from pathlib import Path

from PIL import Image, ImageDraw
from playwright.sync_api import expect
from pypdf import PdfReader

from tests.e2e.browser import Person
from tests.e2e.browser_steps import unlock

PAGES = 10
MAKER, ORIENTATION, PLACE = 0x010F, 0x0112, 0x8825
MARK = "CAMERA-4711"


def photo_of(number: int) -> bytes:
    """A sheet on a dark table, its grey its number, its top left corner red; it names camera and place."""
    photo = Image.new("RGB", (600, 800), (40, 30, 20))
    draw = ImageDraw.Draw(photo)
    draw.polygon([(60, 80), (540, 80), (540, 720), (60, 720)], fill=grey_of(number))
    draw.rectangle([60, 80, 180, 200], fill=(220, 0, 0))
    exif = photo.getexif()
    exif[MAKER] = MARK
    exif.get_ifd(PLACE)[1] = "N"
    stored = io.BytesIO()
    photo.save(stored, "JPEG", quality=90, exif=exif)
    return stored.getvalue()


def grey_of(number: int) -> tuple[int, int, int]:
    return (80 + 16 * number,) * 3


def photos(folder: Path) -> list[Path]:
    found = []
    for number in range(PAGES):
        path = folder / f"IMG_20261101_1200{number:02}.jpg"
        path.write_bytes(photo_of(number))
        found.append(path)
    return found


def ten_photos_become_one_document(patient: Person, folder: Path) -> None:
    patient.page.get_by_role("button", name="Scan pages").first.click()
    sheet = patient.page.get_by_role("dialog")
    sheet.locator("input[type=file]").last.set_input_files(photos(folder))
    sheet.get_by_role("row", name="Page 10 of 10").wait_for()
    patient.press("Page 2 one place earlier")
    patient.press("Turn page 10")
    patient.press("Crop page 3")
    cut_to_the_sheet(patient)
    patient.press("Keep this")
    patient.press("Make a PDF of 10 pages")
    patient.fill("Title", "Ten pages")
    # The photos are saved nowhere: without network, and with the page gone, the PDF is still there, sealed.
    patient.page.context.route("**/documents", lambda route: route.abort())
    patient.press("Encrypt and add")
    patient.reads("Waiting for the server: the upload will go on by itself")
    assert "Ten pages" not in patient.stores()
    patient.page.reload()
    patient.page.context.unroute_all()
    unlock(patient)
    patient.page.get_by_role("link", name="Ten pages").first.click()
    patient.page.get_by_role("heading", name="Ten pages").wait_for()
    pdf = patient.downloads("Download")
    assert pdf.startswith(b"%PDF")
    assert MARK.encode() not in pdf
    pages = [page.images[0].image for page in PdfReader(io.BytesIO(pdf)).pages]
    assert [number_of(page) for page in pages] == [1, 0, *range(2, PAGES)]
    # The third is cut to its sheet: no table is left, and its red corner is the page's.
    assert is_red(pages[2], 0.05, 0.05)
    assert brightness(pages[2], 0.01, 0.98) > 90
    assert brightness(pages[3], 0.01, 0.01) < 60
    # The tenth lies on its side, its red corner at the right.
    assert is_red(pages[9], 7 / 8, 1 / 6)


def cut_to_the_sheet(patient: Person) -> None:
    """By keyboard: a tenth of the photo at a time is two steps with the shift key."""
    moves = {
        "Top left corner": ["ArrowRight"] * 2 + ["ArrowDown"] * 2,
        "Top right corner": ["ArrowLeft"] * 2 + ["ArrowDown"] * 2,
        "Bottom right corner": ["ArrowLeft"] * 2 + ["ArrowUp"] * 2,
        "Bottom left corner": ["ArrowRight"] * 2 + ["ArrowUp"] * 2,
    }
    for corner, keys in moves.items():
        handle = patient.page.get_by_role("button", name=corner)
        for key in keys:
            handle.press(f"Shift+{key}")
    patient.page.get_by_role("button", name="Top left corner: 10% from the left, 10% from the top").wait_for()


def colour_at(page: Image.Image | None, x: float, y: float) -> tuple[int, ...]:
    """Red, green, blue at a place, in parts of the page."""
    assert page is not None
    left, top = round(x * page.width), round(y * page.height)
    return tuple(page.convert("RGB").crop((left, top, left + 1, top + 1)).tobytes())


def brightness(page: Image.Image | None, x: float, y: float) -> int:
    return max(colour_at(page, x, y))


def number_of(page: Image.Image | None) -> int:
    return round((brightness(page, 0.5, 0.5) - 80) / 16)


def is_red(page: Image.Image | None, x: float, y: float) -> bool:
    red, green, _ = colour_at(page, x, y)
    return red > 150 and green < 80


def a_photo_loses_place_and_camera_and_is_known_when_it_comes_again(patient: Person, folder: Path) -> None:
    patient.follow("Vault")
    photo = folder / "Ordonnance 2026-10-03.jpg"
    exif = Image.open(io.BytesIO(photo_of(3))).getexif()
    exif[ORIENTATION] = 6
    Image.open(io.BytesIO(photo_of(3))).save(photo, "JPEG", quality=90, exif=exif)
    assert MARK.encode() in photo.read_bytes()
    patient.drop_files([photo])
    patient.reads("The place and the device that this photo names are removed")
    expect(patient.page.get_by_label("Date of the document")).to_have_value("2026-10-03")
    patient.reads("Prescription of medicines")
    patient.fill("Title", "Prescription by photo")
    patient.press("Encrypt and add")
    patient.page.get_by_role("link", name="Prescription by photo").first.click()
    patient.page.get_by_role("heading", name="Prescription by photo").wait_for()
    kept = patient.downloads("Download")
    found = Image.open(io.BytesIO(kept))
    assert dict(found.getexif()) == {ORIENTATION: 6}
    assert found.tobytes() == Image.open(photo).tobytes()
    assert MARK.encode() not in kept
    patient.follow("Vault")
    patient.drop_files([photo])
    patient.reads("This document is already in the vault: “Prescription by photo”")
    expect(patient.page.get_by_role("button", name="Encrypt and add")).to_be_disabled()
    patient.press("Add anyway")
    expect(patient.page.get_by_role("button", name="Encrypt and add")).to_be_enabled()
    patient.press("Cancel")
