"""Where the bytes of objects come from (spec chapter 4, "Object").

Owns the order in which parts are checked and used: none of a part's bytes is given before the hash of the
whole part was held against the manifest. Copies as little as it can. Knows no key.
"""

from collections.abc import Iterable

from crypto import age_stream, primitives
from crypto.age_stream import Source
from crypto.errors import Tampered


class IterableSource:
    """A source of the bytes that an iterable gives, for instance an HTTP answer's body.

    Views that the iterable gives are read before the next one is asked for.
    """

    def __init__(self, pieces: Iterable[bytes | memoryview]) -> None:
        self._pieces = iter(pieces)
        self._held = memoryview(b"")

    def read(self, size: int, /) -> bytes:
        """At most `size` bytes; none at the end."""
        return bytes(self._some(size))

    def stretch(self, size: int, /) -> memoryview:
        """`size` bytes, fewer only at the end; valid until more is asked for. Copied only if they come in
        several pieces."""
        first = self._some(size)
        if len(first) == size:
            return first
        gathered = bytearray(first)
        while len(gathered) < size and (more := self._some(size - len(gathered))):
            gathered += more
        return memoryview(gathered)

    def _some(self, size: int) -> memoryview:
        while not self._held:
            piece = next(self._pieces, None)
            if piece is None:
                break
            self._held = memoryview(piece)
        given, self._held = self._held[:size], self._held[size:]
        return given


class Limited:
    """The first `size` bytes of an object."""

    def __init__(self, source: "CheckedParts", size: int) -> None:
        self._source = source
        self._left = size

    def read(self, size: int, /) -> bytes:
        """At most `size` bytes; none at the end. Raises Tampered."""
        piece = bytes(self._source.some(min(size, self._left)))
        self._left -= len(piece)
        return piece

    def readinto(self, buffer: memoryview, /) -> int:
        """Fills the start of the buffer; the number of bytes, 0 only at the end. Raises Tampered."""
        piece = self._source.some(min(len(buffer), self._left))
        buffer[: len(piece)] = piece
        self._left -= len(piece)
        return len(piece)


class CheckedParts:
    """The bytes of an object; none is given before the hash of its whole part was checked."""

    def __init__(self, source: Source, *, length: int, part_size: int, hashes: Iterable[bytes]) -> None:
        self._source = source
        self._hashes = iter(hashes)
        self._part_size = part_size
        self._left = length
        self._held = memoryview(b"")

    def some(self, size: int) -> memoryview:
        """At most `size` bytes, none at the end; valid until more is asked for. Raises Tampered."""
        if not self._held and self._left and size:
            self._load()
        given, self._held = self._held[:size], self._held[size:]
        return given

    def finish(self) -> None:
        """Checks the parts that were not read.

        Raises Tampered, also if the source goes on after the object.
        """
        while self._left:
            self._load()
        if self._source.read(1):
            raise Tampered("the object goes on after its end")

    def _load(self) -> None:
        length = min(self._part_size, self._left)
        part = _stretch(self._source, length)
        if len(part) != length or primitives.new_sha256(part).digest() != next(self._hashes):
            raise Tampered("a part is not the one that the manifest names")
        self._held, self._left = part, self._left - length


def _stretch(source: Source, size: int) -> memoryview:
    if isinstance(source, IterableSource):
        return source.stretch(size)
    return memoryview(age_stream.read_exactly(source, size))
