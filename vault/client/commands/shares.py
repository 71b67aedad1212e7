"""`coffre share new, list, end`."""

from pathlib import Path

import click

from vault.client import shares
from vault.client.commands.opening import open_up, show_link
from vault.client.moments import seconds_of
from vault.client.output import Value, iso
from vault.client.shares import NewShare, Shared
from vault.client.terminal import Terminal


@click.group("share")
def share() -> None:
    """Links that open chosen documents for a limited time, without an account."""


@share.command("new")
@click.argument("identifiers", nargs=-1, required=True, metavar="ID…")
@click.option("--for", "span", default="15m", show_default=True, metavar="SPAN", help="15m, 1h, 1d, 1w …")
@click.option(
    "--passcode-file", type=click.Path(path_type=Path), help="Its first line is asked for at opening."
)
@click.option("--max-openings", type=click.IntRange(min=1), metavar="N")
@click.option("--label", default="", metavar="L", help="At most 80 characters, shown to who opens it.")
@click.option("--qr", type=click.Path(path_type=Path), metavar="FILE.png", help="The link's QR as a picture.")
@click.pass_obj
def new(
    terminal: Terminal,
    *,
    identifiers: tuple[str, ...],
    span: str,
    passcode_file: Path | None,
    max_openings: int | None,
    label: str,
    qr: Path | None,
) -> None:
    """Share documents by a link or its QR."""
    seconds = seconds_of(span)
    passcode = terminal.secret("passcode", passcode_file) if passcode_file is not None else None
    opened = open_up(terminal)
    wanted = NewShare(opened.now() + seconds, max_openings, passcode, label)
    total = sum(opened.metadata(opened.document(one).latest).size for one in identifiers)
    with terminal.output.progress(", ".join(identifiers), total) as advance:
        identifier, link = shares.make(opened, identifiers, wanted, advance)
    show_link(terminal, link, qr)
    terminal.output.result({"id": identifier, "link": link, "expires": iso(wanted.not_after)})


@share.command("list")
@click.pass_obj
def list_(terminal: Terminal) -> None:
    """Every share with its openings and state: active, used, expired, ended."""
    terminal.output.result([_row(found) for found in shares.shares(open_up(terminal))])


@share.command("end")
@click.argument("identifier", metavar="ID")
@click.pass_obj
def end(terminal: Terminal, *, identifier: str) -> None:
    """End a share at once."""
    terminal.output.result(_row(shares.end(open_up(terminal), identifier)))


def _row(found: Shared) -> dict[str, Value]:
    statement = found.record.statement
    return {
        "id": statement.share,
        "label": found.details.label,
        "documents": [member.document for member in statement.documents],
        "expires": iso(statement.not_after),
        "openings": found.openings,
        "state": found.state,
    }
