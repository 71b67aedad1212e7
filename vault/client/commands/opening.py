"""The vault that a command works on: opened, and for its owner with every pending rotation finished."""

from vault.client.messages import say
from vault.client.rotations import settle
from vault.client.terminal import Terminal
from vault.client.vaults import OpenVault, open_vault


def open_up(terminal: Terminal, vault: str | None = None) -> OpenVault:
    """Brings the vault up to date. Raises as `open_vault`."""
    found = open_vault(terminal.client(), vault)
    if settle(found):
        terminal.output.note(say(terminal.output.lang, "rotated"))
    return found
