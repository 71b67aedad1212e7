"""Asking for another term of a grant, and the owner's no (spec chapter 7). The yes is a renewal:
vault.grants.

Owns that a grant's holder asks once for each sequence, at most 366 days after its end.
"""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from crypto.errors import Stale, Tampered
from crypto.journal import Entry as JournalEntry
from crypto.statement_kinds import MAX_TERM
from crypto.statements import RenewalRefusal, Signed
from crypto.statements import RenewalRequest as RequestStatement
from vault import blocks, departures, ledger, notices
from vault.errors import Conflict, Ended, NotFound
from vault.models.grants import Grant, RenewalRequest
from vault.models.vaults import Entry, Vault
from vault.sessions import SignedIn
from vault.vaults import Standing


@dataclass(frozen=True)
class Asking:
    """What the holder of a grant needs to ask: they may have no right to read the ledger any more."""

    vault: str
    sequence: int
    size: int
    head: bytes
    asked: bool


def position(session: Session, who: SignedIn, grant: str) -> Asking:
    """Where a request would stand. Raises NotFound."""
    row = _own(session, who, grant)
    vault = session.get_one(Vault, row.vault)
    asked = session.get(RenewalRequest, (row.id, row.sequence)) is not None
    return Asking(vault.id, row.sequence, vault.ledger_size, vault.ledger_head, asked)


def vault_of(session: Session, who: SignedIn, grant: str) -> str:
    """The vault of a grant that is bound to the account, to be locked before `ask`. Raises NotFound."""
    return _own(session, who, grant).vault


def ask(session: Session, vault: Vault, who: SignedIn, grant: str, signed: Signed, now: int) -> JournalEntry:
    """Appends a request and tells the owner. `vault` is locked.

    Raises Stale (position, sequence), Conflict (asked before), Ended (over for more than 366 days), Blocked,
    NotFound, Tampered, Malformed, LimitExceeded.
    """
    row = _own(session, who, grant)
    statement = ledger.verified(session, RequestStatement, signed, who.account, vault.id)
    if statement.grant != row.id:
        raise Tampered("another grant")
    ledger.check_position(vault, statement)
    if statement.sequence != row.sequence:
        raise Stale("sequence")
    if session.get(RenewalRequest, (row.id, row.sequence)) is not None:
        raise Conflict("asked before")
    if ledger.next_time(session, vault, "ledger", now) - _over(session, row) > MAX_TERM:
        raise Ended("over for too long")
    blocks.require_not_blocked(session, vault.id, who.key)
    appended = ledger.append(session, vault, statement, signed, subject=row.id, now=now)
    session.add(RenewalRequest(grant_id=row.id, sequence=row.sequence, seq=appended.seq, refused_seq=None))
    notices.renewal_request(session, vault, grant=row.id, sequence=row.sequence, now=now)
    return appended.entry


def refuse(session: Session, vault: Vault, standing: Standing, signed: Signed, now: int) -> JournalEntry:
    """The owner's no. `vault` is locked.

    Raises NotFound (no such request), Conflict (refused before), Stale, Forbidden, Tampered, Malformed.
    """
    standing.require_owner()
    statement = ledger.verified(session, RenewalRefusal, signed, standing.who.account, vault.id)
    ledger.check_position(vault, statement)
    row = session.get(Grant, statement.grant)
    if row is None or row.vault != vault.id:
        raise NotFound("no such grant")
    if statement.sequence != row.sequence:
        raise Stale("sequence")
    request = session.get(RenewalRequest, (row.id, row.sequence))
    if request is None:
        raise NotFound("no such request")
    if request.refused_seq is not None:
        raise Conflict("refused before")
    appended = ledger.append(session, vault, statement, signed, subject=row.id, now=now)
    request.refused_seq = appended.seq
    return appended.entry


def _own(session: Session, who: SignedIn, grant: str) -> Grant:
    row = session.get(Grant, grant, populate_existing=True)
    if row is None or row.professional != who.account:
        raise NotFound("no such grant")
    departures.require_reachable(session, row.vault)
    return row


def _over(session: Session, row: Grant) -> int:
    """When it ended or ends, seconds since 1970."""
    if row.revoked_seq is None:
        return row.not_after
    return min(row.not_after, session.get_one(Entry, (row.vault, "ledger", row.revoked_seq)).time)
