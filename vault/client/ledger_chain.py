"""One step along a hash chain (spec chapter 6, "Folding" 1 and "Pins"), for ledger and accesses alike.

Knows headers, positions and pins; what a statement says is for the folds.
"""

from dataclasses import dataclass, replace
from typing import Self

from crypto.encoding import VaultId
from crypto.errors import CoffreError, Stale, Tampered
from crypto.head_code import HeadCode
from crypto.journal import Entry, EntryHeader, Page, entry_hash, start_head
from crypto.statements import InVault


@dataclass(frozen=True)
class Pin:
    """A position that some device of this person has seen: the chain had `size` entries and this head."""

    size: int
    head: bytes


class Fork(Stale):
    """Another history than the one seen; the text names both heads, as people compare them."""

    def __init__(self, chain: str, size: int, *, seen: bytes, shown: bytes) -> None:
        codes = (HeadCode.of(chain, size, head).text() for head in (seen, shown))
        super().__init__(f"two histories: {' / '.join(codes)}")


class Shorter(Stale):
    """Less of a chain than was seen; the text names what was seen and what is shown."""

    def __init__(self, chain: str, *, seen: Pin, shown: Pin) -> None:
        codes = (HeadCode.of(chain, one.size, one.head).text() for one in (seen, shown))
        super().__init__(f"a shorter history: {' / '.join(codes)}")


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
            Fork: it does not follow a tip that was seen.
            Tampered: its header is not canonical, or not this chain's next.
        """
        try:
            header = EntryHeader.from_bytes(entry.header)
        except CoffreError:
            raise Tampered("entry with a header off the grammar") from None
        if (header.vault, header.chain, header.seq) != (self.vault, self.chain, self.size):
            raise Tampered("entry of another vault, chain or position")
        if header.prev != self.head:
            if seen and self.size:
                raise Fork(self.chain, self.size, seen=self.head, shown=header.prev)
            raise Tampered("entry that does not follow")
        if header.time < self.time:
            raise Tampered("entry older than the one before")
        tip = replace(self, size=self.size + 1, head=entry_hash(entry.header), time=header.time)
        return header, tip

    def check_pin(self, pin: Pin | None) -> None:
        """Raises Fork if the chain at the pinned position is another one."""
        if pin is not None and pin.size == self.size and pin.head != self.head:
            raise Fork(self.chain, self.size, seen=pin.head, shown=self.head)

    def check_before(self, page: Page, pin: Pin | None) -> None:
        """Raises Shorter or Fork: less than what was seen, or other; Tampered: entries left out."""
        here = Pin(self.size, self.head)
        furthest = pin if pin is not None and pin.size > self.size else here
        if page.size < furthest.size:
            raise Shorter(self.chain, seen=furthest, shown=Pin(page.size, page.head))
        if page.size == self.size and page.head != self.head:
            raise Fork(self.chain, self.size, seen=self.head, shown=page.head)
        if page.size > self.size and not page.entries:
            raise Tampered("page without the entries it counts")

    def check_after(self, page: Page) -> None:
        """Raises Tampered if the page holds more than it counts, or ends in another head than it says."""
        if self.size > page.size or (self.size == page.size and self.head != page.head):
            raise Tampered("page that does not end as it says")
