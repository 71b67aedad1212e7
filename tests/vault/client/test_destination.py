import os
import stat
import threading
from pathlib import Path

import pytest

from vault.client.destination import free_name, safe_name, to, to_file
from vault.client.errors import FileExists, Usage


def test_appears_only_when_complete(tmp_path: Path) -> None:
    target = tmp_path / "out"
    with pytest.raises(ZeroDivisionError):
        _write_half(target)
    assert list(tmp_path.iterdir()) == []
    with to_file(target, replace=False) as file:
        file.write(b"whole")
        assert not target.exists()
    assert target.read_bytes() == b"whole"
    assert target.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_does_not_overwrite_unless_told(tmp_path: Path) -> None:
    target = tmp_path / "out"
    target.write_bytes(b"old")
    with pytest.raises(FileExists), to_file(target, replace=False):
        pass
    assert target.read_bytes() == b"old"
    with to(str(target)) as file:
        file.write(b"new")
    assert target.read_bytes() == b"new"


def test_a_pipe_gets_the_bytes_and_stays_a_pipe(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    read: list[bytes] = []
    reader = threading.Thread(target=lambda: read.append(pipe.read_bytes()))
    reader.start()
    with to(str(pipe)) as sink:
        sink.write(b"bytes")
    reader.join(30)
    assert read == [b"bytes"]
    assert stat.S_ISFIFO(pipe.stat().st_mode)


def test_a_file_that_came_meanwhile_is_kept(tmp_path: Path) -> None:
    target = tmp_path / "out"
    with pytest.raises(FileExists):
        _write_while_another_does(target)
    assert target.read_bytes() == b"theirs"


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_bytes(b"kept")
    (tmp_path / "out").symlink_to(secret)
    with pytest.raises(FileExists), to_file(tmp_path / "out", replace=False):
        pass
    with to_file(tmp_path / "out", replace=True) as file:
        file.write(b"new")
    assert secret.read_bytes() == b"kept"


def test_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(Usage), to_file(tmp_path / "absent" / "out", replace=True):
        pass


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("scan.dcm", "scan.dcm"),
        ("../../.bashrc", "bashrc"),
        ("/etc/passwd", "etcpasswd"),
        ("CON", "_CON"),
        ("con.txt", "_con.txt"),
        ("lpt1.tar.gz", "_lpt1.tar.gz"),
        ("...", "fallback"),
        ("", "fallback"),
        ("a\x00b\x1f.txt", "ab.txt"),
        ("a\u202etxt.exe", "atxt.exe"),
        ("trailing. ", "trailing"),
        ("é" * 5000 + ".pdf", "é" * 98 + ".pdf"),
    ],
)
def test_safe_names(name: str, expected: str) -> None:
    found = safe_name(name, fallback="fallback")
    assert found == expected
    assert len(found.encode()) <= 200


def test_free_names(tmp_path: Path) -> None:
    (tmp_path / "a.txt").touch()
    taken: set[str] = set()
    assert free_name(tmp_path, "a.txt", taken) == "a (2).txt"
    # Folders of some systems do not tell capitals apart.
    assert free_name(tmp_path, "A (2).TXT", taken) == "A (2) (2).TXT"
    assert free_name(tmp_path, "plain", taken) == "plain"
    assert free_name(tmp_path, "plain", taken) == "plain (2)"


def _write_half(target: Path) -> None:
    with to_file(target, replace=True) as file:
        file.write(b"half")
        raise ZeroDivisionError


def _write_while_another_does(target: Path) -> None:
    with to_file(target, replace=False) as file:
        file.write(b"ours")
        target.write_bytes(b"theirs")
