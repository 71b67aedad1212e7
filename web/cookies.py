"""The session's cookie. `__Host-` makes browsers insist on Secure, this host only, and the path `/`."""

from typing import TypeVar

from werkzeug.wrappers import Response

from web import context

R = TypeVar("R", bound=Response)


def give_session(response: R, token: str) -> R:
    """Sends a session's token; scripts cannot read it, other sites cannot send it."""
    response.set_cookie(
        context.COOKIE,
        token,
        max_age=context.session_seconds(),
        path="/",
        secure=True,
        httponly=True,
        samesite="Strict",
    )
    return response


def take_session(response: R) -> R:
    """Makes the browser forget the session."""
    response.delete_cookie(context.COOKIE, path="/", secure=True, httponly=True, samesite="Strict")
    return response
