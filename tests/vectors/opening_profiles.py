"""Vectors of the health profile: its record, the summary shared of it, reading summaries, the card."""

import json
from dataclasses import asdict
from typing import Any

from crypto import ips, profile, summaries
from crypto.card import CARD_FIELDS, card_text
from crypto.encoding import b64u, canonical
from crypto.fhir import FilePlace
from crypto.profile import Code, Contact, Entry, Profile
from tests.vectors.opening_values import NOW, OK, Seeded, ident, write

PATIENT = "Zoé <Lefèvre> & Cie"
DAY = "2026-11-22"
FULL = Profile(
    allergies=(
        Entry(
            label="Pénicilline",
            code=Code(code="373270004", system="http://snomed.info/sct"),
            detail="Choc anaphylactique",
            severity="high",
            since="1998",
            status="active",
        ),
        Entry(label="Œufs", status="past", since="1985-02", until="2001", note="Toléré < 1 œuf & demi"),
    ),
    birth_date="1984-02-29",
    blood_group="AB-",
    contacts=(Contact(name="Paul Lefèvre", phone="+33 6 12 34 56 78", relation="mari"), Contact(name="Ana")),
    directives=(Entry(label="Pas d’acharnement", detail="Chez Me Roy", since="2020-01-15", status="active"),),
    gender="female",
    implants=(
        Entry(label="Pacemaker", detail="Accolade MRI EL L331", since="2019-06", status="active"),
        Entry(label="Prothèse de hanche", status="past", until="2015"),
    ),
    problems=(
        Entry(label="Asthme", since="1990", status="active", detail="léger"),
        Entry(label="Fracture du fémur", since="2003-07-14", until="2003-11", status="past", note="gauche"),
    ),
    treatments=(
        Entry(label="Ventoline 100 µg", detail="1 bouffée au besoin", status="active"),
        Entry(label="Kardégic 75 mg", since="2019-06-03", status="active", note="le matin"),
        Entry(label="Coversyl", since="2010", until="2018-12", status="past"),
    ),
    vaccinations=(
        Entry(label="DTP", since="2021-03-02", detail="rappel"),
        Entry(label="Fièvre jaune"),
    ),
)
NONE = Profile(none_known=("allergies", "treatments"), birth_date="1950")


def profile_vectors() -> None:
    """Everything of chapter 10."""
    _records()
    _summaries()
    _others()
    _cards()


def _records() -> None:
    def case(name: str, expect: str, data: bytes, found: Profile | None = None) -> None:
        fields: dict[str, Any] = {"data": b64u(data)}
        if found is not None:
            fields["profile"] = profile.to_record(found)
        write("profiles", name, "read-profile", expect, **fields)

    def changed(name: str, expect: str, **members: Any) -> None:
        record = {**profile.to_record(NONE), **members}
        data = canonical({key: value for key, value in record.items() if value is not None})
        case(name, expect, data)

    for name, one in (("full", FULL), ("none-known", NONE), ("least", Profile())):
        case(name, OK, profile.write(one), one)
    problem: dict[str, Any] = {"label": "Asthme", "status": "active"}
    past = {**problem, "status": "past"}
    changed("without-version", "malformed", version=None)
    changed("version-text", "malformed", version="1")
    changed("version-2", "unsupported_version", version=2)
    changed("unknown-field", "malformed", weight="70")
    changed("empty-list", "malformed", problems=[])
    changed("101-entries", "limit_exceeded", problems=[problem] * 101)
    changed("none-of-a-list-with-entries", "malformed", problems=[problem], none_known=["problems"])
    changed("none-out-of-order", "malformed", none_known=["treatments", "allergies"])
    changed("none-of-vaccinations", "malformed", none_known=["vaccinations"])
    changed("blood-group-unknown", "malformed", blood_group="C+")
    changed("gender-unknown", "malformed", gender="unknown")
    for day in ("1984-02-30", "1984-13", "84", "1799", "1984-2-1", "2200"):
        changed(f"birth-date-{day}", "malformed", birth_date=day)
    changed("entry-without-label", "malformed", problems=[{"status": "active"}])
    changed("entry-label-empty", "malformed", problems=[{**problem, "label": ""}])
    changed("entry-label-201", "limit_exceeded", problems=[{**problem, "label": "x" * 201}])
    changed("entry-label-two-lines", "malformed", problems=[{**problem, "label": "a\nb"}])
    changed("entry-without-status", "malformed", problems=[{"label": "Asthme"}])
    changed("entry-status-unknown", "malformed", problems=[{**problem, "status": "maybe"}])
    changed("vaccination-with-status", "malformed", vaccinations=[problem])
    changed("severity-of-a-problem", "malformed", problems=[{**problem, "severity": "high"}])
    changed("until-while-active", "malformed", problems=[{**problem, "until": "2020"}])
    changed("until-before-since", "malformed", problems=[{**past, "since": "2020-05", "until": "2019"}])
    whole = Profile(problems=(Entry(label="Asthme", status="past", since="2020-05-03", until="2020"),))
    case("until-in-the-year-of-since", OK, profile.write(whole), whole)
    changed("code-without-system", "malformed", problems=[{**problem, "code": {"code": "J45"}}])
    changed("code-with-space", "malformed", problems=[{**problem, "code": {"code": "J 45", "system": "x"}}])
    changed("note-501", "limit_exceeded", problems=[{**problem, "note": "x" * 501}])
    changed("contact-without-name", "malformed", contacts=[{"phone": "15"}])
    changed("contact-phone-51", "limit_exceeded", contacts=[{"name": "Ana", "phone": "1" * 51}])
    case("not-canonical", "malformed", profile.write(NONE).replace(b":", b": ", 1))
    case("too-long", "limit_exceeded", b" " * (profile.MAX_PROFILE + 1))


def _summaries() -> None:
    place = FilePlace(ident("set"), 1, 2)
    for name, one in (("full", FULL), ("none-known", NONE), ("least", Profile())):
        seed = Seeded(name)
        drawn: list[bytes] = []

        def random(size: int, seed: Seeded = seed, drawn: list[bytes] = drawn) -> bytes:
            drawn.append(seed(size))
            return drawn[-1]

        bundle = ips.write_summary(one, patient=PATIENT, now=NOW, place=place, random=random)
        write(
            "profiles",
            f"summary-{name}",
            "write-summary",
            OK,
            profile=profile.to_record(one),
            patient=PATIENT,
            now=NOW,
            place={"set": place.set_id, "number": place.number, "count": place.count},
            random=b64u(b"".join(drawn)),
            bundle=json.loads(bundle),
            data=b64u(bundle),
        )
        _read(f"ours-{name}", json.loads(bundle))


def _read(name: str, bundle: Any) -> None:
    found = summaries.read_summary(bundle)
    result: Any = None if found is None else asdict(found)
    write("profiles", f"read-{name}", "read-summary", OK, bundle=bundle, summary=result)


def _others() -> None:
    """Bundles by others: odd, hostile, or no summary at all."""

    def document(composition: dict[str, Any], *entries: Any) -> dict[str, Any]:
        head = {"fullUrl": "https://a.example/Composition/1", "resource": composition}
        return {"resourceType": "Bundle", "type": "document", "entry": [head, *entries]}

    def section(markup: str, *references: Any) -> dict[str, Any]:
        text = {"status": "generated", "div": markup}
        return {"title": "Alles", "text": text, "entry": [{"reference": one} for one in references]}

    composition: dict[str, Any] = {"resourceType": "Composition", "title": "T", "date": "2020"}
    markup = (
        '<div xmlns="x"><h2 onclick="a()">Ab &lt;b&gt; &amp;c &#233; &#x1F600; &#xD83D; &nbsp;&unknown;</h2>'
        "<script>alert(1)</script><table><tr><td>eins</td><td>zwei</td></tr></table>"
        "<br/>\u202edrei\x07 <<a <b> </div>"
    )
    _read("markup", document({**composition, "section": [section(markup)]}))
    medication = {"resourceType": "Medication", "code": {"coding": [{"code": "N02BE01"}]}, "id": "m"}
    statement = {
        "resourceType": "MedicationStatement",
        "status": "active",
        "id": "s",
        "medicationReference": {"reference": "Medication/m"},
        "dosage": [{"text": "1-0-1"}],
    }
    allergy = {
        "resourceType": "AllergyIntolerance",
        "id": "a",
        "clinicalStatus": {"coding": [{"code": "active"}]},
        "verificationStatus": {"coding": [{"code": "refuted"}]},
        "code": {"coding": [{"display": "Nuts"}]},
        "reaction": [{"manifestation": [{"text": "Hives"}, 5]}, "x"],
    }
    pressure = {
        "resourceType": "Observation",
        "id": "p",
        "code": {"text": "Blood pressure"},
        "component": [
            {"code": {"text": "Systolic"}, "valueQuantity": {"value": 140, "unit": "mmHg"}},
            {"code": {"text": "Ratio"}, "valueQuantity": {"value": 4.25}},
            {"code": {"text": "Odd"}, "valueQuantity": {"value": 1e300, "unit": "x"}},
            {"code": {"text": "True"}, "valueQuantity": {"value": True}},
        ],
        "note": [{"text": "sitting\nquiet"}],
    }
    resources = [{"resource": one} for one in (medication, statement, allergy, pressure)]
    names = ("MedicationStatement/s", "AllergyIntolerance/a", "Observation/p", "Patient/none", 5)
    _read("references", document({**composition, "section": [section("", *names)]}, *resources, 7))
    nested: dict[str, Any] = {"title": "5"}
    for depth in ("4", "3", "2", "1"):
        nested = {"title": depth, "section": [nested]}
    _read("nested", document({**composition, "section": [nested, "x", {"title": "x" * 1001}]}))
    person = {
        "resourceType": "Patient",
        "name": [{"given": ["Martha", 5], "family": "De Rosa"}],
        "gender": "female",
        "birthDate": "1972",
        "contact": [
            {
                "name": {"family": "Mum"},
                "relationship": [{"coding": [{"code": "MTH"}]}],
                "telecom": [{}, {"value": "112"}],
            },
            {"name": {}},
        ],
    }
    _read("patient", document(composition, {"resource": person}))
    _read("no-document", {**document(composition), "type": "collection"})
    _read("no-composition", {"resourceType": "Bundle", "type": "document", "entry": []})


def _cards() -> None:
    def case(name: str, expect: str, one: Profile, *fields: str) -> None:
        given: dict[str, Any] = {
            "profile": profile.to_record(one),
            "fields": list(fields),
            "patient": "Zoé Lefèvre",
            "day": DAY,
        }
        if expect == OK:
            given["text"] = card_text(one, fields, patient="Zoé Lefèvre", day=DAY)
        write("profiles", f"card-{name}", "card-text", expect, **given)

    case("full", OK, FULL, *CARD_FIELDS)
    case("in-another-order", OK, FULL, "contacts", "name")
    case("none-known", OK, NONE, *CARD_FIELDS)
    case("nothing-chosen", "malformed", FULL)
    case("nothing-said", "malformed", Profile(), "allergies")
    case("unknown-field", "malformed", FULL, "weight")
    used = len(card_text(_long(1), ("allergies",), patient="x", day=DAY).encode())
    case("600-bytes", OK, _long(601 - used), "allergies")
    case("601-bytes", "limit_exceeded", _long(602 - used), "allergies")


def _long(length: int) -> Profile:
    """Three allergies, the last one `length` bytes long."""
    labels = ("é" * 100, "x" * 200, "x" * length)
    return Profile(allergies=tuple(Entry(label=label, status="active") for label in labels))
