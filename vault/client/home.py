"""The client's home folder: session, keyring, pins and ledger caches on this device.

The folder is 0700 and each file 0600; a file is replaced in one step, so that a crash leaves the old or the
new one. Who can read this folder can read the records: the keyring lies here together with the key that opens
it, since a command after `coffre login` must not ask for the password again. `coffre logout` removes session,
keyring and caches; the pins stay: they are what shows a rollback later. Knows neither network nor formats.
"""

import fcntl
import json
import os
import re
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from vault.client.errors import NotSignedIn, Usage, unwritable

_ID: Final = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class Session:
    """Who is signed in where. Times are not kept: the server ends sessions."""

    server: str
    server_key: str
    account: str
    role: str
    address: str
    vault: str
    cookie: str
    csrf: str

    def __repr__(self) -> str:
        return f"Session(server={self.server!r}, role={self.role!r})"


@dataclass(frozen=True, slots=True)
class Position:
    """A chain's size and head (base64url) as far as this device has verified it."""

    size: int
    head: str


@dataclass(frozen=True, slots=True)
class Pins:
    """What this device remembers of a vault; chapter 6, Pins."""

    owner: str = ""
    ledger: Position | None = None
    accesses: Position | None = None


@dataclass(frozen=True, slots=True)
class CheckpointPin:
    """The newest checkpoint that this device verified for a vault; chapter 9.

    `root` is base64url; `index` counts the vault's leaf from 1 (0: none yet), `ledger` and `accesses` are the
    sizes that the leaf says.
    """

    size: int
    root: str
    index: int = 0
    ledger: int = 0
    accesses: int = 0


@dataclass(frozen=True, slots=True)
class DirectoryPin:
    """What this device remembers of a server's directory: its public key (base64url, empty for none yet), and
    the highest sequence of an entry about each key."""

    key: str = ""
    seen: Mapping[str, int] = field(default_factory=dict)


def default_home(environ: Mapping[str, str]) -> Path:
    """`$COFFRE_HOME`, else the platform's data folder."""
    if chosen := environ.get("COFFRE_HOME"):
        return Path(chosen)
    from platformdirs import user_data_path

    return user_data_path("coffre", appauthor=False)


@dataclass(frozen=True)
class InboxNotes:
    """The newest epoch of an inbox that was met; deposits in it that do not open."""

    epoch: int = 0
    unreadable: tuple[str, ...] = ()


class Home:
    """One client's files. Two homes share nothing.

    Raises Usage when the folder is not the user's or cannot be written.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    # -- session and keyring
    def session(self) -> Session:
        """The session, or NotSignedIn."""
        data = self._read_json("session.json")
        if data is None:
            raise NotSignedIn("run coffre login first")
        names = [member.name for member in fields(Session)]
        if not isinstance(data, dict) or not all(isinstance(data.get(name), str) for name in names):
            raise Usage("session.json in the client's home is damaged: run coffre login again")
        return Session(**{name: str(data[name]) for name in names})

    def save_session(self, session: Session) -> None:
        """Replaces the session."""
        self._write("session.json", json.dumps(asdict(session)).encode())

    def keyring(self) -> tuple[bytes, bytes]:
        """(keyring file as the server has it, its file key), or NotSignedIn."""
        keyring, key = self._read("keyring.age"), self._read("keyring.key")
        if keyring is None or key is None:
            raise NotSignedIn("run coffre login first")
        return keyring, key

    def save_keyring(self, keyring: bytes, file_key: bytes) -> None:
        """Replaces keyring and file key."""
        self._write("keyring.key", file_key)
        self._write("keyring.age", keyring)

    def forget(self) -> None:
        """Signs this device out: session, keyring, caches and transfers under way go, pins stay."""
        for name in ("session.json", "keyring.age", "keyring.key"):
            (self.folder / name).unlink(missing_ok=True)
        for pattern in ("cache-*.json*", "upload-*.jsonl", "download-*.part"):
            for file in self.folder.glob(pattern):
                file.unlink(missing_ok=True)

    # -- pins
    def pins(self, server: str, vault: str) -> Pins:
        """The pins of one vault on one server; empty when this device has never seen it."""
        data = self._read_json(_pins_name(server, vault))
        if data is None:
            return Pins()
        try:
            return _pins_from(data)
        except (KeyError, TypeError, AttributeError):
            raise Usage(f"damaged file in the client's home: {_pins_name(server, vault)}") from None

    def save_pins(self, server: str, vault: str, pins: Pins) -> None:
        """Moves pins forward; a position smaller than the stored one is left alone. Writes nothing twice."""
        with self.locked():
            old = self.pins(server, vault)
            ledger, accesses = _later(old.ledger, pins.ledger), _later(old.accesses, pins.accesses)
            merged = Pins(owner=pins.owner or old.owner, ledger=ledger, accesses=accesses)
            if merged != old:
                self._write(_pins_name(server, vault), json.dumps(asdict(merged)).encode())

    def checkpoint(self, server: str, vault: str) -> CheckpointPin | None:
        """The pinned checkpoint; None when this device has verified none for the vault."""
        data = self._read_json(_checkpoint_name(server, vault))
        if data is None:
            return None
        try:
            return _checkpoint_from(data)
        except (KeyError, TypeError, ValueError):
            raise Usage(f"damaged file in the client's home: {_checkpoint_name(server, vault)}") from None

    def save_checkpoint(self, server: str, vault: str, pin: CheckpointPin) -> None:
        """Moves the pinned checkpoint forward; a smaller one is left alone."""
        with self.locked():
            old = self.checkpoint(server, vault)
            if old is None or (old.size, old.index) < (pin.size, pin.index):
                self._write(_checkpoint_name(server, vault), json.dumps(asdict(pin)).encode())

    def seen_sequence(self, server: str, account: str) -> int:
        """The highest keyring sequence that this device has met for an account; 0 for none."""
        data = self._read_json(_account_name(server, account))
        if data is None:
            return 0
        if not isinstance(data, dict) or not isinstance(data.get("keyring"), int):
            raise Usage(f"damaged file in the client's home: {_account_name(server, account)}")
        return int(data["keyring"])

    def save_seen_sequence(self, server: str, account: str, sequence: int) -> None:
        """Remembers a sequence, never a lower one."""
        with self.locked():
            highest = max(sequence, self.seen_sequence(server, account))
            self._write(_account_name(server, account), json.dumps({"keyring": highest}).encode())

    def device(self, server: str) -> str:
        """The token by which a server knows this device again; empty before the first sign-in."""
        data = self._read_json(_device_name(server))
        if data is None:
            return ""
        if not isinstance(data, dict) or not isinstance(data.get("token"), str):
            raise Usage(f"damaged file in the client's home: {_device_name(server)}")
        return str(data["token"])

    def save_device(self, server: str, token: str) -> None:
        """Keeps that token; it stays when this device signs out."""
        self._write(_device_name(server), json.dumps({"token": token}).encode())

    def directory(self, server: str) -> DirectoryPin:
        """What was seen of a server's directory; empty when nothing was."""
        data = self._read_json(_directory_name(server))
        if data is None:
            return DirectoryPin()
        seen = data.get("seen") if isinstance(data, dict) else None
        if not isinstance(data, dict) or not isinstance(data.get("key"), str) or not isinstance(seen, dict):
            raise Usage(f"damaged file in the client's home: {_directory_name(server)}")
        return DirectoryPin(data["key"], {str(key): int(sequence) for key, sequence in seen.items()})

    def save_directory(self, server: str, pin: DirectoryPin) -> None:
        """Replaces what was seen of a server's directory."""
        with self.locked():
            self._write(_directory_name(server), json.dumps(asdict(pin)).encode())

    def inbox(self, server: str, vault: str) -> InboxNotes:
        """What was noted of a vault's inbox."""
        data = self._read_json(_inbox_name(server, vault)) or {"epoch": 0, "unreadable": []}
        if not isinstance(data, dict):
            raise Usage(f"damaged file in the client's home: {_inbox_name(server, vault)}")
        return InboxNotes(int(data["epoch"]), tuple(data["unreadable"]))

    def save_inbox(self, server: str, vault: str, notes: InboxNotes) -> None:
        """Adds notes; an epoch never goes back."""
        with self.locked():
            old = self.inbox(server, vault)
            known = sorted({*old.unreadable, *notes.unreadable})
            merged = {"epoch": max(old.epoch, notes.epoch), "unreadable": known}
            self._write(_inbox_name(server, vault), json.dumps(merged).encode())

    # -- caches
    def cache(self, kind: str, vault: str) -> object | None:
        """A vault's cached state as JSON, or None. A damaged cache counts as none: it only saves work."""
        try:
            return self._read_json(_cache_name(kind, vault))
        except Usage:
            return None

    def save_cache(self, kind: str, vault: str, state: object) -> None:
        """Replaces a vault's cached state."""
        self._write(_cache_name(kind, vault), json.dumps(state, separators=(",", ":")).encode())

    # -- transfers under way
    def drop_upload_records(self, lifetime: int) -> None:
        """Drops the records of uploads that are older than `lifetime` seconds."""
        self._drop_old("upload-*.jsonl", lifetime)

    def upload_record(self, name: str) -> Path:
        """Where an upload under way is recorded."""
        return self.folder / f"upload-{_checked(name)}.jsonl"

    def download_file(self, name: str, lifetime: int) -> Path:
        """Where an object under way is kept, sealed; those that are older than `lifetime` seconds go."""
        self._drop_old("download-*.part", lifetime)
        return self.folder / f"download-{_checked(name)}.part"

    def _drop_old(self, pattern: str, lifetime: int) -> None:
        self._prepare()
        oldest = time.time() - lifetime
        for file in self.folder.glob(pattern):
            with suppress(FileNotFoundError):
                if file.stat().st_mtime < oldest:
                    file.unlink()

    # -- files
    @contextmanager
    def locked(self) -> Iterator[None]:
        """Holds the home against other `coffre` processes; short, never across a network call."""
        self._prepare()
        descriptor = os.open(self.folder / "lock", os.O_CREAT | os.O_RDWR, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)

    def temporary(self) -> "tempfile._TemporaryFileWrapper[bytes]":
        """An unnamed file inside the home (0600), for bytes that are not verified yet."""
        self._prepare()
        return tempfile.NamedTemporaryFile(dir=self.folder, prefix="partial-")

    def _prepare(self) -> None:
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self.folder.chmod(0o700)
        except OSError as error:
            raise Usage(f"the client's home cannot be used: {error.strerror}") from error

    def _read(self, name: str) -> bytes | None:
        try:
            return (self.folder / name).read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise Usage(f"unreadable file in the client's home: {name}: {error.strerror}") from error

    def _read_json(self, name: str) -> object | None:
        data = self._read(name)
        if data is None:
            return None
        try:
            value: object = json.loads(data)
        except ValueError:
            raise Usage(f"damaged file in the client's home: {name}") from None
        return value

    def _write(self, name: str, data: bytes) -> None:
        self._prepare()
        write_atomically(self.folder / name, data)


def write_atomically(path: Path, data: bytes) -> None:
    """Writes a 0600 file in one step: temporary file beside it, fsync, rename. Raises Usage, DiskFailed."""
    try:
        descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=".new-")
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            Path(temporary).replace(path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise unwritable(f"cannot write {path.name}: {error.strerror}", error) from error


def _pins_from(data: object) -> Pins:
    if not isinstance(data, dict):
        raise TypeError
    positions = {
        chain: Position(int(data[chain]["size"]), str(data[chain]["head"])) if data[chain] else None
        for chain in ("ledger", "accesses")
    }
    return Pins(owner=str(data["owner"]), **positions)


def _checkpoint_from(data: object) -> CheckpointPin:
    if not isinstance(data, dict):
        raise TypeError
    sizes = (int(data[name]) for name in ("index", "ledger", "accesses"))
    return CheckpointPin(int(data["size"]), str(data["root"]), *sizes)


def _later(old: Position | None, new: Position | None) -> Position | None:
    if old is None or new is None:
        return new or old
    return new if new.size > old.size else old


def _checked(vault: str) -> str:
    if not _ID.fullmatch(vault):
        raise Usage("that is not an identifier")
    return vault


def _cache_name(kind: str, vault: str) -> str:
    return f"cache-{kind}-{_checked(vault)}.json"


def place(server: str) -> str:
    """A server's part in the names of files."""
    return re.sub(r"[^a-z0-9]+", "-", urlsplit(server).netloc.lower()) or "server"


def _pins_name(server: str, vault: str) -> str:
    return f"pins-{place(server)}-{_checked(vault)}.json"


def _device_name(server: str) -> str:
    return f"device-{place(server)}.json"


def _checkpoint_name(server: str, vault: str) -> str:
    return f"checkpoint-{place(server)}-{_checked(vault)}.json"


def _inbox_name(server: str, vault: str) -> str:
    return f"inbox-{place(server)}-{_checked(vault)}.json"


def _account_name(server: str, account: str) -> str:
    return f"account-{place(server)}-{_checked(account)}.json"


def _directory_name(server: str) -> str:
    return f"directory-{place(server)}.json"
