"""Notices and the journal in Chromium: the bell, the settings, the views, exports, blocking from an
entry; and a professional's own accesses."""

import csv
import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

import pytest
from playwright.sync_api import expect

from tests.e2e.browser import Browser, Person
from tests.e2e.browser_steps import PASSWORD
from tests.e2e.command_line import CommandLine
from tests.e2e.server_process import ServerProcess

pytestmark = pytest.mark.e2e

TITLE: Final = "Sérologie de confirmation"
DOCTOR: Final = "Dr Paul Martin"


@dataclass
class Story:
    """A patient and a professional, each at a terminal and in a browser."""

    patient: CommandLine
    doctor: CommandLine
    anne: Person
    paul: Person
    document: str = ""
    vault: str = ""


@pytest.fixture
def browser() -> Iterator[Browser]:
    with Browser() as found:
        yield found
        assert found.faults == []


def test_notices_and_journal(
    coffre_server: ServerProcess, browser: Browser, cli: Callable[[str], CommandLine]
) -> None:
    anne, paul = browser.person(coffre_server.url), browser.person(coffre_server.url)
    story = Story(cli("patient"), cli("doctor"), anne, paul)
    a_professional_reads(story)
    the_bell_counts(story)
    settings_are_kept(story)
    the_journal_shows_whose_activity_it_is(story)
    a_professional_sees_their_own(story)
    somebody_unexpected_is_blocked(story)


def a_professional_reads(story: Story) -> None:
    patient, doctor = story.patient, story.doctor
    patient.password = doctor.password = PASSWORD
    server = ("--server", patient.server, "--kit", "kit.pdf")
    me = patient.json("signup", *server, "--email", "anne@example.org", "--name", "Anne Durand")
    doctor.json(
        "signup", *server, "--email", "martin@example.org", "--name", DOCTOR, "--professional",
        "--rpps", "10003456786", "--profession", "10",
    )  # fmt: skip
    (patient.folder / "a.txt").write_text("a")
    [added] = patient.json("add", "a.txt", "--title", TITLE, "--section", "reports")
    given = patient.json("grant", "new", "--invite", "--sections", "reports")
    doctor.json("grant", "redeem", given["invitation"])
    doctor.json("get", added["id"], "-o", "out")
    story.document, story.vault = added["id"], me["vault"]


def the_bell_counts(story: Story) -> None:
    anne = story.anne
    sign_in(anne, "anne@example.org")
    anne.follow("Notices, 2 unread")
    anne.reads("An authorised professional opened documents")
    anne.reads(DOCTOR)
    anne.reads("Sign-in from a new device")
    anne.page.get_by_role("link", name="Notices", exact=True).first.wait_for()
    assert story.patient.json("notices", "list", "--unread") == []


def settings_are_kept(story: Story) -> None:
    anne = story.anne
    anne.page.get_by_role("button", name=re.compile("Anne Durand")).click()
    anne.page.get_by_role("menuitem", name="Settings").click()
    anne.reads("This server sends no mail")
    openings = anne.page.get_by_role("radiogroup", name="Openings of your vault and shares")
    openings.get_by_text("One summary a day").click()
    anne.press("Save")
    anne.reads("Settings saved.")
    found = story.patient.json("notices", "settings")
    assert (found["openings"], found["others"]) == ("daily", "each")


def the_journal_shows_whose_activity_it_is(story: Story) -> None:
    anne, page = story.anne, story.anne.page
    anne.follow("Journal")
    opened = f"{DOCTOR} opened “{TITLE}”"
    anne.reads(opened)
    added = page.get_by_text(f"You added “{TITLE}”")
    expect(added).to_have_count(0)
    anne.press("Filters")
    anne.fill("Until", "2001-01-01")
    anne.reads("Nothing to show")
    anne.press("Clear the filters")
    anne.reads(opened)
    page.get_by_role("tab", name="My activity").click()
    added.wait_for()
    page.get_by_role("tab", name="Who has access").click()
    page.get_by_role("tabpanel").get_by_text(DOCTOR).wait_for()
    anne.press("Export")
    with page.expect_download() as download:
        page.get_by_role("menuitem", name="Table (CSV)").click()
    rows = list(csv.DictReader(io.StringIO(download.value.path().read_text("utf-8-sig"))))
    assert [row["text"] for row in rows if row["kind"] == "access"] == [opened]
    terminal = story.patient.json("journal", "--verify")
    assert {(row["chain"], int(row["seq"]), row["kind"]) for row in rows} == {
        (row["chain"], row["seq"], row["kind"]) for row in terminal
    }


def a_professional_sees_their_own(story: Story) -> None:
    paul = story.paul
    sign_in(paul, "martin@example.org")
    paul.page.get_by_role("link", name=re.compile("Anne Durand")).first.click()
    paul.follow("What I opened")
    paul.reads(f"You opened “{TITLE}”")
    expect(paul.page.locator(".journal-row")).to_have_count(1)


def somebody_unexpected_is_blocked(story: Story) -> None:
    anne, page = story.anne, story.anne.page
    page.get_by_role("tab", name="Professionals").click()
    anne.press(f"I did not expect this: {DOCTOR} opened “{TITLE}”")
    dialog = page.get_by_role("alertdialog")
    dialog.get_by_text(f"Block {DOCTOR}?").wait_for()
    dialog.get_by_role("button", name="Block", exact=True).click()
    page.get_by_role("tab", name="My activity").click()
    anne.reads("You blocked a professional")
    story.doctor.fails("get", story.document, "--vault", story.vault, "-o", "again", status=4)
    assert "rotation" in [row["kind"] for row in story.patient.json("journal")]


def sign_in(person: Person, email: str) -> None:
    person.go("/signin")
    person.fill("E-mail address", email)
    person.fill("Password", PASSWORD)
    person.press("Sign in")
    person.page.get_by_role("link", name=re.compile("^Notices")).first.wait_for()
