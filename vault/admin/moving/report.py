"""The report of a transfer: what the leaving host held at one moment, for both operators (spec chapter 12).

Owns the file's form and the counts and digests in it, which either side reckons for itself from its database.
Names nobody: identifiers are random, and only their hashes stand here.
"""

import hashlib
import json
import os
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from vault.admin import inventory
from vault.admin.errors import BadTransfer
from vault.models.accounts import Account
from vault.models.vaults import Vault

FORMAT: Final = "coffre-transfer"
VERSION: Final = 1
_PAGE: Final = 1000


@dataclass(frozen=True)
class Content:
    """What a host holds. Digests are SHA-256 in hexadecimal, of a line for each vault or object."""

    accounts: int
    vaults: int
    entries: int
    objects: int
    bytes: int
    heads_sha256: str
    objects_sha256: str


@dataclass(frozen=True)
class Report:
    """A transfer. `host` is the moving server's key identifier, `time` that of the writing; `erasure_key` the
    public key (base64url) that will sign the erasure. Only a `finished` one stands for a switch."""

    host: str
    schema: str
    time: int
    finished: bool
    content: Content
    faulty: tuple[str, ...]
    erasure_key: str


def content_of(session: Session) -> Content:
    """Counts and digests of all that the database names, at the session's moment."""
    heads, vaults, entries, last = hashlib.sha256(), 0, 0, ""
    query = (
        select(Vault.id, Vault.ledger_size, Vault.ledger_head, Vault.accesses_size, Vault.accesses_head)
        .order_by(Vault.id)
        .limit(_PAGE)
    )
    while rows := session.execute(query.where(Vault.id > last)).all():
        for vault, ledger_size, ledger_head, accesses_size, accesses_head in rows:
            line = f"{vault} {ledger_size} {ledger_head.hex()} {accesses_size} {accesses_head.hex()}\n"
            heads.update(line.encode())
            vaults, entries = vaults + 1, entries + ledger_size + accesses_size
        last = rows[-1].id
    listed, objects, size = hashlib.sha256(), 0, 0
    for expected in inventory.every(session):
        parts = hashlib.sha256(b"".join(expected.digests)).hexdigest()
        listed.update(f"{expected.name} {expected.length} {parts}\n".encode())
        objects, size = objects + 1, size + expected.length
    accounts = session.execute(select(func.count()).select_from(Account)).scalar_one()
    return Content(accounts, vaults, entries, objects, size, heads.hexdigest(), listed.hexdigest())


def write(path: Path, report: Report) -> None:
    """Writes the report, in place of an earlier one. Raises OSError."""
    text = json.dumps({"format": FORMAT, "version": VERSION, **asdict(report)}, indent=2, sort_keys=True)
    fresh = path.with_name(f"{path.name}.part")
    fresh.write_text(f"{text}\n", encoding="utf-8")
    with fresh.open("rb") as file:
        os.fsync(file.fileno())
    fresh.replace(path)


def read(path: Path) -> Report:
    """A report. Raises BadTransfer."""
    try:
        fields = json.loads(path.read_bytes())
        found = (fields.pop("format"), fields.pop("version"))
        content = Content(**fields.pop("content"))
        report = Report(content=content, **fields)
        report = replace(report, faulty=tuple(report.faulty))
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        raise BadTransfer("no readable report of a transfer") from None
    if found != (FORMAT, VERSION) or not _typed(report):
        raise BadTransfer("a report of a form that this program does not know")
    return report


def digest(path: Path) -> bytes:
    """SHA-256 of the report's file, by which the erasure names it (32 bytes)."""
    return hashlib.sha256(path.read_bytes()).digest()


def _typed(report: Report) -> bool:
    content = report.content
    numbers = (report.time, content.accounts, content.vaults, content.entries, content.objects, content.bytes)
    texts = (report.host, report.schema, report.erasure_key, content.heads_sha256, content.objects_sha256)
    return (
        all(type(number) is int and number >= 0 for number in numbers)
        and all(isinstance(text, str) for text in (*texts, *report.faulty))
        and type(report.finished) is bool
    )
