"""The cookies of the session and of the device.

`__Host-` makes browsers insist on Secure, this host only, and the path `/`.
"""

from typing import TypeVar

from werkzeug.wrappers import Response

from vault.devices import KEPT_SECONDS
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


def give_device(response: R, token: str) -> R:
    """Sends the token by which a browser is known again at its next sign-in (vault/devices.py)."""
    response.set_cookie(
        context.DEVICE_COOKIE,
        token,
        max_age=KEPT_SECONDS,
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
