"""The hash of a document's content (spec chapter 4, "Content").

Owns how the plaintext is cut and hashed: pieces of 256 KiB, which a browser's own SHA-256 takes many at a
time (it knows no hash that is fed bit by bit). It knows neither object nor metadata.

    >>> hasher = ContentHasher()
    >>> hasher.update(b"hello")
    >>> len(hasher.digest())
    32
"""

from collections.abc import Iterable
from typing import Final

from crypto import labels, primitives
from crypto.signing import labelled_hash

PIECE_SIZE: Final = 1 << 18


class ContentHasher:
    """Hashes a document that is given in stretches of any length."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []
        self._piece = primitives.new_sha256()
        self._filled = 0

    def update(self, data: bytes | memoryview, /) -> None:
        """Adds bytes."""
        rest = memoryview(data)
        while rest:
            taken = rest[: PIECE_SIZE - self._filled]
            self._piece.update(taken)
            self._filled += len(taken)
            rest = rest[len(taken) :]
            if self._filled == PIECE_SIZE:
                self._pieces.append(self._piece.digest())
                self._piece = primitives.new_sha256()
                self._filled = 0

    def digest(self) -> bytes:
        """The hash of everything added so far, 32 bytes."""
        last = [self._piece.digest()] if self._filled else []
        return _root([*self._pieces, *last])


class ScatteredContentHasher:
    """Hashes a document whose stretches come in any order, perhaps from several threads at once.

    Each starts at a multiple of PIECE_SIZE, and ends at one unless it is the last.
    """

    def __init__(self) -> None:
        self._pieces: dict[int, bytes] = {}

    def add(self, start: int, data: memoryview) -> None:
        """Adds the bytes of the document from `start`."""
        for offset in range(0, len(data), PIECE_SIZE):
            piece = primitives.new_sha256(data[offset : offset + PIECE_SIZE])
            self._pieces[start + offset] = piece.digest()

    def digest(self) -> bytes:
        """The hash of everything, 32 bytes."""
        return _root(self._pieces[at] for at in sorted(self._pieces))


def _root(pieces: Iterable[bytes]) -> bytes:
    return labelled_hash(labels.HASH_CONTENT, b"".join(pieces))
