"""`coffre vaults`: what a professional can read."""

import click

from crypto.encoding import VaultId
from vault.client.answers import children, number, text
from vault.client.client import Client
from vault.client.errors import Ended, ServerRefused
from vault.client.granted import in_force
from vault.client.messages import say
from vault.client.output import Value, iso
from vault.client.terminal import Terminal
from vault.client.vaults import open_vault, vaults_of

_OVER = ("expired", "revoked")


@click.command("vaults")
@click.option("--all", "everything", is_flag=True, help="Ended ones too: their ids serve to ask for more.")
@click.pass_obj
def vaults(terminal: Terminal, *, everything: bool) -> None:
    """The vaults that you can read, one row a grant."""
    client = terminal.client()
    client.require_professional()
    rows: list[Value] = []
    listed = _listed(client)
    # What the server lists, and what the keyring knows: a vault that is left out is asked for too.
    for vault in sorted(listed.union(client.keyring.pins.vaults)):
        try:
            opened = open_vault(client, vault)
        except (Ended, ServerRefused) as refusal:
            if refusal.code == "not_found" and vault not in listed:
                # Its owner left, which is the server's word: said, so that nothing is hidden in silence.
                terminal.output.note(say(terminal.output.lang, "vaults.gone").format(vault=vault))
            elif refusal.code != Ended.code:
                raise
            continue
        for grant in in_force(client, opened.state, opened.now()):
            bundle, term = opened.bundles[grant.grant], grant.latest
            rows.append(
                {
                    "vault": vault,
                    "patient": bundle.patient,
                    "sections": sorted(opened.name(section) for section in term.sections),
                    **({"documents": len(term.documents)} if term.documents else {}),
                    "rights": list(term.statement.rights),
                    "not_after": iso(term.statement.not_after),
                    "grant": grant.grant,
                }
            )
    if everything:
        rows += _ended(client)
    terminal.output.result(rows)


def _ended(client: Client) -> list[Value]:
    """What the server says of grants that are over; their vaults show nothing any more."""
    listed = children(client.api.get("/vaults"), "vaults")
    rows = [row for row in listed if row.get("role") == "grant" and row.get("state") in _OVER]
    return [
        {
            "vault": text(row, "vault"),
            **_patient(client, text(row, "vault")),
            "grant": text(row, "grant"),
            "state": text(row, "state"),
            "not_after": iso(number(row, "not_after")),
        }
        for row in rows
    ]


def _patient(client: Client, vault: str) -> dict[str, Value]:
    """The name in the invitation, as this account's keyring has it."""
    name = (client.keyring.patients or {}).get(VaultId(vault))
    return {} if name is None else {"patient": name}


def _listed(client: Client) -> set[VaultId]:
    """What the server lists as current."""
    try:
        return set(vaults_of(client))
    except Ended:
        return set()
