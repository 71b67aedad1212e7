"""SHA-256 of an object's parts while its bytes pass (spec chapter 4, "Object"). Knows no store."""

import hashlib


class PartDigests:
    """Fed an object from its start, in pieces of any size; gives each part's digest when the part is over."""

    def __init__(self, part_size: int) -> None:
        self._part_size = part_size
        self._left = part_size
        self._digest = hashlib.sha256()

    def update(self, piece: bytes) -> list[bytes]:
        """Takes the next bytes; the digests of the parts that end in them."""
        found = []
        rest = memoryview(piece)
        while rest:
            taken = rest[: self._left]
            self._digest.update(taken)
            self._left -= len(taken)
            rest = rest[len(taken) :]
            if not self._left:
                found.append(self._end())
        return found

    def finish(self) -> list[bytes]:
        """The digest of a last part that is shorter than the others; none if there is no such part."""
        return [self._end()] if self._left < self._part_size else []

    def _end(self) -> bytes:
        digest = self._digest.digest()
        self._digest, self._left = hashlib.sha256(), self._part_size
        return digest
