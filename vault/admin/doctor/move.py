"""Whether this host is the one that may serve (ADR 0032). Nothing is said of a host that never moved."""

from sqlalchemy import inspect
from sqlalchemy.exc import SQLAlchemyError

from vault import moves
from vault.admin.doctor.finding import Finding, fail
from vault.database import Database
from vault.models.moves import ARRIVING, Move

_REPAIR = {
    ARRIVING: "`coffre admin take-over REPORT`, once the first host has finished",
    "": "stop the nodes; if the switch was not meant, `coffre admin export-all --call-off`",
}


def examine(database: Database) -> list[Finding]:
    """A failure while another host is the one that serves what stands here."""
    try:
        if not inspect(database.engine).has_table(Move.__tablename__):
            return []
    except SQLAlchemyError:
        # The database's own finding says so.
        return []
    with database.reading() as session:
        reason, found = moves.why_not_serving(session), moves.state_of(session)
    if not reason or found is None:
        return []
    return [fail("move", reason, _REPAIR.get(found.state, _REPAIR[""]))]
