"""Whether this host is the one that serves: between two hosts that hold the same vaults, only one may.

Owns the row that says so. `vault.admin.moving` writes it; whoever starts or serves asks here.
"""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from vault.models.moves import ARRIVED, ARRIVING, ERASED, LEFT, Move

_ROW = 1
_WHY_NOT = {
    ARRIVING: "this host is being filled from another one: `coffre admin take-over` comes first",
    LEFT: "everything here was handed over to another host, which serves now"
    " (`coffre admin export-all --call-off` takes that back)",
    ERASED: "everything here was erased after it was handed over to another host",
}


@dataclass(frozen=True)
class Moved:
    """A move as it stands: one of the states, the moving host's key identifier, the report's hash."""

    state: str
    host: str
    report: bytes | None


def state_of(session: Session) -> Moved | None:
    """How far a move of this host is; None for a host that never moved."""
    row = session.get(Move, _ROW)
    return None if row is None else Moved(row.state, row.host, row.report)


def why_not_serving(session: Session) -> str:
    """For the operator: why this host must not serve; empty for one that may."""
    found = state_of(session)
    return "" if found is None or found.state == ARRIVED else _WHY_NOT[found.state]


def note(session: Session, moved: Moved, now: int) -> None:
    """Keeps how far the move is. Needs a writing transaction."""
    session.merge(Move(id=_ROW, state=moved.state, host=moved.host, report=moved.report, since=now))
    session.flush()


def forget(session: Session) -> None:
    """The move was called off."""
    row = session.get(Move, _ROW)
    if row is not None:
        session.delete(row)
        session.flush()
