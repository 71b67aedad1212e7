"""Patients who asked for their account to be deleted: nobody else reaches their vault (spec chapter 12).

Owns that one question. To others such a vault is as good as gone, and its grants and shares are there again
if its owner keeps it: no row of theirs is changed. Who asks and who keeps: vault/deletions.py.

    departures.require_reachable(session, vault)
    select(Grant).where(departures.stays(Grant.vault))
"""

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from vault.errors import NotFound
from vault.models.deletions import Deletion


def stays(vault: InstrumentedAttribute[str]) -> ColumnElement[bool]:
    """The condition that the owner of the vault in this column has not asked to leave."""
    return ~exists().where(Deletion.vault == vault)


def require_reachable(session: Session, vault: str) -> None:
    """Returns unless the vault's owner has asked to leave. Raises NotFound. Not for the owner."""
    if session.execute(select(Deletion.account).where(Deletion.vault == vault)).first() is not None:
        raise NotFound("its owner leaves")
