"""What the profiles of IPS 2.0.0 ask of a bundle: cardinalities, patterns, sections.

`profiles.json` has the elements of HL7's StructureDefinitions that ask for something (npm package
`hl7.fhir.uv.ips` 2.0.0, CC0-1.0), as `python -m tests.crypto.ips_rules FOLDER` wrote them from the unpacked
package. The package itself is no dependency: installing it would bring all of FHIR's terminology.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

RULES: Final = Path(__file__).parent / "ips" / "profiles.json"
PROFILES: Final = {
    "Bundle": "Bundle",
    "Composition": "Composition",
    "Patient": "Patient",
    "AllergyIntolerance": "AllergyIntolerance",
    "Condition": "Condition",
    "MedicationStatement": "MedicationStatement",
    "Immunization": "Immunization",
    "Observation": "Observation-results-laboratory-pathology",
    "DeviceUseStatement": "DeviceUseStatement",
    "Device": "Device",
}


def broken_rules(resource: dict[str, Any]) -> Iterator[str]:
    """The names of the elements whose rules a resource breaks; none for a type that IPS does not profile."""
    rules = json.loads(RULES.read_text()).get(resource["resourceType"], [])
    for rule in rules:
        *parents, last = rule["path"].split(".")
        for holder in _holders(resource, parents):
            found = _values(holder, last)
            if "slice" in rule:
                found = [one for one in found if _matches(_at(one, rule["by"]), rule["slice"])]
            elif "pattern" in rule and not all(_matches(one, rule["pattern"]) for one in found):
                yield f"{rule['path']} has another value"
            if not rule["min"] <= len(found) <= rule["max"]:
                yield f"{rule['path']} {rule.get('slice', '')} occurs {len(found)} times"


def _holders(resource: Any, path: list[str]) -> list[Any]:
    found = [resource]
    for name in path:
        found = [value for holder in found if isinstance(holder, dict) for value in _values(holder, name)]
    return found


def _values(holder: dict[str, Any], name: str) -> list[Any]:
    if not name.endswith("[x]"):
        # An element that has extensions only is there, too.
        value = holder.get(name, holder.get(f"_{name}"))
        return value if isinstance(value, list) else [] if value is None else [value]
    stem = name.removesuffix("[x]")
    return [value for key, value in holder.items() if key.lstrip("_").startswith(stem) and key != stem]


def _at(value: Any, path: str) -> Any:
    return value.get(path) if path and isinstance(value, dict) else value


def _matches(value: Any, pattern: Any) -> bool:
    if isinstance(pattern, dict):
        return isinstance(value, dict) and all(
            _matches(value.get(key), part) for key, part in pattern.items()
        )
    if isinstance(pattern, list):
        return isinstance(value, list) and all(any(_matches(one, part) for one in value) for part in pattern)
    return bool(value == pattern)


def _distil(folder: Path) -> None:
    rules: dict[str, list[dict[str, Any]]] = {}
    for name, profile in PROFILES.items():
        source = folder / f"StructureDefinition-{profile}-uv-ips.json"
        elements = json.loads(source.read_text())["snapshot"]["element"]
        rules[name] = [rule for element in elements for rule in _rule(element, elements)]
    RULES.write_text(json.dumps(rules, indent=1) + "\n")


def _rule(element: dict[str, Any], elements: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    _, _, path = element["id"].partition(".")
    maximum = 10**6 if element.get("max", "*") == "*" else int(element["max"])
    pattern = next((value for key, value in element.items() if key.startswith(("pattern", "fixed"))), None)
    if not path or path.rpartition(".")[0].count(":"):
        return
    rule: dict[str, Any] = {"path": path, "min": element["min"], "max": maximum}
    if ":" in path:
        rule["path"] = path.partition(":")[0]
        code = next((one for one in elements if one["id"] == f"{element['id']}.code"), element)
        pattern = next((value for key, value in code.items() if key.startswith("pattern")), None)
        if pattern is not None:
            yield {**rule, "slice": pattern, "by": "code" if code is not element else ""}
    elif pattern is not None:
        yield {**rule, "pattern": pattern}
    elif rule["min"] > 0 or maximum < 10**6:
        yield rule


if __name__ == "__main__":
    _distil(Path(sys.argv[1]))
