"""One step along a hash chain (spec chapter 6, "Folding" 1 and "Pins"), for ledger and accesses alike.

Knows headers, positions and pins; what a statement says is for the folds.
"""

from dataclasses import dataclass, replace
from typing import Self

from crypto.encoding import VaultId
from crypto.errors import CoffreError, Stale, Tampered
from crypto.journal import Entry, EntryHeader, Page, entry_hash, start_head
from crypto.statements import InVault


@dataclass(frozen=True)
class Pin:
    """A position that some device of this person has seen: the chain had `size` entries and this head."""

    size: int
    head: bytes


@dataclass(frozen=True)
class Event:
    """A verified entry for people to read; `statement` is None where it is withheld."""

    header: EntryHeader
    statement: InVault | None


@dataclass(frozen=True)
class Tip:
    """Where a chain ends. `time` is the newest entry's; 0 before the first."""

    vault: VaultId
    chain: str
    size: int
    head: bytes
    time: int = 0

    @classmethod
    def start(cls, vault: VaultId, chain: str) -> Self:
        """The empty chain."""
        return cls(vault, chain, 0, start_head(vault, chain))

    def after(self, entry: Entry, *, seen: bool) -> tuple[EntryHeader, Self]:
        """The entry's header and the tip after it.

        Args:
            entry: the next entry.
            seen: this tip was accepted earlier, so that an entry which does not follow it rewrites the past.

        Raises:
            Stale: it does not follow a tip that was seen.
            Tampered: its header is not canonical, or not this chain's next.
        """
        try:
            header = EntryHeader.from_bytes(entry.header)
        except CoffreError:
            raise Tampered("entry with a header off the grammar") from None
        if (header.vault, header.chain, header.seq) != (self.vault, self.chain, self.size):
            raise Tampered("entry of another vault, chain or position")
        if header.prev != self.head:
            raise Stale("rewritten past") if seen and self.size else Tampered("entry that does not follow")
        if header.time < self.time:
            raise Tampered("entry older than the one before")
        tip = replace(self, size=self.size + 1, head=entry_hash(entry.header), time=header.time)
        return header, tip

    def check_pin(self, pin: Pin | None) -> None:
        """Raises Stale if the chain at the pinned position is another one."""
        if pin is not None and pin.size == self.size and pin.head != self.head:
            raise Stale("another chain than the one pinned")

    def check_before(self, page: Page, pin: Pin | None) -> None:
        """Raises Stale: a chain shorter than or other than the one seen; Tampered: entries left out."""
        if page.size < max(self.size, pin.size if pin is not None else 0):
            raise Stale("shorter chain than the one seen")
        if page.size == self.size and page.head != self.head:
            raise Stale("another chain than the one seen")
        if page.size > self.size and not page.entries:
            raise Tampered("page without the entries it counts")

    def check_after(self, page: Page) -> None:
        """Raises Tampered if the page holds more than it counts, or ends in another head than it says."""
        if self.size > page.size or (self.size == page.size and self.head != page.head):
            raise Tampered("page that does not end as it says")
