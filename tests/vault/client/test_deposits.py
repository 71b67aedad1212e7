"""Deposits by the command line: into the inbox, taken in, filed, withdrawn; and when `add` becomes one."""

import os
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from crypto.deposits import DepositLink
from crypto.encoding import KeyId, b64u
from tests.through import through
from tests.vault.client.people import ORIGIN, OTHER_RPPS, RPPS, Clock, Network, Person, changed
from vault.client.rotations import rotate
from vault.client.terminal import Terminal
from vault.client.vaults import open_vault

DAY = 24 * 3600
Decide = Callable[[str, str], None]


@pytest.fixture
def depositor(professional: Person, decide: Decide) -> Person:
    """A professional whom the host has verified, without any grant."""
    decide(RPPS, "verified")
    return professional


def link_to(patient: Person) -> str:
    return str(patient.json("deposit", "--link")["link"])


def give(depositor: Person, link: str, content: bytes, *extra: str) -> str:
    path = depositor.write("courrier.txt", content)
    [done] = depositor.json("deposit", path, "--to", link, *extra)
    assert done["deposited"] is True
    return str(done["id"])


def bind(patient: Person, professional: Person, *extra: str) -> str:
    given = patient.json("grant", "new", "--invite", "--sections", "imaging", "--rights", "read,add", *extra)
    professional.json("grant", "redeem", given["invitation"])
    return str(given["id"])


def rotate_inbox(patient: Person) -> None:
    """What no command does: the inbox begins its next epoch."""
    environment = {"COFFRE_HOME": str(patient.folder / "home")}
    vault = open_vault(Terminal(environment, network=through(patient.network), clock=patient.clock).client())
    assert vault.state.inbox is not None
    rotate(vault, {vault.state.inbox})


def test_the_inbox_is_in_no_grant(patient: Person) -> None:
    assert patient.fails("grant", "new", "--invite", "--sections", "imaging,inbox") == (2, "usage")


@pytest.mark.parametrize("size", [4000, 1_500_000])
def test_a_deposit_is_new_until_it_is_filed(patient: Person, depositor: Person, size: int) -> None:
    content = os.urandom(size)
    identifier = give(depositor, link_to(patient), content, "--title", "Courrier du Dr")
    [row] = patient.json("list")
    assert (row["id"], row["title"], row["section"], row["new"]) == (
        identifier,
        "Courrier du Dr",
        "inbox",
        True,
    )
    assert (row["author"], row["size"]) == (f"Dr {RPPS}", size)
    patient.json("get", identifier, "-o", str(patient.folder / "out"))
    assert (patient.folder / "out").read_bytes() == content
    patient.json("file", identifier, "--section", "reports")
    [row] = patient.json("list")
    assert (row["section"], row["new"], row["title"]) == ("reports", False, "Courrier du Dr")
    patient.json("get", identifier, "-o", str(patient.folder / "again"))
    assert (patient.folder / "again").read_bytes() == content
    assert patient.json("journal", "--verify")


def test_what_the_patient_adds_to_the_inbox_is_not_new(patient: Person) -> None:
    patient.add("a.txt", b"a", "--section", "inbox")
    assert [row["new"] for row in patient.json("list")] == [False]


@pytest.mark.slow
def test_an_author_withdraws_wherever_it_was_filed(patient: Person, depositor: Person) -> None:
    link = link_to(patient)
    vault = DepositLink.from_text(link).vault
    kept, gone = give(depositor, link, b"kept"), give(depositor, link, b"gone")
    assert {row["id"] for row in depositor.json("deposit", "--list", vault)} == {kept, gone}
    patient.json("list")
    patient.json("file", gone, "--section", "masked")
    depositor.json("deposit", "--withdraw", vault, gone)
    assert [row["id"] for row in patient.json("list")] == [kept]
    assert depositor.fails("deposit", "--withdraw", vault, gone) == (3, "not_found")
    assert [row["id"] for row in depositor.json("deposit", "--list", vault)] == [kept]
    # Before the patient looked at it, too.
    late = give(depositor, link, b"late")
    depositor.json("deposit", "--withdraw", vault, late)
    assert [row["id"] for row in patient.json("list")] == [kept]


def test_nobody_unverified_deposits(patient: Person, professional: Person) -> None:
    link = link_to(patient)
    path = professional.write("a.txt", b"a")
    assert professional.fails("deposit", path, "--to", link) == (4, "unverified")
    assert patient.fails("deposit", path, "--to", link)[0] == 4


@pytest.mark.slow
def test_a_deposit_outlives_rotations_of_the_inbox_that_it_waited_through(
    patient: Person, depositor: Person
) -> None:
    link = link_to(patient)
    waiting = give(depositor, link, b"sealed under the first epoch")
    rotate_inbox(patient)
    later = give(depositor, link, b"sealed under the second")
    assert {row["id"] for row in patient.json("list") if row["new"]} == {waiting, later}
    for identifier, content in (
        (waiting, b"sealed under the first epoch"),
        (later, b"sealed under the second"),
    ):
        patient.json("get", identifier, "-o", str(patient.folder / identifier))
        assert (patient.folder / identifier).read_bytes() == content


def test_an_older_inbox_than_the_one_seen_is_refused(
    patient: Person, depositor: Person, network: Network
) -> None:
    link = link_to(patient)
    rotate_inbox(patient)
    give(depositor, link, b"a")

    def forget(answer: dict[str, Any]) -> None:
        del answer["rotation"]

    network.rewrite = changed("/inbox", forget)
    path = depositor.write("a.txt", b"a")
    assert depositor.fails("deposit", path, "--to", link) == (5, "stale")


def test_a_link_to_another_owner_is_refused_before_anything_is_sent(
    patient: Person, depositor: Person, network: Network
) -> None:
    link = replace(DepositLink.from_text(link_to(patient)), owner=KeyId(b64u(bytes(32)))).text(ORIGIN)
    network.requests.clear()
    assert depositor.fails("deposit", depositor.write("a.txt", b"a"), "--to", link) == (5, "tampered")
    assert not [request for request in network.requests if request.method == "POST"]


def test_an_acknowledgement_of_another_entry_is_refused(
    patient: Person, depositor: Person, network: Network
) -> None:
    link = link_to(patient)
    first = depositor.write("first.txt", b"first")
    kept: dict[str, Any] = {}

    def keep(answer: dict[str, Any]) -> None:
        answer["entry"] = kept.setdefault("entry", answer["entry"])

    network.rewrite = changed("/deposits", keep)
    depositor.json("deposit", first, "--to", link)
    assert depositor.fails("deposit", first, "--to", link) == (5, "tampered")


def test_two_depositors_at_once_both_arrive(
    patient: Person, depositor: Person, person: Callable[[str], Person], decide: Decide, network: Network
) -> None:
    other = person("other")
    other.sign_up_professional(OTHER_RPPS)
    decide(OTHER_RPPS, "verified")
    link = link_to(patient)
    overtaken: list[bool] = []

    def overtake(request: Any, response: Any) -> Any:
        if request.url.path.endswith("/inbox") and not overtaken:
            overtaken.append(True)
            give(other, link, b"faster")
        return response

    network.rewrite = overtake
    give(depositor, link, b"slower")
    assert len(patient.json("list")) == 2


@pytest.mark.slow
def test_add_becomes_a_deposit_when_new_documents_are_masked(patient: Person, depositor: Person) -> None:
    bind(patient, depositor)
    assert "deposited" not in depositor.json("add", depositor.write("a.txt", b"a"), "--section", "imaging")[0]
    assert patient.json("settings", "--mask-new", "on") == {"mask_new": True}
    [done] = depositor.json("add", depositor.write("b.txt", b"b"), "--section", "imaging")
    assert done["deposited"] is True
    assert [row["id"] for row in patient.json("list") if row["new"]] == [done["id"]]
    # The author reads what it deposited, wherever it is.
    depositor.json("get", done["id"], "-o", str(depositor.folder / "out"))
    assert (depositor.folder / "out").read_bytes() == b"b"
    patient.json("mask", done["id"])
    depositor.json("get", done["id"], "-o", str(depositor.folder / "again"))
    assert patient.json("settings", "--mask-new", "off") == {"mask_new": False}
    assert "deposited" not in depositor.json("add", depositor.write("c.txt", b"c"), "--section", "imaging")[0]
    assert patient.json("settings") == {"mask_new": False}


@pytest.mark.slow
def test_add_becomes_a_deposit_after_a_colleague_s_end_until_the_patient_comes_back(
    patient: Person, depositor: Person, person: Callable[[str], Person], clock: Clock
) -> None:
    colleague = person("colleague")
    colleague.sign_up_professional(OTHER_RPPS)
    bind(patient, depositor)
    bind(patient, colleague, "--until", "2027-02-01")
    clock.time += 60 * DAY
    depositor.log_in()
    [done] = depositor.json("add", depositor.write("b.txt", b"b"), "--section", "imaging")
    assert done["deposited"] is True
    patient.log_in()
    patient.json("list")
    [done] = depositor.json("add", depositor.write("c.txt", b"c"), "--section", "imaging")
    assert "deposited" not in done


def test_nonsense_in_a_deposit_is_shown_as_such_and_opened_once(
    patient: Person, depositor: Person, network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = link_to(patient)
    with monkeypatch.context() as patched:
        # What only its author can get wrong: metadata that its file key does not open.
        patched.setattr("vault.client.deposits.metadata.seal_for_author", lambda *_: os.urandom(552))
        give(depositor, link, b"nonsense")
    good = give(depositor, link, b"good")
    patient.json("list")
    network.requests.clear()
    rows = {row["id"]: row for row in patient.json("list")}
    assert rows[good]["new"] is True
    assert not [request for request in network.requests if request.url.path.endswith("/accesses")]
    [bad] = [row for row in rows.values() if row["id"] != good]
    assert (bad["title"], bad["error"], bad["new"], bad["section"]) == (None, "tampered", True, "inbox")
    patient.json("remove", bad["id"])
    assert list({row["id"] for row in patient.json("list")}) == [good]


def test_a_server_that_changes_a_deposit_s_header_is_refused(
    patient: Person, depositor: Person, network: Network
) -> None:
    give(depositor, link_to(patient), b"a")

    def other(answer: dict[str, Any]) -> None:
        answer["opened"][0]["author_metadata"] = b64u(os.urandom(552))

    network.rewrite = changed("/accesses", other)
    assert patient.fails("list") == (5, "tampered")
    network.rewrite = None
    assert len(patient.json("list")) == 1


def test_the_command_s_ways_exclude_each_other(patient: Person, depositor: Person) -> None:
    link = link_to(patient)
    path = depositor.write("a.txt", b"a")
    for wrong in (
        ("deposit",),
        ("deposit", path),
        ("deposit", "--to", link),
        ("deposit", path, "--to", link, "--link"),
        ("deposit", path, path, "--to", link, "--title", "T"),
    ):
        assert depositor.fails(*wrong) == (2, "usage")
    assert depositor.fails("deposit", path, "--to", "https://x/redeem#1.a.b")[0] == 2
    # The inbox is for what others bring: patients add to their own vault.
    assert patient.fails("deposit", patient.write("b.txt", b"b"), "--to", link) == (4, "forbidden")
    assert patient.json("list") == []
    assert depositor.fails("deposit", "--link")[0] in (3, 4)
