"""A professional's own accesses: all of them, nothing of others, nothing that the account did not sign."""

import csv
import io
from collections.abc import Callable
from typing import Any

import pytest

from crypto import statements
from crypto.encoding import unb64u
from crypto.journal import EntryHeader, make_entry
from crypto.signing import SigningKey
from tests.vault.client.people import OTHER_RPPS, Network, Person, changed

Change = Callable[[dict[str, Any]], None]


@pytest.fixture
def vault(patient: Person, professional: Person, person: Callable[[str], Person]) -> str:
    """A vault in which two professionals and the patient opened documents."""
    first = patient.add("a.txt", b"a", "--section", "imaging")
    second = patient.add("b.txt", b"b", "--section", "imaging")
    other = person("other")
    other.sign_up_professional(OTHER_RPPS)
    for reader, documents in ((professional, (first, second, first)), (other, (second,))):
        given = patient.json("grant", "new", "--invite", "--sections", "imaging")
        reader.json("grant", "redeem", given["invitation"])
        for number, document in enumerate(documents):
            reader.json("get", document, "-o", str(reader.folder / f"out{number}"))
    patient.json("get", first, "-o", str(patient.folder / "out"))
    found: str = patient.json("whoami")["vault"]
    return found


@pytest.mark.slow
def test_they_are_all_there_and_nobody_elses(vault: str, professional: Person) -> None:
    rows = professional.json("accesses", "--vault", vault)
    assert [row["seq"] for row in rows] == [2, 1, 0]
    assert {(row["kind"], row["mode"], row["reason"]) for row in rows} == {("access", "grant", "care")}
    assert rows[0]["document"] == rows[2]["document"] != rows[1]["document"]


@pytest.mark.slow
def test_many_come_in_pages(vault: str, professional: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vault.own_accesses.PAGE", 2)
    assert [row["seq"] for row in professional.json("accesses", "--vault", vault)] == [2, 1, 0]


@pytest.mark.slow
def test_a_patient_has_the_journal(vault: str, patient: Person) -> None:
    assert patient.fails("accesses", "--vault", vault)[0] == 4


def _other_statement(answer: dict[str, Any]) -> None:
    first, second = answer["entries"][:2]
    first["statement"], first["signature"] = second["statement"], second["signature"]


def _other_signature(answer: dict[str, Any]) -> None:
    signature = answer["entries"][0]["signature"]
    answer["entries"][0]["signature"] = ("B" if signature[0] == "A" else "A") + signature[1:]


def _withheld(answer: dict[str, Any]) -> None:
    answer["entries"][0] = {"header": answer["entries"][0]["header"]}


def _twice(answer: dict[str, Any]) -> None:
    answer["entries"].insert(0, answer["entries"][0])


def _no_list(answer: dict[str, Any]) -> None:
    answer["entries"] = {}


@pytest.mark.slow
def test_what_the_account_did_not_sign_is_refused(vault: str, professional: Person, network: Network) -> None:
    changes: list[Change] = [_other_statement, _other_signature, _withheld, _twice, _no_list]
    for change in changes:
        network.rewrite = changed("/accesses/own", change)
        assert professional.fails("accesses", "--vault", vault)[0] == 5, change
    network.rewrite = None
    assert len(professional.json("accesses", "--vault", vault)) == 3


@pytest.mark.slow
def test_anothers_access_is_refused(
    vault: str, patient: Person, professional: Person, network: Network
) -> None:
    taken: list[Any] = []
    network.rewrite = changed("/accesses", lambda answer: taken.extend(answer["entries"]))
    patient.json("journal")
    network.rewrite = changed("/accesses/own", lambda answer: answer.update(entries=[taken[3]]))
    assert professional.fails("accesses", "--vault", vault) == (5, "tampered")


@pytest.mark.slow
def test_the_journal_is_a_table_for_spreadsheets(vault: str, patient: Person) -> None:
    rows = list(csv.DictReader(io.StringIO(patient.run("journal", "--csv").stdout)))
    assert [row["kind"] for row in rows] == [row["kind"] for row in patient.json("journal")]
    assert rows[-1]["reason"] == "own"


@pytest.mark.slow
def test_an_access_forged_by_the_server_is_refused(
    vault: str, professional: Person, network: Network
) -> None:
    """Right in form, its hash in the header; only the signature is not the professional's."""

    def forge(answer: dict[str, Any]) -> None:
        first = answer["entries"][0]
        statement = statements.parse(statements.Access, unb64u(first["statement"]))
        header = EntryHeader.from_bytes(unb64u(first["header"]))
        signed = statements.sign(statement, SigningKey.generate())
        made = make_entry(statement, signed, seq=header.seq, prev=header.prev, time=header.time)
        answer["entries"][0] = made.to_wire()

    network.rewrite = changed("/accesses/own", forge)
    assert professional.fails("accesses", "--vault", vault) == (5, "tampered")
