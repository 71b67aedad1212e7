"""`coffre account status, delete, keep, receipt`: the own account ends, or stays."""

from pathlib import Path

import click

from crypto.encoding import b64u, unb64u
from crypto.errors import CoffreError
from vault.client import leaving, receipts
from vault.client.answers import number
from vault.client.client import Client
from vault.client.destination import to_file
from vault.client.errors import NotAllowed, Usage
from vault.client.leaving import Pending
from vault.client.messages import say
from vault.client.output import Value, iso
from vault.client.terminal import Terminal


@click.group("account")
def account() -> None:
    """Your own account: delete it, or keep it after all."""


@account.command("status")
@click.pass_obj
def status(terminal: Terminal) -> None:
    """Whether the account is to be deleted, and when."""
    client = terminal.client()
    found = leaving.state(client)
    value: dict[str, Value] = {"days": found.days}
    if found.deletion is not None:
        value["deletion"] = shown(found.deletion)
    terminal.output.result(value)


@account.command("delete")
@click.option("--yes", is_flag=True, help="You have what you want to keep (coffre export).")
@click.option(
    "--password-file",
    type=click.Path(path_type=Path),
    help="First line is the password; else $COFFRE_PASSWORD or a prompt.",
)
@click.pass_obj
def delete(terminal: Terminal, *, yes: bool, password_file: Path | None) -> None:
    """Ask for the account to be deleted, with the password; a patient's with the whole vault.

    From now on nobody else reaches the vault, and nothing is added to it. Until the day that is told,
    `coffre account keep` takes it back. Then all of it goes: documents, versions, journal, authorisations,
    shares. What others downloaded stays with them; accesses by a professional stay in patients' journals;
    backups of the host run out later. Take everything along first: `coffre export DIR`.
    """
    if not yes:
        raise NotAllowed("take along what you want to keep (coffre export DIR), then give --yes")
    client = terminal.client()
    pending = leaving.ask(client, terminal.password(password_file))
    named = f"--server {client.api.origin} --key {b64u(client.server_key)} {pending.request.hex()}"
    terminal.output.note(say(terminal.output.lang, "leaving.asked").format(until=iso(pending.due)))
    terminal.output.result(
        {
            **shown(pending),
            "receipt": receipts.address_of(client.api.origin, pending.request),
            "page": receipts.page_of(client.api.origin, pending.request, client.server_key),
            "verify": f"coffre account receipt {named}",
        }
    )


@account.command("keep")
@click.pass_obj
def keep(terminal: Terminal) -> None:
    """Keep the account after all: everything is as before."""
    leaving.keep(terminal.client())
    terminal.output.result({"kept": True})


@account.command("receipt")
@click.option("--server", required=True, metavar="URL", help="The server's address.")
@click.option("--key", required=True, metavar="KEY", help="The server's key, as `account delete` told it.")
@click.option("-o", "--output", "file", type=click.Path(path_type=Path), help="Where to keep the receipt.")
@click.argument("request", metavar="REQUEST")
@click.pass_obj
def receipt(terminal: Terminal, *, server: str, key: str, file: Path | None, request: str) -> None:
    """Fetch the signed receipt of a deletion that is done, and verify it. Needs no account."""
    try:
        wanted, public = bytes.fromhex(request), unb64u(key, length=32)
    except (CoffreError, ValueError):
        raise Usage("REQUEST and KEY are what `coffre account delete` told") from None
    found, text = receipts.fetch(terminal.api(server), wanted, public)
    if file is not None:
        with to_file(file, replace=False) as target:
            target.write(text)
    terminal.output.result(
        {
            "requested": iso(found.requested),
            "erased": iso(found.erased),
            "role": found.role,
            "rows": found.rows,
            "objects": found.objects,
        }
    )


def tell(terminal: Terminal, client: Client) -> None:
    """Says, after signing in, that the account is to be deleted."""
    answer = client.api.get("/sessions/current")
    if answer.get("deletion_due") is not None:
        until = iso(number(answer, "deletion_due"))
        terminal.output.note(say(terminal.output.lang, "leaving.pending").format(until=until))


def shown(pending: Pending) -> dict[str, Value]:
    """A deletion as commands tell it."""
    return {
        "request": pending.request.hex(),
        "requested": iso(pending.requested),
        "due": iso(pending.due),
    }
