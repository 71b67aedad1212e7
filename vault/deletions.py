"""The end of an account by its owner's wish: asked for, waited for, taken back (spec chapter 12).

Owns the wish. It is signed with the login key that the password gives, so that an open session is not enough;
to keep the account, the account's own key is enough. What is erased, and the receipt: vault/erasures.py.

    deletion = deletions.ask(session, server_key, who, signed, origin=origin, days=7, now=now)
    deletions.keep(session, who, signed, now)
"""

from dataclasses import dataclass

from sqlalchemy import Connection, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from crypto import statements
from crypto.errors import CoffreError, Stale, Tampered
from crypto.statements import AccountDeletion, AccountKeeping, Card, Signed
from vault import notices, sessions
from vault.errors import Conflict, CredentialsRefused, Leaving, NotFound
from vault.models.accounts import Credential
from vault.models.deletions import Deletion
from vault.server_key import ServerKey
from vault.sessions import SignedIn

DAY = 86400
CLOCK_TOLERANCE = 300


@dataclass(frozen=True)
class Pending:
    """A deletion that was asked for: the hash of its statement, since when, and when it is due."""

    request: bytes
    requested: int
    due: int


def pending(session: Session, account: str) -> Pending | None:
    """What the account waits for."""
    row = session.get(Deletion, account)
    return None if row is None else Pending(row.request, row.requested, row.due)


def require_staying(session: Session | Connection, account: str) -> None:
    """Returns unless the account is to be deleted. Raises Leaving."""
    if session.execute(select(Deletion.due).where(Deletion.account == account)).first() is not None:
        raise Leaving("to be deleted")


def take_challenge(session: Session, server_key: ServerKey, signed: Signed, now: int) -> AccountDeletion:
    """Uses up the challenge that the statement answers; the caller commits before it goes on with `ask`.

    Raises CredentialsRefused.
    """
    try:
        statement = statements.parse(AccountDeletion, signed.statement)
    except CoffreError:
        raise CredentialsRefused("no such statement") from None
    sessions.use_challenge(
        session, server_key, statement.address, statement.challenge, method="password", now=now
    )
    return statement


def ask(session: Session, who: SignedIn, signed: Signed, *, origin: str, days: int, now: int) -> Pending:
    """Notes the wish, ends the account's other sessions with what follows, and tells its owner.

    Raises CredentialsRefused (another password, another account, another origin), Conflict (asked before).
    """
    public = session.execute(
        select(Credential.login_key).where(Credential.account == who.account)
    ).scalar_one()
    try:
        statement = statements.verify(signed, AccountDeletion, public)
    except CoffreError:
        raise CredentialsRefused("the signature does not hold") from None
    said = (statement.account, statement.address, statement.origin)
    if said != (who.account, who.address, origin):
        raise CredentialsRefused("about another account or host")
    request = statements.statement_hash(signed.statement)
    row = Deletion(
        account=who.account,
        vault=who.vault,
        request=request,
        statement=signed.statement,
        signature=signed.signature,
        requested=now,
        due=now + days * DAY,
    )
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        raise Conflict("asked before") from None
    notices.deletion_asked(session, who.account, request=request, due=row.due, now=now)
    return Pending(request, now, row.due)


def keep(session: Session, who: SignedIn, signed: Signed, now: int) -> None:
    """Takes the wish back. Raises NotFound (nothing to take back), Stale (another wish, a time more than five
    minutes off), Tampered, Malformed."""
    row = session.get(Deletion, who.account, with_for_update=True)
    if row is None:
        raise NotFound("no deletion was asked for")
    card = statements.parse(Card, who.card)
    statement = statements.verify_by_card(signed, AccountKeeping, card)
    if statement.account != who.account:
        raise Tampered("about another account")
    if statement.deletion != row.request or abs(statement.time - now) > CLOCK_TOLERANCE:
        raise Stale("another wish")
    session.delete(row)
    session.flush()
    notices.deletion_kept(session, who.account, request=statement.deletion, now=now)
