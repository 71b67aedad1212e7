"""`coffre deposit`: leave documents in somebody's inbox; and the link by which others do."""

from pathlib import Path

import click

from crypto.deposits import DepositLink
from crypto.document import object_length
from crypto.encoding import VaultId, check_id
from vault.client import deposits
from vault.client.commands.opening import open_up, show_link
from vault.client.errors import Usage
from vault.client.inbox import link_of
from vault.client.new_versions import NewDocument, size_of
from vault.client.output import Value, iso
from vault.client.terminal import Terminal


@click.command("deposit")
@click.argument("files", nargs=-1, metavar="[FILE]…", type=click.Path(path_type=Path))
@click.option("--to", "link", metavar="LINK", help="The patient's deposit link; needs no authorisation.")
@click.option("--title", help="Default: the file's name without its extension.")
@click.option("--type", "code", default="", metavar="CODE", help="Document type.")
@click.option("--date", default="", metavar="YYYY-MM-DD", help="Default today.")
@click.option("--link", "show", is_flag=True, help="A patient: show the own deposit link.")
@click.option("--qr", type=click.Path(path_type=Path), metavar="FILE.png", help="The link's QR as a picture.")
@click.option("--list", "listed", metavar="V", help="Your own deposits in a vault.")
@click.option("--withdraw", nargs=2, metavar="V ID", help="Take one of them back.")
@click.pass_obj
def deposit(
    terminal: Terminal,
    *,
    files: tuple[Path, ...],
    link: str | None,
    title: str | None,
    code: str,
    date: str,
    show: bool,
    qr: Path | None,
    listed: str | None,
    withdraw: tuple[str, str] | None,
) -> None:
    """Leave documents in a patient's inbox, for the patient alone until they are filed."""
    if sum([bool(files), show, listed is not None, withdraw is not None]) != 1 or bool(files) != bool(link):
        raise Usage("give files with --to, or one of --link, --list, --withdraw")
    if title is not None and (len(files) > 1 or not title):
        raise Usage("--title is one document's title")
    if show:
        _show_link(terminal, qr)
    elif listed is not None:
        found = deposits.own(terminal.client(), VaultId(check_id(listed)))
        terminal.output.result([_row(one) for one in found])
    elif withdraw is not None:
        vault, identifier = withdraw
        done = deposits.withdraw(terminal.client(), VaultId(check_id(vault)), identifier)
        terminal.output.result({"id": done.document, "version": done.version})
    elif link is not None:
        _deposit(
            terminal,
            DepositLink.from_text(link),
            [NewDocument(one, title or "", code, date) for one in files],
        )


def _deposit(terminal: Terminal, link: DepositLink, news: list[NewDocument]) -> None:
    for new in news:
        size_of(new.path)
    rows: list[Value] = []
    for new in news:
        with terminal.output.progress(new.path.name, object_length(size_of(new.path))) as advance:
            done = deposits.deposit(terminal.client(), link, new, advance)
        rows.append({**done.row(), "deposited": True})
    terminal.output.result(rows)


def _show_link(terminal: Terminal, picture: Path | None) -> None:
    opened = open_up(terminal)
    opened.client.require_patient()
    text = link_of(opened).text(opened.client.session.server)
    show_link(terminal, text, picture, secret=False)
    terminal.output.result({"link": text})


def _row(one: deposits.Left) -> dict[str, Value]:
    return {"id": one.document, "version": one.version, "added": iso(one.time)}
