"""Checkpoints on the server: each changed vault gets one leaf, one writer appends, every proof holds; on both
databases."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import func, select

from crypto import checkpoints as formats
from crypto import journal
from crypto.checkpoints import Checkpoint, Leaf, open_checkpoint, vault_hash
from crypto.encoding import b64u, unb64u
from crypto.errors import Tampered
from crypto.merkle import Range, leaf_hash, range_hashes, verify_consistency, verify_inclusion
from tests.vault.actors import Patient
from tests.vault.expect import ok, refused
from tests.vault.rooms import Room
from tests.vault.sealed import SealedVersion
from tests.vault.test_documents import committed
from vault import checkpoints, ledger, server_key
from vault.admin.doctor import database as doctor
from vault.merkle_tiles import Tiles
from vault.models.checkpoints import CheckpointLeaf, CheckpointLog, CheckpointTile
from vault.models.vaults import Vault


def key_of(room: Room) -> bytes:
    with room.database.writing() as session:
        return server_key.ensure(session, room.clock).public


def run(room: Room) -> int:
    return checkpoints.checkpoint(room.database, room.clock)


def added(patient: Patient) -> SealedVersion:
    """A document more."""
    sealed = SealedVersion(patient.sections[1])
    committed(patient, sealed)
    return sealed


def latest(room: Room, patient: Patient) -> Checkpoint:
    note = ok(patient.send("GET", "/checkpoints/latest"))["note"]
    return open_checkpoint(note.encode(), key_of(room))


def proof(patient: Patient, size: int) -> dict[str, Any]:
    return dict(ok(patient.send("GET", f"/vaults/{patient.vault}/checkpoint-proof?size={size}")))


def checked(room: Room, patient: Patient) -> tuple[Checkpoint, Leaf, int]:
    """The patient's newest leaf, verified against the newest checkpoint and the vault's own row."""
    checkpoint = latest(room, patient)
    found = proof(patient, checkpoint.size)
    data = unb64u(found["leaf"])
    verify_inclusion(
        leaf_hash(data),
        index=found["index"],
        size=checkpoint.size,
        proof=[unb64u(member) for member in found["proof"]],
        root=checkpoint.root,
    )
    leaf = Leaf.from_bytes(data)
    with room.database.reading() as session:
        first = journal.entry_hash(ledger.entry_at(session, patient.vault, 0).header)
        row = session.get_one(Vault, patient.vault)
        assert leaf.vault == vault_hash(patient.vault, first)
        assert (leaf.ledger.size, leaf.ledger.head) == (row.ledger_size, row.ledger_head)
        assert (leaf.accesses.size, leaf.accesses.head) == (row.accesses_size, row.accesses_head)
    return checkpoint, leaf, found["index"]


def test_every_changed_vault_gets_one_leaf_and_proofs_hold(room: Room) -> None:
    patients = [room.patient() for _ in range(3)]
    refused(patients[0].send("GET", "/checkpoints/latest"), "not_found", 404)
    assert run(room) == 3
    assert run(room) == 0, "nothing changed, so nothing is appended"
    first = latest(room, patients[0])
    assert sorted(checked(room, patient)[2] for patient in patients) == [0, 1, 2]
    sealed = added(patients[1])
    ok(patients[1].open(patients[1].access(sealed.document)))
    assert run(room) == 1
    second, leaf, index = checked(room, patients[1])
    assert (second.size, index, leaf.accesses.size) == (4, 3, 1)
    answer = ok(patients[2].send("GET", f"/checkpoints/consistency?from={first.size}&to={second.size}"))
    proof_of = [unb64u(member) for member in answer["proof"]]
    verify_consistency(first.size, second.size, old_root=first.root, new_root=second.root, proof=proof_of)
    with pytest.raises(Tampered):
        verify_consistency(first.size, second.size, old_root=bytes(32), new_root=second.root, proof=proof_of)
    # An older checkpoint's tree can still be proven: what a client pinned does not vanish.
    assert proof(patients[1], first.size)["index"] < 3


def test_proofs_are_the_owner_s_and_of_trees_that_are_there(room: Room) -> None:
    patient, other = room.patient(), room.patient()
    refused(patient.send("GET", f"/vaults/{patient.vault}/checkpoint-proof?size=0"), "not_found", 404)
    run(room)
    refused(other.send("GET", f"/vaults/{patient.vault}/checkpoint-proof?size=2"), "not_found", 404)
    refused(patient.send("GET", f"/vaults/{patient.vault}/checkpoint-proof?size=3"), "not_found", 404)
    refused(patient.send("GET", "/checkpoints/consistency?from=1&to=3"), "not_found", 404)
    refused(patient.send("GET", "/checkpoints/consistency?from=2&to=1"), "malformed", 400)
    refused(room.app.test_client().get("/api/v1/checkpoints/latest"), "unauthenticated", 401)
    refused(room.app.test_client().get("/api/v1/checkpoints/consistency?from=0&to=1"), "unauthenticated", 401)


def test_two_workers_at_once_append_each_change_once(room: Room) -> None:
    for _ in range(4):
        room.patient()
    barrier = threading.Barrier(2)

    def work() -> int:
        barrier.wait(20)
        return checkpoints.checkpoint(room.database, room.clock)

    with ThreadPoolExecutor(2) as pool:
        both = [pool.submit(work) for _ in range(2)]
        assert sum(one.result(60) for one in both) + run(room) == 4
    with room.database.reading() as session:
        vaults = list(session.execute(select(CheckpointLeaf.vault)).scalars())
        assert len(vaults) == len(set(vaults)) == session.get_one(CheckpointLog, 1).size == 4


def test_a_worker_that_is_killed_leaves_what_was_and_the_next_one_goes_on(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    patient = room.patient()
    run(room)
    before = latest(room, patient)
    added(patient)

    def killed(*_arguments: object, **_log: bytes) -> bytes:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(formats, "sign_checkpoint", killed)
        with pytest.raises(KeyboardInterrupt):
            run(room)
    assert latest(room, patient) == before
    assert run(room) == 1
    assert checked(room, patient)[0].size == 2


def test_a_vault_that_is_being_written_to_waits_for_the_next_run(room: Room) -> None:
    if room.database.is_sqlite:
        return  # one writer at a time: the job itself waits
    waiting, other = room.patient(), room.patient()
    with room.database.writing() as session:
        ledger.locked(session, waiting.vault)
        assert run(room) == 1
        assert checked(room, other)[2] == 0
    assert run(room) == 1
    assert checked(room, waiting)[2] == 1


def test_batches_follow_each_other(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkpoints, "BATCH", 2)
    patients = [room.patient() for _ in range(5)]
    assert run(room) == 5
    assert sorted(checked(room, patient)[2] for patient in patients) == [0, 1, 2, 3, 4]


@contextmanager
def tiles_of(room: Room, size: int) -> Iterator[Tiles]:
    with room.database.writing() as session:
        yield Tiles(session, size)


def test_tiles_give_the_hashes_of_the_whole_tree_at_every_size(room: Room) -> None:
    leaves = [leaf_hash(b"%d" % number) for number in range(700)]
    plain = range_hashes(leaves)
    size = 0
    for step in (1, 1, 3, 250, 1, 1, 255, 1, 187):
        with tiles_of(room, size) as tiles:
            for leaf in leaves[size : size + step]:
                tiles.append(leaf)
            tiles.save()
            size = tiles.size
        with tiles_of(room, size) as again:
            for part in (Range(0, size), Range(0, size // 2), Range(0, 0), Range(size - 1, size)):
                assert again.hash_of(part) == plain(part)
    assert size == 700
    with room.database.reading() as session:
        assert session.execute(select(func.count()).select_from(CheckpointTile)).scalar_one() == 4


def test_the_clock_jumps_and_checkpoints_go_on(room: Room) -> None:
    patient = room.patient()
    run(room)
    room.clock.now -= 30 * 86400
    added(patient)
    assert run(room) == 1
    assert checked(room, patient)[0].size == 2


def test_a_proof_is_no_other_vault_s(room: Room) -> None:
    one, other = room.patient(), room.patient()
    run(room)
    checkpoint = latest(room, one)
    leaves = [Leaf.from_bytes(unb64u(proof(patient, checkpoint.size)["leaf"])) for patient in (one, other)]
    assert leaves[0].vault != leaves[1].vault
    assert b64u(leaves[0].vault) not in (one.vault, other.vault)


def test_the_doctor_says_when_no_checkpoints_are_made(room: Room) -> None:
    def status() -> str:
        [found] = [one for one in doctor.examine(room.database, room.clock) if one.name == "checkpoints"]
        return found.status

    assert status() == "ok"
    added(room.patient())
    expected = {60: "ok", 600: "warn", 2 * 86400: "fail"}
    start = room.clock.now
    for late, found in expected.items():
        room.clock.now = start + late
        assert status() == found
    run(room)
    assert status() == "ok"
