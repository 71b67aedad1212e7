"""The life of a grant on the command line, with a clock that is moved: given, ended, refused, asked for,
renewed; a document deposited, filed, masked; taken back, and the keys renewed.
"""

from collections.abc import Callable

import pytest

from tests.vault.client.people import OTHER_RPPS, RPPS, Clock, Person

YEAR = 366 * 24 * 3600


@pytest.mark.slow
def test_the_life_of_a_grant(
    patient: Person,
    professional: Person,
    person: Callable[[str], Person],
    decide: Callable[[str, str], None],
    clock: Clock,
) -> None:
    colleague = person("colleague")
    colleague.sign_up_professional(OTHER_RPPS)
    for rpps in (RPPS, OTHER_RPPS):
        decide(rpps, "verified")
    before = patient.add("scan.txt", b"before", "--section", "imaging")
    words = professional.json("contact")["words"]
    scope = ("--sections", "imaging,reports", "--rights", "read,add")
    grant = patient.json("grant", "new", "--to", words, *scope)["id"]
    other = patient.json("grant", "new", "--to", colleague.json("contact")["link"], *scope)["id"]
    assert reads(professional, before) == reads(colleague, before) == b"before"

    # A year passes: nobody reads, and nothing that a reader adds goes under the keys that were given.
    clock.time += YEAR
    for who in (patient, professional, colleague):
        who.log_in()
    assert professional.fails("get", before, "-o", "no") == (4, "ended")
    assert professional.fails("add", professional.write("x", b"x"), "--section", "reports") == (4, "ended")
    assert [row["state"] for row in professional.json("vaults", "--all")] == ["expired"]
    professional.json("grant", "ask", grant)
    colleague.json("grant", "ask", other)
    assert [row["id"] for row in patient.json("grant", "requests")] == [grant, other]
    assert "rotation" in kinds(patient)
    patient.json("grant", "renew", "--requested")
    assert reads(professional, before) == reads(colleague, before) == b"before"

    # A document by the professional, filed and masked: its author keeps reading.
    letter = professional.add("letter.txt", b"letter", "--section", "reports")
    assert letter in {row["id"] for row in colleague.json("list")}
    patient.json("mask", letter)
    assert letter not in {row["id"] for row in colleague.json("list")}
    assert reads(professional, letter) == b"letter"

    # Taken back: the keys change at once, and who remains goes on.
    rotations = kinds(patient).count("rotation")
    patient.json("grant", "revoke", grant)
    assert kinds(patient).count("rotation") == rotations + 1
    after = patient.add("after.txt", b"after", "--section", "reports")
    assert reads(colleague, after) == b"after"
    for identifier in (before, letter, after):
        assert professional.fails("get", identifier, "-o", "no") == (4, "ended")
    assert patient.json("journal", "--verify")


def reads(who: Person, identifier: str) -> bytes:
    """A document's content as someone gets it."""
    out = who.folder / f"out-{len(list(who.folder.iterdir()))}"
    who.json("get", identifier, "-o", str(out))
    return out.read_bytes()


def kinds(patient: Person) -> list[str]:
    """What the journal tells, by kind."""
    return [row["kind"] for row in patient.json("journal")]
