"""`coffre journal`."""

from pathlib import Path

import click

from crypto.encoding import b64u, unb64u
from crypto.signing import fingerprint
from vault.client import bundles, server_keys
from vault.client.bundles import Seen
from vault.client.commands.opening import open_up
from vault.client.destination import to_file
from vault.client.errors import NotSignedIn, Usage
from vault.client.home import Position
from vault.client.journal import Journal, row, verified
from vault.client.journal_csv import journal_csv
from vault.client.ledger_chain import Pin
from vault.client.messages import say
from vault.client.output import iso
from vault.client.terminal import Terminal

_LATE = 86400


@click.command("journal")
@click.option(
    "--verify", is_flag=True, help="Say also which heads were verified, to compare with other devices."
)
@click.option(
    "--compare",
    "codes",
    metavar="CODE",
    multiple=True,
    help="A head that --verify showed on another device; repeatable.",
)
@click.option(
    "--bundle",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Save everything that proves the journal; with --verify: verify such a file, without the server.",
)
@click.option("--csv", "as_csv", is_flag=True, help="Print a table for spreadsheets instead.")
@click.pass_obj
def journal(
    terminal: Terminal, *, verify: bool, codes: tuple[str, ...], bundle: Path | None, as_csv: bool
) -> None:
    """Who did what and when; both chains are verified from the first entry each time, and held against the
    server's newest checkpoint.

    Exit status 5 when anything was cut or changed, on the server or since this device last looked.
    """
    if verify and bundle is not None:
        found = _from_file(terminal, bundle)
    else:
        found = _online(terminal, share=verify)
        if bundle is not None:
            _save(terminal, bundle)
    for code in codes:
        found.compare(code)
    if verify or codes:
        _tell(terminal, found)
    rows = [row(event, found.state) for event in found.events]
    if as_csv and not terminal.as_json:
        click.echo(journal_csv(rows), nl=False)
    else:
        terminal.output.result(rows)


def _online(terminal: Terminal, *, share: bool) -> Journal:
    opened = open_up(terminal)
    found = verified(opened)
    if share:
        opened.client.share_pins()
    return found


def _save(terminal: Terminal, bundle: Path) -> None:
    opened = open_up(terminal)
    saved = bundles.collect(opened)
    bundles.verify(saved, _seen(terminal, str(opened.id)))
    with to_file(bundle, replace=True) as file:
        bundles.write(saved, file)


def _from_file(terminal: Terminal, bundle: Path) -> Journal:
    try:
        with bundle.open("rb") as file:
            saved = bundles.read(file)
    except OSError as error:
        raise Usage(f"cannot read the file: {error.strerror}") from error
    seen = _seen(terminal, saved.title.vault)
    lang = terminal.output.lang
    terminal.output.note(f"{say(lang, 'bundle.saved')} {iso(saved.title.time)}")
    if seen.owner is None:
        terminal.output.note(f"{say(lang, 'bundle.owner')} {fingerprint(saved.title.owner)}")
    for pin, entries in ((seen.ledger, saved.ledger), (seen.accesses, saved.accesses)):
        if pin is not None and pin.size > len(entries):
            terminal.output.note(say(lang, "bundle.old"))
            break
    if seen.keys is not None and seen.keys.sequence > len(saved.successions):
        terminal.output.note(say(lang, "bundle.keys"))
    return bundles.verify(saved, seen)


def _seen(terminal: Terminal, vault: str) -> Seen:
    """What this home knows of the vault, without asking the server."""
    try:
        client = terminal.client()
    except NotSignedIn:
        return Seen()
    if client.session.vault != vault:
        return Seen()
    pins = client.home.pins(client.session.server, vault)
    keys = server_keys.seen(client.home, client.session.server)
    return Seen(client.me, client.server_key, _pin(pins.ledger), _pin(pins.accesses), keys)


def _pin(position: Position | None) -> Pin | None:
    return None if position is None else Pin(position.size, unb64u(position.head, length=32))


def _tell(terminal: Terminal, found: Journal) -> None:
    output, lang = terminal.output, terminal.output.lang
    output.note(say(lang, "verified"))
    for code in found.codes():
        output.note(code)
    pin = found.checkpoint
    if pin is None:
        output.note(say(lang, "checkpoint.none"))
    else:
        output.note(f"checkpoint: {pin.size} {pin.root}")
    since = found.uncovered_since()
    if pin is not None and since is not None:
        late = terminal.now() - since > _LATE
        output.note(f"{say(lang, 'checkpoint.late' if late else 'checkpoint.since')} {iso(since)}")
    if found.keys is not None and found.keys.pin is not None:
        output.note(f"{say(lang, 'server_key')} {iso(found.keys.followed[-1].from_)}")
        output.note(f"server-keys: {found.keys.pin.sequence} {b64u(found.keys.pin.head)}")
    output.note(f"vault: {found.state.vault} {b64u(found.state.server)}")
