"""Single accounts as the operator sees them: found, suspended, resumed, given a quota.

    account = find(session, "ada@example.org")       # or its number, or a professional's RPPS number
    view = seen(session, account, default_quota=0)

Shows what the host knows anyway (WHAT-THE-SERVER-SEES.md). The rules of suspension: vault/suspensions.py.
"""

from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from vault import quotas
from vault.admin.errors import NoSuchAccount, NoVault
from vault.models.accounts import Account
from vault.models.vaults import Vault


@dataclass(frozen=True)
class AccountView:
    """An account without its address. Times in seconds since 1970, sizes in bytes; `quota` None: no limit."""

    account: str
    role: str
    created: int
    suspension: str | None
    reason: str | None
    suspended: int | None
    vault: str | None
    stored: int | None
    quota: int | None
    own_quota: bool
    """Whether the quota is the vault's own, and not what the host allows every vault."""


def find(session: Session, who: str) -> Account:
    """The account of a number, an e-mail address or an RPPS number. Raises NoSuchAccount."""
    given = who.strip()
    query = select(Account).where(
        or_(Account.id == given, Account.address == given.lower(), Account.rpps == given)
    )
    found = session.execute(query).scalar_one_or_none()
    if found is None:
        raise NoSuchAccount("no account has this number or address")
    return found


def seen(session: Session, account: Account, default_quota: int) -> AccountView:
    """What the operator is shown. `default_quota`: what the host allows every vault, 0 for no limit."""
    vault = _vault(session, account)
    return AccountView(
        account=account.id,
        role=account.role,
        created=account.created,
        suspension=account.suspension,
        reason=account.suspension_reason,
        suspended=account.suspended,
        vault=None if vault is None else vault.id,
        stored=None if vault is None else vault.stored_bytes,
        quota=None if vault is None else quotas.of(vault, default_quota) or None,
        own_quota=vault is not None and vault.quota_bytes is not None,
    )


def all_suspended(session: Session, default_quota: int) -> tuple[AccountView, ...]:
    """Every account that is suspended, the latest first."""
    query = (
        select(Account).where(Account.suspension.is_not(None)).order_by(Account.suspended.desc(), Account.id)
    )
    return tuple(seen(session, account, default_quota) for account in session.execute(query).scalars())


def set_quota(session: Session, account: Account, quota: int | None) -> None:
    """Gives the account's vault a quota of its own in bytes, 0 for no limit, or with None the host's again.

    What stands in the vault stays, also above it. Raises NoVault.
    """
    vault = _vault(session, account)
    if vault is None:
        raise NoVault("this account has no vault")
    # In the order in which uploads take them: what is reserved at this moment is counted before or after.
    session.refresh(vault, with_for_update=True)
    vault.quota_bytes = quota


def _vault(session: Session, account: Account) -> Vault | None:
    return session.execute(select(Vault).where(Vault.owner == account.id)).scalar_one_or_none()
