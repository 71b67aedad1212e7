"""Removed documents (spec chapters 5 and 6, `removal` and `restoral`): kept for some days, brought back or
emptied.

    entry = restore(session, row, standing, signed, bin_days=30, now=now)
    emptied = empty(session, bin_days=30, now=now)            # as the sweep does

Owns what becomes of them. Titles are sealed here as everywhere: only clients know what lies in the bin.
"""

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from crypto.errors import Stale
from crypto.journal import Entry as JournalEntry
from crypto.statements import Restoral, Signed
from vault import ledger
from vault.errors import Ended, NotFound
from vault.models.documents import Document, Version
from vault.models.vaults import Vault
from vault.objects import doom
from vault.vaults import Standing

DAYS = 30
_DAY = 86400
_BATCH = 200


def restore(
    session: Session, vault: Vault, standing: Standing, signed: Signed, *, bin_days: int, now: int
) -> JournalEntry:
    """Brings a document back to where it was; the entry comes with its sealed metadata. `vault` is locked.

    Raises Forbidden, NotFound (it is not in the bin), Ended (the bin was emptied since), Stale.
    """
    standing.require_owner()
    statement = ledger.verified(session, Restoral, signed, standing.who.account, vault.id)
    ledger.check_position(vault, statement)
    # The sweep locks the same row.
    document = session.get(Document, (vault.id, statement.document), with_for_update=True)
    if document is None or document.removed is None:
        raise NotFound("no such document in the bin")
    if (document.version, document.manifest) != (statement.version, statement.manifest):
        raise Stale("not the latest version")
    if document.section != statement.section:
        raise Stale("not where it was")
    query = select(Version).where(Version.vault == vault.id, Version.document == document.id)
    versions = list(session.execute(query).scalars())
    if document.removed <= now - bin_days * _DAY or any(version.object_name is None for version in versions):
        raise Ended("the bin was emptied")
    appended = ledger.append(session, vault, statement, signed, subject=document.id, now=now)
    document.removed = None
    latest = next(version for version in versions if version.version == document.version)
    entry = appended.entry
    return JournalEntry(entry.header, entry.salt, entry.signed, latest.metadata_sealed or None)


def empty(session: Session, *, bin_days: int, now: int) -> int:
    """Drops headers, metadata and objects of documents that were removed `bin_days` ago; how many versions.

    A batch only: the next sweep goes on.
    """
    query = (
        select(Version)
        .join(Document, (Document.vault == Version.vault) & (Document.id == Version.document))
        .where(Document.removed <= now - bin_days * _DAY, Version.object_name.is_not(None))
        .limit(_BATCH)
        .with_for_update(of=Document)
    )
    found = [version for version in session.execute(query).scalars() if version.object_name]
    for version in found:
        doom(session, str(version.object_name), now)
        version.object_name = None
        # Without the header nobody can open a copy of the object that was made before.
        version.header, version.metadata_sealed, version.author_metadata = b"", b"", None
        session.execute(
            update(Vault)
            .where(Vault.id == version.vault)
            .values(stored_bytes=Vault.stored_bytes - version.length)
        )
    return len(found)
