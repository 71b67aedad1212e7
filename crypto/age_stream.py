"""The payload of an age file: STREAM in chunks of 64 KiB (spec chapter 1).

Owns nonce, chunks and their faults. It knows no header and no recipient: it is given the 16-byte file key.
Everything runs in
constant memory, in batches of 8 chunks between reused buffers. `age_pipeline` does the same with threads.

    >>> open_bytes(file_key, seal_bytes(file_key, b"hello"))
    b'hello'
"""

import io
from collections.abc import Iterator
from typing import Final, Protocol, runtime_checkable

from crypto.errors import Malformed, Tampered
from crypto.primitives import TAG_SIZE, BulkCipher, Random, hkdf, system_random

CHUNK_SIZE: Final = 65536
NONCE_SIZE: Final = 16
FILE_KEY_SIZE: Final = 16

SEALED_CHUNK: Final = CHUNK_SIZE + TAG_SIZE
BATCH: Final = 8
PLAIN_BATCH: Final = BATCH * CHUNK_SIZE
SEALED_BATCH: Final = BATCH * SEALED_CHUNK


class Source(Protocol):
    """What bytes are read from: `read(n)` gives at most n, and none only at the end."""

    def read(self, size: int, /) -> bytes:
        """At most `size` bytes; none at the end."""


@runtime_checkable
class BufferSource(Source, Protocol):
    """A source that can fill a buffer of the caller's, which saves a copy."""

    def readinto(self, buffer: memoryview, /) -> int:
        """Fills the start of the buffer; the number of bytes, 0 only at the end."""


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
    full, rest = divmod(length - NONCE_SIZE, SEALED_CHUNK)
    size = full * CHUNK_SIZE + max(0, rest - TAG_SIZE)
    if length < NONCE_SIZE + TAG_SIZE or payload_length(size) != length:
        raise Tampered("no payload has this length")
    return size


def seal_chunks(file_key: bytes, source: Source, *, random: Random = system_random) -> Iterator[memoryview]:
    """The payload of everything that the source gives, in pieces; each is valid until the next one is asked
    for.
    """
    nonce = random(NONCE_SIZE)
    cipher = payload_cipher(file_key, nonce)
    yield memoryview(nonce)
    out = memoryview(bytearray(SEALED_BATCH))
    counter = 0
    for batch, last in batches(source, PLAIN_BATCH):
        yield out[: seal_batch(cipher, counter, batch, out, last=last)]
        counter += BATCH


def open_chunks(file_key: bytes, source: Source) -> Iterator[memoryview]:
    """The plaintext of a payload that reaches to the end of the source, in verified pieces, each valid until
    the next is asked for.

    Raises Tampered. What was given before is authentic but may be cut short: use it only once the iterator
    has ended.
    """
    cipher = payload_cipher(file_key, read_nonce(source))
    out = memoryview(bytearray(PLAIN_BATCH))
    counter = 0
    for batch, last in batches(source, SEALED_BATCH):
        if opened := open_batch(cipher, counter, batch, out, last=last):
            yield out[:opened]
        counter += BATCH


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
        self._cipher = payload_cipher(file_key, read_nonce(source))
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
        self._source.seek(NONCE_SIZE + index * SEALED_CHUNK)
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


def read_nonce(source: Source) -> bytes:
    """The nonce at the start of a payload. Raises Tampered if the source ends in it."""
    nonce = read_exactly(source, NONCE_SIZE)
    if len(nonce) < NONCE_SIZE:
        raise Tampered("the payload ends in its nonce")
    return nonce


def payload_cipher(file_key: bytes, nonce: bytes) -> BulkCipher:
    """The cipher of a payload's chunks. Raises Malformed for a file key that has not 16 bytes."""
    if len(file_key) != FILE_KEY_SIZE:
        raise Malformed("a file key has 16 bytes")
    return BulkCipher(hkdf(file_key, salt=nonce, info=b"payload"))


def seal_batch(cipher: BulkCipher, counter: int, batch: memoryview, out: memoryview, *, last: bool) -> int:
    """Seals a batch of chunks, the first of them number `counter`, into `out`; the bytes written there."""
    sealed = 0
    for start in range(0, max(1, len(batch)), CHUNK_SIZE):
        plain = batch[start : start + CHUNK_SIZE]
        final = last and start + CHUNK_SIZE >= len(batch)
        end = sealed + len(plain) + TAG_SIZE
        cipher.seal_into(_chunk_nonce(counter, final=final), plain, out[sealed:end])
        sealed, counter = end, counter + 1
    return sealed


def open_batch(cipher: BulkCipher, counter: int, batch: memoryview, out: memoryview, *, last: bool) -> int:
    """The reverse of `seal_batch`. Raises Tampered (`out` then holds nothing of worth)."""
    opened = 0
    for start in range(0, max(1, len(batch)), SEALED_CHUNK):
        sealed = batch[start : start + SEALED_CHUNK]
        final = last and start + SEALED_CHUNK >= len(batch)
        if len(sealed) < TAG_SIZE or (len(sealed) == TAG_SIZE and counter > 0):
            raise Tampered("the payload ends without its last chunk")
        end = opened + len(sealed) - TAG_SIZE
        cipher.open_into(_chunk_nonce(counter, final=final), sealed, out[opened:end])
        opened, counter = end, counter + 1
    return opened


def batches(source: Source, size: int) -> Iterator[tuple[memoryview, bool]]:
    """Batches of `size` bytes and whether each is the last; an empty source gives one empty batch.

    One batch is read ahead: that a full batch is the last one shows only when nothing follows it. Two buffers
    are used in turn: a batch is valid until the next one is asked for.
    """
    buffer, following = memoryview(bytearray(size)), memoryview(bytearray(size))
    held = fill(source, buffer)
    while held == size:
        filled = fill(source, following)
        if filled == 0:
            break
        yield buffer, False
        buffer, following, held = following, buffer, filled
    yield buffer[:held], True


def _chunk_nonce(counter: int, *, final: bool) -> bytes:
    return counter.to_bytes(11, "big") + (b"\x01" if final else b"\x00")


def fill(source: Source, buffer: memoryview) -> int:
    """Reads until the buffer is full or the source has ended; the number of bytes read."""
    filled = 0
    read_into = source.readinto if isinstance(source, BufferSource) else None
    while filled < len(buffer):
        if read_into is not None:
            count = read_into(buffer[filled:])
        else:
            piece = source.read(len(buffer) - filled)
            count = len(piece)
            buffer[filled : filled + count] = piece
        if not count:
            break
        filled += count
    return filled
