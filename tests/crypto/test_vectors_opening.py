"""Runs every vector of the opening part (shapes: tests/vectors/README-opening.md)."""

import io
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pytest

from crypto import (
    age_file,
    deposits,
    document,
    fhir,
    grants,
    health_card,
    ips,
    keyring,
    metadata,
    padding,
    passwords,
    profile,
    sections,
    share,
    summaries,
)
from crypto.age_recipients import HybridIdentity, Identity, ScryptIdentity, parse_identity
from crypto.card import card_text
from crypto.content import ContentHasher
from crypto.encoding import b64u, canonical, unb64u
from crypto.errors import CoffreError
from crypto.passkeys import Passkey, prf_input
from crypto.passwords import Argon2Parameters, PasswordKeys
from crypto.records import write_versioned
from crypto.recovery import Kit
from crypto.sections import Filing, SectionSecret
from crypto.signing import SigningKey
from crypto.statement_grammar import Signed, write_record
from crypto.statement_records import SharedDocument

FOLDERS = ("age", "keyring", "sections", "documents", "grants", "deposits", "shares", "profiles")
ROOT = Path(__file__).parent.parent / "vectors"
VECTORS = sorted(path for folder in FOLDERS for path in (ROOT / folder).glob("*.json"))

Fields = dict[str, Any]


def open_age(v: Fields) -> None:
    identities: list[Identity] = [parse_identity(text) for text in v["identities"]]
    if "passphrase" in v:
        identities.append(ScryptIdentity(v["passphrase"].encode()))
    assert age_file.open_bytes(unb64u(v["data"]), identities) == unb64u(v["plaintext"])
    for step in (1, 1013):
        out = io.BytesIO()
        age_file.open_stream(Trickle(unb64u(v["data"]), step), out, identities)
        assert out.getvalue() == unb64u(v["plaintext"])


def padme(v: Fields) -> None:
    for size, padded in v["cases"]:
        assert padding.padme(size) == padded


def unframe(v: Fields) -> None:
    assert padding.unframe(unb64u(v["framed"]), floor=v["floor"]) == unb64u(v["message"])


def password_keys(v: Fields) -> None:
    cost = Argon2Parameters(v["m"], v["t"], v["p"])
    keys = passwords.derive(v["password"], address=v["address"], salt=unb64u(v["salt"]), parameters=cost)
    assert keys.unlock == unb64u(v["result"]["unlock"])
    assert keys.login.public == unb64u(v["result"]["login"])


def kit(v: Fields) -> None:
    made = Kit(unb64u(v["entropy"]))
    assert {"english": made.words("english"), "french": made.words("french")} == v["words"]
    assert made.identity().recipient().public == unb64u(v["result"]["recipient"])
    assert made.login_key().public == unb64u(v["result"]["login"])


def kit_words(v: Fields) -> None:
    assert Kit.from_words(v["words"]).entropy == unb64u(v["entropy"])


def open_keyring_with_password(v: Fields) -> None:
    cost = Argon2Parameters(v["m"], v["t"], v["p"])
    keys = PasswordKeys(unb64u(v["salt"]), cost, unb64u(v["unlock"]), SigningKey.generate())
    opened = keyring.open_with_password(
        unb64u(v["data"]), keys, account=v["account"], sequence=v["sequence"], seen=v.get("seen", 0)
    )
    assert write_versioned(opened.keyring, limit=1 << 20) == canonical(v["keyring"])


def open_keyring_with_kit(v: Fields) -> None:
    opened = keyring.open_with_kit(
        unb64u(v["data"]), Kit(unb64u(v["entropy"])), account=v["account"], sequence=v["sequence"]
    )
    assert write_versioned(opened.keyring, limit=1 << 20) == canonical(v["keyring"])


def passkey(v: Fields) -> None:
    found = Passkey(credential=b"credential", secret=unb64u(v["secret"]))
    assert found.identity().recipient().public == unb64u(v["result"]["recipient"])
    assert prf_input() == unb64u(v["result"]["prf_input"])


def open_keyring_with_passkey(v: Fields) -> None:
    at_hand = Passkey(credential=unb64u(v["credential"]), secret=unb64u(v["secret"]))
    opened = keyring.open_with_passkey(
        unb64u(v["data"]), at_hand, account=v["account"], sequence=v["sequence"]
    )
    assert write_versioned(opened.keyring, limit=1 << 20) == canonical(v["keyring"])


def secret_of(v: Fields) -> SectionSecret:
    return SectionSecret(v["secret"]["epoch"], unb64u(v["secret"]["secret"]))


def section_keys(v: Fields) -> None:
    secret = SectionSecret(1, unb64u(v["secret"]))
    assert secret.wrap_key() == unb64u(v["result"]["wrap"])
    assert secret.meta_key() == unb64u(v["result"]["meta"])
    assert secret.drop_identity().recipient().public == unb64u(v["result"]["drop"])


def open_section_name(v: Fields) -> None:
    name = sections.open_name(secret_of(v), unb64u(v["sealed"]), vault=v["vault"], section=v["section"])
    assert (name.kind, name.name) == (v["name"]["kind"], v["name"].get("name"))


def climb_down(v: Fields) -> None:
    older = sections.climb_down(secret_of(v), unb64u(v["ladder"]), vault=v["vault"], section=v["section"])
    assert older == secret_of({"secret": v["result"]})


def open_header(v: Fields) -> None:
    file_key = document.open_header(unb64u(v["header"]), secret_of(v), Filing(**v["filing"]))
    assert file_key == unb64u(v["file_key"])


def open_header_as_author(v: Fields) -> None:
    identity = HybridIdentity(unb64u(v["identity"]))
    assert document.open_header_as_author(unb64u(v["header"]), identity) == unb64u(v["file_key"])


def open_metadata(v: Fields) -> None:
    opened = metadata.open_sealed(secret_of(v), Filing(**v["filing"]), unb64u(v["sealed"]))
    assert metadata.to_record(opened) == v["metadata"]


def open_author_metadata(v: Fields) -> None:
    authored = metadata.Authored(**v["authored"])
    opened = metadata.open_as_author(unb64u(v["file_key"]), authored, unb64u(v["sealed"]))
    assert metadata.to_record(opened) == v["metadata"]


def clean_name(v: Fields) -> None:
    for name, cleaned in v["cases"]:
        assert metadata.clean_name(name) == cleaned


class Trickle:
    """A source that gives at most `step` bytes at a time."""

    def __init__(self, data: bytes, step: int) -> None:
        self._source = io.BytesIO(data)
        self._step = step

    def read(self, size: int, /) -> bytes:
        return self._source.read(min(size, self._step))


@dataclass(frozen=True)
class Described:
    """What metadata of either version says of a document."""

    size: int
    content: bytes | None
    sha256: bytes | None


def content_hash(v: Fields) -> None:
    for size, expected in v["cases"]:
        hasher = ContentHasher()
        hasher.update(bytes(number % 251 for number in range(size)))
        assert b64u(hasher.digest()) == expected


def open_object(v: Fields) -> None:
    facts = document.SealedObject(
        v["length"],
        v["part_size"],
        tuple(unb64u(part) for part in v["parts"]),
        unb64u(v["digest"]),
        v["size"],
        bytes(32),
        bytes(32),
    )
    described = Described(
        v["size"],
        unb64u(v["content"]) if "content" in v else None,
        unb64u(v["sha256"]) if "sha256" in v else None,
    )
    stored, file_key = unb64u(v["object"]), unb64u(v["file_key"])
    for step in (len(stored), 1, 97):
        pieces = document.open_object(Trickle(stored, step), facts, described, file_key=file_key)
        assert b"".join(bytes(piece) for piece in pieces) == unb64u(v["plaintext"])


def open_bundle(v: Fields) -> None:
    bundle = grants.open_for_professional(
        unb64u(v["data"]),
        HybridIdentity(unb64u(v["identity"])),
        bundle_hash=unb64u(v["hash"]),
        vault=v["vault"],
        grant=v["grant"],
        sections=v["sections"],
    )
    assert write_versioned(bundle, limit=1 << 20) == canonical(v["bundle"])


def open_invitation(v: Fields) -> None:
    invitation = grants.Invitation(v["vault"], v["grant"], unb64u(v["secret"]))
    bundle = grants.open_invitation(
        unb64u(v["data"]), invitation, bundle_hash=unb64u(v["hash"]), sections=v["sections"]
    )
    assert write_versioned(bundle, limit=1 << 20) == canonical(v["bundle"])


def open_document_bundle(v: Fields) -> None:
    bundle = grants.open_documents_for_professional(
        unb64u(v["data"]),
        HybridIdentity(unb64u(v["identity"])),
        bundle_hash=unb64u(v["hash"]),
        vault=v["vault"],
        grant=v["grant"],
        documents=[SharedDocument(**named) for named in v["documents"]],
    )
    assert write_versioned(bundle, limit=1 << 20, version=2) == canonical(v["bundle"])


def open_document_invitation(v: Fields) -> None:
    bundle = grants.open_documents_invitation(
        unb64u(v["data"]),
        grants.Invitation(v["vault"], v["grant"], unb64u(v["secret"])),
        bundle_hash=unb64u(v["hash"]),
        documents=[SharedDocument(**named) for named in v["documents"]],
    )
    assert write_versioned(bundle, limit=1 << 20, version=2) == canonical(v["bundle"])


def invitation_link(v: Fields) -> None:
    invitation = grants.Invitation.from_link(v["link"])
    assert (invitation.vault, invitation.grant) == (v["vault"], v["grant"])
    assert invitation.secret == unb64u(v["secret"])
    assert invitation.redeem_key().public == unb64u(v["redeem_key"])


def share_link(v: Fields) -> None:
    link = share.ShareLink.parse(v["link"], now=v["now"])
    expected = v["result"]
    assert (link.url, link.exp, link.label) == (expected["url"], expected["exp"], expected["label"])
    assert (link.key, link.flag) == (unb64u(expected["key"]), expected["flag"])
    assert link.name_asked == expected.get("name_asked", True)


def open_share_file(v: Fields) -> None:
    assert share.open_file(unb64u(v["key"]), v["data"].encode()) == unb64u(v["plaintext"])


def read_health_cards(v: Fields) -> None:
    assert [asdict(card) for card in health_card.read_cards(unb64u(v["data"]))] == [
        {**card, "lines": tuple(card["lines"])} for card in v["result"]
    ]


def check_share_files(v: Fields) -> None:
    files = [fhir.read_bundle(unb64u(bundle)) for bundle in v["bundles"]]
    fhir.check_complete([file[0].place for file in files])


def read_large_bundle(v: Fields) -> None:
    [document] = fhir.read_bundle(unb64u(v["data"]))
    assert document.data == b""
    assert document.title == v["elsewhere"]["title"]
    assert write_record(document.elsewhere) == v["elsewhere"]


def read_profile(v: Fields) -> None:
    found = profile.read(unb64u(v["data"]))
    assert profile.to_record(found) == v["profile"]
    assert profile.write(found) == unb64u(v["data"])


def write_summary(v: Fields) -> None:
    place, random = v["place"], io.BytesIO(unb64u(v["random"]))
    written = ips.write_summary(
        profile.from_record(v["profile"]),
        patient=v["patient"],
        now=v["now"],
        place=fhir.FilePlace(place["set"], place["number"], place["count"]),
        random=random.read,
    )
    assert written == unb64u(v["data"])
    assert json.loads(written) == v["bundle"]


def read_summary(v: Fields) -> None:
    found = summaries.read_summary(v["bundle"])
    # Through JSON: lists for tuples.
    assert json.loads(json.dumps(None if found is None else asdict(found))) == v["summary"]


def card(v: Fields) -> None:
    found = profile.from_record(v["profile"])
    assert card_text(found, v["fields"], patient=v["patient"], day=v["day"]) == v["text"]


def open_share_details(v: Fields) -> None:
    details = share.open_details(
        unb64u(v["owner_secret"]), unb64u(v["sealed"]), vault=v["vault"], share=v["share"]
    )
    assert {"label": details.label, "link": details.link} == v["result"]


def open_deposit_header(v: Fields) -> None:
    header, drop = unb64u(v["header"]), HybridIdentity(unb64u(v["drop"]))
    assert deposits.open_deposit_header(header, drop) == unb64u(v["file_key"])


def deposit_link(v: Fields) -> None:
    link = deposits.DepositLink.from_text(v["link"])
    assert (link.vault, link.owner) == (v["vault"], v["owner"])
    assert link.text(v["link"].partition("/deposit")[0]) == v["link"]


def read_inbox(v: Fields) -> None:
    link = deposits.DepositLink(v["link"]["vault"], v["link"]["owner"])
    rotation = Signed.from_wire(v["rotation"]) if "rotation" in v else None
    inbox = deposits.read_inbox(link, Signed.from_wire(v["vault"]), rotation)
    assert v["result"] == {
        "section": inbox.section,
        "epoch": inbox.epoch,
        "recipient": b64u(inbox.recipient.public),
    }


STAGES: dict[str, Callable[[Fields], None]] = {
    "open-age": open_age,
    "padme": padme,
    "unframe": unframe,
    "password-keys": password_keys,
    "kit": kit,
    "kit-words": kit_words,
    "open-keyring-with-password": open_keyring_with_password,
    "open-keyring-with-kit": open_keyring_with_kit,
    "passkey": passkey,
    "open-keyring-with-passkey": open_keyring_with_passkey,
    "section-keys": section_keys,
    "open-section-name": open_section_name,
    "climb-down": climb_down,
    "open-header": open_header,
    "open-header-as-author": open_header_as_author,
    "open-metadata": open_metadata,
    "open-author-metadata": open_author_metadata,
    "clean-name": clean_name,
    "content-hash": content_hash,
    "open-object": open_object,
    "open-bundle": open_bundle,
    "open-invitation": open_invitation,
    "open-document-bundle": open_document_bundle,
    "open-document-invitation": open_document_invitation,
    "invitation-link": invitation_link,
    "open-deposit-header": open_deposit_header,
    "deposit-link": deposit_link,
    "read-inbox": read_inbox,
    "share-link": share_link,
    "open-share-file": open_share_file,
    "read-health-cards": read_health_cards,
    "check-share-files": check_share_files,
    "read-large-bundle": read_large_bundle,
    "open-share-details": open_share_details,
    "read-profile": read_profile,
    "write-summary": write_summary,
    "read-summary": read_summary,
    "card-text": card,
}


@pytest.mark.parametrize("path", VECTORS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_vector(path: Path) -> None:
    vector = json.loads(path.read_text())
    run = STAGES[vector["stage"]]
    if vector["expect"] == "ok":
        run(vector)
    else:
        with pytest.raises(CoffreError) as caught:
            run(vector)
        assert caught.value.code == vector["expect"]


def test_every_stage_has_a_good_vector() -> None:
    read = [json.loads(path.read_text()) for path in VECTORS]
    assert {vector["stage"] for vector in read if vector["expect"] == "ok"} == STAGES.keys()
