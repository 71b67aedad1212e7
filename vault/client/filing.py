"""Where a document belongs: types, sections' names, and what a profession is proposed; from
`vault/data/*.tsv`.

Pure tables. Knows no vault: which section id is which kind is sealed and known to `vaults` only.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Final

from vault.client.errors import Usage

_DATA: Final = Path(__file__).resolve().parent.parent / "data"


def section_for_type(code: str) -> str:
    """The kind of section proposed for a document type; `other` without one.

    Raises Usage for an unknown code.
    """
    if not code:
        return "other"
    classes = {row["code"]: row["class"] for row in _rows("document_types.tsv")}
    if code not in classes:
        raise Usage("unknown document type")
    proposed = {row["type"]: row["section"] for row in _rows("type_sections.tsv")}
    return proposed.get(code) or proposed.get(f"class:{classes[code]}", "other")


def sections_for_profession(profession: str) -> tuple[str, ...]:
    """The kinds of section that a grant to a profession proposes; `invitation` when nobody is known yet."""
    proposed = {row["profession"]: row["sections"] for row in _rows("profession_sections.tsv")}
    return tuple(proposed.get(profession, proposed["invitation"]).split(","))


def rights_for_profession(profession: str) -> tuple[str, ...]:
    """The rights that a grant to a profession proposes, sorted."""
    proposed = {row["profession"]: row["rights"] for row in _rows("profession_sections.tsv")}
    return tuple(proposed.get(profession, proposed["invitation"]).split(","))


def not_grantable(lang: str) -> list[tuple[str, str]]:
    """Who is given no access at all, and why."""
    return [(row[lang], row[f"why_{lang}"]) for row in _rows("not_grantable.tsv")]


def scopes() -> list[tuple[str, tuple[str, ...], tuple[str, ...]]]:
    """Every profession with the sections and rights that are proposed for it."""
    rows = [row["profession"] for row in _rows("profession_sections.tsv")]
    return [(code, sections_for_profession(code), rights_for_profession(code)) for code in rows]


def kind_named(name: str) -> str | None:
    """The kind of section that a person means: its slug or its French or English name, in any case."""
    wanted = name.strip().casefold()
    for row in _rows("section_names.tsv"):
        if wanted in {value.casefold() for value in row.values()}:
            return row["kind"]
    return None


def section_label(kind: str, lang: str) -> str:
    """A section's name as shown to people; the slug itself for an unknown one."""
    for row in _rows("section_names.tsv"):
        if row["kind"] == kind:
            return row[lang]
    return kind


@cache
def _rows(name: str) -> tuple[Mapping[str, str], ...]:
    return tuple(_read(_DATA / name))


def _read(path: Path) -> Iterator[Mapping[str, str]]:
    """Rows of a tab-separated file: `#` comments, then one line of column names."""
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if line and line[0] != "#"]
    names = lines[0].split("\t")
    for line in lines[1:]:
        yield dict(zip(names, line.split("\t"), strict=True))
