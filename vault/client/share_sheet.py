"""A share on paper: one A4 page with its QR, how to read it and when it ends, in French and English.

    data = sheet_pdf(Sheet(link, "Pour le kiné", end, passcode=True, max_openings=20), "fr")

Both languages stand on the page, the person's own first: who reads it may be abroad. Owns the page's look and
words.
"""

import io
import unicodedata
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from fpdf import FPDF

from vault.client.messages import Language
from vault.client.qr import qr_png

_MARGIN_MM: Final = 20.0
_QR_MM: Final = 90.0
_INK: Final = (22, 50, 58)

_TEXTS: Final[dict[str, tuple[str, str]]] = {
    "title": ("Shared health documents", "Documents de santé partagés"),
    "scan": (
        "Scan this code with the camera of any telephone, or with a reader of SMART Health Links. "
        "No account is needed.",
        "Scannez ce code avec l’appareil photo d’un téléphone, ou un lecteur de SMART Health Links. "
        "Aucun compte n’est nécessaire.",
    ),
    "end": (
        "It opens until {end} (UTC), {count} times at most.",
        "Il s’ouvre jusqu’au {end} (UTC), {count} fois au plus.",
    ),
    "passcode": (
        "A passcode is asked for: the patient tells it. Do not write it on this page.",
        "Un code est demandé : le patient le donne de vive voix. Ne l’écrivez pas sur cette page.",
    ),
    "keep": (
        "Whoever holds this page can open the documents until then. The patient sees every opening.",
        "Quiconque détient cette page peut ouvrir les documents jusque-là. Le patient voit chaque ouverture.",
    ),
}


@dataclass(frozen=True)
class Sheet:
    """What the page says. The passcode is not on it: who has both has everything."""

    link: str = field(repr=False)
    label: str = field(repr=False)
    end: datetime
    passcode: bool
    max_openings: int


def sheet_pdf(sheet: Sheet, lang: Language) -> bytes:
    """The page as PDF bytes."""
    columns = (1, 0) if lang == "fr" else (0, 1)
    pdf = FPDF(format="A4")
    pdf.set_auto_page_break(auto=False)
    pdf.set_margins(_MARGIN_MM, _MARGIN_MM)
    pdf.set_lang(lang)
    pdf.set_title("Coffre")
    pdf.add_page()
    pdf.set_text_color(*_INK)
    _write(pdf, sheet.label or _TEXTS["title"][columns[0]], size=22, style="B")
    pdf.ln(4)
    top = pdf.get_y()
    image = io.BytesIO(qr_png(sheet.link))
    pdf.image(image, x=(210 - _QR_MM) / 2, y=top, w=_QR_MM, h=_QR_MM)
    pdf.set_y(top + _QR_MM + 6)
    for column in columns:
        _paragraphs(pdf, sheet, column)
        pdf.ln(5)
    return bytes(pdf.output())


def _paragraphs(pdf: FPDF, sheet: Sheet, column: int) -> None:
    _write(pdf, _TEXTS["title"][column], size=13, style="B")
    french = column == 1
    end = sheet.end.strftime("%d/%m/%Y %H:%M" if french else "%Y-%m-%d %H:%M")
    for name in ("scan", "end", "passcode", "keep"):
        if name != "passcode" or sheet.passcode:
            text = _TEXTS[name][column].format(end=end, count=sheet.max_openings)
            _write(pdf, text, size=11)


def _write(pdf: FPDF, text: str, *, size: float, style: str = "") -> None:
    pdf.set_font("helvetica", style, size)
    pdf.multi_cell(0, size * 0.5, _latin(text), new_x="LMARGIN", new_y="NEXT")
    pdf.ln(1.5)


def _latin(text: str) -> str:
    """The core fonts cover Latin-1; what is beyond becomes `?`."""
    plain = text.replace("’", "'").replace("“", '"').replace("”", '"')
    return unicodedata.normalize("NFC", plain).encode("latin-1", "replace").decode("latin-1")
