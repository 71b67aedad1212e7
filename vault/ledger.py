"""The two chains of a vault's journal on the server's side (spec chapter 6): appending, and showing pages.

Owns the positions and who is shown a body. What a statement means is the business of the noun that appends
it.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple, TypeVar

from sqlalchemy import ScalarSelect, bindparam, insert, select
from sqlalchemy.orm import Session

from crypto import journal, statements
from crypto.errors import Stale, Tampered
from crypto.journal import ACCESSES, LEDGER, EntryHeader
from crypto.journal import Entry as JournalEntry
from crypto.statements import (
    Access,
    Block,
    Card,
    Deposit,
    InLedger,
    InVault,
    Manifest,
    Opening,
    Refile,
    Removal,
    Restoral,
    Signed,
    Unblock,
)
from vault import maintenance
from vault.errors import NotFound
from vault.models.accounts import Account
from vault.models.documents import Document, Version
from vault.models.vaults import Entry, Vault

S = TypeVar("S", bound=InVault)

MAXIMUM_PAGE = 500
_SHOWN_TO_READERS = ("vault", "rotation", "sections", "settings")
_SHOWN_TO_THE_BOUND = (
    "grant",
    "document_grant",
    "acceptance",
    "revocation",
    "renewal_request",
    "renewal_refusal",
)
_SHOWN_TO_THE_NAMED = ("block", "unblock")
_ABOUT_VERSIONS = (Manifest.KIND, Deposit.KIND, Refile.KIND, Removal.KIND, Restoral.KIND)


@dataclass(frozen=True)
class Viewer:
    """Who looks at the ledger, by key: the owner, or someone with grants (their ids) for some sections, or
    for versions of documents."""

    key: str
    owner: bool
    sections: frozenset[str] = frozenset()
    grants: frozenset[str] = frozenset()
    documents: frozenset[tuple[str, int]] = frozenset()


@dataclass(frozen=True)
class Appended:
    """An entry just appended, as its author is shown it, and the server's time of it."""

    entry: JournalEntry
    seq: int
    time: int


@dataclass(frozen=True)
class Page:
    """A piece of a chain, where the chain stands, and the cards of those whose entries are shown."""

    entries: tuple[JournalEntry, ...]
    size: int
    head: bytes
    cards: tuple[Signed, ...]


class _Row(NamedTuple):
    """What of an entry it takes to show it: of a page of 500, rows alone are read sooner than objects."""

    vault: str
    seq: int
    kind: str
    actor: str
    subject: str | None
    header: bytes
    salt: bytes
    statement: bytes
    signature: bytes


_ROW: Final = tuple(getattr(Entry, name) for name in _Row._fields)

# Built once, since building takes longer than running them.
_LOCKED: Final = (
    select(Vault)
    .where(Vault.id == bindparam("vault"))
    .with_for_update()
    .execution_options(populate_existing=True)
)
_TIME: Final = select(Entry.time).where(
    Entry.vault == bindparam("vault"), Entry.chain == bindparam("chain"), Entry.seq == bindparam("seq")
)


def locked(session: Session, vault: str) -> Vault:
    """The vault's row, locked until the transaction ends, so that two writers never fork a chain.

    Raises NotFound.
    """
    row = session.execute(_LOCKED, {"vault": vault}).scalar_one_or_none()
    if row is None:
        raise NotFound("no such vault")
    return row


def card_of(session: Session, account: str) -> Card:
    """An account's card. Raises NotFound."""
    author = session.get(Account, account)
    if author is None:
        raise NotFound("no such account")
    return statements.parse(Card, author.card_statement)


def verified(session: Session, kind: type[S], signed: Signed, account: str, vault: str) -> S:
    """A statement by an account about a vault. Raises Tampered (signature, author, vault), Malformed."""
    return verified_by(card_of(session, account), kind, signed, vault)


def verified_by(card: Card, kind: type[S], signed: Signed, vault: str) -> S:
    """As `verified`, with the author's card at hand. Raises Tampered, Malformed."""
    statement = statements.verify_by_card(signed, kind, card)
    if statement.vault != vault:
        raise Tampered("statement about another vault")
    return statement


def next_time(session: Session, vault: Vault, chain: str, now: int) -> int:
    """The time of the next entry: the server's, and never before the previous entry's."""
    size = vault.ledger_size if chain == LEDGER else vault.accesses_size
    place = {"vault": vault.id, "chain": chain, "seq": size - 1}
    last = session.execute(_TIME, place).scalar_one_or_none()
    return now if last is None else max(now, last)


def newest_access(vault: Vault) -> ScalarSelect[int]:
    """The time of the newest access, to be read in a statement that begins after the vault was locked."""
    return _time_at(vault, ACCESSES, vault.accesses_size - 1)


def _time_at(vault: Vault, chain: str, seq: int) -> ScalarSelect[int]:
    return (
        select(Entry.time)
        .where(Entry.vault == vault.id, Entry.chain == chain, Entry.seq == seq)
        .scalar_subquery()
    )


def check_position(vault: Vault, statement: InLedger) -> None:
    """Raises Stale unless the statement was made for the ledger's next position."""
    if (statement.seq, statement.prev) != (vault.ledger_size, vault.ledger_head):
        raise Stale("position")


def append(
    session: Session, vault: Vault, statement: InVault, signed: Signed, *, subject: str | None, now: int
) -> Appended:
    """Appends a verified statement to its chain. `vault` is locked. Raises Stale for another position."""
    if isinstance(statement, InLedger):
        check_position(vault, statement)
    chain = LEDGER if isinstance(statement, InLedger) else ACCESSES
    time = next_time(session, vault, chain, now)
    [appended] = _append(session, vault, chain, [(statement, signed, subject)], time)
    session.flush()
    return appended


def append_accesses(
    session: Session, vault: Vault, accesses: list[tuple[Access, Signed]], *, newest: int | None, now: int
) -> list[JournalEntry]:
    """Appends verified accesses at once. `vault` is locked, `newest` is the time of the entry before them."""
    time = now if newest is None else max(now, newest)
    rows = [(statement, signed, statement.document) for statement, signed in accesses]
    return [appended.entry for appended in _append(session, vault, ACCESSES, rows, time)]


def append_opening(
    session: Session, vault: Vault, statement: Opening, signed: Signed, *, newest: int | None, now: int
) -> None:
    """Appends the opening of a share. `vault` is locked, `newest` is the time of the entry before it."""
    time = now if newest is None else max(now, newest)
    _append(session, vault, ACCESSES, [(statement, signed, statement.share)], time)


def _append(
    session: Session,
    vault: Vault,
    chain: str,
    statements_of: Sequence[tuple[InVault, Signed, str | None]],
    time: int,
) -> list[Appended]:
    maintenance.refuse_growth(session, chain)
    in_ledger = chain == LEDGER
    seq, head = (
        (vault.ledger_size, vault.ledger_head) if in_ledger else (vault.accesses_size, vault.accesses_head)
    )
    rows, appended = [], []
    for statement, signed, subject in statements_of:
        entry = journal.make_entry(
            statement, signed, seq=seq, prev=head, time=time, random=secrets.token_bytes
        )
        rows.append(
            {
                "vault": vault.id,
                "chain": chain,
                "seq": seq,
                "kind": statement.KIND,
                "actor": statement.author,
                "subject": subject,
                "time": time,
                "header": entry.header,
                "salt": entry.salt,
                "statement": signed.statement,
                "signature": signed.signature,
            }
        )
        appended.append(Appended(entry, seq, time))
        seq, head = seq + 1, journal.entry_hash(entry.header)
    session.execute(insert(Entry), rows)
    if in_ledger:
        vault.ledger_size, vault.ledger_head = seq, head
    else:
        vault.accesses_size, vault.accesses_head = seq, head
    vault.checkpoint_due = True
    return appended


def entry_at(session: Session, vault: str, seq: int) -> JournalEntry:
    """A ledger's entry with its body. Raises NotFound."""
    row = session.get(Entry, (vault, LEDGER, seq))
    if row is None:
        raise NotFound("no such entry")
    return JournalEntry(row.header, row.salt, Signed(row.statement, row.signature))


def page(session: Session, vault: Vault, chain: str, viewer: Viewer, *, start: int, limit: int) -> Page:
    """Entries `start` to `start + limit - 1` as the viewer may see them, and where the chain stands."""
    size, head = (
        (vault.ledger_size, vault.ledger_head)
        if chain == LEDGER
        else (vault.accesses_size, vault.accesses_head)
    )
    end = min(size, start + min(limit, MAXIMUM_PAGE))
    if end <= start:
        return Page((), size, head, ())
    query = (
        select(*_ROW)
        .where(Entry.vault == vault.id, Entry.chain == chain, Entry.seq >= start, Entry.seq < end)
        .order_by(Entry.seq)
    )
    metadata = _current_metadata(session, vault.id, viewer, start, end) if chain == LEDGER else {}
    rows = [_Row._make(found) for found in session.execute(query)]
    subjects = {row.subject for row in rows if row.subject is not None}
    followed = {} if viewer.owner else _followed(session, vault.id, viewer, subjects)
    entries: list[JournalEntry] = []
    actors: set[str] = set()
    for row in rows:
        if _is_shown(row, viewer) or _concerns(row, viewer, followed):
            signed = Signed(row.statement, row.signature)
            manifest = None if viewer.owner else _manifest_of(session, row)
            sealed = metadata.get(row.seq) or _restored_metadata(session, row, viewer)
            entries.append(JournalEntry(row.header, row.salt, signed, sealed, manifest))
            actors.add(row.actor)
        else:
            entries.append(JournalEntry(row.header))
    return Page(tuple(entries), size, head, _cards(session, actors))


def _is_shown(row: _Row, viewer: Viewer) -> bool:
    if viewer.owner or row.kind in _SHOWN_TO_READERS:
        return True
    if row.kind in _SHOWN_TO_THE_BOUND:
        return row.subject in viewer.grants
    if row.kind in _SHOWN_TO_THE_NAMED:
        named = statements.parse_any(row.statement)
        return isinstance(named, Block | Unblock) and named.professional == viewer.key
    return not viewer.sections.isdisjoint(EntryHeader.from_bytes(row.header).sections)


def _followed(session: Session, vault: str, viewer: Viewer, documents: set[str]) -> dict[str, set[int]]:
    """The versions of these documents that a professional wrote or was granted by name.

    Of these documents only: a vault may have many.
    """
    query = select(Version.document, Version.version).where(
        Version.vault == vault, Version.author == viewer.key, Version.document.in_(documents)
    )
    found: dict[str, set[int]] = {}
    for document, version in session.execute(query):
        found.setdefault(document, set()).add(version)
    for document, version in viewer.documents:
        found.setdefault(document, set()).add(version)
    return found


def _concerns(row: _Row, viewer: Viewer, followed: dict[str, set[int]]) -> bool:
    """Whether an entry is the viewer's, or about what they wrote or were granted by name, wherever that is
    filed now."""
    if row.actor == viewer.key:
        return True
    versions = followed.get(row.subject or "", set())
    if not versions or row.kind not in _ABOUT_VERSIONS:
        return False
    statement = statements.parse_any(row.statement)
    if isinstance(statement, Manifest | Deposit):
        return (statement.document, statement.version) in viewer.documents
    return not isinstance(statement, Refile) or statement.version in versions


def _manifest_of(session: Session, row: _Row) -> bytes | None:
    """The manifest or deposit that a refile names: a reader may not have been shown it (spec chapter 6)."""
    if row.kind != Refile.KIND:
        return None
    statement = statements.parse(Refile, row.statement)
    version = session.get_one(Version, (row.vault, statement.document, statement.version))
    return session.get_one(Entry, (row.vault, LEDGER, version.manifest_seq)).statement


def _current_metadata(session: Session, vault: str, viewer: Viewer, start: int, end: int) -> dict[int, bytes]:
    """Sealed metadata by the entry that it belongs to now; only of documents filed where the viewer may
    look.

    The owner is given that of removed documents as well, while they are in the bin.
    """
    query = (
        select(Version.filed_seq, Version.metadata_sealed, Document.section)
        .join(Document, (Document.vault == Version.vault) & (Document.id == Version.document))
        .where(
            Version.vault == vault,
            Version.filed_seq >= start,
            Version.filed_seq < end,
            Version.metadata_sealed != b"",
        )
    )
    if not viewer.owner:
        query = query.where(Document.removed.is_(None))
    return {
        seq: sealed
        for seq, sealed, section in session.execute(query)
        # A deposit that was not taken in has none.
        if sealed and (viewer.owner or section in viewer.sections)
    }


def _restored_metadata(session: Session, row: _Row, viewer: Viewer) -> bytes | None:
    """What a restoral brings back, unless it was filed elsewhere since: then it comes with that entry."""
    if row.kind != Restoral.KIND:
        return None
    statement = statements.parse(Restoral, row.statement)
    document = session.get_one(Document, (row.vault, statement.document))
    version = session.get_one(Version, (row.vault, statement.document, statement.version))
    visible = viewer.owner or (document.removed is None and document.section in viewer.sections)
    if not visible or version.filed_seq > row.seq:
        return None
    return version.metadata_sealed or None


def _cards(session: Session, actors: set[str]) -> tuple[Signed, ...]:
    if not actors:
        return ()
    query = (
        select(Account.card_statement, Account.card_signature)
        .where(Account.key.in_(actors))
        .order_by(Account.key)
    )
    return tuple(Signed(statement, signature) for statement, signature in session.execute(query))
