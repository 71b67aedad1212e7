"""Which requests wait while the host is closed for maintenance (ADR 0031).

    closed.refuse(state, request.method, request.endpoint)      # raises ReadOnly

Owns the lists. web/read_only.py asks before a request is answered, web/context.py once more before what it
wrote is committed: a sender may have been slow.
"""

from typing import Final

from vault.errors import ReadOnly
from vault.maintenance import State

# What nobody has to wait for: signing in and out, and URLs of what may be read anyway.
ALWAYS: Final = frozenset(
    {
        "sessions.challenge",
        "sessions.sign_in",
        "sessions.sign_out",
        "sessions.sign_out_others",
        "sessions.sign_out_one",
        "documents.sign_ranges",
    }
)
# Reading, which leaves a trace.
OPENINGS: Final = frozenset(
    {"journal.open_documents", "share_links.open_link", "share_links.open_directly", "notices.mark_read"}
)
_SAFE: Final = ("GET", "HEAD", "OPTIONS")


def is_refused(state: State, method: str, endpoint: str) -> bool:
    """Whether a request has to wait until the host is open again."""
    if endpoint in OPENINGS:
        return state.is_still
    return method not in _SAFE and endpoint not in ALWAYS


def refuse(state: State | None, method: str, endpoint: str | None) -> None:
    """Returns for a request that does not have to wait. Raises ReadOnly."""
    if state is not None and endpoint is not None and is_refused(state, method, endpoint):
        raise ReadOnly(state.until, still=state.is_still)
