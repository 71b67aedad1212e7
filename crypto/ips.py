"""The summary that is shared of a profile: an International Patient Summary (spec chapter 10, "Summary").

Owns the FHIR R4 `document` bundle by HL7's IPS 2.0.0: which section an entry stands in and as which resource.
It knows neither link nor encryption; reading such bundles, also by others, is `summaries`.
"""

import html
import json
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, TypeAlias

from crypto.fhir import PLACE_SYSTEM, FilePlace
from crypto.primitives import Random, system_random
from crypto.profile import Code, Contact, Entry, Profile

_PROFILES: Final = "http://hl7.org/fhir/uv/ips/StructureDefinition/"
_TERMS: Final = "http://terminology.hl7.org/CodeSystem/"
_LOINC: Final = "http://loinc.org"
_ABSENT: Final = {
    "extension": [
        {"url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason", "valueCode": "unknown"}
    ]
}
_TITLE: Final = "Résumé médical déclaré par le patient / International Patient Summary stated by the patient"
_UNKNOWN_DATE: Final = "Date inconnue / Date unknown"
_STATED: Final = "Déclaré par le patient / Stated by the patient"
_NONE_KNOWN: Final = "Aucun connu / None known"
_NOTHING: Final = "Non renseigné / No information"
_PAST: Final = "passé / past"
_SEVERE: Final = {"high": "grave / severe", "low": "légère / mild"}

_Resource: TypeAlias = dict[str, Any]


@dataclass(frozen=True)
class _Section:
    """A section of the composition; `required` ones stand there with a reason when they are empty."""

    code: str
    display: str
    title: str
    required: str = ""


_PROBLEMS: Final = _Section(
    "11450-4", "Problem list - Reported", "Problèmes de santé / Problems", required="problems"
)
_ALLERGIES: Final = _Section(
    "48765-2",
    "Allergies and adverse reactions Document",
    "Allergies et intolérances / Allergies and intolerances",
    required="allergies",
)
_TREATMENTS: Final = _Section(
    "10160-0", "History of Medication use Narrative", "Traitements / Medication", required="treatments"
)
_VACCINATIONS: Final = _Section("11369-6", "History of Immunization note", "Vaccinations / Immunizations")
_RESULTS: Final = _Section(
    "30954-2", "Relevant diagnostic tests/laboratory data note", "Groupe sanguin / Blood group"
)
_DEVICES: Final = _Section("46264-8", "History of medical device use", "Implants / Implants")
_DIRECTIVES: Final = _Section(
    "42348-3", "Advance healthcare directives", "Directives anticipées / Advance directives"
)
_PAST_PROBLEMS: Final = _Section("11348-0", "History of Past illness note", "Antécédents / Past illnesses")


@dataclass(frozen=True)
class _Line:
    """An entry of a section: its text; the resources that say it, of which the section names the first."""

    resources: Sequence[tuple[str, _Resource]]
    text: str


class _Urls:
    """Fresh `urn:uuid:` addresses, in the order in which they are asked for."""

    def __init__(self, random: Random) -> None:
        self._random = random

    def next(self) -> str:
        return f"urn:uuid:{uuid.UUID(bytes=self._random(16), version=4)}"


def write_summary(
    profile: Profile, *, patient: str, now: int, place: FilePlace, random: Random = system_random
) -> bytes:
    """The bundle's JSON; `now` in seconds since 1970. `place`, the file's in its share, names the bundle."""
    urls = _Urls(random)
    composition_url, patient_url = urls.next(), urls.next()
    moment = datetime.fromtimestamp(now, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    sections = list(_sections(profile, patient_url, urls))
    composition = {
        "resourceType": "Composition",
        "meta": {"profile": [f"{_PROFILES}Composition-uv-ips"]},
        "status": "final",
        "type": _coded(_LOINC, "60591-5", "Patient summary Document"),
        "subject": {"reference": patient_url},
        "date": moment,
        "author": [{"reference": patient_url}],
        "title": _TITLE,
        "section": [_written(profile, section, lines) for section, lines in sections],
    }
    resources = [
        (composition_url, composition),
        (patient_url, _patient(profile, patient)),
        *(resource for _, lines in sections for line in lines for resource in line.resources),
    ]
    bundle = {
        "resourceType": "Bundle",
        "meta": {"profile": [f"{_PROFILES}Bundle-uv-ips"]},
        "identifier": {"system": PLACE_SYSTEM, "value": f"{place.set_id}/{place.number}/{place.count}"},
        "type": "document",
        "timestamp": moment,
        "entry": [{"fullUrl": url, "resource": resource} for url, resource in resources],
    }
    return json.dumps(bundle, ensure_ascii=False, separators=(",", ":")).encode()


def _sections(profile: Profile, patient: str, urls: _Urls) -> Iterator[tuple[_Section, list[_Line]]]:
    current = [one for one in profile.problems if one.status == "active"]
    past = [one for one in profile.problems if one.status == "past"]
    every = [
        (_ALLERGIES, [_allergy(one, patient, urls) for one in profile.allergies]),
        (_PROBLEMS, [_condition(one, patient, urls) for one in current]),
        (_TREATMENTS, [_treatment(one, patient, urls) for one in profile.treatments]),
        (_VACCINATIONS, [_vaccination(one, patient, urls) for one in profile.vaccinations]),
        (_RESULTS, [_blood_group(profile.blood_group, patient, urls)] if profile.blood_group else []),
        (_DEVICES, [_implant(one, patient, urls) for one in profile.implants]),
        (_DIRECTIVES, [_directive(one, patient, urls) for one in profile.directives]),
        (_PAST_PROBLEMS, [_condition(one, patient, urls) for one in past]),
    ]
    return ((section, lines) for section, lines in every if lines or section.required)


def _written(profile: Profile, section: _Section, lines: list[_Line]) -> _Resource:
    written: _Resource = {
        "title": section.title,
        "code": _coded(_LOINC, section.code, section.display),
    }
    if lines:
        items = "".join(f"<li>{html.escape(line.text, quote=False)}</li>" for line in lines)
        written["text"] = _narrative(f"<ul>{items}</ul>")
        written["entry"] = [{"reference": line.resources[0][0]} for line in lines]
        return written
    none = section.required in profile.none_known
    written["text"] = _narrative(f"<p>{_NONE_KNOWN if none else _NOTHING}</p>")
    reason = ("nilknown", "Nil Known") if none else ("unavailable", "Unavailable")
    written["emptyReason"] = _coded(f"{_TERMS}list-empty-reason", *reason)
    return written


def _patient(profile: Profile, name: str) -> _Resource:
    resource: _Resource = {"resourceType": "Patient", "name": [{"text": name}]}
    if profile.gender is not None:
        resource["gender"] = profile.gender
    if profile.birth_date is None:
        resource["_birthDate"] = _ABSENT
    else:
        resource["birthDate"] = profile.birth_date
    if profile.contacts:
        resource["contact"] = [_contact(one) for one in profile.contacts]
    return resource


def _contact(contact: Contact) -> _Resource:
    written: _Resource = {}
    if contact.relation is not None:
        written["relationship"] = [{"text": contact.relation}]
    written["name"] = {"text": contact.name}
    if contact.phone is not None:
        written["telecom"] = [{"system": "phone", "value": contact.phone}]
    return written


def _allergy(entry: Entry, patient: str, urls: _Urls) -> _Line:
    resource: _Resource = {
        "resourceType": "AllergyIntolerance",
        "clinicalStatus": _status("allergyintolerance-clinical", entry),
    }
    if entry.severity is not None:
        resource["criticality"] = entry.severity
    resource |= {"code": _concept(entry), "patient": {"reference": patient}}
    if entry.since is not None:
        resource["onsetDateTime"] = entry.since
    resource["asserter"] = {"reference": patient}
    _add_notes(resource, entry.note)
    if entry.detail is not None:
        resource["reaction"] = [{"manifestation": [{"text": entry.detail}]}]
    return _line(entry, [(urls.next(), resource)])


def _condition(entry: Entry, patient: str, urls: _Urls) -> _Line:
    resource: _Resource = {
        "resourceType": "Condition",
        "clinicalStatus": _status("condition-clinical", entry),
        "category": [_coded(f"{_TERMS}condition-category", "problem-list-item", "Problem List Item")],
        "code": _concept(entry),
        "subject": {"reference": patient},
    }
    if entry.since is not None:
        resource["onsetDateTime"] = entry.since
    if entry.until is not None:
        resource["abatementDateTime"] = entry.until
    resource["asserter"] = {"reference": patient}
    _add_notes(resource, entry.detail, entry.note)
    return _line(entry, [(urls.next(), resource)])


def _treatment(entry: Entry, patient: str, urls: _Urls) -> _Line:
    resource: _Resource = {
        "resourceType": "MedicationStatement",
        "status": "active" if entry.status == "active" else "stopped",
        "medicationCodeableConcept": _concept(entry),
        "subject": {"reference": patient},
    }
    _add_period(resource, "effective", entry)
    resource["informationSource"] = {"reference": patient}
    _add_notes(resource, entry.note)
    if entry.detail is not None:
        resource["dosage"] = [{"text": entry.detail}]
    return _line(entry, [(urls.next(), resource)])


def _vaccination(entry: Entry, patient: str, urls: _Urls) -> _Line:
    resource: _Resource = {
        "resourceType": "Immunization",
        "status": "completed",
        "vaccineCode": _concept(entry),
        "patient": {"reference": patient},
    }
    if entry.since is None:
        resource["occurrenceString"] = _UNKNOWN_DATE
    else:
        resource["occurrenceDateTime"] = entry.since
    resource["primarySource"] = False
    _add_notes(resource, entry.detail, entry.note)
    return _line(entry, [(urls.next(), resource)])


def _blood_group(group: str, patient: str, urls: _Urls) -> _Line:
    resource: _Resource = {
        "resourceType": "Observation",
        "status": "final",
        "category": [_coded(f"{_TERMS}observation-category", "laboratory", "Laboratory")],
        "code": {**_coded(_LOINC, "882-1", "ABO and Rh group [Type] in Blood"), "text": _RESULTS.title},
        "subject": {"reference": patient},
        "_effectiveDateTime": _ABSENT,
        "performer": [{"reference": patient}],
        "valueCodeableConcept": {"text": group},
    }
    _add_notes(resource, _STATED)
    return _Line([(urls.next(), resource)], f"{group} ({_STATED})")


def _implant(entry: Entry, patient: str, urls: _Urls) -> _Line:
    use_url, device_url = urls.next(), urls.next()
    use: _Resource = {
        "resourceType": "DeviceUseStatement",
        "status": "active" if entry.status == "active" else "completed",
        "subject": {"reference": patient},
    }
    _add_period(use, "timing", entry)
    use |= {"source": {"reference": patient}, "device": {"reference": device_url}}
    _add_notes(use, entry.note)
    device: _Resource = {"resourceType": "Device"}
    if entry.detail is not None:
        device["modelNumber"] = entry.detail
    device |= {"type": _concept(entry), "patient": {"reference": patient}}
    return _line(entry, [(use_url, use), (device_url, device)])


def _directive(entry: Entry, patient: str, urls: _Urls) -> _Line:
    said = html.escape(_text(entry), quote=False)
    resource: _Resource = {
        "resourceType": "Consent",
        "text": _narrative(f"<p>{said}</p>", status="additional"),
        "status": "active" if entry.status == "active" else "inactive",
        "scope": _coded(f"{_TERMS}consentscope", "adr", "Advanced Care Directive"),
        "category": [_coded(f"{_TERMS}consentcategorycodes", "acd", "Advance Directive")],
        "patient": {"reference": patient},
    }
    if entry.since is not None:
        resource["dateTime"] = entry.since
    resource["policyRule"] = _concept(entry)
    return _line(entry, [(urls.next(), resource)])


def _line(entry: Entry, resources: Sequence[tuple[str, _Resource]]) -> _Line:
    return _Line(resources, _text(entry))


def _text(entry: Entry) -> str:
    """What a person reads where nothing but the narrative is shown."""
    days = " – ".join(day for day in (entry.since, entry.until) if day is not None)
    past = _PAST if entry.status == "past" else None
    severity = None if entry.severity is None else _SEVERE[entry.severity]
    more = [part for part in (severity, entry.detail, days, past, entry.note) if part]
    return " · ".join((entry.label, *more))


def _narrative(inside: str, *, status: str = "generated") -> _Resource:
    return {"status": status, "div": f'<div xmlns="http://www.w3.org/1999/xhtml">{inside}</div>'}


def _status(system: str, entry: Entry) -> _Resource:
    code = ("active", "Active") if entry.status == "active" else ("resolved", "Resolved")
    return _coded(_TERMS + system, *code)


def _concept(entry: Entry) -> _Resource:
    return {**_coding(entry.code), "text": entry.label}


def _coding(code: Code | None) -> _Resource:
    return {} if code is None else {"coding": [{"system": code.system, "code": code.code}]}


def _coded(system: str, code: str, display: str) -> _Resource:
    return {"coding": [{"system": system, "code": code, "display": display}]}


def _add_notes(resource: _Resource, *notes: str | None) -> None:
    given = [{"text": note} for note in notes if note is not None]
    if given:
        resource["note"] = given


def _add_period(resource: _Resource, name: str, entry: Entry) -> None:
    """From when until when; the profile of IPS asks for one even where nobody knows."""
    days = {"start": entry.since, "end": entry.until}
    known = {bound: day for bound, day in days.items() if day is not None}
    if known:
        resource[f"{name}Period"] = known
    else:
        resource[f"_{name}DateTime"] = _ABSENT
