"""One target per parser: any bytes give a value that writes back to the same bytes, or one typed error.

A target takes hostile bytes. `run` calls it: a CoffreError is an expected answer, any other exception a find.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final, TypeAlias

from crypto import (
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
)
from crypto.age_recipients import parse_identity_file, parse_recipient
from crypto.checkpoints import Leaf, LeafProof, open_checkpoint
from crypto.deposits import DepositLink
from crypto.encoding import b64u, canonical, normalise_address, parse_canonical, unb64u
from crypto.errors import CoffreError
from crypto.grants import Bundle, Invitation
from crypto.head_code import HeadCode
from crypto.journal import Entry, EntryHeader, Page
from crypto.keyring import Keyring, password_parameters
from crypto.receipts import FORM as RECEIPT
from crypto.records import read_versioned, write_versioned
from crypto.recovery import Kit
from crypto.signing import SigningKey
from crypto.statements import Signed, parse_any, to_bytes, verify_card

Target: TypeAlias = Callable[[bytes], object]

_LOG: Final = SigningKey.from_seed(bytes(range(32))).public
_RECORD: Final = 1 << 20
_ORIGIN: Final = "https://coffre.example"


def _text(data: bytes) -> str:
    """Also texts with lone surrogates, which no UTF-8 gives."""
    return data.decode("utf-8", "surrogateescape")


def _header(data: bytes) -> None:
    stanzas, mac, length = age_header.parse_header(data)
    assert age_header.write_header(stanzas, mac) == data[:length]


def _armor(data: bytes) -> None:
    inside = armor.dearmor(data)
    assert armor.armor(inside).strip() == data.replace(b"\r\n", b"\n").strip(b" \t\r\n")


def _bech32(data: bytes) -> None:
    text = _text(data)
    assert bech32.encode(*bech32.decode(text)) == text.lower()


def _recipient(data: bytes) -> None:
    assert str(parse_recipient(_text(data))) == _text(data)


def _canonical(data: bytes) -> None:
    assert canonical(parse_canonical(data)) == data


def _base64url(data: bytes) -> None:
    assert b64u(unb64u(_text(data))) == _text(data)


def _address(data: bytes) -> None:
    found = normalise_address(_text(data))
    assert normalise_address(found) == found


def _statement(data: bytes) -> None:
    assert to_bytes(parse_any(data)) == data


def _card(data: bytes) -> None:
    verify_card(Signed(data, bytes(64)))


def _entry_header(data: bytes) -> None:
    assert EntryHeader.from_bytes(data).to_bytes() == data


def _entry(data: bytes) -> None:
    assert canonical(Entry.from_wire(parse_canonical(data)).to_wire()) == data


def _page(data: bytes) -> None:
    assert canonical(Page.from_wire(parse_canonical(data)).to_wire()) == data


def _keyring(data: bytes) -> None:
    assert write_versioned(read_versioned(Keyring, data, limit=_RECORD), limit=_RECORD) == data


def _document_bundle(data: bytes) -> None:
    assert document_bundle.write(document_bundle.read(data)) == data


def _profile(data: bytes) -> None:
    # An empty list and one that is missing say the same.
    found = profile.read(data)
    assert profile.read(profile.write(found)) == found


def _bundle(data: bytes) -> None:
    assert write_versioned(read_versioned(Bundle, data, limit=_RECORD), limit=_RECORD) == data


def _share_link(data: bytes) -> None:
    link = share.ShareLink.parse(_text(data))
    assert share.ShareLink.parse(link.text(_ORIGIN)) == link


def _jwe(data: bytes) -> None:
    share.open_file(bytes(32), data)


def _deposit_link(data: bytes) -> None:
    found = DepositLink.from_text(_text(data))
    assert DepositLink.from_text(found.text(_ORIGIN)) == found


def _invitation(data: bytes) -> None:
    found = Invitation.from_link(_text(data))
    assert Invitation.from_link(found.link(_ORIGIN)) == found


def _leaf(data: bytes) -> None:
    assert Leaf.from_bytes(data).to_bytes() == data


def _leaf_proof(data: bytes) -> None:
    assert LeafProof.from_text(data).to_text() == data


def _head_code(data: bytes) -> None:
    code = HeadCode.parse(_text(data))
    assert HeadCode.parse(code.text()) == code


def _signed_lines(data: bytes) -> None:
    found = signed_lines.read(RECEIPT, data)
    found.verified([found.key])


def _kit_words(data: bytes) -> None:
    kit = Kit.from_words(_text(data))
    assert Kit.from_words(kit.words("french")) == kit


def _kit_qr(data: bytes) -> None:
    kit = Kit.from_qr(_text(data))
    assert Kit.from_qr(kit.qr_text(_ORIGIN)) == kit


TARGETS: Final[Mapping[str, Target]] = MappingProxyType(
    {
        "address": _address,
        "age-header": _header,
        "armor": _armor,
        "base64url": _base64url,
        "bech32": _bech32,
        "bundle": _bundle,
        "canonical-json": _canonical,
        "card": _card,
        "checkpoint": lambda data: open_checkpoint(data, _LOG),
        "checkpoint-leaf": _leaf,
        "checkpoint-proof": _leaf_proof,
        "deposit-link": _deposit_link,
        "document-bundle": _document_bundle,
        "entry": _entry,
        "entry-header": _entry_header,
        "fhir-bundle": fhir.read_bundle,
        "head-code": _head_code,
        "health-cards": health_card.read_cards,
        "identity-file": lambda data: parse_identity_file(_text(data)),
        "invitation-link": _invitation,
        "jwe": _jwe,
        "keyring": _keyring,
        "keyring-stanza": password_parameters,
        "kit-qr": _kit_qr,
        "kit-words": _kit_words,
        "metadata": metadata.read_frame,
        "page": _page,
        "profile": _profile,
        "recipient": _recipient,
        "section-name": sections.read_name,
        "share-details": share.read_details,
        "share-link": _share_link,
        "signed-lines": _signed_lines,
        "statement": _statement,
    }
)


def run(target: Target, data: bytes) -> str:
    """The code of the error, or `ok`. Raises whatever else the target raises: a find."""
    try:
        target(data)
    except CoffreError as error:
        return error.code
    return "ok"
