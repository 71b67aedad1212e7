"""`coffre accesses`: what a professional opened in a vault."""

import click

from vault.client.commands.opening import open_up
from vault.client.journal import row
from vault.client.own_accesses import own_accesses
from vault.client.terminal import Terminal


@click.command("accesses")
@click.option("--vault", required=True, help="The vault in which you read.")
@click.pass_obj
def accesses(terminal: Terminal, *, vault: str) -> None:
    """What you opened in a patient's vault, newest first, as you signed it."""
    terminal.client().require_professional()
    opened = open_up(terminal, vault)
    terminal.output.result([row(event, opened.state) for event in own_accesses(opened)])
