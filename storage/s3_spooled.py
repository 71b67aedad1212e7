"""Bodies on their way to a bucket, kept until their digest is known and so that a request can be repeated.

Owns the temporary file: in memory up to 1 MiB, then in a folder. Knows no bucket.
"""

import base64
import hashlib
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final, cast

from storage.errors import StoreUnavailable

IN_MEMORY: Final = 1024 * 1024


@dataclass(frozen=True)
class Spooled:
    """A body from its start, and the MD5 of all of it."""

    file: BinaryIO
    md5: bytes

    @property
    def content_md5(self) -> str:
        """As the header Content-MD5 has it."""
        return base64.b64encode(self.md5).decode()


@contextmanager
def spooled(chunks: Iterator[bytes], folder: Path | None) -> Iterator[Spooled]:
    """A body for as long as the block lasts. Raises StoreUnavailable when the folder cannot take it."""
    digest = hashlib.md5(usedforsecurity=False)
    with tempfile.SpooledTemporaryFile(IN_MEMORY, dir=str(folder) if folder else None) as file:
        for chunk in chunks:
            digest.update(chunk)
            with _spool_errors():
                file.write(chunk)
        with _spool_errors():
            file.seek(0)
        yield Spooled(cast(BinaryIO, file), digest.digest())


@contextmanager
def _spool_errors() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StoreUnavailable("the temporary folder cannot take the body") from error
