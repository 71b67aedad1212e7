"""Ranges of an object that a reader fetches straight from the store (spec chapter 4), by signed URLs.

Owns when such a URL is given: for an access that stands in the journal, by the account that made it, while it
may read the version; and for how long. What was given is not taken back, hence the short life: whoever loses
the right may finish what they began within LIFETIME seconds. Hosts with proxied transfer give none.
"""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy.orm import Session

from crypto import statements
from crypto.journal import ACCESSES
from crypto.statements import Access
from storage.base import ObjectName
from storage.direct import DirectStore
from storage.errors import RangeNotSatisfiable
from vault import documents
from vault.errors import Forbidden
from vault.models.vaults import Entry
from vault.vaults import Standing

LIFETIME = 60
MAXIMUM_NUMBER = 16
ACCESS_SECONDS = 8 * 3600
"""For so long after an access its document may be fetched; resuming later takes another access."""


class Range(NamedTuple):
    """`length` bytes from `start`."""

    start: int
    length: int


def sign(
    session: Session,
    store: DirectStore,
    standing: Standing,
    *,
    document: str,
    version: int,
    access: int,
    ranges: Sequence[Range],
    now: int,
) -> list[str]:
    """A URL for each range of a version's object; `access` is the position of the account's access to it.

    Raises NotFound, Forbidden (no such right, or no such access), RangeNotSatisfiable.
    """
    found = documents.object_of(session, standing, document, version)
    _require_access(session, standing, document, version, access, now)
    if any(start + length > found.length for start, length in ranges):
        raise RangeNotSatisfiable("outside of the object")
    name = ObjectName(found.name)
    return [store.presign_range(name, start, length, lifetime=LIFETIME).url for start, length in ranges]


def _require_access(
    session: Session, standing: Standing, document: str, version: int, position: int, now: int
) -> None:
    entry = session.get(Entry, (standing.vault, ACCESSES, position))
    if (
        entry is None
        or (entry.kind, entry.actor, entry.subject) != (Access.KIND, standing.who.key, document)
        or entry.time < now - ACCESS_SECONDS
        or statements.parse(Access, entry.statement).version != version
    ):
        raise Forbidden("no access of this account to this version")
