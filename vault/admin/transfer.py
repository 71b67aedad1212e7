"""One object from a store to another, verified on the way: what is not as it was signed never appears there.

Memory is constant. Large objects go in parts, because S3 takes no more than 5 GiB at once.
"""

from collections.abc import Callable, Iterator
from itertools import islice

from storage.base import ObjectStore, Part
from storage.errors import ObjectExists
from storage.streams import CHUNK
from vault.admin.inventory import Expected
from vault.admin.part_digests import PartDigests

LARGEST_PUT = 64 * 1024 * 1024


class Differs(Exception):
    """The object in the source is not the one that its author signed; nothing of it was kept."""


def copy(
    source: ObjectStore, target: ObjectStore, expected: Expected, progress: Callable[[int], None]
) -> None:
    """Copies an object; one of that name in the target is left as it is.

    Raises Differs, ObjectMissing, StoreUnavailable, StoreRefused.
    """
    size = source.size(expected.name)
    if size != expected.length:
        raise Differs
    with source.open_range(expected.name, 0, size) as stream:
        chunks = _verified(_even(stream), expected, progress)
        if size <= LARGEST_PUT:
            try:
                target.put(expected.name, chunks, size)
            except ObjectExists:
                return
        else:
            _in_parts(target, expected, chunks)


def _in_parts(target: ObjectStore, expected: Expected, chunks: Iterator[bytes]) -> None:
    token = target.begin(expected.name)
    try:
        parts: list[Part] = []
        for offset in range(0, expected.length, LARGEST_PUT):
            length = min(LARGEST_PUT, expected.length - offset)
            number = len(parts) + 1
            tag = target.put_part(
                expected.name, token, number, offset, islice(chunks, -(-length // CHUNK)), length
            )
            parts.append(Part(number, tag, length))
        # The last part's digest is known at the very end only.
        for _ in chunks:
            raise Differs
        target.complete(expected.name, token, parts)
    except ObjectExists:
        target.abort(expected.name, token)
    except BaseException:
        target.abort(expected.name, token)
        raise


def _even(stream: Iterator[bytes]) -> Iterator[bytes]:
    """The same bytes in chunks of CHUNK, so that parts begin where chunks begin."""
    waiting = bytearray()
    for chunk in stream:
        waiting += chunk
        while len(waiting) >= CHUNK:
            yield bytes(waiting[:CHUNK])
            del waiting[:CHUNK]
    if waiting:
        yield bytes(waiting)


def _verified(
    chunks: Iterator[bytes], expected: Expected, progress: Callable[[int], None]
) -> Iterator[bytes]:
    """Passes the chunks on; raises Differs, at the latest instead of ending, if a part is not as signed."""
    due = iter(expected.digests)
    digests = PartDigests(expected.part_size)
    for chunk in chunks:
        if any(found != next(due, b"") for found in digests.update(chunk)):
            raise Differs
        progress(len(chunk))
        yield chunk
    if any(found != next(due, b"") for found in digests.finish()):
        raise Differs
