"""The operator's key that signs what operators did, and the head of the chain as this machine saw it last.

Two files side by side, `operator.key` and `operator.head`, readable by their owner only (spec chapter 13).
Owns their forms. Knows no database.
"""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from crypto.errors import CoffreError, Malformed
from crypto.operations import Pin
from crypto.signing import SigningKey
from vault.admin import key_files
from vault.admin.errors import BadOperatorFile, OperatorKeyElsewhere

_KEY: Final = "coffre-operator-key/1"


@dataclass(frozen=True)
class OperatorFiles:
    """The files at and beside the path of the key."""

    key_file: Path

    @property
    def pin_file(self) -> Path:
        """Where the head is kept."""
        return self.key_file.with_suffix(".head")

    def key(self) -> SigningKey:
        """The key. Raises OperatorKeyElsewhere (no such file), BadOperatorFile."""
        try:
            return key_files.read(self.key_file, _KEY)
        except FileNotFoundError:
            raise OperatorKeyElsewhere(
                "the key that signs operators' commands is not here (operators.key_file): put it there, or "
                "begin anew with `coffre admin audit --begin`"
            ) from None
        except Malformed:
            raise BadOperatorFile("not an operator's key") from None

    def new_key(self) -> SigningKey:
        """Draws a key into a new file. Raises BadOperatorFile when one stands there, OSError."""
        self.key_file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            return key_files.draw(self.key_file, _KEY)
        except FileExistsError:
            raise BadOperatorFile("a file stands there already") from None

    def pin(self) -> Pin | None:
        """What this machine saw; None before the first. Raises BadOperatorFile."""
        try:
            return Pin.from_text(self.pin_file.read_text(encoding="ascii").strip())
        except FileNotFoundError:
            return None
        except (UnicodeDecodeError, CoffreError):
            raise BadOperatorFile("not a pin of operations: look at it before you remove it") from None

    def keep_pin(self, pin: Pin) -> None:
        """Keeps what was seen, at once or not at all. Raises OSError."""
        fresh = self.pin_file.with_name(f"{self.pin_file.name}.new")
        descriptor = os.open(fresh, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(f"{pin.to_text()}\n")
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self.pin_file)
