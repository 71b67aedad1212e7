"""What operators did: whether the chain holds, whether what is done next could be written down here, and
whether the host was left read only."""

from pathlib import Path

from sqlalchemy import inspect
from sqlalchemy.exc import SQLAlchemyError

from vault import maintenance
from vault.admin import operations
from vault.admin.doctor.finding import Finding, fail, ok, warn
from vault.admin.errors import AdminError, OperationsBroken, OperatorKeyElsewhere
from vault.admin.operator_files import OperatorFiles
from vault.database import Database
from vault.models.operations import Operation


def examine(database: Database, key_file: Path) -> list[Finding]:
    """The chain against its signatures and against what this machine saw, and the maintenance; nothing before
    there are tables."""
    try:
        if not inspect(database.engine).has_table(Operation.__tablename__):
            return []
    except SQLAlchemyError:
        # The database's own finding says so.
        return []
    return [_chain(database, OperatorFiles(key_file)), *_maintenance(database)]


def _maintenance(database: Database) -> list[Finding]:
    with database.reading() as session:
        state = maintenance.current(session)
    if state is None:
        return []
    repair = "when you are done: `coffre admin maintenance off`"
    return [warn("maintenance", f"nobody can change anything ({state.level})", repair)]


def _chain(database: Database, files: OperatorFiles) -> Finding:
    try:
        return _verified(database, files)
    except OSError as error:
        message = f"cannot be held against what this machine saw ({error.strerror})"
        return warn("operations", message, f"run it as the owner of {files.key_file}")


def _verified(database: Database, files: OperatorFiles) -> Finding:
    try:
        chain = operations.read(database, files.pin())
    except OperationsBroken as error:
        repair = (
            "find out who changed the database; what is right is accepted by `coffre admin audit --accept`"
        )
        return fail("operations", str(error), repair)
    except AdminError as error:
        return fail("operations", str(error), f"look at {files.pin_file}")
    try:
        if chain:
            files.key()
    except OperatorKeyElsewhere:
        repair = "where such commands are to run, put the key to operators.key_file"
        return warn("operations", "commands that change something cannot run here: no operator's key", repair)
    except AdminError as error:
        return fail("operations", str(error), f"look at {files.key_file}")
    return ok("operations", f"{len(chain)} operations hold")
