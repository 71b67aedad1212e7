"""`coffre journal`."""

import click

from crypto.encoding import b64u
from vault.client.commands.opening import open_up
from vault.client.journal import row, verified
from vault.client.messages import say
from vault.client.terminal import Terminal


@click.command("journal")
@click.option(
    "--verify", is_flag=True, help="Say also which heads were verified, to compare with other devices."
)
@click.pass_obj
def journal(terminal: Terminal, *, verify: bool) -> None:
    """Who did what and when; both chains are verified from the first entry each time.

    Exit status 5 when anything was cut or changed, on the server or since this device last looked.
    """
    opened = open_up(terminal)
    events = verified(opened)
    if verify:
        opened.client.share_pins()
        terminal.output.note(say(terminal.output.lang, "verified"))
        pins = opened.client.home.pins(opened.client.session.server, opened.id)
        for chain, position in (("ledger", pins.ledger), ("accesses", pins.accesses)):
            if position is not None:
                terminal.output.note(f"{chain}: {position.size} {position.head}")
        terminal.output.note(f"vault: {opened.id} {b64u(opened.state.server)}")
    terminal.output.result([row(event, opened.state) for event in events])
