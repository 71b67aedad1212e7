"""Random histories of one vault, and a server that takes something back: what each device must say.

    for case in cases(random.Random(1), 1000): ...

A case is one device that has seen some of a chain, and what a server shows it now. Devices that hold a cache
go on from it; others fold from the first entry against their pin. `refused` says whether it must be refused:
it must when the server shows less than, or other than, what this device has seen. Knows no client.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from crypto.encoding import DocumentId, Json, ShareId, b64u
from crypto.journal import ACCESSES, LEDGER, Entry, Page, entry_hash, start_head
from tests.vectors.samples import NOW, OWNER, STRANGER, VAULT, fixed_id
from tests.vectors.simulated_vault import SimulatedVault, rehashed

Step = tuple[str, str]

BENDS: Final = (
    "cut",
    "forked",
    "forked and longer",
    "middle dropped",
    "reordered",
    "doubled",
    "another vault's",
    "another author",
    "back-dated",
    "honest",
)


@dataclass(frozen=True)
class Case:
    """One device and what it is shown; `ledger` is the whole true ledger, by which accesses are judged."""

    bend: str
    chain: str
    ledger: Page
    seen: Page | None
    """What a device with a cache has folded; None for one that holds the pin alone."""
    pin: tuple[int, bytes]
    shown: Page
    refused: bool

    def to_json(self) -> Json:
        """For the other language."""
        found: dict[str, Json] = {
            "chain": self.chain,
            "ledger": self.ledger.to_wire(),
            "owner": OWNER.id,
            "pin": {"size": self.pin[0], "head": b64u(self.pin[1])},
            "shown": self.shown.to_wire(),
            "vault": VAULT,
        }
        return found if self.seen is None else {**found, "seen": self.seen.to_wire()}


def cases(rng: random.Random, histories: int) -> Iterator[Case]:
    """Some devices for each of so many histories."""
    for number in range(histories):
        chain = rng.choice((LEDGER, LEDGER, ACCESSES))
        steps = _steps(rng, rng.randint(3, 9), f"{number}")
        true = _replay(steps)
        entries = true.chain(chain)
        # Every ledger begins with its vault and a document.
        kept = rng.randint(0 if chain == ACCESSES else 2, len(entries) - 1)
        bend = rng.choice(BENDS)
        shown = _shown(rng, bend, chain, steps, kept, number)
        for size in sorted({kept, rng.randint(kept + 1, len(entries)), len(entries)}):
            yield from _devices(bend, chain, true, shown, size)


def _devices(
    bend: str, chain: str, true: SimulatedVault, shown: Sequence[Entry], size: int
) -> Iterator[Case]:
    entries = true.chain(chain)
    seen = entries[:size]
    pin = (size, _head(chain, seen))
    ledger, cards = true.page(), true.page().cards
    head = _head(chain, shown)
    # A device may be shown more than it has seen, never something else.
    refused = list(shown[:size]) != list(seen) or not _is_chain(bend, entries, shown)
    whole = Page(tuple(shown), len(shown), head, cards)
    yield Case(bend, chain, ledger, None, pin, whole, refused)
    # Whoever has a cache asks for what comes after it, and is not shown the rest again.
    if [*seen, *shown[size:]] == entries and head == _head(chain, entries):
        refused = False
    before = Page(tuple(seen), len(seen), pin[1], cards)
    rest = Page(tuple(shown[size:]), len(shown), head, cards)
    yield Case(bend, chain, ledger, before, pin, rest, refused or len(shown) < size)


def _is_chain(bend: str, entries: Sequence[Entry], shown: Sequence[Entry]) -> bool:
    """Whether what is shown is a chain that a device could believe if it had seen nothing."""
    whole = bend in ("forked", "forked and longer")
    return whole or list(shown) == list(entries[: len(shown)])


def _shown(
    rng: random.Random, bend: str, chain: str, steps: Sequence[Step], kept: int, number: int
) -> list[Entry]:
    entries = _replay(steps).chain(chain)
    if bend == "cut":
        return entries[:kept]
    if bend in ("forked", "forked and longer"):
        more = 4 if bend == "forked" else len(entries) + 4
        return _forked(rng, chain, steps, kept, number, more)
    # Before the first entry there is no time that another could be before.
    place = rng.randint(0 if chain == ACCESSES and bend != "back-dated" else 1, len(entries) - 1)
    if bend == "middle dropped":
        return entries[:place] + entries[place + 1 :] if place < len(entries) - 1 else entries[:-1]
    if bend == "reordered":
        other = rng.randint(0, len(entries) - 1)
        entries[place], entries[other] = entries[other], entries[place]
        return entries
    if bend == "doubled":
        return [*entries[: place + 1], *entries[place:]]
    if bend == "another vault's":
        return rehashed(entries, place, vault=fixed_id("another vault"))
    if bend == "another author":
        return rehashed(entries, place, actor=STRANGER.id)
    if bend == "back-dated":
        return rehashed(entries, place, time=NOW - 1000)
    return entries


def _forked(
    rng: random.Random, chain: str, steps: Sequence[Step], kept: int, number: int, more: int
) -> list[Entry]:
    """The same first entries, then others: what a server does that was put back and goes on."""
    prefix = list(steps)
    while len(_replay(prefix).chain(chain)) > kept:
        prefix.pop()
    other = [*prefix, *_steps(rng, more, f"{number} forked", begun=True, only=chain)]
    return _replay(other).chain(chain)


def _steps(
    rng: random.Random, count: int, tag: str, *, begun: bool = False, only: str | None = None
) -> list[Step]:
    """Random steps that are valid in their order. Every history has something in both chains."""
    first = [("access", f"{tag} first"), ("access", f"{tag} second"), ("share", f"{tag} third")]
    found: list[Step] = [] if begun else list(first)
    documents: list[str] = []
    for number in range(count):
        name = f"{tag} {number}"
        kinds = {LEDGER: ["add", "share"], ACCESSES: ["access"]}.get(only or "", ["add", "share", "access"])
        if documents and only is None:
            kinds.append("remove")
        kind = rng.choice(kinds)
        if kind == "add":
            documents.append(name)
        if kind == "remove":
            name = documents.pop(rng.randrange(len(documents)))
        found.append((kind, name))
    return found


def _replay(steps: Sequence[Step]) -> SimulatedVault:
    vault = SimulatedVault()
    vault.vault()
    vault.manifest()
    for kind, name in steps:
        if kind == "add":
            vault.manifest(document=DocumentId(fixed_id(name)))
        elif kind == "remove":
            vault.removal(document=DocumentId(fixed_id(name)))
        elif kind == "share":
            vault.share(share=ShareId(fixed_id(name)))
        else:
            vault.access(nonce=name)
    return vault


def _head(chain: str, entries: Sequence[Entry]) -> bytes:
    return entry_hash(entries[-1].header) if entries else start_head(VAULT, chain)
