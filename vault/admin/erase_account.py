"""One account, taken away at its owner's wish: by themselves, or `coffre admin account erase` (GDPR, article
17; spec chapter 12).

Owns what of a vault goes: everything that any table holds of it or of its owner, found by what refers to
what, so that a table that comes later goes too. What stays is what others hold: copies that readers made, and
hashes in the tree of checkpoints that say nothing by themselves. Of a professional the card stays: its key
and name stand in the journals of patients, which are theirs.
"""

from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, Table, delete, select, update
from sqlalchemy.orm import Session

from storage.base import ObjectName, UploadToken
from vault import ledger, notices, suspensions, uploads
from vault.models import schema
from vault.models.accounts import Account
from vault.models.documents import Upload, Version
from vault.models.grants import Grant
from vault.models.notices import Notice
from vault.models.shares import Share, ShareFile
from vault.models.sign_ups import PendingAddress
from vault.models.vaults import Vault
from vault.objects import doom

_BETWEEN: Final = ("grants", "shares", "uploads")
"""Tables of a vault whose rows others name, without naming the vault."""
_DROPPED: Final = ("uploads", "upload_parts")
"""Tables whose rows go with their objects, before."""
_OF_PROFESSIONALS: Final = "directory_entries"
_BY_ACCOUNT: Final = ("notices",)
"""Tables whose rows are not looked up by their vault: those of others who name it go before."""
GONE: Final = "gone"
"""What `verified` says of a professional whose account was erased: the directory shows them no more."""


@dataclass(frozen=True)
class ErasedAccount:
    """How much went. Objects leave the store with the next round of the sweep, within a minute.

    `begun` are uploads that the store must be told to abort once the transaction is over.
    """

    account: str
    vault: str | None
    rows: int
    objects: int
    begun: tuple[tuple[ObjectName, UploadToken], ...]


def erase_account(session: Session, account: Account, now: int) -> ErasedAccount:
    """Deletes all rows of a patient and their vault, or of a professional all but the card. Needs a writing
    transaction."""
    number = account.id
    # Names no account.
    session.execute(delete(PendingAddress).where(PendingAddress.address == account.address))
    vault = session.execute(select(Vault.id).where(Vault.owner == number)).scalar_one_or_none()
    if vault is None:
        return _erase_professional(session, account, now)
    ledger.locked(session, vault)
    dropped = _drop_uploads(session, Upload.vault == vault, now)
    files = select(ShareFile.object_name).join(Share, Share.id == ShareFile.share).where(Share.vault == vault)
    versions = select(Version.object_name).where(Version.vault == vault)
    names = [name for query in (versions, files) for name in session.execute(query).scalars() if name]
    for name in names:
        doom(session, name, now)
    session.flush()
    session.expunge_all()
    readers = select(Grant.professional).where(Grant.vault == vault)
    told = delete(Notice).where(Notice.account.in_(readers), Notice.vault == vault).returning(Notice.id)
    rows = len(dropped) + len(session.execute(told).all())
    tables = [one for one in reversed(schema.metadata().sorted_tables) if one.name != _OF_PROFESSIONALS]
    rows += sum(_delete(session, table, number, vault) for table in tables)
    return ErasedAccount(number, vault, rows, len(names), dropped)


def _drop_uploads(
    session: Session, which: ColumnElement[bool], now: int
) -> tuple[tuple[ObjectName, UploadToken], ...]:
    begun = session.execute(select(Upload).where(which)).scalars().all()
    return tuple(uploads.drop(session, upload, now) for upload in begun)


def _erase_professional(session: Session, account: Account, now: int) -> ErasedAccount:
    """All rows of the account but what patients' journals name: the card, the key, and grants without their
    bundles. Patients whose grants are in force are told."""
    number = account.id
    dropped = _drop_uploads(session, Upload.account == number, now)
    in_force = (
        select(Grant.id, Vault)
        .join(Vault, Vault.id == Grant.vault)
        .where(Grant.professional == number, Grant.revoked_seq.is_(None), Grant.not_after > now)
    )
    for grant, vault in session.execute(in_force).all():
        notices.reader_left(session, vault, grant=grant, now=now)
    session.execute(update(Grant).where(Grant.professional == number).values(bundle=None))
    account.address, account.rpps, account.profession = f"{GONE}-{number}", None, None
    account.verified = GONE
    account.suspension, account.suspension_reason, account.suspended = suspensions.CLOSED, "request", now
    session.flush()
    session.expunge_all()
    tables = [
        table
        for table in reversed(schema.metadata().sorted_tables)
        if table.name not in ("accounts", "vaults", "grants")
    ]
    rows = sum(_delete(session, table, number, None) for table in tables)
    return ErasedAccount(number, None, rows, 0, dropped)


def _delete(session: Session, table: Table, account: str, vault: str | None) -> int:
    key = next(iter(table.primary_key.columns))
    # One by one, so that each is looked up by its own index.
    return sum(
        len(session.execute(delete(table).where(condition).returning(key)).all())
        for condition in _conditions(table, account, vault)
    )


def _conditions(table: Table, account: str, vault: str | None) -> list[ColumnElement[bool]]:
    """What makes a row of this table one of the account's or the vault's."""
    if table.name in ("accounts", "vaults"):
        return [table.c.id == (account if table.name == "accounts" else vault)]
    if table.name in _DROPPED:
        return []
    # Without a vault nothing may be compared with it: rows that name none would all match.
    named = () if vault is None or table.name in _BY_ACCOUNT else table.columns
    found = [column == vault for column in named if column.name == "vault"]
    for column in table.columns:
        for key in column.foreign_keys:
            other: Any = key.column.table
            if other.name == "accounts":
                found.append(column == account)
            elif vault is not None and other.name in _BETWEEN:
                found.append(column.in_(select(other.c.id).where(other.c.vault == vault)))
    return found
