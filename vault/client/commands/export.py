"""`coffre export`."""

from pathlib import Path

import click

from vault.client.commands.opening import open_up
from vault.client.export import IDENTITY, export, total_size
from vault.client.messages import say
from vault.client.terminal import Terminal


@click.command("export")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--age", is_flag=True, help="Sealed .age files, and an identity file that stock age opens.")
@click.option("--vault", metavar="V", help="Whose vault; default the own or the only one.")
@click.pass_obj
def export_(terminal: Terminal, *, folder: Path, age: bool, vault: str | None) -> None:
    """Take everything out into a new or empty folder, with an index that a person can read."""
    opened = open_up(terminal, vault)
    output = terminal.output
    with output.progress(str(folder), total_size(opened)) as advance:
        done = export(opened, folder, age=age, lang=output.lang, advance=advance)
    if age:
        output.note(say(output.lang, "export.identity"))
    output.result(
        {
            "path": str(folder),
            "documents": len(done.rows),
            "size": done.size,
            "index": "index.html.age" if age else "index.html",
            **({"identity": IDENTITY} if age else {}),
        }
    )
