"""Every detail that an error can carry has its French: found by reading the sources."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import vault.client
from vault.client.details import FRENCH, FRENCH_BEGINNINGS, say_detail

SOURCES = Path(vault.client.__file__).parent
# The position of the detail among the arguments of each error.
ERRORS = {
    **dict.fromkeys(
        ("Usage", "NotFound", "NotAllowed", "Ended", "Unreachable", "FileExists", "NotSignedIn"), 0
    ),
    "unwritable": 0,
    "BadAnswer": 1,
    "BadLink": 1,
    "ServerRefused": 2,
}


def _details() -> Iterator[tuple[str, bool]]:
    """(text up to its first variable part, whether it is the whole)"""
    for path in sorted(SOURCES.rglob("*.py")):
        if path.name.startswith("admin"):
            # For operators, in English by decision.
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.Call):
                continue
            if path.name == "ledger_chain.py" and ast.unparse(node.func) == "super().__init__":
                # Errors that make their detail themselves.
                position: int | None = 0
            elif isinstance(node.func, ast.Name):
                position = ERRORS.get(node.func.id)
            else:
                continue
            if position is None or len(node.args) <= position:
                continue
            argument = node.args[position]
            if isinstance(argument, ast.Constant):
                yield str(argument.value), True
            elif isinstance(argument, ast.JoinedStr) and isinstance(argument.values[0], ast.Constant):
                yield str(argument.values[0].value), False


def test_every_detail_is_translated() -> None:
    found = set(_details())
    assert len(found) > 60
    whole = {text for text, complete in found if complete}
    parts = {text for text, complete in found if not complete} - {"HTTP "}
    assert whole - FRENCH.keys() == set()
    assert {text for text in parts if say_detail("fr", text) == text} == set()


def test_none_is_left_over() -> None:
    found = [text for text, _ in _details()]
    assert [known for known in FRENCH if known not in found] == []
    assert [start for start in FRENCH_BEGINNINGS if not any(text.startswith(start) for text in found)] == []


@pytest.mark.parametrize(
    ("detail", "french"),
    [
        ("no such grant", "autorisation inconnue"),
        ("cannot write there: disque plein", "écriture impossible à cet endroit : disque plein"),
        ("HTTP 502", "HTTP 502"),
    ],
)
def test_french(detail: str, french: str) -> None:
    assert say_detail("fr", detail) == french
    assert say_detail("en", detail) == detail
