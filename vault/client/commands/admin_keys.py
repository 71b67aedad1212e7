"""`coffre admin rotate-key`: the server's own keys that can be replaced. Thin: vault.session_keys,
vault.signing_keys, vault.admin.directory_keys.
"""

from pathlib import Path

import click

from crypto.statement_keys import Succession
from vault import checkpoints, session_keys, signing_keys
from vault.admin import directory_keys
from vault.admin.operations import Deed
from vault.client.commands.admin_host import config_option, loaded, operating
from vault.client.errors import NotAllowed
from vault.client.output import Value, iso
from vault.client.terminal import Terminal
from vault.errors import Conflict


@click.command("rotate-key")
@config_option
@click.option(
    "--at-once", is_flag=True, help="It was stolen: the old one is not taken any longer than needed."
)
@click.argument("which", metavar="KEY", type=click.Choice(["session", "server", "directory"]))
@click.pass_obj
def rotate_key(terminal: Terminal, *, config_file: Path | None, at_once: bool, which: str) -> None:
    """Replace one of the server's own keys while it serves. KEY is `session`, `server` or `directory`.

    The session key is used a minute later, when all nodes know it, and the old one is accepted for a week
    more: sessions and sign-ins under way go on. With --at-once people may have to sign in again.

    The server's key signs openings of shares and checkpoints. The next one is published at once and signs
    openings ten minutes later; checkpoints carry both signatures for thirty days more, and people's devices
    follow by themselves. All nodes and the worker must run this version before. With --at-once the old key's
    signature goes in ten minutes. The secret of the old key is destroyed when its time is over.

    The directory's key must be in its file here (else: `coffre admin directory request-succession`). All
    entries are signed anew at once; the old key's file is kept beside the new one: destroy it.
    """
    if which == "directory":
        terminal.output.result({"key": which, **_directory(terminal, config_file, at_once=at_once)})
        return
    with operating(terminal, config_file, "rotate_key") as deed:
        deed.detail("key", which)
        now = terminal.now()
        rotate = _session if which == "session" else _server
        told = rotate(deed, now, at_once=at_once)
    if which == "server":
        terminal.output.note(
            "back up the database now: what is restored from before this is refused by devices"
        )
    terminal.output.result({"key": which, **told})


def _session(deed: Deed, now: int, *, at_once: bool) -> dict[str, Value]:
    row = session_keys.rotate(deed.session, overlap=0 if at_once else session_keys.OVERLAP, now=now)
    deed.detail("generation", row.id)
    deed.detail("overlap", row.overlap)
    return {
        "generation": row.id,
        "begins": iso(row.begins),
        "old_until": iso(row.begins + row.overlap),
    }


def _server(deed: Deed, now: int, *, at_once: bool) -> dict[str, Value]:
    try:
        made = signing_keys.rotate(deed.session, overlap=0 if at_once else signing_keys.OVERLAP, now=now)
    except Conflict:
        raise NotAllowed("the last key has not begun to sign yet: wait ten minutes") from None
    checkpoints.renew(deed.session, now)
    return _told(deed, made)


def _directory(terminal: Terminal, config_file: Path | None, *, at_once: bool) -> dict[str, Value]:
    path = loaded(terminal, config_file).directory.key_file
    with operating(terminal, config_file, "rotate_key") as deed:
        deed.detail("key", "directory")
        overlap = 0 if at_once else directory_keys.OVERLAP
        made = directory_keys.rotate(deed.session, path, overlap=overlap, now=terminal.now())
        told = _told(deed, made)
    return {**told, "old_key_file": str(directory_keys.put_in_place(path, made.sequence))}


def _told(deed: Deed, made: Succession) -> dict[str, Value]:
    deed.detail("generation", made.sequence)
    deed.detail("overlap", made.until - made.from_)
    return {"generation": made.sequence, "begins": iso(made.from_), "old_until": iso(made.until)}
