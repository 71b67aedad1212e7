"""What several commands share: the vault opened, with pending rotations finished, and a secret link shown."""

import sys
from pathlib import Path

from vault.client.grants import complete
from vault.client.inbox import take_in
from vault.client.messages import say
from vault.client.terminal import Terminal
from vault.client.vaults import OpenVault, open_vault


def open_up(terminal: Terminal, vault: str | None = None) -> OpenVault:
    """Brings the vault up to date. Raises as `open_vault`."""
    found = open_vault(terminal.client(), vault)
    terminal.at_end(found.keep)
    if complete(found):
        terminal.output.note(say(terminal.output.lang, "rotated"))
    if take_in(found):
        terminal.output.note(say(terminal.output.lang, "taken_in"))
    follow_shares(found)
    return found


def follow_shares(vault: OpenVault) -> None:
    """Newer versions for the links that follow."""
    if vault.owned and vault.state.shares:
        # FHIR and JWE take a tenth of a second to load.
        from vault.client.share_updates import follow

        follow(vault)


def show_link(terminal: Terminal, link: str, picture: Path | None, *, secret: bool = True) -> None:
    """A link's QR as a picture in a file, and in the terminal if there is one."""
    # Pictures take a tenth of a second to load.
    from vault.client.destination import to_file
    from vault.client.qr import qr_png, qr_text

    if picture is not None:
        with to_file(picture, replace=True) as file:
            file.write(qr_png(link))
    if sys.stderr.isatty():
        terminal.output.note(qr_text(link))
    if secret:
        terminal.output.note(say(terminal.output.lang, "link.secret"))
