"""Asking for another term of a grant, and the patient's no (chapter 7). The yes is `grants.renew`.

Owns both statements. Whoever asks may have no right to read the ledger any more: the position is then the
server's word, which binds nobody to anything.
"""

from collections.abc import Iterator

from crypto.encoding import GrantId, Json, VaultId, check_id
from crypto.errors import Tampered
from crypto.statements import InLedger, RenewalRefusal, RenewalRequest
from vault.client.answers import binary, from_server, number, text
from vault.client.chains import pinned_owner
from vault.client.client import Client
from vault.client.errors import BadAnswer, NotFound, ServerRefused
from vault.client.ledger_state import GrantRecord, LedgerState
from vault.client.positions import next_position
from vault.client.vaults import OpenVault

_ATTEMPTS = 5


def ask(client: Client, identifier: str, not_after: int) -> None:
    """Asks the patient that a grant go on until `not_after`. Once for each term, at most 366 days after
    its end.

    Raises ServerRefused (conflict: asked before; ended; blocked), NotFound, Tampered (a vault never met).
    """
    client.require_professional()
    grant = GrantId(check_id(identifier))
    for attempt in range(_ATTEMPTS):
        at = client.api.get(f"/grants/{grant}/renewal-request")
        with from_server():
            vault = VaultId(check_id(text(at, "vault", limit=32)))
        if (sequence := number(at, "sequence")) < 1:
            raise BadAnswer
        if pinned_owner(client, vault) is None:
            raise Tampered("a vault that this account never met")
        statement = RenewalRequest(
            time=client.now(),
            author=client.me,
            vault=vault,
            seq=number(at, "size"),
            prev=binary(at, "head", length=32),
            grant=grant,
            not_after=not_after,
            sequence=sequence,
        )
        body: dict[str, Json] = {"renewal_request": client.sign(statement).to_wire()}
        try:
            client.api.post(f"/grants/{grant}/renewal-request", body)
        except ServerRefused as error:
            if error.code != "stale" or attempt == _ATTEMPTS - 1:
                raise
        else:
            return


def requests(vault: OpenVault) -> Iterator[GrantRecord]:
    """The grants whose holders wait for an answer."""
    for record in vault.state.grants.values():
        if record.latest.asked is not None and record.latest.refused is None:
            yield record


def refuse(vault: OpenVault, identifier: str) -> GrantRecord:
    """Says no to a request. Raises NotFound."""
    found = next((record for record in requests(vault) if record.grant == identifier), None)
    if found is None:
        raise NotFound("no such request")

    def make(state: LedgerState) -> tuple[InLedger, dict[str, Json]]:
        statement = RenewalRefusal(
            **next_position(vault, state),
            grant=found.grant,
            sequence=state.grants[found.grant].latest.statement.sequence,
        )
        return statement, {}

    vault.append("renewal-refusals", make, "renewal_refusal")
    return vault.state.grants[found.grant]
