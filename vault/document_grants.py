"""Grants of single documents: given and renewed by the owner (spec chapter 7). Their end: vault/grants.py.

Owns the rows that say which versions a grant names. It gives no section's secret, so that its end makes no
section due.
"""

from collections.abc import Collection

from sqlalchemy import delete, select, tuple_, update
from sqlalchemy.orm import Session

from crypto.errors import Malformed
from crypto.journal import Entry as JournalEntry
from crypto.statements import Access, DocumentGrant, Signed
from vault import ledger
from vault.errors import NotFound
from vault.grants import begin, check_bundle, check_term
from vault.models.documents import Document, Version
from vault.models.grants import GrantDocument
from vault.models.vaults import Vault
from vault.vaults import Standing

# A thousand file keys with their metadata, padded (spec chapter 7).
MAXIMUM_BUNDLE = 5 << 18


def give(
    session: Session,
    vault: Vault,
    standing: Standing,
    signed: Signed,
    bundle: bytes,
    *,
    invitation_days: int,
    verified_only: bool,
    now: int,
) -> JournalEntry:
    """A new grant, invitation or renewal, of these versions. `vault` is locked.

    Raises NotFound (document, version, professional), Malformed (a deposit that was not taken in), and what
    `vault.grants.give` raises.
    """
    standing.require_owner()
    statement = ledger.verified(session, DocumentGrant, signed, standing.who.account, vault.id)
    check_bundle(bundle, statement.bundle, maximum=MAXIMUM_BUNDLE)
    ledger.check_position(vault, statement)
    check_term(statement, invitation_days, now)
    _check_documents(session, vault, statement)
    begun = begin(session, vault, statement, verified_only=verified_only)
    appended = ledger.append(session, vault, statement, signed, subject=statement.grant, now=now)
    row = begun.write(session, bundle, appended.seq)
    session.execute(delete(GrantDocument).where(GrantDocument.grant_id == row.id))
    session.add_all(
        GrantDocument(grant_id=row.id, document=named.document, version=named.version, opened=False)
        for named in statement.documents
    )
    session.flush()
    return appended.entry


def note_opened(session: Session, accesses: Collection[Access]) -> None:
    """Marks the versions that accesses open by name: from now on their objects are handed out too."""
    named = [(one.grant, one.document, one.version) for one in accesses]
    key = tuple_(GrantDocument.grant_id, GrantDocument.document, GrantDocument.version)
    session.execute(update(GrantDocument).where(key.in_(named)).values(opened=True))


def _check_documents(session: Session, vault: Vault, statement: DocumentGrant) -> None:
    wanted = [(named.document, named.version) for named in statement.documents]
    query = (
        select(Version.metadata_sealed == b"")
        .join(Document, (Document.vault == Version.vault) & (Document.id == Version.document))
        .where(
            Version.vault == vault.id,
            tuple_(Version.document, Version.version).in_(wanted),
            Document.removed.is_(None),
        )
    )
    found = list(session.execute(query).scalars())
    if len(found) != len(wanted):
        raise NotFound("no such version")
    if any(found):
        raise Malformed("a deposit that was not taken in")
