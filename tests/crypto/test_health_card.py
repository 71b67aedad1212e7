"""Files of SMART Health Cards among the documents of a share."""

import json
import zlib
from pathlib import Path

import pytest

from crypto import profile
from crypto.encoding import b64u
from crypto.errors import CoffreError, Malformed
from crypto.fhir import SharedDocument
from crypto.health_card import CARD_NAME, CARD_TYPE, cards_in, read_cards, read_file
from tests.crypto.readings import verdict

CORPUS = Path(__file__).parent / "fuzz" / "corpus"


def kept(name: str) -> list[bytes]:
    return [
        data
        for path in sorted((CORPUS / name).iterdir())
        if verdict(name, data := path.read_bytes())[0] == "ok"
    ]


def test_a_file_of_cards_is_one_document() -> None:
    for data in kept("health-cards"):
        (found,) = read_file(data)
        assert (found.name, found.mime, found.data) == (CARD_NAME, CARD_TYPE, data)
        assert cards_in(found) == read_cards(data)
        assert found.date == cards_in(found)[0].issued


def test_any_other_file_is_a_bundle() -> None:
    assert any(read_file(data) for data in kept("fhir-bundle"))
    with pytest.raises(CoffreError):
        read_file(b"{}")


@pytest.mark.parametrize(("mime", "data"), [(CARD_TYPE, b"no cards"), ("text/plain", b"no cards")])
def test_a_document_that_only_says_so_has_no_cards(mime: str, data: bytes) -> None:
    assert cards_in(SharedDocument("Card", CARD_NAME, mime, "2026-01-01", data)) == []


def test_a_card_whose_credential_is_no_object() -> None:
    deflate = zlib.compressobj(wbits=-15)
    payload = deflate.compress(b'{"iss":"https://hospital.example","nbf":1,"vc":[]}') + deflate.flush()
    parts = (b'{"alg":"ES256","zip":"DEF"}', payload, bytes(64))
    card = ".".join(b64u(part) for part in parts)
    with pytest.raises(Malformed):
        read_cards(json.dumps({"verifiableCredential": [card]}).encode())


def test_a_profile_that_is_no_object() -> None:
    with pytest.raises(Malformed):
        profile.read(b"[]")
