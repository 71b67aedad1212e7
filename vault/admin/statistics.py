"""How much there is: counts only, of no person in particular. `coffre admin stats`.

Each count reads an index or a whole table once; on a large host that takes a while, and hinders nobody.
"""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from crypto.journal import ACCESSES, LEDGER
from vault.models.accounts import Account, SignIn
from vault.models.base import Base
from vault.models.checkpoints import CheckpointLeaf
from vault.models.documents import Document, DoomedObject, Upload, Version
from vault.models.grants import Grant
from vault.models.notices import Notice, OutboxMessage
from vault.models.shares import Share, ShareFile
from vault.models.vaults import Entry, Vault


@dataclass(frozen=True)
class Stats:
    """Counts; sizes in bytes of ciphertext."""

    patients: int
    professionals: int
    professionals_waiting: int
    professionals_verified: int
    professionals_refused: int
    accounts_suspended: int
    sessions: int
    vaults: int
    vaults_with_own_quota: int
    documents: int
    documents_in_bin: int
    versions: int
    versions_bytes: int
    uploads: int
    uploads_bytes: int
    invitations: int
    grants: int
    grants_ended: int
    shares: int
    shares_ended: int
    shares_bytes: int
    ledger_entries: int
    access_entries: int
    checkpoint_leaves: int
    objects_to_delete: int
    notices: int
    messages_waiting: int
    messages_waiting_seconds: int
    """How long the one that has been due longest has waited; 0 when none is due."""
    messages_failed: int


def stats(session: Session, clock: Callable[[], int]) -> Stats:
    """Counts everything at one moment, as far as the database can."""

    def count(table: type[Base], *conditions: ColumnElement[bool]) -> int:
        return session.execute(select(func.count()).select_from(table).where(*conditions)).scalar_one()

    def total(column: ColumnElement[int], *conditions: ColumnElement[bool]) -> int:
        return int(
            session.execute(select(func.coalesce(func.sum(column), 0)).where(*conditions)).scalar_one()
        )

    now = clock()
    professional = Account.role == "professional"
    in_time = (Grant.revoked_seq.is_(None), Grant.not_after > now)
    live_share = (Share.ended.is_(False), Share.not_after > now)
    open_invitation = (Grant.professional.is_(None), Grant.redeem_not_after >= now, *in_time)
    given, invited = (
        count(Grant, Grant.professional.is_not(None), *in_time),
        count(Grant, *open_invitation),
    )
    return Stats(
        patients=count(Account, Account.role == "patient"),
        professionals=count(Account, professional),
        professionals_waiting=count(Account, professional, Account.verified == "no"),
        professionals_verified=count(Account, professional, Account.verified == "yes"),
        professionals_refused=count(Account, professional, Account.verified == "refused"),
        accounts_suspended=count(Account, Account.suspension.is_not(None)),
        sessions=count(SignIn, SignIn.expires > now),
        vaults=count(Vault),
        vaults_with_own_quota=count(Vault, Vault.quota_bytes.is_not(None)),
        documents=count(Document, Document.removed.is_(None)),
        documents_in_bin=_in_bin(session),
        versions=count(Version, Version.object_name.is_not(None)),
        versions_bytes=total(Version.length.expression, Version.object_name.is_not(None)),
        uploads=count(Upload),
        uploads_bytes=total(Upload.length.expression),
        invitations=invited,
        grants=given,
        grants_ended=count(Grant) - given - invited,
        shares=count(Share, *live_share),
        shares_ended=count(Share) - count(Share, *live_share),
        shares_bytes=total(ShareFile.length.expression, ShareFile.object_name.is_not(None)),
        ledger_entries=count(Entry, Entry.chain == LEDGER),
        access_entries=count(Entry, Entry.chain == ACCESSES),
        checkpoint_leaves=count(CheckpointLeaf),
        objects_to_delete=count(DoomedObject),
        notices=count(Notice),
        messages_waiting=count(OutboxMessage, OutboxMessage.due <= now),
        messages_waiting_seconds=_longest_wait(session, now),
        messages_failed=count(OutboxMessage, OutboxMessage.failed.is_not(None)),
    )


def _longest_wait(session: Session, now: int) -> int:
    first = session.execute(select(func.min(OutboxMessage.due))).scalar_one()
    return 0 if first is None else max(0, now - first)


def _in_bin(session: Session) -> int:
    """Removed documents whose objects are still there."""
    kept = select(Version.vault).where(
        Version.vault == Document.vault,
        Version.document == Document.id,
        Version.object_name.is_not(None),
    )
    query = select(func.count()).select_from(Document).where(Document.removed.is_not(None), kept.exists())
    return session.execute(query).scalar_one()
