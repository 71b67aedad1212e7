"""`coffre open` and `coffre seal` on age files, with pyrage (age in Rust) on the other side."""

import os
from collections.abc import Callable
from pathlib import Path

import pyrage
import pytest

from crypto.age_file import seal_bytes
from crypto.age_recipients import HybridIdentity, ScryptRecipient
from tests.vault.client.people import Person


@pytest.fixture
def someone(person: Callable[[str], Person]) -> Person:
    return person("someone")


def _identity(someone: Person) -> tuple[str, str]:
    """(identity file, recipient)"""
    identity = pyrage.x25519.Identity.generate()
    return someone.write("key.txt", f"# a comment\n{identity}\n".encode()), str(identity.to_public())


@pytest.mark.parametrize("size", [0, 1, 65_536, 200_000])
def test_opens_what_age_sealed(someone: Person, size: int) -> None:
    key, recipient = _identity(someone)
    content = os.urandom(size)
    sealed = pyrage.encrypt(content, [pyrage.x25519.Recipient.from_str(recipient)])
    out = str(someone.folder / "out")
    written = someone.json("open", someone.write("a.age", sealed), "-i", key, "-o", out)
    assert written["size"] == size
    assert Path(out).read_bytes() == content


@pytest.mark.parametrize("armor", [(), ("--armor",)])
def test_age_opens_what_it_seals(someone: Person, armor: tuple[str, ...]) -> None:
    key, recipient = _identity(someone)
    content = os.urandom(100_000)
    out = str(someone.folder / "sealed")
    someone.json("seal", someone.write("a.bin", content), "-r", recipient, "-o", out, *armor)
    identity = pyrage.x25519.Identity.from_str(Path(key).read_text().split("\n")[1])
    sealed = Path(out).read_bytes()
    assert sealed.startswith(b"-----BEGIN AGE" if armor else b"age-encryption.org/v1\n")
    back = str(someone.folder / "back")
    someone.json("open", out, "-i", key, "-o", back)
    assert Path(back).read_bytes() == content
    if not armor:
        assert pyrage.decrypt(sealed, [identity]) == content


def test_post_quantum_recipient(someone: Person) -> None:
    identity = HybridIdentity.generate()
    out, back = str(someone.folder / "sealed"), str(someone.folder / "back")
    someone.json("seal", someone.write("a", b"for decades"), "-r", str(identity.recipient()), "-o", out)
    someone.json("open", out, "-i", someone.write("key", identity.text().encode()), "-o", back)
    assert Path(back).read_bytes() == b"for decades"
    _, classic = _identity(someone)
    mixed = ("seal", out, "-r", str(identity.recipient()), "-r", classic, "-o", str(someone.folder / "no"))
    assert someone.fails(*mixed) == (2, "malformed")
    assert not (someone.folder / "no").exists()


def test_passphrase(someone: Person) -> None:
    # A cheap work factor: tests/crypto opens those of other programs.
    sealed = someone.write(
        "a.age", seal_bytes(b"by passphrase", [ScryptRecipient(b"correct horse", work=10)])
    )
    out = str(someone.folder / "out")
    right, wrong = someone.write("right", b"correct horse\n"), someone.write("wrong", b"battery staple\n")
    assert someone.fails("open", sealed, "--passphrase-file", wrong, "-o", out) == (4, "wrong_key")
    assert not Path(out).exists()
    someone.json("open", sealed, "--passphrase-file", right, "-o", out)
    assert Path(out).read_bytes() == b"by passphrase"


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        ("cut", (5, "tampered")),
        ("flip", (5, "tampered")),
        ("other", (4, "wrong_key")),
        ("text", (2, "malformed")),
    ],
)
def test_faults_write_nothing(someone: Person, fault: str, expected: tuple[int, str]) -> None:
    key, recipient = _identity(someone)
    sealed = bytearray(pyrage.encrypt(os.urandom(150_000), [pyrage.x25519.Recipient.from_str(recipient)]))
    if fault == "cut":
        del sealed[-70_000:]
    elif fault == "flip":
        sealed[-1] ^= 1
    elif fault == "other":
        key, _ = _identity(someone)
    else:
        sealed = bytearray(b"no age file")
    out = someone.folder / "out"
    assert someone.fails("open", someone.write("a.age", bytes(sealed)), "-i", key, "-o", str(out)) == expected
    assert not out.exists()


def test_usage(someone: Person) -> None:
    key, recipient = _identity(someone)
    sealed = someone.write("a.age", pyrage.encrypt(b"x", [pyrage.x25519.Recipient.from_str(recipient)]))
    assert someone.fails("open", sealed, "-o", "out") == (2, "usage")
    assert someone.fails("open", str(someone.folder / "absent"), "-o", "out") == (3, "not_found")
    assert someone.fails("open", sealed, "-i", key) == (2, "usage")
    assert someone.run("open", sealed, "-i", key).stdout == "x"
