import io
from datetime import date

import pytest
import zxingcpp
from PIL import Image
from pypdf import PdfReader

from vault.client.kit_pdf import Kit, kit_pdf
from vault.client.messages import Language
from vault.client.qr import qr_png, qr_text

# The list's words come decomposed from some sources: the accent must still be printed.
WORDS = (
    "cobalt e\u0301tirer visqueux givre pieuvre vidange retracer armoire calvaire carabine crainte polygone"
)
KIT = Kit(
    "anne@exemple.fr",
    "https://coffre.example",
    WORDS,
    "https://coffre.example/recover#kit.AAAAAAAAAAAAAAAAAAAAAA",
)


@pytest.mark.parametrize(
    ("lang", "title", "day"), [("fr", "Kit de secours", "22/11/2026"), ("en", "Recovery kit", "2026-11-22")]
)
def test_one_page_that_says_everything(lang: Language, title: str, day: str) -> None:
    pages = PdfReader(io.BytesIO(kit_pdf(KIT, lang, date(2026, 11, 22)))).pages
    assert len(pages) == 1
    text = pages[0].extract_text()
    for wanted in (title, day, KIT.address, KIT.server, "cobalt", "étirer", "polygone"):
        assert wanted in text
    assert "?" not in text
    width, height = (float(side) / 72 * 25.4 for side in pages[0].mediabox.upper_right)
    assert (round(width), round(height)) == (210, 297)
    [picture] = pages[0].images
    [code] = zxingcpp.read_barcodes(Image.open(io.BytesIO(picture.data)))
    assert code.text == KIT.qr


def test_secrets_are_not_in_the_repr() -> None:
    assert "cobalt" not in repr(KIT)
    assert "#kit." not in repr(KIT)


def test_qr_holds_the_longest_link() -> None:
    link = "https://coffre.example/view#shlink:/" + "a" * 316
    [code] = zxingcpp.read_barcodes(Image.open(io.BytesIO(qr_png(link))))
    assert code.text == link


def test_qr_in_a_terminal() -> None:
    shown = qr_text("hello")
    assert len({len(line) for line in shown.strip("\n").split("\n")}) == 1
    assert {*shown} <= {"█", "▀", "▄", " ", "\xa0", "\n"}
