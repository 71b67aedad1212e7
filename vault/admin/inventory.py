"""Which objects the database names, and what each must be by the statement that its author signed.

Owns the way from a row to its digests: a version's stand in its manifest, a share's file in the share's
statement (spec chapters 4, 5 and 8). Also which other names the store may rightly hold. Reads no object.
"""

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from crypto import statements
from crypto.errors import CoffreError
from crypto.journal import LEDGER
from crypto.statements import Deposit, Manifest, ShareUpdate
from crypto.statements import Share as ShareStatement
from storage.base import ObjectName
from vault.database import Database
from vault.models.documents import DoomedObject, Upload, Version
from vault.models.shares import Share, ShareFile
from vault.models.vaults import Entry

PAGE = 100
_SHARE = re.compile(r"([1-9][0-9]{0,3})/([1-9][0-9]{0,3})", re.ASCII)


@dataclass(frozen=True)
class Expected:
    """An object by its author's word. No `digests`: its statement cannot be read, so that nothing fits."""

    name: ObjectName
    kind: str
    """`version` of a document, or `file` of a share."""
    vault: str
    subject: str
    """The document or the share."""
    number: int
    length: int
    part_size: int
    digests: tuple[bytes, ...]
    """SHA-256 of each part."""


class Span(NamedTuple):
    """Names from `first` to `last`, both included. Names are random: equal spans hold about equally many."""

    first: str
    last: str

    def holds(self, name: str) -> bool:
        """Whether a name lies in the span."""
        return self.first <= name <= self.last


ALL = Span("0" * 32, "f" * 32)


def share_of_names(text: str) -> Span:
    """`2/7` as the second of seven spans that together hold every name. Raises ValueError."""
    found = _SHARE.fullmatch(text)
    number, count = (int(found[1]), int(found[2])) if found else (0, 0)
    if not 1 <= number <= count:
        raise ValueError("a share is NUMBER/COUNT, such as 1/7")
    [(start, end)] = list(pairwise(2**128 * at // count for at in (number - 1, number)))
    return Span(f"{start:032x}", f"{end - 1:032x}")


def page(session: Session, span: Span, after: str) -> list[Expected]:
    """The next objects after a name, in the order of names; empty at the end. At most 2 × PAGE of them."""
    lower = max(after, span.first)
    versions = session.execute(_versions(lower, span.last, include=lower > after)).all()
    files = session.execute(_files(lower, span.last, include=lower > after)).all()
    kinds = (
        [_version(version, statement) for version, statement in versions],
        [_file(file, share, statement) for file, share, statement in files],
    )
    # Beyond the end of a page that is full, the other kind may have names that are not read yet.
    end = min((kind[-1].name for kind in kinds if len(kind) == PAGE), default=span.last)
    found = (expected for kind in kinds for expected in kind if expected.name <= end)
    return sorted(found, key=lambda expected: expected.name)


def every(session: Session, span: Span = ALL) -> Iterator[Expected]:
    """All objects of a span in the order of names, in one transaction: for a snapshot, not a busy server."""
    after = ""
    while found := page(session, span, after):
        yield from found
        after = found[-1].name
        session.expunge_all()


def pages(database: Database, span: Span = ALL, after: str = "") -> Iterator[list[Expected]]:
    """All objects of a span after a name, some hundred at a time, each page in a transaction of its own: what
    is done with them can take days."""
    while True:
        with database.reading() as session:
            found = page(session, span, after)
        if not found:
            return
        yield found
        after = found[-1].name


def named(session: Session, names: list[str]) -> set[str]:
    """Those of the names that anything in the database knows: also uploads, and objects about to go."""
    columns = (Version.object_name, ShareFile.object_name, Upload.object_name, DoomedObject.name)
    return {
        str(name)
        for column in columns
        for name in session.execute(select(column).where(column.in_(names))).scalars()
    }


def _versions(lower: str, last: str, *, include: bool) -> Select[Version, bytes]:
    column = Version.object_name
    at = (
        (Entry.vault == Version.vault)
        & (Entry.chain == LEDGER)
        & (Entry.seq == Version.manifest_seq)
        & (Entry.kind.in_((Manifest.KIND, Deposit.KIND)))
    )
    return (
        select(Version, Entry.statement)
        .outerjoin(Entry, at)
        .where(column >= lower if include else column > lower, column <= last)
        .order_by(column)
        .limit(PAGE)
    )


def _files(lower: str, last: str, *, include: bool) -> Select[ShareFile, Share, bytes]:
    column = ShareFile.object_name
    at = (
        (Entry.vault == Share.vault)
        & (Entry.chain == LEDGER)
        & (Entry.kind.in_((ShareStatement.KIND, ShareUpdate.KIND)))
        & (Entry.subject == Share.id)
        # Rows of the first schema do not say which entry lists them: it was the share's first.
        & (
            (Entry.seq == ShareFile.statement_seq)
            | (ShareFile.statement_seq.is_(None) & (Entry.kind == ShareStatement.KIND))
        )
    )
    return (
        select(ShareFile, Share, Entry.statement)
        .join(Share, Share.id == ShareFile.share)
        .outerjoin(Entry, at)
        .where(column >= lower if include else column > lower, column <= last)
        .order_by(column)
        .limit(PAGE)
    )


def _version(row: Version, statement: bytes | None) -> Expected:
    digests: tuple[bytes, ...] = ()
    described = (row.document, row.version, row.length, row.part_size)
    with suppress(CoffreError):
        found = statements.parse_any(statement or b"")
        said = found if isinstance(found, Manifest | Deposit) else None
        if said and (said.document, said.version, said.length, said.part_size) == described:
            digests = said.parts
    return Expected(
        name=ObjectName(row.object_name or ""),
        kind="version",
        vault=row.vault,
        subject=row.document,
        number=row.version,
        length=row.length,
        part_size=row.part_size,
        digests=digests,
    )


def _file(row: ShareFile, share: Share, statement: bytes | None) -> Expected:
    digests: tuple[bytes, ...] = ()
    with suppress(CoffreError):
        listed = statements.parse_any(statement or b"")
        files = listed.files if isinstance(listed, ShareStatement | ShareUpdate) else ()
        if row.number <= len(files) and files[row.number - 1].length == row.length:
            digests = (files[row.number - 1].sha256,)
    return Expected(
        name=ObjectName(row.object_name or ""),
        kind="file",
        vault=share.vault,
        subject=share.id,
        number=row.number,
        length=row.length,
        part_size=row.length,
        digests=digests,
    )
