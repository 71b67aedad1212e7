"""`init` and `migrate`: what they make, what they leave, what they refuse."""

from pathlib import Path

import pytest
from sqlalchemy import text

from storage.errors import StoreError, StoreRefused
from tests.servers.seaweedfs import SeaweedFS
from tests.vault.admin.hosts import Hosts
from tests.vault.expect import ok
from tests.vault.rooms import START, Clock
from vault import database_schema, server_key
from vault.admin.deployment import open_current_database, open_database, open_store
from vault.admin.errors import NotInitialised, Outdated
from vault.admin.setup import init, migrate
from vault.config import Config, load
from vault.database import Database


def schema(config: Config, revision: str) -> None:
    """Makes a database say that it has another schema."""
    database = Database.open(config.database.url)
    with database.writing() as session:
        session.execute(text("UPDATE alembic_version SET version_num = :it"), {"it": revision})
    database.close()


def public_key(config: Config) -> bytes:
    with open_database(config) as database, database.writing() as session:
        return server_key.ensure(session, Clock()).public


def test_init_makes_everything_a_server_needs(hosts: Hosts) -> None:
    environ = hosts.environ()
    config = load(None, environ)
    made = init(config, Clock())
    assert (made.server_key_created, made.store_created) == (True, True)
    assert made.data_created == config.data.exists() == (hosts.postgresql is None), "hosts need no folder"
    assert (made.schema_from, made.schema_to) == (None, database_schema.newest_revision())
    key = public_key(config)
    room = hosts.run(environ)
    patient = room.patient()
    assert patient.server_key() == key
    ok(patient.send("GET", f"/vaults/{patient.vault}/ledger"))


def test_init_again_leaves_all_as_it_is(hosts: Hosts) -> None:
    config = hosts.empty()
    init(config, Clock())
    key = public_key(config)
    again = init(config, Clock(START + 5))
    assert (again.data_created, again.server_key_created, again.store_created) == (False, False, False)
    assert again.schema_from == again.schema_to
    assert public_key(config) == key


def test_the_embedded_database_is_for_its_owner_only(embedded: Hosts) -> None:
    config = embedded.empty()
    init(config, Clock())
    modes = {path.stat().st_mode & 0o077 for path in (config.data, *config.data.rglob("*"))}
    assert modes == {0}


def test_opening_makes_nothing_by_the_way(embedded: Hosts) -> None:
    config = embedded.empty()
    with pytest.raises(NotInitialised), open_database(config):
        raise AssertionError
    with pytest.raises(StoreError):
        open_store(config)
    assert not config.data.exists()


def test_an_empty_database_is_not_migrated(hosts: Hosts) -> None:
    config = hosts.empty()
    if config.database.url.startswith("sqlite"):
        config.data.mkdir()
        (config.data / "coffre.sqlite3").touch()
    with pytest.raises(NotInitialised):
        migrate(config)
    with pytest.raises(NotInitialised), open_current_database(config):
        raise AssertionError


def test_migrate_says_from_where_to_where(hosts: Hosts, monkeypatch: pytest.MonkeyPatch) -> None:
    config = hosts.empty()
    init(config, Clock())
    newest = database_schema.newest_revision()
    assert (migrate(config).schema_from, migrate(config).schema_to) == (newest, newest)
    monkeypatch.setattr(database_schema, "newest_revision", lambda: "later")
    with pytest.raises(Outdated, match="migrate"), open_current_database(config):
        raise AssertionError


@pytest.mark.slow
def test_a_database_of_a_newer_program_is_left_alone(hosts: Hosts) -> None:
    config = hosts.empty()
    init(config, Clock())
    schema(config, "9999")
    for command in (lambda: migrate(config), lambda: init(config, Clock())):
        with pytest.raises(Outdated, match="newer"):
            command()
    with open_database(config) as database:
        assert database_schema.revision(database) == "9999"


@pytest.mark.servers
def test_init_with_keys_that_do_not_fit_is_refused(weed: SeaweedFS, tmp_path: Path) -> None:
    environ = Hosts(tmp_path, weed=weed).environ()
    with pytest.raises(StoreRefused):
        init(load(None, {**environ, "COFFRE_STORAGE_SECRET_KEY": "wrong"}), Clock())
