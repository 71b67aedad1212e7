"""What a reader did in a vault: their own access statements, of the owner's chain of accesses.

Owns what is shown of it: statements by the key that asks, and nothing else, so that readers learn nothing of
each other.
"""

from sqlalchemy import select
from sqlalchemy.orm import Session

from crypto.journal import ACCESSES
from crypto.journal import Entry as JournalEntry
from crypto.statements import Signed
from vault.models.vaults import Entry
from vault.vaults import Standing

PAGE = 500


def own_accesses(session: Session, standing: Standing, before: int | None) -> list[JournalEntry]:
    """The account's entries, newest first, of positions below `before`; at most 500."""
    query = select(Entry).where(
        Entry.vault == standing.vault, Entry.chain == ACCESSES, Entry.actor == standing.who.key
    )
    if before is not None:
        query = query.where(Entry.seq < before)
    rows = session.execute(query.order_by(Entry.seq.desc()).limit(PAGE)).scalars()
    return [JournalEntry(row.header, row.salt, Signed(row.statement, row.signature)) for row in rows]
