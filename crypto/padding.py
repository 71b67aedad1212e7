"""Sizes that tell little: Padmé and padded frames (spec chapters 0 and 4).

Owns the two padding rules. It knows nothing of what is padded; objects are padded with random bytes by
`document`,
frames with zero bytes here, because a frame is encrypted afterwards.

    >>> padme(1_000_000)
    1015808
    >>> unframe(frame(b"name", floor=256), floor=256)
    b'name'
"""

from typing import Final

from crypto.errors import Malformed

_LENGTH_SIZE: Final = 4


def padme(length: int) -> int:
    """The Padmé size for a length in bytes: at most 12 % more (Nikitin et al., PETS 2019, "Reducing Metadata
    Leakage").
    """
    if length < 2:
        return length
    exponent = length.bit_length() - 1
    mask = (1 << (exponent - exponent.bit_length())) - 1
    return (length + mask) & ~mask


def frame(message: bytes, *, floor: int) -> bytes:
    """`u32(len) ‖ message ‖ zeros`, padded to the Padmé size of at least `floor` bytes."""
    framed = len(message).to_bytes(_LENGTH_SIZE, "big") + message
    return framed.ljust(padme(max(len(framed), floor)), b"\0")


def unframe(framed: bytes, *, floor: int) -> bytes:
    """The message of a frame.

    Raises Malformed for another total length than `frame` gives, or padding that is not zero.
    """
    end = _LENGTH_SIZE + int.from_bytes(framed[:_LENGTH_SIZE], "big")
    if len(framed) < _LENGTH_SIZE or len(framed) != padme(max(end, floor)):
        raise Malformed("frame of a wrong length")
    if framed.count(0, end) != len(framed) - end:
        raise Malformed("padding that is not zero")
    return framed[_LENGTH_SIZE:end]
