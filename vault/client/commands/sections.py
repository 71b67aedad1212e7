"""`coffre section list, add, rename` and `coffre settings`."""

import click

from vault.client import sections
from vault.client.commands.opening import open_up
from vault.client.terminal import Terminal
from vault.client.vaults import OpenVault

_SWITCH = click.Choice(["on", "off"])


@click.group("section")
def section() -> None:
    """The vault's sections."""


@section.command("list")
@click.option("--vault", metavar="V", help="Whose vault; default the own or the only one.")
@click.pass_obj
def list_(terminal: Terminal, *, vault: str | None) -> None:
    """List the sections that you can read, with how many documents are in them."""
    _show(terminal, open_up(terminal, vault))


@section.command("add")
@click.argument("name")
@click.pass_obj
def add(terminal: Terminal, *, name: str) -> None:
    """Add a section; its name is sealed on this device."""
    opened = open_up(terminal)
    made = sections.add(opened, name)
    terminal.output.result({"id": made, "name": opened.name(made), "documents": 0})


@section.command("rename")
@click.argument("name")
@click.argument("new_name")
@click.pass_obj
def rename(terminal: Terminal, *, name: str, new_name: str) -> None:
    """Give a section another name."""
    opened = open_up(terminal)
    target = opened.section(name)
    sections.rename(opened, target, new_name)
    [row] = [row for row in sections.rows(opened) if row.id == target]
    terminal.output.result({"id": row.id, "name": row.name, "documents": row.documents})


@click.command("settings")
@click.option(
    "--mask-new",
    "mask_new",
    type=_SWITCH,
    help="on: what professionals add comes to the inbox, for you alone, until you file it.",
)
@click.pass_obj
def settings(terminal: Terminal, *, mask_new: str | None) -> None:
    """Show the vault's settings, or change them."""
    opened = open_up(terminal)
    if mask_new is not None:
        sections.mask_new(opened, on=mask_new == "on")
    terminal.output.result({"mask_new": opened.state.mask_new})


def _show(terminal: Terminal, opened: OpenVault) -> None:
    terminal.output.result(
        [{"id": row.id, "name": row.name, "documents": row.documents} for row in sections.rows(opened)]
    )
