"""SMART Health Cards in shares of other issuers (spec chapter 8): what they hold, unverified.

Owns which kind of file a share's plaintext is, and what of a card is shown. A card's signature is its
issuer's, whose keys are at an address that the card itself names: nobody is asked, and nothing here says that
a card is true.

    for document in read_file(open_file(link.key, jwe)): ...
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from crypto.encoding import parse_foreign, unb64u
from crypto.errors import CoffreError, Malformed, UnsupportedVersion
from crypto.fhir import SharedDocument, read_bundle
from crypto.inflate import inflate
from crypto.metadata import clean_title

CARD_TYPE: Final = "application/smart-health-card"
CARD_NAME: Final = "health-card.smart-health-card"
MAX_CARDS: Final = 100
MAX_PAYLOAD: Final = 1 << 20

_TITLE: Final = "SMART Health Card"
_JWS: Final = re.compile(r"([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]{86})", re.ASCII)
_LATEST: Final = 253_402_300_799
_CONCEPTS: Final = ("vaccineCode", "medicationCodeableConcept", "code", "type")
_DATES: Final = (
    "occurrenceDateTime",
    "effectiveDateTime",
    "authoredOn",
    "recordedDate",
    "onsetDateTime",
    "date",
)


@dataclass(frozen=True)
class CardLine:
    """A resource of a card, as a line: FHIR's type, what it is about, its date; texts may be empty."""

    kind: str
    text: str = field(repr=False)
    date: str = field(repr=False)


@dataclass(frozen=True)
class HealthCard:
    """What a card says of itself. `issued` is a day (UTC), YYYY-MM-DD."""

    issuer: str
    issued: str
    holder: str = field(repr=False)
    lines: tuple[CardLine, ...] = field(repr=False)


def read_file(data: bytes) -> list[SharedDocument]:
    """The documents in an opened file of a share: those of a bundle, or one that holds cards.

    Raises Malformed, UnsupportedVersion, LimitExceeded.
    """
    content = parse_foreign(data)
    if "verifiableCredential" not in content:
        return read_bundle(data)
    cards = read_cards(data)
    return [SharedDocument(_TITLE, CARD_NAME, CARD_TYPE, cards[0].issued, data)]


def cards_in(document: SharedDocument) -> list[HealthCard]:
    """The cards of a document that is a file of them; none for any other, also one that only says so."""
    try:
        return read_cards(document.data) if document.mime == CARD_TYPE else []
    except CoffreError:
        return []


def read_cards(data: bytes) -> list[HealthCard]:
    """What the cards in a file hold; their signatures are not verified.

    Raises Malformed, UnsupportedVersion (another algorithm, or not compressed), LimitExceeded.
    """
    credentials = parse_foreign(data).get("verifiableCredential")
    if not isinstance(credentials, list) or not 0 < len(credentials) <= MAX_CARDS:
        raise Malformed("not a file of health cards")
    return [_read_card(credential) for credential in credentials]


def _read_card(credential: object) -> HealthCard:
    parts = _JWS.fullmatch(credential) if isinstance(credential, str) else None
    if parts is None:
        raise Malformed("not a compact JWS")
    header = parse_foreign(unb64u(parts[1]))
    if (header.get("alg"), header.get("zip")) != ("ES256", "DEF"):
        raise UnsupportedVersion("health card with another algorithm")
    unb64u(parts[3])
    payload = parse_foreign(inflate(unb64u(parts[2]), limit=MAX_PAYLOAD))
    issuer, since, bundle = payload.get("iss"), payload.get("nbf"), _bundle(payload.get("vc"))
    if not isinstance(issuer, str) or not isinstance(since, int | float) or isinstance(since, bool):
        raise Malformed("a health card without issuer or time")
    if not 0 <= since <= _LATEST:
        raise Malformed("not a time")
    resources = list(_resources(bundle))
    holder = next((_holder(one) for one in resources if one.get("resourceType") == "Patient"), "")
    lines = tuple(_line(one) for one in resources if one.get("resourceType") != "Patient")
    issued = datetime.fromtimestamp(int(since), UTC).strftime("%Y-%m-%d")
    return HealthCard(clean_title(issuer), issued, holder, lines)


def _bundle(credential: object) -> dict[str, Any]:
    if isinstance(credential, dict):
        types, subject = credential.get("type"), credential.get("credentialSubject")
        named = isinstance(types, list) and all(isinstance(one, str) for one in types)
        if named and isinstance(subject, dict) and isinstance(subject.get("fhirBundle"), dict):
            bundle: dict[str, Any] = subject["fhirBundle"]
            return bundle
    raise Malformed("a health card without a bundle")


def _resources(bundle: dict[str, Any]) -> Iterator[dict[str, Any]]:
    entries = bundle.get("entry")
    if not isinstance(entries, list):
        raise Malformed("a bundle without entries")
    for entry in entries:
        if isinstance(entry, dict) and isinstance(entry.get("resource"), dict):
            yield entry["resource"]


def _holder(patient: dict[str, Any]) -> str:
    name = _first(patient.get("name"))
    given = name.get("given")
    words = [one for one in given if isinstance(one, str)] if isinstance(given, list) else []
    return clean_title(_string(name, "text") or " ".join([*words, _string(name, "family")]).strip())


def _line(resource: dict[str, Any]) -> CardLine:
    concept = next((one for name in _CONCEPTS if isinstance(one := resource.get(name), dict)), {})
    coding = _first(concept.get("coding"))
    text = _string(concept, "text") or _string(coding, "display") or _code(coding)
    date = next((one for name in _DATES if (one := _string(resource, name))), "")
    kind = _string(resource, "resourceType")
    return CardLine(clean_title(kind), clean_title(text), clean_title(date))


def _code(coding: dict[str, Any]) -> str:
    """Many cards leave the words out: the code, after the short name of its system."""
    return f"{_string(coding, 'system').rpartition('/')[2]} {_string(coding, 'code')}".strip()


def _first(value: object) -> dict[str, Any]:
    found = value[0] if isinstance(value, list) and value else None
    return found if isinstance(found, dict) else {}


def _string(record: dict[str, Any], name: str) -> str:
    value = record.get(name)
    return value if isinstance(value, str) else ""
