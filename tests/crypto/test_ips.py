"""A patient summary is valid R4 and valid by IPS 2.0.0's profiles, and others' summaries are read."""

import json
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from crypto import fhir, ips, summaries
from crypto.fhir import FilePlace
from crypto.profile import Entry, Profile
from tests.crypto.ips_rules import broken_rules
from tests.vectors.opening_profiles import FULL, NONE

with warnings.catch_warnings():
    # fhir.resources builds its models with options that pydantic has deprecated.
    warnings.simplefilter("ignore")
    from fhir.resources.R4B.bundle import Bundle

FOLDER = Path(__file__).parent / "ips"
PLACE = FilePlace("0" * 32, 1, 1)
_ENTRY = (Entry(label="Pollen", status="active"),)
BARE = Profile(
    allergies=_ENTRY,
    directives=_ENTRY,
    implants=_ENTRY,
    problems=_ENTRY,
    treatments=_ENTRY,
    vaccinations=(Entry(label="BCG"),),
)
STATUSES = {
    "Composition": {"final"},
    "MedicationStatement": {"active", "stopped"},
    "Immunization": {"completed"},
    "Observation": {"final"},
    "DeviceUseStatement": {"active", "completed"},
    "Consent": {"active", "inactive"},
}


def summary_of(profile: Profile) -> bytes:
    return ips.write_summary(profile, patient="Zoé Lefèvre", now=1_800_000_000, place=PLACE)


def faults(bundle: dict[str, Any]) -> list[str]:
    """What of IPS 2.0.0 a bundle breaks: the profiles' rules, and what they say in FHIRPath."""
    found = list(broken_rules(bundle))
    addresses = {entry["fullUrl"] for entry in bundle["entry"]}
    names = {f"{one['resource']['resourceType']}/{one['resource'].get('id')}" for one in bundle["entry"]}
    for entry in bundle["entry"]:
        found += broken_rules(entry["resource"])
        found += [f"{one} leads nowhere" for one in references(entry["resource"]) - addresses - names]
    types = [entry["resource"]["resourceType"] for entry in bundle["entry"]]
    if types[0] != "Composition" or types.count("Composition") != 1 or types.count("Patient") != 1:
        found.append("composition first, one patient")
    for section in bundle["entry"][0]["resource"]["section"]:
        # ips-comp-1
        if bool(section.get("entry")) == ("emptyReason" in section):
            found.append("entries or why there are none")
    return found


def references(value: Any) -> set[str]:
    if isinstance(value, list):
        return {one for member in value for one in references(member)}
    if not isinstance(value, dict):
        return set()
    own = {value["reference"]} if isinstance(value.get("reference"), str) else set()
    return own | references(list(value.values()))


@pytest.mark.parametrize(
    "profile", [FULL, BARE, NONE, Profile()], ids=["full", "labels alone", "none known", "nothing said"]
)
def test_a_summary_is_valid(profile: Profile) -> None:
    data = summary_of(profile)
    Bundle.model_validate_json(data)
    bundle = json.loads(data)
    assert faults(bundle) == []
    for resource in (entry["resource"] for entry in bundle["entry"]):
        allowed = STATUSES.get(resource["resourceType"])
        assert allowed is None or resource["status"] in allowed


def test_what_the_patient_wrote_is_all_there() -> None:
    (found,) = fhir.read_bundle(summary_of(FULL))
    assert (found.mime, found.name, found.place) == ("application/fhir+json", "summary.json", PLACE)
    assert found.summary is not None
    said = json.dumps(json.loads(found.data), ensure_ascii=False)
    for entry in (one for name in ("allergies", "implants", "treatments") for one in FULL.list_of(name)):
        assert entry.label in said
    items = {one.code: [item.label for item in one.items] for one in found.summary.sections}
    assert items == {
        "48765-2": ["Pénicilline", "Œufs"],
        "11450-4": ["Asthme"],
        "10160-0": ["Ventoline 100 µg", "Kardégic 75 mg", "Coversyl"],
        "11369-6": ["DTP", "Fièvre jaune"],
        "30954-2": ["Groupe sanguin / Blood group"],
        "46264-8": ["Pacemaker", "Prothèse de hanche"],
        "42348-3": ["Pas d’acharnement"],
        "11348-0": ["Fracture du fémur"],
    }
    assert "Lefèvre" not in repr(found)
    assert "Pénicilline" not in repr(found.summary)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda bundle: bundle.pop("identifier"),
        lambda bundle: bundle["entry"].pop(1),
        lambda bundle: bundle["entry"][0]["resource"]["section"].pop(0),
        lambda bundle: bundle["entry"][0]["resource"]["type"]["coding"][0].update(code="1"),
        lambda bundle: bundle["entry"][1]["resource"].pop("birthDate"),
        lambda bundle: bundle["entry"][2]["resource"].pop("code"),
    ],
)
def test_the_rules_find_what_is_missing(spoil: Callable[[Any], object]) -> None:
    bundle = json.loads(summary_of(FULL))
    spoil(bundle)
    assert faults(bundle)


@pytest.mark.parametrize("name", ["example-minimal", "example-no-information"])
def test_hl7s_own_examples_are_valid_and_read(name: str) -> None:
    data = (FOLDER / f"{name}.json").read_bytes()
    (found,) = fhir.read_bundle(data)
    assert found.summary is not None
    assert {"11450-4", "48765-2", "10160-0"} <= {section.code for section in found.summary.sections}
    texts = [item.label for section in found.summary.sections for item in section.items]
    wanted = {
        "example-minimal": "Substance with penicillin structure (substance)",
        "example-no-information": "Influenza, split virus, trivalent, preservative",
    }
    assert wanted[name] in texts
    rules = [one for one in faults(json.loads(data)) if "leads nowhere" not in one]
    assert rules == []


def test_a_summary_that_is_nonsense_is_read_without_harm() -> None:
    for composition in (
        {"section": "x"},
        {"section": [5, {"entry": 7, "text": [], "code": "x"}]},
        {"title": 5},
    ):
        resource = {"resourceType": "Composition", **composition}
        bundle = {"resourceType": "Bundle", "type": "document", "entry": [{"resource": resource}]}
        (found,) = fhir.read_bundle(json.dumps(bundle).encode())
        assert found.title == "summary.json"


def test_a_summary_made_to_be_long_is_cut() -> None:
    """However often its resources are named, and however long their lists are."""
    coding = [{"code": ""}] * 50_000 + [{"code": "late"}]
    resource = {"resourceType": "Condition", "id": "c", "code": {"text": "x", "coding": coding}}
    entries = [{"reference": "Condition/c"}] * 700
    sections = [{"title": f"{number}", "entry": entries} for number in range(200)]
    composition = {"resourceType": "Composition", "section": sections}
    found = [{"resource": composition}, {"resource": resource}]
    bundle = {"resourceType": "Bundle", "type": "document", "entry": found}
    summary = summaries.read_summary(bundle)
    assert summary is not None
    assert [len(section.items) for section in summary.sections] == [700, 300, *([0] * 98)]
