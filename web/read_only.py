"""Requests that are refused while the host is being maintained, and the header that tells clients so.

    read_only.install(app)

The header stands on every answer of the API for as long as it lasts, with the time until which people are
told, in seconds since 1970, or 0; then ` still` where openings wait as well. This only refuses early, by what
the process saw a moment ago; it is asked again before a request's transaction is committed (web/context.py),
and that no chain grows in the transaction that would append (vault/maintenance.py).
"""

from typing import Final

from flask import Flask, Response, g, request

from vault.errors import ReadOnly
from vault.maintenance import State
from vault.uploads import MAXIMUM_PART
from web import closed, context

HEADER: Final = "Coffre-Read-Only"
_CHUNK: Final = 256 * 1024
_ABOUT_THE_NODE: Final = ("server.ready", "server.health", "openapi")


def install(app: Flask) -> None:
    """Asks before every request of the API, and marks every answer."""
    app.before_request(_refuse)
    app.after_request(_mark)


def header_of(until: int | None, *, still: bool) -> str:
    """The header's value."""
    return f"{until or 0} still" if still else str(until or 0)


def _refuse() -> None:
    endpoint = request.endpoint
    # What tells how the node is answers by itself when the database is away.
    if endpoint is None or not request.path.startswith("/api/v1/") or endpoint in _ABOUT_THE_NODE:
        return
    state: State | None = context.parts().maintenance.state()
    g.maintenance = state
    try:
        closed.refuse(state, request.method, endpoint)
    except ReadOnly:
        if endpoint == "uploads.receive":
            # Read to its end, so that its sender is there for the answer.
            request.max_content_length = MAXIMUM_PART
            while request.stream.read(_CHUNK):
                pass
        raise


def _mark(response: Response) -> Response:
    state: State | None = g.get("maintenance")
    if state is not None:
        response.headers[HEADER] = header_of(state.until, still=state.is_still)
    return response
