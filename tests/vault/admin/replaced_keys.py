"""Keys that were replaced before a host is moved or backed up, and that all of it goes on afterwards."""

import shutil
from dataclasses import dataclass
from typing import Any

from crypto.checkpoints import open_checkpoint
from crypto.encoding import b64u, unb64u
from crypto.journal import Page
from crypto.statement_keys import DirectorySuccession, ServerSuccession
from crypto.statements import Opening, Signed, verify
from crypto.successions import LEAD, Keys, directory_keys, verified
from tests.vault.actors import Patient
from tests.vault.expect import ok
from tests.vault.rooms import START, Room
from vault import checkpoints, signing_keys
from vault.admin import directory_keys as operators
from vault.admin.directory import key_at_hand


@dataclass(frozen=True)
class Replaced:
    """A host whose keys were replaced twice: what it shows to everyone."""

    room: Room
    shown: Any
    server: Any
    first: bytes
    """The server's first key."""

    def stands_at(self, after: Room, patient: Patient) -> None:
        """Another host shows the same chains, signs with the keys at their ends, and can replace them again.
        A share of the patient's was opened there last."""
        client = after.app.test_client()
        assert ok(client.get("/api/v1/server/keys")) == self.shown
        shown = ok(client.get("/api/v1/server"))
        for name in ("public_key", "directory_key"):
            assert shown[name] == self.server[name]
        keys = self._server_keys(after)
        accesses = ok(patient.send("GET", f"/vaults/{patient.vault}/accesses"))
        opened = Page.from_wire(accesses).entries[-1].signed
        assert opened is not None
        verify(opened, Opening, keys.present)
        assert checkpoints.checkpoint(after.database, after.clock) > 0
        note = ok(patient.send("GET", "/checkpoints/latest"))["note"].encode()
        open_checkpoint(note, self.first, keys.present)
        # The directory's key is carried apart, by its operator.
        if after.config.directory.key_file != self.room.config.directory.key_file:
            shutil.copyfile(self.room.config.directory.key_file, after.config.directory.key_file)
        replace_keys(after, START + LEAD)
        assert len(self._server_keys(after).followed) == 3

    def _server_keys(self, at: Room) -> Keys:
        wire = ok(at.app.test_client().get("/api/v1/server/keys"))["server"]
        return verified(ServerSuccession, self.first, [Signed.from_wire(one) for one in wire])


def replaced_twice(room: Room) -> Replaced:
    """The server's and the directory's key, replaced long ago and again: the first secrets are destroyed."""
    with room.database.writing() as session:
        key_at_hand(session, room.config.directory.key_file, START - 4 * LEAD)
    for time in (START - 4 * LEAD, START - 2 * LEAD):
        replace_keys(room, time)
    client = room.app.test_client()
    shown, server = ok(client.get("/api/v1/server/keys")), ok(client.get("/api/v1/server"))
    assert [len(shown[whose]) for whose in ("server", "directory")] == [2, 2]
    with room.database.reading() as session:
        assert len(signing_keys.load(session).noting(START)) == 1, "the present key alone"
        chain = signing_keys.chain(session, DirectorySuccession)
    assert b64u(directory_keys(unb64u(server["directory_key"]), chain).present) == server["directory_key"]
    return Replaced(room, shown, server, unb64u(server["public_key"]))


def replace_keys(room: Room, now: int) -> None:
    """What `coffre admin rotate-key` does for both, without an overlap."""
    file = room.config.directory.key_file
    with room.database.writing() as session:
        signing_keys.rotate(session, overlap=0, now=now)
        checkpoints.renew(session, now + LEAD)
        made = operators.rotate(session, file, overlap=0, now=now)
    operators.put_in_place(file, made.sequence)
