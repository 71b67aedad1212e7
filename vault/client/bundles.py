"""A journal saved in a file, to be verified later without the server (spec chapter 9, "Bundle").

Owns the file's lines; what is in them is folded and judged as if a server had sent it. A bundle opens no
document.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import IO, Annotated, Final

from crypto.checkpoints import LeafProof
from crypto.encoding import Json, KeyId, VaultId, b64u, canonical, parse_canonical, unb64u
from crypto.errors import LimitExceeded, Malformed, Tampered
from crypto.journal import ACCESSES, LEDGER, Entry
from crypto.statement_grammar import (
    binary,
    choice,
    ident,
    integer,
    key_ident,
    moment,
    read_record,
    write_record,
)
from crypto.statement_keys import ServerSuccession
from crypto.statements import Signed
from crypto.successions import Keys, verified
from crypto.successions import Pin as KeysPin
from vault.client import chains, checkpoints, server_keys
from vault.client.checkpoints import check_leaf
from vault.client.errors import NotAllowed
from vault.client.home import CheckpointPin
from vault.client.journal import Journal
from vault.client.ledger import Ledger
from vault.client.ledger_accesses import AccessLog
from vault.client.ledger_chain import Event, Pin
from vault.client.ledger_rules import Viewer
from vault.client.vaults import OpenVault

MAX_LINE: Final = 4 << 20
_BATCH: Final = 500
_KIND: Final = "journal-bundle"


@dataclass(frozen=True, kw_only=True)
class Title:
    """The first line: whose journal it is, and when it was saved."""

    kind: Annotated[str, choice(_KIND)]
    owner: Annotated[KeyId, key_ident()]
    server: Annotated[bytes, binary(32)]
    time: Annotated[int, moment()]
    vault: Annotated[VaultId, ident()]
    version: Annotated[int, integer(1, 2)]


@dataclass(frozen=True)
class Saved:
    """What a file holds; nothing is verified."""

    title: Title
    cards: tuple[Signed, ...]
    ledger: tuple[Entry, ...]
    accesses: tuple[Entry, ...]
    proof: LeafProof | None
    successions: tuple[Signed, ...] = ()
    """Of the server's keys (chapter 14); a file without any is of version 1, else 2."""


@dataclass(frozen=True)
class Seen:
    """What this device holds a bundle against: whose vault it is, the server's key, and the pins."""

    owner: KeyId | None = None
    server: bytes | None = None
    ledger: Pin | None = None
    accesses: Pin | None = None
    keys: KeysPin | None = None


def collect(vault: OpenVault) -> Saved:
    """Both chains and the checkpoint as the server has them now; `verify` says whether they hold."""
    if not vault.owned:
        raise NotAllowed("only the patient reads the journal")
    client = vault.client
    successions = tuple(server_keys.published(client.api, "server"))
    offered = checkpoints.fetch(client, vault.id)
    cards: dict[bytes, Signed] = {}
    entries: dict[str, list[Entry]] = {LEDGER: [], ACCESSES: []}
    # The accesses first: what they name is in the ledger by then.
    for chain in (ACCESSES, LEDGER):
        while True:
            page = chains.fetch(client, vault.id, chain, len(entries[chain]))
            entries[chain] += page.entries
            cards |= {card.statement: card for card in page.cards}
            if not page.entries or len(entries[chain]) >= page.size:
                break
    title = Title(
        kind=_KIND,
        owner=client.me,
        server=client.server_key,
        time=client.now(),
        vault=vault.id,
        version=2 if successions else 1,
    )
    ledger, accesses = tuple(entries[LEDGER]), tuple(entries[ACCESSES])
    proof = None if offered is None else offered.proof
    return Saved(title, tuple(cards.values()), ledger, accesses, proof, successions)


def write(saved: Saved, file: IO[bytes]) -> None:
    """Writes the lines."""
    for value in _lines(saved):
        file.write(canonical(value, limit=MAX_LINE) + b"\n")


def read(file: IO[bytes]) -> Saved:
    """The lines of a file. Raises Malformed, LimitExceeded."""
    found = _Reader()
    while line := file.readline(MAX_LINE + 2):
        if not line.endswith(b"\n"):
            raise LimitExceeded("line too long") if len(line) > MAX_LINE else Malformed("line that is cut")
        value = parse_canonical(line[:-1], limit=MAX_LINE)
        if not isinstance(value, dict):
            raise Malformed("not a bundle's line")
        found.take(value)
    return found.saved()


def verify(saved: Saved, seen: Seen) -> Journal:
    """The journal of a bundle, verified from its first entries.

    Raises:
        Stale: another history than this device has seen, or than the checkpoint says.
        Tampered: anything else that does not hold.
    """
    vault, owner = saved.title.vault, saved.title.owner
    if seen.owner not in (None, owner):
        raise Tampered("bundle of another owner")
    keys = verified(ServerSuccession, saved.title.server, saved.successions)
    keys.check_known(seen.keys)
    viewer, ledger = Viewer(owner), Ledger.empty(vault, owner=owner, pin=seen.ledger)
    events: list[Event] = []
    for batch in _batches(saved.ledger):
        ledger = ledger.append(batch, saved.cards, viewer)
        events += ledger.news
    if ledger.state.size == 0:
        raise Malformed("bundle without a ledger")
    ledger.check_metadata(viewer)
    if {ledger.state.server, seen.server or saved.title.server} != {saved.title.server}:
        raise Tampered("bundle of another server")
    log = AccessLog.empty(vault, pin=seen.accesses)
    opened: list[Event] = []
    for batch in _batches(saved.accesses):
        log = log.append(batch, saved.cards, ledger.state, keys)
        opened += log.news
    found = Journal.of(ledger.state, events, opened)
    return replace(found, checkpoint=_checkpoint(saved.proof, found, keys), keys=keys)


def _checkpoint(proof: LeafProof | None, journal: Journal, keys: Keys) -> CheckpointPin | None:
    if proof is None:
        return None
    checkpoint, leaf = proof.open(keys.first, keys.present)
    check_leaf(leaf, journal.heads)
    sizes = (leaf.ledger.size, leaf.accesses.size)
    return CheckpointPin(checkpoint.size, b64u(checkpoint.root), proof.index + 1, *sizes)


def _lines(saved: Saved) -> Iterator[Json]:
    yield write_record(saved.title)
    for card in saved.cards:
        yield {"card": card.to_wire()}
    for succession in saved.successions:
        yield {"succession": succession.to_wire()}
    for chain, entries in ((LEDGER, saved.ledger), (ACCESSES, saved.accesses)):
        for entry in entries:
            yield {"chain": chain, "entry": entry.to_wire()}
    if saved.proof is not None:
        yield {"proof": b64u(saved.proof.to_text())}


class _Reader:
    """Takes lines in the order in which they must stand."""

    def __init__(self) -> None:
        self._title: Title | None = None
        self._cards: list[Signed] = []
        self._successions: list[Signed] = []
        self._entries: dict[str, list[Entry]] = {LEDGER: [], ACCESSES: []}
        self._proof: LeafProof | None = None
        self._at = 0

    def take(self, line: dict[str, Json]) -> None:
        """One line. Raises Malformed, LimitExceeded."""
        if self._title is None:
            self._title = read_record(Title, line)
            return
        place, read = self._kind(line)
        if place < self._at or self._proof is not None:
            raise Malformed("bundle's lines out of order")
        self._at = place
        read()

    def _kind(self, line: dict[str, Json]) -> tuple[int, Callable[[], None]]:
        if line.keys() == {"card"}:
            return 0, lambda: self._cards.append(Signed.from_wire(line["card"]))
        if line.keys() == {"succession"}:
            return 1, lambda: self._successions.append(Signed.from_wire(line["succession"]))
        if line.keys() == {"chain", "entry"} and line["chain"] in (LEDGER, ACCESSES):
            chain = str(line["chain"])
            return 2 + (chain == ACCESSES), lambda: self._entries[chain].append(
                Entry.from_wire(line["entry"])
            )
        if line.keys() == {"proof"} and isinstance(line["proof"], str):
            return 4, lambda: self._take_proof(str(line["proof"]))
        raise Malformed("not a bundle's line")

    def _take_proof(self, text: str) -> None:
        self._proof = LeafProof.from_text(unb64u(text))

    def saved(self) -> Saved:
        """What the lines gave. Raises Malformed: no first line, or successions that are not its version's."""
        if self._title is None:
            raise Malformed("empty bundle")
        if (self._title.version == 2) != bool(self._successions):
            raise Malformed("bundle of another version")
        ledger, accesses = (tuple(self._entries[chain]) for chain in (LEDGER, ACCESSES))
        successions = tuple(self._successions)
        return Saved(self._title, tuple(self._cards), ledger, accesses, self._proof, successions)


def _batches(entries: tuple[Entry, ...]) -> Iterable[tuple[Entry, ...]]:
    return (entries[start : start + _BATCH] for start in range(0, len(entries), _BATCH))
