"""How long one request is tried again: when its connection breaks, and while server or store are away.

    patience = Patience()
    pause = patience.after_loss()          # seconds to wait before the next attempt, or None: enough
    pause = patience.while_away(asked)

A broken connection is a matter of seconds. A server that answers "busy" or "my store is away" is being helped
by somebody, perhaps by a restart: that is waited for.
"""

from itertools import chain, repeat
from typing import Final

WAIT_SECONDS: Final = 30
"""What is waited for a server that is busy or without its store, in all."""

_LOST: Final = (0.2, 0.8, 2.0)
_LONGEST: Final = 4.0


class Patience:
    """That of one request."""

    def __init__(self) -> None:
        self._after_loss = iter(_LOST)
        self._while_away = chain(_LOST, repeat(_LONGEST))
        self._left = float(WAIT_SECONDS)
        self.tried = False
        """Whether the request was sent before, or was to be."""

    def after_loss(self) -> float | None:
        """A connection that could not be made or broke off."""
        self.tried = True
        return next(self._after_loss, None)

    def while_away(self, asked: float) -> float | None:
        """An answer that says to come again, after `asked` seconds at least."""
        pause = max(next(self._while_away), asked)
        if pause > self._left:
            return None
        self._left -= pause
        self.tried = True
        return pause
