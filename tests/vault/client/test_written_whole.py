"""What the client writes takes a name, or another file's place, once its bytes are on the disk."""

import errno
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from vault.client.destination import to_file
from vault.client.errors import ClientError
from vault.client.home import Home, Pins, Position, write_atomically

SERVER, VAULT = "https://a.example", "0" * 32


@pytest.fixture
def named_early(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names that were given to bytes which a power cut could still take."""
    flushed, early, flush = dict[int, int](), list[str](), os.fsync

    def flushing(descriptor: int) -> None:
        flush(descriptor)
        status = os.fstat(descriptor)
        flushed[status.st_ino] = status.st_size

    def naming(function: Callable[..., Any]) -> Callable[..., Any]:
        def called(source: Any, target: Any, **options: Any) -> Any:
            status = Path(source).stat()
            if flushed.get(status.st_ino) != status.st_size:
                early.append(Path(target).name)
            return function(source, target, **options)

        return called

    monkeypatch.setattr(os, "fsync", flushing)
    for name in ("replace", "link"):
        monkeypatch.setattr(os, name, naming(getattr(os, name)))
    return early


def test_bytes_come_before_their_name(tmp_path: Path, named_early: list[str]) -> None:
    home = Home(tmp_path / "home")
    home.save_keyring(b"keyring", b"file key")
    for size in (1, 2):
        home.save_pins(SERVER, VAULT, Pins("owner", Position(size, "head")))
    for replace in (False, True):
        with to_file(tmp_path / "out", replace=replace) as file:
            file.write(b"x" * 100_000)
    assert named_early == []
    assert home.pins(SERVER, VAULT).ledger == Position(2, "head")
    assert (tmp_path / "out").stat().st_size == 100_000


@pytest.mark.parametrize(
    ("number", "code"),
    [(errno.ENOSPC, "file"), (errno.EDQUOT, "file"), (errno.EIO, "file"), (errno.EACCES, "usage")],
)
def test_what_cannot_be_written_leaves_the_old_and_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, code: str
) -> None:
    """A full disk is not what somebody typed."""
    file = tmp_path / "pins"
    write_atomically(file, b"old")

    def failing(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", failing)
        with pytest.raises(ClientError) as caught:
            write_atomically(file, b"new")
    assert (caught.value.code, os.strerror(number) in caught.value.detail) == (code, True)
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("pins", b"old")]
