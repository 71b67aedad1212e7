"""Rotations of the server's key beside the jobs and beside each other, on both databases."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import select

from crypto.checkpoints import open_checkpoint
from crypto.successions import LEAD
from tests.vault.rooms import Room
from vault import checkpoints, signing_keys
from vault.errors import Conflict
from vault.models.checkpoints import CheckpointLog
from vault.models.server import ServerSecret


def rotate(room: Room) -> bool:
    """Whether it was this one."""
    try:
        with room.database.writing() as session:
            signing_keys.rotate(session, overlap=signing_keys.OVERLAP, now=room.clock())
            checkpoints.renew(session, room.clock())
    except Conflict:
        return False
    return True


def test_two_rotations_and_a_job_at_once_make_one_key_and_one_note(room: Room) -> None:
    first = room.patient().server_key()
    room.patient()
    barrier = threading.Barrier(3)

    def at_once(work: Callable[[], object]) -> object:
        barrier.wait(20)
        return work()

    with ThreadPoolExecutor(3) as pool:
        job = pool.submit(at_once, lambda: checkpoints.checkpoint(room.database, room.clock))
        rotations = [pool.submit(at_once, lambda: rotate(room)) for _ in range(2)]
        assert sorted(bool(one.result(60)) for one in rotations) == [False, True]
        job.result(60)
    checkpoints.checkpoint(room.database, room.clock)
    with room.database.reading() as session:
        found = signing_keys.load(session)
        note = session.execute(select(CheckpointLog.note)).scalar_one()
        assert session.execute(select(ServerSecret.signing_seed)).scalar_one() is None
    assert len(found.keys.followed) == 1
    for signer in found.keys.publics:
        assert open_checkpoint(note, first, signer).size == 2
    room.clock.now += LEAD
    assert rotate(room)


def test_a_note_has_room_however_often_keys_were_replaced(room: Room) -> None:
    first = room.patient().server_key()
    checkpoints.checkpoint(room.database, room.clock)
    for _ in range(17):
        assert rotate(room)
        room.clock.now += LEAD
    with room.database.reading() as session:
        found = signing_keys.load(session)
        note = session.execute(select(CheckpointLog.note)).scalar_one()
    assert note.decode().count("\N{EM DASH}") == 8
    assert open_checkpoint(note, first, found.keys.present).size == 1
