"""Fuzzes one parser with atheris: `python -m tests.crypto.fuzz.fuzz TARGET FOLDER… [libFuzzer's options]`.

New inputs go to the first folder; kept ones stand in `corpus/`. A find is written as `crash-…` where the
command runs.
"""

import sys

import atheris

with atheris.instrument_imports(include=["crypto"]):
    from tests.crypto.fuzz.targets import TARGETS, run


def main() -> None:
    """Runs until libFuzzer's options end it."""
    name, *options = sys.argv[1:]
    target = TARGETS[name]
    # Parsers that import a library at their first use do so before anything is measured.
    run(target, b"")
    atheris.Setup([sys.argv[0], *options], lambda data: run(target, data) and None)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
