"""The directory of professionals: their cards, which are self-signed, and what the operator signed about
them.

Owns look-ups by exact number, key or fingerprint (there is no list to copy), the directory's public key and
the
newest entry about each professional. Entries are made by whoever holds the operator's key, which this process
does not: vault.admin.directory.
"""

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from crypto import statements
from crypto.errors import Stale
from crypto.statement_keys import DirectorySuccession
from crypto.statements import Card, Signed, parse
from crypto.statements import DirectoryEntry as DirectoryStatement
from crypto.successions import directory_keys, verified
from vault import signing_keys
from vault.errors import Conflict, NotFound
from vault.models.accounts import Account
from vault.models.directory import DirectoryEntry, DirectoryKey

_DECISIONS = {"verified": "yes", "refused": "refused"}


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


def public_key(session: Session) -> bytes | None:
    """The public key (32 bytes) under which entries hold; None as long as the operator has none."""
    row = session.get(DirectoryKey, 1)
    return None if row is None else row.public


def register_key(session: Session, public: bytes, now: int) -> None:
    """Makes `public` the directory's key. Raises Conflict when there is another one."""
    known = public_key(session)
    if known is None:
        session.add(DirectoryKey(id=1, public=public, since=now))
        session.flush()
    elif known != public:
        raise Conflict("directory's key")


def replace_key(session: Session, public: bytes, now: int) -> None:
    """Makes `public` the directory's key in place of another, whose entries go: nobody is verified then.

    Who was refused stays refused until the new key says otherwise.
    """
    signing_keys.forget_directory(session)
    session.execute(delete(DirectoryEntry))
    session.execute(delete(DirectoryKey))
    session.execute(update(Account).where(Account.verified == "yes").values(verified="no"))
    session.add(DirectoryKey(id=1, public=public, since=now))
    session.flush()


def succeed(session: Session, signed: Signed, entries: list[Signed]) -> DirectorySuccession:
    """Makes the key that a succession names the directory's, with all entries signed anew (chapter 14).

    Raises:
        NotFound: the directory has no key. Conflict: not about everybody who has an entry.
        Tampered, Stale, Malformed, LimitExceeded: the succession or an entry does not hold.
    """
    row = session.get(DirectoryKey, 1, with_for_update=True)
    if row is None:
        raise NotFound("no directory's key")
    chain = signing_keys.chain(session, DirectorySuccession)
    first = directory_keys(row.public, chain).first
    found = verified(DirectorySuccession, first, [*chain, signed]).followed[-1]
    row.public, row.since = found.key, found.time
    signing_keys.add(session, DirectorySuccession, signed)
    kept = {keep_entry(session, entry).id for entry in entries}
    if kept != set(session.execute(select(DirectoryEntry.account)).scalars()):
        raise Conflict("entries that were not signed anew")
    return parse(DirectorySuccession, signed.statement)


def entry_of(session: Session, account: str) -> Signed | None:
    """The newest entry about a professional."""
    row = session.get(DirectoryEntry, account)
    return None if row is None else Signed(row.statement, row.signature)


def last_sequence(session: Session, account: str) -> int:
    """The newest entry's sequence; 0 without one."""
    row = session.get(DirectoryEntry, account)
    return 0 if row is None else row.sequence


def keep_entry(session: Session, signed: Signed) -> Account:
    """Takes an entry in place of the one before, and the decision in it.

    Raises NotFound (no directory's key, no such professional), Tampered (another key, another card), Stale
    (not
    newer than the last one), Malformed.
    """
    public = public_key(session)
    if public is None:
        raise NotFound("no directory's key")
    account = session.execute(
        select(Account).where(
            Account.role == "professional",
            Account.key == statements.parse(DirectoryStatement, signed.statement).key,
        )
    ).scalar_one_or_none()
    if account is None:
        raise NotFound("no such professional")
    card = statements.parse(Card, account.card_statement)
    entry = statements.verify_directory_entry(signed, public, card)
    last = session.get(DirectoryEntry, account.id)
    if last is not None and entry.sequence <= last.sequence:
        raise Stale("an older entry")
    if last is None:
        last = DirectoryEntry(account=account.id)
        session.add(last)
    last.sequence, last.statement, last.signature = entry.sequence, signed.statement, signed.signature
    account.verified = _DECISIONS[entry.state]
    session.flush()
    return account
