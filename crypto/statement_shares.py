"""The kind of statement by which a share's contents change (spec chapters 5 and 8).

Fields as in `statement_kinds`. Knows neither signatures nor the journal's state.
"""

from dataclasses import dataclass
from typing import Annotated

from crypto.errors import LimitExceeded, Malformed
from crypto.statement_grammar import binary, integer, listed, record
from crypto.statement_kinds import MAX_TERM, InLedger
from crypto.statement_records import SharedDocument, SharedFile, ShareRef, Time


@dataclass(frozen=True, kw_only=True)
class ShareUpdate(InLedger):
    """What a share holds from now on, in place of what it held: documents, files, end, openings, details."""

    KIND = "share_update"

    details: Annotated[bytes, binary(minimum=552, maximum=16_424)]
    documents: Annotated[
        tuple[SharedDocument, ...], listed(record(SharedDocument), maximum=100, order=("document", "version"))
    ]
    files: Annotated[tuple[SharedFile, ...], listed(record(SharedFile), maximum=100)]
    not_after: Time
    share: ShareRef
    max_openings: Annotated[int | None, integer(1)] = None

    def check(self) -> None:
        """Raises Malformed or LimitExceeded: files that are not the documents', or a term too long."""
        if len(self.files) != len(self.documents):
            raise Malformed("a share has one file for each document")
        if self.not_after - self.time > MAX_TERM:
            raise LimitExceeded("share of more than 366 days")
