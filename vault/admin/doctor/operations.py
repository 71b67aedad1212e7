"""What operators did: whether the chain holds, and whether what is done next could be written down here."""

from pathlib import Path

from sqlalchemy import inspect
from sqlalchemy.exc import SQLAlchemyError

from vault.admin import operations
from vault.admin.doctor.finding import Finding, fail, ok, warn
from vault.admin.errors import AdminError, OperationsBroken, OperatorKeyElsewhere
from vault.admin.operator_files import OperatorFiles
from vault.database import Database
from vault.models.operations import Operation


def examine(database: Database, key_file: Path) -> list[Finding]:
    """The chain against its signatures and against what this machine saw; nothing before there is a table."""
    try:
        if not inspect(database.engine).has_table(Operation.__tablename__):
            return []
    except SQLAlchemyError:
        # The database's own finding says so.
        return []
    files = OperatorFiles(key_file)
    try:
        chain = operations.read(database, files.pin())
    except OperationsBroken as error:
        repair = (
            "find out who changed the database; what is right is accepted by `coffre admin audit --accept`"
        )
        return [fail("operations", str(error), repair)]
    except AdminError as error:
        return [fail("operations", str(error), f"look at {files.pin_file}")]
    try:
        if chain:
            files.key()
    except OperatorKeyElsewhere:
        repair = "where such commands are to run, put the key to operators.key_file"
        return [
            warn("operations", "commands that change something cannot run here: no operator's key", repair)
        ]
    except AdminError as error:
        return [fail("operations", str(error), f"look at {files.key_file}")]
    return [ok("operations", f"{len(chain)} operations hold")]
