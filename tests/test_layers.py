"""The import contracts' blind spots, closed.

`lint-imports` proves the contracts of pyproject.toml from import statements. It cannot see a re-export in a
package's `__init__`, an import by name, or a crypto module that nobody listed (ADR 0003).
"""

import ast
import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import grimp
import httpx
import pytest

from tests.e2e.server_process import ServerProcess

ROOT = Path(__file__).parents[1]
PACKAGES = ("crypto", "storage", "vault", "web")
BLIND = {
    "age_header",
    "checkpoints",
    "encoding",
    "errors",
    "head_code",
    "journal",
    "labels",
    "merkle",
    "operations",
    "receipts",
    "signed_lines",
    "signing",
    "statement_accounts",
    "statement_deposits",
    "statement_documents",
    "statement_grammar",
    "statement_keys",
    "statement_kinds",
    "statement_records",
    "statement_settings",
    "statement_shares",
    "statement_table",
    "statements",
    "successions",
}
"""What the server may import of crypto: nothing in it can open anything."""

IMPORTERS_BY_NAME = {"importlib", "imp", "pkgutil", "runpy", "zipimport"}
HARMLESS = {"importlib.metadata", "importlib.resources"}
BUILTINS = {"__import__", "exec", "eval", "compile"}

BUILDS_SERVER = """
import json, sys
from web.app import create_app
from web.serve import prepare
from vault.config import load
config = load(None, {"COFFRE_DATA": sys.argv[1]})
prepare(config)
create_app(config)
print(json.dumps(sorted(sys.modules)))
"""


def sources() -> Iterator[Path]:
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            if "node_modules" not in path.parts:
                yield path


def opening_modules() -> set[str]:
    names = {path.stem for path in (ROOT / "crypto").glob("*.py")} - BLIND - {"__init__"}
    packages = {path.parent.name for path in (ROOT / "crypto").glob("*/__init__.py")}
    return {f"crypto.{name}" for name in names | packages}


def contract(identifier: str) -> dict[str, list[str]]:
    with (ROOT / "pyproject.toml").open("rb") as file:
        contracts = tomllib.load(file)["tool"]["importlinter"]["contracts"]
    [found] = [entry for entry in contracts if entry["id"] == identifier]
    assert isinstance(found, dict)
    return found


@pytest.mark.parametrize("path", [path for path in sources() if path.name == "__init__.py"], ids=str)
def test_package_files_hold_a_docstring_only(path: Path) -> None:
    body = ast.parse(path.read_text(encoding="utf-8")).body
    assert ast.get_docstring(ast.Module(body=body, type_ignores=[])), "says what the package is"
    assert len(body) == 1, "a re-export would hide an import from the contracts"


def test_every_source_folder_is_a_package() -> None:
    folders = {path.parent for path in sources()}
    assert folders
    unseen = [folder for folder in folders if not (folder / "__init__.py").is_file()]
    assert unseen == [], "the contracts do not see modules outside packages"


@pytest.mark.slow
def test_nothing_is_imported_by_name() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in sources()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.stmt | ast.expr) and imports_by_name(node)
    ]
    assert found == []


def imports_by_name(node: ast.AST) -> bool:
    if isinstance(node, ast.Import):
        return any(
            alias.name.split(".")[0] in IMPORTERS_BY_NAME and alias.name not in HARMLESS
            for alias in node.names
        )
    if isinstance(node, ast.ImportFrom):
        module = node.module or ""
        names = {f"{module}.{alias.name}" for alias in node.names}
        return module.split(".")[0] in IMPORTERS_BY_NAME and module not in HARMLESS and not names <= HARMLESS
    return isinstance(node, ast.Name) and node.id in BUILTINS


@pytest.mark.parametrize(
    "source",
    [
        "import importlib",
        "import importlib.util",
        "from importlib import import_module",
        "from importlib.machinery import SourceFileLoader",
        "import runpy",
        "x = __import__('crypto.primitives')",
        "load = __import__",
        "exec('import crypto.primitives')",
    ],
)
def test_the_search_above_finds(source: str) -> None:
    assert any(imports_by_name(node) for node in ast.walk(ast.parse(source)))


def test_the_contracts_list_every_opening_module() -> None:
    opening = opening_modules()
    assert opening, "the opening part exists"
    assert set(contract("blind-web")["forbidden_modules"]) == opening
    assert set(contract("blind-crypto")["forbidden_modules"]) - {"cryptography", "argon2"} == opening


def test_the_server_reaches_blind_crypto_only() -> None:
    """The same proof from an allow list: a new module of crypto is opening unless it is listed as blind."""
    graph = grimp.build_graph(*PACKAGES, cache_dir=None)
    server = {
        module
        for module in graph.modules
        if module.split(".")[0] in ("web", "storage", "vault")
        and not module.startswith("vault.client.")
        and module != "vault.client"
    }
    reached = server.union(*(graph.find_upstream_modules(module) for module in server))
    assert sorted(module for module in reached if module.startswith("vault.client")) == []
    assert {module for module in reached if module.startswith("crypto.")} <= {
        f"crypto.{name}" for name in BLIND
    }


@pytest.mark.slow
def test_the_running_server_has_no_opening_module(tmp_path: Path) -> None:
    """What counts is the process: whatever way a module got there, it would stand in `sys.modules`."""
    done = subprocess.run(
        [sys.executable, "-c", BUILDS_SERVER, str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    loaded = set(json.loads(done.stdout.splitlines()[-1]))
    assert "web.app" in loaded
    assert loaded & opening_modules() == set()
    assert {module for module in loaded if module.startswith("vault.client")} == set()
    assert loaded & {"nacl.secret", "cryptography", "joserfc", "mnemonic"} == set()
    # Traces were not asked for.
    assert [module for module in loaded if module.startswith("opentelemetry")] == []


@pytest.mark.slow
def test_the_serving_command_never_loads_an_opening_module(tmp_path: Path) -> None:
    """`coffre serve` begins in the client's command file: its imports are logged and looked at."""
    with ServerProcess(tmp_path, environment={"PYTHONPROFILEIMPORTTIME": "1"}) as server:
        assert httpx.get(f"{server.url}/api/v1/server").status_code == 200
    log = server.log.read_text(encoding="utf-8", errors="replace")
    imported = set(re.findall(r"^import time:.*\| +(\S+)$", log, flags=re.MULTILINE))
    assert "web.app" in imported
    assert imported & opening_modules() == set()
    assert imported & {"nacl.secret", "cryptography", "joserfc", "mnemonic"} == set()
