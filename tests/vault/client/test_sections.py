"""A vault's own sections: added, renamed, by two devices, with crashes in between."""

from collections.abc import Callable

import httpx
import pytest

from tests.vault.client.people import Network, Person


def names(person: Person) -> dict[str, int]:
    return {row["name"]: row["documents"] for row in person.json("section", "list")}


def test_a_new_vault_has_the_known_sections(patient: Person) -> None:
    found = names(patient)
    assert len(found) == 20
    assert {"summary", "imaging", "mental_health", "masked", "inbox"} <= found.keys()


@pytest.mark.slow
def test_a_section_of_one_s_own_holds_documents_and_is_granted(patient: Person, professional: Person) -> None:
    made = patient.json("section", "add", "Médecine du sport")
    assert (made["name"], made["documents"]) == ("Médecine du sport", 0)
    identifier = patient.add("a.txt", b"sport", "--section", "Médecine du sport")
    assert names(patient)["Médecine du sport"] == 1
    given = patient.json("grant", "new", "--invite", "--sections", "Médecine du sport")
    professional.json("grant", "redeem", given["invitation"])
    [row] = professional.json("list")
    assert (row["id"], row["section"]) == (identifier, "Médecine du sport")
    patient.json("grant", "revoke", given["id"])
    patient.json("get", identifier, "-o", str(patient.folder / "out"))
    assert (patient.folder / "out").read_bytes() == b"sport"


@pytest.mark.slow
def test_a_renamed_section_keeps_its_documents_and_goes_by_the_new_name(
    patient: Person, professional: Person
) -> None:
    identifier = patient.add("a.txt", b"a", "--section", "dental")
    given = patient.json("grant", "new", "--invite", "--sections", "dental")
    professional.json("grant", "redeem", given["invitation"])
    assert patient.json("section", "rename", "dental", "Dents de lait")["documents"] == 1
    assert [row["section"] for row in professional.json("list")] == ["Dents de lait"]
    patient.json("file", identifier, "--section", "other")
    patient.json("file", identifier, "--section", "Dents de lait")
    # A type that proposed the section goes where no section is proposed.
    assert patient.add("b.txt", b"b", "--type", "83836-7")
    assert [row["section"] for row in patient.json("list") if row["id"] != identifier] == ["other"]
    assert patient.json("section", "rename", "Dents de lait", "Teeth")["name"] == "dental"


@pytest.mark.parametrize("name", ["imaging", "Ordonnances et soins", "masked", "À classer", " Sport "])
def test_a_name_that_is_taken_is_refused(patient: Person, name: str) -> None:
    patient.json("section", "add", "Sport")
    assert patient.fails("section", "add", name) == (2, "usage")
    assert patient.fails("section", "rename", "dental", name) == (2, "usage")


def test_inbox_and_masked_keep_their_names(patient: Person) -> None:
    for fixed in ("inbox", "masked"):
        assert patient.fails("section", "rename", fixed, "Autre chose") == (2, "usage")


@pytest.mark.parametrize(
    ("name", "code"), [("x" * 101, "limit_exceeded"), ("a\tb", "malformed"), ("", "malformed")]
)
def test_a_name_off_the_rules_is_refused(patient: Person, name: str, code: str) -> None:
    assert patient.fails("section", "add", name) == (2, code)
    assert len(names(patient)) == 20


def test_professionals_change_no_sections(patient: Person, professional: Person) -> None:
    given = patient.json("grant", "new", "--invite", "--sections", "imaging")
    professional.json("grant", "redeem", given["invitation"])
    assert professional.fails("section", "add", "Sport") == (4, "forbidden")
    assert professional.fails("settings", "--mask-new", "on") == (4, "forbidden")
    assert names(professional) == {"imaging": 0}


def test_another_device_learns_of_it(patient: Person, person: Callable[[str], Person]) -> None:
    device = person("device")
    device.email = patient.email
    device.log_in()
    patient.json("section", "add", "Sport")
    patient.add("a.txt", b"a", "--section", "Sport")
    assert names(device)["Sport"] == 1


class Lost(Exception):
    """The device went away."""


@pytest.mark.slow
@pytest.mark.parametrize("place", ["before", "after"])
def test_a_crash_loses_no_secret(
    patient: Person,
    professional: Person,
    person: Callable[[str], Person],
    network: Network,
    place: str,
) -> None:
    """The device dies between keyring and ledger; another one rotates; then the request arrives after all."""
    device = person("device")
    device.email = patient.email
    device.log_in()
    held: list[httpx.Request] = []

    def die(request: httpx.Request, response: httpx.Response) -> httpx.Response:
        if place == "after" and request.url.path.endswith("/sections"):
            raise Lost
        return response

    class Dying(httpx.BaseTransport):
        def handle_request(self, request: httpx.Request) -> httpx.Response:
            if place == "before" and request.url.path.endswith("/sections"):
                held.append(request)
                raise Lost
            return network.handle_request(request)

    network.rewrite = die
    patient.network = Dying()
    with pytest.raises(Lost):
        patient.run("section", "add", "Sport")
    network.rewrite = None
    patient.network = network
    # The other device finishes what it can, and forgets no secret that may still be needed.
    given = device.json("grant", "new", "--invite", "--sections", "imaging")
    professional.json("grant", "redeem", given["invitation"])
    device.json("grant", "revoke", given["id"])
    # What was held back was signed for a position that is gone; a device that asks again adds it anew.
    for request in held:
        assert network.handle_request(request).status_code == 409
        patient.json("section", "add", "Sport")
    assert "Sport" in names(device)
    assert "Sport" in names(patient)
    patient.add("a.txt", b"a", "--section", "Sport")
    assert names(device)["Sport"] == 1


def test_a_request_that_arrives_after_another_device_looked_loses_nothing(
    patient: Person, person: Callable[[str], Person], network: Network
) -> None:
    device = person("device")
    device.email = patient.email
    device.log_in()
    held: list[httpx.Request] = []

    class Slow(httpx.BaseTransport):
        def handle_request(self, request: httpx.Request) -> httpx.Response:
            if request.url.path.endswith("/sections"):
                held.append(request)
                raise Lost
            return network.handle_request(request)

    patient.network = Slow()
    with pytest.raises(Lost):
        patient.run("section", "add", "Sport")
    patient.network = network
    device.json("list")
    assert network.handle_request(held[0]).status_code == 200
    device.add("a.txt", b"a", "--section", "Sport")
    assert names(patient)["Sport"] == 1
