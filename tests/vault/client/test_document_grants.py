"""Single documents given to read ("only these three"), from the command line of both sides."""

import pytest

from tests.vault.client.people import Network, Person, changed


def _give(patient: Person, professional: Person, *documents: str) -> str:
    chosen = [option for document in documents for option in ("--document", document)]
    given = patient.json("grant", "new", "--invite", *chosen)
    done = professional.json("grant", "redeem", given["invitation"])
    assert done["patient"] == "Anne Durand"
    return str(given["id"])


@pytest.mark.slow
def test_only_these_documents_and_as_they_are(patient: Person, professional: Person) -> None:
    scan = patient.add("scan.txt", b"scan", "--section", "imaging", "--title", "Scan")
    letter = patient.add("letter.txt", b"letter", "--section", "mental_health", "--title", "Letter")
    hidden = patient.add("hidden.txt", b"hidden", "--section", "imaging")
    grant = _give(patient, professional, scan, letter)
    [row] = patient.json("grant", "list")
    assert (row["sections"], row["rights"], row["state"]) == ([], ["read"], "active")
    assert {(one["title"], one["version"]) for one in row["documents"]} == {("Scan", 1), ("Letter", 1)}
    [vault] = professional.json("vaults")
    assert (vault["grant"], vault["documents"], vault["sections"]) == (grant, 2, [])
    shown = {row["id"]: row for row in professional.json("list")}
    assert {row["title"] for row in shown.values()} == {"Scan", "Letter"}
    assert shown.keys() == {scan, letter}
    assert {row["section"] for row in shown.values()} == {None}
    out = professional.folder / "out"
    for identifier, content in ((scan, b"scan"), (letter, b"letter")):
        professional.json("get", identifier, "-o", str(out))
        assert out.read_bytes() == content
    assert professional.fails("get", hidden, "-o", str(out)) == (3, "not_found")
    # They know no section: what they add is a deposit, for which the host must have verified them.
    answer = professional.write("answer.txt", b"answer")
    assert professional.fails("add", answer) == (4, "unverified")
    # Filed elsewhere, masked, and with a later version: what was given stays given, and no more.
    patient.json("file", scan, "--section", "dental")
    patient.json("mask", letter)
    patient.add("scan.txt", b"scan, later", "--replace", scan)
    professional.json("get", scan, "-o", str(out))
    assert out.read_bytes() == b"scan"
    assert professional.fails("get", scan, "--version", "2", "-o", str(out)) == (3, "not_found")
    professional.json("get", letter, "-o", str(out))
    assert out.read_bytes() == b"letter"
    opened = [row for row in patient.json("journal") if row["kind"] == "access" and row["mode"] == "grant"]
    assert len(opened) == 4


@pytest.mark.slow
def test_it_is_renewed_with_what_is_there_and_ends(patient: Person, professional: Person) -> None:
    scan = patient.add("scan.txt", b"scan", "--section", "imaging")
    gone = patient.add("gone.txt", b"gone", "--section", "imaging")
    other = patient.add("other.txt", b"other", "--section", "imaging")
    grant = _give(patient, professional, scan, gone)
    out = str(professional.folder / "out")
    patient.json("remove", gone)
    assert professional.fails("get", gone, "-o", out) == (3, "not_found")
    patient.add("scan.txt", b"scan, later", "--replace", scan)
    professional.json("grant", "ask", grant)
    [row] = patient.json("grant", "renew", "--requested")
    assert [(one["id"], one["version"]) for one in row["documents"]] == [(scan, 2)]
    professional.json("get", scan, "-o", out)
    assert (professional.folder / "out").read_bytes() == b"scan, later"
    assert professional.fails("get", other, "-o", out) == (3, "not_found")
    patient.json("grant", "revoke", grant)
    assert professional.fails("get", scan, "-o", out)[1] == "ended"
    patient.json("remove", scan)
    assert patient.fails("grant", "renew", grant) == (3, "not_found")


@pytest.mark.slow
def test_with_sections_besides(patient: Person, professional: Person) -> None:
    """An end of one grant leaves the other; its sections can still be added to."""
    scan = patient.add("scan.txt", b"scan", "--section", "imaging")
    tooth = patient.add("tooth.txt", b"tooth", "--section", "dental")
    grant = _give(patient, professional, scan)
    given = patient.json("grant", "new", "--invite", "--sections", "dental", "--rights", "read,add")
    professional.json("grant", "redeem", given["invitation"])
    assert {row["id"] for row in professional.json("list")} == {scan, tooth}
    patient.json("file", scan, "--section", "dental")
    assert {row["section"] for row in professional.json("list")} == {"dental"}
    patient.json("file", scan, "--section", "imaging")
    patient.json("grant", "revoke", grant)
    assert {row["id"] for row in professional.json("list")} == {tooth}
    added = professional.add("note.txt", b"note", "--section", "dental")
    assert {row["id"] for row in patient.json("list", "--section", "dental")} == {tooth, added}


def test_what_cannot_be_given(patient: Person) -> None:
    scan = patient.add("scan.txt", b"scan")
    for wrong in (
        ("--document", scan, "--sections", "imaging"),
        ("--document", scan, "--rights", "read,add"),
    ):
        assert patient.fails("grant", "new", "--invite", *wrong) == (2, "usage")
    assert patient.fails("grant", "new", "--invite", "--document", "0" * 32) == (3, "not_found")


def test_a_server_cannot_hide_or_swap_what_was_given(
    patient: Person, professional: Person, network: Network
) -> None:
    scan = patient.add("scan.txt", b"scan", "--section", "imaging")
    other = patient.add("other.txt", b"other", "--section", "imaging")
    _give(patient, professional, scan, other)
    bodies = ("salt", "statement", "signature", "manifest")

    def hide(answer: dict[str, object]) -> None:
        entries = answer["entries"]
        assert isinstance(entries, list)
        for entry in entries[1:3]:
            for name in bodies:
                entry.pop(name, None)

    network.rewrite = changed("/ledger", hide)
    assert professional.fails("list")[1] == "tampered"
    network.rewrite = None
    professional.json("list")
    seen: list[str] = []
    network.rewrite = changed("/accesses", lambda answer: seen.append(answer["opened"][0]["header"]))
    professional.json("get", other, "-o", str(professional.folder / "out"))
    network.rewrite = changed("/accesses", lambda answer: answer["opened"][0].update(header=seen[0]))
    assert professional.fails("get", scan, "-o", str(professional.folder / "out"))[1] == "tampered"
