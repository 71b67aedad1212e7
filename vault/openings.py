"""Opening a share without an account: a SMART Health Link's manifest and files (spec chapter 8).

Owns the counts: each opening and each attempt at a passcode is counted in the database before anything is
answered, so that requests at the same time cannot get more than there is.
"""

import hashlib
import secrets
import unicodedata
from dataclasses import dataclass, replace
from typing import Final

from sqlalchemy import bindparam, insert, or_, select, update
from sqlalchemy.orm import Session

from crypto import statements
from crypto.encoding import ShareId, VaultId, b64u, check_text
from crypto.signing import server_key_id
from crypto.statements import Opening
from vault import attempts, departures, ledger, notices, passcodes, signing_keys
from vault.attempts import Pace
from vault.database import Database
from vault.errors import NotFound, PasscodeRefused
from vault.models.documents import Document, Version
from vault.models.shares import Share, ShareFile, ShareTicket
from vault.models.vaults import Vault
from vault.server_key import ServerKey
from vault.shares import locator_hash

TICKET_SECONDS = 15 * 60
PER_SHARE = Pace(limit=120, seconds=60)
# Documents above this are no part of their file: whoever opens it fetches them apart, by the file's address.
_LARGEST_IN_A_FILE = 20 << 20

# Built once, since building takes longer than running them.
_BY_LOCATOR: Final = select(Share).where(
    Share.locator_hash == bindparam("locator"), departures.stays(Share.vault)
)
_COUNT: Final = (
    update(Share)
    .where(
        Share.id == bindparam("wanted"),
        Share.ended.is_(False),
        Share.not_after > bindparam("moment"),
        or_(Share.max_openings.is_(None), Share.openings < Share.max_openings),
    )
    .values(openings=Share.openings + 1)
    .returning(Share.openings)
    # No object of this session stands for the row: the share was looked up by another.
    .execution_options(synchronize_session=False)
)


@dataclass(frozen=True)
class OpenedFile:
    """One sealed file: a token to fetch it with, and where its bytes are. `apart`: its document is fetched
    by the same token."""

    token: str
    object_name: str
    length: int
    apart: bool = False


@dataclass(frozen=True)
class Asked:
    """What a receiver says of itself: anything, as far as the server knows. `client`: a word of `CLIENTS`."""

    recipient: str
    passcode: str | None = None
    client: str | None = None


@dataclass(frozen=True)
class OpenedShare:
    """What an opening gives."""

    files: list[OpenedFile]
    may_change: bool


def open_link(
    database: Database, server_key: ServerKey, locator: bytes, asked: Asked, now: int
) -> OpenedShare:
    """Counts and records an opening, then gives the files.

    Raises NotFound (unknown, ended, used up), PasscodeRefused, Busy, Malformed or LimitExceeded (recipient).
    """
    recipient = check_text(unicodedata.normalize("NFC", asked.recipient), maximum=100)
    with database.reading() as session:
        share = _live(session, locator, now)
    bucket = server_key.mac("attempts/share", share.id)
    if share.passcode_hash is not None:
        _check_passcode(database, share, asked.passcode, bucket, now)
    with database.writing() as session:
        if share.passcode_hash is None:
            attempts.count(session, bucket, PER_SHARE, now)
        said = replace(asked, recipient=recipient)
        return OpenedShare(_count_opening(session, server_key, share, said, now), "L" in share.flag)


def open_directly(
    database: Database, server_key: ServerKey, locator: bytes, asked: Asked, now: int
) -> OpenedFile:
    """The same for a share of one file whose link says that it is fetched by GET (`U`).

    Raises NotFound also for other shares, of which nothing is counted.
    """
    with database.reading() as session:
        if "U" not in _live(session, locator, now).flag:
            raise NotFound("no such share")
    [file] = open_link(database, server_key, locator, asked, now).files
    return file


def file_of(session: Session, token: str, now: int) -> OpenedFile:
    """The file of a token that an opening gave out. Raises NotFound; also when the share ended meanwhile."""
    found = session.execute(
        select(ShareFile)
        .join(ShareTicket, (ShareTicket.share == ShareFile.share) & (ShareTicket.number == ShareFile.number))
        .join(Share, Share.id == ShareFile.share)
        .where(
            ShareTicket.token_hash == _ticket_hash(token),
            ShareTicket.expires > now,
            Share.ended.is_(False),
            Share.not_after > now,
            departures.stays(Share.vault),
        )
    ).scalar_one_or_none()
    if found is None or found.object_name is None:
        raise NotFound("no such file")
    return OpenedFile(token, found.object_name, found.length)


def document_of(session: Session, token: str, now: int) -> OpenedFile:
    """The sealed object of the version that a token's file was made from: opened by who has its key, which
    stands in the file. Raises NotFound, as `file_of`, and when the document was removed.
    """
    found = session.execute(
        select(Version)
        .join(ShareFile, (ShareFile.document == Version.document) & (ShareFile.version == Version.version))
        .join(Share, (Share.id == ShareFile.share) & (Share.vault == Version.vault))
        .join(ShareTicket, (ShareTicket.share == ShareFile.share) & (ShareTicket.number == ShareFile.number))
        .join(Document, (Document.vault == Version.vault) & (Document.id == Version.document))
        .where(
            ShareTicket.token_hash == _ticket_hash(token),
            ShareTicket.expires > now,
            Share.ended.is_(False),
            Share.not_after > now,
            departures.stays(Share.vault),
            Document.removed.is_(None),
        )
    ).scalar_one_or_none()
    if found is None or found.object_name is None:
        raise NotFound("no such document")
    return OpenedFile(token, found.object_name, found.length)


def _live(session: Session, locator: bytes, now: int) -> Share:
    share = session.execute(_BY_LOCATOR, {"locator": locator_hash(locator)}).scalar_one_or_none()
    used_up = share is not None and share.max_openings is not None and share.openings >= share.max_openings
    if share is None or share.ended or share.not_after <= now or used_up or share.attempts_left < 1:
        raise NotFound("no such share")
    return share


def _check_passcode(database: Database, share: Share, passcode: str | None, bucket: bytes, now: int) -> None:
    if passcode is None:
        raise PasscodeRefused(share.attempts_left)
    # The attempt is taken before the passcode is looked at, and given back if it was right.
    with database.writing() as session:
        attempts.count(session, bucket, PER_SHARE, now)
        left = session.execute(
            update(Share)
            .where(Share.id == share.id, Share.attempts_left > 0)
            .values(attempts_left=Share.attempts_left - 1)
            .returning(Share.attempts_left)
        ).scalar_one_or_none()
    if left is None:
        raise NotFound("no attempts left")
    if not passcodes.matches(share.passcode_hash or "", passcode):
        raise PasscodeRefused(left)
    with database.writing() as session:
        session.execute(
            update(Share).where(Share.id == share.id).values(attempts_left=Share.attempts_left + 1)
        )


def _count_opening(
    session: Session, server_key: ServerKey, share: Share, asked: Asked, now: int
) -> list[OpenedFile]:
    vault = ledger.locked(session, share.vault)
    openings = session.execute(_COUNT, {"wanted": share.id, "moment": now}).scalar_one_or_none()
    if openings is None:
        raise NotFound("the share ended meanwhile")
    found = _files(session, vault, share)
    newest = next((time for *_, time in found), None)
    keys = signing_keys.newest(session, server_key.signing)
    key = keys.at(now if newest is None else max(now, newest))
    statement = Opening(
        author=server_key_id(key.public),
        time=now,
        vault=VaultId(vault.id),
        openings=openings,
        recipient=asked.recipient,
        share=ShareId(share.id),
        client=asked.client,
    )
    signed = statements.sign(statement, key)
    ledger.append_opening(session, vault, statement, signed, newest=newest, now=now)
    notices.share_opening(session, vault, share=share.id, number=openings, now=now)
    return _tickets(session, share, [(file, length) for file, length, _ in found], now)


def _files(session: Session, vault: Vault, share: Share) -> list[tuple[ShareFile, int | None, int | None]]:
    """A share's files with their documents' lengths; beside them, to ask once, the newest access's time."""
    query = (
        select(ShareFile, Version.length, ledger.newest_access(vault))
        .outerjoin(
            Version,
            (Version.vault == share.vault)
            & (Version.document == ShareFile.document)
            & (Version.version == ShareFile.version),
        )
        .where(ShareFile.share == share.id)
        .order_by(ShareFile.number)
    )
    return [(file, length, time) for file, length, time in session.execute(query)]


def _tickets(
    session: Session, share: Share, files: list[tuple[ShareFile, int | None]], now: int
) -> list[OpenedFile]:
    opened, rows = [], []
    for file, length in files:
        if file.object_name is None:
            raise NotFound("the share ended meanwhile")
        token = b64u(secrets.token_bytes(32))
        rows.append(
            {
                "token_hash": _ticket_hash(token),
                "share": share.id,
                "number": file.number,
                "expires": min(now + TICKET_SECONDS, share.not_after),
            }
        )
        apart = (length or 0) > _LARGEST_IN_A_FILE
        opened.append(OpenedFile(token, file.object_name, file.length, apart))
    session.execute(insert(ShareTicket), rows)
    return opened


def _ticket_hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
