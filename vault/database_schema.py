"""Brings a database to the newest schema and says which one it has. The steps stand in vault/migrations.

Knows no table; vault/models says what the steps lead to, and a test compares the two.
"""

from pathlib import Path

from alembic import command
from alembic.config import Config as AlembicConfig
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from vault.database import Database

_STEPS = Path(__file__).parent / "migrations"


def upgrade(database: Database) -> None:
    """Runs the steps that are missing, in one transaction where the database can. Safe to call at every
    start."""
    with database.engine.execution_options(writing=True).begin() as connection:
        settings = _settings()
        settings.attributes["connection"] = connection
        command.upgrade(settings, "head")


def revision(database: Database) -> str | None:
    """The newest step that this database has seen; None for an empty one."""
    with database.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def newest_revision() -> str | None:
    """The newest step that this program knows."""
    return ScriptDirectory.from_config(_settings()).get_current_head()


def _settings() -> AlembicConfig:
    settings = AlembicConfig()
    settings.set_main_option("script_location", str(_STEPS).replace("%", "%%"))
    return settings
