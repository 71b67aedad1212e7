"""One patient's account, taken away at their wish: `coffre admin account erase` (GDPR, article 17).

Owns what of a vault goes: everything that any table holds of it or of its owner, found by what refers to
what, so that a table that comes later goes too. What stays is what others hold: copies that readers made, and
hashes in the tree of checkpoints that say nothing by themselves. A professional's account is not erased: its
key and name stand in the journals of patients.
"""

from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, Table, delete, or_, select
from sqlalchemy.orm import Session

from storage.base import ObjectName, UploadToken
from vault import ledger, uploads
from vault.admin.errors import NoVault
from vault.models import schema
from vault.models.accounts import Account
from vault.models.documents import Upload, Version
from vault.models.shares import Share, ShareFile
from vault.models.vaults import Vault
from vault.objects import doom

_BETWEEN: Final = ("grants", "shares", "uploads")
"""Tables of a vault whose rows others name, without naming the vault."""


@dataclass(frozen=True)
class ErasedAccount:
    """How much went. Objects leave the store with the next round of the sweep, within a minute.

    `begun` are uploads that the store must be told to abort once the transaction is over.
    """

    account: str
    vault: str
    rows: int
    objects: int
    begun: tuple[tuple[ObjectName, UploadToken], ...]


def erase_account(session: Session, account: Account, now: int) -> ErasedAccount:
    """Deletes all rows of a patient and their vault. Needs a writing transaction. Raises NoVault."""
    number = account.id
    vault = session.execute(select(Vault.id).where(Vault.owner == number)).scalar_one_or_none()
    if vault is None:
        raise NoVault("a professional's account stands in patients' journals: refuse or suspend it")
    ledger.locked(session, vault)
    begun = session.execute(select(Upload).where(Upload.vault == vault)).scalars().all()
    dropped = tuple(uploads.drop(session, upload, now) for upload in begun)
    files = select(ShareFile.object_name).join(Share, Share.id == ShareFile.share).where(Share.vault == vault)
    versions = select(Version.object_name).where(Version.vault == vault)
    names = [name for query in (versions, files) for name in session.execute(query).scalars() if name]
    for name in names:
        doom(session, name, now)
    session.flush()
    session.expunge_all()
    rows = sum(_delete(session, table, number, vault) for table in reversed(schema.metadata().sorted_tables))
    return ErasedAccount(number, vault, rows, len(names), dropped)


def _delete(session: Session, table: Table, account: str, vault: str) -> int:
    conditions = _conditions(table, account, vault)
    if not conditions:
        return 0
    key = next(iter(table.primary_key.columns))
    gone = session.execute(delete(table).where(or_(*conditions)).returning(key))
    return len(gone.all())


def _conditions(table: Table, account: str, vault: str) -> list[ColumnElement[bool]]:
    """What makes a row of this table one of the account's or the vault's."""
    if table.name in ("accounts", "vaults"):
        return [table.c.id == (account if table.name == "accounts" else vault)]
    found = [column == vault for column in table.columns if column.name == "vault"]
    for column in table.columns:
        for key in column.foreign_keys:
            other: Any = key.column.table
            if other.name == "accounts":
                found.append(column == account)
            elif other.name in _BETWEEN:
                found.append(column.in_(select(other.c.id).where(other.c.vault == vault)))
    return found
