"""`coffre add, list, get, remove, file, mask, unmask`."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from pathlib import Path

import click

from crypto.document import object_length
from vault.client import documents, reading
from vault.client.commands.opening import follow_shares, open_up
from vault.client.deposits import deposit
from vault.client.destination import Hashed, to
from vault.client.documents import MASKED
from vault.client.errors import NotAllowed, Usage
from vault.client.filing import section_for_type
from vault.client.inbox import link_of
from vault.client.listing import rows
from vault.client.messages import say
from vault.client.new_versions import Added, NewDocument, size_of
from vault.client.output import Progress
from vault.client.resuming import Uploads
from vault.client.terminal import Terminal
from vault.client.vaults import OpenVault

_VAULT = click.option("--vault", metavar="V", help="Whose vault; default the own or the only one.")


@click.command("add")
@click.argument("files", nargs=-1, required=True, metavar="FILE…", type=click.Path(path_type=Path))
@click.option("--title", help="Default: the file's name without its extension.")
@click.option("--type", "code", default="", metavar="CODE", help="Document type; it proposes the section.")
@click.option("--section", metavar="NAME", help="Where to file it; default the type's, else other.")
@click.option("--date", default="", metavar="YYYY-MM-DD", help="Default today.")
@click.option("--replace", "replaced", metavar="ID", help="As this document's next version.")
@_VAULT
@click.pass_obj
def add(
    terminal: Terminal,
    *,
    files: tuple[Path, ...],
    title: str | None,
    code: str,
    section: str | None,
    date: str,
    replaced: str | None,
    vault: str | None,
) -> None:
    """Seal documents on this device and add them.

    What an interruption left under way is gone on with when the same command is given again within a day.
    """
    if replaced is not None and (len(files) > 1 or section is not None):
        raise Usage("--replace is one document's next version, in its section")
    if title is not None and (len(files) > 1 or not title):
        raise Usage("--title is one document's title")
    kind = section or section_for_type(code)
    for path in files:
        size_of(path)
    opened = open_up(terminal, vault)
    replaces = None if replaced is None else opened.document(replaced)
    if replaces is None and not section and not opened.owned and not opened.secrets:
        # Who was given single documents alone knows no section: the patient files it.
        target = opened.state.inbox or opened.section_of_kind(kind)
    elif replaces is None:
        target = opened.section(kind) if section else opened.section_of_kind(kind)
    else:
        target, before = replaces.section, opened.metadata(replaces.latest)
        title, code = title or before.title, code or before.type or ""
    # As in `get`.
    news = [NewDocument(path, title or "", code, date, hashed=terminal.as_json) for path in files]

    def progress(new: NewDocument) -> AbstractContextManager[Progress]:
        return terminal.output.progress(new.path.name, object_length(size_of(new.path)))

    if replaces is None and not opened.owned and not opened.state.may_seal(target, opened.now()):
        # Whoever lost their right may hold the section's key, or the patient wants to file it first.
        terminal.output.note(say(terminal.output.lang, "deposited"))
        terminal.output.result([{**one.row(), "deposited": True} for one in _deposit(opened, news, progress)])
        return
    with Uploads(terminal.home) as uploads:
        if replaces is None:
            done = list(documents.add_all(opened, news, target, progress, uploads))
        else:
            with progress(news[0]) as advance:
                done = [documents.add(opened, news[0], target, advance, uploads, replaces=replaces)]
            follow_shares(opened)
        # Told before the records go: whoever does not see this can give the command again.
        terminal.output.result([one.row() for one in done])


def _deposit(
    opened: OpenVault,
    news: Sequence[NewDocument],
    progress: Callable[[NewDocument], AbstractContextManager[Progress]],
) -> Iterator[Added]:
    for new in news:
        with progress(new) as advance:
            yield deposit(opened.client, link_of(opened), new, advance)


@click.command("list")
@_VAULT
@click.option("--section", metavar="S", help="Only this section.")
@click.option("--search", metavar="TEXT", help="Only documents with these words.")
@click.pass_obj
def list_(terminal: Terminal, *, vault: str | None, section: str | None, search: str | None) -> None:
    """List documents; titles are opened on this device."""
    opened = open_up(terminal, vault)
    wanted = opened.section(section) if section is not None else None
    terminal.output.result(
        [
            row.value()
            for row in rows(opened)
            if (wanted is None or row.is_in(wanted)) and (search is None or row.matches(search))
        ]
    )


@click.command("get")
@click.argument("identifier", metavar="ID")
@click.option("--version", type=click.IntRange(min=1), help="Default the latest.")
@click.option("-o", "output", metavar="FILE", help="Default -, standard output.")
@_VAULT
@click.pass_obj
def get(
    terminal: Terminal, *, identifier: str, version: int | None, output: str | None, vault: str | None
) -> None:
    """Open a document; the opening stands in the journal. Nothing is left behind when it fails."""
    if terminal.as_json and output in (None, "-"):
        raise Usage("--json needs -o FILE: standard output holds one of the two")
    opened = open_up(terminal, vault)
    found = documents.version_of(opened.document(identifier), version)
    size = opened.size(found)
    with to(output or "-") as sink, terminal.output.progress(identifier, size) as advance:
        version_opened = reading.open_version(opened, found)
        # Only for programs: it costs another pass over the document, whose content was verified anyway.
        hashed = Hashed(sink) if terminal.as_json else None
        reading.write(opened, version_opened, hashed or sink, advance)
        meta = version_opened.metadata
    if output not in (None, "-"):
        terminal.output.result(
            {
                "id": identifier,
                "version": found.manifest.version,
                "title": meta.title,
                "name": meta.name,
                "mime": meta.mime,
                "size": meta.size,
                **({} if hashed is None else {"sha256": hashed.sha256.hexdigest()}),
                "path": output,
            }
        )


@click.command("remove")
@click.argument("identifier", metavar="ID")
@_VAULT
@click.pass_obj
def remove(terminal: Terminal, *, identifier: str, vault: str | None) -> None:
    """Take a document out of the record."""
    opened = open_up(terminal, vault)
    target = opened.document(identifier)
    documents.remove(opened, target)
    terminal.output.result(
        {
            "id": identifier,
            "version": target.latest.manifest.version,
            "section": opened.name(target.section),
        }
    )


@click.command("file")
@click.argument("identifier", metavar="ID")
@click.option("--section", required=True, metavar="NAME")
@click.pass_obj
def file(terminal: Terminal, *, identifier: str, section: str) -> None:
    """Move a document to another section."""
    _move(terminal, identifier, section)


@click.command("mask")
@click.argument("identifier", metavar="ID")
@click.pass_obj
def mask(terminal: Terminal, *, identifier: str) -> None:
    """Hide a document from professionals."""
    _move(terminal, identifier, MASKED)


@click.command("unmask")
@click.argument("identifier", metavar="ID")
@click.option("--section", metavar="NAME", help="Default the section it was in before.")
@click.pass_obj
def unmask(terminal: Terminal, *, identifier: str, section: str | None) -> None:
    """Show a masked document to professionals again."""
    opened = _own(terminal)
    target = opened.document(identifier)
    if opened.name(target.section) != MASKED:
        raise Usage("it is not masked")
    wanted = opened.section(section) if section else documents.section_before(opened, target)
    documents.refile(opened, target, wanted)
    _show(terminal, opened, identifier)


def _move(terminal: Terminal, identifier: str, section: str) -> None:
    opened = _own(terminal)
    target = opened.document(identifier)
    wanted = opened.section(section)
    if target.section != wanted:
        documents.refile(opened, target, wanted)
    _show(terminal, opened, identifier)


def _own(terminal: Terminal) -> OpenVault:
    opened = open_up(terminal)
    if not opened.owned:
        raise NotAllowed("only the owner files documents")
    return opened


def _show(terminal: Terminal, opened: OpenVault, identifier: str) -> None:
    document = opened.document(identifier)
    terminal.output.result(
        {
            "id": identifier,
            "version": document.latest.manifest.version,
            "section": opened.name(document.section),
        }
    )
