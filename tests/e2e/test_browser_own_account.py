"""The own account in the browser: its address is confirmed by a mailed code, devices are seen and signed out,
everything is taken out in one file, another kit ends the old one, and nothing readable is left in the browser
after that."""

import io
import json
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pyrage
import pytest
from playwright.sync_api import expect

from tests.e2e.browser import Browser, Person
from tests.e2e.browser_steps import PASSWORD, add_file, sign_up
from tests.e2e.mailed_codes import mailed_code
from tests.e2e.server_process import ServerProcess
from tests.servers.mail_sink import MailSink

pytestmark = pytest.mark.e2e

EMAIL = "own.account@example.org"
TITLE = "Ordonnance <b>Dupont</b>"
CONTENT = "paracétamol, trois fois par jour\n".encode()


@pytest.fixture
def browser() -> Iterator[Browser]:
    with Browser() as found:
        yield found
        assert found.faults == []
        assert found.strangers == []


@pytest.fixture
def sink(tmp_path: Path) -> Iterator[MailSink]:
    with MailSink(tmp_path) as found:
        yield found


@pytest.fixture
def coffre_server(tmp_path: Path, sink: MailSink) -> Iterator[ServerProcess]:
    """One that sends mail."""
    with ServerProcess(tmp_path / "server", environment=sink.settings()) as found:
        yield found


def test_the_account_is_its_owners(
    browser: Browser, coffre_server: ServerProcess, sink: MailSink, tmp_path: Path
) -> None:
    letter = tmp_path / "ordonnance dupont.txt"
    letter.write_bytes(CONTENT)
    alice = browser.person(coffre_server.url)

    def confirm() -> None:
        alice.reads(f"A message is on its way to {EMAIL}")
        expect(alice.page.get_by_role("button", name="Send another code")).to_be_disabled()
        code = mailed_code(coffre_server, sink, EMAIL)
        other = code.translate(str.maketrans("0123456789", "1234567890"))
        for typed in (other, code):
            alice.fill("Code received", typed)
            alice.press("Open my account")
            if typed != code:
                alice.reads("This is not the code")

    old_words = sign_up(alice, EMAIL, "Alice Martin", confirm=confirm)
    add_file(alice, letter, TITLE)
    alice.page.get_by_role("link", name=TITLE).first.wait_for()

    # The other device, which is signed out from here: its next step asks for the password, where it was.
    other = browser.person(coffre_server.url, phone=True)
    other.go("/signin")
    other.fill("E-mail address", EMAIL)
    other.fill("Password", PASSWORD)
    other.press("Sign in")
    other.page.get_by_role("link", name=TITLE).first.wait_for()
    alice.page.get_by_role("button", name=re.compile("account", re.IGNORECASE)).click()
    alice.page.get_by_role("menuitem", name="Settings").click()
    alice.reads("used")
    alice.page.get_by_role("link", name="Signed-in devices").first.click()
    alice.page.get_by_role("button", name=re.compile("Sign out: ")).click()
    alice.reads("Your account is open nowhere else")
    other.follow("Journal")
    other.reads("Your session has ended")
    other.page.get_by_label("Password").first.wait_for()
    other.never_reads([TITLE])
    other.page.context.close()

    alice.page.go_back()
    alice.page.get_by_role("link", name="Take everything with you").first.click()
    archive = zipfile.ZipFile(io.BytesIO(alice.downloads("Prepare and save")))
    alice.reads("Your export is saved")
    assert archive.testzip() is None
    index = json.loads(archive.read("index.json"))
    [row] = index["documents"]
    assert (row["title"], row["name"]) == (TITLE, letter.name)
    assert archive.read(row["path"]) == CONTENT
    assert sorted(archive.namelist()) == ["index.html", "index.json", "journal.csv", row["path"]]
    page = archive.read("index.html").decode()
    assert "Ordonnance &#60;b&#62;Dupont" in page
    assert "<script" not in page
    # Its own opening is in the journal that it holds.
    assert [one["kind"] for one in index["journal"]].count("access") == 1
    _opens_with_age(alice)

    alice.page.go_back()
    alice.page.get_by_role("link", name="New recovery kit").first.click()
    alice.fill("Your password", PASSWORD)
    alice.press("Prepare the new kit")
    alice.reads("The old kit stays good")
    words = alice.page.locator(".kit-words .code").all_inner_texts()
    assert words != old_words
    alice.tick("My kit is in a safe place")
    alice.press("Replace the old kit")
    alice.reads("The new kit is in place")
    alice.page.get_by_role("link", name="Back to the settings").first.click()
    receipt = _leaves_and_stays(alice, words)
    alice.press("Keep the app")
    alice.reads("The app is kept on this device")
    # What is drawn and asked for is over: the page is left as a lock leaves it. It comes without a network.
    alice.page.context.set_offline(offline=True)
    alice.page.reload()
    alice.page.get_by_label("Password").first.wait_for()
    cached = {re.sub(r"^/assets/.*", "/assets", path) for path in alice.page.evaluate(_CACHED)}
    assert cached <= {"/assets", "/index.html", "/icon.svg", "/preview-kept.html"}
    assert "/index.html" in cached
    kept = alice.stores()
    names = (TITLE, "Dupont", "dupont.txt", "paracétamol", "Alice Martin")
    for secret in (*names, *filter(str.isalpha, PASSWORD.split()), " ".join(words)):
        assert secret not in kept, secret
    _refuses(browser, coffre_server, old_words, receipt)


def _leaves_and_stays(alice: Person, typed: list[str]) -> str:
    """The account is to be deleted once the password was typed; it is kept. The receipt's page."""
    alice.page.get_by_role("link", name="Delete my account").first.click()
    for password in (" ".join(typed), PASSWORD):
        alice.fill("Your password", password)
        alice.press("Delete my account")
        if password != PASSWORD:
            alice.reads("The address or the password is not right")
    alice.reads("Your account will be deleted on")
    saved = alice.downloads("Save these details").decode()
    found = re.search(r"https?://\S+/receipt#[A-Za-z0-9_-]{43}\.[A-Za-z0-9_-]{43}\n", saved)
    assert found
    alice.page.go_back()
    alice.reads("Until then nothing can be added to it")
    alice.press("Keep my account")
    alice.page.get_by_text("Until then nothing can be added").wait_for(state="detached")
    return found[0].strip()


def _opens_with_age(alice: Person) -> None:
    """The sealed export, by another implementation of age and the key that is saved apart."""
    alice.tick("Encrypted")
    archive = zipfile.ZipFile(io.BytesIO(alice.downloads("Start again")))
    alice.reads("The export does not open without it.")
    key = alice.downloads("Save the key (identity.txt)").decode()
    identity = pyrage.x25519.Identity.from_str(key.splitlines()[-1])
    for name in archive.namelist():
        assert re.fullmatch(r"(documents/[0-9a-f]{32}-1|journal\.csv|index\.(json|html))\.age", name)
    opened = {name: pyrage.decrypt(archive.read(name), [identity]) for name in archive.namelist()}
    [row] = json.loads(opened["index.json.age"])["documents"]
    assert (row["title"], opened[row["path"]]) == (TITLE, CONTENT)


def _refuses(browser: Browser, server: ServerProcess, words: list[str], receipt: str) -> None:
    """The old kit, to somebody who found it; and there is no receipt of an account that was kept."""
    finder = browser.person(server.url)
    finder.go(receipt[:-1])
    finder.reads("This link is not complete")
    expect(finder.page.get_by_role("button", name="Try again")).to_have_count(0)
    finder.go(receipt)
    finder.reads("No receipt")
    finder.go("/recover")
    finder.fill("E-mail address", EMAIL)
    finder.fill("Your twelve words", " ".join(words))
    finder.fill("New password", "another lantern rhubarb 77 owls")
    finder.reads(re.compile("Strong|Very strong"))
    finder.press("Change the password")
    finder.reads("These words do not match this account")


_CACHED = """async () => {
  const caches_ = await Promise.all((await caches.keys()).map((name) => caches.open(name)));
  const requests = await Promise.all(caches_.map((cache) => cache.keys()));
  return requests.flat().map(({ url }) => new URL(url).pathname);
}"""
