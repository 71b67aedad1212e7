"""Until when others than the owner may seal under a section's epoch (spec chapter 7).

The term is for clients, who cannot see each other's grants. The server appends it and goes on judging by
the grants themselves (`vaults.is_due`).
"""

from sqlalchemy.orm import Session

from crypto.errors import Stale
from crypto.journal import Entry as JournalEntry
from crypto.statements import SectionTerms, Signed
from vault import ledger, vaults
from vault.errors import NotFound
from vault.models.vaults import Vault
from vault.vaults import Standing


def publish(session: Session, vault: Vault, standing: Standing, signed: Signed, now: int) -> JournalEntry:
    """Appends the terms of some sections' newest epochs. `vault` is locked.

    Raises Stale (position, epoch), NotFound (section), Forbidden, LimitExceeded, Tampered, Malformed.
    """
    standing.require_owner()
    statement = ledger.verified(session, SectionTerms, signed, standing.who.account, vault.id)
    ledger.check_position(vault, statement)
    known = vaults.sections(session, vault.id)
    for member in statement.terms:
        section = known.get(member.section)
        if section is None:
            raise NotFound("no such section")
        if section.epoch != member.epoch:
            raise Stale("epoch")
    return ledger.append(session, vault, statement, signed, subject=None, now=now).entry
