"""`coffre contact` and `coffre directory`: how people compare keys, and who vouches for professionals."""

from pathlib import Path

import click

from crypto.encoding import b64u
from crypto.signing import directory_key_id, fingerprint
from vault.client import directory as directories
from vault.client.commands.opening import show_link
from vault.client.key_words import contact_link, words_for
from vault.client.output import Value, iso
from vault.client.terminal import Terminal


@click.command("contact")
@click.option("--qr", type=click.Path(path_type=Path), metavar="FILE.png", help="The link's QR as a picture.")
@click.pass_obj
def contact(terminal: Terminal, *, qr: Path | None) -> None:
    """Show your key as a QR, words and fingerprint, for a patient to compare in person."""
    client = terminal.client()
    client.require_professional()
    link = contact_link(client.session.server, client.me)
    show_link(terminal, link, qr, secret=False)
    value: dict[str, Value] = {
        "link": link,
        "fingerprint": fingerprint(client.me),
        "words": words_for(client.me, terminal.output.lang),
    }
    terminal.output.result(value)


@click.command("directory")
@click.argument("wanted", required=False, metavar="RPPS|FINGERPRINT|WORDS|LINK")
@click.option("--accept", metavar="KEY-ID", help="Pin the directory's new key by its published id.")
@click.pass_obj
def directory(terminal: Terminal, *, wanted: str | None, accept: str | None) -> None:
    """Look up a professional, or show the directory's pinned key."""
    client = terminal.client()
    if accept is not None:
        directories.accept_key(client, accept)
    keys = directories.checked_keys(client)
    if wanted is None:
        shown: dict[str, Value] = {
            "key": None if keys is None else b64u(keys.present),
            "key_id": None if keys is None else directory_key_id(keys.present),
        }
        if keys is not None and keys.followed:
            shown["followed"] = len(keys.followed)
            shown["since"] = iso(keys.followed[-1].from_)
        terminal.output.result(shown)
        return
    found = directories.look_up(client, wanted)
    card = found.known.card
    terminal.output.result(
        {
            "name": card.name,
            "rpps": card.rpps,
            "profession": card.profession,
            "state": found.state,
            "fingerprint": fingerprint(card.author),
            "words": words_for(card.author, terminal.output.lang),
        }
    )
