"""`coffre admin outbox`: the messages that were given up, and a second chance for them."""

from dataclasses import asdict
from pathlib import Path

import click

from vault import outbox
from vault.client.commands.admin_host import config_option, operating, reading
from vault.client.output import Value, iso
from vault.client.terminal import Terminal
from vault.outbox import DeadLetter


@click.group("outbox")
def outbox_group() -> None:
    """Messages to people: those that no mail server or gateway took. No address is shown."""


@outbox_group.command("list")
@config_option
@click.pass_obj
def list_(terminal: Terminal, *, config_file: Path | None) -> None:
    """The messages that were given up, with a word that says why."""
    with reading(terminal, config_file) as session:
        found = outbox.dead_letters(session)
    terminal.output.result([_value(letter) for letter in found])


@outbox_group.command("retry")
@config_option
@click.pass_obj
def retry(terminal: Terminal, *, config_file: Path | None) -> None:
    """Send the messages that were given up once more, after you mended what was wrong."""
    with operating(terminal, config_file, "outbox_retry") as deed:
        queued = outbox.retry_dead_letters(deed.session, terminal.now())
        deed.detail("queued", queued)
    terminal.output.result({"queued": queued})


def _value(letter: DeadLetter) -> dict[str, Value]:
    return {**asdict(letter), "created": iso(letter.created), "failed": iso(letter.failed)}
