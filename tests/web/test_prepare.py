"""Starting over a host's database: refused until the operator has migrated it."""

from pathlib import Path

import pytest
from sqlalchemy import text

from tests.servers.postgresql import PostgreSQL
from tests.vault.schemas import lay_schema
from vault import config as configuration
from vault import database_schema
from vault.database import Database
from web import serve
from web.app import now
from web.serve import ClockOff, SchemaOutdated, clock_skew, prepare


def test_the_embedded_database_is_made_at_the_start(tmp_path: Path) -> None:
    config = configuration.load(None, {"COFFRE_DATA": str(tmp_path / "new")})
    prepare(config)
    prepare(config)
    database = Database.open(config.database.url)
    assert database_schema.revision(database) == database_schema.newest_revision()
    database.close()


def test_an_older_program_serves_on_from_an_embedded_database(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = configuration.load(None, {"COFFRE_DATA": str(tmp_path)})
    lay_schema(config)
    prepare(config)
    assert capsys.readouterr().err == ""
    database = Database.open(config.database.url)
    with database.writing() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    database.close()
    prepare(config)
    assert "newer program (schema 9999" in capsys.readouterr().err


@pytest.mark.servers
def test_a_hosts_database_is_migrated_by_its_operator(tmp_path: Path, postgresql: PostgreSQL) -> None:
    url = postgresql.create_database("not_migrated")
    config = configuration.load(None, {"COFFRE_DATA": str(tmp_path), "COFFRE_DATABASE_URL": url})
    with pytest.raises(SchemaOutdated):
        prepare(config)
    database = Database.open(config.database.url)
    database_schema.upgrade(database)
    prepare(config)
    # A newer program came first: this one goes on beside it, and can be started again.
    with database.writing() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    prepare(config)
    assert abs(clock_skew(database, now)) <= 2
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(serve, "now", lambda: now() - 120)
        with pytest.raises(ClockOff):
            prepare(config)
    database.close()
