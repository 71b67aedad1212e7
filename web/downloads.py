"""Objects on their way out: whole or one range, streamed from the store in small chunks."""

from collections.abc import Callable, Iterator
from typing import Final

from flask import Response, request
from werkzeug.http import parse_range_header

from storage.base import ObjectName
from storage.errors import RangeNotSatisfiable
from storage.streams import ByteStream
from web.context import Parts

RECHECK_SECONDS: Final = 20


def send(
    parts: Parts,
    peer: str,
    name: str,
    length: int,
    mimetype: str,
    still_allowed: Callable[[], bool] = lambda: True,
) -> Response:
    """An object, or the one range that the request asks for.

    A download under way is cut off within RECHECK_SECONDS of the moment from which `still_allowed` says
    no: a right that ends must not go on for as long as somebody reads slowly.

    Raises RangeNotSatisfiable, Busy (too many under way, in all or for this peer), and what the store raises.
    """
    start, end = _asked(length)
    partial = (start, end) != (0, length)
    finish = parts.transfers.begin(peer)
    try:
        stream = parts.store.open_range(ObjectName(name), start, end - start)
    except BaseException:
        finish()
        raise
    body = _while_allowed(stream, parts.clock, still_allowed)
    response = Response(body, status=206 if partial else 200, mimetype=mimetype)
    response.call_on_close(stream.close)
    response.call_on_close(finish)
    response.headers["Content-Length"] = str(end - start)
    response.headers["Accept-Ranges"] = "bytes"
    response.headers["Cache-Control"] = "no-store"
    if partial:
        response.headers["Content-Range"] = f"bytes {start}-{end - 1}/{length}"
    return response


def _asked(length: int) -> tuple[int, int]:
    """First byte and the one after the last. Several ranges, or other units, are answered with the whole."""
    asked = parse_range_header(request.headers.get("Range"), make_inclusive=False)
    if asked is None or asked.units != "bytes" or len(asked.ranges) != 1:
        return 0, length
    found = asked.range_for_length(length)
    if found is None:
        raise RangeNotSatisfiable("outside of the object")
    return found


def _while_allowed(
    stream: ByteStream, clock: Callable[[], int], still_allowed: Callable[[], bool]
) -> Iterator[bytes]:
    """The stream's pieces. Stopping early leaves the answer shorter than it said, which no client takes
    for whole."""
    due = clock() + RECHECK_SECONDS
    with stream:
        for piece in stream:
            if clock() >= due:
                if not still_allowed():
                    return
                due = clock() + RECHECK_SECONDS
            yield piece
