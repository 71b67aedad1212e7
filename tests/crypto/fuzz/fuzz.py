"""Fuzzes parsers with atheris: `python -m tests.crypto.fuzz.fuzz TARGET FOLDER… [libFuzzer's options]`.

New inputs go to the first folder; kept ones stand in `corpus/`. A find is written as `crash-…` where the
command runs. Without arguments it takes such lines, as JSON, from its standard input, and fuzzes each in a
process that is forked: what is imported is instrumented once. Before each line's target stands the name of a
file for what libFuzzer says; the exit status is answered.
"""

import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["crypto"]):
    from tests.crypto.fuzz.targets import TARGETS, run


def fuzz(name: str, options: Sequence[str]) -> None:
    """Runs until libFuzzer's options end it, and with it the process."""
    target = TARGETS[name]
    atheris.Setup([sys.argv[0], *options], lambda data: run(target, data) and None)
    atheris.Fuzz()


def prepare() -> None:
    """Parsers that import a library at their first use do so before anything is measured."""
    for target in TARGETS.values():
        run(target, b"")


def serve() -> None:
    """One answer a line, until the input ends."""
    prepare()
    for line in sys.stdin:
        told, name, *options = json.loads(line)
        child = os.fork()
        if child == 0:
            with Path(told).open("wb") as file:
                os.dup2(file.fileno(), 1)
                os.dup2(file.fileno(), 2)
            fuzz(name, options)
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)


def main() -> None:
    """One parser that is named, or each that is asked for."""
    if len(sys.argv) == 1:
        serve()
    else:
        prepare()
        name, *options = sys.argv[1:]
        fuzz(name, options)


if __name__ == "__main__":
    main()
