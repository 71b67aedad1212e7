"""Objects that nothing names any more: noted in the transaction that drops their name, deleted by a later
sweep.

Owns that order, which is why an object that something names is never deleted: a name leaves its row and
enters `doomed_objects` in one transaction, and names are never used twice.
"""

from sqlalchemy.orm import Session

from vault.models.documents import DoomedObject


def doom(session: Session, name: str, after: int) -> None:
    """Notes that an object may go once that time is over. The caller removes its name in the same
    transaction."""
    session.merge(DoomedObject(name=name, after=after))
