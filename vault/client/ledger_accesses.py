"""The fold of a vault's accesses (spec chapter 6): who opened what, judged by the folded ledger. No I/O.

For the owner only, who is shown every entry. The ledger must be at least as new as the accesses: fetch a page
of accesses, bring the ledger up to date, then append the page.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Self

from crypto.encoding import ShareId, VaultId
from crypto.errors import CoffreError, Tampered
from crypto.journal import ACCESSES, Entry, EntryHeader, Page, read_body
from crypto.signing import server_key_id
from crypto.statements import Access, DocumentGrant, InVault, Opening, Signed, check_signature
from crypto.successions import Keys, start
from vault.client.ledger_chain import Event, Pin, Tip
from vault.client.ledger_rules import learn_card
from vault.client.ledger_state import KnownCard, LedgerState


@dataclass(frozen=True)
class AccessLog:
    """Verified accesses: where the chain ends, the nonces used, and the openings counted for each share."""

    tip: Tip
    pin: Pin | None = None
    nonces: frozenset[bytes] = frozenset()
    openings: Mapping[ShareId, int] = field(default_factory=dict)
    news: tuple[Event, ...] = ()

    @classmethod
    def empty(cls, vault: VaultId, *, pin: Pin | None = None) -> Self:
        """The chain before its first entry. Raises Stale: a pin of size 0 with another head."""
        tip = Tip.start(vault, ACCESSES)
        tip.check_pin(pin)
        return cls(tip, pin)

    def position(self) -> Pin:
        """Size and head: what to pin after a successful fold."""
        return Pin(self.tip.size, self.tip.head)

    def append_page(self, page: Page, ledger: LedgerState, keys: Keys | None = None) -> Self:
        """`append` of a server's page. Raises as `Ledger.append_page`."""
        self.tip.check_before(page, self.pin)
        found = self.append(page.entries, page.cards, ledger, keys)
        found.tip.check_after(page)
        return found

    def append(
        self,
        entries: Iterable[Entry],
        cards: Iterable[Signed],
        ledger: LedgerState,
        keys: Keys | None = None,
    ) -> Self:
        """The log after `entries`, judged by `ledger`. `keys`: the server's (chapter 14), verified; without
        them it has its first one only.

        Raises:
            Stale: the first entry does not follow what was seen, or a pinned position has another head.
            Tampered: anything else that does not hold.
        """
        known = ledger.copy()
        try:
            for signed in cards:
                learn_card(known, KnownCard.of(signed))
        except CoffreError:
            raise Tampered("card that does not verify") from None
        keys = keys or start(ledger.server)
        if keys.first != ledger.server:
            raise Tampered("another server's keys")
        tip, seen, news = self.tip, True, []
        nonces, openings = set(self.nonces), dict(self.openings)
        for entry in entries:
            header, tip = tip.after(entry, seen=seen)
            tip.check_pin(self.pin)
            statement = _read(entry, header, known, keys)
            if isinstance(statement, Access):
                if statement.nonce in nonces:
                    raise Tampered("access that was already counted")
                nonces.add(statement.nonce)
            if isinstance(statement, Opening):
                if statement.openings != openings.get(statement.share, 0) + 1:
                    raise Tampered("opening out of order")
                openings[statement.share] = statement.openings
            news.append(Event(header, statement))
            seen = False
        return replace(
            self,
            tip=tip,
            nonces=frozenset(nonces),
            openings=openings,
            news=tuple(news),
        )


def _read(entry: Entry, header: EntryHeader, ledger: LedgerState, keys: Keys) -> InVault:
    if entry.signed is None or entry.metadata is not None or entry.manifest is not None:
        raise Tampered("withheld or foreign access entry")
    try:
        statement = read_body(entry, header)
    except CoffreError:
        raise Tampered("access off its grammar") from None
    if isinstance(statement, Opening):
        _check_opening(statement, entry.signed, ledger, keys.at(header.time))
    elif isinstance(statement, Access):
        _check_access(statement, entry.signed, header.time, ledger)
    else:
        raise Tampered("kind of another chain")
    return statement


def _check_opening(statement: Opening, signed: Signed, ledger: LedgerState, key: bytes) -> None:
    if statement.author != server_key_id(key):
        raise Tampered("opening by another key than the server's of that time")
    check_signature(signed, Opening, key)
    if statement.share not in ledger.shares:
        raise Tampered("opening of no known share")


def _check_access(statement: Access, signed: Signed, time: int, ledger: LedgerState) -> None:
    known = ledger.cards.get(statement.author)
    if known is None:
        raise Tampered("access without its author's card")
    check_signature(signed, Access, known.card.signing)
    document = ledger.documents.get(statement.document)
    version = None if document is None else document.version(statement.version)
    if version is None:
        raise Tampered("access to no known version")
    if statement.grant is None:
        if statement.author != ledger.owner:
            raise Tampered("access as owner by another")
        return
    grant = ledger.grants.get(statement.grant)
    term = None if grant is None else grant.covers("read", statement.author, time)
    if term is None:
        raise Tampered("access without a right to read")
    named = (statement.document, statement.version) in term.documents
    own = version.manifest.author == statement.author
    if isinstance(term.statement, DocumentGrant) and not (named or own):
        raise Tampered("access to a document that the grant does not name")
