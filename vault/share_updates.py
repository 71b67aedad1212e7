"""A share that goes on with other files, or for longer (spec chapter 8, `share_update`).

Owns replacing the files: the old ciphertext goes in the transaction that names the new. Address, key and
passcode of the link stay as they are.
"""

from dataclasses import dataclass

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from crypto import statements
from crypto.errors import Malformed
from crypto.journal import LEDGER
from crypto.journal import Entry as JournalEntry
from crypto.statements import Share as ShareStatement
from crypto.statements import ShareUpdate, Signed
from storage.base import ObjectStore
from vault import ledger, shares
from vault.errors import NotFound
from vault.models.shares import Share, ShareFile, ShareTicket
from vault.models.vaults import Entry, Vault
from vault.objects import doom
from vault.vaults import Standing

_KINDS = (ShareStatement.KIND, ShareUpdate.KIND)


@dataclass(frozen=True)
class Change:
    """What comes with an update: uploads in the statement's order of files, or none if the files stay."""

    signed: Signed
    uploads: tuple[str, ...]


def check(
    session: Session,
    store: ObjectStore | None,
    vault: Vault,
    standing: Standing,
    change: Change,
    *,
    max_days: int,
    now: int,
) -> ShareUpdate:
    """Everything about an update but whether its objects are complete. Raises as `update`.

    With a store, files of several parts that are complete are read and hashed: do that outside of a writing
    transaction.
    """
    standing.require_owner()
    statement = ledger.verified(session, ShareUpdate, change.signed, standing.who.account, vault.id)
    ledger.check_position(vault, statement)
    share = session.get(Share, statement.share)
    if share is None or share.vault != vault.id or share.ended or share.not_after <= now:
        raise NotFound("no such share")
    shares.check_term(statement, max_days=max_days, now=now)
    shares.check_documents(session, vault, statement)
    if not change.uploads:
        _check_unchanged(session, share, statement)
        return statement
    if "L" not in share.flag:
        raise Malformed("other files for a share that does not follow")
    shares.check_files(session, store, vault, standing, statement, change.uploads, now)
    return statement


def update(
    session: Session, vault: Vault, standing: Standing, statement: ShareUpdate, change: Change, now: int
) -> JournalEntry:
    """Goes on with a share as `check` accepted it. `vault` is locked.

    Raises Stale, NotFound, Malformed, LimitExceeded, Tampered.
    """
    share = session.get_one(Share, statement.share)
    appended = ledger.append(session, vault, statement, change.signed, subject=share.id, now=now)
    share.not_after = statement.not_after
    share.max_openings = statement.max_openings
    if change.uploads:
        _drop(session, share, now)
        shares.take_files(session, vault, standing, statement, change.uploads)
    return appended.entry


def _check_unchanged(session: Session, share: Share, statement: ShareUpdate) -> None:
    query = (
        select(Entry.statement)
        .where(Entry.vault == share.vault, Entry.chain == LEDGER)
        .where(Entry.subject == share.id, Entry.kind.in_(_KINDS))
        .order_by(Entry.seq.desc())
        .limit(1)
    )
    held = statements.parse_any(session.execute(query).scalar_one())
    same = isinstance(held, ShareStatement | ShareUpdate) and (held.documents, held.files) == (
        statement.documents,
        statement.files,
    )
    if not same:
        raise Malformed("files of a share")


def _drop(session: Session, share: Share, now: int) -> None:
    """Gives up the old files. Addresses that were given out answer no more: a new opening gets new ones."""
    names = select(ShareFile.object_name).where(ShareFile.share == share.id)
    for name in session.execute(names).scalars():
        if name is not None:
            doom(session, name, now)
    session.execute(delete(ShareTicket).where(ShareTicket.share == share.id))
    session.execute(delete(ShareFile).where(ShareFile.share == share.id))
