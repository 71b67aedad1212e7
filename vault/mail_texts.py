"""What messages say, in French and English: that something happened, when, and where to look.

Owns the words. A text has nothing of a record: no title, section, reason, name or profession, because mail is
read by others on the way and on locked screens. The one link leads to the app's own pages.
"""

import html
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from vault.outbox import Text


@dataclass(frozen=True)
class Words:
    """A kind's subject and sentence; `{when}` is when it happened, `{until}` when a grant ends."""

    subject: str
    sentence: str


@dataclass(frozen=True)
class Frame:
    """What stands around every sentence of a language."""

    look: str
    silent: str
    not_you: str
    settings: str
    moment: str
    """How a time is written."""
    counts: str


KINDS: Final[Mapping[str, Mapping[str, Words]]] = {
    "fr": {
        "opening": Words(
            "Votre coffre a été consulté",
            "Une personne que vous avez autorisée a consulté votre coffre le {when}.",
        ),
        "share_opening": Words(
            "Un de vos partages a été ouvert",
            "Quelqu’un a ouvert l’un de vos partages le {when}.",
        ),
        "deposit": Words(
            "Un dépôt est arrivé dans votre coffre",
            "Un dépôt est arrivé dans votre coffre le {when}. Il attend d’être rangé.",
        ),
        "grant_ending": Words(
            "Une autorisation se termine bientôt",
            "Une autorisation que vous avez donnée se termine le {until}. Vous pouvez la renouveler, ou la "
            "laisser se terminer.",
        ),
        "grant_ending/professional": Words(
            "Un de vos accès se termine bientôt",
            "Une autorisation que vous avez reçue se termine le {until}. Vous pouvez demander son "
            "renouvellement.",
        ),
        "reader_suspended": Words(
            "Une personne que vous avez autorisée ne peut plus lire pour l’instant",
            "Le {when}, l’hébergeur a suspendu le compte d’une personne que vous avez autorisée : elle ne "
            "lit rien tant que cela dure. Votre autorisation reste ce qu’elle est.",
        ),
        "renewal_request": Words(
            "On vous demande un renouvellement",
            "Une personne que vous avez autorisée demande, le {when}, le renouvellement de son autorisation.",
        ),
        "new_device": Words(
            "Connexion depuis un nouvel appareil",
            "Quelqu’un s’est connecté à votre compte depuis un nouvel appareil le {when}.",
        ),
        "kit_used": Words(
            "Votre kit de secours a été utilisé",
            "Quelqu’un s’est connecté à votre compte avec le kit de secours le {when}.",
        ),
        "key_change": Words(
            "Les accès à votre compte ont changé",
            "Le mot de passe ou une autre clé de votre compte a été changé le {when}.",
        ),
        "suspended": Words(
            "Votre compte est suspendu",
            "Votre hébergeur a suspendu votre compte le {when}. Vos documents sont conservés, et il ne peut "
            "en lire aucun. Adressez-vous à lui pour savoir pourquoi, et comment lever la suspension.",
        ),
        "resumed": Words(
            "Votre compte n’est plus suspendu",
            "Votre hébergeur a levé la suspension de votre compte le {when}. Connectez-vous comme avant.",
        ),
        "deletion_asked": Words(
            "Votre compte va être supprimé",
            "La suppression de votre compte a été demandée le {when}, avec son mot de passe. Il sera "
            "supprimé le {until}, avec tout ce qu’il contient. D’ici là, connectez-vous pour le garder, "
            "ou pour emporter vos documents.",
        ),
        "deletion_kept": Words(
            "Votre compte est gardé",
            "La suppression de votre compte a été annulée le {when}. Tout est comme avant.",
        ),
        "reader_left": Words(
            "Une personne que vous avez autorisée a supprimé son compte",
            "Le {when}, une personne que vous avez autorisée a supprimé son compte : elle ne lit plus rien. "
            "Vous pouvez mettre fin à son autorisation. Ce qu’elle a consulté reste dans votre historique.",
        ),
        "digest": Words("Ce qui s’est passé dans votre coffre", "Voici votre résumé du {when} :"),
    },
    "en": {
        "opening": Words(
            "Your vault was opened",
            "Someone whom you authorised looked into your vault on {when}.",
        ),
        "share_opening": Words(
            "One of your shares was opened",
            "Someone opened one of your shares on {when}.",
        ),
        "deposit": Words(
            "A deposit arrived in your vault",
            "A deposit arrived in your vault on {when}. It waits to be filed.",
        ),
        "grant_ending": Words(
            "An authorisation ends soon",
            "An authorisation that you gave ends on {until}. You can renew it, or let it end.",
        ),
        "grant_ending/professional": Words(
            "One of your accesses ends soon",
            "An authorisation that you were given ends on {until}. You can ask for its renewal.",
        ),
        "reader_suspended": Words(
            "Someone whom you authorised cannot read for now",
            "On {when} the host suspended the account of someone whom you authorised: they read nothing "
            "while it lasts. Your authorisation stays as it is.",
        ),
        "renewal_request": Words(
            "You are asked for a renewal",
            "Someone whom you authorised asked on {when} for their authorisation to be renewed.",
        ),
        "new_device": Words(
            "Sign-in from a new device",
            "Someone signed in to your account from a new device on {when}.",
        ),
        "kit_used": Words(
            "Your recovery kit was used",
            "Someone signed in to your account with the recovery kit on {when}.",
        ),
        "key_change": Words(
            "The ways into your account have changed",
            "The password or another key of your account was changed on {when}.",
        ),
        "suspended": Words(
            "Your account is suspended",
            "Your host suspended your account on {when}. Your documents are kept, and it can read none of "
            "them. Ask your host why, and how the suspension ends.",
        ),
        "resumed": Words(
            "Your account is no longer suspended",
            "Your host ended the suspension of your account on {when}. Sign in as before.",
        ),
        "deletion_asked": Words(
            "Your account is going to be deleted",
            "The deletion of your account was asked for on {when}, with its password. It will be deleted "
            "on {until}, with everything in it. Until then, sign in to keep it, or to take your "
            "documents along.",
        ),
        "deletion_kept": Words(
            "Your account is kept",
            "The deletion of your account was called off on {when}. Everything is as before.",
        ),
        "reader_left": Words(
            "Someone whom you authorised has deleted their account",
            "On {when} someone whom you authorised deleted their account: they read nothing any more. You "
            "can end their authorisation. What they opened stays in your journal.",
        ),
        "digest": Words("What happened in your vault", "Here is your summary of {when}:"),
    },
}

COUNTED: Final[Mapping[str, Mapping[str, str]]] = {
    "fr": {
        "opening": "Consultations par des personnes autorisées",
        "share_opening": "Ouvertures de partages",
        "deposit": "Dépôts",
        "grant_ending": "Autorisations qui se terminent bientôt",
        "renewal_request": "Demandes de renouvellement",
        "reader_suspended": "Personnes autorisées dont le compte a été suspendu",
        "reader_left": "Personnes autorisées qui ont supprimé leur compte",
    },
    "en": {
        "opening": "Visits by people whom you authorised",
        "share_opening": "Openings of shares",
        "deposit": "Deposits",
        "grant_ending": "Authorisations that end soon",
        "renewal_request": "Requests for renewal",
        "reader_suspended": "Authorised people whose account was suspended",
        "reader_left": "Authorised people who deleted their account",
    },
}

CODE: Final[Mapping[str, str]] = {
    "fr": "Coffre : votre code est {code}, pour dix minutes. Ne le dites à personne.",
    "en": "Coffre: your code is {code}, for ten minutes. Tell it to nobody.",
}

FRAMES: Final[Mapping[str, Frame]] = {
    "fr": Frame(
        look="Pour savoir qui et quoi, ouvrez Coffre :",
        silent="Ce message ne dit volontairement rien de vos documents.",
        not_you="Si ce n’était pas vous, changez tout de suite votre mot de passe dans les réglages.",
        settings="Réglages des avis :",
        moment="%d/%m/%Y à %H:%M UTC",
        counts=" : ",
    ),
    "en": Frame(
        look="To see who and what, open Coffre:",
        silent="This message says nothing of your documents, on purpose.",
        not_you="If this was not you, change your password in the settings at once.",
        settings="Settings of notices:",
        moment="%Y-%m-%d at %H:%M UTC",
        counts=": ",
    ),
}
_DAY: Final = {"fr": "%d/%m/%Y", "en": "%Y-%m-%d"}
_ASKS_WHO: Final = ("new_device", "kit_used", "key_change", "deletion_asked")


@dataclass(frozen=True)
class Subject:
    """What a message is about."""

    kind: str
    role: str
    time: int
    until: int | None = None
    counts: Mapping[str, int] | None = None
    """Only of a digest: how many notices of each kind."""


def text_of(subject: Subject, language: str, origin: str) -> Text:
    """A mail's words. `origin` is the server's, for the links."""
    words, frame = _words(subject, language), FRAMES[language]
    paragraphs = [_sentence(subject, words, language), *_counts(subject, language)]
    if subject.kind in _ASKS_WHO:
        paragraphs.append(frame.not_you)
    notices, settings = f"{origin}/notices", f"{origin}/settings"
    plain = [*paragraphs, f"{frame.look}\n{notices}", frame.silent, f"{frame.settings} {settings}"]
    return Text(
        language=language,
        subject=f"Coffre{frame.counts}{words.subject}",
        plain="\n\n".join(plain) + "\n",
        html=_page(language, words.subject, paragraphs, frame, notices, settings),
    )


def short_text_of(subject: Subject, language: str, origin: str) -> str:
    """A telephone message's words."""
    sentence = _sentence(subject, _words(subject, language), language)
    return f"Coffre{FRAMES[language].counts}{sentence} {origin}"


def code_text_of(code: str, language: str) -> str:
    """What stands in the message that confirms a telephone number."""
    return CODE[language].format(code=code)


def _words(subject: Subject, language: str) -> Words:
    kinds = KINDS[language]
    return kinds.get(f"{subject.kind}/{subject.role}", kinds[subject.kind])


def _sentence(subject: Subject, words: Words, language: str) -> str:
    form = _DAY[language] if subject.kind == "digest" else FRAMES[language].moment
    until = "" if subject.until is None else _written(subject.until, _DAY[language])
    return words.sentence.format(when=_written(subject.time, form), until=until)


def _counts(subject: Subject, language: str) -> list[str]:
    found = subject.counts or {}
    names, frame = COUNTED[language], FRAMES[language]
    return [f"{name}{frame.counts}{found[kind]}" for kind, name in names.items() if found.get(kind)]


def _written(time: int, form: str) -> str:
    return datetime.fromtimestamp(time, UTC).strftime(form)


def _page(language: str, title: str, paragraphs: list[str], frame: Frame, notices: str, settings: str) -> str:
    body = "".join(f"<p>{html.escape(paragraph)}</p>" for paragraph in paragraphs)
    link = html.escape(notices)
    return (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8">'
        f"<title>{html.escape(title)}</title></head>"
        '<body style="font-family:sans-serif;font-size:16px;line-height:1.5;color:#1b2730;max-width:34em">'
        f'<h1 style="font-size:20px">{html.escape(title)}</h1>{body}'
        f'<p>{html.escape(frame.look)}<br><a href="{link}">{link}</a></p>'
        f'<p style="color:#52616b">{html.escape(frame.silent)}<br>'
        f'<a href="{html.escape(settings)}">{html.escape(frame.settings.rstrip(" :"))}</a></p>'
        "</body></html>\n"
    )
