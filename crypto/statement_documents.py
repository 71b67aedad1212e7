"""The kind of statement by which single documents are opened to a professional (spec chapters 5 and 7).

Fields as in `statement_kinds`; everything but the scope is a `grant`'s. Knows neither signatures nor the
journal's state.
"""

from dataclasses import dataclass
from typing import Annotated, Final

from crypto.statement_grammar import Signed, choice, listed, record, signed
from crypto.statement_kinds import InLedger, check_term
from crypto.statement_records import GrantRef, Hash, Redeem, Sequence, SharedDocument, Time

MAX_NAMED: Final = 1_000


@dataclass(frozen=True, kw_only=True)
class DocumentGrant(InLedger):
    """A dated right to read these versions and no other: for a known professional (`card`) or an
    invitation (`redeem`).
    """

    KIND = "document_grant"

    bundle: Hash
    documents: Annotated[
        tuple[SharedDocument, ...],
        listed(record(SharedDocument), maximum=MAX_NAMED, order=("document", "version")),
    ]
    grant: GrantRef
    not_after: Time
    not_before: Time
    rights: Annotated[tuple[str, ...], listed(choice("read"), maximum=1)]
    sequence: Sequence
    redeem: Annotated[Redeem | None, record(Redeem)] = None
    card: Annotated[Signed | None, signed()] = None

    def check(self) -> None:
        """Raises Malformed or LimitExceeded: whom it is for, and its term."""
        check_term(self)
