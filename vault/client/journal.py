"""The journal as people read it: both chains as one, by time (chapter 6), and what checkpoints say (9).

`verified` folds both chains from their first entry, whatever is cached, against the pins of this device and
of the keyring, and against the server's newest checkpoint.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from crypto.head_code import HeadCode
from crypto.journal import ACCESSES, LEDGER, entry_hash, start_head
from crypto.statements import Access, Opening
from crypto.successions import Keys
from vault.client import chains, checkpoints, server_keys
from vault.client.checkpoints import Heads
from vault.client.errors import NotAllowed
from vault.client.home import CheckpointPin
from vault.client.ledger_chain import Event, Fork, Pin, Shorter
from vault.client.ledger_rules import Viewer
from vault.client.ledger_state import LedgerState
from vault.client.output import Value, iso
from vault.client.vaults import OpenVault

_SUBJECTS = ("document", "grant", "share")


@dataclass(frozen=True)
class Journal:
    """Both chains, verified from their first entries: events oldest first, heads, and the checkpoint."""

    events: Sequence[Event]
    heads: Heads
    checkpoint: CheckpointPin | None
    state: LedgerState
    keys: Keys | None = None
    """The server's, if they were asked for."""

    @classmethod
    def of(cls, state: LedgerState, ledger: Sequence[Event], accesses: Sequence[Event]) -> "Journal":
        """From the events of both chains, all of them, in their order; without a checkpoint."""
        heads = Heads(
            state.vault,
            state.server,
            _heads(state, LEDGER, ledger),
            _heads(state, ACCESSES, accesses),
        )
        events = sorted(
            [*ledger, *accesses], key=lambda event: (event.header.time, event.header.chain != LEDGER)
        )
        return cls(events, heads, None, state)

    def codes(self) -> tuple[str, ...]:
        """Both heads, for comparison with another device."""
        tips = ((chain, self.heads.tip(chain)) for chain in (LEDGER, ACCESSES))
        return tuple(HeadCode.of(chain, tip.size, tip.head).text() for chain, tip in tips)

    def compare(self, text: str) -> None:
        """Holds a head code of another device against these chains.

        Raises:
            Malformed: not a head code.
            Fork, Shorter: the two devices were shown different histories.
        """
        code = HeadCode.parse(text)
        heads, tip = self.heads.of(code.chain), self.heads.tip(code.chain)
        if code.size > tip.size:
            raise Shorter(code.chain, seen=Pin(code.size, code.start), shown=tip)
        if HeadCode.of(code.chain, code.size, heads[code.size]) != code:
            raise Fork(code.chain, code.size, seen=code.start, shown=heads[code.size])

    def uncovered_since(self) -> int | None:
        """When the oldest entry that stands in no checkpoint was made; None if there is none."""
        ledger, accesses = (self.checkpoint.ledger, self.checkpoint.accesses) if self.checkpoint else (0, 0)
        covered = {LEDGER: ledger, ACCESSES: accesses}
        times = [
            event.header.time for event in self.events if event.header.seq >= covered[event.header.chain]
        ]
        return min(times, default=None)


def verified(vault: OpenVault) -> Journal:
    """Both chains, verified again from the start, and held against the newest checkpoint.

    Raises Stale when something that was seen is gone or changed, Tampered when something does not hold.
    """
    if not vault.owned:
        raise NotAllowed("only the patient reads the journal")
    client, viewer = vault.client, Viewer(vault.client.me)
    pin = client.home.checkpoint(client.session.server, vault.id)
    # Before the chains: they are then at least as long as it says.
    offered = checkpoints.fetch(client, vault.id)
    ledger = list(chains.events(client, vault.id, viewer))
    _, accesses = chains.fold_accesses(client, vault.ledger, viewer, cached=False)
    found = Journal.of(vault.state, ledger, accesses)
    judged = checkpoints.judge(offered, found.heads, pin)
    checkpoints.keep(client, vault.id, judged)
    keys = offered.keys if offered is not None else server_keys.known(client)
    return replace(found, checkpoint=judged, keys=keys)


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
        if statement.opened is not None:
            value["opened"] = iso(statement.opened)
    if isinstance(statement, Opening):
        value |= {"mode": "share", "recipient": statement.recipient, "openings": statement.openings}
        if statement.client is not None:
            value["client"] = statement.client
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


def _heads(state: LedgerState, chain: str, events: Sequence[Event]) -> list[bytes]:
    if not events:
        return [start_head(state.vault, chain)]
    return [*(event.header.prev for event in events), entry_hash(events[-1].header.to_bytes())]
