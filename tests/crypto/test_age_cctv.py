"""The age community's own vectors (C2SP CCTV, tests/vectors/age/cctv), whole and in odd pieces."""

import hashlib
import io
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from crypto import age_file
from crypto.age_recipients import Identity, ScryptIdentity, parse_identity
from crypto.armor import dearmor, looks_armored
from crypto.errors import CoffreError, LimitExceeded, Malformed, Tampered, UnsupportedVersion, WrongKey

VECTORS = sorted((Path(__file__).parent.parent / "vectors" / "age" / "cctv").iterdir())

ERRORS: dict[str, tuple[type[CoffreError], ...]] = {
    "no match": (WrongKey,),
    "HMAC failure": (Tampered,),
    "header failure": (Malformed, UnsupportedVersion, LimitExceeded),
    "payload failure": (Tampered,),
    "armor failure": (Malformed,),
}
# The reference reads the payload's nonce with the header; here it is the payload's first bytes.
IN_PAYLOAD = {"stream_no_nonce", "stream_short_nonce"}


@dataclass(frozen=True)
class Vector:
    """One file: what to expect, what opens it, and the age file."""

    expect: str
    payload: str
    armored: bool
    identities: list[Identity]
    data: bytes


def read(path: Path) -> Vector:
    text, _, data = path.read_bytes().partition(b"\n\n")
    fields = [line.split(": ", 1) for line in text.decode().splitlines()]
    found = dict(fields)
    identities: list[Identity] = [parse_identity(value) for name, value in fields if name == "identity"]
    identities += [ScryptIdentity(value.encode()) for name, value in fields if name == "passphrase"]
    if found.get("compressed") == "zlib":
        data = zlib.decompress(data)
    return Vector(found["expect"], found.get("payload", ""), found.get("armored") == "yes", identities, data)


# Longer ones would take minutes in steps of one byte, and show nothing more.
BYTE_BY_BYTE = 300_000


class Trickle:
    """A source that gives few bytes at a time."""

    def __init__(self, data: bytes, step: int) -> None:
        self._source = io.BytesIO(data)
        self._step = step

    def read(self, size: int, /) -> bytes:
        return self._source.read(min(size, self._step))


# Lines are counted when all of it comes at once: counting doubles what the others take.
STEPS = [
    1 << 30,
    pytest.param(1013, marks=pytest.mark.no_cover),
    pytest.param(1, marks=[pytest.mark.no_cover, pytest.mark.slow]),
]


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("path", VECTORS, ids=lambda path: path.name)
def test_vector(path: Path, step: int) -> None:
    vector = read(path)
    if step == 1 and len(vector.data) > BYTE_BY_BYTE:
        step = 7919
    pieces: list[bytes] = []

    def opened() -> Iterator[memoryview]:
        if vector.armored and not looks_armored(vector.data):
            dearmor(vector.data)
        return age_file.open_chunks(Trickle(vector.data, step), vector.identities)

    if vector.expect == "success":
        pieces = [bytes(piece) for piece in opened()]
        assert hashlib.sha256(b"".join(pieces)).hexdigest() == vector.payload
    else:
        expect = "payload failure" if path.name in IN_PAYLOAD else vector.expect
        with pytest.raises(ERRORS[expect]):
            pieces.extend(bytes(piece) for piece in opened())


def test_all_vectors_are_here() -> None:
    assert len(VECTORS) == 143
