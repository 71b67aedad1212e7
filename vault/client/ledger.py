"""The fold of a vault's ledger (spec chapter 6): entries in, verified state out. No I/O.

A `Ledger` is a value: `append` gives a new one, or raises and leaves the old one as it was. It accepts only
what follows from what it already holds; a cut, rewritten or withheld past is an error, never a shorter
answer.

    >>> ledger = Ledger.empty(vault, owner=pinned_owner, pin=pin)
    >>> while True:
    ...     page = Page.from_wire(fetch(start=ledger.state.size))
    ...     ledger = ledger.append_page(page, viewer)
    ...     if ledger.state.size == page.size:
    ...         break
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Self

from crypto.encoding import DocumentId, KeyId, VaultId
from crypto.errors import CoffreError, Stale, Tampered
from crypto.journal import LEDGER, Entry, EntryHeader, Page, read_body
from crypto.statements import (
    Acceptance,
    Deposit,
    InVault,
    Manifest,
    Refile,
    Removal,
    Restoral,
    Signed,
    Vault,
    check_signature,
    verify_card,
)
from vault.client.ledger_chain import Event, Pin, Tip
from vault.client.ledger_rules import Place, Viewer, apply, learn_card
from vault.client.ledger_state import KnownCard, LedgerState

ALWAYS_SHOWN = frozenset({"vault", "rotation", "sections", "settings"})
# Ends of grants, which count for whoever seals even where they are withheld (spec chapter 7).
_ENDS = frozenset({"revocation", "block"})


@dataclass(frozen=True)
class Ledger:
    """A verified ledger and its state, which nobody changes after.

    `news` are the entries of the last `append`, for a journal that people read; `owner` and `pin` are what
    the client knew before: whose vault it is, and a position that another device has seen. `viewer` is whom
    it was folded for. `touched`: the documents that entries spoke of since metadata was last looked for, so
    that an entry costs the same in a vault of ten thousand documents.
    """

    state: LedgerState
    owner: KeyId | None = None
    pin: Pin | None = None
    viewer: Viewer | None = None
    news: tuple[Event, ...] = ()
    touched: frozenset[DocumentId] = frozenset()

    @classmethod
    def empty(cls, vault: VaultId, *, owner: KeyId | None = None, pin: Pin | None = None) -> Self:
        """The ledger before its first entry; `owner` and `pin` as the keyring holds them.

        Raises:
            Stale: a pin of size 0 that is not this vault's empty chain.
        """
        tip = Tip.start(vault, LEDGER)
        tip.check_pin(pin)
        return cls(LedgerState(vault=vault, size=tip.size, head=tip.head), owner, pin)

    @property
    def tip(self) -> Tip:
        """Where it ends."""
        state = self.state
        return Tip(state.vault, LEDGER, state.size, state.head, state.time)

    def position(self) -> Pin:
        """Size and head: what to pin after a successful fold."""
        return Pin(self.state.size, self.state.head)

    def needs_refold(self, viewer: Viewer) -> bool:
        """Whether `viewer` must fold from the start: entries that were withheld so far may now be theirs."""
        if self.viewer is None:
            return False
        return not self.viewer.reaches(viewer)

    def append_page(self, page: Page, viewer: Viewer) -> Self:
        """`append` of a server's page, with its size and head held against what was seen and what it holds.

        Raises:
            Stale: the chain is shorter than, or another one than, the one already seen.
            Tampered: as `append`; or the page does not end as it says; or, at the chain's end, a live
                document that the viewer may read is without its metadata.
        """
        self.tip.check_before(page, self.pin)
        found = self.append(page.entries, page.cards, viewer)
        found.tip.check_after(page)
        if found.state.size == page.size:
            found.check_metadata(viewer)
            found = replace(found, touched=frozenset())
        return found

    def append(self, entries: Iterable[Entry], cards: Iterable[Signed], viewer: Viewer) -> Self:
        """The ledger after `entries`, with the authors' `cards` that came with them.

        Raises:
            Stale: the first entry does not follow what was seen, a pinned position has another head, or this
                ledger was folded for fewer sections (`needs_refold`).
            Tampered: anything else that does not hold.
        """
        if self.needs_refold(viewer):
            raise Stale("folded for another viewer or fewer sections")
        state = self.state.copy()
        try:
            for signed in cards:
                learn_card(state, KnownCard.of(signed))
        except CoffreError:
            raise Tampered("card that does not verify") from None
        tip, seen, news = self.tip, True, []
        for entry in entries:
            header, tip = tip.after(entry, seen=seen)
            tip.check_pin(self.pin)
            news.append(Event(header, self._fold(state, entry, header, viewer)))
            if header.kind in _ENDS:
                state.ended_seq = header.seq
            state.size, state.head, state.time, seen = tip.size, tip.head, tip.time, False
        moved = frozenset(_documents(news))
        known = (state.documents[document] for document in moved if document in state.documents)
        waiting = {document.document for document in known if document.waits}
        state.waiting = (state.waiting - moved) | waiting
        touched = self.touched | moved
        return replace(self, state=state, viewer=viewer, news=tuple(news), touched=touched)

    def check_metadata(self, viewer: Viewer) -> None:
        """Raises Tampered if one of the live documents that were `touched`, and that `viewer` may read, is
        without its sealed metadata."""
        everything = viewer.key == self.state.owner
        for document in (self.state.documents[touched] for touched in self.touched):
            mine = everything or document.section in viewer.sections
            filing = document.latest.filing
            lacks = filing.sealed is None and filing.metadata is not None
            if mine and document.removed is None and lacks:
                raise Tampered("document without its metadata")

    def _fold(self, state: LedgerState, entry: Entry, header: EntryHeader, viewer: Viewer) -> InVault | None:
        if (header.seq == 0) != (header.kind == "vault"):
            raise Tampered("a ledger starts with its vault, once")
        if entry.signed is None:
            if (
                _must_be_shown(state, header, viewer)
                or entry.metadata is not None
                or entry.manifest is not None
            ):
                raise Tampered("withheld entry")
            return None
        try:
            statement = read_body(entry, header)
            check_signature(entry.signed, type(statement), _signer(state, statement))
            if isinstance(statement, Vault) and self.owner not in (None, statement.author):
                raise Tampered("vault of another owner than the one pinned")
            apply(state, statement, Place(header, entry, viewer))
        except Tampered:
            raise
        except CoffreError:
            raise Tampered("statement off its grammar") from None
        return statement


def _documents(news: Iterable[Event]) -> Iterator[DocumentId]:
    """The documents that these entries speak of."""
    for event in news:
        if isinstance(event.statement, Manifest | Deposit | Refile | Removal | Restoral):
            yield event.statement.document


def _must_be_shown(state: LedgerState, header: EntryHeader, viewer: Viewer) -> bool:
    return (
        viewer.key == state.owner
        or header.kind in ALWAYS_SHOWN
        or not viewer.sections.isdisjoint(header.sections)
        or header.actor == viewer.key
    )


def _signer(state: LedgerState, statement: InVault) -> bytes:
    """The author's public key: from the card a statement brings itself, else from the cards that verified."""
    if isinstance(statement, Vault | Acceptance | Deposit):
        return verify_card(statement.card).signing
    known = state.cards.get(statement.author)
    if known is None:
        raise Tampered("statement without its author's card")
    return known.card.signing
