"""Records that a cache holds as text, each read when somebody asks for it.

    found = KeptRecords({b"1": b"..."}, read)      # nothing is read yet
    found[key]                                     # read now, once

A command that needs three of ten thousand documents reads three. Knows neither files nor what a record is.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Generic, Self, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class KeptRecords(Mapping[K, V], Generic[K, V]):
    """A mapping whose members are lines of a cache or were set since; `read` makes a record of a line.

    `source` says of which state of a file the lines are, for whoever writes the next one.
    """

    def __init__(
        self,
        lines: Mapping[K, bytes] | None = None,
        read: Callable[[bytes], V] | None = None,
        source: object = None,
    ) -> None:
        self.source = source
        self._lines = lines or {}
        self._reader = read
        # Lines never change, so that copies share what was read of them.
        self._read: dict[K, V] = {}
        self._changed: dict[K, V] = {}

    def __getitem__(self, key: K) -> V:
        if key in self._changed:
            return self._changed[key]
        if key not in self._read:
            if self._reader is None:
                raise KeyError(key)
            self._read[key] = self._reader(self._lines[key])
        return self._read[key]

    def __setitem__(self, key: K, value: V) -> None:
        self._changed[key] = value

    def __contains__(self, key: object) -> bool:
        return key in self._changed or key in self._lines

    def __iter__(self) -> Iterator[K]:
        yield from self._lines
        yield from (key for key in self._changed if key not in self._lines)

    def __len__(self) -> int:
        return len(self._lines) + sum(key not in self._lines for key in self._changed)

    def __repr__(self) -> str:
        return f"KeptRecords({len(self)})"

    @property
    def changed(self) -> Mapping[K, V]:
        """What was set since the lines were written."""
        return self._changed

    def copy(self) -> Self:
        """An independent copy: records inside are immutable."""
        found = type(self)(self._lines, self._reader, self.source)
        found._read = self._read
        found._changed = dict(self._changed)
        return found

    def written(self, lines: Mapping[K, bytes], read: Callable[[bytes], V], source: object) -> Self:
        """The same records, those that changed on these `lines`."""
        found = type(self)({**self._lines, **lines}, read, source)
        found._read = {**self._read, **self._changed}
        return found
