"""`coffre share new, list, extend, end`."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import click

from vault.client import share_updates, shares
from vault.client.commands.opening import open_up, show_link
from vault.client.errors import NotFound, Usage
from vault.client.moments import end_of, seconds_of
from vault.client.output import Value, iso
from vault.client.receiver import MAX_PASSCODE
from vault.client.shares import DEFAULT_OPENINGS, MAX_DOCUMENTS, MIN_PASSCODE, NewShare, Shared
from vault.client.terminal import Terminal
from vault.client.vaults import OpenVault


@click.group("share")
def share() -> None:
    """Links that open chosen documents for a limited time, without an account."""


@share.command("new")
@click.argument("identifiers", nargs=-1, metavar="ID…")
@click.option("--summary", is_flag=True, help="Your health profile, as a patient summary.")
@click.option("--for", "span", metavar="SPAN", help="15m (the default), 1h, 1d, 1w …")
@click.option("--until", metavar="DATE", help="Instead: YYYY-MM-DD (its end) or a moment, a year at most.")
@click.option(
    "--passcode-file", type=click.Path(path_type=Path), help="Its first line is asked for at opening."
)
@click.option(
    "--max-openings",
    type=click.IntRange(min=1),
    default=DEFAULT_OPENINGS,
    show_default=True,
    metavar="N",
    help="How often it opens.",
)
@click.option("--label", default="", metavar="L", help="At most 80 characters, shown to who opens it.")
@click.option("--follow", is_flag=True, help="The link gives newer versions of the documents, too.")
@click.option("--direct", is_flag=True, help="One document by GET, for receivers that know nothing else.")
@click.option("--no-name", is_flag=True, help="Coffre's viewer asks no name of who opens it.")
@click.option("--qr", type=click.Path(path_type=Path), metavar="FILE.png", help="The link's QR as a picture.")
@click.option(
    "--sheet", type=click.Path(path_type=Path), metavar="FILE.pdf", help="A page to print, with it."
)
@click.pass_obj
def new(
    terminal: Terminal,
    *,
    identifiers: tuple[str, ...],
    summary: bool,
    span: str | None,
    until: str | None,
    passcode_file: Path | None,
    max_openings: int,
    label: str,
    follow: bool,
    direct: bool,
    no_name: bool,
    qr: Path | None,
    sheet: Path | None,
) -> None:
    """Share documents, or your summary, by a link or its QR."""
    if not identifiers and not summary:
        raise Usage("name documents, or give --summary")
    end = _end(span, until)
    passcode = terminal.secret("passcode", passcode_file) if passcode_file is not None else None
    if passcode is not None and not MIN_PASSCODE <= len(passcode) <= MAX_PASSCODE:
        raise Usage("a passcode has 4 to 256 characters")
    if len(identifiers) > MAX_DOCUMENTS:
        raise Usage("a share holds at most 100 documents")
    opened = open_up(terminal)
    if summary:
        identifiers = (*identifiers, _profile(opened))
    not_after = end(opened.now())
    wanted = NewShare(
        not_after, max_openings, passcode, label, follow=follow, direct=direct, name_asked=not no_name
    )
    total = sum(opened.metadata(opened.document(one).latest).size for one in identifiers)
    with terminal.output.progress(", ".join(identifiers), total) as advance:
        identifier, link = shares.make(opened, identifiers, wanted, advance)
    show_link(terminal, link, qr)
    if sheet is not None:
        _print(terminal, sheet, link, wanted)
    terminal.output.result({"id": identifier, "link": link, "expires": iso(wanted.not_after)})


@share.command("extend")
@click.argument("identifier", metavar="ID")
@click.option("--for", "span", metavar="SPAN", help="From now: 15m, 1h, 1d, 1w …")
@click.option("--until", metavar="DATE", help="Instead: YYYY-MM-DD (its end) or a moment, a year at most.")
@click.option("--openings", type=click.IntRange(min=0), default=0, metavar="N", help="So many more.")
@click.option("--qr", type=click.Path(path_type=Path), metavar="FILE.png", help="The new link's QR.")
@click.pass_obj
def extend(
    terminal: Terminal,
    *,
    identifier: str,
    span: str | None,
    until: str | None,
    openings: int,
    qr: Path | None,
) -> None:
    """Let a share go on for longer. Its link says the new end: show it again."""
    if span is None and until is None:
        raise Usage("give --for or --until")
    end, opened = _end(span, until), open_up(terminal)
    after, link = share_updates.extend(opened, identifier, end(opened.now()), openings)
    show_link(terminal, link, qr)
    terminal.output.result({**_row(after), "link": link})


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


def _profile(opened: OpenVault) -> str:
    from vault.client.profiles import find

    found = find(opened)
    if found is None:
        raise NotFound("no health profile yet: coffre profile set FILE.json")
    return found.document


def _end(span: str | None, until: str | None) -> Callable[[int], int]:
    """The end, once it is known what time it is. Raises Usage."""
    if span is not None and until is not None:
        raise Usage("--for or --until, not both")
    if until is not None:
        named = end_of(until)
        return lambda now: named
    seconds = seconds_of(span or "15m")
    return lambda now: now + seconds


def _print(terminal: Terminal, file: Path, link: str, wanted: NewShare) -> None:
    from vault.client.destination import to_file
    from vault.client.share_sheet import Sheet, sheet_pdf

    end = datetime.fromtimestamp(wanted.not_after, UTC)
    sheet = Sheet(link, wanted.label, end, wanted.passcode is not None, wanted.max_openings)
    with to_file(file, replace=True) as sink:
        sink.write(sheet_pdf(sheet, terminal.output.lang))


def _row(found: Shared) -> dict[str, Value]:
    statement = found.record.holds
    return {
        "id": statement.share,
        "label": found.details.label,
        "documents": [member.document for member in statement.documents],
        "expires": iso(statement.not_after),
        "openings": found.openings,
        "max_openings": statement.max_openings,
        "state": found.state,
    }
