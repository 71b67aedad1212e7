"""Writes the vectors of the blind part; README.md says what they hold.

Run by hand from the repository's root: `python -m tests.vectors.generate_blind`. The same output every time.
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TypeAlias

from tests.vectors.blind_checkpoints import checkpoints
from tests.vectors.blind_encoding import age_headers, encodings
from tests.vectors.blind_journal import entries, folds
from tests.vectors.blind_receipts import receipts
from tests.vectors.blind_statements import statements
from tests.vectors.blind_successions import successions

Vector: TypeAlias = Mapping[str, object]

FOLDERS = {
    "encoding": encodings,
    "age_header": age_headers,
    "statements": statements,
    "journal": entries,
    "ledger": folds,
    "checkpoints": checkpoints,
    "successions": successions,
    "receipts": receipts,
}
HERE = Path(__file__).parent


def files() -> Iterator[tuple[Path, str]]:
    """Every vector's path and text."""
    for folder, vectors in FOLDERS.items():
        for name, vector in vectors():
            yield HERE / folder / f"{name}.json", json.dumps(vector, indent=1) + "\n"


def main() -> None:
    """Write all, and delete what is no longer made."""
    made = dict(files())
    for folder in FOLDERS:
        (HERE / folder).mkdir(exist_ok=True)
        for path in (HERE / folder).glob("*.json"):
            if path not in made:
                path.unlink()
    for path, text in made.items():
        path.write_text(text)
    print(len(made), "vectors")


if __name__ == "__main__":
    main()
