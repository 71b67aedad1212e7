"""`coffre bin` and `coffre restore`."""

import click

from vault.client import bin as removed_documents
from vault.client.bin import Removed
from vault.client.commands.opening import open_up
from vault.client.output import Value, iso
from vault.client.terminal import Terminal
from vault.client.vaults import OpenVault


@click.command("bin")
@click.pass_obj
def bin_(terminal: Terminal) -> None:
    """List removed documents that can still be brought back."""
    opened = open_up(terminal)
    terminal.output.result([_row(opened, found) for found in removed_documents.removed(opened)])


@click.command("restore")
@click.argument("identifier", metavar="ID")
@click.pass_obj
def restore(terminal: Terminal, *, identifier: str) -> None:
    """Bring a removed document back to where it was."""
    opened = open_up(terminal)
    document = removed_documents.restore(opened, identifier)
    terminal.output.result(
        {
            "id": identifier,
            "version": document.latest.manifest.version,
            "section": opened.name(document.section),
        }
    )


def _row(opened: OpenVault, found: Removed) -> Value:
    return {
        "id": found.document.document,
        "version": found.document.latest.manifest.version,
        "title": found.metadata.title if found.metadata else None,
        "section": opened.name(found.document.section),
        "removed": iso(found.removed),
        "until": iso(found.until),
    }
