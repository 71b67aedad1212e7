"""The hashes of the tree of checkpoints, kept in tiles of 256 as C2SP's `tlog-tiles` cuts them.

A tile of level L holds the roots of complete subtrees of 256^L leaves; the levels between are computed from
it. Appending writes one tile, and every 256th time one more; a proof reads a tile or two for each hash. Knows
no leaf's contents and no signature.
"""

from typing import Final

from sqlalchemy.orm import Session

from crypto.merkle import HASH_LENGTH, Range, node_hash, range_hashes, split
from vault.models.checkpoints import CheckpointTile

HEIGHT: Final = 8
WIDTH: Final = 1 << HEIGHT


class Tiles:
    """The tree of `size` leaves; `append` makes it larger, `save` writes what changed."""

    def __init__(self, session: Session, size: int) -> None:
        self.size = size
        self._session = session
        self._tiles: dict[tuple[int, int], bytearray] = {}
        self._changed: set[tuple[int, int]] = set()

    def append(self, leaf: bytes) -> None:
        """One more leaf, by its hash."""
        level, position, value = 0, self.size, leaf
        while True:
            index, offset = divmod(position, WIDTH)
            tile = self._tile(level, index)
            # What a crash or an older size left behind it is written over.
            tile[offset * HASH_LENGTH :] = value
            self._changed.add((level, index))
            if offset != WIDTH - 1:
                break
            hashes = [bytes(tile[at : at + HASH_LENGTH]) for at in range(0, len(tile), HASH_LENGTH)]
            level, position, value = level + 1, index, range_hashes(hashes)(Range(0, WIDTH))
        self.size += 1

    def save(self) -> None:
        """Writes the tiles that `append` changed."""
        for level, index in sorted(self._changed):
            row = self._session.get(CheckpointTile, (level, index))
            if row is None:
                row = CheckpointTile(level=level, index=index)
                self._session.add(row)
            row.hashes = bytes(self._tiles[level, index])
        self._changed.clear()

    def hash_of(self, wanted: Range) -> bytes:
        """The hash of a range that a tree of at most `size` leaves has as a node."""
        count = wanted.end - wanted.start
        if count & (count - 1) == 0 and count:
            return self._complete(count.bit_length() - 1, wanted.start)
        if count == 0:
            return range_hashes([])(wanted)
        middle = wanted.start + split(count)
        return node_hash(self.hash_of(Range(wanted.start, middle)), self.hash_of(Range(middle, wanted.end)))

    def _complete(self, height: int, start: int) -> bytes:
        """The root of the complete subtree of 2^height leaves that begins at leaf `start`."""
        level, inside = divmod(height, HEIGHT)
        first = start >> (level * HEIGHT)
        index, offset = divmod(first, WIDTH)
        tile = self._tile(level, index)
        count = 1 << inside
        hashes = [
            bytes(tile[at * HASH_LENGTH : (at + 1) * HASH_LENGTH]) for at in range(offset, offset + count)
        ]
        return range_hashes(hashes)(Range(0, count))

    def _tile(self, level: int, index: int) -> bytearray:
        found = self._tiles.get((level, index))
        if found is None:
            row = self._session.get(CheckpointTile, (level, index))
            found = self._tiles[level, index] = bytearray(row.hashes if row else b"")
        return found
