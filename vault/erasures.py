"""The job that erases accounts whose owners asked for it, and the receipt of it (spec chapter 12).

Owns the order: rows and what is left of the account in one transaction, with a line that names the wish and
nobody; objects with the sweep; then the receipt. A crash between two of them loses nothing: the next round
goes on.

    erasures.erase_due(database, store, clock, farewell)
    text = erasures.receipt(session, server_key, request, now)
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from sqlalchemy import delete, exists, select, update
from sqlalchemy.orm import Session

from crypto.receipts import Receipt
from storage.base import ObjectName, ObjectStore, UploadToken
from vault import maintenance, notice_settings
from vault.admin.erase_account import ErasedAccount, erase_account
from vault.database import Database
from vault.errors import NotFound
from vault.models.accounts import Account
from vault.models.deletions import Deletion, Erasure
from vault.models.documents import DoomedObject
from vault.server_key import ServerKey

KEPT_SECONDS: Final = 366 * 86400
_A_RUN: Final = 50


@dataclass(frozen=True)
class Gone:
    """Whom the last mail goes to, and the wish that was done: 32 bytes."""

    address: str
    language: str
    request: bytes
    time: int


def erase_due(
    database: Database,
    store: ObjectStore,
    clock: Callable[[], int],
    farewell: Callable[[Gone], object] = lambda _gone: None,
) -> int:
    """Erases the accounts whose time is over, each in a transaction of its own; how many. None while the host
    is being maintained. `farewell` is called once an account is gone, and may do nothing."""
    now, done = clock(), 0
    while done < _A_RUN:
        with database.writing() as session:
            if maintenance.current(session) is not None:
                break
            found = _erase_next(session, now)
        if found is None:
            break
        gone, erased = found
        for name, token in erased.begun:
            store.abort(ObjectName(name), UploadToken(token))
        farewell(gone)
        done += 1
    with database.writing() as session:
        _finish(session, now)
        session.execute(delete(Erasure).where(Erasure.erased < now - KEPT_SECONDS))
    return done


def _erase_next(session: Session, now: int) -> tuple[Gone, ErasedAccount] | None:
    query = select(Deletion).where(Deletion.due <= now).order_by(Deletion.due).limit(1)
    row = session.execute(query.with_for_update(skip_locked=True)).scalar_one_or_none()
    if row is None:
        return None
    account = session.get_one(Account, row.account)
    language = notice_settings.wishes_of(session, account.id).language
    gone = Gone(account.address, language, row.request, now)
    role, requested = account.role, row.requested
    erased = erase_account(session, account, now)
    session.add(
        Erasure(
            request=gone.request,
            role=role,
            requested=requested,
            erased=now,
            rows=erased.rows,
            objects=erased.objects,
        )
    )
    session.flush()
    return gone, erased


def _finish(session: Session, now: int) -> None:
    """An erasure is finished when nothing is left to delete of what was to go before it."""
    session.execute(
        update(Erasure)
        .where(
            Erasure.finished.is_(None),
            Erasure.erased <= now,
            ~exists().where(DoomedObject.after <= Erasure.erased),
        )
        .values(finished=now)
    )


def receipt(session: Session, server_key: ServerKey, request: bytes, now: int) -> bytes:
    """The receipt for a wish (its hash, 32 bytes), signed with the key in force. Raises NotFound as long as
    there is none."""
    row = session.get(Erasure, request)
    if row is None or row.finished is None:
        raise NotFound("no such receipt")
    made = Receipt(
        request=request,
        requested=row.requested,
        erased=row.erased,
        role=row.role,
        rows=row.rows,
        objects=row.objects,
    )
    return made.to_text(server_key.signing.at(now))
