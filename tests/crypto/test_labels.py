import ast
from collections import Counter
from pathlib import Path

from crypto import labels
from crypto.statements import KINDS

CRYPTO = Path(labels.__file__).parent
SOURCES = [path for path in sorted(CRYPTO.glob("*.py")) if path.name != "labels.py"]
# What a browser seals for itself alone: no format that another client reads.
BROWSERS_OWN = {"coffre/v1/device-key", "coffre/v1/device-record"}
NAMES = {name: value for name, value in vars(labels).items() if name.isupper() and name != "ALL"}


def _uses() -> Counter[str]:
    """How often each constant of `labels` is read in the other modules of crypto/."""
    found: Counter[str] = Counter()
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Attribute) and ast.unparse(node.value) == "labels":
                found[node.attr] += 1
            if isinstance(node, ast.ImportFrom) and node.module == "crypto.labels":
                found.update(alias.name for alias in node.names)
    return found


def test_the_table_holds_every_label_once() -> None:
    assert sorted(NAMES.values()) == sorted(labels.ALL)
    assert len(set(labels.ALL)) == len(labels.ALL)


def test_no_label_begins_another_with_a_zero_byte_between() -> None:
    # A label is followed by 0x00 before the message, so a label must not hold one.
    assert all("\x00" not in label and label.startswith("coffre/v1/") for label in labels.ALL)


def test_statement_labels_collide_with_no_other() -> None:
    made = {labels.STATEMENT_PREFIX + kind for kind in KINDS}
    assert made.isdisjoint(labels.ALL)
    assert len(made) == len(KINDS)


def test_each_label_is_used_in_exactly_one_place() -> None:
    assert _uses() == Counter(dict.fromkeys(NAMES, 1))


def test_no_other_module_writes_a_label() -> None:
    for path in SOURCES:
        texts = [
            node.value
            for node in ast.walk(ast.parse(path.read_text()))
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and "\n" not in node.value
        ]
        assert not [text for text in texts if text.startswith("coffre/v1/")], path.name


def test_the_spec_lists_the_same_labels() -> None:
    chapter = (CRYPTO / "spec" / "00-conventions.md").read_text()
    table = chapter[chapter.index("## Labels") : chapter.index("## Errors")]
    written = {part for part in table.split("`") if part.startswith("coffre/v1/")}
    assert written - BROWSERS_OWN == {*labels.ALL, labels.STATEMENT_PREFIX + "KIND"} - {
        labels.STATEMENT_PREFIX
    }


def test_typescript_has_the_same_labels() -> None:
    source = (CRYPTO.parent / "web" / "client" / "src" / "crypto" / "labels.ts").read_text()
    written = {part for part in source.split("'") if part.startswith("coffre/v1/")}
    assert written == set(NAMES.values()) | BROWSERS_OWN
