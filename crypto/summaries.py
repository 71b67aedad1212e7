"""What a person reads in a patient summary, ours or another issuer's (spec chapter 10, "Reading").

Owns how a FHIR `document` bundle becomes sections and lines of plain text. It believes nothing that it reads:
texts are cleaned and cut, references that lead nowhere are left out, markup becomes text.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Final, TypeAlias

MAX_SECTIONS: Final = 100
MAX_ITEMS: Final = 1000
"""Entries that are looked at, of all sections together."""
MAX_TEXT: Final = 1000
_MAX_LINES: Final = 200
_MAX_DETAILS: Final = 50
_MAX_LIST: Final = 100
_MAX_ENTRIES: Final = 100_000
_MAX_DEPTH: Final = 4
_MAX_MARKUP: Final = 50_000

_HIDDEN: Final = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_BREAK: Final = re.compile(r"<(?:br|/p|/li|/tr|/div|/h[1-6])(?![A-Za-z0-9])[^<>]*>", re.ASCII | re.IGNORECASE)
_TAG: Final = re.compile(r"<[^<>]*>")
_SPACE: Final = re.compile(r"[ \t\r\n\u00a0]+")
_ENTITY: Final = re.compile(r"&(?:(amp|lt|gt|quot|apos|nbsp)|#([0-9]{1,7})|#x([0-9A-Fa-f]{1,6}));", re.ASCII)
_NAMED: Final = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'", "nbsp": " "}
_CONCEPTS: Final = ("code", "vaccineCode", "medicationCodeableConcept", "type", "policyRule")
_REFERENCES: Final = ("medicationReference", "device")
_BEGINNINGS: Final = (
    "onsetDateTime",
    "effectiveDateTime",
    "occurrenceDateTime",
    "occurrenceString",
    "performedDateTime",
    "timingDateTime",
    "dateTime",
)
_PERIODS: Final = ("onsetPeriod", "effectivePeriod", "performedPeriod", "timingPeriod")

_DENIED: Final = ("refuted", "entered-in-error")

_Object: TypeAlias = Mapping[str, Any]


@dataclass(frozen=True)
class SummaryItem:
    """One line of a section. `status` and `severity` are codes where there are any; dates are as written."""

    label: str = field(repr=False)
    value: str = field(default="", repr=False)
    status: str = ""
    severity: str = field(default="", repr=False)
    since: str = field(default="", repr=False)
    until: str = field(default="", repr=False)
    details: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True)
class SummarySection:
    """`code` is LOINC's, if any; `empty` the code of why there is no item; `narrative` the text in lines."""

    code: str
    title: str = field(repr=False)
    empty: str = ""
    items: tuple[SummaryItem, ...] = field(default=(), repr=False)
    narrative: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True)
class SummaryContact:
    """Somebody to call."""

    name: str = field(repr=False)
    relation: str = field(default="", repr=False)
    phone: str = field(default="", repr=False)


@dataclass(frozen=True)
class Summary:
    """A document that is made of sections. Texts may be empty; `date` is as written."""

    title: str = field(repr=False)
    date: str = field(repr=False)
    patient: str = field(default="", repr=False)
    birth_date: str = field(default="", repr=False)
    gender: str = field(default="", repr=False)
    contacts: tuple[SummaryContact, ...] = field(default=(), repr=False)
    sections: tuple[SummarySection, ...] = field(default=(), repr=False)


def read_summary(bundle: _Object) -> Summary | None:
    """The summary in a parsed FHIR bundle; None when it is no document with a composition."""
    resources = _Resources(bundle)
    composition = next((one for one in resources.all if one.get("resourceType") == "Composition"), None)
    if bundle.get("type") != "document" or composition is None:
        return None
    patient = next((one for one in resources.all if one.get("resourceType") == "Patient"), {})
    return Summary(
        title=_text(composition, "title"),
        date=_text(composition, "date") or _text(bundle, "timestamp"),
        patient=_name(patient),
        birth_date=_text(patient, "birthDate"),
        gender=_text(patient, "gender"),
        contacts=tuple(_contacts(patient)),
        sections=tuple(_sections(composition, resources)),
    )


class _Resources:
    """A bundle's resources, found by what references say: a full address, or a type and an id."""

    def __init__(self, bundle: _Object) -> None:
        self.all: list[_Object] = []
        self._by_name: dict[str, _Object] = {}
        for entry in _objects(bundle.get("entry"), _MAX_ENTRIES):
            resource = entry.get("resource")
            if not isinstance(resource, dict):
                continue
            self.all.append(resource)
            kind, name = resource.get("resourceType"), resource.get("id")
            plain = isinstance(kind, str) and isinstance(name, str)
            for found in (entry.get("fullUrl"), f"{kind}/{name}" if plain else None):
                if isinstance(found, str):
                    self._by_name.setdefault(found, resource)

    def find(self, reference: object) -> _Object:
        """What a reference leads to, or nothing."""
        name = reference.get("reference") if isinstance(reference, dict) else None
        return self._by_name.get(name, {}) if isinstance(name, str) else {}


def _all_sections(parent: _Object, depth: int) -> Iterator[_Object]:
    for section in _objects(parent.get("section")):
        yield section
        if depth > 1:
            yield from _all_sections(section, depth - 1)


def _sections(composition: _Object, resources: _Resources) -> Iterator[SummarySection]:
    left = MAX_ITEMS
    for section in islice(_all_sections(composition, _MAX_DEPTH), MAX_SECTIONS):
        entries = _objects(section.get("entry"), left)
        left -= len(entries)
        yield _section(section, entries, resources)


def _section(section: _Object, entries: Sequence[_Object], resources: _Resources) -> SummarySection:
    found = (resources.find(entry) for entry in entries)
    items = (_item(resource, resources) for resource in found if resource)
    code = _code(section.get("code"))
    return SummarySection(
        code=code,
        title=_text(section, "title") or _concept(section.get("code")),
        empty=_code(section.get("emptyReason")),
        items=tuple(item for item in items if item.label),
        narrative=_narrative(section),
    )


def _item(resource: _Object, resources: _Resources) -> SummaryItem:
    linked = next((found for name in _REFERENCES if (found := resources.find(resource.get(name)))), {})
    narrative = _narrative(resource)
    label = _label(resource) or _label(linked) or " ".join(narrative)[:MAX_TEXT]
    details = [text for text in _details(resource, linked) if text]
    if _text(_object(resource.get("text")), "status") == "additional":
        details += [line for line in narrative if line != label]
    periods = [_object(resource.get(name)) for name in _PERIODS]
    since = [_text(resource, name) for name in _BEGINNINGS] + [_text(one, "start") for one in periods]
    until = [_text(resource, "abatementDateTime"), *(_text(one, "end") for one in periods)]
    return SummaryItem(
        label=label,
        value=_value(resource),
        status=_status(resource),
        severity=_text(resource, "criticality") or _concept(resource.get("severity")),
        since=next(filter(None, since), ""),
        until=next(filter(None, until), ""),
        details=tuple(details[:_MAX_DETAILS]),
    )


def _status(resource: _Object) -> str:
    clinical, verified = (_code(resource.get(name)) for name in ("clinicalStatus", "verificationStatus"))
    # What was found to be wrong says so, whatever else is said of it.
    said = verified if verified in _DENIED else clinical or verified
    return said or _text(resource, "status")


def _label(resource: _Object) -> str:
    names = [_concept(resource.get(name)) for name in _CONCEPTS]
    if resource.get("resourceType") == "Consent":
        names = [_text(_object(resource.get("policyRule")), "text")]
        names += [_concept(one) for one in _objects(resource.get("category"))]
    names += [_text(one, "name") for one in _objects(resource.get("deviceName"))]
    return next(filter(None, names), "")


def _details(resource: _Object, linked: _Object) -> Iterator[str]:
    for reaction in _objects(resource.get("reaction")):
        yield from (_concept(one) for one in _objects(reaction.get("manifestation")))
    for name in ("dosage", "dosageInstruction"):
        yield from (_text(one, "text") for one in _objects(resource.get(name)))
    yield _text(linked, "modelNumber")
    yield _text(resource, "conclusion")
    for component in _objects(resource.get("component")):
        yield f"{_concept(component.get('code'))} {_value(component)}".strip(" ")
    yield from (_text(note, "text") for note in _objects(resource.get("note")))


def _value(resource: _Object) -> str:
    quantity = _object(resource.get("valueQuantity"))
    number = quantity.get("value")
    if isinstance(number, int | float) and not isinstance(number, bool) and _is_plain(number):
        written = str(int(number)) if number == int(number) else repr(number)
        return f"{written} {_text(quantity, 'unit')}".strip(" ")
    return _concept(resource.get("valueCodeableConcept")) or _text(resource, "valueString")


def _is_plain(number: float) -> bool:
    # Beyond these, languages write numbers each in its way.
    return number == 0 or 1e-4 <= abs(number) < 1e15


def _name(patient: _Object) -> str:
    for name in _objects(patient.get("name")):
        given = [one for one in _list(name.get("given"))[:_MAX_LIST] if isinstance(one, str)]
        parts = [*given, name.get("family")]
        said = _text(name, "text") or clean(" ".join(one for one in parts if isinstance(one, str)))
        if said:
            return said
    return ""


def _contacts(patient: _Object) -> Iterator[SummaryContact]:
    for contact in _objects(patient.get("contact"), _MAX_DETAILS):
        relations = [_concept(one) for one in _objects(contact.get("relationship"))]
        phones = [_text(one, "value") for one in _objects(contact.get("telecom"))]
        name = _name({"name": [contact.get("name")]})
        if name:
            yield SummaryContact(name, next(filter(None, relations), ""), next(filter(None, phones), ""))


def _narrative(resource: _Object) -> tuple[str, ...]:
    markup = _object(resource.get("text")).get("div")
    if not isinstance(markup, str):
        return ()
    broken = _TAG.sub(" ", _BREAK.sub("\n", _SPACE.sub(" ", markup[:_MAX_MARKUP])))
    lines = (clean(_SPACE.sub(" ", _ENTITY.sub(_character, line)).strip(" ")) for line in broken.split("\n"))
    return tuple(line for line in lines if line)[:_MAX_LINES]


def _character(entity: re.Match[str]) -> str:
    if entity[1] is not None:
        return _NAMED[entity[1]]
    number = int(entity[2]) if entity[2] is not None else int(entity[3], 16)
    return chr(number) if number <= 0x10FFFF and not 0xD800 <= number <= 0xDFFF else ""


def _concept(value: object) -> str:
    concept = _object(value)
    codings = _objects(concept.get("coding"))
    names = [_text(concept, "text"), *(_text(one, "display") for one in codings)]
    names += [_text(one, "code") for one in codings]
    return next(filter(None, names), "")


def _code(value: object) -> str:
    return next(filter(None, (_text(one, "code") for one in _objects(_object(value).get("coding")))), "")


def clean(text: str) -> str:
    """A text of someone else's: nothing hidden, NFC, at most 1,000 characters."""
    return unicodedata.normalize("NFC", _HIDDEN.sub("", text))[:MAX_TEXT]


def _text(value: _Object, name: str) -> str:
    found = value.get(name)
    return clean(found) if isinstance(found, str) else ""


def _object(value: object) -> _Object:
    return value if isinstance(value, dict) else {}


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _objects(value: object, limit: int = _MAX_LIST) -> list[_Object]:
    return [one for one in _list(value)[:limit] if isinstance(one, dict)]
