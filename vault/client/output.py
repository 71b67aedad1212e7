"""Results on standard output, everything else on standard error.

A command ends with one `Result`: its JSON value, and for people either the same value as a table or some
lines. `--json` prints exactly that value. Text that came out of documents is stripped of control characters
before it reaches a terminal.
"""

import json
import sys
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol, TypeAlias

import click

from vault.client.details import say_detail
from vault.client.messages import Language, say

Value: TypeAlias = "bool | int | str | Sequence[Value] | Mapping[str, Value] | None"


class Progress(Protocol):
    """Told how many bytes were done since the last call."""

    def __call__(self, count: int, /) -> None:
        """Adds `count` bytes."""


@dataclass(frozen=True, slots=True)
class Output:
    """Where and how a command speaks."""

    as_json: bool
    lang: Language

    def result(self, value: Value) -> None:
        """Prints the command's one result."""
        if self.as_json:
            click.echo(json.dumps(value, ensure_ascii=False, separators=(", ", ": ")))
        elif isinstance(value, Mapping):
            _show_fields(value)
        elif isinstance(value, Sequence) and not isinstance(value, str):
            _show_table([row for row in value if isinstance(row, Mapping)], empty=say(self.lang, "nothing"))

    def note(self, text: str) -> None:
        """A message for the person, on standard error."""
        click.echo(text, err=True)

    def error(self, code: str, detail: str, exit_status: int) -> int:
        """Shows an error and returns the exit status."""
        message = say(self.lang, f"error.{code}") + (f" ({say_detail(self.lang, detail)})" if detail else "")
        if self.as_json:
            click.echo(json.dumps({"error": {"code": code, "message": message}}, ensure_ascii=False))
        else:
            click.echo(f"{say(self.lang, 'error')} {message}", err=True)
        return exit_status

    @contextmanager
    def progress(self, label: str, total: int) -> Iterator[Progress]:
        """A bar on standard error when that is a terminal, else silence. `total` in bytes."""
        if not sys.stderr.isatty():
            yield _silent
            return
        from rich.console import Console
        from rich.progress import BarColumn, DownloadColumn, TextColumn, TimeRemainingColumn
        from rich.progress import Progress as Bar

        columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
        with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
            task = bar.add_task(_plain(label), total=total)
            yield lambda count: bar.advance(task, count)


def iso(seconds: int) -> str:
    """A time as ISO 8601 in UTC."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _silent(_: int, /) -> None:
    return None


def _plain(value: object) -> str:
    text = str(value)
    return "".join(c if not unicodedata.category(c).startswith("C") else "�" for c in text)


def _cell(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "✓" if value else ""
    if isinstance(value, Mapping):
        return ", ".join(f"{name}={_cell(item)}" for name, item in value.items())
    if isinstance(value, Sequence) and not isinstance(value, str):
        return ", ".join(_cell(item) for item in value)
    return _plain(value)


def _show_fields(value: Mapping[str, Value]) -> None:
    width = max((len(name) for name in value), default=0)
    for name, item in value.items():
        click.echo(f"{name:<{width}}  {_cell(item)}")


def _show_table(rows: Sequence[Mapping[str, Value]], *, empty: str) -> None:
    if not rows:
        click.echo(empty, err=True)
        return
    # Rows of one table may have fields that others lack.
    names = list(dict.fromkeys(name for row in rows for name in row))
    if not sys.stdout.isatty():
        click.echo("\t".join(names))
        for row in rows:
            click.echo("\t".join(_cell(row.get(name)) for name in names))
        return
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in names:
        table.add_column(name, overflow="fold")
    for row in rows:
        table.add_row(*(Text(_cell(row.get(name))) for name in names))
    Console().print(table)
