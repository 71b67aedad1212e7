import fcntl
import stat
from pathlib import Path

import pytest

from vault.client.errors import NotSignedIn, Usage
from vault.client.home import CheckpointPin, Home, InboxNotes, Pins, Position, Session, default_home

VAULT = "0" * 32
SESSION = Session("https://a.example", "key", "1" * 32, "patient", "a@b.fr", VAULT, "cookie", "csrf")


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "deep" / "home")


def test_session_comes_back_and_goes(home: Home) -> None:
    with pytest.raises(NotSignedIn):
        home.session()
    home.save_session(SESSION)
    home.save_keyring(b"keyring", b"file key")
    assert home.session() == SESSION
    assert home.keyring() == (b"keyring", b"file key")
    assert "cookie" not in repr(home.session())
    home.forget()
    with pytest.raises(NotSignedIn):
        home.keyring()


def test_pins_only_move_forward(home: Home) -> None:
    home.save_pins("https://a.example", VAULT, Pins("owner", Position(5, "five"), Position(1, "one")))
    home.save_pins("https://a.example", VAULT, Pins(ledger=Position(3, "three")))
    home.save_pins("https://a.example", VAULT, Pins(accesses=Position(2, "two")))
    home.save_pins("https://a.example", VAULT, Pins(ledger=Position(5, "another five")))
    assert home.pins("https://a.example", VAULT) == Pins("owner", Position(5, "five"), Position(2, "two"))
    # Another server's vault is another vault.
    assert home.pins("https://b.example", VAULT) == Pins()


def test_pins_that_did_not_move_are_not_written(home: Home) -> None:
    pins = Pins("owner", Position(5, "five"))
    home.save_pins("https://a.example", VAULT, pins)
    [file] = home.folder.glob("pins-*")
    before = file.stat().st_ino
    home.save_pins("https://a.example", VAULT, pins)
    assert file.stat().st_ino == before


def test_a_checkpoint_only_moves_forward(home: Home) -> None:
    pin = CheckpointPin(7, "seven", index=1, ledger=2, accesses=3)
    for given in (pin, CheckpointPin(6, "six", index=1), CheckpointPin(7, "another seven", index=1)):
        home.save_checkpoint("https://a.example", VAULT, given)
        assert home.checkpoint("https://a.example", VAULT) == pin


def test_notes_of_an_inbox_add_up(home: Home) -> None:
    home.save_inbox("https://a.example", VAULT, InboxNotes(3, ("b",)))
    home.save_inbox("https://a.example", VAULT, InboxNotes(2, ("a",)))
    assert home.inbox("https://a.example", VAULT) == InboxNotes(3, ("a", "b"))


def test_one_process_at_a_time(home: Home) -> None:
    with home.locked(), (home.folder / "lock").open() as other, pytest.raises(BlockingIOError):
        fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)
    with (home.folder / "lock").open() as other:
        fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)


def test_a_folder_that_others_could_read_is_closed(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    Home(tmp_path).save_session(SESSION)
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (tmp_path, tmp_path / "session.json")}
    assert modes == {tmp_path.name: 0o700, "session.json": 0o600}


def test_sequence_never_goes_back(home: Home) -> None:
    home.save_seen_sequence("https://a.example", VAULT, 7)
    home.save_seen_sequence("https://a.example", VAULT, 2)
    assert home.seen_sequence("https://a.example", VAULT) == 7


@pytest.mark.parametrize("vault", ["../../etc/passwd", "0" * 31, "0" * 32 + "/x", ""])
def test_names_stay_inside(home: Home, vault: str) -> None:
    with pytest.raises(Usage):
        home.save_cache("ledger", vault, {})
    with pytest.raises(Usage):
        home.pins("https://a.example", vault)


def test_damaged_files(home: Home) -> None:
    home.save_session(SESSION)
    (home.folder / "session.json").write_text('{"server": 1}')
    with pytest.raises(Usage):
        home.session()
    home.save_cache("ledger", VAULT, {"a": 1})
    assert home.cache("ledger", VAULT) == {"a": 1}
    (home.folder / f"cache-ledger-{VAULT}.json").write_text("{")
    assert home.cache("ledger", VAULT) is None
    # A damaged pin is never taken for no pin: that would forget what was seen.
    home.save_pins("https://a.example", VAULT, Pins("owner", Position(5, "five")))
    [pins] = home.folder.glob("pins-*")
    pins.write_text("[]")
    with pytest.raises(Usage):
        home.pins("https://a.example", VAULT)


def test_writes_leave_no_other_file(home: Home) -> None:
    home.save_session(SESSION)
    home.save_session(SESSION)
    assert [path.name for path in home.folder.iterdir()] == ["session.json"]


def test_where_home_is(tmp_path: Path) -> None:
    assert default_home({"COFFRE_HOME": str(tmp_path)}) == tmp_path
    assert default_home({}).name == "coffre"
