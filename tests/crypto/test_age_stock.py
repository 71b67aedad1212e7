"""Stock `age` (Debian's package) opens what we seal and we open what it seals.

Debian's age is 1.1: it knows no post-quantum recipients. Those are held against npm's age-encryption
(test_age_typescript.py).
"""

import os
import shutil
import subprocess
import sys
from io import BytesIO
from pathlib import Path

import pytest

from crypto import age_file
from crypto.age_recipients import Recipient, ScryptIdentity, ScryptRecipient, X25519Identity
from crypto.age_stream import CHUNK_SIZE, PLAIN_BATCH
from crypto.errors import CoffreError

SIZES = [
    0,
    1,
    CHUNK_SIZE - 1,
    CHUNK_SIZE,
    CHUNK_SIZE + 1,
    3 * CHUNK_SIZE,
    PLAIN_BATCH - 1,
    PLAIN_BATCH,
    PLAIN_BATCH + 1,
    9 * PLAIN_BATCH + 5,
]
PASSPHRASE = "orage-tulipe-91-canapé"
ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.programs
COFFRE = (sys.executable, "-m", "vault.client.main")

# Becomes the terminal's foreground process, because age asks for passphrases on the terminal only.
ON_A_TERMINAL = """
import fcntl, os, sys, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
os.execvp(sys.argv[1], sys.argv[1:])
"""


@pytest.fixture(scope="module", autouse=True)
def stock_age() -> None:
    assert shutil.which("age"), "Debian's package age is needed (make test installs it)"


@pytest.fixture(scope="module")
def identity() -> X25519Identity:
    return X25519Identity.generate()


@pytest.fixture
def key_file(identity: X25519Identity, tmp_path: Path) -> Path:
    path = tmp_path / "key.txt"
    path.write_text(f"# public key: {identity.recipient()}\n{identity.text()}\n")
    return path


def age(*arguments: str | Path, given: bytes = b"") -> bytes:
    return subprocess.run(["age", *arguments], input=given, capture_output=True, check=True).stdout


def age_asking(passphrase: str, *arguments: str | Path) -> None:
    """Runs age on a terminal of its own, where the passphrase is typed twice (it asks once or twice)."""
    keyboard, screen = os.openpty()
    with subprocess.Popen(
        [sys.executable, "-c", ON_A_TERMINAL, "age", *arguments],
        stdin=screen,
        stdout=screen,
        stderr=screen,
        start_new_session=True,
    ) as process:
        os.write(keyboard, f"{passphrase}\n{passphrase}\n".encode())
        assert process.wait(60) == 0
    os.close(screen)
    os.close(keyboard)


def sealed(data: bytes, recipients: list[Recipient], *, armored: bool = False) -> bytes:
    out = BytesIO()
    age_file.seal_stream(BytesIO(data), out, recipients, armored=armored)
    return out.getvalue()


@pytest.mark.parametrize("armored", [False, True], ids=["binary", "armored"])
@pytest.mark.parametrize("size", SIZES)
def test_around_the_borders_of_chunks(
    size: int, *, armored: bool, identity: X25519Identity, key_file: Path
) -> None:
    data = os.urandom(size)
    ours = sealed(data, [identity.recipient()], armored=armored)
    assert age("-d", "-i", key_file, given=ours) == data
    theirs = age("-r", str(identity.recipient()), *(["-a"] if armored else []), given=data)
    back = BytesIO()
    assert age_file.open_stream(BytesIO(theirs), back, [identity]) == size
    assert back.getvalue() == data


def test_several_recipients(identity: X25519Identity, key_file: Path) -> None:
    others = [X25519Identity.generate() for _ in range(3)]
    everyone = [*others, identity]
    ours = sealed(b"x", [one.recipient() for one in everyone])
    assert age("-d", "-i", key_file, given=ours) == b"x"
    theirs = age(*(part for one in everyone for part in ("-r", str(one.recipient()))), given=b"y")
    assert all(age_file.open_bytes(theirs, [one]) == b"y" for one in everyone)


@pytest.mark.slow
def test_passphrases(tmp_path: Path) -> None:
    ours, theirs, plain = tmp_path / "ours.age", tmp_path / "theirs.age", tmp_path / "plain"
    ours.write_bytes(sealed(b"x" * 100_000, [ScryptRecipient(PASSPHRASE.encode(), work=12)]))
    age_asking(PASSPHRASE, "-d", "-o", plain, ours)
    assert plain.read_bytes() == b"x" * 100_000
    age_asking(PASSPHRASE, "-p", "-o", theirs, plain)
    assert age_file.open_bytes(theirs.read_bytes(), [ScryptIdentity(PASSPHRASE.encode())]) == b"x" * 100_000


def test_both_refuse_the_same_damage(identity: X25519Identity, key_file: Path) -> None:
    whole = sealed(os.urandom(2 * CHUNK_SIZE), [identity.recipient()])
    for position in (0, 30, 100, 150, 190, 220, 70_000, len(whole) - 1):
        damaged = whole[:position] + bytes([whole[position] ^ 1]) + whole[position + 1 :]
        with pytest.raises(CoffreError):
            age_file.open_bytes(damaged, [identity])
        with pytest.raises(subprocess.CalledProcessError):
            age("-d", "-i", key_file, given=damaged)


def test_the_commands_on_pipes(identity: X25519Identity, key_file: Path) -> None:
    data = os.urandom(PLAIN_BATCH + 17)

    def coffre(*arguments: str | Path, given: bytes) -> bytes:
        done = subprocess.run([*COFFRE, *arguments], cwd=ROOT, input=given, capture_output=True, check=True)
        return done.stdout

    recipient = str(identity.recipient())
    ours = coffre("seal", "-", "-r", recipient, "-o", "-", given=data)
    assert age("-d", "-i", key_file, given=ours) == data
    assert coffre("open", "-", "-i", key_file, "-o", "-", given=age("-r", recipient, given=data)) == data
    armored = coffre("seal", "-", "-r", recipient, "-a", "-o", "-", given=data)
    assert age("-d", "-i", key_file, given=armored) == data


@pytest.mark.parametrize("damage", ["flipped", "cut"])
def test_nothing_stands_at_the_name_when_the_last_chunk_does_not_open(
    damage: str, identity: X25519Identity, key_file: Path, tmp_path: Path
) -> None:
    whole = age("-r", str(identity.recipient()), given=os.urandom(3 * PLAIN_BATCH))
    damaged = whole[:-1] + bytes([whole[-1] ^ 1]) if damage == "flipped" else whole[: -CHUNK_SIZE - 16]
    out = tmp_path / "folder"
    out.mkdir()
    for target in (out / "opened", "-"):
        done = subprocess.run(
            [*COFFRE, "open", "-", "-i", key_file, "-o", target], cwd=ROOT, input=damaged, capture_output=True
        )
        assert done.returncode == 5
        assert done.stdout == b""
        assert list(out.iterdir()) == []
