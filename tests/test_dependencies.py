"""Every runtime dependency has its reason in vault/adr/0008-dependencies.md, its pin and its hash."""

import json
import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PYTHON, WEB = (ROOT / "vault/adr/0008-dependencies.md").read_text(encoding="utf-8").split("### Web client")


def explained(section: str) -> list[str]:
    return re.findall(r"^\| `([^`]+)` \| \S", section, flags=re.MULTILINE)


def python_dependencies(extra: str | None = None) -> list[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    listed = project["dependencies"] + (project["optional-dependencies"][extra] if extra else [])
    return [re.split(r"[\[<>=~!; ]", requirement)[0] for requirement in listed]


def test_python_dependencies_are_explained() -> None:
    assert explained(PYTHON) == sorted(python_dependencies())


def test_web_dependencies_are_explained_and_pinned() -> None:
    package = json.loads((ROOT / "web/client/package.json").read_text(encoding="utf-8"))
    assert explained(WEB) == sorted(package["dependencies"])
    for name, version in {**package["dependencies"], **package["devDependencies"]}.items():
        assert re.fullmatch(r"\d+\.\d+\.\d+", version), f"{name} is not pinned"


@pytest.mark.parametrize(
    ("lock", "extra"),
    [
        ("requirements.lock", None),
        ("requirements-dev.lock", "dev"),
        ("requirements-traces.lock", "traces"),
        ("requirements-bench.lock", "bench"),
    ],
)
def test_the_lock_pins_every_dependency_with_a_hash(lock: str, extra: str | None) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    pins = dict(
        re.findall(
            r"^([a-z0-9.-]+)==\S+(?: ;[^\\\n]+)? \\\n    --hash=(sha256:[0-9a-f]{64})",
            text,
            flags=re.MULTILINE,
        )
    )
    missing = {re.sub(r"[._]", "-", name.lower()) for name in python_dependencies(extra)}
    assert missing - {name.replace(".", "-") for name in pins} == set()
    assert len(re.findall(r"^\S+==", text, flags=re.MULTILINE)) == len(pins), "a pin without a hash"
    assert not re.search(r"^--", text, flags=re.MULTILINE), "names a registry"


def test_the_locks_agree() -> None:
    pins = {
        lock: dict(
            re.findall(r"^(\S+)==(\S+)", (ROOT / lock).read_text(encoding="utf-8"), flags=re.MULTILINE)
        )
        for lock in ("requirements.lock", "requirements-dev.lock", "requirements-traces.lock")
    }
    assert pins["requirements.lock"].items() <= pins["requirements-traces.lock"].items()
    assert pins["requirements-traces.lock"].items() <= pins["requirements-dev.lock"].items()
