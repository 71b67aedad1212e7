"""What an account that the host suspended may still do where it has sessions at all (ADR 0031).

Read everything, take everything along, keep its own keys safe, and take back what it gave to others. Nothing
is added to a record, and nothing new is given.

    suspended.check(who.suspension, request.method, request.endpoint)
"""

from typing import Final

from vault.errors import Suspended

KEPT: Final = frozenset(
    {
        "deletions.ask",
        "deletions.keep",
        "sessions.sign_out",
        "sessions.sign_out_others",
        "sessions.sign_out_one",
        "keyrings.replace",
        "keyrings.replace_password",
        "keyrings.replace_kit",
        "notices.mark_read",
        "notices.keep_settings",
        "journal.open_documents",
        "documents.sign_ranges",
        "grants.revoke",
        "grants.rotate",
        "renewals.refuse",
        "renewals.block",
        "renewals.publish",
        "shares.end",
        "uploads.drop",
    }
)
_SAFE: Final = ("GET", "HEAD", "OPTIONS")


def check(suspension: str | None, method: str, endpoint: str | None) -> None:
    """Returns for requests that are open to the account. Raises Suspended."""
    if suspension is not None and not is_kept(method, endpoint):
        raise Suspended("read only")


def is_kept(method: str, endpoint: str | None) -> bool:
    """Whether a request adds nothing and gives nothing."""
    return method in _SAFE or endpoint in KEPT
