"""Checkpoints and appends on PostgreSQL: what a run costs while the tree grows to a million leaves, and how
many entries a second many vaults take.

`make bench` prints the figures; nothing is asserted but that proofs hold: figures depend on the machine. The
database here keeps nothing durably (tests/servers), so waits for a disk are not in them.
"""

import hashlib
import os
import statistics
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from sqlalchemy import insert, update

from crypto.checkpoints import open_checkpoint
from crypto.encoding import VaultId, new_id
from crypto.journal import LEDGER, start_head
from crypto.merkle import leaf_hash, verify_consistency, verify_inclusion
from tests.servers.postgresql import PostgreSQL
from tests.vault.actors import Patient
from tests.vault.rooms import Room, open_room
from tests.vault.sealed import SealedVersion
from vault import checkpoints, server_key
from vault.merkle_tiles import Tiles
from vault.models.accounts import Account
from vault.models.checkpoints import CheckpointLog
from vault.models.vaults import Entry, Vault

CHANGED, RUNS = 100, 5
WRITERS, VAULTS, SECONDS = 2, 8, 10
NOW = 1_800_000_000


def _fill(room: Room) -> list[str]:
    """As many vaults as change in one run, each with a first entry."""
    ids = [new_id() for _ in range(CHANGED)]
    accounts, vaults, entries = [], [], []
    for vault in ids:
        accounts.append(
            {
                "id": vault,
                "role": "patient",
                "address": f"{vault}@example.org",
                "key": vault,
                "fingerprint": vault,
                "card_statement": b"",
                "card_signature": b"",
                "verified": "no",
                "created": NOW,
            }
        )
        vaults.append(
            {
                "id": vault,
                "owner": vault,
                "ledger_size": 1,
                "ledger_head": os.urandom(32),
                "accesses_size": 0,
                "accesses_head": start_head(VaultId(vault), "accesses"),
                "stored_bytes": 0,
                "created": NOW,
                "checkpoint_due": False,
            }
        )
        entries.append(
            {
                "vault": vault,
                "chain": LEDGER,
                "seq": 0,
                "kind": "vault",
                "actor": vault,
                "time": NOW,
                "header": os.urandom(300),
                "salt": b"",
                "statement": b"",
                "signature": b"",
            }
        )
    with room.database.writing() as session:
        for table, rows in ((Account, accounts), (Vault, vaults), (Entry, entries)):
            session.execute(insert(table), rows)
    return ids


def _grow(room: Room, size: int) -> None:
    """Leaves of other vaults, up to a size: what runs long ago would have left in the tree."""
    while True:
        with room.database.writing() as session:
            log = session.get_one(CheckpointLog, 1)
            tiles = Tiles(session, log.size)
            for number in range(min(50_000, size - log.size)):
                tiles.append(hashlib.sha256(b"%d %d" % (log.size, number)).digest())
            tiles.save()
            log.size = tiles.size
            if log.size >= size:
                return


def test_a_run_costs_what_changed_and_not_what_is_there(tmp_path: Path) -> None:
    with PostgreSQL() as server:
        room = open_room(tmp_path, server.create_database("leaves"))
        _fill(room)
        with room.database.writing() as session:
            key = server_key.ensure(session, room.clock).public
        before = None
        print()
        for size in (1_000, 10_000, 100_000, 1_000_000):
            _grow(room, size - RUNS * CHANGED)
            taken = []
            for _ in range(RUNS):
                with room.database.writing() as session:
                    session.execute(
                        update(Vault).values(checkpoint_due=True, ledger_size=Vault.ledger_size + 1)
                    )
                start = time.perf_counter()
                assert checkpoints.checkpoint(room.database, room.clock) == CHANGED
                taken.append(time.perf_counter() - start)
            best, median = min(taken) * 1000, statistics.median(taken) * 1000
            print(f"{size:>9} leaves: {CHANGED} changed vaults, best {best:.0f} ms, median {median:.0f} ms")
            before = _prove(room, key, before)
        room.database.close()


def _prove(room: Room, key: bytes, before: tuple[int, bytes] | None) -> tuple[int, bytes]:
    start = time.perf_counter()
    with room.database.reading() as session:
        checkpoint = open_checkpoint(checkpoints.latest(session), key)
        vault = session.query(Vault.id).limit(1).scalar()
        found = checkpoints.inclusion(session, VaultId(str(vault)), checkpoint.size)
        proof = () if before is None else checkpoints.consistency(session, before[0], checkpoint.size)
    print(f"{'':>17} proofs of both kinds {(time.perf_counter() - start) * 1000:.1f} ms")
    verify_inclusion(
        leaf_hash(found.leaf),
        index=found.index,
        size=checkpoint.size,
        proof=found.proof,
        root=checkpoint.root,
    )
    if before is not None:
        verify_consistency(
            before[0], checkpoint.size, old_root=before[1], new_root=checkpoint.root, proof=proof
        )
    return checkpoint.size, checkpoint.root


def _writer(folder: str, url: str, number: int, batch: int, results: Any) -> None:
    """A process that opens documents of its own vaults for some seconds, from several threads."""
    room = open_room(Path(folder) / f"writer-{number}-{batch}", url)
    room.clock.now = int(time.time())
    room.count = 1000 * (number + 1) + 100 * batch
    work: list[tuple[Patient, str]] = []
    for _ in range(VAULTS // WRITERS):
        patient = room.patient()
        sealed = SealedVersion(patient.sections[1])
        assert patient.commit(sealed).status_code == 201
        work.append((patient, sealed.document))
    stop = threading.Event()

    def opens(patient: Patient, document: str) -> int:
        done = 0
        while not stop.is_set():
            answer = patient.open(*(patient.access(document) for _ in range(batch)))
            assert answer.status_code == 200, answer.get_json()
            done += batch
        return done

    with ThreadPoolExecutor(len(work)) as pool:
        start = time.perf_counter()
        running = [pool.submit(opens, *one) for one in work]
        time.sleep(SECONDS)
        stop.set()
        total = sum(one.result() for one in running)
        results.put(total / (time.perf_counter() - start))
    room.database.close()


def test_entries_a_second_over_many_vaults(tmp_path: Path) -> None:
    print()
    with PostgreSQL() as server:
        for batch in (1, 10):
            url = server.create_database(f"entries_{batch}")
            open_room(tmp_path / f"first-{batch}", url).database.close()
            context = get_context("spawn")
            results = context.Queue()
            processes = [
                context.Process(target=_writer, args=(str(tmp_path), url, number, batch, results))
                for number in range(WRITERS)
            ]
            for process in processes:
                process.start()
            rates = [results.get(timeout=SECONDS + 60) for _ in processes]
            for process in processes:
                process.join(30)
            print(
                f"{batch} openings a request, {VAULTS} vaults, {WRITERS} processes: "
                f"{sum(rates):.0f} entries a second"
            )
