"""What is mailed to an address that somebody wants to sign up with, in French and English: a code, or, where
there is an account already, that there is one.

Owns the words. Neither says who asked or anything of a record. The code is in no subject, which locked
screens show.
"""

import html
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from vault.outbox import Text


@dataclass(frozen=True)
class Words:
    """A mail's subject, what stands before (with `{origin}`) and after its code or links, and the links'
    names with their pages."""

    subject: str
    before: Sequence[str]
    after: Sequence[str]
    links: Mapping[str, str]


CODE: Final[Mapping[str, Words]] = {
    "fr": Words(
        "Coffre : votre code d’inscription",
        (
            "Quelqu’un, sans doute vous, ouvre un compte sur {origin} avec cette adresse. "
            "Recopiez-y ce code :",
        ),
        (
            "Il est valable 30 minutes. Ne le dites à personne.",
            "Si ce n’était pas vous, ignorez ce message : sans le code, aucun compte n’est ouvert.",
        ),
        {},
    ),
    "en": Words(
        "Coffre: your sign-up code",
        (
            "Someone, probably you, is opening an account at {origin} with this address. "
            "Copy this code there:",
        ),
        (
            "It is good for 30 minutes. Tell it to nobody.",
            "If this was not you, ignore this message: without the code no account is opened.",
        ),
        {},
    ),
}
TAKEN: Final[Mapping[str, Words]] = {
    "fr": Words(
        "Coffre : vous avez déjà un compte",
        (
            "Quelqu’un, peut-être vous, a voulu ouvrir un compte sur {origin} avec cette adresse. Elle en a "
            "déjà un : rien n’a changé, et la page d’inscription n’en a rien dit.",
        ),
        ("Si ce n’était pas vous, vous n’avez rien à faire.",),
        {
            "Pour vous connecter :": "/signin",
            "Mot de passe perdu ? Revenez avec votre kit de secours :": "/recover",
        },
    ),
    "en": Words(
        "Coffre: you have an account already",
        (
            "Someone, perhaps you, wanted to open an account at {origin} with this address. It has one "
            "already: nothing was changed, and the sign-up page said nothing of it.",
        ),
        ("If this was not you, there is nothing to do.",),
        {
            "To sign in:": "/signin",
            "Lost your password? Come back with your recovery kit:": "/recover",
        },
    ),
}


def code_text_of(code: str, language: str, origin: str) -> Text:
    """The mail with a code of eight digits. `origin` is the server's, by which people know it."""
    grouped = f"{code[:4]} {code[4:]}"
    shown = f'<p style="font-size:28px;font-weight:bold;letter-spacing:2px">{grouped}</p>'
    return _text(CODE[language], language, origin, [grouped], [shown])


def taken_text_of(language: str, origin: str) -> Text:
    """The mail to an address that has an account. `origin` is the server's, for the links."""
    words = TAKEN[language]
    links = {name: f"{origin}{page}" for name, page in words.links.items()}
    shown = [
        f'<p>{html.escape(name)}<br><a href="{html.escape(link)}">{html.escape(link)}</a></p>'
        for name, link in links.items()
    ]
    return _text(words, language, origin, [f"{name}\n{link}" for name, link in links.items()], shown)


def _text(words: Words, language: str, origin: str, plain: list[str], shown: list[str]) -> Text:
    title = html.escape(words.subject)
    opening = [paragraph.format(origin=origin) for paragraph in words.before]
    before, after = (
        "".join(f"<p>{html.escape(paragraph)}</p>" for paragraph in paragraphs)
        for paragraphs in (opening, words.after)
    )
    page = (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8"><title>{title}</title></head>'
        '<body style="font-family:sans-serif;font-size:16px;line-height:1.5;color:#1b2730;max-width:34em">'
        f'<h1 style="font-size:20px">{title}</h1>{before}{"".join(shown)}{after}</body></html>\n'
    )
    return Text(
        language=language,
        subject=words.subject,
        plain="\n\n".join([*opening, *plain, *words.after]) + "\n",
        html=page,
    )
