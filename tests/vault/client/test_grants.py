import os
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from tests.vault.client.people import OTHER_RPPS, RPPS, Clock, Network, Person, changed
from vault.client.moments import end_of

DAY = 24 * 3600


def _bind(patient: Person, professional: Person, *extra: str) -> str:
    given = patient.json("grant", "new", "--invite", "--sections", "imaging,reports", *extra)
    professional.json("grant", "redeem", given["invitation"])
    return str(given["id"])


@pytest.mark.slow
def test_reads_what_the_grant_covers(patient: Person, professional: Person) -> None:
    before = patient.add("a.txt", b"before", "--section", "imaging")
    hidden = patient.add("b.txt", b"hidden", "--section", "dental")
    grant = _bind(patient, professional)
    after = patient.add("c.txt", b"after", "--section", "reports")
    assert {row["id"] for row in professional.json("list")} == {before, after}
    out = str(professional.folder / "out")
    for identifier, content in ((before, b"before"), (after, b"after")):
        professional.json("get", identifier, "-o", out)
        assert (professional.folder / "out").read_bytes() == content
    assert professional.fails("get", hidden, "-o", out) == (3, "not_found")
    [row] = professional.json("vaults")
    assert (row["patient"], row["grant"], row["sections"]) == ("Anne Durand", grant, ["imaging", "reports"])


@pytest.mark.slow
def test_masking_hides_from_the_professional(patient: Person, professional: Person) -> None:
    identifier = patient.add("a.txt", b"a", "--section", "imaging")
    _bind(patient, professional)
    patient.json("mask", identifier)
    assert professional.json("list") == []
    patient.json("unmask", identifier)
    assert [row["id"] for row in professional.json("list")] == [identifier]


@pytest.mark.slow
def test_filing_into_the_scope_shows_it(patient: Person, professional: Person) -> None:
    identifier = patient.add("a.txt", b"moved", "--section", "dental")
    _bind(patient, professional)
    assert professional.json("list") == []
    patient.json("file", identifier, "--section", "reports")
    assert [row["section"] for row in professional.json("list")] == ["reports"]
    professional.json("get", identifier, "-o", str(professional.folder / "out"))
    assert (professional.folder / "out").read_bytes() == b"moved"


@pytest.mark.slow
def test_professional_adds_and_removes(patient: Person, professional: Person) -> None:
    _bind(patient, professional, "--rights", "read,add")
    content = os.urandom(5000)
    identifier = professional.add("lettre.pdf", content, "--section", "reports")
    [row] = patient.json("list")
    assert (row["id"], row["author"], row["section"]) == (identifier, f"Dr {RPPS}", "reports")
    patient.json("get", identifier, "-o", str(patient.folder / "out"))
    assert (patient.folder / "out").read_bytes() == content
    assert professional.fails("mask", identifier) == (4, "forbidden")
    professional.json("remove", identifier)
    assert patient.json("list") == []


@pytest.mark.slow
def test_an_author_keeps_reading_what_the_patient_masks(
    patient: Person, professional: Person, person: Callable[[str], Person]
) -> None:
    colleague = person("colleague")
    colleague.sign_up_professional(OTHER_RPPS)
    _bind(patient, professional, "--rights", "read,add")
    _bind(patient, colleague)
    content = os.urandom(5000)
    identifier = professional.add("lettre.pdf", content, "--section", "reports", "--title", "Lettre")
    assert [row["id"] for row in colleague.json("list")] == [identifier]
    patient.json("mask", identifier)
    patient.json("file", identifier, "--section", "dental")
    [row] = professional.json("list")
    assert (row["id"], row["title"], row["section"], row["masked"]) == (identifier, None, None, True)
    assert professional.json("list", "--section", "reports") == []
    out = professional.folder / "out"
    got = professional.json("get", identifier, "-o", str(out))
    assert (got["title"], got["name"], got["size"]) == ("Lettre", "lettre.pdf", 5000)
    assert out.read_bytes() == content
    assert professional.json("export", str(professional.folder / "all"))["documents"] == 1
    assert content in {path.read_bytes() for path in (professional.folder / "all").rglob("*.pdf")}
    assert colleague.json("list") == []
    assert colleague.fails("get", identifier, "-o", str(colleague.folder / "out")) == (3, "not_found")
    patient.json("file", identifier, "--section", "reports")
    assert [row["title"] for row in professional.json("list")] == ["Lettre"]
    assert [row["title"] for row in colleague.json("list")] == ["Lettre"]
    patient.json("mask", identifier)
    professional.json("remove", identifier)
    assert patient.json("list") == professional.json("list") == []


@pytest.mark.slow
@pytest.mark.parametrize("fault", ["absent", "other", "of another document"])
def test_an_authors_metadata_that_the_server_changed_is_refused(
    patient: Person, professional: Person, network: Network, fault: str
) -> None:
    _bind(patient, professional, "--rights", "read,add")
    first, second = (professional.add(f"{name}.pdf", b"x", "--section", "reports") for name in "ab")
    for identifier in (first, second):
        patient.json("mask", identifier)
    out = str(professional.folder / "out")
    seen: list[str] = []
    network.rewrite = changed("/accesses", lambda answer: seen.append(answer["opened"][0]["author_metadata"]))
    professional.json("get", first, "-o", out)

    def change(answer: dict[str, Any]) -> None:
        opened = answer["opened"][0]
        if fault == "absent":
            del opened["author_metadata"]
        else:
            opened["author_metadata"] = seen[0] if fault == "of another document" else "AAAA"

    network.rewrite = changed("/accesses", change)
    assert professional.fails("get", second, "-o", out + "2") == (5, "tampered")
    assert not (professional.folder / "out2").exists()


def test_reading_right_does_not_add(patient: Person, professional: Person) -> None:
    identifier = patient.add("a.txt", b"a", "--section", "reports")
    _bind(patient, professional)
    assert professional.fails("add", professional.write("x", b"x"), "--section", "reports") == (
        4,
        "forbidden",
    )
    assert professional.fails("remove", identifier) == (4, "forbidden")


@pytest.mark.slow
def test_adding_right_does_not_read(patient: Person, professional: Person) -> None:
    patient.add("a.txt", b"a", "--section", "reports")
    _bind(patient, professional, "--rights", "add")
    assert professional.json("list") == []
    identifier = professional.add("lettre.pdf", b"deposited", "--section", "reports")
    assert identifier in {row["id"] for row in patient.json("list")}


def test_ids_from_the_server_never_become_paths(
    patient: Person, professional: Person, network: Network
) -> None:
    _bind(patient, professional)
    network.rewrite = changed("/vaults", lambda answer: answer["vaults"][0].update(vault="../../accounts"))
    assert professional.fails("list") == (5, "malformed")


@pytest.mark.slow
def test_another_device_knows_whose_vault_it_was(
    patient: Person, professional: Person, person: Callable[[str], Person]
) -> None:
    given = patient.json("grant", "new", "--invite", "--sections", "imaging")
    professional.json("grant", "redeem", given["invitation"])
    patient.json("grant", "revoke", given["id"])
    tablet = person("tablet")
    tablet.email = professional.email
    tablet.log_in()
    for device in (professional, tablet):
        [row] = device.json("vaults", "--all")
        assert (row["state"], row["patient"]) == ("revoked", "Anne Durand")


def test_second_redemption_and_third_account(
    patient: Person, professional: Person, person: Callable[[str], Person]
) -> None:
    given = patient.json("grant", "new", "--invite", "--sections", "imaging")
    professional.json("grant", "redeem", given["invitation"])
    assert professional.fails("grant", "redeem", given["invitation"]) == (4, "used")
    third = person("third")
    third.sign_up_professional(OTHER_RPPS)
    assert third.fails("grant", "redeem", given["invitation"]) == (4, "used")
    assert third.fails("list", "--vault", patient.json("whoami")["vault"]) == (3, "not_found")
    assert patient.fails("grant", "redeem", given["invitation"]) == (4, "forbidden")


def test_invitation_waits_no_longer_than_said(patient: Person, professional: Person, clock: Clock) -> None:
    given = patient.json("grant", "new", "--invite", "--sections", "imaging", "--redeem-within", "1h")
    clock.time += 3601
    assert professional.fails("grant", "redeem", given["invitation"]) == (4, "ended")
    assert patient.json("grant", "list")[0]["state"] == "expired"


@pytest.mark.slow
@pytest.mark.parametrize("fault", ["secret", "grant", "vault"])
def test_changed_links(patient: Person, professional: Person, fault: str) -> None:
    link = patient.json("grant", "new", "--invite", "--sections", "imaging")["invitation"]
    head, vault, grant, secret = link.rsplit(".", 3)
    parts = {"vault": vault, "grant": grant, "secret": secret}
    parts[fault] = ("0" if parts[fault][0] != "0" else "1") + parts[fault][1:]
    status, code = professional.fails("grant", "redeem", ".".join([head, *parts.values()]))
    assert (status, code) in {(5, "tampered"), (3, "not_found"), (4, "wrong_key")}
    # The right link still works afterwards.
    professional.json("grant", "redeem", link)


@pytest.mark.slow
def test_revocation_renews_keys_for_those_who_remain(
    patient: Person, professional: Person, person: Callable[[str], Person]
) -> None:
    old = patient.add("a.txt", b"old", "--section", "imaging")
    ended = _bind(patient, professional)
    remaining = person("remaining")
    remaining.sign_up_professional(OTHER_RPPS)
    _bind(patient, remaining)
    professional.json("list")
    assert patient.json("grant", "revoke", ended)["state"] == "revoked"
    assert [row["kind"] for row in patient.json("journal")].count("rotation") == 1
    assert professional.fails("get", old, "-o", str(professional.folder / "out")) == (4, "ended")
    new = patient.add("b.txt", b"new", "--section", "imaging")
    for identifier, content in ((old, b"old"), (new, b"new")):
        remaining.json("get", identifier, "-o", str(remaining.folder / "out"))
        assert (remaining.folder / "out").read_bytes() == content
    other = person("other")
    other.email = patient.email
    other.log_in()
    assert len(other.json("list")) == 2


@pytest.mark.slow
def test_expiry_ends_reading_and_rotates(patient: Person, professional: Person, clock: Clock) -> None:
    identifier = patient.add("a.txt", b"a", "--section", "imaging")
    until = "2027-02-01"
    _bind(patient, professional, "--until", until)
    clock.time = end_of(until) - 1
    professional.log_in()
    assert [row["id"] for row in professional.json("list")] == [identifier]
    clock.time += 2
    assert professional.fails("list")[0] == 4
    patient.log_in()
    assert patient.json("grant", "list")[0]["state"] == "expired"
    assert "rotation" in [row["kind"] for row in patient.json("journal")]
    assert [row["id"] for row in patient.json("list")] == [identifier]


@pytest.mark.slow
def test_who_loses_one_of_two_grants_goes_on_with_the_other(patient: Person, professional: Person) -> None:
    """On a device that has seen the vault with both: what only the ended one reached is withheld from it."""
    _bind(patient, professional)
    given = patient.json("grant", "new", "--invite", "--sections", "dental")
    professional.json("grant", "redeem", given["invitation"])
    tooth = patient.add("tooth.txt", b"tooth", "--section", "dental")
    assert [row["id"] for row in professional.json("list")] == [tooth]
    patient.json("grant", "revoke", given["id"])
    patient.add("later.txt", b"later", "--section", "dental")
    scan = patient.add("scan.txt", b"scan", "--section", "imaging")
    for _ in range(2):
        assert [row["id"] for row in professional.json("list")] == [scan]


@pytest.mark.slow
def test_an_interrupted_rotation_is_finished(patient: Person, professional: Person, network: Network) -> None:
    identifier = patient.add("a.txt", b"kept", "--section", "imaging")
    grant = _bind(patient, professional)

    def fail(request: httpx.Request, response: httpx.Response) -> httpx.Response:
        if request.url.path.endswith("/rotations"):
            raise httpx.ReadError("the line is cut before the answer")
        return response

    network.rewrite = fail
    assert patient.fails("grant", "revoke", grant) == (6, "unreachable")
    network.rewrite = None
    assert [row["id"] for row in patient.json("list")] == [identifier]
    patient.json("get", identifier, "-o", str(patient.folder / "out"))
    assert (patient.folder / "out").read_bytes() == b"kept"
    assert patient.json("grant", "list")[0]["state"] == "revoked"


@pytest.mark.slow
def test_an_invitation_redeemed_after_a_rotation_gets_new_keys(
    patient: Person, professional: Person, person: Callable[[str], Person]
) -> None:
    waiting = patient.json("grant", "new", "--invite", "--sections", "imaging,reports")["invitation"]
    other = person("other")
    other.sign_up_professional(OTHER_RPPS)
    patient.json("grant", "revoke", _bind(patient, other))
    identifier = patient.add("a.txt", b"sealed under the new key", "--section", "imaging")
    professional.json("grant", "redeem", waiting)
    # Its secrets are older than the document's: nothing opens until the patient's client comes by.
    assert professional.fails("get", identifier, "-o", str(professional.folder / "out"))[0] == 4
    patient.json("list")
    professional.json("get", identifier, "-o", str(professional.folder / "out"))
    assert (professional.folder / "out").read_bytes() == b"sealed under the new key"


@pytest.mark.slow
def test_renew(patient: Person, professional: Person, clock: Clock) -> None:
    identifier = patient.add("a.txt", b"a", "--section", "imaging")
    grant = _bind(patient, professional, "--until", "2027-02-01")
    row = patient.json("grant", "renew", grant, "--until", "2027-06-30")
    assert (row["not_after"], row["state"]) == ("2027-06-30T23:59:59Z", "active")
    clock.time = end_of("2027-03-01")
    professional.log_in()
    assert [row["id"] for row in professional.json("list")] == [identifier]


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("--until", "2031-01-01"), (2, "limit_exceeded")),
        (("--until", "2020-06-01"), (2, "malformed")),
        (("--sections", ","), (2, "usage")),
        (("--sections", "kitchen"), (3, "not_found")),
        (("--rights", "write"), (2, "usage")),
        (("--until", "soon"), (2, "usage")),
    ],
)
def test_impossible_terms(patient: Person, arguments: tuple[str, ...], expected: tuple[int, str]) -> None:
    assert patient.fails("grant", "new", "--invite", *arguments) == expected
    assert patient.json("grant", "list") == []
