"""`coffre tag`."""

from unicodedata import normalize

import click

from vault.client import documents
from vault.client.commands.opening import open_up
from vault.client.errors import NotAllowed
from vault.client.terminal import Terminal


@click.command("tag")
@click.argument("identifier", metavar="ID")
@click.option("--add", "added", multiple=True, metavar="TAG", help="Give it this tag; may be repeated.")
@click.option("--remove", "removed", multiple=True, metavar="TAG", help="Take this tag away.")
@click.pass_obj
def tag(terminal: Terminal, *, identifier: str, added: tuple[str, ...], removed: tuple[str, ...]) -> None:
    """Show a document's tags, or give it others; they are sealed with its title.

    Whoever reads the section reads them. Up to 20 of up to 50 characters.
    """
    opened = open_up(terminal)
    if not opened.owned:
        raise NotAllowed("only the owner tags documents")
    target = opened.document(identifier)
    before = opened.metadata(target.latest).tags
    gone = {normalize("NFC", one) for one in removed}
    kept = [one for one in before if one not in gone]
    wanted = tuple(dict.fromkeys([*kept, *(normalize("NFC", one) for one in added)]))
    if wanted != before:
        documents.refile(opened, target, target.section, tags=wanted)
    version = target.latest.manifest.version
    terminal.output.result({"id": identifier, "version": version, "tags": list(wanted)})
