"""`coffre admin`: the operator's side. Thin: options in, one of `vault.admin`'s results out.

Needs no account and no key. Messages are for operators, in English. What concerns professionals:
`admin_directory`.
"""

from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

import click

from vault.admin import archive, backup, check, inventory, restore, setup, statistics
from vault.admin.check_place import Place
from vault.admin.deployment import open_current_database, open_database
from vault.admin.doctor.examination import Diagnosis, examine
from vault.admin.doctor.finding import Finding
from vault.admin.errors import NotInitialised
from vault.client.commands.admin_audit import audit
from vault.client.commands.admin_care import account_group, maintenance_group, quota, resume, suspend
from vault.client.commands.admin_directory import directory, professional
from vault.client.commands.admin_erasing import erase_one
from vault.client.commands.admin_host import (
    NAME_GIVEN,
    config_option,
    host_of,
    loaded,
    log_of,
    operator_errors,
    reading,
)
from vault.client.commands.admin_keys import rotate_key
from vault.client.commands.admin_moving import MOVING
from vault.client.commands.admin_outbox import outbox_group
from vault.client.errors import DONE, INTEGRITY, UNEXPECTED, UNREACHABLE, Usage
from vault.client.output import Value, iso
from vault.client.terminal import Terminal
from vault.database import Database
from vault.erasures import erase_due
from vault.retention import sweep as sweep_once


@click.group("admin")
@click.option("--as", "name", metavar="NAME", help="Who you are, for the operators' chain (`admin audit`).")
@click.pass_context
def admin(ctx: click.Context, *, name: str | None) -> None:
    """For the operator: the same configuration as `coffre serve`, no account, no key.

    Every command that changes something is written down in a chain, signed with the operator's key: with the
    machine's user, and the NAME that you give before the command.
    """
    ctx.meta[NAME_GIVEN] = name


admin.add_command(professional)
admin.add_command(directory)
admin.add_command(outbox_group)
account_group.add_command(erase_one)
for _step in MOVING:
    admin.add_command(_step)
for _command in (account_group, suspend, resume, quota, maintenance_group, rotate_key, audit):
    admin.add_command(_command)


@admin.command("init")
@config_option
@click.pass_obj
def init(terminal: Terminal, *, config_file: Path | None) -> None:
    """Make the data folder, tables, server's key and the place of objects; what is there stays."""
    config = loaded(terminal, config_file)
    with operator_errors():
        log = log_of(terminal, config)
        with suppress(NotInitialised), open_database(config) as database:
            log.require_key(database)
        made = setup.init(config, terminal.now)
        with open_current_database(config) as database:
            if made.schema_from is None:
                log.begin_anew(database, "init", schema=made.schema_to or "")
            elif made.schema_from != made.schema_to or made.store_created:
                log.record(database, "init", schema=made.schema_to or "")
    terminal.output.result(asdict(made))


@admin.command("migrate")
@config_option
@click.pass_obj
def migrate(terminal: Terminal, *, config_file: Path | None) -> None:
    """Bring the tables to this program's schema."""
    config = loaded(terminal, config_file)
    with operator_errors():
        log = log_of(terminal, config)
        with open_database(config) as database:
            log.require_key(database)
        migrated = setup.migrate(config)
        if migrated.schema_from != migrated.schema_to:
            with open_current_database(config) as database:
                log.record(database, "migrate", before=migrated.schema_from, after=migrated.schema_to)
    terminal.output.result(asdict(migrated))


@admin.command("doctor")
@config_option
@click.pass_obj
def doctor(terminal: Terminal, *, config_file: Path | None) -> int:
    """Look at the whole deployment and say what to repair. Tries the store out with objects of its own.

    Exit status 0 (also with warnings), 6 when database or store cannot be reached, 1 for any other failure.
    """
    with operator_errors():
        diagnosis = examine(loaded(terminal, config_file), terminal.now, config_file)
    if terminal.as_json:
        checks = [_check_value(finding) for finding in diagnosis.findings]
        terminal.output.result({"status": diagnosis.status, "checks": checks})
    else:
        _show(diagnosis)
    if diagnosis.unreachable:
        return UNREACHABLE
    return UNEXPECTED if diagnosis.status == "fail" else DONE


@admin.command("check")
@config_option
@click.option("--share", "share", metavar="N/COUNT", help="Only the N-th of COUNT shares, such as 1/7.")
@click.option("--threads", type=click.IntRange(1, 64), default=check.THREADS, show_default=True)
@click.option(
    "--state",
    "state",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Where it keeps how far it came: given again after an interruption, the check goes on there.",
)
@click.pass_obj
def check_(
    terminal: Terminal, *, config_file: Path | None, share: str | None, threads: int, state: Path | None
) -> int:
    """Compare every object with the digests that its author signed. Exit status 5 when one does not hold."""
    try:
        span = inventory.share_of_names(share) if share else inventory.ALL
    except ValueError as error:
        raise Usage(str(error)) from None
    with operator_errors(), host_of(terminal, config_file) as host:
        # A share's bytes are not known beforehand.
        total = _bytes(host.database, terminal) if span == inventory.ALL else 0
        with terminal.output.progress("check", total) as progress:
            place = Place(state, span)
            checked = check.check(
                host.database,
                host.store,
                span=span,
                after=place.after,
                threads=threads,
                progress=progress,
                reached=place.note,
            )
            place.forget()
    terminal.output.result({"whole": checked.whole, **asdict(checked)})
    return _checked_status(checked)


@admin.command("sweep")
@config_option
@click.pass_obj
def sweep(terminal: Terminal, *, config_file: Path | None) -> None:
    """Take away what is over, once, as the running server does every minute (a batch of each kind); accounts
    too whose owners asked for it."""
    with operator_errors(), host_of(terminal, config_file) as host:
        log = log_of(terminal, host.config)
        log.require_key(host.database)
        erased = erase_due(host.database, host.store, terminal.now)
        swept = sweep_once(host.database, host.store, terminal.now, bin_days=host.config.limits.bin_days)
        # The receipts of those whose objects are gone now.
        erase_due(host.database, host.store, terminal.now)
        log.record(host.database, "sweep", **asdict(swept), accounts=erased)
    terminal.output.result({**asdict(swept), "accounts": erased})


@admin.command("stats")
@config_option
@click.pass_obj
def stats(terminal: Terminal, *, config_file: Path | None) -> None:
    """How much there is: counts only."""
    with reading(terminal, config_file) as session:
        counted = statistics.stats(session, terminal.now)
    terminal.output.result(asdict(counted))


@admin.command("backup")
@config_option
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--threads", type=click.IntRange(1, 64), default=backup.THREADS, show_default=True)
@click.pass_obj
def backup_(terminal: Terminal, *, config_file: Path | None, folder: Path, threads: int) -> int:
    """Copy database and objects, consistent with each other, while the server goes on. DIR is new or empty.

    Exit status 5 when an object was missing or damaged already: the backup is without it.
    """
    with operator_errors(), host_of(terminal, config_file) as host:
        total = _bytes(host.database, terminal)
        with terminal.output.progress("backup", total) as progress:
            done = backup.backup(
                host.database, host.store, folder, terminal.now, threads=threads, progress=progress
            )
    terminal.output.result({**asdict(done), "created": iso(done.created)})
    return INTEGRITY if done.faulty else DONE


@admin.command("restore")
@config_option
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--threads", type=click.IntRange(1, 64), default=restore.THREADS, show_default=True)
@click.pass_obj
def restore_(terminal: Terminal, *, config_file: Path | None, folder: Path, threads: int) -> int:
    """Fill an empty host from a backup and read everything back.

    Exit status 5 when something does not hold.
    """
    with operator_errors():
        config = loaded(terminal, config_file)
        total = archive.read(folder).bytes
        with terminal.output.progress("restore", total) as progress:
            done = restore.restore(config, folder, threads=threads, progress=progress)
        with open_current_database(config) as database:
            log_of(terminal, config).begin_anew(
                database, "restore", backup_of=done.created, objects=done.objects, bytes=done.bytes
            )
    terminal.output.result({**asdict(done), "created": iso(done.created)})
    return _checked_status(done.checked)


def _bytes(database: Database, terminal: Terminal) -> int:
    with database.reading() as session:
        counted = statistics.stats(session, terminal.now)
    return counted.versions_bytes + counted.shares_bytes


def _checked_status(checked: check.Checked) -> int:
    if checked.missing or checked.damaged:
        return INTEGRITY
    return UNREACHABLE if checked.unreadable else DONE


def _check_value(finding: Finding) -> dict[str, Value]:
    value: dict[str, Value] = {"name": finding.name, "status": finding.status, "message": finding.message}
    return {**value, "repair": finding.repair} if finding.repair else value


def _show(diagnosis: Diagnosis) -> None:
    width = max(len(finding.name) for finding in diagnosis.findings)
    for finding in diagnosis.findings:
        click.echo(f"{finding.status:<4}  {finding.name:<{width}}  {finding.message}")
        if finding.repair:
            click.echo(f"{'':<4}  {'':<{width}}  → {finding.repair}")
