"""Professionals as the operator sees them: who waits, who is verified, who is refused.

The decision is a signed entry (vault.admin.directory), made after the operator compared name and number
with the
public register. A refused professional is no longer found in the directory and cannot redeem; grants that
stand
are the patients' to end.
"""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from crypto import statements
from crypto.statements import Card
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
    found = [described(account) for account in session.execute(query).scalars()]
    return tuple(sorted(found, key=lambda professional: professional.verified != "no"))


def described(account: Account) -> Professional:
    """A professional's row."""
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
