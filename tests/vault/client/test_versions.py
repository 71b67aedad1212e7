"""`coffre add --replace`: a document's next version; the earlier ones stay."""

import os
from collections.abc import Callable

import httpx
import pytest

from tests.vault.client.people import Network, Person


class Killed(BaseException):
    """The process ends here."""


def got(person: Person, identifier: str, *options: str) -> bytes:
    person.json("get", identifier, "-o", str(person.folder / "out"), *options)
    return (person.folder / "out").read_bytes()


def test_a_new_version_and_the_one_before(patient: Person) -> None:
    identifier = patient.add("a.txt", b"first", "--title", "Bilan", "--section", "laboratory")
    [added] = patient.json("add", patient.write("b.txt", b"second, longer"), "--replace", identifier)
    assert (added["id"], added["version"], added["title"]) == (identifier, 2, "Bilan")
    [third] = patient.json(
        "add", patient.write("c.txt", b"third"), "--replace", identifier, "--title", "Autre bilan"
    )
    assert (third["version"], third["title"]) == (3, "Autre bilan")
    [row] = patient.json("list")
    assert (row["version"], row["title"], row["section"]) == (3, "Autre bilan", "laboratory")
    assert got(patient, identifier) == b"third"
    assert got(patient, identifier, "--version", "1") == b"first"
    assert got(patient, identifier, "--version", "2") == b"second, longer"
    assert patient.fails("get", identifier, "--version", "4", "-o", "out")[0] == 3


def test_what_cannot_be_replaced(patient: Person, network: Network) -> None:
    identifier = patient.add("a.txt", b"a")
    path = patient.write("b.txt", b"b")
    network.requests.clear()
    assert patient.fails("add", path, path, "--replace", identifier) == (2, "usage")
    assert patient.fails("add", path, "--replace", identifier, "--section", "vision") == (2, "usage")
    assert patient.fails("add", path, "--replace", "0" * 32) == (3, "not_found")
    patient.json("remove", identifier)
    assert patient.fails("add", path, "--replace", identifier) == (3, "not_found")
    assert not any("/uploads" in request.url.path for request in network.requests)


@pytest.mark.slow
def test_a_version_whose_answer_was_lost_is_not_made_twice(patient: Person, network: Network) -> None:
    identifier = patient.add("a.txt", b"a")
    content = os.urandom(9 << 20)
    path = patient.write("b.bin", content)

    def die(request: httpx.Request, response: httpx.Response) -> httpx.Response:
        if request.url.path.endswith("/documents"):
            raise Killed
        return response

    network.rewrite = die
    with pytest.raises(Killed):
        patient.run("add", path, "--replace", identifier)
    network.rewrite = None
    [again] = patient.json("add", path, "--replace", identifier)
    assert (again["id"], again["version"]) == (identifier, 2)
    assert patient.json("list")[0]["version"] == 2
    assert got(patient, identifier) == content


def test_two_devices_replace_at_once(
    patient: Person, network: Network, person: Callable[[str], Person]
) -> None:
    identifier = patient.add("a.txt", b"a")
    other = person("other")
    other.email = patient.email
    other.log_in()
    ours, theirs = patient.write("b.txt", b"ours" * (1 << 19)), other.write("c.txt", b"theirs")
    first: list[bool] = []

    def meanwhile(request: httpx.Request, response: httpx.Response) -> httpx.Response:
        # When our part has arrived, the other device is faster with its version.
        if "/parts/" in request.url.path and not first:
            first.append(True)
            assert other.run("add", theirs, "--replace", identifier).status == 0
        return response

    network.rewrite = meanwhile
    assert patient.fails("add", ours, "--replace", identifier) == (3, "not_found")
    network.rewrite = None
    assert got(patient, identifier) == b"theirs"
    [added] = patient.json("add", ours, "--replace", identifier)
    assert added["version"] == 3
    assert got(patient, identifier) == b"ours" * (1 << 19)
    assert got(patient, identifier, "--version", "2") == b"theirs"


@pytest.mark.slow
def test_who_added_it_replaces_it_and_nobody_else_but_the_owner(
    patient: Person, professional: Person
) -> None:
    given = patient.json(
        *("grant", "new", "--to", professional.json("whoami")["fingerprint"], "--rights", "read,add"),
        "--met-in-person",
    )
    assert given["id"]
    theirs = patient.add("a.txt", b"the patient's", "--section", "reports")
    own = professional.add("b.txt", b"the physician's", "--section", "reports")
    [added] = professional.json("add", professional.write("c.txt", b"corrected"), "--replace", own)
    assert (added["id"], added["version"]) == (own, 2)
    assert professional.fails("add", professional.write("d.txt", b"x"), "--replace", theirs) == (
        4,
        "forbidden",
    )
    assert got(patient, own) == b"corrected"
    assert got(professional, own) == b"corrected"
    patient.json("add", patient.write("e.txt", b"by the owner"), "--replace", own)
    assert got(professional, own) == b"by the owner"
