"""Pictures of every page: a real server, real Chromium, real files; French and English, phone and desktop,
light and dark.

    python -m tests.e2e.screenshots FOLDER [--readme web/deploy/screenshot.png]

Writes FOLDER/LANGUAGE/NUMBER-PAGE-SIZE-SCHEME.png, whole pages. Ends with an error when a page is wider than
its screen, has an uncaught error, or breaks its content security policy.
"""

import argparse
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal

from tests.e2e import samples
from tests.e2e.browser import Browser, Person
from tests.e2e.messages import Language, Messages
from tests.e2e.server_process import ServerProcess

SIZES: Final = {"phone": (360, 740), "desktop": (1280, 800)}
SCHEMES: Final[tuple[Literal["light", "dark"], ...]] = ("light", "dark")
LANGUAGES: Final[tuple[Language, ...]] = ("fr", "en")
SETTLE_MS: Final = 350
PASSWORD: Final = "brume cactus 47 violon étage"
PASSCODE: Final = "lilas-1204"

TITLES: Final = {
    "fr": ("Photo d’identité", "Compte rendu de consultation", "Scanner du rachis"),
    "en": ("Identity photograph", "Consultation report", "CT of the spine"),
}
SECTIONS: Final = ("administrative", "reports", "imaging")
DATES: Final = ("2026-03-14", "2026-03-02", "2026-02-19")


@dataclass
class Album:
    """The pictures of one language."""

    folder: Path
    readme: Path | None = None
    faults: list[str] = field(default_factory=list)
    count: int = 0

    def take(self, person: Person, name: str) -> None:
        """The page as it stands, in both sizes and schemes; then the page is as it was."""
        self.count += 1
        page = person.page
        before = page.viewport_size
        for size, (width, height) in SIZES.items():
            page.set_viewport_size({"width": width, "height": height})
            for scheme in SCHEMES:
                page.emulate_media(color_scheme=scheme)
                # A preview is drawn anew for another width, in its own time.
                drawn = page.locator("iframe.preview-frame").count()
                page.wait_for_timeout(4 * SETTLE_MS if drawn else SETTLE_MS)
                page.screenshot(
                    path=self.folder / f"{self.count:02}-{name}-{size}-{scheme}.png", full_page=True
                )
            wide = page.evaluate("document.documentElement.scrollWidth")
            if wide > width:
                self.faults.append(f"{self.folder.name} {name}: {wide} px wide on a screen of {width}")
        page.emulate_media(color_scheme="light")
        if before is not None:
            page.set_viewport_size(before)

    def take_for_readme(self, person: Person) -> None:
        if self.readme is None:
            return
        person.page.set_viewport_size({"width": 1280, "height": 800})
        person.page.wait_for_timeout(SETTLE_MS)
        person.page.screenshot(path=self.readme)


@dataclass
class Walk:
    """One patient, one professional and one visitor, through every page, in one language."""

    words: Messages
    album: Album
    patient: Person
    professional: Person
    visitor: Person
    files: list[Path]
    kit: str = ""
    invitation: str = ""
    link: str = ""

    @property
    def titles(self) -> tuple[str, str, str]:
        return TITLES[self.words.language]

    def run(self) -> None:
        self.arriving()
        self.first_documents()
        self.looking()
        self.keeping()
        self.authorising()
        self.professional_reads()
        self.sharing()
        self.summing_up()
        self.after_all_that()
        self.coming_back()

    def arriving(self) -> None:
        patient, text = self.patient, self.words.text
        patient.go("/")
        patient.reads(text("welcome.title"))
        self.album.take(patient, "welcome")
        patient.go("/signup")
        patient.fill(text("common.email"), f"anne-{self.words.language}@exemple.fr")
        patient.fill(text("common.name"), "Anne Durand-Lévêque")
        patient.fill(text("common.password"), PASSWORD)
        patient.reads(text("password.scores.strong"))
        self.album.take(patient, "sign-up")
        patient.press(text("signUp.submit"))
        patient.reads(text("kit.words"))
        self.kit = " ".join(patient.page.locator(".kit-words .code").all_inner_texts())
        self.album.take(patient, "kit")
        patient.tick(text("kit.confirm"))
        patient.press(text("kit.submit"))
        patient.reads(text("vault.emptyTitle"))
        self.album.take(patient, "vault-empty")

    def first_documents(self) -> None:
        patient, text = self.patient, self.words.text
        patient.drop_files(self.files)
        dialog = patient.page.get_by_role("dialog")
        for index, (title, section, date) in enumerate(zip(self.titles, SECTIONS, DATES, strict=True)):
            dialog.get_by_label(text("add.documentTitle"), exact=True).nth(index).fill(title)
            dialog.get_by_label(text("add.date"), exact=True).nth(index).fill(date)
            dialog.get_by_role("button", name=text("add.section")).nth(index).click()
            patient.page.get_by_role("option", name=text(f"sections.{section}"), exact=True).click()
        self.album.take(patient, "add")
        patient.press(text("add.submit_other", count=3))
        for title in self.titles:
            patient.page.get_by_role("link", name=title).wait_for()
        patient.press(text("vault.clearUploads"))
        self.album.take(patient, "vault")
        self.album.take_for_readme(patient)
        patient.page.get_by_label(text("vault.search")).fill("xyz")
        patient.reads(text("vault.nothingFound"))
        self.album.take(patient, "vault-nothing-found")
        patient.press(text("vault.clear"))

    def looking(self) -> None:
        for title, name in zip(self.titles, ("photo", "pdf", "dicom"), strict=True):
            self.patient.page.get_by_role("link", name=title).click()
            _is_previewed(self.patient, title)
            self.album.take(self.patient, f"document-{name}")
            if name == "photo":
                self._dialogs_of_a_document()
            self.patient.page.go_back()

    def _dialogs_of_a_document(self) -> None:
        patient, text = self.patient, self.words.text
        for button in ("document.refile", "document.mask", "common.remove"):
            patient.press(text(button))
            patient.page.get_by_role("dialog").or_(patient.page.get_by_role("alertdialog")).wait_for()
            self.album.take(patient, button.replace(".", "-"))
            patient.page.keyboard.press("Escape")

    def keeping(self) -> None:
        patient, text = self.patient, self.words.text
        patient.press(text("record.select"))
        patient.press(text("record.selectAll_other", count=3))
        self.album.take(patient, "record-selected")
        patient.press(text("record.keep"))
        patient.page.get_by_role("alertdialog").wait_for()
        self.album.take(patient, "record-keep")
        patient.press(text("kept.keepConfirm"))
        patient.reads(text("record.finished_other", count=3))
        self.album.take(patient, "record-kept")
        patient.press(text("record.selectDone"))

    def authorising(self) -> None:
        patient, text = self.patient, self.words.text
        patient.follow(text("nav.grants"))
        patient.reads(text("grants.emptyTitle"))
        self.album.take(patient, "grants-none")
        patient.follow(text("grants.new"))
        patient.reads(text("invite.sections"))
        self.album.take(patient, "invite")
        patient.press(text("invite.submit"))
        patient.reads(text("invite.readyTitle"))
        self.invitation = patient.page.locator(".copy-text").inner_text()
        self.album.take(patient, "invite-ready")

    def professional_reads(self) -> None:
        pro, text = self.professional, self.words.text
        pro.go(self.invitation)
        pro.reads(text("redeem.signInFirst"))
        self.album.take(pro, "redeem-before-account")
        pro.follow(text("nav.signUp"))
        self._professional_signs_up()
        pro.reads(text("redeem.accept"))
        self.album.take(pro, "redeem-offer")
        pro.press(text("redeem.accept"))
        pro.reads(text("redeem.doneTitle"))
        self.album.take(pro, "redeem-done")
        pro.follow(text("redeem.openVault"))
        pro.page.get_by_role("link", name=self.titles[2]).wait_for()
        self.album.take(pro, "patient-vault")
        pro.page.get_by_role("link", name=self.titles[2]).click()
        _is_previewed(pro, self.titles[2])
        self.album.take(pro, "patient-document")
        pro.page.go_back()
        pro.follow(text("journalViews.seeOwn"))
        pro.page.locator(".journal-row").first.wait_for()
        self.album.take(pro, "own-accesses")
        pro.follow(text("nav.vaults"))
        pro.reads(text("vaults.lead"))
        self.album.take(pro, "patients")
        pro.follow(text("nav.redeem"))
        pro.reads(text("redeem.lead"))
        self.album.take(pro, "redeem")

    def _professional_signs_up(self) -> None:
        pro, text = self.professional, self.words.text
        pro.page.wait_for_url("**/signup?role=professional")
        pro.fill(text("common.email"), f"martin-{self.words.language}@cabinet.fr")
        pro.fill(text("common.name"), "Dr Paul Martin")
        pro.fill(text("signUp.rpps"), {"fr": "10003456786", "en": "10101010105"}[self.words.language])
        pro.choose(text("signUp.profession"), text("professions.10"))
        pro.fill(text("common.password"), f"{PASSWORD} pro")
        pro.reads(text("password.scores.strong"))
        self.album.take(pro, "sign-up-professional")
        pro.press(text("signUp.submit"))
        pro.reads(text("kit.words"))
        pro.tick(text("kit.confirm"))
        pro.press(text("common.continue"))

    def sharing(self) -> None:
        patient, visitor, text = self.patient, self.visitor, self.words.text
        patient.follow(text("nav.vault"))
        patient.page.get_by_role("link", name=self.titles[0]).click()
        _is_previewed(patient, self.titles[0])
        patient.press(text("document.share"))
        patient.reads(text("shareNew.chosen_one", count=1))
        patient.tick(text("shareNew.passcode"))
        patient.fill(text("shareNew.passcodeField"), PASSCODE)
        self.album.take(patient, "share-new")
        patient.press(text("shareNew.submit"))
        patient.reads(text("shareNew.readyTitle"))
        self.link = patient.page.locator(".copy-text").inner_text()
        self.album.take(patient, "share-ready")
        visitor.go(self.link)
        visitor.fill(text("viewer.recipient"), "Pharmacie du Port")
        visitor.fill(text("viewer.passcode"), "rose-1204")
        visitor.press(text("viewer.open"))
        visitor.reads(text("errors.wrong_passcode"))
        self.album.take(visitor, "viewer-wrong-code")
        visitor.fill(text("viewer.passcode"), PASSCODE)
        visitor.press(text("viewer.open"))
        _is_previewed(visitor, self.titles[0])
        self.album.take(visitor, "viewer")

    def summing_up(self) -> None:
        patient, visitor, text = self.patient, self.visitor, self.words.text
        patient.follow(text("nav.vault"))
        patient.follow(text("profile.open"))
        patient.press(text("profile.add.allergies"))
        patient.fill(text("profile.labels.allergies"), "Pénicilline")
        patient.tick(text("profile.severities.high"))
        self.album.take(patient, "profile-entry")
        patient.press(text("common.save"))
        patient.reads("Pénicilline")
        none = text("profile.none.treatments")
        patient.tick(none)
        patient.page.get_by_role("checkbox", name=none, checked=True).wait_for(state="attached")
        self.album.take(patient, "profile")
        patient.follow(text("profile.card"))
        for name in ("name", "allergies", "treatments"):
            patient.tick(text(f"profile.cardPage.fields.{name}"))
        patient.reads("URGENCE / EMERGENCY")
        self.album.take(patient, "card")
        patient.follow(text("nav.shares"))
        patient.follow(text("profile.share"))
        patient.reads(text("shareNew.chosen_one", count=1))
        self.album.take(patient, "share-summary")
        patient.press(text("shareNew.submit"))
        patient.reads(text("shareNew.readyTitle"))
        visitor.go("/")
        visitor.go(patient.page.locator(".copy-text").inner_text())
        visitor.fill(text("viewer.recipient"), "Pharmacie du Port")
        visitor.press(text("viewer.open"))
        visitor.reads("Pénicilline")
        self.album.take(visitor, "viewer-summary")

    def after_all_that(self) -> None:
        patient, text = self.patient, self.words.text
        patient.follow(text("nav.shares"))
        patient.reads(text("shares.lead"))
        self.album.take(patient, "shares")
        patient.follow(text("nav.journal"))
        patient.reads(text("journal.verified"))
        patient.press(text("journalViews.more"))
        self.album.take(patient, "journal")
        for name in ("own", "services", "now"):
            patient.page.get_by_role("tab", name=text(f"journalViews.tabs.{name}")).click()
            self.album.take(patient, f"journal-{name}")
        patient.page.locator("a.bell").click()
        patient.reads(text("notices.kinds.share_opening"))
        self.album.take(patient, "notices")
        patient.follow(text("nav.grants"))
        patient.press(text("grants.revoke"))
        confirm = patient.page.get_by_role("alertdialog")
        confirm.wait_for()
        self.album.take(patient, "revoke")
        confirm.get_by_role("button", name=text("grants.revoke")).click()
        patient.reads(text("grants.past"))
        self.album.take(patient, "grants")
        self.professional.follow(text("nav.vaults"))
        self.professional.reads(text("vaults.lead"))

    def coming_back(self) -> None:
        patient, text = self.patient, self.words.text
        patient.go("/settings")
        patient.reads(text("signIn.submit"))
        self.album.take(patient, "sign-in")
        patient.fill(text("common.password"), PASSWORD)
        patient.press(text("signIn.submit"))
        patient.reads(text("settings.fingerprintText"))
        patient.reads(text("notices.settings.submit"))
        self.album.take(patient, "settings")
        self._without_network()
        patient.go("/recover")
        patient.reads(text("recover.lead"))
        patient.fill(text("recover.words"), self.kit)
        self.album.take(patient, "recover")
        patient.go("/no-such-page")
        patient.reads(text("notFound.title"))
        self.album.take(patient, "not-found")

    def _without_network(self) -> None:
        patient, text = self.patient, self.words.text
        patient.page.locator('a[href="/kept"]').click()
        patient.reads(text("kept.dropAll"))
        self.album.take(patient, "kept")
        patient.page.context.set_offline(offline=True)
        patient.go("/")
        patient.reads(text("kept.startText"))
        patient.reads(text("welcome.title"))
        self.album.take(patient, "kept-start")
        patient.follow(text("kept.open"))
        patient.fill(text("common.email"), f"anne-{self.words.language}@exemple.fr")
        patient.fill(text("common.password"), PASSWORD)
        self.album.take(patient, "kept-unlock")
        patient.press(text("kept.unlock"))
        patient.reads(text("kept.offlineLead"))
        self.album.take(patient, "kept-offline")
        patient.follow(self.titles[0])
        _is_previewed(patient, self.titles[0])
        self.album.take(patient, "kept-document")
        patient.page.context.set_offline(offline=False)


def _is_previewed(person: Person, title: str) -> None:
    person.page.get_by_role("heading", name=title).wait_for()
    person.page.frame_locator("iframe.preview-frame").locator("canvas").first.wait_for()
    person.page.locator(".preview-box[aria-busy=false]").wait_for()


def main() -> int:
    """Takes all pictures; the exit status says whether the pages were sound."""
    parser = argparse.ArgumentParser(description="Pictures of every page.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--readme", type=Path, help="where the README's picture goes")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as room:
        faults = _walk_all(arguments.folder, arguments.readme, Path(room))
    for fault in faults:
        print(fault, file=sys.stderr)
    return 1 if faults else 0


def _walk_all(folder: Path, readme: Path | None, room: Path) -> list[str]:
    files = [room / name for name in ("photo.jpg", "consultation.pdf", "rachis.dcm")]
    contents = (samples.photo(), samples.pdf(), samples.dicom())
    for path, content in zip(files, contents, strict=True):
        path.write_bytes(content)
    faults: list[str] = []
    with ServerProcess(room / "server") as server, Browser() as browser:
        for language in LANGUAGES:
            album = Album(folder / language, readme if language == "en" else None)
            album.folder.mkdir(parents=True, exist_ok=True)
            locale = {"fr": "fr-FR", "en": "en-GB"}[language]
            patient, professional, visitor = (browser.person(server.url, language=locale) for _ in range(3))
            Walk(Messages.read(language), album, patient, professional, visitor, files).run()
            faults += album.faults
            print(f"{language}: {album.count} pages, {album.count * len(SIZES) * len(SCHEMES)} pictures")
        return faults + browser.faults


if __name__ == "__main__":
    sys.exit(main())
