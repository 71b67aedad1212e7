"""One line of JSON on standard error for each request, and for what went wrong.

Owns the list of fields (`FIELDS`), which WHAT-THE-SERVER-SEES.md repeats. No address of a client, no path:
only the route's template, so that no identifier of a vault, document or share gets into a log.
"""

import hashlib
import itertools
import json
import logging
import os
import secrets
import time
from typing import Final

from flask import Flask, Response, g, request

FIELDS = ("time", "level", "event", "request", "method", "route", "status", "milliseconds", "error", "at")
STANDARD_ERROR: Final = 2


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


class Unlocked(logging.Handler):
    """Writes each line to a file descriptor by itself. Threads do not wait for each other, as they do for a
    stream's lock: at sixteen requests at a time, that was a sixth of a short one's work (vault/adr/0038).

    The system keeps lines apart: they are shorter than the 4,096 bytes that a pipe takes as one.
    """

    def __init__(self, descriptor: int) -> None:
        super().__init__()
        self._descriptor = descriptor
        self.setFormatter(JsonLines())

    def createLock(self) -> None:  # noqa: N802 - logging's name
        """None."""
        self.lock = None

    def emit(self, record: logging.LogRecord) -> None:
        """Writes it; as all of logging, raises nothing."""
        try:
            left = f"{self.format(record)}\n".encode("ascii")
            while left:
                left = left[os.write(self._descriptor, left) :]
        except Exception:  # noqa: BLE001 - a log that cannot be written stops no request
            self.handleError(record)


def configure() -> None:
    """Sends every log of the process to standard error as JSON lines. Called by the process that serves."""
    handler = Unlocked(STANDARD_ERROR)
    # What no line shows is not looked for.
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger("coffre").setLevel(logging.INFO)


def install(app: Flask) -> None:
    """Logs each request once it is answered."""
    logger = logging.getLogger("coffre")
    key, numbers = secrets.token_bytes(32), itertools.count()

    @app.before_request
    def begin() -> None:
        g.started = time.monotonic()
        # Random to others, without asking the system for each: who does lets other threads go first.
        number = next(numbers).to_bytes(8)
        g.request_id = hashlib.blake2b(number, key=key, digest_size=8).hexdigest()

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
