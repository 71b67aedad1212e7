"""One line of JSON on standard error for each request, and for what went wrong.

Owns the list of fields (`FIELDS`), which WHAT-THE-SERVER-SEES.md repeats. No address of a client, no path:
only the route's template, so that no identifier of a vault, document or share gets into a log.
"""

import json
import logging
import secrets
import sys
import time

from flask import Flask, Response, g, request

FIELDS = ("time", "level", "event", "request", "method", "route", "status", "milliseconds", "error", "at")


class JsonLines(logging.Formatter):
    """Formats a record as one JSON object; fields that are not in `FIELDS` are left out."""

    def format(self, record: logging.LogRecord) -> str:
        """The line, without its end. An exception is named by its class only: its text may hold anything."""
        line: dict[str, object] = {
            "time": int(record.created),
            "level": record.levelname.lower(),
            "event": record.getMessage() if record.name == "coffre" else record.name,
        }
        for name in FIELDS:
            if name not in line and name in record.__dict__:
                line[name] = record.__dict__[name]
        if record.exc_info and record.exc_info[0] is not None:
            line["error"] = record.exc_info[0].__name__
        return json.dumps(line, ensure_ascii=True)


def configure() -> None:
    """Sends every log of the process to standard error as JSON lines. Called by the process that serves."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger("coffre").setLevel(logging.INFO)


def install(app: Flask) -> None:
    """Logs each request once it is answered."""
    logger = logging.getLogger("coffre")

    @app.before_request
    def begin() -> None:
        g.started = time.monotonic()
        g.request_id = secrets.token_hex(8)

    @app.after_request
    def log(response: Response) -> Response:
        started = g.get("started", time.monotonic())
        response.headers["X-Request-Id"] = g.get("request_id", "")
        logger.info(
            "request",
            extra={
                "request": g.get("request_id", ""),
                "method": request.method if request.method.isalpha() and len(request.method) <= 10 else "?",
                "route": request.url_rule.rule if request.url_rule else "",
                "status": response.status_code,
                "milliseconds": round(1000 * (time.monotonic() - started)),
            },
        )
        return response
