"""Checkpoints on the server's side (spec chapter 9): the job that appends leaves and signs, and the proofs.

Owns which vaults get a leaf, and that one writer at a time appends. The tree's hashes stand in
`merkle_tiles`; what a leaf or a note is, is `crypto.checkpoints`' business. A run costs O(changed · log n).
"""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from crypto import checkpoints as formats
from crypto.checkpoints import ChainHead, Checkpoint, Leaf
from crypto.encoding import VaultId
from crypto.errors import Malformed
from crypto.journal import LEDGER, entry_hash
from crypto.merkle import Range, consistency_ranges, inclusion_ranges, leaf_hash
from vault import signing_keys
from vault.database import Database
from vault.errors import NotFound
from vault.merkle_tiles import Tiles
from vault.models.checkpoints import CheckpointLeaf, CheckpointLog
from vault.models.vaults import Entry, Vault

BATCH = 1000
_LOG = 1


@dataclass(frozen=True)
class Included:
    """A vault's newest leaf below a size: its data, its index and the inclusion proof."""

    leaf: bytes
    index: int
    proof: tuple[bytes, ...]


def checkpoint(database: Database, clock: Callable[[], int]) -> int:
    """Appends a leaf for every vault whose heads changed, and signs; how many leaves that were.

    Safe to run on several nodes at once and to be killed: each batch is one transaction, and a node that
    finds another at work leaves it to that one. When the time of an old key has passed, the newest note is
    signed anew without it, and its secret destroyed.
    """
    total = 0
    while True:
        with database.writing() as session:
            appended = _append_batch(session, clock())
        total += appended
        if appended < BATCH:
            return total


def renew(session: Session, now: int) -> None:
    """Signs the newest checkpoint with the keys that are in force now, and destroys secrets whose time is
    over. Holds the log's row."""
    log = session.get_one(CheckpointLog, _LOG, with_for_update=True)
    if log.note:
        log.note = _signed(session, log, now)
    signing_keys.retire(session, now)


def latest(session: Session) -> bytes:
    """The newest checkpoint's signed note. Raises NotFound before the first."""
    note = session.get_one(CheckpointLog, _LOG).note
    if not note:
        raise NotFound("no checkpoint yet")
    return note


def signed_at(session: Session) -> tuple[int, int]:
    """The tree's size, and when its newest checkpoint was signed (0: never)."""
    log = session.get_one(CheckpointLog, _LOG)
    return log.size, log.signed


def oldest_due(session: Session) -> int | None:
    """Since when the entry that waits longest is in no checkpoint; None if there is none."""
    query = select(Vault).where(Vault.checkpoint_due).order_by(Vault.id).limit(BATCH)
    times = [_uncovered_since(session, vault) for vault in session.execute(query).scalars()]
    return min((time for time in times if time is not None), default=None)


def consistency(session: Session, old: int, new: int) -> tuple[bytes, ...]:
    """The proof that the tree of `new` leaves continues the one of `old`. Raises NotFound, Malformed."""
    log = session.get_one(CheckpointLog, _LOG)
    if new > log.size:
        raise NotFound("no tree of that size")
    if old > new:
        raise Malformed("sizes the wrong way round")
    tiles = Tiles(session, log.size)
    return tuple(tiles.hash_of(member) for member in consistency_ranges(old, new))


def inclusion(session: Session, vault: VaultId, size: int) -> Included:
    """The vault's newest leaf in the tree of `size` leaves. Raises NotFound."""
    log = session.get_one(CheckpointLog, _LOG)
    if size > log.size:
        raise NotFound("no tree of that size")
    query = (
        select(CheckpointLeaf)
        .where(CheckpointLeaf.vault == vault, CheckpointLeaf.index < size)
        .order_by(CheckpointLeaf.index.desc())
        .limit(1)
    )
    row = session.execute(query).scalar_one_or_none()
    if row is None:
        raise NotFound("no leaf of this vault yet")
    first = session.get_one(Entry, (vault, LEDGER, 0)).header
    tiles = Tiles(session, log.size)
    proof = tuple(tiles.hash_of(member) for member in inclusion_ranges(row.index, size))
    return Included(_leaf(row, first).to_bytes(), row.index, proof)


def _append_batch(session: Session, now: int) -> int:
    # Whoever holds the log's row appends; vaults that are being written to wait for the next run.
    query = select(CheckpointLog).where(CheckpointLog.id == _LOG).with_for_update(skip_locked=True)
    log = session.execute(query).scalar_one_or_none()
    if log is None:
        return 0
    due = (
        select(Vault)
        .where(Vault.checkpoint_due, Vault.ledger_size > 0)
        .limit(BATCH)
        .with_for_update(skip_locked=True)
    )
    found = list(session.execute(due).scalars())
    if signing_keys.ends(session, now):
        renew(session, now)
    if not found:
        return 0
    first = _first_entries(session, [vault.id for vault in found])
    tiles = Tiles(session, log.size)
    for vault in found:
        row = CheckpointLeaf(
            index=tiles.size,
            vault=vault.id,
            ledger_size=vault.ledger_size,
            ledger_head=vault.ledger_head,
            accesses_size=vault.accesses_size,
            accesses_head=vault.accesses_head,
        )
        session.add(row)
        tiles.append(leaf_hash(_leaf(row, first[vault.id]).to_bytes()))
        vault.checkpoint_due = False
    tiles.save()
    log.size, log.root = tiles.size, tiles.hash_of(Range(0, tiles.size))
    log.note = _signed(session, log, now)
    log.signed = now
    return len(found)


def _signed(session: Session, log: CheckpointLog, now: int) -> bytes:
    keys = signing_keys.load(session)
    return formats.sign_checkpoint(Checkpoint(log.size, log.root), *keys.noting(now), log=keys.keys.first)


def _first_entries(session: Session, vaults: list[str]) -> dict[str, bytes]:
    query = select(Entry.vault, Entry.header).where(
        Entry.vault.in_(vaults), Entry.chain == LEDGER, Entry.seq == 0
    )
    return {row.vault: row.header for row in session.execute(query)}


def _leaf(row: CheckpointLeaf, first_header: bytes) -> Leaf:
    return Leaf(
        accesses=ChainHead(head=row.accesses_head, size=row.accesses_size),
        ledger=ChainHead(head=row.ledger_head, size=row.ledger_size),
        vault=formats.vault_hash(VaultId(row.vault), entry_hash(first_header)),
    )


def _uncovered_since(session: Session, vault: Vault) -> int | None:
    last = (
        select(CheckpointLeaf)
        .where(CheckpointLeaf.vault == vault.id)
        .order_by(CheckpointLeaf.index.desc())
        .limit(1)
    )
    row = session.execute(last).scalar_one_or_none()
    covered = {"ledger": row.ledger_size, "accesses": row.accesses_size} if row else {}
    query = select(Entry.time).where(Entry.vault == vault.id)
    times = [
        session.execute(
            query.where(Entry.chain == chain, Entry.seq == covered.get(chain, 0))
        ).scalar_one_or_none()
        for chain in ("ledger", "accesses")
    ]
    return min((time for time in times if time is not None), default=None)
