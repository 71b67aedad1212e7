"""What is shipped or run may be used under the AGPL-3.0-or-later, and is in the bill of materials."""

import json
import re
import subprocess
from importlib.metadata import distribution
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
# Each may be combined with the AGPL: permissive, weak copyleft, or the GPL's third version (its section 13).
ALLOWED = {
    "0BSD",
    "Apache-2.0",
    "BSD",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "CC0-1.0",
    "GPL-3.0",
    "ISC",
    "LGPL-3.0",
    "MIT",
    "MIT-0",
    "MIT-CMU",
    "MPL-2.0",
    "PSF-2.0",
    "PSFL",
    "Unlicense",
    "Zlib",
}
_CLASSIFIERS = {
    "Apache Software License": "Apache-2.0",
    "BSD License": "BSD",
    "ISC License (ISCL)": "ISC",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "GNU Lesser General Public License v3 (LGPLv3)": "LGPL-3.0",
}

# What the package's own file says, where its metadata say nothing.
_BY_FILE = {"huey": "MIT"}


def python_packages() -> list[str]:
    """Names that the server and the command line are locked to."""
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    return re.findall(r"^([a-z0-9.-]+)==", lock, flags=re.MULTILINE)


def licence_of(package: str) -> str:
    """As the package says: an SPDX expression, or what its classifiers stand for."""
    found = distribution(package).metadata
    if "License-Expression" in found:
        return found["License-Expression"]
    names = [
        line.rsplit(" :: ", 1)[1]
        for line in found.get_all("Classifier", [])
        if line.startswith("License :: ")
    ]
    known = [_CLASSIFIERS[name] for name in names if name in _CLASSIFIERS]
    if known:
        return " OR ".join(known)
    return found["License"] if "License" in found else _BY_FILE.get(package, "unknown")


def is_allowed(expression: str) -> bool:
    """Whether one side of each OR, and every side of each AND, is on the list."""
    either = re.split(r"\s+OR\s+", expression.strip("()"))
    parts = [re.split(r"\s+AND\s+", one.strip("()")) for one in either]
    return any(all(re.sub(r"-(only|or-later)$", "", name) in ALLOWED for name in one) for one in parts)


def test_expressions() -> None:
    assert is_allowed("(MIT OR GPL-2.0-only)")
    assert is_allowed("MIT AND PSF-2.0")
    assert not is_allowed("MIT AND Proprietary")
    assert not is_allowed("SSPL-1.0")


@pytest.mark.parametrize("package", python_packages())
def test_a_python_package_may_be_used(package: str) -> None:
    assert is_allowed(licence_of(package)), licence_of(package)


def test_packages_of_the_page_may_be_used() -> None:
    lock = json.loads((ROOT / "web/client/package-lock.json").read_text(encoding="utf-8"))
    shipped = {
        path: one.get("license", "unknown")
        for path, one in lock["packages"].items()
        if path and not one.get("dev") and not one.get("devOptional")
    }
    assert len(shipped) > 50
    assert {path: licence for path, licence in shipped.items() if not is_allowed(licence)} == {}


@pytest.mark.slow
def test_the_bill_of_materials_names_every_package(tmp_path: Path) -> None:
    subprocess.run(["make", "sbom", f"SBOM={tmp_path}"], cwd=ROOT, check=True, capture_output=True)
    python = json.loads((tmp_path / "python.cdx.json").read_text())
    assert {one["name"] for one in python["components"]} == set(python_packages())
    page = json.loads((tmp_path / "web.cdx.json").read_text())
    assert {"react", "libsodium-wrappers-sumo"} <= {one["name"] for one in page["components"]}
    assert all(one["hashes"] for one in page["components"])
