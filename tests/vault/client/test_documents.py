import os
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from tests.vault.client.conftest import Server
from tests.vault.client.people import Clock, Network, Person, changed
from vault.admin.deployment import open_store
from vault.retention import sweep


def test_add_list_get(patient: Person) -> None:
    content = os.urandom(200_000)
    path = patient.write("Radio du genou.JPG", content)
    [added] = patient.json("add", path, "--type", "18748-4", "--date", "2026-05-04")
    assert (added["title"], added["version"], added["size"]) == ("Radio du genou", 1, 200_000)
    written = files_at_home(patient)
    [row] = patient.json("list")
    assert row["section"] == "imaging"
    assert (row["type"], row["date"], row["author"]) == ("18748-4", "2026-05-04", "Anne Durand")
    assert row["masked"] is False
    got = patient.json("get", added["id"], "-o", str(patient.folder / "out"))
    assert (got["name"], got["mime"]) == ("Radio du genou.JPG", "image/jpeg")
    assert (patient.folder / "out").read_bytes() == content
    assert files_at_home(patient) == written, "what learned nothing wrote nothing"


def files_at_home(patient: Person) -> dict[str, tuple[int, int]]:
    """Each file of the home, and what changes when it is written."""
    found = {path.name: path.stat() for path in (patient.folder / "home").iterdir()}
    return {name: (one.st_ino, one.st_mtime_ns) for name, one in found.items()}


def test_several_parts(patient: Person) -> None:
    content = os.urandom((8 << 20) + 12_345)
    identifier = patient.add("big.bin", content)
    patient.json("get", identifier, "-o", str(patient.folder / "out"))
    assert (patient.folder / "out").read_bytes() == content


def test_sections_by_slug_or_name(patient: Person) -> None:
    patient.add("a.txt", b"a", "--section", "Santé mentale")
    patient.add("b.txt", b"b", "--section", "mental_health")
    patient.add("c.txt", b"c")
    assert [row["section"] for row in patient.json("list", "--section", "mental health")] == [
        "mental_health"
    ] * 2
    assert {row["section"] for row in patient.json("list")} == {"mental_health", "other"}
    assert patient.fails("list", "--section", "cuisine") == (3, "not_found")


def test_search_ignores_case_and_accents(patient: Person) -> None:
    patient.add("a.txt", b"a", "--title", "Échographie de l’épaule")
    patient.add("b.txt", b"b", "--title", "Bilan sanguin")
    assert [row["title"] for row in patient.json("list", "--search", "epaule ECHO")] == [
        "Échographie de l’épaule"
    ]


def test_mask_and_back(patient: Person) -> None:
    identifier = patient.add("a.txt", b"hidden", "--section", "reports")
    assert patient.fails("unmask", identifier) == (2, "usage")
    assert patient.json("mask", identifier)["section"] == "masked"
    assert patient.json("list")[0]["masked"] is True
    assert patient.json("unmask", identifier)["section"] == "reports"
    assert patient.json("file", identifier, "--section", "vision")["section"] == "vision"
    patient.json("get", identifier, "-o", str(patient.folder / "out"))
    assert (patient.folder / "out").read_bytes() == b"hidden"


@pytest.mark.slow
def test_tags(patient: Person) -> None:
    identifier = patient.add("a.txt", b"tagged", "--section", "reports")
    assert patient.json("tag", identifier)["tags"] == []
    given = ("--add", "cœur", "--add", "e\u0301te\u0301", "--add", "été")
    assert patient.json("tag", identifier, *given)["tags"] == ["cœur", "été"]
    assert patient.json("tag", identifier, "--remove", "été", "--add", "suivi")["tags"] == ["cœur", "suivi"]
    # Tags go where the document goes, and are searched.
    assert patient.json("file", identifier, "--section", "vision")["section"] == "vision"
    assert [row["tags"] for row in patient.json("list", "--search", "SUIVI")] == [["cœur", "suivi"]]
    many = [part for number in range(20) for part in ("--add", f"tag {number}")]
    assert patient.fails("tag", identifier, *many)[1] == "limit_exceeded"
    assert patient.fails("tag", identifier, "--add", "x" * 51)[1] == "limit_exceeded"
    assert patient.json("list")[0]["tags"] == ["cœur", "suivi"]
    patient.json("get", identifier, "-o", str(patient.folder / "out"))
    assert (patient.folder / "out").read_bytes() == b"tagged"
    # Where it was before it was masked stood in the filing that the tags replaced.
    patient.json("mask", identifier)
    patient.json("tag", identifier, "--add", "secret")
    assert patient.fails("unmask", identifier)[1] == "not_found"
    assert patient.json("unmask", identifier, "--section", "vision")["section"] == "vision"


def test_remove(patient: Person) -> None:
    identifier = patient.add()
    assert patient.json("remove", identifier) == {"id": identifier, "version": 1, "section": "other"}
    assert patient.json("list") == []
    assert patient.fails("get", identifier, "-o", str(patient.folder / "out")) == (3, "not_found")


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("--title", "x" * 201), (2, "limit_exceeded")),
        (("--title", "two\nlines"), (2, "malformed")),
        (("--title", "\u202egnp.exe"), (2, "malformed")),
        (("--date", "2026-02-30"), (2, "malformed")),
        (("--type", "no-such-type"), (2, "usage")),
    ],
)
def test_bad_fields_send_nothing(
    patient: Person, network: Network, arguments: tuple[str, ...], expected: tuple[int, str]
) -> None:
    path = patient.write("a.txt", b"a")
    assert patient.fails("add", path, *arguments) == expected
    sent = [request.url.path for request in network.requests if request.method in ("POST", "PUT")]
    assert not any(path.endswith(("/uploads", "/objects", "/documents")) for path in sent)


def test_empty_and_absent_files(patient: Person, network: Network) -> None:
    good, empty = patient.write("good.txt", b"good"), patient.write("empty.txt", b"")
    assert patient.fails("add", good, empty) == (2, "limit_exceeded")
    assert patient.fails("add", good, str(patient.folder / "absent")) == (3, "not_found")
    assert patient.fails("add", str(patient.folder)) == (2, "usage")
    # Not the good one alone either.
    assert patient.json("list") == []


def test_names_with_traps_are_cleaned(patient: Person) -> None:
    identifier = patient.add("evil\u202e\x01name.txt", b"x")
    assert patient.json("list")[0]["title"] == "evilname"
    got = patient.json("get", identifier, "-o", str(patient.folder / "out"))
    assert got["name"] == "evilname.txt"


def _flipped(request: httpx.Request, response: httpx.Response) -> httpx.Response:
    if not request.url.path.endswith("/object"):
        return response
    data = bytearray(response.content)
    data[len(data) // 2] ^= 1
    return httpx.Response(response.status_code, content=bytes(data))


def _cut(request: httpx.Request, response: httpx.Response) -> httpx.Response:
    if not request.url.path.endswith("/object"):
        return response
    return httpx.Response(response.status_code, content=response.content[:-1])


@pytest.mark.parametrize("rewrite", [_flipped, _cut])
def test_a_changed_object_leaves_nothing(
    patient: Person, network: Network, rewrite: Callable[[httpx.Request, httpx.Response], httpx.Response]
) -> None:
    identifier = patient.add("a.bin", os.urandom(100_000))
    target = patient.folder / "out"
    target.write_bytes(b"what stood there")
    before = sorted(path.name for path in patient.folder.iterdir())
    network.rewrite = rewrite
    assert patient.fails("get", identifier, "-o", str(target)) == (5, "tampered")
    assert target.read_bytes() == b"what stood there"
    assert sorted(path.name for path in patient.folder.iterdir()) == before
    ran = patient.run("get", identifier)
    assert (ran.status, ran.stdout) == (5, "")


def test_another_documents_header_is_refused(patient: Person, network: Network) -> None:
    first, second = patient.add("a.txt", b"first"), patient.add("b.txt", b"second")
    seen: list[str] = []
    network.rewrite = changed("/accesses", lambda answer: seen.append(answer["opened"][0]["header"]))
    patient.json("get", first, "-o", str(patient.folder / "out"))
    network.rewrite = changed("/accesses", lambda answer: answer["opened"][0].update(header=seen[0]))
    assert patient.fails("get", second, "-o", str(patient.folder / "other")) == (5, "tampered")
    assert not (patient.folder / "other").exists()


@pytest.mark.slow
def test_a_lost_answer_adds_once(patient: Person, network: Network) -> None:
    lost: list[str] = []

    def lose(request: httpx.Request, response: httpx.Response) -> httpx.Response:
        if request.url.path.endswith("/documents") and not lost:
            lost.append(request.url.path)
            raise httpx.ReadError("gone")
        return response

    network.rewrite = lose
    patient.add()
    assert lost
    assert len(patient.json("list")) == 1


def test_a_lost_answer_removes_and_brings_back_once(patient: Person, network: Network) -> None:
    identifier = patient.add()
    for command, path in (("remove", "/removals"), ("restore", "/restorals")):
        lost: list[str] = []

        def lose(
            request: httpx.Request, response: httpx.Response, path: str = path, lost: list[str] = lost
        ) -> httpx.Response:
            if request.url.path.endswith(path) and not lost:
                lost.append(path)
                raise httpx.ReadError("gone")
            return response

        network.rewrite = lose
        patient.json(command, identifier)
        assert lost
        assert [row["id"] for row in patient.json("list")] == ([] if command == "remove" else [identifier])


def test_two_devices_at_once(patient: Person, person: Callable[[str], Person]) -> None:
    other = person("other")
    other.email = patient.email
    other.log_in()
    other.add("a.txt", b"a")
    # The first device's cache is one entry behind when it adds.
    patient.add("b.txt", b"b")
    assert len(other.json("list")) == 2


@pytest.mark.slow
def test_two_devices_send_the_same_file_at_the_same_time(
    patient: Person, person: Callable[[str], Person], network: Network, server: Server, clock: Clock
) -> None:
    other = person("other")
    other.email = patient.email
    other.log_in()
    content = os.urandom((8 << 20) + 12_345)
    theirs: list[str] = []

    def meanwhile(request: httpx.Request, response: httpx.Response) -> httpx.Response:
        if request.url.path.endswith("/parts/1") and not theirs:
            theirs.append("")
            theirs[0] = other.add("scan.bin", content)
        return response

    network.rewrite = meanwhile
    ours = patient.add("scan.bin", content)
    for device in (patient, other):
        assert {row["id"] for row in device.json("list")} == {ours, *theirs}
    for identifier in (ours, *theirs):
        patient.json("get", identifier, "-o", str(patient.folder / "out"))
        assert (patient.folder / "out").read_bytes() == content
    clock.time += 3 * 86400
    with open_store(server.config) as store:
        sweep(server.database, store, clock)
        assert len(store.list(None, 10)) == 2
        assert not list(store.pending())


def test_export(patient: Person) -> None:
    contents = [os.urandom(1000), os.urandom(2000)]
    for content in contents:
        patient.add("CON.txt", content, "--section", "reports")
    patient.add("<script>.txt", b"x", "--title", "<script>alert(1)</script>")
    folder = patient.folder / "export"
    assert patient.json("export", str(folder))["documents"] == 3
    files = {path for path in folder.rglob("*") if path.is_file()}
    assert {path.read_bytes() for path in files} >= {*contents, b"x"}
    assert not any(path.name.lower().startswith("con") for path in files)
    page = (folder / "index.html").read_text()
    assert "<script>" not in page
    assert "&lt;script&gt;alert(1)" in page
    # One row for the names, one for each entry; the openings of the export itself are among them.
    journal = (folder / "journal.csv").read_text().splitlines()
    assert sum(",access," in line for line in journal) == 3
    assert patient.fails("export", str(folder)) == (2, "exists")
    assert {path for path in folder.rglob("*") if path.is_file()} == files


def test_export_as_age_opens_offline(patient: Person, network: Network) -> None:
    content = os.urandom(70_000)
    identifier = patient.add("a.bin", content, "--title", "Titre secret")
    folder = patient.folder / "export"
    patient.json("export", str(folder), "--age")
    identity = str(folder / "identity.txt")
    network.rewrite = _no_network
    out = str(patient.folder / "out")
    patient.json("open", str(folder / "documents" / f"{identifier}-1.age"), "-i", identity, "-o", out)
    assert Path(out).read_bytes() == content
    patient.json("open", str(folder / "index.json.age"), "-i", identity, "-o", out)
    assert b"Titre secret" in Path(out).read_bytes()
    sealed = b"".join(path.read_bytes() for path in folder.rglob("*.age"))
    assert b"Titre secret" not in sealed


def _no_network(request: httpx.Request, _response: httpx.Response) -> httpx.Response:
    raise AssertionError(request.url)
