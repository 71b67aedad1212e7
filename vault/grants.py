"""Grants: given, renewed and revoked by the owner (spec chapter 7). Redeeming an invitation:
vault/invitations.py.

Owns the rows that say who may read what until when, and the sealed bundles, which the server cannot open.
"""

from dataclasses import dataclass

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from crypto import statements
from crypto.errors import LimitExceeded, Malformed, Stale, Tampered
from crypto.journal import Entry as JournalEntry
from crypto.statement_kinds import DAY, MAX_TERM
from crypto.statements import Card, DocumentGrant, Revocation, Signed
from crypto.statements import Grant as GrantStatement
from vault import blocks, departures, ledger, vaults
from vault.errors import Conflict, Ended, Forbidden, NotFound, Unverified
from vault.models.accounts import Account
from vault.models.grants import Grant, GrantDocument, GrantSection
from vault.models.vaults import Section, Vault
from vault.sessions import SignedIn
from vault.vaults import GrantView, Standing

MAXIMUM_BUNDLE = 128 * 1024
# Terms are counted from the statement's time, by a clock that may be off.
CLOCK_TOLERANCE = DAY


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
    """A new grant, invitation or renewal, of sections.

    Raises Stale (position, epoch, sequence), Conflict (identifier taken), LimitExceeded (term), NotFound
    (section, professional), Forbidden (refused), Unverified (`verified_only`), Blocked, Tampered,
    Malformed.
    """
    standing.require_owner()
    statement = ledger.verified(session, GrantStatement, signed, standing.who.account, vault.id)
    check_bundle(bundle, statement.bundle)
    ledger.check_position(vault, statement)
    check_term(statement, invitation_days, now)
    known = vaults.sections(session, vault.id)
    for member in statement.sections:
        section = known.get(member.section)
        if section is None:
            raise NotFound("no such section")
        if section.inbox:
            raise Malformed("the inbox is in no grant")
        if section.epoch != member.epoch:
            raise Stale("epoch")
    begun = begin(session, vault, statement, verified_only=verified_only)
    appended = ledger.append(session, vault, statement, signed, subject=statement.grant, now=now)
    if begun.known is not None:
        _leave_sections(session, known, begun.known, {member.section for member in statement.sections})
    row = begun.write(session, bundle, appended.seq)
    session.execute(delete(GrantSection).where(GrantSection.grant_id == row.id))
    session.add_all(GrantSection(grant_id=row.id, section=member.section) for member in statement.sections)
    session.flush()
    return appended.entry


@dataclass(frozen=True)
class Begun:
    """A term that may begin: its statement, the grant's row if there is one, and whom it is bound to."""

    statement: GrantStatement | DocumentGrant
    vault: str
    known: Grant | None
    professional: Account | None

    def write(self, session: Session, bundle: bytes, seq: int) -> Grant:
        """The grant's row as the statement says, which stands at `seq`."""
        statement, row = self.statement, self.known
        if row is None:
            row = Grant(id=statement.grant, vault=self.vault)
            session.add(row)
        row.sequence = statement.sequence
        row.granted_seq = seq
        row.may_add, row.may_read = "add" in statement.rights, "read" in statement.rights
        row.not_before, row.not_after = statement.not_before, statement.not_after
        row.redeem_key = statement.redeem.key if statement.redeem else None
        row.redeem_not_after = statement.redeem.not_after if statement.redeem else None
        row.professional = self.professional.id if self.professional else None
        row.professional_key = self.professional.key if self.professional else None
        row.revoked_seq = None
        row.bundle = bundle
        session.flush()
        return row


def begin(
    session: Session, vault: Vault, statement: GrantStatement | DocumentGrant, *, verified_only: bool
) -> Begun:
    """Whether a verified statement may begin a grant's term, its scope aside.

    Raises Conflict (identifier taken, another kind of grant), Stale (sequence), NotFound, Forbidden,
    Unverified, Blocked, Malformed.
    """
    row = session.get(Grant, statement.grant)
    if row is not None and row.vault != vault.id:
        raise Conflict("grant's identifier")
    if statement.sequence != (row.sequence if row else 0) + 1:
        raise Stale("sequence")
    professional = _professional(session, statement, verified_only=verified_only)
    if professional is not None:
        blocks.require_not_blocked(session, vault.id, professional.key)
    bound = row.professional if row is not None else None
    if bound is not None and (professional is None or professional.id != bound):
        raise Malformed("a grant that is bound stays with its professional")
    if row is not None and _names_documents(session, row) != isinstance(statement, DocumentGrant):
        raise Conflict("a grant of another kind")
    return Begun(statement, vault.id, row, professional)


def _names_documents(session: Session, row: Grant) -> bool:
    named = select(GrantDocument.document).where(GrantDocument.grant_id == row.id).limit(1)
    return session.execute(named).first() is not None


def revoke(session: Session, vault: Vault, standing: Standing, signed: Signed, now: int) -> JournalEntry:
    """Ends a grant at once: its bundle goes, its sections are due for rotation. Raises Stale, NotFound,
    Conflict."""
    standing.require_owner()
    statement = ledger.verified(session, Revocation, signed, standing.who.account, vault.id)
    ledger.check_position(vault, statement)
    row = session.get(Grant, statement.grant)
    if row is None or row.vault != vault.id:
        raise NotFound("no such grant")
    if row.sequence != statement.sequence:
        raise Stale("sequence")
    if row.revoked_seq is not None:
        raise Conflict("revoked already")
    appended = ledger.append(session, vault, statement, signed, subject=statement.grant, now=now)
    row.revoked_seq = appended.seq
    row.bundle = None
    if row.professional is not None:
        _leave_sections(session, vaults.sections(session, vault.id), row, set())
    return appended.entry


def current_bundle(session: Session, who: SignedIn, grant: str, now: int) -> Grant:
    """The grant whose bundle its professional asks for. Raises NotFound, Ended, Forbidden (not begun)."""
    row = session.get(Grant, grant)
    if row is None or row.professional != who.account:
        raise NotFound("no such grant")
    departures.require_reachable(session, row.vault)
    state = GrantView(row, frozenset()).state(now)
    if state == "upcoming":
        raise Forbidden("the grant has not begun")
    if state != "active" or row.bundle is None:
        raise Ended("the grant is over")
    return row


def bundle_for(row: Grant) -> bytes:
    """The sealed bundle of a grant that has one. Raises Ended."""
    if row.bundle is None:
        raise Ended("the bundle is gone")
    return row.bundle


def check_bundle(bundle: bytes, expected: bytes, *, maximum: int = MAXIMUM_BUNDLE) -> None:
    """Raises Tampered unless a bundle has the hash that its statement names; LimitExceeded, Malformed."""
    if len(bundle) > maximum:
        raise LimitExceeded("bundle")
    if not bundle.startswith(b"age-encryption.org/v1\n"):
        raise Malformed("bundle")
    if statements.bundle_hash(bundle) != expected:
        raise Tampered("bundle")


def check_term(statement: GrantStatement | DocumentGrant, invitation_days: int, now: int) -> None:
    """Raises Malformed, LimitExceeded: when a term ends, and until when its invitation can be redeemed."""
    if statement.not_after <= now:
        raise Malformed("a grant that is over when it begins")
    if statement.not_after > now + MAX_TERM + CLOCK_TOLERANCE:
        raise LimitExceeded("term of a grant")
    if statement.redeem is not None:
        if statement.redeem.not_after <= now:
            raise Malformed("an invitation that is over when it begins")
        if statement.redeem.not_after > now + invitation_days * DAY + CLOCK_TOLERANCE:
            raise LimitExceeded("term of an invitation")


def _professional(
    session: Session, statement: GrantStatement | DocumentGrant, *, verified_only: bool
) -> Account | None:
    if statement.card is None:
        return None
    card = statements.parse(Card, statement.card.statement)
    account = session.execute(select(Account).where(Account.key == card.author)).scalar_one_or_none()
    if account is None or account.id != card.account:
        raise NotFound("no such professional")
    if account.verified == "refused":
        raise Forbidden("this professional was refused by the host")
    if account.suspension is not None:
        raise Forbidden("the host has suspended this professional")
    if verified_only and account.verified != "yes":
        raise Unverified("not verified")
    return account


def _leave_sections(session: Session, known: dict[str, Section], row: Grant, remaining: set[str]) -> None:
    """Marks as due the sections that a bound grant loses."""
    if row.professional is None:
        return
    for view in vaults.views(session, [row]):
        for section in view.sections - remaining:
            known[section].due = True
