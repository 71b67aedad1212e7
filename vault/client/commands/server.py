"""`coffre serve` and `coffre worker`: the one place of the client that reaches the server's side.

Loads nothing that opens a document, and the server only when one of the two is run.
"""

from pathlib import Path

import click

from vault.client.errors import ServerNotStarted
from vault.client.terminal import Terminal

_config = click.option(
    "--config", "config_file", type=click.Path(path_type=Path, exists=True, dir_okay=False)
)


@click.command("serve")
@_config
@click.option("--listen", metavar="HOST:PORT", help="Default 127.0.0.1:8750.")
@click.pass_obj
def serve(terminal: Terminal, config_file: Path | None, listen: str | None) -> None:
    """Run the server; prints "ready URL" once it answers."""
    from vault.config import ConfigInvalid, load
    from web import serve as server

    environ = dict(terminal.environ)
    if listen:
        environ["COFFRE_SERVER_LISTEN"] = listen
    try:
        server.serve(load(config_file, environ))
    except ConfigInvalid as error:
        raise click.UsageError(str(error)) from error
    except server.CannotStart as error:
        raise ServerNotStarted(error.code, str(error)) from error


@click.command("worker")
@_config
@click.pass_obj
def worker(terminal: Terminal, config_file: Path | None) -> None:
    """Run the jobs in a process of their own; prints "ready worker"."""
    from vault.config import ConfigInvalid, load
    from web import serve as server
    from web.jobs import work

    try:
        config = load(config_file, terminal.environ)
        server.prepare(config)
    except ConfigInvalid as error:
        raise click.UsageError(str(error)) from error
    except server.CannotStart as error:
        raise ServerNotStarted(error.code, str(error)) from error
    work(config)
