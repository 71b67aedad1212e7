"""What the operator's commands share: configuration, database and store, and the exit status of each
error."""

import os
import pwd
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeVar

import click
from sqlalchemy.exc import DatabaseError, OperationalError
from sqlalchemy.orm import Session

from storage.base import ObjectStore
from storage.errors import StoreError, StoreUnavailable
from vault.admin.deployment import open_current_database, open_store
from vault.admin.errors import AdminError
from vault.admin.operations import Deed, OperationLog
from vault.admin.operator_files import OperatorFiles
from vault.client.errors import (
    INTEGRITY,
    NOT_FOUND,
    REFUSED,
    UNEXPECTED,
    UNREACHABLE,
    USAGE,
    ClientError,
    Usage,
)
from vault.client.terminal import Terminal
from vault.config import Config, ConfigInvalid, load
from vault.database import Database
from vault.database_away import reason_of

_EXIT: Final[dict[str, int]] = {
    "malformed": USAGE,
    "not_initialised": NOT_FOUND,
    "not_found": NOT_FOUND,
    "not_empty": REFUSED,
    "outdated": REFUSED,
    "tampered": INTEGRITY,
    "tool_failed": UNEXPECTED,
    "no_key": REFUSED,
    "busy": REFUSED,
    "still_changing": REFUSED,
    "wrong_state": REFUSED,
}
NAME_GIVEN: Final = "coffre.operator"
"""Where the name that the operator gave with --as is kept for the command."""

_F = TypeVar("_F", bound=Callable[..., Any])


class AdminFailed(ClientError):
    """An operator's error with its exit status."""

    def __init__(self, code: str, detail: str, exit_status: int) -> None:
        super().__init__(detail)
        self.code = code
        self._exit_status = exit_status

    @property
    def exit_status(self) -> int:
        """The process's exit status for this error."""
        return self._exit_status


@dataclass(frozen=True)
class Host:
    """What most commands work on."""

    config: Config
    database: Database
    store: ObjectStore


def config_option(command: _F) -> _F:
    """`--config`, which every operator's command takes."""
    return click.option(
        "--config",
        "config_file",
        type=click.Path(path_type=Path, exists=True, dir_okay=False),
        help="The server's configuration; without it the embedded deployment.",
    )(command)


def loaded(terminal: Terminal, config_file: Path | None) -> Config:
    """The configuration. Raises Usage."""
    try:
        return load(config_file, terminal.environ)
    except ConfigInvalid as error:
        raise Usage(str(error)) from None


@contextmanager
def reading(terminal: Terminal, config_file: Path | None) -> Iterator[Session]:
    """A session that changes nothing."""
    with (
        operator_errors(),
        open_current_database(loaded(terminal, config_file)) as database,
        database.reading() as session,
    ):
        yield session


@contextmanager
def operating(terminal: Terminal, config_file: Path | None, command: str) -> Iterator[Deed]:
    """A transaction that is committed when the block ends, with what the operator did in it."""
    config = loaded(terminal, config_file)
    with (
        operator_errors(),
        open_current_database(config) as database,
        log_of(terminal, config).recorded(database, command) as deed,
    ):
        yield deed


def log_of(terminal: Terminal, config: Config) -> OperationLog:
    """Where what this operator does is written down."""
    user = pwd.getpwuid(os.getuid()).pw_name
    name: str | None = click.get_current_context().meta.get(NAME_GIVEN)
    files = OperatorFiles(config.operators.key_file)
    return OperationLog(files, user, name, terminal.now, terminal.output.note)


@contextmanager
def host_of(terminal: Terminal, config_file: Path | None) -> Iterator[Host]:
    """Database and store."""
    config = loaded(terminal, config_file)
    with ExitStack() as stack:
        database = stack.enter_context(open_current_database(config))
        yield Host(config, database, stack.enter_context(open_store(config)))


@contextmanager
def operator_errors() -> Iterator[None]:
    """Turns operators' errors into ones with an exit status."""
    try:
        yield
    except AdminError as error:
        raise AdminFailed(error.code, str(error), _EXIT[error.code]) from error
    except StoreUnavailable as error:
        raise AdminFailed("store_unavailable", str(error), UNREACHABLE) from error
    except StoreError as error:
        raise AdminFailed("store_refused", str(error), REFUSED) from error
    except OperationalError as error:
        # The driver's own message may hold addresses and rows.
        raise AdminFailed("unreachable", reason_of(error), UNREACHABLE) from error
    except DatabaseError as error:
        raise AdminFailed("database", f"the database refused ({type(error).__name__})", UNEXPECTED) from error
    except OSError as error:
        raise AdminFailed("file", f"{error.strerror}: {error.filename}", UNEXPECTED) from error
