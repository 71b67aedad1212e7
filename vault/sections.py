"""Sections added and renamed, and the vault's settings (spec chapters 3, 5 and 7).

Owns the sections' rows after the start. Names are sealed; new epochs are the business of `rotations`.
"""

from sqlalchemy.orm import Session

from crypto.errors import LimitExceeded, Stale
from crypto.journal import Entry as JournalEntry
from crypto.statement_records import MAX_SECTIONS
from crypto.statements import Sections, Settings, Signed
from vault import ledger, vaults
from vault.errors import Conflict, NotFound
from vault.models.vaults import Section, Vault
from vault.vaults import Standing


def change(session: Session, vault: Vault, standing: Standing, signed: Signed, now: int) -> JournalEntry:
    """Adds sections and renames known ones. `vault` is locked.

    Raises Stale (position, epoch), Conflict (identifier taken), NotFound, LimitExceeded, Tampered, Malformed.
    """
    standing.require_owner()
    statement = ledger.verified(session, Sections, signed, standing.who.account, vault.id)
    ledger.check_position(vault, statement)
    known = vaults.sections(session, vault.id)
    if any(member.section in known for member in statement.added):
        raise Conflict("section's identifier")
    if len(known) + len(statement.added) > MAX_SECTIONS:
        raise LimitExceeded("sections of a vault")
    for member in statement.renamed:
        section = known.get(member.section)
        if section is None:
            raise NotFound("no such section")
        if section.epoch != member.epoch:
            raise Stale("epoch")
    appended = ledger.append(session, vault, statement, signed, subject=None, now=now)
    session.add_all(
        Section(
            vault=vault.id,
            id=member.section,
            epoch=member.epoch,
            inbox=False,
            due=False,
            rotated=statement.time,
        )
        for member in statement.added
    )
    return appended.entry


def settle(session: Session, vault: Vault, standing: Standing, signed: Signed, now: int) -> JournalEntry:
    """Takes the owner's settings in place of those before. Raises as `change`."""
    standing.require_owner()
    statement = ledger.verified(session, Settings, signed, standing.who.account, vault.id)
    appended = ledger.append(session, vault, statement, signed, subject=None, now=now)
    vault.mask_new = statement.mask_new == 1
    return appended.entry
