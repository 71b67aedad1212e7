"""ASCII armor of age files: strict PEM (spec chapter 1; RFC 7468 figure 3 as age.md asks).

Owns lines, padding and the two marker lines, as streams in constant memory. It does not know what is inside.

    >>> with_armor = io.BytesIO()
    >>> writer = ArmorWriter(with_armor)
    >>> writer.write(b"age file"); writer.close()
    >>> ArmorReader(io.BytesIO(with_armor.getvalue())).read(100)
    b'age file'
"""

import binascii
import io
from typing import Final

from crypto.age_stream import Sink, Source
from crypto.errors import Malformed

BEGIN: Final = b"-----BEGIN AGE ENCRYPTED FILE-----"
END: Final = b"-----END AGE ENCRYPTED FILE-----"

_COLUMNS: Final = 64
_LINE_BYTES: Final = 48
_WHITE_SPACE: Final = b" \t\r\n"
_MAX_SPACE: Final = 1024
_READ_SIZE: Final = 65536


def looks_armored(start: bytes) -> bool:
    """Whether a file that starts with these bytes is armored (or tries to be)."""
    return start.lstrip(_WHITE_SPACE).startswith(b"-----BEGIN")


def armor(data: bytes) -> bytes:
    """The armored form, with LF line ends."""
    out = io.BytesIO()
    writer = ArmorWriter(out)
    writer.write(memoryview(data))
    writer.close()
    return out.getvalue()


def dearmor(text: bytes) -> bytes:
    """The bytes inside. Raises Malformed."""
    reader = ArmorReader(io.BytesIO(text))
    return b"".join(iter(lambda: reader.read(_READ_SIZE), b""))


class ArmorWriter:
    """Writes the armored form of what is written to it; `close` writes the end and leaves the sink open."""

    def __init__(self, sink: Sink) -> None:
        self._sink = sink
        self._held = bytearray()
        sink.write(memoryview(BEGIN + b"\n"))

    def write(self, data: memoryview | bytes, /) -> None:
        """Adds bytes."""
        self._held += data
        whole = len(self._held) - len(self._held) % _LINE_BYTES
        self._emit(whole)

    def close(self) -> None:
        """Writes what is left and the last line."""
        self._emit(len(self._held))
        self._sink.write(memoryview(END + b"\n"))

    def _emit(self, size: int) -> None:
        lines = [
            binascii.b2a_base64(self._held[start : min(size, start + _LINE_BYTES)])
            for start in range(0, size, _LINE_BYTES)
        ]
        self._sink.write(memoryview(b"".join(lines)))
        del self._held[:size]


class ArmorReader:
    """A source of the bytes inside an armored source.

    White space may stand before and after; lines end in LF or CRLF. Raises Malformed for any other deviation
    from the
    one canonical form, at the latest when the end is read.
    """

    def __init__(self, source: Source) -> None:
        self._lines = _Lines(source)
        self._held = bytearray()
        self._state = "before"

    def read(self, size: int, /) -> bytes:
        """At most `size` bytes; none at the end."""
        if self._state == "before":
            self._lines.skip_space()
            if self._lines.next() != BEGIN:
                raise Malformed("not the first line of an armored file")
            self._state = "inside"
        while self._state != "after" and len(self._held) < size:
            self._read_line()
        given = bytes(self._held[:size])
        del self._held[:size]
        return given

    def _read_line(self) -> None:
        line = self._lines.next()
        if line == END:
            self._lines.expect_only_space()
            self._state = "after"
            return
        if self._state == "last":
            raise Malformed("a short line that is not the last")
        self._held += _decode_line(line)
        if len(line) < _COLUMNS or line.endswith(b"="):
            self._state = "last"


def _decode_line(line: bytes) -> bytes:
    if not 1 <= len(line) <= _COLUMNS:
        raise Malformed("armored line of a wrong length")
    try:
        data = binascii.a2b_base64(line, strict_mode=True)
    except binascii.Error:
        raise Malformed("not base64") from None
    if binascii.b2a_base64(data, newline=False) != line:
        raise Malformed("base64 that is not canonical")
    return data


class _Lines:
    """Lines of a source, without their ends, read in blocks."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._block = b""
        self._at = 0

    def skip_space(self) -> None:
        """Drops white space before the first line."""
        dropped = 0
        while True:
            if self._at == len(self._block) and not self._more():
                return
            rest = self._block[self._at :]
            kept = rest.lstrip(_WHITE_SPACE)
            dropped += len(rest) - len(kept)
            if dropped > _MAX_SPACE:
                raise Malformed("too much white space")
            self._at = len(self._block) - len(kept)
            if kept:
                return

    def next(self) -> bytes:
        """The next line. Raises Malformed at the end of the source and for a line that is much too long."""
        while (end := self._block.find(b"\n", self._at)) < 0:
            if len(self._block) - self._at > 2 * _COLUMNS:
                raise Malformed("armored line of a wrong length")
            if not self._more():
                line, self._at = self._block[self._at :], len(self._block)
                if line != END:
                    raise Malformed("the armored file ends without its last line")
                return line
        line, self._at = self._block[self._at : end], end + 1
        return line.removesuffix(b"\r")

    def expect_only_space(self) -> None:
        """Reads to the end. Raises Malformed if anything but a little white space follows."""
        rest = self._block[self._at :]
        while len(rest) <= _MAX_SPACE and (more := self._source.read(_READ_SIZE)):
            rest += more
        if len(rest) > _MAX_SPACE or rest.strip(_WHITE_SPACE):
            raise Malformed("data after the armored file")

    def _more(self) -> bool:
        block = self._source.read(_READ_SIZE)
        self._block, self._at = self._block[self._at :] + block, 0
        return bool(block)
