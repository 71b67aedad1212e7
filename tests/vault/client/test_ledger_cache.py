"""The ledger as it is kept on a device."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from crypto.errors import Malformed, UnsupportedVersion
from tests.vault.client.folding import DOCTOR_VIEW, EMPTY, OWNER_VIEW, fold
from tests.vectors.samples import DOCUMENT, VAULT
from tests.vectors.stories import SECOND, started, story
from vault.client.home import Home
from vault.client.kept_ledger import load, save
from vault.client.kept_records import KeptRecords
from vault.client.ledger import Ledger
from vault.client.ledger_cache import ledger_from_json, ledger_to_json
from vault.client.ledger_chain import Pin


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


def lines_of(home: Home) -> Path:
    """The one file of documents."""
    [found] = home.folder.glob("cache-documents-*.jsonl")
    return found


@pytest.fixture(params=["empty", "owner", "doctor", "pinned"])
def ledger(request: pytest.FixtureRequest) -> Ledger:
    return {
        "empty": EMPTY,
        "owner": fold(story()),
        "doctor": fold(story(), DOCTOR_VIEW),
        "pinned": Ledger.empty(VAULT, pin=Pin(1, bytes(32))),
    }[request.param]


def test_what_was_kept_reads_back(home: Home, ledger: Ledger) -> None:
    kept = save(home, ledger)
    assert kept == ledger
    assert load(home, VAULT) == replace(ledger, news=())
    assert lines_of(home).stat().st_mode & 0o777 == 0o600


def test_a_kept_ledger_goes_on(home: Home) -> None:
    vault = story()
    save(home, EMPTY.append_page(vault.page(end=6), OWNER_VIEW))
    found = load(home, VAULT)
    assert found is not None
    assert found.append_page(vault.page(6), OWNER_VIEW).state == fold(vault).state


def test_only_what_changed_is_written_and_read(home: Home) -> None:
    vault = started()
    save(home, fold(vault))
    before = lines_of(home).read_bytes()
    found = load(home, VAULT)
    assert found is not None
    vault.manifest(document=SECOND)
    vault.grant()
    longer = found.append_page(vault.page(2), OWNER_VIEW)
    assert set(longer.state.documents.changed) == {SECOND}
    again = save(home, longer)
    assert lines_of(home).read_bytes()[: len(before)] == before
    assert lines_of(home).read_bytes().count(b"\n") == 2
    assert not again.state.documents.changed
    vault.refile(document=DOCUMENT)
    save(home, again.append_page(vault.page(4), OWNER_VIEW))
    assert lines_of(home).read_bytes().count(b"\n") == 3
    assert load(home, VAULT) == replace(fold(vault), news=())


def test_nothing_of_a_document_is_read_before_somebody_asks() -> None:
    read: list[bytes] = []

    def reader(line: bytes) -> bytes:
        read.append(line)
        return line

    records = KeptRecords({"a": b"1", "b": b"2"}, reader)
    copy = records.copy()
    copy["c"] = b"3"
    assert (len(records), len(copy), list(copy), "b" in copy) == (2, 3, ["a", "b", "c"], True)
    assert read == []
    assert (copy["a"], records["a"], copy["c"]) == (b"1", b"1", b"3")
    assert read == [b"1"]
    with pytest.raises(KeyError):
        records["c"]


def test_a_ledger_that_was_folded_again_leaves_the_files_as_they_are(home: Home) -> None:
    save(home, fold(story()))
    before = {path: path.read_bytes() for path in home.folder.iterdir()}
    save(home, fold(story()))
    assert {path: path.read_bytes() for path in home.folder.iterdir()} == before


def test_lines_that_were_replaced_do_not_pile_up(home: Home) -> None:
    vault = started()
    ledger = save(home, fold(vault))
    sizes = set()
    for number in range(110):
        documents = ledger.state.documents.copy()
        documents[DOCUMENT] = replace(documents[DOCUMENT], removed=number)
        ledger = save(home, replace(ledger, state=replace(ledger.state, documents=documents)))
        sizes.add(lines_of(home).read_bytes().count(b"\n"))
    assert max(sizes) <= 102
    assert load(home, VAULT) == replace(ledger, news=())


def test_two_commands_at_once_leave_one_whole_ledger(home: Home) -> None:
    """Both begin with the same; the one that ends last is kept, whole."""
    vault = started()
    save(home, fold(vault))
    first, second = load(home, VAULT), load(home, VAULT)
    assert first is not None
    assert second is not None
    vault.manifest(document=SECOND)
    longer = first.append_page(vault.page(2), OWNER_VIEW)
    save(home, longer)
    save(home, second)
    assert load(home, VAULT) == replace(second, news=())
    save(home, longer)
    assert load(home, VAULT) == replace(longer, news=())


@pytest.mark.parametrize("fault", ["cut", "bent", "gone", "no lines", "bad lines", "bad state"])
def test_a_damaged_one_counts_as_none(home: Home, fault: str) -> None:
    save(home, fold(story()))
    lines = lines_of(home)
    data = lines.read_bytes()
    kept = home.cache("ledger", VAULT)
    assert isinstance(kept, dict)
    if fault == "cut":
        lines.write_bytes(data[:-1])
    elif fault == "bent":
        lines.write_bytes(data.replace(b"versions", b"versionz"))
    elif fault == "gone":
        lines.unlink()
    elif fault == "no lines":
        home.save_cache("ledger", VAULT, {name: kept[name] for name in kept if name != "lines"})
    elif fault == "bad lines":
        home.save_cache("ledger", VAULT, {**kept, "lines": 1})
    else:
        home.save_cache("ledger", VAULT, {**kept, "version": 2})
    assert load(home, VAULT) is None
    save(home, fold(story()))
    assert load(home, VAULT) is not None


def test_what_a_crash_left_behind_the_length_is_not_read(home: Home) -> None:
    save(home, fold(story()))
    with lines_of(home).open("ab") as file:
        file.write(b"half a line")
    found = load(home, VAULT)
    assert found == replace(fold(story()), news=())


def test_signing_out_removes_it(home: Home) -> None:
    save(home, fold(story()))
    home.forget()
    assert [path.name for path in home.folder.iterdir()] == ["lock"]


def test_a_state_off_its_grammar_is_refused() -> None:
    ledger = fold(story())
    whole, documents = json.loads(json.dumps(ledger_to_json(ledger))), ledger.state.documents
    with pytest.raises(UnsupportedVersion):
        ledger_from_json({**whole, "version": 1}, documents)
    for key in ("vault", "size", "head", "waiting", "cards"):
        with pytest.raises(Malformed):
            ledger_from_json({name: value for name, value in whole.items() if name != key}, documents)
    with pytest.raises(Malformed):
        ledger_from_json([], documents)
