"""Pages of a journal from a replica: the same as the primary's, never less than was seen, written or taken
away, and without the replica as with it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from tests.servers.postgresql import DURABLE, PostgreSQL
from tests.servers.standby import Standby
from tests.vault.actors import InVault, Patient, SealedVersion
from tests.vault.expect import ok, refused
from tests.vault.query_plans import recorded
from tests.vault.rooms import Room, open_room
from tests.vault.sealed import redeem_key
from vault import database_schema
from vault.admin.doctor.replica import examine
from vault.database import Database
from vault.models.vaults import Vault
from vault.replica import Replica
from web.context import Parts

pytestmark = pytest.mark.servers


@dataclass
class Pair:
    """A server that has a replica, and one over the same database that has none."""

    room: Room
    plain: Room
    standby: Standby

    @property
    def replica(self) -> Replica:
        parts: Parts = self.room.app.extensions["coffre"]
        assert parts.replica is not None
        return parts.replica

    def page(self, actor: InVault, chain: str = "ledger") -> tuple[dict[str, Any], str]:
        """A page, and which of the two databases gave its entries."""
        with recorded(self.replica.database.engine) as there, recorded(self.room.database.engine) as here:
            page = ok(actor.send("GET", f"/vaults/{actor.vault}/{chain}"))
        return page, " and ".join(
            name for name, sent in (("replica", there), ("primary", here)) if _entries(sent)
        )

    def patient(self) -> Patient:
        """With a document."""
        patient = self.room.patient()
        ok(patient.commit(SealedVersion(patient.sections[1])), 201)
        return patient


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    folder = tmp_path_factory.mktemp("pair")
    with PostgreSQL(DURABLE) as primary:
        url = primary.create_database("followed")
        database = Database.open(url)
        database_schema.upgrade(database)
        database.close()
        with Standby(primary) as standby:
            replica = standby.url_of("followed")
            room = open_room(folder / "room", url, COFFRE_DATABASE_REPLICA_URL=replica)
            pair = Pair(room, open_room(folder / "plain", url, room.store), standby)
            yield pair
            for database in (room.database, pair.plain.database, pair.replica.database):
                database.close()


def test_pages_come_from_the_replica_and_are_the_same(pair: Pair) -> None:
    patient = pair.patient()
    pair.standby.follow()
    page, source = pair.page(patient)
    assert (source, page["size"], len(page["entries"])) == ("replica", 2, 2)
    patient.http, there = pair.plain.app.test_client(), patient.http
    ok(patient.sign_in())
    assert ok(patient.send("GET", f"/vaults/{patient.vault}/ledger")) == page
    patient.http = there


def test_what_was_just_written_is_seen(pair: Pair) -> None:
    """By the device that wrote it and by any other: no client is shown less than it has pinned."""
    patient = pair.patient()
    pair.standby.follow()
    pair.standby.pause()
    sealed = SealedVersion(patient.sections[2])
    ok(patient.commit(sealed), 201)
    ok(patient.open(patient.access(sealed.document)))
    page, source = pair.page(patient)
    assert (source, page["size"], len(page["entries"])) == ("primary", 3, 3)
    accesses, source = pair.page(patient, "accesses")
    assert (source, accesses["size"]) == ("primary", 1)
    pair.standby.follow()
    assert pair.page(patient) == (page, "replica")
    assert pair.page(patient, "accesses") == (accesses, "replica")


def test_a_right_that_was_taken_away_is_gone_at_once(pair: Pair) -> None:
    patient, doctor, key = pair.patient(), pair.room.professional(), redeem_key()
    grant, made = patient.invite(key)
    ok(made)
    ok(doctor.redeem(grant, key, patient.vault))
    pair.standby.follow()
    assert pair.page(doctor)[1] == "replica"
    pair.standby.pause()
    ok(patient.revoke(grant))
    refused(doctor.send("GET", f"/vaults/{patient.vault}/ledger"), "ended", 403)
    pair.standby.follow()


def test_a_replica_of_another_past_gives_nothing(pair: Pair) -> None:
    """As far, but elsewhere: one that was not made anew after the primary was brought back from a backup."""
    patient = pair.patient()
    pair.standby.follow()
    pair.standby.pause()
    with pair.room.database.writing() as session:
        session.get_one(Vault, patient.vault).ledger_head = b"o" * 32
    assert pair.page(patient)[1] == "primary"
    pair.standby.follow()


def test_the_doctor_looks_at_the_replica(pair: Pair) -> None:
    here, url = pair.room.database, pair.room.config.database.replica_url
    pair.standby.follow()
    assert examine(here, None) == []
    assert [found.status for found in examine(here, url, tolerance=0)] == ["ok"]
    pair.standby.pause()
    pair.patient()
    [found] = examine(here, url, tolerance=0)
    assert (found.status, "behind" in found.message) == ("warn", True)
    pair.standby.follow()
    [found] = examine(here, pair.room.config.database.url)
    assert (found.status, "does not follow" in found.message) == ("fail", True)


def test_without_the_replica_everything_goes_on(pair: Pair) -> None:
    patient = pair.patient()
    pair.standby.follow()
    pair.standby.stop()
    page, source = pair.page(patient)
    assert (source, page["size"]) == ("primary", 2)
    [found] = examine(pair.room.database, pair.room.config.database.replica_url)
    assert (found.status, "cannot be used" in found.message) == ("warn", True)
    pair.standby.start()


def _entries(sent: dict[str, Any]) -> bool:
    return any("FROM entries" in text for text in sent)
