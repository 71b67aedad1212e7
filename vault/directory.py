"""The directory of professionals: their cards, which are public and self-signed (DESIGN §6).

Owns look-ups by exact number, key or fingerprint; there is no list to copy.
"""

from sqlalchemy import select
from sqlalchemy.orm import Session

from vault.models.accounts import Account


def professionals(
    session: Session, *, rpps: str | None = None, key: str | None = None, fingerprint: str | None = None
) -> list[Account]:
    """The professionals that match what is given; none if nothing is. `fingerprint` is 40 lower-case hex
    characters."""
    wanted = [
        column == value
        for column, value in (
            (Account.rpps, rpps),
            (Account.key, key),
            (Account.fingerprint, fingerprint),
        )
        if value is not None
    ]
    if not wanted:
        return []
    query = select(Account).where(
        Account.role == "professional", Account.verified.in_(("no", "yes")), *wanted
    )
    return list(session.execute(query).scalars())
