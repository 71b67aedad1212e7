"""Invitations: looked at and redeemed by a professional, once (spec chapter 7).

Owns the step from an invitation to a bound grant. The server checks the proof that the redeemer holds the
link's secret without seeing that secret.
"""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from crypto import statements
from crypto.encoding import GrantId, KeyId, VaultId
from crypto.errors import Stale, Tampered
from crypto.journal import Entry as JournalEntry
from crypto.statements import Acceptance, Signed
from vault import accounts, blocks, departures, ledger
from vault.errors import Ended, Forbidden, NotFound, Unverified, Used
from vault.grants import MAXIMUM_BUNDLE, bundle_for, check_bundle
from vault.models.accounts import Account
from vault.models.grants import Grant
from vault.models.vaults import Vault
from vault.sessions import SignedIn

# A professional's stanza is longer than the invitation's.
_OTHER_STANZA = 4096


@dataclass(frozen=True)
class Invitation:
    """What a professional needs to check and open an invitation."""

    vault: str
    bundle: bytes
    entry: JournalEntry
    owner_card: Signed
    size: int
    head: bytes


def look(session: Session, who: SignedIn, grant: str, now: int, *, verified_only: bool) -> Invitation:
    """An open invitation. Raises Forbidden (no professional), Unverified, NotFound, Used, Ended."""
    row = _open_invitation(session, who, grant, now, verified_only=verified_only)
    vault = session.get_one(Vault, row.vault)
    owner = session.get_one(Account, vault.owner)
    return Invitation(
        vault=vault.id,
        bundle=bundle_for(row),
        entry=ledger.entry_at(session, vault.id, row.granted_seq),
        owner_card=accounts.signed_card(owner),
        size=vault.ledger_size,
        head=vault.ledger_head,
    )


def vault_of(session: Session, who: SignedIn, grant: str) -> str:
    """The vault that an invitation belongs to, to be locked before `accept`. Raises Forbidden, NotFound."""
    if who.role != "professional":
        raise Forbidden("professionals only")
    row = session.get(Grant, grant)
    if row is None:
        raise NotFound("no such invitation")
    return row.vault


def accept(
    session: Session,
    vault: Vault,
    who: SignedIn,
    grant: str,
    signed: Signed,
    bundle: bytes,
    now: int,
    *,
    verified_only: bool,
) -> JournalEntry:
    """Binds an invitation to a professional and keeps their bundle instead of the link's. `vault` is locked.

    Raises Used, Ended, Stale, Tampered (proof, bundle), Forbidden, Unverified,
    Blocked, NotFound.
    """
    time = ledger.next_time(session, vault, "ledger", now)
    row = _open_invitation(session, who, grant, time, verified_only=verified_only)
    statement = ledger.verified(session, Acceptance, signed, who.account, vault.id)
    if statement.grant != row.id:
        raise Tampered("another grant")
    if statement.sequence != row.sequence:
        raise Stale("sequence")
    # As long as what was sealed for the link, whose secrets these are.
    check_bundle(
        bundle, statement.bundle, maximum=max(MAXIMUM_BUNDLE, len(row.bundle or b"") + _OTHER_STANZA)
    )
    statements.verify_redemption(
        row.redeem_key or b"",
        statement.proof,
        grant=GrantId(row.id),
        professional=KeyId(who.key),
        vault=VaultId(vault.id),
    )
    appended = ledger.append(session, vault, statement, signed, subject=row.id, now=now)
    row.professional, row.professional_key = who.account, who.key
    row.bundle = bundle
    return appended.entry


def _open_invitation(session: Session, who: SignedIn, grant: str, now: int, *, verified_only: bool) -> Grant:
    if who.role != "professional":
        raise Forbidden("professionals only")
    if who.verified == "refused":
        raise Forbidden("refused by the host")
    if verified_only and who.verified != "yes":
        raise Unverified("not verified")
    row = session.get(Grant, grant, populate_existing=True)
    if row is None or (row.redeem_key is None and row.professional != who.account):
        raise NotFound("no such invitation")
    departures.require_reachable(session, row.vault)
    blocks.require_not_blocked(session, row.vault, who.key)
    if row.professional is not None:
        raise Used("redeemed already")
    if row.revoked_seq is not None or now > (row.redeem_not_after or 0) or now >= row.not_after:
        raise Ended("the invitation is over")
    return row
