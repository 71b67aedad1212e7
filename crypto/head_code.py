"""Head codes: a chain's position as people compare it between two devices (spec chapter 6).

Knows the text only; which heads a chain had is the fold's to say.
"""

import re
from dataclasses import dataclass
from typing import Final, Self

from crypto.encoding import MAX_INTEGER
from crypto.errors import Malformed
from crypto.journal import ACCESSES, LEDGER

SHOWN: Final = 20
_CODE: Final = re.compile(rf"({LEDGER}|{ACCESSES}):(0|[1-9][0-9]{{0,15}}):([0-9a-f-]+)", re.ASCII)


@dataclass(frozen=True)
class HeadCode:
    """A chain (`ledger` or `accesses`) after `size` entries; `start` is the first 20 bytes of its head."""

    chain: str
    size: int
    start: bytes

    @classmethod
    def of(cls, chain: str, size: int, head: bytes) -> Self:
        """The code of a position; `head` is 32 bytes."""
        return cls(chain, size, head[:SHOWN])

    @classmethod
    def parse(cls, text: str) -> Self:
        """The reverse of `text`, as people type it. Raises Malformed."""
        found = _CODE.fullmatch(re.sub("[A-Z]", lambda char: char[0].lower(), text.replace(" ", "")))
        if found is None or int(found[2]) > MAX_INTEGER:
            raise Malformed("not a head code")
        digits = found[3].replace("-", "")
        if len(digits) != 2 * SHOWN:
            raise Malformed("head code of another length")
        return cls(found[1], int(found[2]), bytes.fromhex(digits))

    def text(self) -> str:
        """`CHAIN:SIZE:` and ten groups of four upper-case hex digits joined by `-`."""
        digits = self.start.hex().upper()
        groups = "-".join(digits[at : at + 4] for at in range(0, len(digits), 4))
        return f"{self.chain}:{self.size}:{groups}"
