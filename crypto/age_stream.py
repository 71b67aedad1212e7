"""The payload of an age file: STREAM in chunks of 64 KiB (spec chapter 1).

Owns nonce, chunks and their faults. It knows no header and no recipient: it is given the 16-byte file key.
Everything runs in
constant memory: two buffers of 16 chunks each way, reused.

    >>> open_bytes(file_key, seal_bytes(file_key, b"hello"))
    b'hello'
"""

import io
from collections.abc import Iterator
from typing import Final, Protocol

from crypto.errors import Malformed, Tampered
from crypto.primitives import TAG_SIZE, BulkCipher, Random, hkdf, system_random

CHUNK_SIZE: Final = 65536
NONCE_SIZE: Final = 16
FILE_KEY_SIZE: Final = 16

_SEALED_SIZE: Final = CHUNK_SIZE + TAG_SIZE
_BATCH: Final = 16


class Source(Protocol):
    """What bytes are read from: `read(n)` gives at most n, and none only at the end."""

    def read(self, size: int, /) -> bytes:
        """At most `size` bytes; none at the end."""


class Sink(Protocol):
    """What bytes are written to. A memoryview that is written is only valid during the call."""

    def write(self, data: memoryview, /) -> object:
        """Takes all of the bytes."""


class SeekableSource(Source, Protocol):
    """A source that can be read at any position."""

    def seek(self, offset: int, /) -> object:
        """Goes to a position counted from the start."""


def payload_length(size: int) -> int:
    """The length in bytes of the payload of `size` plaintext bytes."""
    return NONCE_SIZE + size + TAG_SIZE * max(1, -(-size // CHUNK_SIZE))


def plaintext_length(length: int) -> int:
    """The plaintext size of a payload of `length` bytes. Raises Tampered for a length that no payload has."""
    full, rest = divmod(length - NONCE_SIZE, _SEALED_SIZE)
    size = full * CHUNK_SIZE + max(0, rest - TAG_SIZE)
    if length < NONCE_SIZE + TAG_SIZE or payload_length(size) != length:
        raise Tampered("no payload has this length")
    return size


def seal_chunks(file_key: bytes, source: Source, *, random: Random = system_random) -> Iterator[memoryview]:
    """The payload of everything that the source gives, in pieces; each is valid until the next one is asked
    for.
    """
    nonce = random(NONCE_SIZE)
    cipher = _cipher(file_key, nonce)
    yield memoryview(nonce)
    out = memoryview(bytearray(_BATCH * _SEALED_SIZE))
    counter = 0
    for batch, last in _batches(source, _BATCH * CHUNK_SIZE):
        sealed = 0
        for start in range(0, max(1, len(batch)), CHUNK_SIZE):
            plain = batch[start : start + CHUNK_SIZE]
            final = last and start + CHUNK_SIZE >= len(batch)
            end = sealed + len(plain) + TAG_SIZE
            cipher.seal_into(_chunk_nonce(counter, final=final), plain, out[sealed:end])
            sealed, counter = end, counter + 1
        yield out[:sealed]


def open_chunks(file_key: bytes, source: Source) -> Iterator[memoryview]:
    """The plaintext of a payload that reaches to the end of the source, in verified pieces, each valid until
    the next is asked for.

    Raises Tampered. What was given before is authentic but may be cut short: use it only once the iterator
    has ended.
    """
    nonce = read_exactly(source, NONCE_SIZE)
    if len(nonce) < NONCE_SIZE:
        raise Tampered("the payload ends in its nonce")
    cipher = _cipher(file_key, nonce)
    out = memoryview(bytearray(_BATCH * CHUNK_SIZE))
    counter = 0
    for batch, last in _batches(source, _BATCH * _SEALED_SIZE):
        opened = 0
        for start in range(0, max(1, len(batch)), _SEALED_SIZE):
            sealed = batch[start : start + _SEALED_SIZE]
            final = last and start + _SEALED_SIZE >= len(batch)
            if len(sealed) < TAG_SIZE or (len(sealed) == TAG_SIZE and counter > 0):
                raise Tampered("the payload ends without its last chunk")
            end = opened + len(sealed) - TAG_SIZE
            cipher.open_into(_chunk_nonce(counter, final=final), sealed, out[opened:end])
            opened, counter = end, counter + 1
        if opened:
            yield out[:opened]


def seal_stream(file_key: bytes, source: Source, sink: Sink, *, random: Random = system_random) -> int:
    """Writes the payload of the source to the sink; its length."""
    return _pour(seal_chunks(file_key, source, random=random), sink)


def open_stream(file_key: bytes, source: Source, sink: Sink) -> int:
    """Writes the plaintext of the payload to the sink; its size.

    Raises Tampered: drop what was written then.
    """
    return _pour(open_chunks(file_key, source), sink)


def seal_bytes(file_key: bytes, plaintext: bytes, *, random: Random = system_random) -> bytes:
    """The payload of the plaintext."""
    return b"".join(bytes(piece) for piece in seal_chunks(file_key, io.BytesIO(plaintext), random=random))


def open_bytes(file_key: bytes, payload: bytes) -> bytes:
    """The plaintext of a payload. Raises Tampered."""
    return b"".join(bytes(piece) for piece in open_chunks(file_key, io.BytesIO(payload)))


class PayloadReader:
    """Random access to a payload of a known length at the start of a seekable source.

    The last chunk is verified at once, so that a payload that was cut is found before anything is read.
    Raises Tampered.
    """

    def __init__(self, file_key: bytes, source: SeekableSource, *, length: int) -> None:
        self.size = plaintext_length(length)
        self._source = source
        self._last = max(0, -(-self.size // CHUNK_SIZE) - 1)
        source.seek(0)
        nonce = read_exactly(source, NONCE_SIZE)
        if len(nonce) < NONCE_SIZE:
            raise Tampered("the payload ends in its nonce")
        self._cipher = _cipher(file_key, nonce)
        self._chunk(self._last)

    def open_range(self, start: int, length: int) -> bytes:
        """The plaintext bytes [start, start + length), fewer at the end. Raises Tampered."""
        if start < 0 or length < 0:
            raise Malformed("negative range")
        end = min(start + length, self.size)
        if start >= end:
            return b""
        first = start // CHUNK_SIZE
        chunks = b"".join(self._chunk(index) for index in range(first, (end - 1) // CHUNK_SIZE + 1))
        return chunks[start - first * CHUNK_SIZE : end - first * CHUNK_SIZE]

    def _chunk(self, index: int) -> bytes:
        size = min(CHUNK_SIZE, self.size - index * CHUNK_SIZE)
        self._source.seek(NONCE_SIZE + index * _SEALED_SIZE)
        sealed = read_exactly(self._source, size + TAG_SIZE)
        if len(sealed) < size + TAG_SIZE:
            raise Tampered("the payload is cut")
        out = bytearray(size)
        nonce = _chunk_nonce(index, final=index == self._last)
        self._cipher.open_into(nonce, memoryview(sealed), memoryview(out))
        return bytes(out)


def read_exactly(source: Source, size: int) -> bytes:
    """`size` bytes, fewer only where the source ends."""
    first = source.read(size)
    if len(first) == size or not first:
        return first
    whole = bytearray(first)
    while len(whole) < size and (more := source.read(size - len(whole))):
        whole += more
    return bytes(whole)


def _cipher(file_key: bytes, nonce: bytes) -> BulkCipher:
    if len(file_key) != FILE_KEY_SIZE:
        raise Malformed("a file key has 16 bytes")
    return BulkCipher(hkdf(file_key, salt=nonce, info=b"payload"))


def _chunk_nonce(counter: int, *, final: bool) -> bytes:
    return counter.to_bytes(11, "big") + (b"\x01" if final else b"\x00")


def _batches(source: Source, size: int) -> Iterator[tuple[memoryview, bool]]:
    """Batches of `size` bytes and whether each is the last; an empty source gives one empty batch.

    One batch is read ahead: that a full batch is the last one shows only when nothing follows it.
    """
    buffers = memoryview(bytearray(size)), memoryview(bytearray(size))
    held, turn = _fill(source, buffers[0]), 0
    while held == size:
        following = _fill(source, buffers[1 - turn])
        if following == 0:
            break
        yield buffers[turn], False
        held, turn = following, 1 - turn
    yield buffers[turn][:held], True


def _fill(source: Source, buffer: memoryview) -> int:
    """Reads until the buffer is full or the source has ended; the number of bytes read."""
    filled = 0
    while filled < len(buffer):
        piece = source.read(len(buffer) - filled)
        if not piece:
            break
        buffer[filled : filled + len(piece)] = piece
        filled += len(piece)
    return filled


def _pour(pieces: Iterator[memoryview], sink: Sink) -> int:
    total = 0
    for piece in pieces:
        sink.write(piece)
        total += len(piece)
    return total
