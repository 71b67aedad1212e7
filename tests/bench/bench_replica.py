"""What a replica takes from the database: processor time of each for a whole record's list, with and without.

Printed by `make bench`, nothing asserted. The goal of ADR 0034 is that the database that is written to does
less than half of the work for a list.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from tests.servers.postgresql import DURABLE, PostgreSQL
from tests.servers.standby import Standby
from tests.vault.actors import Patient, SealedVersion
from tests.vault.expect import ok
from tests.vault.rooms import open_room
from vault import database_schema
from vault.database import Database
from web.context import Parts

DOCUMENTS: Final = (20, 200)
LISTS: Final = 300


@pytest.mark.parametrize("documents", DOCUMENTS)
def test_what_a_replica_takes_over(tmp_path: Path, documents: int) -> None:
    with PostgreSQL(DURABLE) as primary:
        url = primary.create_database("followed")
        database = Database.open(url)
        database_schema.upgrade(database)
        database.close()
        with Standby(primary) as standby:
            followed = open_room(
                tmp_path / "followed", url, COFFRE_DATABASE_REPLICA_URL=standby.url_of("followed")
            )
            patient = followed.patient()
            for _ in range(documents):
                ok(patient.commit(SealedVersion(patient.sections[1])), 201)
            standby.follow()
            with_it = _spent(lambda: _list(patient), primary), _spent(lambda: _list(patient), standby)
            single = open_room(tmp_path / "alone", url, followed.store)
            patient.http = single.app.test_client()
            ok(patient.sign_in())
            alone = _spent(lambda: _list(patient), primary)
            parts: Parts = followed.app.extensions["coffre"]
            assert parts.replica is not None
            for opened in (followed.database, single.database, parts.replica.database):
                opened.close()
    print(f"\nA list of {documents} documents, milliseconds of the databases' processors ({LISTS} lists):")
    print(f"  alone {alone:.2f}; with a replica {with_it[0]:.2f} and there {with_it[1]:.2f}", end="")
    print(f", ratio {with_it[0] / alone:.2f} (goal 0.50)")


def _list(patient: Patient) -> None:
    ok(patient.send("GET", f"/vaults/{patient.vault}/ledger"))


def _spent(action: Callable[[], None], server: PostgreSQL) -> float:
    """Milliseconds for each, after some that warm it."""
    for _ in range(20):
        action()
    before = server.processor_seconds()
    for _ in range(LISTS):
        action()
    return (server.processor_seconds() - before) / LISTS * 1000
