"""What Python reads in hostile bytes, as JSON values that can be compared with TypeScript's targets.ts."""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from types import MappingProxyType
from typing import Any, Final

from crypto import (
    age_file,
    age_header,
    armor,
    bech32,
    document_bundle,
    fhir,
    health_card,
    metadata,
    profile,
    sections,
    share,
    signed_lines,
    signing,
)
from crypto.age_recipients import X25519Identity, parse_identity_file, parse_recipient
from crypto.checkpoints import Leaf, LeafProof, open_checkpoint
from crypto.deposits import DepositLink
from crypto.encoding import canonical, normalise_address, parse_canonical, unb64u
from crypto.errors import CoffreError
from crypto.grants import Bundle, Invitation
from crypto.head_code import HeadCode
from crypto.journal import Entry, EntryHeader, Page
from crypto.keyring import Keyring, password_parameters
from crypto.receipts import FORM as RECEIPT
from crypto.records import read_versioned, write_versioned
from crypto.recovery import Kit
from crypto.statements import Signed, parse_any, to_bytes, verify_card
from crypto.summaries import Summary

IDENTITY: Final = X25519Identity(bytes([0x42]) * 32)
"""What the age files of this test are sealed for."""

_LOG: Final = signing.SigningKey.from_seed(bytes(range(32))).public
_RECORD: Final = 1 << 20
_ORIGIN: Final = "https://coffre.example"


def _text(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")


def _header(data: bytes) -> Any:
    stanzas, mac, length = age_header.parse_header(data)
    return [length, age_header.write_header(stanzas, mac).hex()]


def _bech32(data: bytes) -> Any:
    prefix, inside = bech32.decode(_text(data))
    return [prefix, inside.hex()]


def _versioned(kind: type) -> Callable[[bytes], Any]:
    return lambda data: write_versioned(read_versioned(kind, data, limit=_RECORD), limit=_RECORD).hex()


def _stanza(data: bytes) -> Any:
    salt, cost = password_parameters(data)
    return [salt.hex(), cost.m, cost.t, cost.p]


def _page(data: bytes) -> Any:
    page = Page.from_wire(parse_canonical(data))
    return [len(page.cards), len(page.entries), page.head.hex(), page.size]


def _checkpoint(data: bytes) -> Any:
    found = open_checkpoint(data, _LOG)
    return [found.size, found.root.hex()]


def _leaf_proof(data: bytes) -> Any:
    found = LeafProof.from_text(data)
    return [found.index, found.leaf.hex(), [member.hex() for member in found.proof], found.note.hex()]


def _section_name(data: bytes) -> Any:
    found = sections.read_name(data)
    return [found.kind, found.name or ""]


def _summary(found: Summary | None) -> Any:
    """In the order of the fields' names, which both languages have."""
    if found is None:
        return None
    contacts = [[one.name, one.relation, one.phone] for one in found.contacts]
    texts = [found.title, found.date, found.patient, found.birth_date, found.gender]
    return [*texts, contacts, [asdict(one) for one in found.sections]]


def _share_details(data: bytes) -> Any:
    found = share.read_details(data)
    return [found.label, found.link]


def _signed_lines(data: bytes) -> Any:
    found = signed_lines.read(RECEIPT, data)
    return [found.key.hex(), list(found.verified([found.key]).values())]


def _signature(data: bytes) -> Any:
    signing.verify(data[:32], "label", b"message", data[32:])
    return "holds"


READINGS: Final[Mapping[str, Callable[[bytes], Any]]] = MappingProxyType(
    {
        "address": lambda data: normalise_address(_text(data)),
        "age-file": lambda data: age_file.open_bytes(data, [IDENTITY]).hex(),
        "age-header": _header,
        "armor": lambda data: armor.dearmor(data).hex(),
        "base64url": lambda data: unb64u(_text(data)).hex(),
        "bech32": _bech32,
        "bundle": _versioned(Bundle),
        "document-bundle": lambda data: document_bundle.write(document_bundle.read(data)).hex(),
        "canonical-json": lambda data: canonical(parse_canonical(data)).hex(),
        "card": lambda data: verify_card(Signed(data, bytes(64))).author,
        "clean-name": lambda data: metadata.clean_name(_text(data)),
        "clean-title": lambda data: metadata.clean_title(_text(data)),
        "checkpoint": _checkpoint,
        "checkpoint-leaf": lambda data: Leaf.from_bytes(data).to_bytes().hex(),
        "checkpoint-proof": _leaf_proof,
        "deposit-link": lambda data: DepositLink.from_text(_text(data)).text(_ORIGIN),
        "entry": lambda data: canonical(Entry.from_wire(parse_canonical(data)).to_wire()).hex(),
        "entry-header": lambda data: EntryHeader.from_bytes(data).to_bytes().hex(),
        "fhir-bundle": lambda data: [
            [one.title, one.name, one.mime, one.date, one.data.hex(), _summary(one.summary)]
            for one in fhir.read_bundle(data)
        ],
        "health-cards": lambda data: [asdict(one) for one in health_card.read_cards(data)],
        "head-code": lambda data: HeadCode.parse(_text(data)).text(),
        "identity-file": lambda data: [one.text() for one in parse_identity_file(_text(data))],
        "invitation-link": lambda data: Invitation.from_link(_text(data)).link(_ORIGIN),
        "jwe": lambda data: share.open_file(bytes(32), data).hex(),
        "keyring": _versioned(Keyring),
        "keyring-stanza": _stanza,
        "kit-qr": lambda data: Kit.from_qr(_text(data)).qr_text(_ORIGIN),
        "kit-words": lambda data: Kit.from_words(_text(data)).qr_text(_ORIGIN),
        "metadata": lambda data: metadata.to_record(metadata.read_frame(data)),
        "page": _page,
        "profile": lambda data: profile.write(profile.read(data)).hex(),
        "recipient": lambda data: str(parse_recipient(_text(data))),
        "section-name": _section_name,
        "share-details": _share_details,
        "share-link": lambda data: share.ShareLink.parse(_text(data)).text(_ORIGIN),
        "signature": _signature,
        "signed-lines": _signed_lines,
        "statement": lambda data: to_bytes(parse_any(data)).hex(),
    }
)


def verdict(name: str, data: bytes) -> tuple[str, Any]:
    """(`ok`, what was read) or (the error's code, None)."""
    try:
        return "ok", READINGS[name](data)
    except CoffreError as error:
        return error.code, None
