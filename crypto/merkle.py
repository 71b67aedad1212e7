"""The Merkle tree of checkpoints (spec chapter 9; RFC 9162 §2.1): hashes, roots, proofs and verification.

Knows hashes only; what a leaf says is `checkpoints`' business, and where nodes are kept is the server's: it
gives a function that answers the hash of a *range*, the leaves `start` to `end - 1`.

    >>> node = range_hashes([leaf_hash(b"a"), leaf_hash(b"b"), leaf_hash(b"c")])
    >>> root = node(Range(0, 3))
    >>> proof = [node(member) for member in inclusion_ranges(2, 3)]
    >>> verify_inclusion(leaf_hash(b"c"), index=2, size=3, proof=proof, root=root)
"""

import hashlib
from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from crypto.encoding import MAX_INTEGER
from crypto.errors import Tampered

HASH_LENGTH: Final = 32
MAX_PROOF: Final = 64
EMPTY_ROOT: Final = hashlib.sha256(b"").digest()


class Range(NamedTuple):
    """Leaves from index `start` (included) to `end` (excluded)."""

    start: int
    end: int


def leaf_hash(data: bytes) -> bytes:
    """The 32-byte hash of a leaf's data."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The 32-byte hash of an inner node."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def split(count: int) -> int:
    """How many of `count` > 1 leaves stand in the left subtree: the largest power of two below `count`."""
    return 1 << ((count - 1).bit_length() - 1)


def range_hashes(leaves: Sequence[bytes]) -> Callable[[Range], bytes]:
    """The hashes of ranges over leaf hashes that are all at hand: for tests and small trees."""

    def of(wanted: Range) -> bytes:
        count = wanted.end - wanted.start
        if count == 0:
            return EMPTY_ROOT
        if count == 1:
            return leaves[wanted.start]
        middle = wanted.start + split(count)
        return node_hash(of(Range(wanted.start, middle)), of(Range(middle, wanted.end)))

    return of


def inclusion_ranges(index: int, size: int) -> tuple[Range, ...]:
    """The ranges whose hashes prove the leaf at `index` in a tree of `size`, leaf's sibling first (§2.1.3.1).

    Raises:
        ValueError: no such leaf.
    """
    if not 0 <= index < size:
        raise ValueError("no such leaf")
    found, start, end = [], 0, size
    while end - start > 1:
        middle = start + split(end - start)
        if index < middle:
            found.append(Range(middle, end))
            end = middle
        else:
            found.append(Range(start, middle))
            start = middle
    return tuple(reversed(found))


def consistency_ranges(old: int, new: int) -> tuple[Range, ...]:
    """The ranges whose hashes prove that the tree of `old` leaves begins the one of `new` (§2.1.4.1).

    Raises:
        ValueError: `old` is not between 0 and `new`.
    """
    if not 0 <= old <= new:
        raise ValueError("no such sizes")
    if old in (0, new):
        return ()
    found, start, end = [], 0, new
    # `old` is followed down to the smallest subtree that it ends.
    while old != end:
        middle = start + split(end - start)
        if old <= middle:
            found.append(Range(middle, end))
            end = middle
        else:
            found.append(Range(start, middle))
            start = middle
    if start:
        found.append(Range(start, end))
    return tuple(reversed(found))


def verify_inclusion(leaf: bytes, *, index: int, size: int, proof: Sequence[bytes], root: bytes) -> None:
    """Return if the leaf with this hash stands at `index` in the tree of `size` with this root (§2.1.3.2).

    Raises:
        Tampered: it does not, or the proof is of another length than it must be.
    """
    _check_shape(size, proof)
    if not 0 <= index < size:
        raise Tampered("leaf beyond the tree")
    path, found = _Path(index, size - 1), leaf
    for sibling in proof:
        found = node_hash(sibling, found) if path.is_right() else node_hash(found, sibling)
        path.up()
    if not path.is_done or found != root:
        raise Tampered("leaf is not in the tree")


def verify_consistency(
    old: int, new: int, *, old_root: bytes, new_root: bytes, proof: Sequence[bytes]
) -> None:
    """Return if the tree of `old` leaves is the beginning of the one of `new` leaves (§2.1.4.2).

    Raises:
        Tampered: it is not, or the proof is of another length than it must be.
    """
    _check_shape(new, proof)
    if not 0 <= old <= new:
        raise Tampered("tree that shrank")
    if old in (0, new):
        expected = old_root if old else EMPTY_ROOT
        if proof or old_root != expected or (old == new and old_root != new_root):
            raise Tampered("another tree of the same size")
        return
    hashes = [old_root, *proof] if old & (old - 1) == 0 else list(proof)
    if not hashes:
        raise Tampered("consistency proof too short")
    path = _Path(old - 1, new - 1)
    path.skip_right()
    older = newer = hashes[0]
    for sibling in hashes[1:]:
        if path.is_right():
            older, newer = node_hash(sibling, older), node_hash(sibling, newer)
        else:
            newer = node_hash(newer, sibling)
        path.up()
    if not path.is_done or older != old_root or newer != new_root:
        raise Tampered("tree that is not the older one's continuation")


class _Path:
    """The way from a leaf (`at`) to the root, beside the tree's last leaf (`last`)."""

    def __init__(self, at: int, last: int) -> None:
        self._at, self._last = at, last

    @property
    def is_done(self) -> bool:
        """Whether this is the root."""
        return self._last == 0

    def is_right(self) -> bool:
        """Whether the next sibling stands left; the way then leads up past levels where there is none.

        Raises:
            Tampered: the root has no sibling, so the proof is too long.
        """
        if self.is_done:
            raise Tampered("proof too long")
        right = self._at & 1 == 1 or self._at == self._last
        if right:
            while self._at & 1 == 0 and self._at:
                self.up()
        return right

    def skip_right(self) -> None:
        """Up to the root of the subtree that the leaf ends."""
        while self._at & 1:
            self.up()

    def up(self) -> None:
        """One level up."""
        self._at, self._last = self._at >> 1, self._last >> 1


def _check_shape(size: int, proof: Sequence[bytes]) -> None:
    if size > MAX_INTEGER or len(proof) > MAX_PROOF:
        raise Tampered("proof beyond the largest tree")
    if any(len(member) != HASH_LENGTH for member in proof):
        raise Tampered("proof with a hash of another length")
