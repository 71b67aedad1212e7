"""Each language opens what the other sealed: one of everything, in both directions.

The TypeScript half is web/client/tests/crypto/cross_language.ts, bundled by the bundler that comes with Vite
and run by Node.
"""

import io
import json
import os
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest

from crypto import age_file, document, fhir, grants, keyring, metadata, passwords, sections, share
from crypto.age_recipients import HybridIdentity, X25519Identity, parse_identity
from crypto.encoding import AccountId, DocumentId, GrantId, SectionId, ShareId, VaultId, b64u, new_id, unb64u
from crypto.keyring import Keyring, OwnVault, Pins, VaultPins
from crypto.records import Pin
from crypto.recovery import Kit
from crypto.sections import Filing, SectionName, SectionSecret
from crypto.signing import SigningKey, key_id, sha256
from crypto.statement_grammar import Signed, write_record
from crypto.statements import (
    KINDS,
    Card,
    bundle_hash,
    prove_redemption,
    sign,
    statement_hash,
    verify,
    verify_redemption,
)
from tests.vectors.every_kind import statements_of_every_kind

CLIENT = Path(__file__).parents[2] / "web" / "client"
ORIGIN = "https://coffre.example"
NOW = 1_790_000_000
PASSWORD = "orage tulipe 91 canapé ﬁn"  # the ligature is what NFKC must take apart

Fields = dict[str, Any]


@pytest.fixture(scope="module")
def script(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("typescript")
    source = "tests/crypto/cross_language.ts"
    options = ["--platform", "node", "--format", "esm", "--dir", str(out)]
    command = [str(CLIENT / "node_modules" / ".bin" / "rolldown"), source, *options]
    subprocess.run(command, cwd=CLIENT, check=True, capture_output=True, timeout=120)
    (out / "package.json").write_text('{"type": "module"}')
    return out / "cross_language.js"


def run(script: Path, verb: str, given: Fields | None = None) -> Fields:
    done = subprocess.run(
        ["node", str(script), verb], input=json.dumps(given), capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    return cast(Fields, json.loads(done.stdout))


@pytest.mark.slow
def test_python_opens_what_typescript_sealed(script: Path) -> None:
    sealed = run(script, "seal")
    opened = open_all(sealed["exchange"])
    for name, expected in sealed["expected"].items():
        assert opened[name] == expected, name


@pytest.mark.slow
def test_typescript_opens_what_python_sealed(script: Path) -> None:
    exchange = seal_all()
    opened = run(script, "open", exchange)
    for name, expected in open_all(exchange).items():
        assert opened[name] == expected, name


def person() -> tuple[SigningKey, HybridIdentity, Card, Signed]:
    key, identity = SigningKey.generate(), HybridIdentity.generate()
    recipient = identity.recipient().public
    card = Card(
        account=AccountId(new_id()),
        author=key_id(key.public, recipient),
        recipient=recipient,
        role="patient",
        signing=key.public,
        time=NOW,
    )
    return key, identity, card, sign(card, key)


def seal_all() -> Fields:
    key, identity, card, signed_card = person()
    doctor = HybridIdentity.generate()
    vault, grant, section = VaultId(new_id()), GrantId(new_id()), SectionId(new_id())
    older, secret = SectionSecret.generate(1), SectionSecret.generate(2)
    filing = Filing(vault, section, 2, DocumentId(new_id()), 1)
    pin = Pin(os.urandom(32), 4)
    file_key = age_file.new_file_key()
    plain = os.urandom((6 << 20) + 3)
    described, object_fields = seal_object(plain, file_key)
    bundle = grants.Bundle(
        card=signed_card, grant=grant, ledger=pin, patient="Élodie", sections={section: secret}, vault=vault
    )
    invitation = grants.Invitation.generate(vault, grant)
    for_doctor = grants.seal_for_professional(bundle, doctor.recipient())
    for_invitation = grants.seal_for_invitation(bundle, invitation)
    redeemer = key_id(key.public, doctor.recipient().public)
    proof = prove_redemption(invitation.redeem_key(), grant=grant, professional=redeemer, vault=vault)
    owner_secret = os.urandom(32)
    x25519 = X25519Identity.generate()
    ring = Keyring(
        account=card.account,
        identity=identity.seed,
        kit=b"",
        name="Élodie Martin",
        pins=Pins({vault: VaultPins(pin, pin, card.author)}),
        role="patient",
        sequence=1,
        server=os.urandom(32),
        signing=key.seed,
        vault=OwnVault(
            id=vault, owner_secret=owner_secret, sections={section: secret}, pending={section: secret}
        ),
    )
    name = SectionName("custom", "Médecine du sport")
    return {
        "keyring": seal_keyring(ring),
        "header": {
            "header": b64u(document.make_header(secret, filing, file_key, author=doctor.recipient())),
            "secret": b64u(secret.secret),
            "epoch": 2,
            "filing": dict(filing.context()),
            "author": b64u(doctor.seed),
        },
        "document": object_fields,
        "metadata": {"sealed": b64u(metadata.seal(secret, filing, described))},
        "name": {"sealed": b64u(sections.seal_name(secret, name, vault=vault, section=section))},
        "ladder": {"ladder": b64u(sections.make_ladder(secret, older, vault=vault, section=section))},
        "bundle": {"data": b64u(for_doctor), "identity": b64u(doctor.seed)},
        "invitation": {
            "data": b64u(for_invitation),
            "link": invitation.link(ORIGIN),
            "professional": redeemer,
            "proof": b64u(proof),
        },
        "share": seal_share(described, owner_secret, vault),
        "age": {
            "hybrid": b64u(age_file.seal_bytes(b"hybrid", [identity.recipient()])),
            "hybrid_identity": identity.text(),
            "x25519": b64u(age_file.seal_bytes(b"classic", [x25519.recipient()])),
            "x25519_identity": x25519.text(),
        },
        "statements": [
            {"kind": kind, "signing": b64u(signer.public), **sign(statement, signer).to_wire()}
            for kind, (statement, signer) in statements_of_every_kind().items()
        ],
    }


def seal_keyring(ring: Keyring) -> Fields:
    kit, salt, address = Kit.generate(), passwords.new_salt(), "elodie@example.org"
    ring = replace(ring, kit=kit.identity().recipient().public)
    keys = passwords.derive(PASSWORD, address="Elodie@Example.org", salt=salt)
    opened = keyring.rewrite(keyring.create(ring, keys), ring)
    return {
        "data": b64u(opened.data),
        "password": PASSWORD,
        "address": address,
        "salt": b64u(salt),
        "entropy": b64u(kit.entropy),
        "words": kit.words("english"),
        "account": ring.account,
    }


def seal_object(plain: bytes, file_key: bytes) -> tuple[metadata.Metadata, Fields]:
    sealer = document.ObjectSealer(io.BytesIO(plain), size=len(plain), file_key=file_key, part_size=5 << 20)
    data = b"".join(bytes(part.data) for part in sealer)
    facts = sealer.result()
    described = metadata.Metadata(
        author="Dr Nadia Benali",
        date="2024-02-29",
        mime="application/pdf",
        name="compte rendu ✓.pdf",
        content=facts.content,
        size=facts.size,
        tags=("œil", "suivi"),
        title="Compte rendu « œil » 😀",
        type="11506-3",
    )
    fields = {
        "object": b64u(data),
        "file_key": b64u(file_key),
        "length": facts.length,
        "part_size": facts.part_size,
        "parts": [b64u(part) for part in facts.parts],
        "digest": b64u(facts.digest),
        "size": facts.size,
        "content": b64u(facts.content),
    }
    return described, fields


def seal_share(described: metadata.Metadata, owner_secret: bytes, vault: VaultId) -> Fields:
    link = share.ShareLink.generate(ORIGIN, exp=NOW, passcode=True, label="Radio")
    share_id = ShareId(new_id())
    bundle = fhir.write_bundle(described, b"%PDF-1.7 contents", patient="Élodie", now=NOW)
    details = share.ShareDetails(link=link.text(ORIGIN), label="Radio")
    return {
        "link": link.text(ORIGIN),
        "jwe": share.seal_file(link.key, bundle).decode(),
        "details": b64u(share.seal_details(owner_secret, details, vault=vault, share=share_id)),
        "owner_secret": b64u(owner_secret),
        "vault": vault,
        "share": share_id,
    }


def open_all(given: Fields) -> Fields:
    filing = Filing(**given["header"]["filing"])
    secret = SectionSecret(given["header"]["epoch"], unb64u(given["header"]["secret"]))
    header = unb64u(given["header"]["header"])
    author = HybridIdentity(unb64u(given["header"]["author"]))
    vault, section = filing.vault, filing.section
    described = metadata.open_sealed(secret, filing, unb64u(given["metadata"]["sealed"]))
    name = sections.open_name(secret, unb64u(given["name"]["sealed"]), vault=vault, section=section)
    older = sections.climb_down(secret, unb64u(given["ladder"]["ladder"]), vault=vault, section=section)
    bundle, invited = open_bundles(given, filing)
    return {
        "keyring": open_keyring(given["keyring"]),
        "header": [
            b64u(document.open_header(header, secret, filing)),
            b64u(document.open_header_as_author(header, author)),
        ],
        "document": open_document(given["document"]),
        "metadata": metadata.to_record(described),
        "name": {"kind": name.kind, "name": name.name},
        "ladder": b64u(older.secret),
        "bundle": write_record(bundle),
        "invitation": write_record(invited),
        "share": open_share(given["share"]),
        "age": [
            b64u(
                age_file.open_bytes(
                    unb64u(given["age"][kind]), [parse_identity(given["age"][f"{kind}_identity"])]
                )
            )
            for kind in ("hybrid", "x25519")
        ],
        "statements": [open_statement(item) for item in given["statements"]],
    }


def open_keyring(given: Fields) -> list[Fields]:
    data, account = unb64u(given["data"]), AccountId(given["account"])
    salt, parameters = keyring.password_parameters(data)
    assert salt == unb64u(given["salt"])
    keys = passwords.derive(given["password"], address=given["address"], salt=salt, parameters=parameters)
    kit = Kit.from_words(given["words"])
    assert kit.entropy == unb64u(given["entropy"])
    opened = [
        keyring.open_with_password(data, keys, account=account, sequence=2),
        keyring.open_with_kit(data, kit, account=account, sequence=2),
    ]
    return [write_record(one.keyring) for one in opened]


def open_document(given: Fields) -> str:
    parts = tuple(unb64u(part) for part in given["parts"])
    facts = document.SealedObject(
        given["length"],
        given["part_size"],
        parts,
        unb64u(given["digest"]),
        given["size"],
        unb64u(given["content"]),
        bytes(32),
    )
    out = io.BytesIO()
    source = io.BytesIO(unb64u(given["object"]))
    document.write_object(source, out, facts, facts, file_key=unb64u(given["file_key"]))
    return b64u(sha256(out.getvalue()))


def open_bundles(given: Fields, filing: Filing) -> tuple[grants.Bundle, grants.Bundle]:
    epochs = {filing.section: filing.epoch}
    invitation = grants.Invitation.from_link(given["invitation"]["link"])
    for_doctor, for_invitation = unb64u(given["bundle"]["data"]), unb64u(given["invitation"]["data"])
    verify_redemption(
        invitation.redeem_key().public,
        unb64u(given["invitation"]["proof"]),
        grant=invitation.grant,
        professional=given["invitation"]["professional"],
        vault=invitation.vault,
    )
    bundle = grants.open_for_professional(
        for_doctor,
        HybridIdentity(unb64u(given["bundle"]["identity"])),
        bundle_hash=bundle_hash(for_doctor),
        vault=invitation.vault,
        grant=invitation.grant,
        sections=epochs,
    )
    invited = grants.open_invitation(
        for_invitation, invitation, bundle_hash=bundle_hash(for_invitation), sections=epochs
    )
    return bundle, invited


def open_share(given: Fields) -> Fields:
    link = share.ShareLink.parse(given["link"])
    details = share.open_details(
        unb64u(given["owner_secret"]),
        unb64u(given["details"]),
        vault=given["vault"],
        share=given["share"],
    )
    [found] = fhir.read_bundle(share.open_file(link.key, given["jwe"].encode()))
    return {
        "url": link.url,
        "exp": link.exp,
        "label": link.label,
        "passcode": link.passcode,
        "details": {"label": details.label, "link": details.link},
        "document": {
            "title": found.title,
            "name": found.name,
            "mime": found.mime,
            "date": found.date,
            "data": b64u(found.data),
        },
    }


def open_statement(given: Fields) -> list[str]:
    signed = Signed.from_wire({"signature": given["signature"], "statement": given["statement"]})
    found = verify(signed, KINDS[given["kind"]], unb64u(given["signing"]))
    # Signing what was read again gives the same bytes: nothing was lost in between.
    again = sign(found, SigningKey.generate())
    return [given["kind"], b64u(statement_hash(again.statement))]
