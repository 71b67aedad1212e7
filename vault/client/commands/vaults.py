"""`coffre vaults`: what a professional can read."""

import click

from crypto.encoding import VaultId
from vault.client.client import Client
from vault.client.errors import Ended, ServerRefused
from vault.client.output import Value, iso
from vault.client.terminal import Terminal
from vault.client.vaults import my_grants, open_vault, vaults_of


@click.command("vaults")
@click.pass_obj
def vaults(terminal: Terminal) -> None:
    """The vaults that you can read, one row a grant."""
    client = terminal.client()
    client.require_professional()
    rows: list[Value] = []
    for vault in _current(client):
        try:
            opened = open_vault(client, vault)
        except (Ended, ServerRefused) as refusal:
            if refusal.code != Ended.code:
                raise
            continue
        for grant in my_grants(client, opened.state, opened.now()):
            bundle, term = opened.bundles[grant.grant], grant.latest
            rows.append(
                {
                    "vault": vault,
                    "patient": bundle.patient,
                    "sections": sorted(opened.name(section) for section in term.sections),
                    "rights": list(term.statement.rights),
                    "not_after": iso(term.statement.not_after),
                    "grant": grant.grant,
                }
            )
    terminal.output.result(rows)


def _current(client: Client) -> list[VaultId]:
    """What the server lists, and what the keyring knows: a vault that is left out is asked for too."""
    known = set(client.keyring.pins.vaults)
    try:
        return sorted(known.union(vaults_of(client)))
    except Ended:
        return sorted(known)
