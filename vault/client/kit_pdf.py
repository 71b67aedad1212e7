"""The recovery kit on paper: one A4 page with address, server, the twelve words and a QR code (chapter 2).

    kit = Kit(address="a@b.fr", server="https://…", words="…", qr="https://…#kit.…")
    data = kit_pdf(kit, "fr", date(2026, 1, 2))

Owns the page's look and words. Makes no secret and stores none.
"""

import io
import unicodedata
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from fpdf import FPDF

from vault.client.messages import Language
from vault.client.qr import qr_png

_MARGIN_MM: Final = 20.0
_QR_MM: Final = 55.0
_INK: Final = (22, 50, 58)
_QUIET: Final = (92, 110, 116)

_TEXTS: Final[dict[str, tuple[str, str]]] = {
    "title": ("Recovery kit", "Kit de secours"),
    "purpose": (
        "This sheet opens your vault when the password is lost. Whoever holds it can read everything in it.",
        "Cette feuille ouvre votre coffre si le mot de passe est perdu. Qui la détient peut tout y lire.",
    ),
    "address": ("Account", "Compte"),
    "server": ("Server", "Serveur"),
    "date": ("Made on", "Établi le"),
    "words": ("Your twelve words", "Vos douze mots"),
    "scan": ("Or scan this code", "Ou scannez ce code"),
    "how": ("How to use it", "Comment s’en servir"),
    "how_text": (
        "On the server's page choose “I lost my password” and scan the code or type the twelve words. "
        "You then choose a new password; this sheet stays valid. On a command line: coffre recover.",
        "Sur la page du serveur, choisissez « J’ai perdu mon mot de passe », scannez le code ou saisissez "
        "les douze mots dans l’ordre. Vous choisissez alors un nouveau mot de passe ; cette feuille reste "
        "valable. En ligne de commande : coffre recover.",
    ),
    "keep": ("Where to keep it", "Où la garder"),
    "keep_text": (
        "On paper, with your other important papers, not beside your computer and not in your e-mail. "
        "Delete this file once it is printed. Nobody, not even the host, can make this sheet again.",
        "Sur papier, avec vos autres papiers importants, pas à côté de votre ordinateur ni dans votre "
        "messagerie. Supprimez ce fichier une fois imprimé. Personne, pas même l’hébergeur, ne peut refaire "
        "cette feuille.",
    ),
}


@dataclass(frozen=True, slots=True)
class Kit:
    """What the page holds. `words` are twelve, single-spaced; `qr` is the code's content."""

    address: str
    server: str
    words: str = field(repr=False)
    qr: str = field(repr=False)


def kit_pdf(kit: Kit, lang: Language, made: date) -> bytes:
    """The page as PDF bytes."""
    column = 1 if lang == "fr" else 0
    texts = {name: _latin(both[column]) for name, both in _TEXTS.items()}
    pdf = FPDF(format="A4")
    pdf.set_auto_page_break(auto=False)
    pdf.set_margins(_MARGIN_MM, _MARGIN_MM)
    pdf.set_lang(lang)
    pdf.set_title(f"Coffre - {texts['title']}")
    pdf.add_page()
    _heading(pdf, texts)
    _account(pdf, kit, texts, made, lang)
    _words(pdf, kit.words.split(), texts["words"])
    _code(pdf, kit.qr, texts["scan"])
    for name in ("how", "keep"):
        _paragraph(pdf, texts[name], texts[f"{name}_text"])
    return bytes(pdf.output())


def _heading(pdf: FPDF, texts: dict[str, str]) -> None:
    pdf.set_text_color(*_INK)
    pdf.set_font("helvetica", "B", 26)
    pdf.cell(0, 12, f"Coffre · {texts['title']}", new_x="LMARGIN", new_y="NEXT")
    pdf.set_draw_color(*_INK)
    pdf.set_line_width(0.6)
    pdf.line(_MARGIN_MM, pdf.get_y() + 1, 210 - _MARGIN_MM, pdf.get_y() + 1)
    pdf.ln(5)
    pdf.set_font("helvetica", "", 11)
    pdf.multi_cell(0, 5.5, texts["purpose"], new_x="LMARGIN", new_y="NEXT")
    pdf.ln(3)


def _account(pdf: FPDF, kit: Kit, texts: dict[str, str], made: date, lang: Language) -> None:
    shown = made.strftime("%d/%m/%Y") if lang == "fr" else made.isoformat()
    for label, value in (
        (texts["address"], kit.address),
        (texts["server"], kit.server),
        (texts["date"], shown),
    ):
        pdf.set_font("helvetica", "", 10)
        pdf.set_text_color(*_QUIET)
        pdf.cell(62, 6.5, label)
        pdf.set_font("helvetica", "B", 11)
        pdf.set_text_color(*_INK)
        pdf.multi_cell(0, 6.5, _latin(value), new_x="LMARGIN", new_y="NEXT")
    pdf.ln(4)


def _words(pdf: FPDF, words: list[str], title: str) -> None:
    """Four rows of three numbered words, read from left to right."""
    _subtitle(pdf, title)
    pdf.set_line_width(0.2)
    pdf.set_draw_color(*_QUIET)
    width = (210 - 2 * _MARGIN_MM) / 3
    for number, word in enumerate(words, start=1):
        pdf.set_font("helvetica", "", 9)
        pdf.set_text_color(*_QUIET)
        pdf.cell(10, 10, f"{number}", border="LTB", align="R")
        pdf.set_font("courier", "B", 14)
        pdf.set_text_color(*_INK)
        last = number % 3 == 0
        pdf.cell(
            width - 10,
            10,
            f" {_latin(word)}",
            border="RTB",
            new_x="LMARGIN" if last else "RIGHT",
            new_y="NEXT" if last else "TOP",
        )
    pdf.ln(5)


def _code(pdf: FPDF, content: str, title: str) -> None:
    _subtitle(pdf, title)
    top = pdf.get_y()
    pdf.image(io.BytesIO(qr_png(content)), x=(210 - _QR_MM) / 2, y=top, w=_QR_MM, h=_QR_MM)
    pdf.set_y(top + _QR_MM + 3)


def _paragraph(pdf: FPDF, title: str, text: str) -> None:
    _subtitle(pdf, title)
    pdf.set_font("helvetica", "", 10.5)
    pdf.multi_cell(0, 5.2, text, new_x="LMARGIN", new_y="NEXT")
    pdf.ln(3)


def _subtitle(pdf: FPDF, title: str) -> None:
    pdf.set_font("helvetica", "B", 12)
    pdf.set_text_color(*_INK)
    pdf.cell(0, 7, title, new_x="LMARGIN", new_y="NEXT")


def _latin(text: str) -> str:
    """The core fonts cover Latin-1: typographic apostrophes become plain ones, the French list's accents are
    composed, what is beyond becomes `?`.
    """
    composed = unicodedata.normalize("NFC", text.replace("’", "'").replace("“", '"').replace("”", '"'))
    return composed.encode("latin-1", "replace").decode("latin-1")
