"""The health profile from the command line: saved, shared as a summary, printed as a card."""

import io
import json
from collections.abc import Callable
from typing import Any

import pytest
import zxingcpp
from PIL import Image
from pypdf import PdfReader

import vault.client.profiles
from crypto import profile as profiles
from crypto.card import MAX_CARD
from tests.crypto.test_ips import faults
from tests.e2e.qr_codes import decoded, printed
from tests.vault.client.people import Person
from tests.vectors.opening_profiles import FULL
from vault.client.card_pdf import card_pdf

ASTHMA: dict[str, Any] = {"label": "Asthme", "status": "active"}


@pytest.mark.slow
def test_a_profile_is_saved_shared_and_followed(patient: Person, person: Callable[[str], Person]) -> None:
    assert patient.json("profile", "show") == {"version": 1}
    assert patient.fails("share", "new") == (2, "usage")
    assert patient.fails("share", "new", "--summary") == (3, "not_found")
    # As people write it: any order, spaces, empty lists, no version.
    written = json.dumps({"problems": [ASTHMA], "allergies": [], "birth_date": "1984"}, indent=2)
    assert patient.json("profile", "set", patient.write("p.json", written.encode())) == {"version": 1}
    assert patient.json("profile", "show") == {"problems": [ASTHMA], "birth_date": "1984", "version": 1}
    [row] = patient.json("list")
    assert (row["type"], row["section"]) == ("60591-5", "summary")
    link = patient.json("share", "new", "--summary", "--follow")["link"]
    # The next version is in the link at once.
    full = json.dumps(profiles.to_record(FULL)).encode()
    assert patient.json("profile", "set", patient.write("p.json", full)) == {"version": 2}
    assert patient.json("profile", "show") == profiles.to_record(FULL)
    visitor = person("visitor")
    out = visitor.folder / "out.json"
    [found] = visitor.json("open", link, "-o", str(out))
    assert (found["mime"], found["path"]) == ("application/fhir+json", str(out))
    assert found["summary"]["patient"] == "Anne Durand"
    [allergies] = [one for one in found["summary"]["sections"] if one["code"] == "48765-2"]
    assert [item["label"] for item in allergies["items"]] == ["Pénicilline", "Œufs"]
    assert faults(json.loads(out.read_bytes())) == []


def test_what_is_no_profile_is_not_saved(patient: Person) -> None:
    for content, code in (
        (b"[", "usage"),
        (b"[]", "malformed"),
        (b'{"weight": 70}', "malformed"),
        (b'{"version": 2}', "unsupported_version"),
        (b'{"problems": [{"label": "Asthme"}]}', "malformed"),
        (b" " * ((1 << 20) + 1), "usage"),
    ):
        assert patient.fails("profile", "set", patient.write("p.json", content)) == (2, code)
    assert patient.fails("profile", "set", "none.json") == (3, "not_found")
    assert patient.json("list") == []


def test_another_device_that_was_faster_is_not_overwritten(
    patient: Person, person: Callable[[str], Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    file = patient.write("p.json", json.dumps({"problems": [ASTHMA]}).encode())
    other = person("other")
    other.email = patient.email
    other.log_in()
    save = vault.client.profiles.save
    # The first version of all, then a later one: read here, saved there, then saved here.
    for group in ("O+", "AB-"):
        theirs = other.write("p.json", json.dumps({"blood_group": group}).encode())

        def later(*given: Any, theirs: str = theirs) -> int:
            monkeypatch.setattr("vault.client.profiles.save", save)
            other.json("profile", "set", theirs)
            return save(*given)

        monkeypatch.setattr("vault.client.profiles.save", later)
        assert patient.fails("profile", "set", file) == (4, "changed")
        assert patient.json("profile", "show") == {"blood_group": group, "version": 1}
    assert len(patient.json("list")) == 1


@pytest.mark.slow
def test_a_professional_reads_a_profile_where_they_may(patient: Person, professional: Person) -> None:
    saved = patient.write("me.json", b'{"blood_group":"AB-","version":1}')
    patient.json("profile", "set", saved)
    invitation = patient.json("grant", "new", "--invite", "--sections", "imaging")["invitation"]
    vault = professional.json("grant", "redeem", invitation)["vault"]
    assert professional.fails("profile", "show", "--vault", vault) == (3, "not_found")
    invitation = patient.json("grant", "new", "--invite", "--sections", "summary")["invitation"]
    professional.json("grant", "redeem", invitation)
    assert professional.json("profile", "show")["blood_group"] == "AB-"
    assert professional.fails("profile", "set", saved) == (4, "forbidden")
    opened = [row for row in patient.json("journal") if row["kind"] == "access" and row["mode"] == "grant"]
    assert len(opened) == 1


@pytest.mark.slow
def test_a_professional_says_nothing_in_the_patients_name(
    patient: Person, professional: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    rights = ("--sections", "summary", "--rights", "add,read")
    invitation = patient.json("grant", "new", "--invite", *rights)["invitation"]
    professional.json("grant", "redeem", invitation)
    monkeypatch.setattr("mimetypes.guess_type", lambda *_: (profiles.MIME, None))
    forged = professional.add("profile.json", b'{"blood_group":"AB-","version":1}', "--section", "summary")
    assert patient.json("list")[0]["id"] == forged
    assert patient.json("profile", "show") == {"version": 1}
    assert patient.fails("share", "new", "--summary") == (3, "not_found")
    # Shared by its id, it is the file that it is.
    link = patient.json("share", "new", forged)["link"]
    [found] = professional.json("open", link, "-o", str(professional.folder / "out.json"))
    assert (found["mime"], "summary" in found) == (profiles.MIME, False)


@pytest.mark.slow
def test_a_card_says_what_was_chosen(patient: Person) -> None:
    full = json.dumps(profiles.to_record(FULL)).encode()
    patient.json("profile", "set", patient.write("p.json", full))
    file, code = patient.folder / "card.pdf", patient.folder / "card.png"
    before = len(patient.json("journal"))
    ran = patient.run("card", str(file), "--fields", "allergies,name,contacts", "--qr", str(code))
    assert ran.status == 0
    assert "can read everything on it" in ran.stderr
    [picture] = zxingcpp.read_barcodes(Image.open(code))
    assert "Allergies: Pénicilline (Choc anaphylactique) [GRAVE / SEVERE]" in picture.text
    assert "Asthme" not in picture.text
    assert len(picture.text.encode()) <= MAX_CARD
    [page] = PdfReader(file).pages
    assert "Contact: Paul Lefèvre (mari) +33 6 12 34 56 78" in page.extract_text()
    # The profile was opened, and nothing else happened.
    assert [row["kind"] for row in patient.json("journal")[before:]] == ["access"]
    assert patient.fails("card", str(file), "--fields", "weight") == (2, "usage")
    patient.json("profile", "set", patient.write("p.json", b"{}"))
    assert patient.fails("card", str(file), "--fields", "allergies") == (3, "not_found")
    long = [{**ASTHMA, "label": f"{number}" + "x" * 190} for number in range(4)]
    patient.json("profile", "set", patient.write("p.json", json.dumps({"problems": long}).encode()))
    assert patient.fails("card", str(file), "--fields", "problems") == (2, "usage")


@pytest.mark.slow
def test_the_longest_card_is_whole_on_paper() -> None:
    lines = [f"Contact: Nom {number} +33 6 00 00 00 {number:02}" for number in range(17)]
    text = "\n".join(("URGENCE / EMERGENCY", *lines))
    assert len(text.encode()) <= MAX_CARD
    paper = card_pdf(text, "fr")
    reader = PdfReader(io.BytesIO(paper))
    shown = reader.pages[0].extract_text()
    assert len(reader.pages) == 1
    for line in lines:
        assert shown.count(line) == 2
    [page] = printed(paper)
    back_of_the_upper_one = (page.width // 2, 280, page.width - 110, 640)
    assert decoded(page.crop(back_of_the_upper_one)) == text
