"""A move whose commands are killed: the process ends at once, in the middle of rows, of objects and of each
switch, and the same command goes on from there."""

import os
import signal
import sys
from collections import Counter
from collections.abc import Callable
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import Engine, event

from tests.vault.admin.hosts import Hosts
from tests.vault.admin.test_backup import filled
from tests.vault.admin.test_moving_commands import Operators
from tests.vault.rooms import START
from vault.admin import operations
from vault.client.main import run
from vault.client.terminal import Terminal
from vault.config import load
from vault.database import Database
from web.serve import NotTheHost, prepare


def at_statement(beginning: str, number: int = 1) -> Callable[[], None]:
    """Ends the process when a statement of SQL that begins so would be sent, the first or a later one."""

    def watch() -> None:
        seen = Counter[str]()

        def count(_connection: object, _cursor: object, text: str, *_rest: object) -> None:
            seen.update([beginning] if text.startswith(beginning) else [])
            if seen[beginning] == number:
                os.kill(os.getpid(), signal.SIGKILL)

        event.listen(Engine, "before_cursor_execute", count)

    return watch


def at_object(number: int) -> Callable[[], None]:
    """Ends the process when so many objects less one stand in the store, and one is written."""

    def watch() -> None:
        links = count(1)

        def note(name: str, _arguments: object) -> None:
            if name == "os.link" and next(links) == number:
                os.kill(os.getpid(), signal.SIGKILL)

        sys.addaudithook(note)

    return watch


def killed(watch: Callable[[], None], arguments: tuple[str, ...], environ: dict[str, str]) -> bool:
    """Whether a process that runs the command was ended by what watches it."""
    process = os.fork()
    if process == 0:
        # What a process does that was begun here must never come back to the tests.
        try:
            watch()
            run(["admin", *arguments, "--json"], Terminal(environ, clock=lambda: float(START)))
        finally:
            os._exit(0)
    _, status = os.waitpid(process, 0)
    return os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL


@pytest.mark.slow
def test_a_move_that_is_killed_again_and_again_comes_to_its_end(
    embedded: Hosts, there: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first = filled(embedded)
    admin = Operators(first.room, capsys)
    here = {"COFFRE_DATA": str(first.room.config.data)}
    export = ("export-all", "--to", str(there), "--folder", str(tmp_path / "transfer"))
    for watch in (
        at_statement("INSERT INTO accounts"),
        at_statement("INSERT INTO entries"),
        at_object(3),
    ):
        assert killed(watch, export, here)
    assert admin(*export)["objects"] == 5
    assert admin(*export)["objects"] == 0
    admin("maintenance", "on", "--still")
    # The other host's note of the switch is there, this one's not: it is the one that serves.
    assert killed(at_statement("INSERT INTO moves"), (*export, "--finish"), here)
    prepare(first.room.config)
    report = admin(*export, "--finish")["report"]
    with pytest.raises(NotTheHost, match="handed over"):
        prepare(first.room.config)

    config = load(there, {})
    take_over = ("take-over", report, "--config", str(there))
    assert killed(at_statement("INSERT INTO operations", 2), take_over, {})
    with pytest.raises(NotTheHost, match="take-over"):
        prepare(config)
    assert admin("take-over", report, at=there)["objects_read"] == 5
    prepare(config)
    assert admin("check", at=there)["whole"]
    database = Database.open(config.database.url)
    done = [operation.command for _, operation in operations.read(database, None)]
    database.close()
    assert done == ["begin", "move_taken_over"]
