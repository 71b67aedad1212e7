"""What the rules of the fold share (spec chapter 6): who folds, where a statement stands, how a rule refuses.

Knows no kind of statement.
"""

from dataclasses import dataclass

from crypto.encoding import DocumentId, KeyId, SectionId
from crypto.errors import Tampered
from crypto.journal import Entry, EntryHeader
from vault.client.ledger_state import KnownCard, LedgerState, VersionState


@dataclass(frozen=True)
class Viewer:
    """Who folds: their key id and, for a professional, the sections and the versions of documents of their
    current grants.
    """

    key: KeyId
    sections: frozenset[SectionId] = frozenset()
    documents: frozenset[tuple[DocumentId, int]] = frozenset()

    def reaches(self, other: "Viewer") -> bool:
        """Whether this one is shown all that the other one is."""
        return self.key == other.key and other.sections <= self.sections and other.documents <= self.documents


@dataclass(frozen=True)
class Place:
    """Where a statement stands, and for whom it is folded."""

    header: EntryHeader
    entry: Entry
    viewer: Viewer

    @property
    def time(self) -> int:
        """The entry's time."""
        return self.header.time


def require(rule: str, *, holds: bool) -> None:
    """Raises Tampered unless the rule holds."""
    if not holds:
        raise Tampered(rule)


def sees_all(state: LedgerState, place: Place) -> bool:
    """Whether the owner folds, who is shown every entry."""
    return place.viewer.key == state.owner


def in_view(state: LedgerState, place: Place, section: SectionId) -> bool:
    """Whether every entry of a section is shown to who folds."""
    return sees_all(state, place) or section in place.viewer.sections


def follows(place: Place, version: VersionState) -> bool:
    """Whether all moves of a version are shown to who folds, wherever it is: they wrote it, or were granted
    it by name.
    """
    manifest = version.manifest
    named = (manifest.document, manifest.version) in place.viewer.documents
    return named or manifest.author == place.viewer.key


def require_newest(state: LedgerState, section: SectionId, epoch: int) -> None:
    """Raises Tampered unless the section is known and this is its newest epoch."""
    found = state.sections.get(section)
    require("section unknown or not at its newest epoch", holds=found is not None and found.epoch == epoch)


def learn_card(state: LedgerState, found: KnownCard) -> None:
    """Keep a verified card; of several for the same keys, the newest."""
    known = state.cards.get(found.card.author)
    if known is None or known.card.time < found.card.time:
        state.cards[found.card.author] = found
