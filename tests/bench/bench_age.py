"""`coffre seal` and `coffre open` beside stock `age` (Debian) as processes, and beside the bare cipher."""

import io
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from crypto import age_pipeline, age_stream
from crypto.primitives import BulkCipher
from tests.bench.comparison import COFFRE, ROOT, in_turn, peak_memory, ratio, working_folder

GIB = 1 << 30
ROUNDS = 5


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    path = working_folder(tmp_path_factory.mktemp("bench"))
    yield path
    shutil.rmtree(path, ignore_errors=True)


@pytest.fixture(scope="module")
def recipient(folder: Path) -> str:
    run("age-keygen", "-o", folder / "key")
    return run("age-keygen", "-y", folder / "key").strip()


def run(*command: str | Path) -> str:
    return subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout


def plain(folder: Path) -> Path:
    path = folder / "plain"
    if not path.exists():
        with path.open("wb") as file:
            for _ in range(GIB >> 20):
                file.write(os.urandom(1 << 20))
    return path


def test_process_to_process(folder: Path, recipient: str) -> None:
    source, ours, theirs, out = plain(folder), folder / "ours.age", folder / "theirs.age", folder / "out"

    def after(path: Path, *command: str | Path) -> None:
        path.unlink(missing_ok=True)
        run(*command)

    seal = {
        "coffre": lambda: after(ours, *COFFRE, "seal", source, "-r", recipient, "-o", ours),
        "age": lambda: after(theirs, "age", "-r", recipient, "-o", theirs, source),
    }
    ratio("seal 1 GiB", in_turn(seal, ROUNDS), goal=0.70)
    open_ = {
        "coffre": lambda: after(out, *COFFRE, "open", theirs, "-i", folder / "key", "-o", out),
        "age": lambda: after(out, "age", "-d", "-i", folder / "key", "-o", out, ours),
    }
    ratio("open 1 GiB", in_turn(open_, ROUNDS), goal=0.70)
    for path in (source, ours, theirs, out):
        path.unlink()


def test_in_memory_beside_the_bare_cipher() -> None:
    data, key = os.urandom(GIB >> 2), bytes(16)
    payload = age_stream.seal_bytes(key, data)
    cipher, plain, sealed = BulkCipher(bytes(32)), memoryview(bytearray(65536)), memoryview(bytearray(65552))
    chunks = len(data) // len(plain)

    class Nowhere:
        def write(self, data: memoryview, /) -> int:
            return len(data)

    def bare_seal() -> None:
        for _ in range(chunks):
            cipher.seal_into(bytes(12), plain, sealed)

    def bare_open() -> None:
        for _ in range(chunks):
            cipher.open_into(bytes(12), sealed, plain)

    seal = {
        "age_pipeline": lambda: age_pipeline.seal_stream(key, io.BytesIO(data), Nowhere()),
        "bare ChaCha20-Poly1305": bare_seal,
    }
    ratio("seal 256 MiB in memory", in_turn(seal, ROUNDS), goal=1.5)
    open_ = {
        "age_pipeline": lambda: age_pipeline.open_stream(key, io.BytesIO(payload), Nowhere()),
        "bare ChaCha20-Poly1305": bare_open,
    }
    ratio("open 256 MiB in memory", in_turn(open_, ROUNDS), goal=1.5)


def test_memory_at_5_gib(folder: Path, recipient: str) -> None:
    source = folder / "sparse"
    with source.open("wb") as file:
        file.truncate(5 * GIB)
    sealing, opening = peak_memory(
        [
            [*COFFRE, "seal", source, "-r", recipient, "-o", "-"],
            [*COFFRE, "open", "-", "-i", folder / "key", "-o", "-"],
        ]
    )
    source.unlink()
    print(f"\n5 GiB through pipes: seal {sealing:.0f} MB, open {opening:.0f} MB at most (goal 120 MB)")
