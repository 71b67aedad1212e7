"""What a grant proposes by profession, in plain words before it is given."""

import io

import pytest

from tests.vault.client.people import RPPS, Person


def test_a_grant_says_in_words_what_it_gives(patient: Person, professional: Person) -> None:
    ran = patient.run("grant", "new", "--to", RPPS, "--met-in-person", "--sections", "dental,vision")
    assert ran.status != 0 or "will be able to" in ran.stderr
    ran = patient.run("grant", "new", "--invite", "--sections", "dental,vision", "--rights", "read")
    assert ran.status == 0
    assert "whoever redeems it will be able to read: Eyes, Teeth" in ran.stderr


def test_an_invitation_proposes_little(patient: Person) -> None:
    patient.json("grant", "new", "--invite")
    [row] = patient.json("grant", "list")
    assert row["rights"] == ["read"]
    assert "mental_health" not in row["sections"]
    assert {"summary", "prescriptions"} <= set(row["sections"])


def test_a_section_with_another_name_is_not_proposed(patient: Person) -> None:
    patient.json("section", "rename", "laboratory", "Mes analyses")
    patient.json("grant", "new", "--invite")
    [row] = patient.json("grant", "list")
    assert not {"laboratory", "Mes analyses"} & set(row["sections"])


def test_the_proposals_can_be_read(patient: Person) -> None:
    rows = {row["profession"]: row for row in patient.json("grant", "scope")}
    assert rows["28"]["sections"] == ["prescriptions", "vision"]
    assert rows["Insurer or mutual"]["rights"] == []
    assert "even with your consent" in rows["Insurer or mutual"]["why"]


class _Typed(io.StringIO):
    """A terminal with somebody in front of it."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("answer", "given"), [("n\n", 0), ("y\n", 1)])
def test_at_a_terminal_the_scope_is_read_and_confirmed(
    patient: Person, monkeypatch: pytest.MonkeyPatch, answer: str, given: int
) -> None:
    monkeypatch.setattr("sys.stdin", _Typed(answer))
    ran = patient.run("grant", "new", "--invite", "--sections", "imaging", "--rights", "read", "--json")
    assert "whoever redeems it will be able to read: X-ray, ultrasound, CT, MRI" in ran.stderr
    assert (ran.status == 0) == bool(given)
    assert len(patient.json("grant", "list")) == given
