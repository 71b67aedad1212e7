"""`coffre admin rotate-key`: the server's own keys that can be replaced. Thin: vault.session_keys."""

from pathlib import Path

import click

from vault import session_keys
from vault.client.commands.admin_host import config_option, operating
from vault.client.output import iso
from vault.client.terminal import Terminal


@click.command("rotate-key")
@config_option
@click.option("--at-once", is_flag=True, help="It was stolen: the old one is refused from now on.")
@click.argument("which", metavar="KEY", type=click.Choice(["session"]))
@click.pass_obj
def rotate_key(terminal: Terminal, *, config_file: Path | None, at_once: bool, which: str) -> None:
    """Replace one of the server's own keys while it serves. KEY is `session`.

    The session key is used a minute later, when all nodes know it, and the old one is accepted for a week
    more: sessions and sign-ins under way go on. With --at-once people may have to sign in again.
    """
    overlap = 0 if at_once else session_keys.OVERLAP
    with operating(terminal, config_file, "rotate_key") as deed:
        row = session_keys.rotate(deed.session, overlap=overlap, now=terminal.now())
        deed.detail("key", which)
        deed.detail("generation", row.id)
        deed.detail("overlap", overlap)
        begins, ends = row.begins, row.begins + row.overlap
    terminal.output.result(
        {"key": which, "generation": row.id, "begins": iso(begins), "old_until": iso(ends)}
    )
