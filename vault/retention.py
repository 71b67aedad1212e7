"""What is not kept: the sweep deletes what is over (DESIGN §8; WHAT-THE-SERVER-SEES.md says for how long
things stay).

Owns the times. An object is deleted in two steps: its name leaves every row in one transaction and is noted
as doomed; then the store deletes it; then the note goes. A crash leaves the note, and the next sweep goes on.
"""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, delete, func, literal_column, or_, select, update
from sqlalchemy.orm import Session

from storage.base import ObjectName, ObjectStore, UploadToken
from vault import bin, devices, outbox, shares, sign_ups, uploads
from vault.database import Database
from vault.models.accounts import Attempt, Challenge, SignIn
from vault.models.documents import DoomedObject, Upload, Version
from vault.models.grants import Grant
from vault.models.notices import Device, Notice
from vault.models.shares import Share, ShareFile, ShareTicket
from vault.models.sign_ups import PendingAddress

NOTICE_DAYS = 366
_DAY = 86400
_BATCH = 200


@dataclass(frozen=True)
class Swept:
    """How much a sweep took away."""

    uploads: int
    bundles: int
    shares: int
    documents: int
    objects: int


def sweep(
    database: Database, store: ObjectStore, clock: Callable[[], int], *, bin_days: int = bin.DAYS
) -> Swept:
    """Takes away what is over, a batch at a time, so that no transaction is long. Safe to run on several
    nodes at once. Removed documents stay for `bin_days`."""
    now = clock()
    abandoned = _abandoned_uploads(database, store, now) + _unknown_uploads(database, store, now)
    ended = _ended_shares(database, now)
    with database.writing() as session:
        bundles = _ended_bundles(session, now)
        removed = bin.empty(session, bin_days=bin_days, now=now)
        _old_rows(session, now)
    return Swept(abandoned, bundles, ended, removed, _doomed_objects(database, store, now))


def _abandoned_uploads(database: Database, store: ObjectStore, now: int) -> int:
    with database.writing() as session:
        query = select(Upload).where(Upload.expires <= now).limit(_BATCH).with_for_update(skip_locked=True)
        dropped = [uploads.drop(session, upload, now) for upload in session.execute(query).scalars()]
    for name, token in dropped:
        store.abort(ObjectName(name), UploadToken(token))
    return len(dropped)


def _unknown_uploads(database: Database, store: ObjectStore, now: int) -> int:
    """Aborts what a crash left in the store before a row could name it; by the store's clock, hence the wide
    margin."""
    aborted = 0
    for pending in store.pending():
        if pending.started_at.timestamp() > now - 2 * _DAY:
            continue
        with database.reading() as session:
            known = session.execute(select(Upload.id).where(Upload.object_name == pending.name)).first()
        if known is None:
            store.abort(pending.name, pending.token)
            aborted += 1
    return aborted


def _ended_bundles(session: Session, now: int) -> int:
    ended = update(Grant).where(
        Grant.bundle.is_not(None),
        or_(
            Grant.not_after <= now,
            Grant.professional.is_(None) & (Grant.redeem_not_after < now),
        ),
    )
    return len(session.execute(ended.values(bundle=None).returning(Grant.id)).all())


def _ended_shares(database: Database, now: int) -> int:
    """All that are over, since their ciphertext goes within a minute of the end.

    Asked for by time and by use apart, each in the order of its index: else PostgreSQL thinks that many are
    over, and reads all shares to find the first of them.
    """
    by_time = select(Share).where(~Share.ended, Share.not_after <= now).order_by(Share.not_after)
    by_use = select(Share).where(~Share.ended, _is_used_up(now)).order_by(Share.id)
    return _all_ended(database, by_time, now) + _all_ended(database, by_use, now)


def _is_used_up(now: int) -> ColumnElement[bool]:
    """In the words of the index of such shares."""
    no_attempts = Share.attempts_left < literal_column("1")
    used_up = or_(no_attempts, Share.max_openings.is_not(None) & (Share.openings >= Share.max_openings))
    # The last opening's files may be fetched for as long as its tickets live.
    newest = select(func.max(ShareTicket.expires)).where(ShareTicket.share == Share.id).scalar_subquery()
    return used_up & or_(no_attempts, func.coalesce(newest, 0) <= now)


def _all_ended(database: Database, over: Select[Share], now: int) -> int:
    ended = 0
    while found := _some_ended(database, over, now):
        ended += found
    return ended


def _some_ended(database: Database, over: Select[Share], now: int) -> int:
    query = over.limit(_BATCH).with_for_update(skip_locked=True)
    with database.writing() as session:
        found = list(session.execute(query).scalars())
        for share in found:
            share.ended = True
            shares.drop_files(session, share, now)
        return len(found)


def _old_rows(session: Session, now: int) -> None:
    session.execute(delete(SignIn).where(SignIn.expires <= now))
    session.execute(delete(Challenge).where(Challenge.expires <= now))
    session.execute(delete(ShareTicket).where(ShareTicket.expires <= now))
    session.execute(delete(PendingAddress).where(PendingAddress.created <= now - sign_ups.KEPT_SECONDS))
    session.execute(delete(Attempt).where(Attempt.since < now - _DAY))
    session.execute(delete(Notice).where(Notice.time < now - NOTICE_DAYS * _DAY))
    session.execute(delete(Device).where(Device.seen < now - devices.KEPT_SECONDS))
    outbox.drop_old(session, now)


def _doomed_objects(database: Database, store: ObjectStore, now: int) -> int:
    gone = 0
    while deleted := _some_doomed_objects(database, store, now):
        gone += deleted
    return gone


def _some_doomed_objects(database: Database, store: ObjectStore, now: int) -> int:
    with database.reading() as session:
        query = select(DoomedObject.name).where(DoomedObject.after <= now).limit(_BATCH)
        names = [name for name in session.execute(query).scalars() if not is_named(session, name)]
    for name in names:
        store.delete(ObjectName(name))
    with database.writing() as session:
        session.execute(delete(DoomedObject).where(DoomedObject.name.in_(names)))
    return len(names)


def is_named(session: Session, name: str) -> bool:
    """Whether a version, a share's file or an upload still names an object."""
    columns = (Version.object_name, ShareFile.object_name, Upload.object_name)
    return any(
        session.execute(select(column).where(column == name)).first() is not None for column in columns
    )
