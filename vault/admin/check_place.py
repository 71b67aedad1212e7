"""How far a check came, in a file of the operator's: `coffre admin check --state FILE`.

Owns the file. It holds two names and the last one checked, all random; another span begins anew. Only what
was found whole is passed over: `check` reports no place beyond a fault.
"""

import json
from contextlib import suppress
from pathlib import Path

from vault.admin.inventory import Span


class Place:
    """A check's place in its span. Without a file it begins anew each time."""

    def __init__(self, file: Path | None, span: Span) -> None:
        self._file = file
        self._span = [span.first, span.last]
        self.after = self._read()

    def note(self, name: str) -> None:
        """Keeps that everything up to a name is whole."""
        if self._file is not None:
            fresh = self._file.with_name(f"{self._file.name}.new")
            fresh.write_text(json.dumps({"span": self._span, "after": name}), encoding="utf-8")
            fresh.replace(self._file)

    def forget(self) -> None:
        """The check has come to its end: the next one begins anew."""
        if self._file is not None:
            self._file.unlink(missing_ok=True)

    def _read(self) -> str:
        if self._file is None:
            return ""
        with suppress(OSError, ValueError, KeyError, TypeError):
            found = json.loads(self._file.read_text(encoding="utf-8"))
            if found["span"] == self._span and isinstance(found["after"], str):
                return str(found["after"])
        return ""
