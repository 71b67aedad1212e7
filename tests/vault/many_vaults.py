"""Vaults by the thousand, as rows that PostgreSQL makes itself: what a host with many patients has, at rest.

    fill(connection, Many(vaults=1_000_000, documents=20), now)

Nobody can sign in to these accounts. Their numbers, keys and times are those of a real host: most grants go
on, some ended, a few end soon and were announced; nothing is due but what arrives. Sealed columns are zeroes
of `sealed` times their true length, because the server reads none of them. Grows every table that grows with
vaults: tests/vault/test_query_plans.py relies on it.
"""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from psycopg import Connection
from psycopg.sql import SQL, Literal

SECTIONS: Final = 20
_FILE: Final = Path(__file__).with_suffix(".sql")
_SEALED: Final = re.compile(r"pg_temp\.sealed\([^()]*\)")
PROFESSIONALS_EACH: Final = 100
"""Vaults for each professional."""
LONGEST_IDENTIFIER: Final = 32


@dataclass(frozen=True)
class Many:
    """How many, and how true to size. `identifier`: characters, 16 to 32; `sealed`: whether what is sealed
    and signed has its true length, or is a byte each; `sections` of each vault."""

    vaults: int
    documents: int
    identifier: int = LONGEST_IDENTIFIER
    sealed: bool = True
    sections: int = SECTIONS


def fill(connection: Connection, many: Many, now: int) -> None:
    """Fills tables that have none of these rows, in one transaction; indexes stay as they are."""
    values = {
        "vaults": many.vaults,
        "documents": many.documents,
        "sections": many.sections,
        "professionals": max(1, many.vaults // PROFESSIONALS_EACH),
        "now": now,
        "tail": many.identifier - 8,
        "key": 43 if many.sealed else 10,
        "author": 43 if many.sealed else 1,
    }
    named = {name: Literal(value) for name, value in values.items()}
    with connection.transaction():
        # What the rows refer to is made here as well: nothing is looked up.
        connection.execute("SET LOCAL session_replication_role = replica")
        for statement in _statements():
            connection.execute(SQL(_sized(statement, many)).format(**named))


def _sized(statement: str, many: Many) -> str:
    if many.sealed or "CREATE" in statement:
        return statement
    return _SEALED.sub(r"'\\x00'::bytea", statement)


def _statements() -> list[str]:
    return [piece for piece in _FILE.read_text(encoding="utf-8").split(";\n") if piece.strip()]
