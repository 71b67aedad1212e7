"""Kinds of statements about deposits and the bin (spec chapters 4 and 5): `deposit` and `restoral`.

Fields as in `statement_kinds`. Knows neither signatures nor the journal's state.
"""

from dataclasses import dataclass
from typing import Annotated

from crypto.statement_grammar import Signed, binary, integer, listed, signed
from crypto.statement_kinds import MAX_PART_SIZE, MAX_PARTS, MIN_PART_SIZE, InLedger, check_parts
from crypto.statement_records import Document, Epoch, Hash, Section, Version


@dataclass(frozen=True, kw_only=True)
class Deposit(InLedger):
    """The first version of a document, by a professional, for the owner alone; `section` is the inbox.

    Its header opens with the inbox's drop identity of `epoch`, and with the author's; nothing is sealed under
    the section's own keys until the owner takes it in.
    """

    KIND = "deposit"

    author_metadata: Hash
    card: Annotated[Signed, signed()]
    digest: Hash
    document: Document
    epoch: Epoch
    header: Hash
    length: Annotated[int, integer(1)]
    part_size: Annotated[int, integer(MIN_PART_SIZE, MAX_PART_SIZE)]
    parts: Annotated[tuple[bytes, ...], listed(binary(32), maximum=MAX_PARTS)]
    section: Section
    version: Annotated[int, integer(1, 1)]

    def check(self) -> None:
        """Raises Malformed: parts that do not add up."""
        check_parts(self.length, self.part_size, self.parts)


@dataclass(frozen=True, kw_only=True)
class Restoral(InLedger):
    """A removed document brought back while its objects are kept; `version` is its latest."""

    KIND = "restoral"

    document: Document
    manifest: Hash
    section: Section
    version: Version
