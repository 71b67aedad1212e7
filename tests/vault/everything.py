"""What people and jobs do, each thing once: for tests that look at how the database is asked.

everything_once(room)
"""

import os
from contextlib import suppress

from crypto.encoding import GrantId
from tests.vault.actors import DAY, Patient, Professional, SealedVersion, open_link
from tests.vault.expect import ok
from tests.vault.leaving import asked, keeping
from tests.vault.rooms import Room
from tests.vault.sealed import redeem_key
from vault import server_key, sign_ups
from vault.checkpoints import checkpoint
from vault.delivery import deliver
from vault.erasures import erase_due
from vault.errors import PasscodeRefused
from vault.lateness import lateness
from vault.models.deletions import Deletion
from vault.models.sign_ups import PendingAddress
from vault.outbox import Outgoing
from vault.reminders import remind
from vault.retention import sweep


def everything_once(room: Room) -> None:
    """Signing up and in, documents, lists, openings, a grant and its end, a share, then the jobs."""
    _want_account(room)
    patient, doctor = room.patient(), room.professional()
    document, grant = _record(patient, doctor)
    _read(patient, doctor, document)
    _share(room, patient, document)
    ok(patient.revoke(grant))
    ok(patient.rotate(1, 2, 3))
    _leave(room)
    _jobs(room)


def _want_account(room: Room) -> None:
    """A code is asked for, and a wrong one and the right one are tried."""
    address, now = "somebody.new@example.org", room.clock()
    with room.database.writing() as session:
        key = server_key.ensure(session, room.clock)
        sign_ups.ask(session, key, address, "192.0.2.1", language="fr", now=now)
    with room.database.reading() as session:
        nonce = session.get_one(PendingAddress, address).nonce
    right = sign_ups.codes(key, address, nonce)[0]
    with suppress(PasscodeRefused):
        sign_ups.confirm(room.database, key, address, right[::-1], now)
    sign_ups.confirm(room.database, key, address, right, now)


def _record(patient: Patient, doctor: Professional) -> tuple[str, GrantId]:
    """Documents, a grant, a document of the professional's."""
    first = SealedVersion(patient.sections[1])
    ok(patient.commit(first), 201)
    ok(patient.sign_in())
    key = redeem_key()
    grant, made = patient.invite(key)
    ok(made)
    ok(doctor.redeem(grant, key, patient.vault))
    ok(doctor.sign_in())
    ok(doctor.commit(SealedVersion(patient.sections[2], author_stanza=True)), 201)
    return first.document, grant


def _read(patient: Patient, doctor: Professional, document: str) -> None:
    """Lists, what is new, openings, as each of the two."""
    held = ok(doctor.send("GET", "/vaults"))["vaults"][0]["grant"]
    for actor in (patient, doctor):
        ok(actor.send("GET", "/vaults"))
        for start in (0, 2):
            ok(actor.send("GET", f"/vaults/{patient.vault}/ledger?from={start}&limit=500"))
        ok(actor.send("GET", f"/vaults/{patient.vault}/accesses/own"))
        ok(actor.send("GET", "/notices"))
        ok(actor.send("GET", "/keyring"))
        ok(actor.send("GET", "/sessions"))
        reason = {} if actor is patient else {"mode": "grant", "grant": held, "reason": "care"}
        ok(actor.open(actor.access(document, **reason)))
        assert actor.download(document).status_code == 200
    ok(patient.send("GET", f"/vaults/{patient.vault}/accesses?from=0"))
    ok(doctor.send("GET", f"/grants/{held}/bundle"))


def _share(room: Room, patient: Patient, document: str) -> None:
    locator, anyone = os.urandom(32), room.app.test_client()
    _share_id, made = patient.share([(document, 1)], [os.urandom(500)], locator=locator)
    ok(made)
    [file] = ok(open_link(anyone, locator))["files"]
    assert anyone.get(file["location"], buffered=True).status_code == 200


def _leave(room: Room) -> None:
    """A patient with a document wants to go, stays, and goes."""
    patient = room.patient()
    ok(patient.commit(SealedVersion(patient.sections[1])), 201)
    ok(patient.send("POST", "/account/keeping", keeping(patient, asked(patient))))
    asked(patient)
    with room.database.writing() as session:
        session.get_one(Deletion, patient.account).due = room.clock()


def _jobs(room: Room) -> None:
    """Each with something to do and with nothing."""
    for _ in range(2):
        checkpoint(room.database, room.clock)
        erase_due(room.database, room.store, room.clock)
        sweep(room.database, room.store, room.clock)
        remind(room.database, room.clock)
        deliver(room.database, {"mail": _Post()}, room.clock, origin="https://coffre.test")
        with room.database.reading() as session:
            lateness(session, room.clock())
        room.clock.now += DAY // 24


class _Post:
    """Takes every message."""

    def send(self, outgoing: Outgoing) -> None:
        """Nothing leaves."""

    def close(self) -> None:
        """There is nothing to close."""
