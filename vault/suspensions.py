"""Accounts that the host suspended: why, how far, and that their owner is told (ADR 0031).

Two ways. `read_only`: sign in, read, take everything along, take back what one gave; nothing else is changed.
It is the patients' usual way, because leaving must stay possible. `closed`: no session at all; what
professionals always get, so that the grants that they hold give nothing while it lasts.

    suspensions.suspend(session, account, "abuse", closed=False, now=now)
    suspensions.resume(session, account, now)

Owns the columns. Which requests a suspended account may still make: web/suspended.py.
"""

from typing import Final

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from vault import notices
from vault.errors import Suspended
from vault.models.accounts import Account, SignIn
from vault.models.grants import Grant
from vault.models.vaults import Vault

READ_ONLY: Final = "read_only"
CLOSED: Final = "closed"
REASONS: Final = ("request", "security", "abuse", "legal", "other")
"""Whose wish, or what for: the person's own, suspected misuse by others, the host's terms, an authority's
order."""


def suspend(session: Session, account: Account, reason: str, *, closed: bool, now: int) -> None:
    """Suspends an account, or changes how and why; its sessions end. Its owner is told, and of a
    professional's also the patients whose grants give nothing now.

    `closed` is for patients; professionals are never suspended otherwise.
    """
    account.suspension = CLOSED if closed or account.role == "professional" else READ_ONLY
    account.suspension_reason = reason
    account.suspended = now
    session.execute(delete(SignIn).where(SignIn.account == account.id))
    notices.suspended(session, account.id, now=now)
    _tell_patients(session, account, now)


def _tell_patients(session: Session, account: Account, now: int) -> None:
    query = (
        select(Grant.id, Vault)
        .join(Vault, Vault.id == Grant.vault)
        .where(Grant.professional == account.id, Grant.revoked_seq.is_(None), Grant.not_after > now)
    )
    for grant, vault in session.execute(query).all():
        notices.reader_suspended(session, vault, grant=grant, now=now)


def resume(session: Session, account: Account, now: int) -> bool:
    """Ends a suspension, and tells its owner; whether there was one."""
    if account.suspension is None:
        return False
    account.suspension = account.suspension_reason = account.suspended = None
    notices.resumed(session, account.id, now=now)
    return True


def require_session_allowed(suspension: str | None) -> None:
    """Returns unless an account with this suspension may have no session. Raises Suspended."""
    if suspension == CLOSED:
        raise Suspended("closed")
