"""What the vectors of the opening part share: seeded randomness, keys, identifiers, writing a vector."""

import hashlib
import json
from pathlib import Path
from typing import Any

from crypto import grants, metadata, primitives
from crypto.age_recipients import HybridIdentity, X25519Identity
from crypto.encoding import AccountId, DocumentId, GrantId, SectionId, VaultId
from crypto.recovery import Kit
from crypto.sections import Filing, SectionSecret
from crypto.signing import SigningKey, sha256

ROOT = Path(__file__).parent
CAPTURED = ROOT / "hybrid-encapsulations.json"
ORIGIN = "https://coffre.example"
NOW = 1_800_000_000
OK = "ok"


class Seeded:
    """Random bytes that are the same for the same seed."""

    def __init__(self, seed: str) -> None:
        self._seed = seed.encode()
        self._count = 0

    def __call__(self, size: int) -> bytes:
        self._count += 1
        return hashlib.shake_256(self._seed + b"/%d" % self._count).digest(size)


def seeded(seed: str, size: int = 32) -> bytes:
    return Seeded(seed)(size)


def ident(seed: str) -> str:
    return seeded(seed, 16).hex()


class Encapsulations:
    """Stands in for `primitives.hybrid_seal`: seals once and remembers."""

    def __init__(self) -> None:
        self._seal = primitives.hybrid_seal
        self._kept: dict[str, list[str]] = json.loads(CAPTURED.read_text()) if CAPTURED.exists() else {}
        self._used: dict[str, list[str]] = {}

    def __call__(self, recipient: bytes, message: bytes, *, info: bytes) -> tuple[bytes, bytes]:
        name = hashlib.sha256(recipient + message + info).hexdigest()
        if name not in self._kept:
            self._kept[name] = [part.hex() for part in self._seal(recipient, message, info=info)]
        self._used[name] = self._kept[name]
        share, sealed = self._kept[name]
        return bytes.fromhex(share), bytes.fromhex(sealed)

    def save(self) -> None:
        CAPTURED.write_text(json.dumps(self._used, indent=1, sort_keys=True) + "\n")


def write(folder: str, name: str, stage: str, expect: str, /, **fields: Any) -> None:
    (ROOT / folder).mkdir(exist_ok=True)
    vector = {"stage": stage, "expect": expect, **fields}
    text = json.dumps(vector, indent=1, ensure_ascii=False) + "\n"
    (ROOT / folder / f"{name}.json").write_text(text)


def flip(data: bytes, position: int) -> bytes:
    changed = bytearray(data)
    changed[position] ^= 1
    return bytes(changed)


IDENTITY = HybridIdentity(seeded("identity"))
OTHER = HybridIdentity(seeded("other identity"))
CLASSIC = X25519Identity(seeded("classic identity"))


ACCOUNT = AccountId(ident("account"))
VAULT = VaultId(ident("vault"))
SECTION, SECTION_2 = SectionId(ident("section")), SectionId(ident("section 2"))
SECRET, SECRET_2 = SectionSecret(1, seeded("section secret")), SectionSecret(2, seeded("section secret 2"))
KIT = Kit(seeded("kit", 16))
SIGNING = SigningKey.from_seed(seeded("signing"))
PASSWORD = "orage-tulipe-91-canapé"
ADDRESS = "zoe@example.org"
SALT = seeded("salt", 16)


FILING = Filing(VAULT, SECTION, 1, DocumentId(ident("document")), 1)
FILE_KEY = seeded("file key", 16)


GRANT = GrantId(ident("grant"))
INVITATION = grants.Invitation(VAULT, GRANT, seeded("invitation"))


def metadata_of(data: bytes) -> metadata.Metadata:
    return metadata.Metadata(
        author="Dr Amélie Roy",
        date="2026-10-31",
        mime="application/pdf",
        name="compte-rendu.pdf",
        sha256=sha256(data),
        size=len(data),
        tags=("genou", "IRM"),
        title="IRM du genou",
        type="18748-4",
    )
