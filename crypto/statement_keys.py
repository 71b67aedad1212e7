"""The kinds of statements by which a server's or a directory's key is followed by another (spec chapter 14).

Fields as in `statement_kinds`. Knows neither signatures nor the chain: that is `successions`.
"""

from dataclasses import dataclass
from typing import Annotated, Final

from crypto.errors import LimitExceeded, Malformed
from crypto.statement_grammar import binary, integer
from crypto.statement_kinds import MAX_TERM, Authored
from crypto.statement_records import Hash, Time

MAX_SUCCESSIONS: Final = 1_000


@dataclass(frozen=True, kw_only=True)
class Succession(Authored):
    """Which key (`key`) follows which (`before`), both Ed25519 public keys of 32 bytes; `author` is the key
    id of the one before, `proof` (64 bytes) is by the new one.
    """

    before: Hash
    from_: Time
    key: Hash
    proof: Annotated[bytes, binary(64)]
    sequence: Annotated[int, integer(1, MAX_SUCCESSIONS)]
    until: Time
    prev: Annotated[bytes | None, binary(32)] = None

    def check(self) -> None:
        """Raises Malformed or LimitExceeded: `prev` where there is none, or times in another order."""
        if (self.prev is None) != (self.sequence == 1):
            raise Malformed("prev belongs to every succession but the first")
        if self.from_ < self.time or self.until < self.from_:
            raise Malformed("succession whose times are out of order")
        if self.until - self.from_ > MAX_TERM:
            raise LimitExceeded("overlap of more than 366 days")


@dataclass(frozen=True, kw_only=True)
class ServerSuccession(Succession):
    """Of the key that signs openings and checkpoints."""

    KIND = "server_key"


@dataclass(frozen=True, kw_only=True)
class DirectorySuccession(Succession):
    """Of the operator's key that signs entries of the directory."""

    KIND = "directory_key"
