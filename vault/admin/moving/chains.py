"""The chains of all vaults, followed from one database into another (spec chapter 6).

Owns that no entry is kept in the target which does not continue its chain: bodies, links and the head are
reckoned anew from the rows as the target gives them back, before its transaction ends. Opens no statement.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from crypto.encoding import VaultId
from crypto.errors import CoffreError
from crypto.journal import ACCESSES, LEDGER, EntryHeader, body_hash, entry_hash, start_head
from crypto.statements import Signed
from vault.admin.errors import NotAsReported
from vault.database import Database
from vault.models.base import Base
from vault.models.vaults import Entry, Vault

VAULTS: Final = 200
ENTRIES: Final = 500


def follow(source: Session, target: Database) -> int:
    """Appends to each of the target's chains what the source's has more; how many entries that were.

    The vaults' rows stand in the target already. Raises NotAsReported for a chain that does not hold.
    """
    added = 0
    for vaults in _vaults(source):
        with target.reading() as session:
            sizes = sizes_of(session, [vault.id for vault in vaults])
        for vault in vaults:
            for chain, size, head in _chains(vault):
                held = sizes.get((vault.id, chain), 0)
                if held > size:
                    raise NotAsReported("a chain in the target is longer than the source's")
                if held < size:
                    added += _append(source, target, vault.id, chain, held, size, head)
    return added


def forget_vaults(source: Session, target: Database) -> int:
    """Takes away the entries of vaults that the source has no more; how many."""
    removed = 0
    with target.reading() as reading:
        for vaults in _vaults(reading):
            names = [vault.id for vault in vaults]
            there = set(source.execute(select(Vault.id).where(Vault.id.in_(names))).scalars())
            gone = [name for name in names if name not in there]
            if gone:
                with target.writing() as session:
                    found = session.execute(delete(Entry).where(Entry.vault.in_(gone)).returning(Entry.seq))
                    removed += len(found.all())
    return removed


def verify(session: Session) -> int:
    """Reckons every chain anew from its first entry; how many entries there are. Raises NotAsReported."""
    count = 0
    for vaults in _vaults(session):
        sizes = sizes_of(session, [vault.id for vault in vaults])
        for vault in vaults:
            for chain, size, head in _chains(vault):
                if sizes.get((vault.id, chain), 0) != size:
                    raise NotAsReported("a chain has another length than its vault says")
                start = start_head(VaultId(vault.id), chain)
                if _head_after(_entries(session, vault.id, chain, 0, size), start) != head:
                    raise NotAsReported("a chain does not end in its head")
                count += size
        session.expunge_all()
    return count


def sizes_of(session: Session, vaults: Sequence[str]) -> dict[tuple[str, str], int]:
    """How many entries stand in the chains of some vaults, by vault and chain."""
    query = (
        select(Entry.vault, Entry.chain, func.max(Entry.seq))
        .where(Entry.vault.in_(vaults))
        .group_by(Entry.vault, Entry.chain)
    )
    return {(vault, chain): last + 1 for vault, chain, last in session.execute(query)}


def _append(
    source: Session, target: Database, vault: str, chain: str, held: int, size: int, head: bytes
) -> int:
    with target.writing() as session:
        before = _start(session, vault, chain, held)
        for first in range(held, size, ENTRIES):
            rows = _rows(source, vault, chain, first, min(first + ENTRIES, size))
            session.execute(insert(Entry), rows)
        if _head_after(_entries(session, vault, chain, held, size), before) != head:
            raise NotAsReported("a chain does not end in its head")
    return size - held


def _start(session: Session, vault: str, chain: str, held: int) -> bytes:
    if held == 0:
        return start_head(VaultId(vault), chain)
    return entry_hash(session.get_one(Entry, (vault, chain, held - 1)).header)


def _head_after(entries: Iterable[Entry], head: bytes) -> bytes:
    for entry in entries:
        try:
            header = EntryHeader.from_bytes(entry.header)
        except CoffreError:
            raise NotAsReported("an entry cannot be read") from None
        signed = Signed(entry.statement, entry.signature)
        if header.prev != head or header.body != body_hash(entry.salt, signed) or header.seq != entry.seq:
            raise NotAsReported("an entry does not continue its chain")
        head = entry_hash(entry.header)
    return head


def _vaults(session: Session) -> Iterator[list[Vault]]:
    query, last = select(Vault).order_by(Vault.id).limit(VAULTS), ""
    while found := list(session.execute(query.where(Vault.id > last)).scalars()):
        yield found
        last = found[-1].id


def _chains(vault: Vault) -> tuple[tuple[str, int, bytes], ...]:
    return (
        (LEDGER, vault.ledger_size, vault.ledger_head),
        (ACCESSES, vault.accesses_size, vault.accesses_head),
    )


def _entries(session: Session, vault: str, chain: str, first: int, end: int) -> Iterator[Entry]:
    query = select(Entry).where(Entry.vault == vault, Entry.chain == chain).order_by(Entry.seq)
    for start in range(first, end, ENTRIES):
        page = query.where(Entry.seq >= start, Entry.seq < min(start + ENTRIES, end))
        yield from session.execute(page).scalars()


def _rows(session: Session, vault: str, chain: str, first: int, end: int) -> list[dict[str, object]]:
    names = [column.name for column in Base.metadata.tables[Entry.__tablename__].columns]
    found = _entries(session, vault, chain, first, end)
    return [{name: getattr(entry, name) for name in names} for entry in found]
