import pytest

from crypto.sections import KINDS
from crypto.statement_kinds import PROFESSIONS
from vault.client import filing
from vault.client.errors import Usage
from vault.client.filing import (
    kind_named,
    not_grantable,
    rights_for_profession,
    section_for_type,
    section_label,
    sections_for_profession,
)


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("", "other"),
        ("18748-4", "imaging"),
        ("11502-2", "laboratory"),
        ("57833-6", "prescriptions"),
        ("11488-4", "reports"),
        ("68599-0", "mental_health"),
        ("REMB", "reimbursements"),
        ("EXPPAT_3", "directives"),
    ],
)
def test_types_propose_a_section(code: str, kind: str) -> None:
    assert section_for_type(code) == kind


def test_every_type_has_a_section_that_exists() -> None:
    codes = [row["code"] for row in filing._rows("document_types.tsv")]
    assert len(codes) == 101
    assert {section_for_type(code) for code in codes} <= set(KINDS)
    with pytest.raises(Usage):
        section_for_type("99999-9")


def test_every_line_of_the_mapping_is_used() -> None:
    rows = filing._rows("document_types.tsv")
    known = {row["code"] for row in rows} | {f"class:{row['class']}" for row in rows}
    assert {row["type"] for row in filing._rows("type_sections.tsv")} <= known


def test_professions() -> None:
    for profession in (*PROFESSIONS, "invitation"):
        found = sections_for_profession(profession)
        assert set(found) <= set(KINDS) - {"masked", "inbox"}, profession
    assert "mental_health" not in sections_for_profession("28")
    assert "directives" not in sections_for_profession("40")


def test_rights_and_who_is_given_nothing() -> None:
    assert rights_for_profession("10") == ("add", "read")
    assert rights_for_profession("28") == ("read",)
    assert rights_for_profession("invitation") == ("read",)
    for lang in ("fr", "en"):
        found = not_grantable(lang)
        assert len(found) == 4
        assert all(who and len(why) > 40 for who, why in found)


def test_sections_have_both_names() -> None:
    for kind in KINDS:
        for lang in ("fr", "en"):
            assert kind_named(section_label(kind, lang).upper()) == kind
    assert kind_named("cuisine") is None
