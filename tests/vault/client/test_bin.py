"""`coffre bin` and `coffre restore`: what was removed is listed, comes back, and ends."""

from collections.abc import Callable

from tests.vault.client.people import Clock, Person

DAY = 86400


def test_a_removed_document_is_listed_and_comes_back(patient: Person) -> None:
    identifier = patient.add("a.txt", b"content", "--section", "reports")
    assert patient.json("bin") == []
    patient.json("remove", identifier)
    [row] = patient.json("bin")
    assert (row["id"], row["title"], row["section"]) == (identifier, "a", "reports")
    assert row["removed"] < row["until"]
    assert patient.json("restore", identifier) == {"id": identifier, "version": 1, "section": "reports"}
    assert patient.json("bin") == []
    assert [row["id"] for row in patient.json("list")] == [identifier]
    patient.json("get", identifier, "-o", str(patient.folder / "out"))
    assert (patient.folder / "out").read_bytes() == b"content"


def test_another_device_sees_titles_in_the_bin(patient: Person, person: Callable[[str], Person]) -> None:
    identifier = patient.add("a.txt", b"content")
    patient.json("remove", identifier)
    other = person("other")
    other.email = patient.email
    other.log_in()
    assert [row["title"] for row in other.json("bin")] == ["a"]
    other.json("restore", identifier)
    assert [row["title"] for row in patient.json("list")] == ["a"]
    journal = [row["kind"] for row in patient.json("journal", "--verify")]
    assert journal.count("restoral") == 1


def test_what_is_too_late_or_was_never_there(patient: Person, clock: Clock) -> None:
    identifier = patient.add()
    assert patient.fails("restore", identifier) == (3, "not_found")
    assert patient.fails("restore", "0" * 32) == (3, "not_found")
    patient.json("remove", identifier)
    clock.time += 30 * DAY
    patient.log_in()
    assert patient.json("bin") == []
    assert patient.fails("restore", identifier) == (4, "ended")
