"""Whether the host is being maintained: what it then refuses, until when people are told (ADR 0031).

Two levels, set by `coffre admin maintenance` in the database, so that all nodes obey:

- `read_only`: records are not changed. Reading goes on, and openings with it: each is appended to the vault's
  accesses, without which nobody could read anything.
- `still`: nothing of any vault changes, not even that; for the minutes in which a host is copied elsewhere.

    maintenance.begin(session, "read_only", until=None, now=now)
    maintenance.refuse_growth(session, LEDGER)     # raises ReadOnly, in the transaction that would append

Owns the row and the rule of what may grow. Which requests are refused before they reach a chain:
web/read_only.py.
"""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from crypto.journal import LEDGER
from vault.errors import ReadOnly
from vault.models.server import Maintenance

READ_ONLY: Final = "read_only"
STILL: Final = "still"
LEVELS: Final = (READ_ONLY, STILL)
_ROW: Final = 1

# Built once: every entry of every chain asks this.
_CURRENT: Final = select(Maintenance.level, Maintenance.since, Maintenance.until).where(
    Maintenance.id == _ROW
)


@dataclass(frozen=True)
class State:
    """How far the host is closed, since when, and until when people are told; seconds since 1970."""

    level: str
    since: int
    until: int | None

    @property
    def is_still(self) -> bool:
        """Whether openings are refused as well."""
        return self.level == STILL


def current(session: Session) -> State | None:
    """How far the host is closed; None when it is open. `until` only informs: the operator ends it."""
    row = session.execute(_CURRENT).one_or_none()
    return None if row is None else State(*row)


def begin(session: Session, level: str, *, until: int | None, now: int) -> State:
    """Closes the host, or changes how far and until when."""
    row = session.get(Maintenance, _ROW, with_for_update=True)
    if row is None:
        row = Maintenance(id=_ROW, since=now)
        session.add(row)
    row.level, row.until = level, until
    session.flush()
    return State(row.level, row.since, row.until)


def end(session: Session) -> bool:
    """Opens the host; whether it was closed."""
    found = session.execute(delete(Maintenance).where(Maintenance.id == _ROW).returning(Maintenance.id))
    return found.first() is not None


def refuse_growth(session: Session, chain: str) -> None:
    """Returns when entries may be appended to chains of this name. Raises ReadOnly."""
    state = current(session)
    if state is not None and (chain == LEDGER or state.is_still):
        raise ReadOnly(state.until, still=state.is_still)
