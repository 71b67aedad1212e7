"""Files that hold one signing key, readable by their owner only: a word for what it is, and the seed.

    key = draw(path, "coffre-directory-key/1")
    read(path, "coffre-directory-key/1") == key

Knows neither whose keys they are nor where they stand.
"""

import os
import secrets
from pathlib import Path

from crypto.encoding import b64u, unb64u
from crypto.errors import Malformed
from crypto.signing import SEED_LENGTH, SigningKey


def draw(path: Path, form: str) -> SigningKey:
    """A new key in a new file, on the disk for good. Raises FileExistsError, OSError."""
    key = SigningKey.from_seed(secrets.token_bytes(SEED_LENGTH))
    descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(f"{form} {b64u(key.seed)}\n")
        file.flush()
        os.fsync(file.fileno())
    return key


def read(path: Path, form: str) -> SigningKey:
    """The key in a file. Raises FileNotFoundError, OSError; Malformed: something else stands there."""
    try:
        word, _, seed = path.read_text(encoding="ascii").strip().partition(" ")
    except UnicodeDecodeError:
        raise Malformed("not a key's file") from None
    if word != form:
        raise Malformed("a file of another form")
    return SigningKey.from_seed(unb64u(seed, length=SEED_LENGTH))
