"""Bodies going in and coming out, in chunks of bounded size and of exactly the announced length.

Owns the chunk size. Knows nothing of names, files or S3.
"""

from collections.abc import Callable, Iterator
from types import TracebackType
from typing import BinaryIO, Self

from storage.errors import StoreUnavailable, WrongLength

CHUNK = 256 * 1024

# A binary file (as BinaryIO or anything with its `read`), or an iterator of bytes in blocks of any size.
Body = BinaryIO | Iterator[bytes]


def exact_chunks(body: Body, length: int) -> Iterator[bytes]:
    """Chunks of 1 to CHUNK bytes, `length` bytes in all.

    Raises WrongLength at the first byte too many or at an early end, so that whoever consumes the iterator to
    its end knows that the length was right. What the body itself raises passes through.
    """
    left = length
    for chunk in _pieces(body, length):
        left -= len(chunk)
        if left < 0:
            raise WrongLength(f"the body is longer than the {length} bytes announced")
        yield chunk
    if left:
        raise WrongLength(f"the body ended {left} bytes before the {length} announced")


def _pieces(body: Body, length: int) -> Iterator[bytes]:
    # A binary file iterates by lines, hence the question; other iterators' blocks are cut to size.
    read = getattr(body, "read", None)
    if read is None:
        for block in body:
            for start in range(0, len(block), CHUNK):
                yield block[start : start + CHUNK]
        return
    left = length
    # After the last byte one more is asked for, so that a longer body is noticed without reading all of it.
    while piece := read(min(CHUNK, left) or 1):
        left = max(0, left - len(piece))
        yield piece


class ByteStream(Iterator[bytes]):
    """The bytes of a range, in chunks of at most CHUNK. Close it if it is not read to its end.

    Raises StoreUnavailable instead of ending early: an end is always the true end.
    """

    def __init__(self, chunks: Iterator[bytes], length: int, close: Callable[[], None]) -> None:
        self.length = length
        self._left = length
        self._chunks = chunks
        self._close = close

    def __next__(self) -> bytes:
        try:
            chunk = next(self._chunks)
        except StopIteration:
            self._close()
            if self._left:
                raise StoreUnavailable(f"the store stopped {self._left} bytes before the end") from None
            raise
        except BaseException:
            self._close()
            raise
        self._left -= len(chunk)
        return chunk

    def close(self) -> None:
        """Lets go of the file or connection. May be called again, and at any point."""
        self._close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close()
