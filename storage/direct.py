"""What a store promises that others can reach themselves: URLs that stand for one part or one range.

Owns the contract of `transfer = "direct"`; storage.base says the rest. A URL lets whoever holds it do one
thing for a short while: send exactly `length` bytes as one part of one upload, or read one range of one
object. It is made without asking the store. Who may have one, and for how long, is the caller's to decide.
The contract is checked by tests/storage/contract_direct.py.

    asked = store.presign_part(name, token, 1, length, lifetime=300)
    PUT asked.url with asked.headers          # by somebody else, straight to the store
    store.arrived(name, token)                # what `complete` takes
"""

from abc import abstractmethod
from collections.abc import Mapping
from typing import NamedTuple

from storage.base import (
    MAXIMUM_PARTS,
    ObjectName,
    ObjectStore,
    Part,
    UploadToken,
    check_length,
    check_token,
    object_name,
)
from storage.errors import RangeNotSatisfiable, WrongParts

MAXIMUM_LIFETIME = 3600


class Presigned(NamedTuple):
    """A request that is allowed. The headers are signed as well: any other value of them is refused."""

    url: str
    headers: Mapping[str, str]


class Keeping(NamedTuple):
    """What a bucket keeps of what was deleted, by its own rules: earlier versions; objects under a lock."""

    versions: bool
    locks: bool


class DirectStore(ObjectStore):
    """A store that signs requests for others. See the module's docstring."""

    def presign_part(
        self, name: ObjectName, token: UploadToken, number: int, length: int, *, lifetime: int
    ) -> Presigned:
        """A PUT of one part of exactly `length` bytes, for `lifetime` seconds (1 to MAXIMUM_LIFETIME).

        It stands for whatever bytes its holder sends, and may be used again while it lives and the upload is
        open. That the upload exists is not looked at. Raises BadObjectName, UploadMissing (no such token can
        be), WrongLength, WrongParts (number), ValueError (lifetime).
        """
        object_name(name)
        check_token(token)
        check_length(length)
        if not 1 <= number <= MAXIMUM_PARTS:
            raise WrongParts(f"no part can have the number {number}")
        _check_lifetime(lifetime)
        return self._presign_part(name, token, number, length, lifetime)

    def presign_range(self, name: ObjectName, start: int, length: int, *, lifetime: int) -> Presigned:
        """A GET of the bytes `start` to `start + length - 1`, and of no others.

        That the object is there and reaches so far is not looked at.
        Raises BadObjectName, RangeNotSatisfiable, ValueError (lifetime).
        """
        object_name(name)
        if start < 0 or length < 1:
            raise RangeNotSatisfiable("a range starts at 0 or later and has 1 byte at least")
        _check_lifetime(lifetime)
        return self._presign_range(name, start, length, lifetime)

    def arrived(self, name: ObjectName, token: UploadToken) -> tuple[Part, ...]:
        """The parts that the store holds of an upload, by number.

        A part that was sent again with other bytes may stand there once for each.
        Raises BadObjectName, UploadMissing.
        """
        object_name(name)
        check_token(token)
        return self._arrived(name, token)

    def keeping(self) -> Keeping:
        """The bucket's rules against deletion; an operator sets them, no caller does."""
        return self._keeping()

    @abstractmethod
    def _presign_part(
        self, name: ObjectName, token: UploadToken, number: int, length: int, lifetime: int
    ) -> Presigned: ...

    @abstractmethod
    def _presign_range(self, name: ObjectName, start: int, length: int, lifetime: int) -> Presigned: ...

    @abstractmethod
    def _keeping(self) -> Keeping: ...

    @abstractmethod
    def _arrived(self, name: ObjectName, token: UploadToken) -> tuple[Part, ...]: ...


def _check_lifetime(lifetime: int) -> None:
    if not 1 <= lifetime <= MAXIMUM_LIFETIME:
        raise ValueError("a presigned URL lives for 1 second to an hour")
