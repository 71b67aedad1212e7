"""A folded ledger on this device: a small file for its state, and a line for each document in another.

    ledger = load(home, vault)       # None where there is none, or a damaged one: fold from the start
    ledger = save(home, ledger)

So a command costs the same in a vault of ten thousand documents: their lines are read as one block and taken
apart when somebody asks for one (`kept_records`), and only the lines of what changed are appended. The small
file names the other with its length and checksum, and is replaced in one step: what a crash left behind that
length is not read. Knows no network; pins are `chains`.
"""

import json
import os
import secrets
import zlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Final, cast

from crypto.encoding import DocumentId, Json, VaultId
from crypto.errors import CoffreError, Malformed
from crypto.statement_grammar import integer, read_record, text, write_record
from vault.client.errors import unwritable
from vault.client.home import Home
from vault.client.kept_records import KeptRecords
from vault.client.ledger import Ledger
from vault.client.ledger_cache import document_from_json, document_to_json, ledger_from_json, ledger_to_json
from vault.client.ledger_state import Documents, DocumentState

_ID_LENGTH: Final = 32
_LINES: Final = "lines"
# Lines that were replaced stay until they are as many as the others, and at least so many.
_SPARE: Final = 100


@dataclass(frozen=True, kw_only=True)
class _Lines:
    """The file of lines: its name's last part, how much of it counts (bytes), its CRC-32, how many lines."""

    name: Annotated[str, text(16)]
    length: Annotated[int, integer()]
    checksum: Annotated[int, integer()]
    count: Annotated[int, integer()]


def load(home: Home, vault: VaultId) -> Ledger | None:
    """The ledger that was kept, or None."""
    kept = home.cache("ledger", vault)
    try:
        lines = _lines_of(kept)
        with _path(home, vault, lines.name).open("rb") as file:
            data = file.read(lines.length)
        if len(data) != lines.length or zlib.crc32(data) != lines.checksum:
            return None
        found = {DocumentId(line[:_ID_LENGTH].decode()): line for line in data.split(b"\n")[:-1]}
        return ledger_from_json(_state_of(kept), KeptRecords(found, _read, lines))
    except (OSError, UnicodeDecodeError, CoffreError):
        return None


def save(home: Home, ledger: Ledger) -> Ledger:
    """Keeps it; the same ledger, whose next `save` writes only what changes from now on."""
    vault, documents = ledger.state.vault, ledger.state.documents
    if documents.source is None:
        documents = _kept_of(home, ledger) or documents
    with home.locked():
        lines, members = _lines_or_none(home.cache("ledger", vault)), [*documents.changed]
        if lines is None or lines != documents.source or _is_worn(lines, documents):
            # Another command has written meanwhile, or there is more of the past in it than of the present.
            lines, members = _Lines(name=secrets.token_hex(4), length=0, checksum=0, count=0), [*documents]
        written = {member: _line(member, documents[member]) for member in members}
        if written or lines.count == 0:
            lines = _append(_path(home, vault, lines.name), lines, written.values())
        home.save_cache("ledger", vault, {**ledger_to_json(ledger), _LINES: write_record(lines)})
        for other in home.folder.glob(f"cache-documents-{vault}-*.jsonl"):
            if other != _path(home, vault, lines.name):
                other.unlink(missing_ok=True)
    kept = documents.written(written, _read, lines)
    return replace(ledger, state=replace(ledger.state, documents=kept))


def _kept_of(home: Home, ledger: Ledger) -> Documents | None:
    """What is kept of the documents, if the ledger was folded again from the start, to where it was."""
    there = load(home, ledger.state.vault)
    same = there is not None and (there.position(), there.viewer) == (ledger.position(), ledger.viewer)
    return there.state.documents if there is not None and same else None


def _is_worn(lines: _Lines, documents: Documents) -> bool:
    return lines.count + len(documents.changed) > 2 * len(documents) + _SPARE


def _append(path: Path, lines: _Lines, added: Collection[bytes]) -> _Lines:
    data = b"".join(line + b"\n" for line in added)
    try:
        descriptor = os.open(path, os.O_CREAT | os.O_WRONLY, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.truncate(lines.length)
            file.seek(lines.length)
            file.write(data)
    except OSError as error:
        raise unwritable(f"cannot write {path.name}: {error.strerror}", error) from error
    return _Lines(
        name=lines.name,
        length=lines.length + len(data),
        checksum=zlib.crc32(data, lines.checksum),
        count=lines.count + len(added),
    )


def _line(document: DocumentId, state: DocumentState) -> bytes:
    return document.encode() + json.dumps(document_to_json(state), separators=(",", ":")).encode()


def _read(line: bytes) -> DocumentState:
    return document_from_json(json.loads(line[_ID_LENGTH:]))


def _lines_of(kept: object) -> _Lines:
    if not isinstance(kept, dict):
        raise Malformed("no kept ledger")
    return read_record(_Lines, cast("Json", kept.get(_LINES)))


def _lines_or_none(kept: object) -> _Lines | None:
    try:
        return _lines_of(kept)
    except CoffreError:
        return None


def _state_of(kept: object) -> Json:
    members = cast("Mapping[str, Json]", kept)
    return {name: member for name, member in members.items() if name != _LINES}


def _path(home: Home, vault: VaultId, name: str) -> Path:
    return home.folder / f"cache-documents-{vault}-{name}.jsonl"
