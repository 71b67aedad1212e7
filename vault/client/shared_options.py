"""The options that every command takes, and what stands below it: --json and --home."""

from pathlib import Path
from typing import TypeVar

import click

from vault.client.terminal import Terminal

_Shared = TypeVar("_Shared", bound=click.Command)


def with_shared_options(command: _Shared) -> _Shared:
    """Adds --json and --home to a command and to what stands below it."""
    declared = {option for parameter in command.params for option in parameter.opts}
    if "--home" not in declared:
        command.params.append(
            click.Option(["--json"], is_flag=True, expose_value=False, callback=_set_json, help="Print JSON.")
        )
        command.params.append(
            click.Option(
                ["--home"],
                metavar="DIR",
                expose_value=False,
                callback=_set_home,
                help="The client's folder; default $COFFRE_HOME, else the platform's.",
            )
        )
    if isinstance(command, click.Group):
        for child in command.commands.values():
            with_shared_options(child)
    return command


def _set_json(ctx: click.Context, _: click.Parameter, value: object) -> None:
    if value:
        ctx.ensure_object(Terminal).as_json = True


def _set_home(ctx: click.Context, _: click.Parameter, value: str | None) -> None:
    if value:
        ctx.ensure_object(Terminal).home_folder = Path(value)
