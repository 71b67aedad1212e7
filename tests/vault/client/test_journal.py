"""The journal, and a server that shortens, rewrites or withholds it (attacks D6, D7, L9)."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.vault.client.people import Network, Person, changed

Change = Callable[[dict[str, Any]], None]


@pytest.mark.slow
def test_both_chains_in_order(patient: Person, professional: Person) -> None:
    identifier = patient.add("a.txt", b"a", "--section", "imaging")
    given = patient.json("grant", "new", "--invite", "--sections", "imaging")
    professional.json("grant", "redeem", given["invitation"])
    professional.json("get", identifier, "-o", str(professional.folder / "out"))
    rows = patient.json("journal", "--verify")
    # Terms of sections follow grants; they have tests of their own.
    assert [(row["chain"], row["kind"]) for row in rows if row["kind"] != "section_terms"] == [
        ("ledger", "vault"),
        ("ledger", "manifest"),
        ("ledger", "grant"),
        ("ledger", "acceptance"),
        ("accesses", "access"),
    ]
    access = rows[-1]
    assert (access["document"], access["mode"], access["reason"]) == (identifier, "grant", "care")
    assert access["actor"].startswith("Dr 10003456786")
    assert professional.fails("journal")[0] == 4


def _cut_last(answer: dict[str, Any]) -> None:
    answer["entries"].pop()


def _swap(answer: dict[str, Any]) -> None:
    answer["entries"][1], answer["entries"][2] = answer["entries"][2], answer["entries"][1]


def _withhold(answer: dict[str, Any]) -> None:
    answer["entries"][1] = {"header": answer["entries"][1]["header"]}


def _without_metadata(answer: dict[str, Any]) -> None:
    del answer["entries"][1]["metadata"]


def _other_metadata(answer: dict[str, Any]) -> None:
    answer["entries"][1]["metadata"] = answer["entries"][2]["metadata"]


def _nothing(answer: dict[str, Any]) -> None:
    answer["entries"] = []


@pytest.mark.parametrize(
    "change", [_cut_last, _swap, _withhold, _without_metadata, _other_metadata, _nothing]
)
def test_a_changed_ledger_is_no_shorter_list(
    patient: Person, person: Callable[[str], Person], network: Network, change: Change
) -> None:
    patient.add("a.txt", b"a")
    patient.add("b.txt", b"b")
    fresh = person("fresh")
    fresh.email = patient.email
    fresh.log_in()
    before = fresh.state()
    network.rewrite = changed("/ledger", change)
    assert fresh.fails("list") == (5, "tampered")
    assert fresh.fails("journal", "--verify") == (5, "tampered")
    assert fresh.state() == before


def test_rollback_is_stale_and_keeps_the_pins(patient: Person, network: Network) -> None:
    patient.add("a.txt", b"a")
    seen: list[dict[str, Any]] = []
    network.rewrite = changed("/ledger", lambda answer: seen.append(dict(answer)))
    patient.json("journal")
    network.rewrite = None
    patient.add("b.txt", b"b")
    patient.json("list")
    before = patient.state()
    network.rewrite = changed("/ledger", lambda answer: answer.update(seen[0]))
    assert patient.fails("journal", "--verify") == (5, "stale")
    network.rewrite = changed("/ledger", lambda answer: answer.update(seen[0], entries=[]))
    assert patient.fails("list") == (5, "stale")
    assert patient.state() == before
    network.rewrite = None
    assert len(patient.json("list")) == 2


def test_rollback_is_found_without_the_cache(patient: Person, network: Network) -> None:
    patient.add("a.txt", b"a")
    seen: list[dict[str, Any]] = []
    network.rewrite = changed("/ledger", lambda answer: seen.append(dict(answer)))
    patient.json("journal")
    network.rewrite = None
    patient.add("b.txt", b"b")
    patient.json("list")
    for cache in (patient.folder / "home").glob("cache-*"):
        cache.unlink()
    network.rewrite = changed("/ledger", lambda answer: answer.update(seen[0]))
    assert patient.fails("list") == (5, "stale")


def test_a_new_device_knows_what_another_verified(
    patient: Person, person: Callable[[str], Person], network: Network
) -> None:
    patient.add("a.txt", b"a")
    seen: list[dict[str, Any]] = []
    network.rewrite = changed("/ledger", lambda answer: seen.append(dict(answer)))
    patient.json("journal")
    network.rewrite = None
    patient.add("b.txt", b"b")
    patient.json("journal", "--verify")
    fresh = person("fresh")
    fresh.email = patient.email
    fresh.log_in()
    network.rewrite = changed("/ledger", lambda answer: answer.update(seen[0]))
    assert fresh.fails("list") == (5, "stale")


def test_a_dropped_access_is_found(patient: Person, network: Network) -> None:
    identifier = patient.add()
    for _ in range(2):
        patient.json("get", identifier, "-o", str(patient.folder / "out"))
    assert [row["kind"] for row in patient.json("journal")][-2:] == ["access", "access"]
    network.rewrite = changed("/accesses", _cut_last)
    assert patient.fails("journal", "--verify")[0] == 5


def test_another_patients_ledger(patient: Person, person: Callable[[str], Person], network: Network) -> None:
    other = person("other")
    other.sign_up()
    foreign: list[dict[str, Any]] = []
    network.rewrite = changed("/ledger", lambda answer: foreign.append(dict(answer)))
    other.json("list")
    network.rewrite = changed("/ledger", lambda answer: answer.update(foreign[0]))
    assert patient.fails("list")[0] == 5
