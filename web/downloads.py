"""Objects on their way out: whole or one range, streamed from the store in small chunks."""

from collections.abc import Iterator

from flask import Response, request
from werkzeug.http import parse_range_header

from storage.base import ObjectName
from storage.errors import RangeNotSatisfiable
from storage.streams import ByteStream
from web.context import Parts


def send(parts: Parts, peer: str, name: str, length: int, mimetype: str) -> Response:
    """An object, or the one range that the request asks for.

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
    response = Response(_closing(stream), status=206 if partial else 200, mimetype=mimetype)
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


def _closing(stream: ByteStream) -> Iterator[bytes]:
    with stream:
        yield from stream
