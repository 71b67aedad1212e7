"""The emergency card on paper (chapter 10, "Card"): its text and its QR code in the size of a bank card.

    data = card_pdf(card_text(profile, ("name", "allergies"), …), "fr")

Twice on one A4 page, front and back side by side, to cut out and fold. Owns the page's look; what the card
says is `crypto.card`.
"""

import io
import unicodedata
from typing import Final

from fpdf import FPDF

from vault.client.messages import Language
from vault.client.qr import qr_png

# ID-1 of ISO/IEC 7810, as bank cards.
_WIDTH_MM: Final = 85.6
_HEIGHT_MM: Final = 53.98
_MARGIN_MM: Final = 19.4
_PADDING_MM: Final = 3.5
_QR_MM: Final = 46.0
_LARGEST_PT: Final = 8.5
_LINE: Final = 0.42
"""Millimetres of a line for each point of its size."""
_RED: Final = (176, 32, 37)
_INK: Final = (22, 26, 28)
_QUIET: Final = (120, 130, 134)

_TEXTS: Final[dict[str, tuple[str, str]]] = {
    "title": ("Emergency card", "Carte d’urgence"),
    "how": (
        "Cut along the line, fold in the middle. Whoever holds this card can read all of it, without a key "
        "and without network: it says only what you chose. Make another one when something changes.",
        "Découpez le long du trait, pliez au milieu. Qui tient cette carte peut tout y lire, sans clé et "
        "sans réseau : elle ne dit que ce que vous avez choisi. Refaites-la quand quelque chose change.",
    ),
}
_BACK: Final = (
    "Scannez : le même texte s’affiche, sans réseau.",
    "Scan: the same text is shown, without network.",
    "Lisible par qui la tient.",
    "Readable by whoever holds it.",
)
_REPLACED: Final = {"’": "'", "‘": "'", "“": '"', "”": '"', "œ": "oe", "Œ": "OE", "–": "-", "—": "-"}


def card_pdf(text: str, lang: Language) -> bytes:
    """The page as PDF bytes; `text` is the card's, line by line, its first line the heading."""
    column = 1 if lang == "fr" else 0
    pdf = FPDF(format="A4")
    pdf.set_auto_page_break(auto=False)
    pdf.set_margins(_MARGIN_MM, _MARGIN_MM)
    pdf.set_lang(lang)
    pdf.set_title(f"Coffre - {_latin(_TEXTS['title'][column])}")
    pdf.add_page()
    pdf.set_text_color(*_INK)
    pdf.set_font("helvetica", "B", 20)
    pdf.cell(0, 10, _latin(_TEXTS["title"][column]), new_x="LMARGIN", new_y="NEXT")
    pdf.set_font("helvetica", "", 10.5)
    pdf.multi_cell(0, 5.2, _latin(_TEXTS["how"][column]), new_x="LMARGIN", new_y="NEXT")
    picture = qr_png(text)
    top = pdf.get_y() + 10
    for number in range(2):
        _card(pdf, text, picture, top + number * (_HEIGHT_MM + 14))
    return bytes(pdf.output())


def _card(pdf: FPDF, text: str, picture: bytes, top: float) -> None:
    """Front to the left, back to the right of the fold."""
    pdf.set_draw_color(*_QUIET)
    pdf.set_line_width(0.2)
    pdf.rect(_MARGIN_MM, top, 2 * _WIDTH_MM, _HEIGHT_MM)
    fold = _MARGIN_MM + _WIDTH_MM
    pdf.set_dash_pattern(dash=1.5, gap=1.5)
    pdf.line(fold, top, fold, top + _HEIGHT_MM)
    pdf.set_dash_pattern()
    _front(pdf, text, top)
    edge = (_HEIGHT_MM - _QR_MM) / 2
    pdf.image(io.BytesIO(picture), x=fold + edge, y=top + edge, w=_QR_MM, h=_QR_MM)
    pdf.set_font("helvetica", "", 7.5)
    pdf.set_xy(fold + edge + _QR_MM, top + 9)
    pdf.set_text_color(*_INK)
    width = _WIDTH_MM - edge - _QR_MM - 2.5
    for line in _BACK:
        pdf.multi_cell(width, 3.4, _latin(line), align="L", new_x="LEFT", new_y="NEXT")
        pdf.ln(1.6)
        pdf.set_x(fold + edge + _QR_MM)


def _front(pdf: FPDF, text: str, top: float) -> None:
    heading, *lines = text.split("\n")
    pdf.set_fill_color(*_RED)
    pdf.rect(_MARGIN_MM, top, _WIDTH_MM, 7, style="F")
    pdf.set_text_color(255, 255, 255)
    pdf.set_font("helvetica", "B", 11)
    pdf.set_xy(_MARGIN_MM + _PADDING_MM, top)
    pdf.cell(_WIDTH_MM - 2 * _PADDING_MM, 7, _latin(heading))
    pdf.set_text_color(*_INK)
    body, width = _latin("\n".join(lines)), _WIDTH_MM - 2 * _PADDING_MM
    room, size = _HEIGHT_MM - 7 - 2 * 1.8, _LARGEST_PT
    while size > 1:
        pdf.set_font("helvetica", "", size)
        wrapped = pdf.multi_cell(width, size * _LINE, body, align="L", dry_run=True, output="LINES")
        if isinstance(wrapped, list) and len(wrapped) * size * _LINE <= room:
            break
        # Nothing is left out: what is long is small, and the code says it, too.
        size -= 0.25
    pdf.set_xy(_MARGIN_MM + _PADDING_MM, top + 7 + 1.8)
    pdf.multi_cell(width, size * _LINE, body, align="L")


def _latin(text: str) -> str:
    """The core fonts cover Latin-1; what is beyond becomes `?` on the front. The code has it."""
    for found, plain in _REPLACED.items():
        text = text.replace(found, plain)
    return unicodedata.normalize("NFC", text).encode("latin-1", "replace").decode("latin-1")
