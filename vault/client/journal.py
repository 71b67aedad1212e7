"""The journal as people read it: both chains as one, by time (chapter 6).

`verified` folds both chains from their first entry, whatever is cached, against the pins of this device and
of the keyring.
"""

from crypto.statements import Access, Opening
from vault.client import chains
from vault.client.errors import NotAllowed
from vault.client.ledger_chain import Event
from vault.client.ledger_rules import Viewer
from vault.client.ledger_state import LedgerState
from vault.client.output import Value, iso
from vault.client.vaults import OpenVault

_SUBJECTS = ("document", "grant", "share")


def verified(vault: OpenVault) -> list[Event]:
    """Every entry of both chains, verified again from the start, oldest first.

    Raises Stale when something that was seen is gone or changed, Tampered when something does not hold.
    """
    if not vault.owned:
        raise NotAllowed("only the patient reads the journal")
    client, viewer = vault.client, Viewer(vault.client.me)
    ledger = list(chains.events(client, vault.id, viewer))
    _, accesses = chains.fold_accesses(client, vault.ledger, viewer, cached=False)
    return sorted([*ledger, *accesses], key=lambda event: (event.header.time, event.header.chain != "ledger"))


def row(event: Event, state: LedgerState) -> dict[str, Value]:
    """An entry as `coffre journal` shows it."""
    header, statement = event.header, event.statement
    value: dict[str, Value] = {
        "seq": header.seq,
        "chain": header.chain,
        "time": iso(header.time),
        "kind": header.kind,
        "actor": actor(event, state),
    }
    for name in _SUBJECTS:
        if subject := getattr(statement, name, None):
            value[name] = subject
    if isinstance(statement, Access):
        value |= {"mode": statement.mode, "reason": statement.reason}
    if isinstance(statement, Opening):
        value |= {"mode": "share", "recipient": statement.recipient, "openings": statement.openings}
    return value


def actor(event: Event, state: LedgerState) -> str:
    """Who did it: `patient`, a professional's name and RPPS, `server`; else the key id."""
    key = event.header.actor
    if key == state.owner:
        return "patient"
    if isinstance(event.statement, Opening):
        return "server"
    known = state.cards.get(key)
    if known is not None and known.card.name is not None:
        return f"{known.card.name} ({known.card.rpps})"
    return key
