"""The last mail: that an account was erased, and where its receipt is (spec chapter 12).

Sent once, straight away: the address is in no table any more. Whoever is not reached has the receipt's
address from the day they asked.
"""

import html
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from typing import Final

from crypto.encoding import b64u, new_id
from vault.erasures import Gone
from vault.outbox import Channel, Outgoing, Refused, Text, Unavailable

_WORDS: Final = {
    "fr": (
        "Coffre : votre compte a été supprimé",
        "Comme vous l’avez demandé, votre compte et tout ce qu’il contenait ont été supprimés le {when}.",
        "Le reçu signé de cette suppression, pendant un an :",
        "Ce message est le dernier : votre adresse n’est plus conservée ici.",
        "%d/%m/%Y à %H:%M UTC",
    ),
    "en": (
        "Coffre: your account was deleted",
        "As you asked, your account and everything in it were deleted on {when}.",
        "The signed receipt of this deletion, for one year:",
        "This message is the last one: your address is no longer kept here.",
        "%Y-%m-%d at %H:%M UTC",
    ),
}


def send(channels: Mapping[str, Channel], gone: Gone, origin: str) -> None:
    """Sends it, if mail leaves this host; one that is not taken is not tried again."""
    if "mail" in channels:
        with suppress(Refused, Unavailable):
            channels["mail"].send(Outgoing(new_id(), gone.address, gone.time, text_of(gone, origin)))


def text_of(gone: Gone, origin: str) -> Text:
    """The mail's words. `origin` is the server's, for the receipt's address."""
    subject, sentence, receipt, last, form = _WORDS[gone.language]
    said = sentence.format(when=datetime.fromtimestamp(gone.time, UTC).strftime(form))
    link = f"{origin}/api/v1/erasures/{b64u(gone.request)}"
    body = "".join(f"<p>{html.escape(part)}</p>" for part in (said, receipt))
    page = (
        f'<!doctype html><html lang="{gone.language}"><head><meta charset="utf-8">'
        f"<title>{html.escape(subject)}</title></head>"
        '<body style="font-family:sans-serif;font-size:16px;line-height:1.5;color:#1b2730;max-width:34em">'
        f'{body}<p><a href="{html.escape(link)}">{html.escape(link)}</a></p>'
        f'<p style="color:#52616b">{html.escape(last)}</p></body></html>\n'
    )
    plain = f"{said}\n\n{receipt}\n{link}\n\n{last}\n"
    return Text(language=gone.language, subject=subject, plain=plain, html=page)
