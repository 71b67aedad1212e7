"""A host whose database goes back, and what a person's journal says of it."""

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from tests.vault.client.conftest import Server
from tests.vault.client.people import Person


def keep(server: Server, folder: Path) -> Callable[[], None]:
    """Keeps the database as it is now; calling the answer puts it back, as a restored backup does."""
    file = Path(str(server.database.engine.url.database))
    kept = folder / "yesterday.sqlite"
    with closing(sqlite3.connect(file)) as source, closing(sqlite3.connect(kept)) as target:
        source.backup(target)

    def back() -> None:
        server.database.close()
        for suffix in ("-wal", "-shm"):
            file.with_name(file.name + suffix).unlink(missing_ok=True)
        shutil.copyfile(kept, file)

    return back


def verify(person: Person) -> str:
    """`coffre journal --verify` must succeed; what it says to people."""
    ran = person.run("journal", "--verify")
    assert ran.status == 0, ran
    return ran.stderr


def refuses(person: Person, code: str, *arguments: str) -> str:
    """The journal is refused and nothing at home changes; what is said."""
    before = person.state()
    ran = person.run("journal", "--verify", *arguments, "--json")
    assert ran.status == 5, ran
    assert ran.json["error"]["code"] == code
    assert person.state() == before
    return str(ran.json["error"]["message"])


def codes(text: str) -> dict[str, str]:
    """The head codes that `--verify` shows, by chain."""
    lines = [line for line in text.splitlines() if line.startswith(("ledger:", "accesses:"))]
    return {line.partition(":")[0]: line for line in lines}
