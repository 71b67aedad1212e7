"""`coffre profile show, set` and `coffre card`."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from vault.client.commands.opening import follow_shares, open_up
from vault.client.errors import NotAllowed, NotFound, Usage
from vault.client.messages import say
from vault.client.output import Value
from vault.client.terminal import Terminal

if TYPE_CHECKING:
    from crypto.profile import Profile

# Indented by hand, a profile is longer than in its canonical form.
_LONGEST_FILE: Final = 1 << 20


@click.group("profile")
def profile() -> None:
    """What you say of your own health: allergies, problems, treatments, contacts …"""


@profile.command("show")
@click.option("--vault", metavar="V", help="A professional: the patient's vault.")
@click.pass_obj
def show(terminal: Terminal, *, vault: str | None) -> None:
    """The patient's health profile as JSON, as `set` takes it. The opening stands in the journal."""
    from crypto.profile import to_record
    from vault.client.profiles import load

    opened = open_up(terminal, vault)
    held = load(opened)
    if held.document is None and not opened.owned:
        # Nothing said, or said where this professional may not read: they cannot tell which.
        raise NotFound("no profile that you may read")
    record: Any = to_record(held.profile)
    if terminal.as_json:
        terminal.output.result(record)
    else:
        click.echo(json.dumps(record, ensure_ascii=False, indent=2))


@profile.command("set")
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE.json")
@click.pass_obj
def set_(terminal: Terminal, *, file: Path) -> None:
    """Save a JSON file (chapter 10; `show` prints one) as your health profile's next version.

    Links that follow show it at once. The profile as a whole is replaced.
    """
    from vault.client.profiles import load, save

    wanted = _read(file)
    opened = open_up(terminal)
    if not opened.owned:
        raise NotAllowed("only the patient says it")
    version = save(opened, wanted, load(opened), terminal.output.lang)
    opened.keep()
    follow_shares(opened)
    terminal.output.result({"version": version})


@click.command("card")
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE.pdf")
@click.option(
    "--fields",
    required=True,
    metavar="A,B",
    help="Of name, birth_date, blood_group, allergies, treatments, problems, implants, directives, contacts.",
)
@click.option("--qr", type=click.Path(path_type=Path), metavar="FILE.png", help="Its QR code alone.")
@click.pass_obj
def card(terminal: Terminal, *, file: Path, fields: str, qr: Path | None) -> None:
    """An emergency card to print, in the size of a bank card, of what you choose from your profile.

    Its QR code is plain text that any telephone shows without network. Nothing is encrypted: whoever holds
    the card can read it.
    """
    from vault.client.card_pdf import card_pdf
    from vault.client.destination import to_file
    from vault.client.profiles import load
    from vault.client.qr import qr_png

    opened = open_up(terminal)
    day = datetime.fromtimestamp(terminal.now(), UTC).date().isoformat()
    text = _card_text(load(opened).profile, fields.split(","), opened.client.keyring.name, day)
    with to_file(file, replace=True) as sink:
        sink.write(card_pdf(text, terminal.output.lang))
    if qr is not None:
        with to_file(qr, replace=True) as sink:
            sink.write(qr_png(text))
    terminal.output.note(say(terminal.output.lang, "card.open"))
    terminal.output.result({"path": str(file), "text": text})


def _card_text(found: "Profile", fields: Sequence[str], patient: str, day: str) -> str:
    from crypto.card import CARD_FIELDS, card_text
    from crypto.errors import LimitExceeded, Malformed

    if not set(fields) <= set(CARD_FIELDS):
        raise Usage("choose what the card says: --fields")
    try:
        return card_text(found, fields, patient=patient, day=day)
    except LimitExceeded:
        raise Usage("that does not fit on a card: choose less") from None
    except Malformed:
        raise NotFound("the profile says nothing of that") from None


def _read(file: Path) -> "Profile":
    """The profile in a file that a person wrote: order and spaces are free, an empty list is none."""
    from crypto.profile import LISTS, from_record

    try:
        with click.open_file(str(file), "rb") as stream:
            data = stream.read(_LONGEST_FILE + 1)
    except FileNotFoundError:
        raise NotFound("no such file") from None
    except OSError as error:
        raise Usage(f"cannot read the file: {error.strerror}") from error
    if len(data) > _LONGEST_FILE:
        raise Usage("the file is longer than a profile is")
    try:
        found: Value = json.loads(data)
    except (ValueError, RecursionError):
        raise Usage("not JSON") from None
    record: Any = {"version": 1, **found} if isinstance(found, dict) else found
    for name in (*LISTS, "contacts", "none_known"):
        if isinstance(record, dict) and record.get(name) == []:
            del record[name]
    return from_record(record)
