"""Kinds of statements by which a vault is looked after (spec chapters 5 and 7).

Its sections and settings, and what is asked, refused and barred about grants.

Fields as in `statement_kinds`. Knows neither signatures nor the journal's state.
"""

from dataclasses import dataclass
from typing import Annotated

from crypto.encoding import KeyId
from crypto.errors import LimitExceeded, Malformed
from crypto.statement_grammar import integer, key_ident, listed, record
from crypto.statement_kinds import MAX_TERM, InLedger
from crypto.statement_records import (
    MAX_SECTIONS,
    GrantRef,
    NewSection,
    RenamedSection,
    SectionTerm,
    Sequence,
    Time,
)


@dataclass(frozen=True, kw_only=True)
class Sections(InLedger):
    """New sections at epoch 1, and new sealed names of known ones."""

    KIND = "sections"

    added: Annotated[
        tuple[NewSection, ...],
        listed(record(NewSection), minimum=0, maximum=MAX_SECTIONS, order=("section",)),
    ]
    renamed: Annotated[
        tuple[RenamedSection, ...],
        listed(record(RenamedSection), minimum=0, maximum=MAX_SECTIONS, order=("section",)),
    ]

    def check(self) -> None:
        """Raises Malformed: nothing named, or a section both added and renamed."""
        added = {member.section for member in self.added}
        renamed = {member.section for member in self.renamed}
        if not (added or renamed) or added & renamed:
            raise Malformed("sections that are not each added or renamed")


@dataclass(frozen=True, kw_only=True)
class SectionTerms(InLedger):
    """Until when whoever holds these epochs may seal under them."""

    KIND = "section_terms"

    terms: Annotated[
        tuple[SectionTerm, ...], listed(record(SectionTerm), maximum=MAX_SECTIONS, order=("section",))
    ]

    def check(self) -> None:
        """Raises LimitExceeded: a term of more than 366 days."""
        if any(member.not_after - self.time > MAX_TERM for member in self.terms):
            raise LimitExceeded("section term of more than 366 days")


@dataclass(frozen=True, kw_only=True)
class Settings(InLedger):
    """What the owner wants of everyone; the newest counts.

    `mask_new`: professionals add nothing to sections, they make deposits.
    """

    KIND = "settings"

    mask_new: Annotated[int, integer(0, 1)]


@dataclass(frozen=True, kw_only=True)
class RenewalRequest(InLedger):
    """A professional asks that a grant go on, until `not_after`."""

    KIND = "renewal_request"

    grant: GrantRef
    not_after: Time
    sequence: Sequence

    def check(self) -> None:
        """Raises Malformed or LimitExceeded: an end in the past, or too far away."""
        if self.not_after <= self.time:
            raise Malformed("request that ends before it is made")
        if self.not_after - self.time > MAX_TERM:
            raise LimitExceeded("request of more than 366 days")


@dataclass(frozen=True, kw_only=True)
class RenewalRefusal(InLedger):
    """The owner's no to a request."""

    KIND = "renewal_refusal"

    grant: GrantRef
    sequence: Sequence


@dataclass(frozen=True, kw_only=True)
class Block(InLedger):
    """Ends every grant of a professional's key and keeps it from new ones; depositing goes on."""

    KIND = "block"

    professional: Annotated[KeyId, key_ident()]


@dataclass(frozen=True, kw_only=True)
class Unblock(InLedger):
    """A blocked key may be given grants again; those that ended stay ended."""

    KIND = "unblock"

    professional: Annotated[KeyId, key_ident()]
