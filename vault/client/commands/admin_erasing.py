"""`coffre admin account erase`: an account at its owner's wish. Thin: vault.admin.erase_account."""

from pathlib import Path

import click

from vault.admin import care
from vault.admin.deployment import open_store
from vault.admin.erase_account import erase_account
from vault.client.commands.admin_host import config_option, loaded, operating, operator_errors
from vault.client.errors import NotAllowed
from vault.client.output import Value
from vault.client.terminal import Terminal


@click.command("erase")
@config_option
@click.option("--yes", is_flag=True, help="It is the owner who asks, and has what they want to keep.")
@click.argument("who", metavar="ACCOUNT")
@click.pass_obj
def erase_one(terminal: Terminal, *, config_file: Path | None, yes: bool, who: str) -> None:
    """Delete an account for good, a patient's with the vault: rows at once, documents within minutes.

    Nobody can bring it back. Backups still hold it until you delete them.
    """
    if not yes:
        raise NotAllowed("see that it is the owner who asks, then give --yes")
    with operating(terminal, config_file, "account_erased") as deed:
        found = erase_account(deed.session, care.find(deed.session, who), terminal.now())
        deed.about(found.account)
        deed.detail("rows", found.rows)
        deed.detail("objects", found.objects)
    with operator_errors(), open_store(loaded(terminal, config_file)) as store:
        for name, token in found.begun:
            store.abort(name, token)
    result: dict[str, Value] = {"account": found.account, "rows": found.rows, "objects": found.objects}
    if found.vault is not None:
        result["vault"] = found.vault
    terminal.output.result(result)
