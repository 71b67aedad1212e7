"""The life of a grant in the browser: a key compared, reading, the end, asking, renewing; masked, taken
back."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.e2e import samples
from tests.e2e.browser import Browser, Person
from tests.e2e.browser_steps import PASSWORD, add_file, sign_up, unlock
from tests.e2e.command_line import CommandLine
from tests.e2e.server_process import ServerProcess

pytestmark = pytest.mark.e2e

RPPS = "10003456786"
TITLE = "Letter about the knee"
SECONDS = 25


@pytest.fixture
def browser() -> Iterator[Browser]:
    with Browser() as found:
        yield found
        assert found.faults == []


@pytest.mark.timeout(400)
def test_the_life_of_a_grant(
    coffre_server: ServerProcess, browser: Browser, cli: Callable[[str], CommandLine], tmp_path: Path
) -> None:
    patient, doctor = browser.person(coffre_server.url), browser.person(coffre_server.url, phone=True)
    sign_up(doctor, "martin@example.org", "Dr Paul Martin", rpps=RPPS)
    doctor.page.wait_for_url("**/vaults")
    operator = CommandLine(tmp_path / "operator", "", environment={"COFFRE_DATA": str(coffre_server.data)})
    operator.json("admin", "professional", "verify", RPPS)
    link, words = own_key(doctor)
    sign_up(patient, "anne@example.org", "Anne Durand")
    patient.page.wait_for_url("**/vault")

    # By number: the words are compared. By the code: the key is confirmed.
    patient.go("/contact")
    unlock(patient)
    patient.fill("RPPS number, or the fifteen words of their key", RPPS)
    patient.press("Look up")
    patient.reads("Verified by the directory")
    assert patient.page.locator(".kit-words .code").all_inner_texts() == words
    patient.press("Open my vault to Dr Paul Martin")
    patient.reads("First confirm what stands above.")
    patient.go(link)
    patient.reads("Key confirmed")
    patient.press("Open my vault to Dr Paul Martin")
    patient.page.wait_for_url("**/grants")
    patient.reads("Dr Paul Martin")
    doctor.page.goto(f"{coffre_server.url}/vaults")
    unlock(doctor)
    doctor.page.get_by_role("link", name="Anne Durand").first.click()
    (tmp_path / "knee.jpg").write_bytes(samples.photo())
    add_file(doctor, tmp_path / "knee.jpg", TITLE)
    doctor.page.get_by_role("link", name=TITLE).wait_for()

    # The same patient at a terminal gives a term that ends while somebody watches.
    terminal = cli("patient")
    terminal.password = PASSWORD
    terminal.json("login", "--server", coffre_server.url, "--email", "anne@example.org")
    [grant] = [row["id"] for row in terminal.json("grant", "list")]
    end = datetime.now(UTC) + timedelta(seconds=SECONDS)
    terminal.json("grant", "renew", grant, "--until", end.isoformat(timespec="seconds"))
    doctor.page.wait_for_timeout((SECONDS + 2) * 1000)
    doctor.go("/vaults")
    unlock(doctor)
    doctor.never_reads(["Anne Durand", TITLE])
    doctor.press("Ask to go on")
    doctor.reads("Sent: the patient answers in their app.")

    patient.go("/grants")
    unlock(patient)
    patient.reads("Dr Paul Martin asks for access until")
    patient.page.get_by_role("button", name="Renew for one year").first.click()
    patient.page.get_by_text("asks for access until").wait_for(state="detached")
    doctor.go("/vaults")
    unlock(doctor)
    doctor.page.get_by_role("link", name="Anne Durand").first.click()
    doctor.page.get_by_role("link", name=TITLE).wait_for()

    # Masked, its author keeps it; taken back, nobody does, and the keys are new.
    [row] = terminal.json("list")
    terminal.json("mask", row["id"])
    withdraw(patient)
    assert "rotation" in [entry["kind"] for entry in terminal.json("journal")]
    assert terminal.json("grant", "list")[0]["state"] == "revoked"
    doctor.go("/vaults")
    unlock(doctor)
    doctor.reads("Ask to go on")
    doctor.never_reads([TITLE])

    # Blocked: asking is refused as well, until the patient says otherwise.
    patient.press("Block")
    patient.page.get_by_role("alertdialog").get_by_role("button", name="Block", exact=True).click()
    patient.reads("Unblock")
    doctor.press("Ask to go on")
    doctor.reads("This professional is blocked.")


def own_key(doctor: Person) -> tuple[str, list[str]]:
    """The link behind a professional's code, and the words."""
    doctor.follow("My key")
    doctor.reads("The key’s words")
    return (
        doctor.page.locator(".copy-text").first.inner_text(),
        doctor.page.locator(".kit-words .code").all_inner_texts(),
    )


def withdraw(patient: Person) -> None:
    """Takes the only grant back, on the page of grants."""
    patient.press("Withdraw the access")
    patient.page.get_by_role("alertdialog").get_by_role("button", name="Withdraw the access").click()
    patient.page.get_by_role("alertdialog").wait_for(state="detached")
    patient.reads("Restore for one year")
