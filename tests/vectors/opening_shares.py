"""Vectors of links that ask no name, and of files that others make: compressed, and SMART Health Cards.

DEFLATE is written here, bit by bit: libraries differ in what they make of the same bytes.
"""

import base64
import json
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from crypto import health_card, share
from crypto.encoding import b64u
from tests.vectors.opening_values import NOW, OK, ORIGIN, Seeded, seeded, write

_SHARE_KEY = seeded("share key")
_BUNDLE = b'{"resourceType":"Bundle","type":"collection","entry":[]}'


def stored(data: bytes) -> bytes:
    """Raw DEFLATE of one block that is not compressed (RFC 1951, 3.2.4)."""
    length = len(data).to_bytes(2, "little")
    return b"\x01" + length + bytes(0xFF - byte for byte in length) + data


def zeros(count: int) -> bytes:
    """Raw DEFLATE of at least that many zero bytes, 258 to each 13 bits (fixed codes, 3.2.6)."""
    # Last block, fixed codes; a zero; then length 258 at distance 1 again and again; the end.
    bits = "1" + "10" + "00110000" + "1100010100000" * (count // 258 + 1) + "0000000"
    return bytes(int(bits[at : at + 8][::-1].rjust(8, "0"), 2) for at in range(0, len(bits), 8))


def viewer_link_vectors() -> None:
    """Links whose viewer asks no name, and one whose address only looks like it."""
    link = share.ShareLink.generate(ORIGIN, exp=NOW + 900, name_asked=False, random=Seeded("share"))
    code = link.text(ORIGIN).rpartition("/")[2]
    result = {"url": link.url, "key": b64u(link.key), "exp": link.exp, "flag": "", "label": None, "v": 1}

    def case(name: str, viewer: str, *, name_asked: bool) -> None:
        fields = {"link": f"{viewer}shlink:/{code}", "now": NOW}
        write("shares", name, "share-link", OK, **fields, result={**result, "name_asked": name_asked})

    case("link-no-name", f"{ORIGIN}/view?recipient=none#", name_asked=False)
    case("link-no-name-elsewhere", "https://other.example/?a=b&recipient=none#", name_asked=True)


def compressed_file_vectors() -> None:
    def case(name: str, expect: str, inside: bytes, **header: Any) -> None:
        full = {"alg": "dir", "enc": "A256GCM", "cty": "application/fhir+json", "zip": "DEF", **header}
        protected = base64.urlsafe_b64encode(json.dumps(full, separators=(",", ":")).encode()).rstrip(b"=")
        iv = seeded("iv", 12)
        sealed = AESGCM(_SHARE_KEY).encrypt(iv, inside, protected)
        parts = (protected.decode(), "", *(b64u(part) for part in (iv, sealed[:-16], sealed[-16:])))
        fields: dict[str, Any] = {"data": ".".join(parts), "key": b64u(_SHARE_KEY)}
        if expect == OK:
            fields["plaintext"] = b64u(_BUNDLE)
        write("shares", f"file-{name}", "open-share-file", expect, **fields)

    case("compressed", OK, stored(_BUNDLE))
    case("compressed-cut", "malformed", stored(_BUNDLE)[:-1])
    case("compressed-not", "malformed", _BUNDLE)
    case("compressed-nothing", "malformed", b"")
    case("compressed-otherwise", "unsupported_version", stored(_BUNDLE), zip="GZ")
    case("compressed-by-null", "unsupported_version", stored(_BUNDLE), zip=None)


def health_card_vectors() -> None:
    """Files of cards with what they hold, and with one fault each. Signatures are nobody's."""
    payload: dict[str, Any] = {
        "iss": "https://smarthealth.example/issuer",
        "nbf": 1_790_000_000.5,
        "vc": {
            "type": ["https://smarthealth.cards#health-card"],
            "credentialSubject": {
                "fhirVersion": "4.0.1",
                "fhirBundle": {"resourceType": "Bundle", "type": "collection", "entry": _entries()},
            },
        },
    }

    def jws(content: dict[str, Any] | bytes, **header: Any) -> str:
        head = {"alg": "ES256", "zip": "DEF", "kid": "3Kfdg-XwP-7gXyywtUfUADwBumDOPKMQx-iELL11W9s", **header}
        body = content if isinstance(content, bytes) else stored(json.dumps(content).encode())
        return f"{b64u(json.dumps(head).encode())}.{b64u(body)}.{b64u(seeded('signature', 64))}"

    def case(name: str, expect: str, *cards: Any) -> None:
        file = json.dumps({"verifiableCredential": cards}).encode()
        fields: dict[str, Any] = {"data": b64u(file)}
        if expect == OK:
            fields["result"] = [_result(card) for card in health_card.read_cards(file)]
        write("shares", f"card-{name}", "read-health-cards", expect, **fields)

    case("one", OK, jws(payload))
    case("two", OK, jws(payload), jws({**payload, "iss": "https://b\u202e.example", "nbf": 0}))
    case("none", "malformed")
    case("too-many", "malformed", *["e30"] * 101)
    case("no-text", "malformed", 5)
    case("two-parts", "malformed", jws(payload).rpartition(".")[0])
    case("signature-short", "malformed", jws(payload)[:-2])
    case("other-alg", "unsupported_version", jws(payload, alg="none"))
    case("not-compressed", "unsupported_version", jws(payload, zip=None))
    case("cut", "malformed", jws(stored(json.dumps(payload).encode())[:-1]))
    case("bomb", "limit_exceeded", jws(zeros(1 << 20)))
    case("payload-no-object", "malformed", jws(stored(b"[]")))
    case("without-issuer", "malformed", jws({**payload, "iss": None}))
    case("time-no-number", "malformed", jws({**payload, "nbf": True}))
    case("time-too-late", "malformed", jws({**payload, "nbf": 253_402_300_800}))
    case("without-bundle", "malformed", jws({**payload, "vc": {"type": [], "credentialSubject": {}}}))
    case("type-no-list", "malformed", jws({**payload, "vc": {**payload["vc"], "type": "x"}}))
    empty = {"type": [], "credentialSubject": {"fhirBundle": {"entry": {}}}}
    case("entries-no-list", "malformed", jws({**payload, "vc": empty}))


def _entries() -> list[Any]:
    coding = {"system": "http://hl7.org/fhir/sid/cvx", "code": "207"}
    named = {"text": "Penicillin V", "coding": [{"display": "not this"}]}
    resources = [
        {"resourceType": "Patient", "name": [{"family": "Lefèvre", "given": ["Zoé", "Anne"]}]},
        {
            "resourceType": "Immunization",
            "vaccineCode": {"coding": [coding]},
            "occurrenceDateTime": "2021-01-01",
        },
        {"resourceType": "AllergyIntolerance", "code": named, "recordedDate": "2019"},
        {
            "resourceType": "Observation",
            "code": {"coding": [{"code": "94500-6", "display": "SARS\u0007-CoV-2"}]},
        },
        {"resourceType": "Basic"},
    ]
    return [*({"fullUrl": f"resource:{n}", "resource": one} for n, one in enumerate(resources)), {}, 5]


def _result(card: health_card.HealthCard) -> dict[str, Any]:
    lines = [{"kind": line.kind, "text": line.text, "date": line.date} for line in card.lines]
    return {"issuer": card.issuer, "issued": card.issued, "holder": card.holder, "lines": lines}
