"""Every parser under hostile bytes: the kept corpus always, atheris for some seconds with the slow tests."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from crypto.errors import CoffreError
from tests.crypto.fuzz.targets import TARGETS, run

ROOT = Path(__file__).parents[3]
CORPUS = Path(__file__).parent / "corpus"
CODES = {"ok", *(error.code for error in CoffreError.__subclasses__())}
SECONDS = int(os.environ.get("FUZZ_SECONDS", "1"))
# atheris is built for Linux only.
FUZZED = list(TARGETS) if sys.platform == "linux" else []
MAX_INPUT = 16_384
MAX_MEMORY_MB = 1024
MAX_SECONDS_AN_INPUT = 5


@pytest.mark.parametrize("name", TARGETS)
def test_the_kept_corpus(name: str) -> None:
    kept = sorted((CORPUS / name).iterdir())
    assert kept
    for path in kept:
        assert run(TARGETS[name], path.read_bytes()) in CODES, path.name


def test_the_corpus_stays_small() -> None:
    paths = [path for path in CORPUS.rglob("*") if path.is_file()]
    assert {path.parent.name for path in paths} == set(TARGETS)
    assert sum(path.stat().st_size for path in paths) < 1 << 19


@pytest.fixture(scope="module")
def fuzzer() -> Iterator[subprocess.Popen[str]]:
    """Fuzzes what it is asked to; to start and to be instrumented takes as long as a parser's turn."""
    command = [sys.executable, "-m", "tests.crypto.fuzz.fuzz"]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        yield process


@pytest.mark.slow
@pytest.mark.parametrize("name", FUZZED)
def test_nothing_is_found_in_some_seconds(fuzzer: subprocess.Popen[str], name: str, tmp_path: Path) -> None:
    options = [
        f"-max_total_time={SECONDS}",
        f"-max_len={MAX_INPUT}",
        f"-rss_limit_mb={MAX_MEMORY_MB}",
        f"-timeout={MAX_SECONDS_AN_INPUT}",
        f"-artifact_prefix={tmp_path}/",
    ]
    new, told = tmp_path / "new", tmp_path / "told"
    new.mkdir()
    assert fuzzer.stdin is not None
    assert fuzzer.stdout is not None
    print(
        json.dumps([str(told), name, str(new), str(CORPUS / name), *options]), file=fuzzer.stdin, flush=True
    )
    assert fuzzer.stdout.readline() == "0\n", told.read_text()[-4000:]
    assert "Done" in told.read_text()
