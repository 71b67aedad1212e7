"""What an operator decided about professionals: who is verified, who is refused.

Owns the change of `accounts.verified`, after the operator compared name and number with the public
register. A refused professional is no longer found in the directory and cannot redeem; grants that stand
are the patients' to end. The decision is the host's word only: entries signed by a directory, which clients
can check, come later.
"""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from crypto import statements
from crypto.statements import Card
from vault.admin.errors import NoSuchProfessional
from vault.models.accounts import Account


@dataclass(frozen=True)
class Professional:
    """A professional's public card and what the host decided: `no` (waits), `yes` or `refused`."""

    rpps: str
    name: str
    profession: str
    verified: str
    account: str
    fingerprint: str
    created: int
    """Seconds since 1970."""


def listed(session: Session) -> tuple[Professional, ...]:
    """All professionals, those who wait first, then by the time they signed up."""
    query = select(Account).where(Account.role == "professional").order_by(Account.created, Account.id)
    found = [_professional(account) for account in session.execute(query).scalars()]
    return tuple(sorted(found, key=lambda professional: professional.verified != "no"))


def verify(session: Session, rpps: str) -> Professional:
    """Notes that the operator compared the identity with the register. Raises NoSuchProfessional."""
    return _decide(session, rpps, "yes")


def refuse(session: Session, rpps: str) -> Professional:
    """Takes a professional out of the directory, and out of redeeming. Raises NoSuchProfessional."""
    return _decide(session, rpps, "refused")


def _decide(session: Session, rpps: str, decision: str) -> Professional:
    query = select(Account).where(Account.role == "professional", Account.rpps == rpps)
    account = session.execute(query.with_for_update()).scalar_one_or_none()
    if account is None:
        raise NoSuchProfessional("no professional has this number")
    account.verified = decision
    session.flush()
    return _professional(account)


def _professional(account: Account) -> Professional:
    card = statements.parse(Card, account.card_statement)
    return Professional(
        rpps=account.rpps or "",
        name=card.name or "",
        profession=account.profession or "",
        verified=account.verified,
        account=account.id,
        fingerprint=account.fingerprint,
        created=account.created,
    )
