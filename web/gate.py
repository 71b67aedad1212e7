"""What every request to the API needs before anything else looks at it: a session's cookie, and for a change
the CSRF value of that session.

Owns the list of views that are open to everybody; whatever is not on it stands behind the gate, new ones
too. Reads no row and no body: whether the session lasts is for `context.signed_in`. The CSRF value is derived
from the session's token, which other origins cannot read; it is asked of every change, whatever a browser's
SameSite rules would have done.
"""

from typing import Final

from flask import Flask, request

from vault import sessions
from vault.errors import Forbidden
from web import context

OPEN: Final = frozenset(
    {
        "server.server",
        "server.ready",
        "server.health",
        "key_chains.keys",
        "openapi",
        "accounts.send_code",
        "accounts.sign_up",
        "sessions.challenge",
        "sessions.sign_in",
        "deletions.receipt",
        "share_links.preflight",
        "share_links.open_link",
        "share_links.open_directly",
        "share_links.download",
        "share_links.download_document",
    }
)
"""Flask's names of the views that need no session."""

_CHANGES_NOTHING: Final = ("GET", "HEAD")


def install(app: Flask) -> None:
    """Raises Unauthenticated (no cookie) and Forbidden (no or another CSRF value) before a view runs."""

    @app.before_request
    def ask() -> None:
        rule = request.url_rule
        if rule is None or not rule.rule.startswith("/api/") or rule.endpoint in OPEN:
            return
        if request.method == "OPTIONS":
            # Flask's own answer: which methods there are, and no leave for other origins.
            return
        token = context.session_token()
        if request.method not in _CHANGES_NOTHING and not _is_given(token):
            raise Forbidden("wrong or no CSRF value")


def _is_given(token: str) -> bool:
    given = request.headers.get(context.CSRF_HEADER, "")
    return sessions.is_csrf_value(context.parts().server_key, token, given)
