"""The sweep while people upload and commit: nothing that something names is ever deleted.

Its clock is a day ahead, so that every upload counts as abandoned as soon as it was begun. An upload may then
be refused as gone; what was acknowledged must be there, whole.
"""

import os
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import select, update

from crypto.encoding import Json, b64u
from tests.vault.actors import DAY, Patient
from tests.vault.rooms import Room
from tests.vault.sealed import PART, SealedVersion
from vault.models.accounts import SignIn
from vault.models.documents import Version
from vault.retention import sweep

ROUNDS = 20


def in_parts(patient: Patient, sealed: SealedVersion) -> Any:
    length = len(sealed.content)
    begun = patient.send("POST", f"/vaults/{patient.vault}/uploads", {"length": length, "part_size": PART})
    if begun.status_code != 201:
        return begun
    upload = begun.get_json()["upload"]
    sent = patient.send_part(upload, 1, sealed.content)
    if sent.status_code != 200:
        return sent
    return commit(patient, patient.version_body(sealed, patient.place(), upload))


def in_a_batch(patient: Patient, sealed: SealedVersion) -> Any:
    body: dict[str, Json] = {"objects": [b64u(sealed.content)], "part_size": PART}
    sent = patient.send("POST", f"/vaults/{patient.vault}/objects", body)
    if sent.status_code != 201:
        return sent
    return commit(patient, patient.version_body(sealed, patient.place(), sent.get_json()["uploads"][0]))


def at_once(patient: Patient, sealed: SealedVersion) -> Any:
    body = patient.version_body(sealed, patient.place(), "")
    del body["upload"]
    return commit(patient, {**body, "object": b64u(sealed.content)})


def commit(patient: Patient, body: Any) -> Any:
    return patient.send("POST", f"/vaults/{patient.vault}/documents", body)


def use(patient: Patient) -> tuple[list[SealedVersion], Counter[str]]:
    """What was acknowledged, and how the rest was refused."""
    added: list[SealedVersion] = []
    outcomes: Counter[str] = Counter()
    for number in range(ROUNDS):
        sealed = SealedVersion(patient.sections[1], content=os.urandom(20_000))
        way = (in_parts, in_a_batch, at_once)[number % 3]
        answer = way(patient, sealed)
        if answer.status_code == 201:
            added.append(sealed)
            outcomes["added"] += 1
        else:
            outcomes[answer.get_json()["error"]["code"]] += 1
    return added, outcomes


@pytest.mark.slow
def test_nothing_that_is_named_is_swept(room: Room) -> None:
    patients = [room.patient() for _ in range(4)]
    with room.database.writing() as session:
        # Only uploads are to end.
        session.execute(update(SignIn).values(expires=room.clock.now + 30 * DAY))
    over = threading.Event()
    swept = Counter[str]()

    def sweep_on() -> None:
        while not over.wait(0.01):
            found = sweep(room.database, room.store, lambda: room.clock.now + DAY + 7200)
            swept.update(uploads=found.uploads, objects=found.objects)

    sweeping = threading.Thread(target=sweep_on)
    sweeping.start()
    try:
        with ThreadPoolExecutor(len(patients)) as pool:
            results = list(pool.map(use, patients))
    finally:
        over.set()
        sweeping.join()
    outcomes = sum((outcome for _, outcome in results), Counter[str]())
    # Some got through and some did not, each with its code; nothing else happened. The store is away for
    # whoever begins an upload whose folder is swept before it is made: no right clock does that.
    assert set(outcomes) <= {"added", "not_found", "malformed", "store_unavailable"}, outcomes
    assert outcomes["added"]
    assert swept["uploads"]
    for patient, (added, _) in zip(patients, results, strict=True):
        for sealed in added:
            assert patient.download(sealed.document).data == sealed.content
    for _ in range(3):
        room.clock.now += 2 * DAY
        sweep(room.database, room.store, room.clock)
    with room.database.reading() as session:
        named = {str(name) for name in session.execute(select(Version.object_name)).scalars()}
    assert set(room.store.list(None, 1000)) == named
    assert len(named) == outcomes["added"]
    assert not list(room.store.pending())
