"""`coffre admin export-all`, `take-over`, `erase` and `verify-erasure`: from one host to another.

Thin: options in, results of vault.admin.moving out. The other host has a configuration file of its own.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from pathlib import Path

import click

from vault.admin import statistics
from vault.admin.check import THREADS
from vault.admin.deployment import needs_folder, open_current_database, open_store, sqlite_file
from vault.admin.moving import arrival, erase, export_all
from vault.admin.moving.export_all import Place
from vault.client.commands.admin_host import config_option, host_of, loaded, log_of, operator_errors
from vault.client.errors import DONE, INTEGRITY, NotAllowed, Usage
from vault.client.output import iso
from vault.client.terminal import Terminal
from vault.config import Config, ConfigInvalid, load
from vault.database import Database

_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)
_FOLDER = click.Path(path_type=Path, file_okay=False)


@click.command("export-all")
@config_option
@click.option("--to", "target", type=_FILE, metavar="FILE", help="The other host's configuration.")
@click.option("--folder", type=_FOLDER, metavar="DIR", help="Keeps the report, and how far it came.")
@click.option("--finish", "step", flag_value="finish", help="The switch: this host must be read only.")
@click.option(
    "--call-off", "step", flag_value="call-off", help="Take the switch back; it never served there."
)
@click.option("--threads", type=click.IntRange(1, 64), default=THREADS, show_default=True)
@click.pass_obj
def export_all_(
    terminal: Terminal,
    *,
    config_file: Path | None,
    target: Path | None,
    folder: Path | None,
    step: str | None,
    threads: int,
) -> int:
    """Copy everything to another, empty host, verified, while this one serves; again and again.

    With --finish the rest goes, both are compared, and this host is closed. Exit status 5 when an object
    was missing or damaged here already.
    """
    if step == "call-off":
        config = loaded(terminal, config_file)
        with operator_errors(), open_current_database(config) as database:
            log = log_of(terminal, config)
            log.require_key(database)
            export_all.call_off(database)
            log.record(database, "move_called_off")
        terminal.output.result({"called_off": True})
        return DONE
    if target is None or folder is None:
        raise Usage("--to names the other host's configuration, --folder where the report goes")
    run = export_all.finish if step == "finish" else export_all.copy
    with operator_errors(), host_of(terminal, config_file) as host, _other(target) as there:
        with host.database.reading() as session:
            counted = statistics.stats(session, terminal.now)
        total = counted.versions_bytes + counted.shares_bytes
        with terminal.output.progress("export-all", total) as progress:
            here = Place(host.database, host.store)
            log = log_of(terminal, host.config)
            log.require_key(host.database)
            done = run(here, there, folder, terminal.now, threads=threads, progress=progress)
            log.record(host.database, "move_finished" if step == "finish" else "move_copied")
    terminal.output.result({**asdict(done), "faulty": list(done.faulty)})
    return INTEGRITY if done.faulty else DONE


@click.command("take-over")
@config_option
@click.option("--threads", type=click.IntRange(1, 64), default=THREADS, show_default=True)
@click.option("--sizes-only", is_flag=True, help="Read no object, only see that it is there; `check` later.")
@click.argument("report", type=_FILE)
@click.pass_obj
def take_over(
    terminal: Terminal, *, config_file: Path | None, threads: int, sizes_only: bool, report: Path
) -> None:
    """At the host where everything arrived: see that all of REPORT is here, and let this host serve."""
    with (
        operator_errors(),
        host_of(terminal, config_file) as host,
        terminal.output.progress("take-over", 0) as progress,
    ):
        log = log_of(terminal, host.config)
        taken = arrival.take_over(
            host.database,
            host.store,
            report,
            terminal.now,
            sizes_only=sizes_only,
            threads=threads,
            progress=progress,
            done=lambda session: log.begun_anew(session, "move_taken_over"),
        )
    terminal.output.note("start every node and worker now; one that ran before goes by another key")
    terminal.output.result(
        {**asdict(taken.content), "objects_read": taken.checked.objects if taken.checked else 0}
    )


@click.command("erase")
@config_option
@click.option("--folder", required=True, type=_FOLDER, metavar="DIR", help="That of `export-all`.")
@click.option(
    "--yes", is_flag=True, help="The other host took over and serves; nothing of this one is needed."
)
@click.pass_obj
def erase_(terminal: Terminal, *, config_file: Path | None, folder: Path, yes: bool) -> None:
    """Delete everything that was handed over, also versions that the store kept, and sign that it is gone."""
    if not yes:
        raise NotAllowed("first see that the other host serves, then give --yes")
    with operator_errors(), host_of(terminal, config_file) as host:
        log = log_of(terminal, host.config)
        log.require_key(host.database)
        erased = erase.erase(Place(host.database, host.store), folder, terminal.now)
        log.record(host.database, "erased")
    terminal.output.result(asdict(erased))


@click.command("verify-erasure")
@click.argument("report", type=_FILE)
@click.argument("statement", type=_FILE)
@click.pass_obj
def verify_erasure(terminal: Terminal, *, report: Path, statement: Path) -> None:
    """Hold the first host's STATEMENT against the transfer's REPORT. Needs no configuration."""
    with operator_errors():
        found = arrival.verify_erasure(report, statement)
    terminal.output.result(
        {
            **asdict(found.content),
            "host": found.host,
            "erased": iso(found.erased),
            "report": found.report.hex(),
        }
    )


MOVING = (export_all_, take_over, erase_, verify_erasure)
"""The commands of a move, in their order."""


@contextmanager
def _other(file: Path) -> Iterator[Place]:
    """The other host's database and store, made where they are absent. The environment is this host's."""
    try:
        config = load(file, {})
    except ConfigInvalid as error:
        raise Usage(f"{file.name}: {error}") from None
    with ExitStack() as stack:
        _make_folders(config)
        database = Database.open(config.database.url)
        stack.callback(database.close)
        yield Place(database, stack.enter_context(open_store(config, create=True)))


def _make_folders(config: Config) -> None:
    if needs_folder(config):
        config.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    file = sqlite_file(config.database.url)
    if file is not None:
        file.touch(mode=0o600, exist_ok=True)
