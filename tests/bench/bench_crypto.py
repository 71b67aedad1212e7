"""What a rotation, a list, a grant and a fold cost: file keys, metadata, bundles, statements."""

import os

from crypto import grants, metadata, sections
from crypto.age_recipients import HybridIdentity
from crypto.encoding import DocumentId
from crypto.grants import Bundle
from crypto.metadata import Metadata
from crypto.records import Pin
from crypto.sections import Filing, SectionSecret
from crypto.statements import Manifest, bundle_hash, sign, verify
from tests.bench.comparison import in_turn, seconds
from tests.vectors.every_kind import statements_of_every_kind
from tests.vectors.samples import GRANT, OWNER, SECTIONS, VAULT, fixed_id

COUNT = 10_000
ROUNDS = 5
SECRET = SectionSecret.generate()
FILINGS = [
    Filing(VAULT, SECTIONS[0], 1, DocumentId(fixed_id(f"document {number}")), 1) for number in range(COUNT)
]
METADATA = Metadata(
    author="Hélène Dubois",
    date="2026-11-22",
    mime="application/pdf",
    name="compte-rendu.pdf",
    content=bytes(32),
    size=1_000_000,
    tags=("genou", "2026"),
    title="IRM du genou gauche",
    type="18748-4",
)


def test_file_keys() -> None:
    file_key = os.urandom(16)
    stanzas = [sections.wrap_file_key(SECRET, filing, file_key) for filing in FILINGS]
    medians = in_turn(
        {
            "wrap": lambda: [sections.wrap_file_key(SECRET, filing, file_key) for filing in FILINGS],
            "unwrap": lambda: [
                sections.unwrap_file_key(SECRET, filing, [stanza])
                for filing, stanza in zip(FILINGS, stanzas, strict=True)
            ],
        },
        ROUNDS,
    )
    seconds("10,000 file keys wrapped", medians["wrap"], goal=0.1)
    seconds("10,000 file keys unwrapped", medians["unwrap"])


def test_metadata() -> None:
    sealed = [metadata.seal(SECRET, filing, METADATA) for filing in FILINGS]
    medians = in_turn(
        {
            "open": lambda: [
                metadata.open_sealed(SECRET, filing, block)
                for filing, block in zip(FILINGS, sealed, strict=True)
            ],
            "seal": lambda: [metadata.seal(SECRET, filing, METADATA) for filing in FILINGS],
        },
        ROUNDS,
    )
    seconds("10,000 metadata opened", medians["open"], goal=0.3)
    seconds("10,000 metadata sealed", medians["seal"])


def test_bundle() -> None:
    professional = HybridIdentity.generate()
    secrets = {section: SectionSecret.generate() for section in SECTIONS}
    bundle = Bundle(
        card=OWNER.signed,
        grant=GRANT,
        ledger=Pin(bytes(32), 12),
        patient="Aline Morel",
        sections=secrets,
        vault=VAULT,
    )

    def seal_and_open() -> None:
        sealed = grants.seal_for_professional(bundle, professional.recipient())
        epochs = dict.fromkeys(SECTIONS, 1)
        grants.open_for_professional(
            sealed, professional, bundle_hash=bundle_hash(sealed), vault=VAULT, grant=GRANT, sections=epochs
        )

    seconds("a grant bundle sealed and opened", in_turn({"bundle": seal_and_open}, 25)["bundle"], goal=0.02)


def test_statements() -> None:
    statement, key = statements_of_every_kind()["manifest"]
    signed = sign(statement, key)
    medians = in_turn(
        {
            "verify": lambda: [verify(signed, Manifest, key.public) for _ in range(COUNT)],
            "sign": lambda: [sign(statement, key) for _ in range(COUNT)],
        },
        3,
    )
    seconds("10,000 statements verified", medians["verify"])
    seconds("10,000 statements signed", medians["sign"])
