"""Where opened bytes go: a file, a file of its own name in a folder, or standard output; complete and
verified, or not at all.

Bytes are written to a temporary file beside the target (for standard output: in the temporary folder) and
appear only when the `with` block ends without an error.

    with to_file(Path("scan.pdf"), replace=True) as file:
        file.write(verified)
"""

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import IO, Final

from crypto.age_stream import Sink
from vault.client.errors import FileExists, unwritable

_FORBIDDEN: Final = frozenset('<>:"/\\|?*')
_RESERVED: Final = frozenset(
    ["con", "prn", "aux", "nul", *(f"{stem}{digit}" for stem in ("com", "lpt") for digit in "123456789")]
)
_NAME_BYTES: Final = 200


@contextmanager
def to_file(path: Path, *, replace: bool) -> Iterator[IO[bytes]]:
    """A new 0600 file at `path` once the block ends well.

    Raises FileExists without `replace`, Usage or DiskFailed if unwritable.
    """
    if not replace and os.path.lexists(path):
        raise FileExists
    try:
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=".coffre-", suffix=".part")
    except OSError as error:
        raise unwritable(f"cannot write there: {error.strerror}", error) from error
    partial = Path(name)
    try:
        with os.fdopen(descriptor, "w+b") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        _publish(partial, path, replace=replace)
    finally:
        partial.unlink(missing_ok=True)


@contextmanager
def to_stdout() -> Iterator[IO[bytes]]:
    """A temporary file that is copied to standard output once the block ends well."""
    with tempfile.TemporaryFile() as file:
        yield file
        _copy(file, sys.stdout.buffer)


@contextmanager
def to(output: str) -> Iterator[IO[bytes]]:
    """`-` is standard output; anything else a file, replaced if it exists because the user named it.

    A pipe or a device is written to once the block ends well, and stays what it is.
    """
    path = Path(output)
    if output == "-":
        with to_stdout() as file:
            yield file
    elif path.exists() and not path.is_file() and not path.is_dir():
        with tempfile.TemporaryFile() as file:
            yield file
            with path.open("wb") as device:
                _copy(file, device)
    else:
        with to_file(path, replace=True) as file:
            yield file


class Hashed:
    """Hashes what is written to a sink, for people who compare it: `sha256.digest()`."""

    def __init__(self, sink: Sink) -> None:
        self._sink = sink
        self.sha256 = sha256()

    def write(self, data: memoryview, /) -> None:
        """Takes all of the bytes."""
        self.sha256.update(data)
        self._sink.write(data)


def safe_name(name: str, *, fallback: str) -> str:
    """A file name that is safe in any folder and on any system: no separators, no device names, no leading
    dot.
    """
    kept = "".join(c for c in name if c.isprintable() and c not in _FORBIDDEN).strip(" .")
    stem, dot, ending = kept.rpartition(".")
    if not dot:
        stem, ending = kept, ""
    if len(ending.encode()) > 16 or not stem:
        stem, dot, ending = kept, "", ""
    room = _NAME_BYTES - len((dot + ending).encode())
    stem = stem.encode()[:room].decode(errors="ignore").rstrip(" .")
    if not stem:
        return fallback
    if stem.split(".")[0].lower() in _RESERVED:
        stem = f"_{stem}"
    return f"{stem}{dot}{ending}"


def free_name(folder: Path, name: str, taken: set[str]) -> str:
    """`name`, or `name (2)` and so on: neither in the folder nor in `taken` (compared without case); adds it
    there.
    """
    stem, dot, ending = name.rpartition(".")
    if not dot or not stem:
        stem, dot, ending = name, "", ""
    number, candidate = 1, name
    while candidate.lower() in taken or os.path.lexists(folder / candidate):
        number += 1
        candidate = f"{stem} ({number}){dot}{ending}"
    taken.add(candidate.lower())
    return candidate


def _copy(file: IO[bytes], sink: IO[bytes]) -> None:
    file.seek(0)
    shutil.copyfileobj(file, sink, 1 << 20)
    sink.flush()


def _publish(partial: Path, path: Path, *, replace: bool) -> None:
    try:
        if replace:
            partial.replace(path)
        else:
            # A hard link fails when the name exists, also when it came between our look and now.
            path.hardlink_to(partial)
    except FileExistsError:
        raise FileExists from None
    except OSError as error:
        raise unwritable(f"cannot write there: {error.strerror}", error) from error
