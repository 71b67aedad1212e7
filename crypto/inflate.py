"""Raw DEFLATE (RFC 1951) of files by others, with a bound (spec chapter 8). Ours are never compressed.

>>> inflate(compressed, limit=1 << 20)
"""

import zlib

from crypto.errors import LimitExceeded, Malformed


def inflate(data: bytes, *, limit: int) -> bytes:
    """What was compressed, `limit` bytes at most; what follows the stream is left out.

    Raises:
        LimitExceeded: it would be longer; no more than one byte over the limit was made.
        Malformed: no such stream, or one that was cut.
    """
    stream = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        found = stream.decompress(data, limit + 1)
    except zlib.error:
        raise Malformed("not a compressed stream") from None
    if len(found) > limit:
        raise LimitExceeded("what was compressed is too long")
    if not stream.eof:
        raise Malformed("a compressed stream that was cut")
    return found
