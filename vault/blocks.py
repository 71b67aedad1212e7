"""Blocking a professional (spec chapter 7, "Asking for more, and blocking").

Owns who is blocked in a vault. A block ends the key's grants like a revocation, and keeps it from new ones;
depositing goes on.
"""

from sqlalchemy import select
from sqlalchemy.orm import Session

from crypto.journal import Entry as JournalEntry
from crypto.statements import Block as BlockStatement
from crypto.statements import Signed
from crypto.statements import Unblock as UnblockStatement
from vault import ledger, vaults
from vault.errors import Blocked, Conflict, NotFound
from vault.models.grants import Block, Grant
from vault.models.vaults import Vault
from vault.vaults import Standing


def block(session: Session, vault: Vault, standing: Standing, signed: Signed, now: int) -> JournalEntry:
    """Ends the key's grants at once and keeps it from new ones. `vault` is locked.

    Raises Stale (position), Conflict (blocked already), Forbidden (not the owner), Tampered, Malformed.
    """
    standing.require_owner()
    statement = ledger.verified(session, BlockStatement, signed, standing.who.account, vault.id)
    ledger.check_position(vault, statement)
    if is_blocked(session, vault.id, statement.professional):
        raise Conflict("blocked already")
    appended = ledger.append(session, vault, statement, signed, subject=None, now=now)
    session.add(Block(vault=vault.id, professional=statement.professional, seq=appended.seq))
    _end_grants(session, vault, statement.professional, appended.seq, appended.time)
    return appended.entry


def unblock(session: Session, vault: Vault, standing: Standing, signed: Signed, now: int) -> JournalEntry:
    """Lets the key be given grants again; those that ended stay ended. Raises NotFound; as `block`."""
    standing.require_owner()
    statement = ledger.verified(session, UnblockStatement, signed, standing.who.account, vault.id)
    ledger.check_position(vault, statement)
    row = session.get(Block, (vault.id, statement.professional))
    if row is None:
        raise NotFound("not blocked")
    appended = ledger.append(session, vault, statement, signed, subject=None, now=now)
    session.delete(row)
    return appended.entry


def is_blocked(session: Session, vault: str, professional: str) -> bool:
    """Whether a key is blocked in a vault."""
    return session.get(Block, (vault, professional)) is not None


def require_not_blocked(session: Session, vault: str, professional: str) -> None:
    """Raises Blocked."""
    if is_blocked(session, vault, professional):
        raise Blocked("blocked by the owner")


def _end_grants(session: Session, vault: Vault, professional: str, seq: int, now: int) -> None:
    query = select(Grant).where(
        Grant.vault == vault.id,
        Grant.professional_key == professional,
        Grant.revoked_seq.is_(None),
        Grant.not_after > now,
    )
    ended = list(session.execute(query).scalars())
    known = vaults.sections(session, vault.id)
    for view in vaults.views(session, ended):
        for section in view.sections:
            known[section].due = True
    for row in ended:
        row.revoked_seq = seq
        row.bundle = None
    session.flush()
