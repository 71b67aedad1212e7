"""What an account that is to be deleted may still do: read, take everything along, take back what it gave,
and be kept (spec chapter 12).

    leaving.check(session, who.account, request.method, request.endpoint)
"""

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from vault import deletions
from web import suspended


def check(session: Session | Connection, account: str, method: str, endpoint: str | None) -> None:
    """Returns for requests that are open to the account. Raises Leaving."""
    if is_asked(method, endpoint):
        deletions.require_staying(session, account)


def is_asked(method: str, endpoint: str | None) -> bool:
    """Whether a request is one that such an account may not make."""
    return not suspended.is_kept(method, endpoint)
