"""Requests that are refused while the host is being maintained, and the header that tells clients so.

    read_only.install(app)

The header stands on every answer of the API for as long as it lasts, with the time until which people are
told, in seconds since 1970, or 0; then ` still` where openings wait as well. This only refuses early, by what
the process saw a moment ago; that no chain grows is checked again in the transaction that would append
(vault/maintenance.py).
"""

from typing import Final

from flask import Flask, Response, g, request

from vault.errors import ReadOnly
from vault.maintenance import State
from vault.uploads import MAXIMUM_PART
from web import context

HEADER: Final = "Coffre-Read-Only"
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
_CHUNK: Final = 256 * 1024
_ABOUT_THE_NODE: Final = ("server.ready", "server.health", "openapi")


def install(app: Flask) -> None:
    """Asks before every request of the API, and marks every answer."""
    app.before_request(_refuse)
    app.after_request(_mark)


def header_of(until: int | None, *, still: bool) -> str:
    """The header's value."""
    return f"{until or 0} still" if still else str(until or 0)


def is_refused(state: State, method: str, endpoint: str) -> bool:
    """Whether a request has to wait until the host is open again."""
    if endpoint in OPENINGS:
        return state.is_still
    return method not in _SAFE and endpoint not in ALWAYS


def _refuse() -> None:
    endpoint = request.endpoint
    # What tells how the node is answers by itself when the database is away.
    if endpoint is None or not request.path.startswith("/api/v1/") or endpoint in _ABOUT_THE_NODE:
        return
    state: State | None = context.parts().maintenance.state()
    g.maintenance = state
    if state is None or not is_refused(state, request.method, endpoint):
        return
    if endpoint == "uploads.receive":
        # Read to its end, so that its sender is there for the answer.
        request.max_content_length = MAXIMUM_PART
        while request.stream.read(_CHUNK):
            pass
    raise ReadOnly(state.until, still=state.is_still)


def _mark(response: Response) -> Response:
    state: State | None = g.get("maintenance")
    if state is not None:
        response.headers[HEADER] = header_of(state.until, still=state.is_still)
    return response
