"""Where the bench of many vaults keeps its two databases, and how large they are.

COFFRE_BENCH_FOLDER names a folder that stays, so that what took minutes to fill can be measured again; by
default one below /tmp, which `make bench-scale` takes away at its end. COFFRE_SCALE_VAULTS sets how many
vaults "many" are.
"""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.vault.many_vaults import Many

DOCUMENTS: Final = 20
FEW: Final = Many(vaults=1_000, documents=DOCUMENTS)
"""True to size: what a vault and a document take in tables and indexes is read from these."""


@dataclass(frozen=True)
class Place:
    """A database's name, and what it was filled with."""

    name: str
    many: Many


def folder() -> Path:
    """Of the PostgreSQL that has both."""
    return Path(os.environ.get("COFFRE_BENCH_FOLDER") or "/tmp/coffre-bench-scale").absolute()


def places() -> tuple[Place, Place]:
    """The small database and the large one, whose identifiers are half as long and whose sealed columns are
    a byte each: rows and entries of indexes are as many as they would be, on a fifth of the disk."""
    vaults = int(os.environ.get("COFFRE_SCALE_VAULTS", "1000000"))
    many = Many(vaults=vaults, documents=DOCUMENTS, identifier=16, sealed=False, sections=8)
    return Place("few", FEW), Place("many", many)
