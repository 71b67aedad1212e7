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


def is_usable(database: Database) -> bool:
    """Whether this program can serve from the database: its own schema, or that of a newer program.

    Steps only add (ADR 0025), so that the version before serves on while, and after, a database is migrated.
    """
    found, newest = revision(database), newest_revision()
    return found is not None and newest is not None and int(found) >= int(newest)


def newest_revision() -> str | None:
    """The newest step that this program knows."""
    return ScriptDirectory.from_config(_settings()).get_current_head()


def _settings() -> AlembicConfig:
    settings = AlembicConfig()
    settings.set_main_option("script_location", str(_STEPS).replace("%", "%%"))
    return settings
