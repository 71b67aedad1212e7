"""The one table from errors to HTTP statuses, and the form in which every error is answered.

Formats' errors (`crypto.errors`), domain errors (`vault.errors`), stores' errors and Flask's own all leave
here as `{"error": {"code", "message"}}`. A message comes from this table, never from the exception: nothing
of a request or a row can leak through it.
"""

import logging
from typing import Any

from flask import Flask, Response, g, jsonify
from pydantic import ValidationError
from sqlalchemy.exc import DBAPIError, OperationalError
from werkzeug.exceptions import HTTPException

from crypto.errors import CoffreError
from storage.errors import (
    ObjectMissing,
    RangeNotSatisfiable,
    StoreError,
    StoreUnavailable,
    UploadMissing,
    WrongLength,
    WrongParts,
)
from vault.errors import Busy, PasscodeRefused, ReadOnly, Suspended, VaultError
from web import context
from web.read_only import HEADER, header_of

_logger = logging.getLogger("coffre")

STATUSES: dict[str, tuple[int, str]] = {
    "malformed": (400, "The request does not follow the format."),
    "unsupported_version": (400, "This version of the format is not supported."),
    "unauthenticated": (401, "Sign in first."),
    "credentials": (401, "The sign-in was refused."),
    "forbidden": (403, "There is no right to do this."),
    "unverified": (403, "This professional has not been verified."),
    "blocked": (403, "The patient has blocked this professional."),
    "ended": (403, "This is over: it expired or was revoked."),
    "suspended": (403, "The host has suspended this account. Ask the host."),
    "leaving": (403, "This account is to be deleted. Keep it first."),
    "not_found": (404, "There is no such thing."),
    "method_not_allowed": (405, "This address does not answer that method."),
    "stale": (409, "The record has moved on. Fetch what is new and sign again."),
    "conflict": (409, "This is taken."),
    "used": (409, "This invitation was redeemed already."),
    "limit_exceeded": (413, "This is over a limit."),
    "range": (416, "The range lies outside of the object."),
    "tampered": (422, "A signature, hash or digest does not hold."),
    "wrong_key": (422, "The key does not fit."),
    "busy": (429, "Too many attempts. Wait before the next one."),
    "internal": (500, "Something went wrong here."),
    "store_unavailable": (503, "The store does not answer. Try again."),
    "read_only": (503, "The host is being maintained: records can be read, not changed."),
}

_HTTP_CODES = {
    400: "malformed",
    401: "unauthenticated",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    413: "limit_exceeded",
    415: "malformed",
    416: "range",
    429: "busy",
}

# Seconds after which to ask a host again that is being maintained.
_SOONEST, _LATEST = 30, 3600

# What a caller did; everything else a store raises is its own trouble.
_STORE_CODES: dict[type[StoreError], str] = {
    RangeNotSatisfiable: "range",
    ObjectMissing: "not_found",
    UploadMissing: "not_found",
    WrongLength: "malformed",
    WrongParts: "malformed",
}


def answer(code: str, **extra: Any) -> Response:
    """The answer for a code of the table; `extra` fields stand beside `error`."""
    status, message = STATUSES[code]
    response = jsonify({"error": {"code": code, "message": message}, **extra})
    response.status_code = status
    return response


def invalid_request(_error: ValidationError) -> Response:
    """What a request is answered that does not fit its schema. Which field is not said: it may hold a
    secret."""
    return answer("malformed")


def install(app: Flask) -> None:
    """Registers the handlers; anything unforeseen becomes `internal` and is logged without its text."""
    app.register_error_handler(CoffreError, _format_error)
    app.register_error_handler(VaultError, _domain_error)
    app.register_error_handler(StoreError, _store_error)
    app.register_error_handler(RecursionError, _too_deep)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, _unforeseen)


def _format_error(error: CoffreError) -> Response:
    return answer(error.code)


def _domain_error(error: VaultError) -> Response:
    if isinstance(error, Busy):
        response = answer("busy")
        response.headers["Retry-After"] = str(error.retry_after)
        return response
    if isinstance(error, PasscodeRefused):
        return answer("credentials", remainingAttempts=error.attempts_left)
    if isinstance(error, Suspended):
        return answer("suspended", **_contact())
    if isinstance(error, ReadOnly):
        response = answer("read_only", **_contact())
        left = 0 if error.until is None else error.until - context.parts().clock()
        response.headers["Retry-After"] = str(min(max(left, _SOONEST), _LATEST))
        # Also where the process has not yet seen what the transaction saw.
        response.headers[HEADER] = header_of(error.until, still=error.still)
        return response
    return answer(error.code)


def _contact() -> dict[str, str]:
    contact = context.parts().config.server.contact
    return {} if contact is None else {"contact": contact}


def _store_error(error: StoreError) -> Response:
    for kind, code in _STORE_CODES.items():
        if isinstance(error, kind):
            return answer(code)
    extra = {"request": g.get("request_id", ""), "error": kind_of(error), "at": place_of(error)}
    _logger.error("store", extra=extra)
    context.parts().metrics.store_failed(kind_of(error))
    response = answer("store_unavailable")
    if isinstance(error, StoreUnavailable):
        response.headers["Retry-After"] = "5"
    return response


def _too_deep(_error: RecursionError) -> Response:
    return answer("malformed")


def _http_error(error: HTTPException) -> Response:
    status = error.code or 500
    response = answer(_HTTP_CODES.get(status, "malformed" if status < 500 else "internal"))
    for name, value in error.get_headers():
        if name in ("Allow", "Retry-After"):
            response.headers[name] = value
    return response


def _unforeseen(error: Exception) -> Response:
    # A database error's text holds the statement's parameters, hence only the kind is logged.
    extra = {"request": g.get("request_id", ""), "error": kind_of(error), "at": place_of(error)}
    _logger.error("unforeseen", extra=extra)
    lost = isinstance(error, DBAPIError) and error.connection_invalidated
    if lost or isinstance(error, OperationalError):
        # The database is away, full or locked for too long: nothing was changed, and later it may work.
        response = answer("store_unavailable")
        response.headers["Retry-After"] = "5"
        return response
    return answer("internal")


def kind_of(error: BaseException) -> str:
    """The error's class, with the driver's own class for database errors."""
    if isinstance(error, DBAPIError):
        return f"{type(error).__name__}/{type(error.orig).__name__}"
    return type(error).__name__


def place_of(error: BaseException) -> str:
    """File and line of the innermost frame of ours, for the log."""
    place = ""
    trace = error.__traceback__
    while trace is not None:
        path = trace.tb_frame.f_code.co_filename
        if "site-packages" not in path:
            place = f"{'/'.join(path.split('/')[-2:])}:{trace.tb_lineno}"
        trace = trace.tb_next
    return place
