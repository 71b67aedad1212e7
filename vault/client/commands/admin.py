"""`coffre admin`: the operator's side. Thin: options in, one of `vault.admin`'s results out.

Needs no account and no key. Owns the exit status of each of the operator's errors; messages are for
operators, in English.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final, TypeVar

import click
from sqlalchemy.exc import DatabaseError, OperationalError
from sqlalchemy.orm import Session

from storage.base import ObjectStore
from storage.errors import StoreError, StoreUnavailable
from vault.admin import archive, backup, check, inventory, professionals, restore, setup, statistics
from vault.admin.deployment import open_current_database, open_store
from vault.admin.doctor.examination import Diagnosis, examine
from vault.admin.doctor.finding import Finding
from vault.admin.errors import AdminError
from vault.admin.professionals import Professional
from vault.client.errors import (
    DONE,
    INTEGRITY,
    NOT_FOUND,
    REFUSED,
    UNEXPECTED,
    UNREACHABLE,
    USAGE,
    ClientError,
    Usage,
)
from vault.client.output import Value, iso
from vault.client.terminal import Terminal
from vault.config import Config, ConfigInvalid, load
from vault.database import Database
from vault.retention import sweep as sweep_once

_EXIT: Final[dict[str, int]] = {
    "malformed": USAGE,
    "not_initialised": NOT_FOUND,
    "not_found": NOT_FOUND,
    "not_empty": REFUSED,
    "outdated": REFUSED,
    "tampered": INTEGRITY,
    "tool_failed": UNEXPECTED,
}

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


def _config_option(command: _F) -> _F:
    return click.option(
        "--config",
        "config_file",
        type=click.Path(path_type=Path, exists=True, dir_okay=False),
        help="The server's configuration; without it the embedded deployment.",
    )(command)


@click.group("admin")
def admin() -> None:
    """For the operator: the same configuration as `coffre serve`, no account, no key."""


@admin.command("init")
@_config_option
@click.pass_obj
def init(terminal: Terminal, *, config_file: Path | None) -> None:
    """Make the data folder, tables, server's key and the place of objects; what is there stays."""
    with _errors():
        made = setup.init(_load(terminal, config_file), terminal.now)
    terminal.output.result(asdict(made))


@admin.command("migrate")
@_config_option
@click.pass_obj
def migrate(terminal: Terminal, *, config_file: Path | None) -> None:
    """Bring the tables to this program's schema."""
    with _errors():
        migrated = setup.migrate(_load(terminal, config_file))
    terminal.output.result(asdict(migrated))


@admin.command("doctor")
@_config_option
@click.pass_obj
def doctor(terminal: Terminal, *, config_file: Path | None) -> int:
    """Look at the whole deployment and say what to repair. Tries the store out with objects of its own.

    Exit status 0 (also with warnings), 6 when database or store cannot be reached, 1 for any other failure.
    """
    with _errors():
        diagnosis = examine(_load(terminal, config_file), terminal.now, config_file)
    if terminal.as_json:
        checks = [_check_value(finding) for finding in diagnosis.findings]
        terminal.output.result({"status": diagnosis.status, "checks": checks})
    else:
        _show(diagnosis)
    if diagnosis.unreachable:
        return UNREACHABLE
    return UNEXPECTED if diagnosis.status == "fail" else DONE


@admin.command("check")
@_config_option
@click.option("--share", "share", metavar="N/COUNT", help="Only the N-th of COUNT shares, such as 1/7.")
@click.option("--threads", type=click.IntRange(1, 64), default=check.THREADS, show_default=True)
@click.pass_obj
def check_(terminal: Terminal, *, config_file: Path | None, share: str | None, threads: int) -> int:
    """Compare every object with the digests that its author signed. Exit status 5 when one does not hold."""
    try:
        span = inventory.share_of_names(share) if share else inventory.ALL
    except ValueError as error:
        raise Usage(str(error)) from None
    with _errors(), _host(terminal, config_file) as host:
        # A share's bytes are not known beforehand.
        total = _bytes(host.database, terminal) if span == inventory.ALL else 0
        with terminal.output.progress("check", total) as progress:
            checked = check.check(host.database, host.store, span=span, threads=threads, progress=progress)
    terminal.output.result({"whole": checked.whole, **asdict(checked)})
    return _checked_status(checked)


@admin.command("sweep")
@_config_option
@click.pass_obj
def sweep(terminal: Terminal, *, config_file: Path | None) -> None:
    """Take away what is over, once, as the running server does every minute (a batch of each kind)."""
    with _errors(), _host(terminal, config_file) as host:
        swept = sweep_once(host.database, host.store, terminal.now)
    terminal.output.result(asdict(swept))


@admin.command("stats")
@_config_option
@click.pass_obj
def stats(terminal: Terminal, *, config_file: Path | None) -> None:
    """How much there is: counts only."""
    with _reading(terminal, config_file) as session:
        counted = statistics.stats(session, terminal.now)
    terminal.output.result(asdict(counted))


@admin.command("backup")
@_config_option
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--threads", type=click.IntRange(1, 64), default=backup.THREADS, show_default=True)
@click.pass_obj
def backup_(terminal: Terminal, *, config_file: Path | None, folder: Path, threads: int) -> int:
    """Copy database and objects, consistent with each other, while the server goes on. DIR is new or empty.

    Exit status 5 when an object was missing or damaged already: the backup is without it.
    """
    with _errors(), _host(terminal, config_file) as host:
        total = _bytes(host.database, terminal)
        with terminal.output.progress("backup", total) as progress:
            done = backup.backup(
                host.database, host.store, folder, terminal.now, threads=threads, progress=progress
            )
    terminal.output.result({**asdict(done), "created": iso(done.created)})
    return INTEGRITY if done.faulty else DONE


@admin.command("restore")
@_config_option
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--threads", type=click.IntRange(1, 64), default=restore.THREADS, show_default=True)
@click.pass_obj
def restore_(terminal: Terminal, *, config_file: Path | None, folder: Path, threads: int) -> int:
    """Fill an empty host from a backup and read everything back.

    Exit status 5 when something does not hold.
    """
    with _errors():
        config = _load(terminal, config_file)
        total = archive.read(folder).bytes
        with terminal.output.progress("restore", total) as progress:
            done = restore.restore(config, folder, threads=threads, progress=progress)
    terminal.output.result({**asdict(done), "created": iso(done.created)})
    return _checked_status(done.checked)


@admin.group("professional")
def professional() -> None:
    """Who is verified: after you compared name and number with the public register."""


@professional.command("list")
@_config_option
@click.pass_obj
def list_(terminal: Terminal, *, config_file: Path | None) -> None:
    """All professionals, those who wait first."""
    with _reading(terminal, config_file) as session:
        found = professionals.listed(session)
    terminal.output.result([_professional_value(one) for one in found])


@professional.command("verify")
@_config_option
@click.argument("rpps")
@click.pass_obj
def verify(terminal: Terminal, *, config_file: Path | None, rpps: str) -> None:
    """Show to patients that this host verified the professional."""
    _decide(terminal, config_file, professionals.verify, rpps)


@professional.command("refuse")
@_config_option
@click.argument("rpps")
@click.pass_obj
def refuse(terminal: Terminal, *, config_file: Path | None, rpps: str) -> None:
    """Take the professional out of the directory and of redeeming invitations."""
    _decide(terminal, config_file, professionals.refuse, rpps)


def _decide(
    terminal: Terminal, config_file: Path | None, decision: Callable[[Session, str], Professional], rpps: str
) -> None:
    with _writing(terminal, config_file) as session:
        decided = decision(session, rpps)
    terminal.output.result(_professional_value(decided))


def _load(terminal: Terminal, config_file: Path | None) -> Config:
    try:
        return load(config_file, terminal.environ)
    except ConfigInvalid as error:
        raise Usage(str(error)) from None


@contextmanager
def _reading(terminal: Terminal, config_file: Path | None) -> Iterator[Session]:
    with (
        _errors(),
        open_current_database(_load(terminal, config_file)) as database,
        database.reading() as session,
    ):
        yield session


@contextmanager
def _writing(terminal: Terminal, config_file: Path | None) -> Iterator[Session]:
    with (
        _errors(),
        open_current_database(_load(terminal, config_file)) as database,
        database.writing() as session,
    ):
        yield session


@contextmanager
def _host(terminal: Terminal, config_file: Path | None) -> Iterator[Host]:
    config = _load(terminal, config_file)
    with ExitStack() as stack:
        database = stack.enter_context(open_current_database(config))
        yield Host(config, database, stack.enter_context(open_store(config)))


@contextmanager
def _errors() -> Iterator[None]:
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
        raise AdminFailed("unreachable", "the database cannot be reached", UNREACHABLE) from error
    except DatabaseError as error:
        raise AdminFailed("database", f"the database refused ({type(error).__name__})", UNEXPECTED) from error
    except OSError as error:
        raise AdminFailed("file", f"{error.strerror}: {error.filename}", UNEXPECTED) from error


def _bytes(database: Database, terminal: Terminal) -> int:
    with database.reading() as session:
        counted = statistics.stats(session, terminal.now)
    return counted.versions_bytes + counted.shares_bytes


def _checked_status(checked: check.Checked) -> int:
    if checked.missing or checked.damaged:
        return INTEGRITY
    return UNREACHABLE if checked.unreadable else DONE


def _professional_value(one: Professional) -> dict[str, Value]:
    return {**asdict(one), "created": iso(one.created)}


def _check_value(finding: Finding) -> dict[str, Value]:
    value: dict[str, Value] = {"name": finding.name, "status": finding.status, "message": finding.message}
    return {**value, "repair": finding.repair} if finding.repair else value


def _show(diagnosis: Diagnosis) -> None:
    width = max(len(finding.name) for finding in diagnosis.findings)
    for finding in diagnosis.findings:
        click.echo(f"{finding.status:<4}  {finding.name:<{width}}  {finding.message}")
        if finding.repair:
            click.echo(f"{'':<4}  {'':<{width}}  → {finding.repair}")
