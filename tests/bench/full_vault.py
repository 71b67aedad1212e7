"""A vault with many documents and accesses, made quickly: statements are signed with the patient's own keys,
and what the server would have noted of each is written straight into its tables.

    fill(home, "sqlite:///…/coffre.sqlite", documents=10_000, accesses=50_000)

Objects are not there: such a vault is listed and its journal read, its documents are not opened.
"""

import os
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from sqlalchemy import insert

from crypto import document, metadata, statements
from crypto.age_file import new_file_key
from crypto.encoding import AccountId, DocumentId, KeyId, new_id
from crypto.journal import ACCESSES, LEDGER, entry_hash, make_entry
from crypto.keyring import OwnVault, open_with_file_key
from crypto.metadata import Metadata
from crypto.sections import Filing
from crypto.signing import SigningKey
from crypto.statements import Access, Manifest
from vault.client.home import Home
from vault.database import Database
from vault.models import schema
from vault.models.documents import Document, Version
from vault.models.vaults import Entry, Vault

PART: Final = 8 << 20
SIZE: Final = 50_000


@dataclass(frozen=True)
class _Patient:
    name: str
    key: KeyId
    signing: SigningKey
    vault: OwnVault


@dataclass
class _Chain:
    name: str
    seq: int
    head: bytes
    rows: list[dict[str, Any]] = field(default_factory=list)


def fill(home: Path, database_url: str, *, documents: int, accesses: int) -> None:
    """Adds documents to the vault of the patient who is signed in at `home`, and own accesses to them."""
    patient = _patient(Home(home))
    own = patient.vault
    database = Database.open(database_url)
    # All tables must be known before one of them refers to another.
    schema.metadata()
    try:
        with database.writing() as session:
            vault = session.get_one(Vault, own.id)
            ledger = _Chain(LEDGER, vault.ledger_size, vault.ledger_head)
            opened = _Chain(ACCESSES, vault.accesses_size, vault.accesses_head)
            added = [_add(patient, ledger, number) for number in range(documents)]
            for number in range(accesses):
                _open(patient, added[number % documents][0]["id"], opened)
            session.execute(insert(Entry), ledger.rows + opened.rows)
            session.execute(insert(Document), [one for one, _ in added])
            session.execute(insert(Version), [one for _, one in added])
            vault.ledger_size, vault.ledger_head = ledger.seq, ledger.head
            vault.accesses_size, vault.accesses_head = opened.seq, opened.head
    finally:
        database.close()


def _patient(home: Home) -> _Patient:
    data, key = home.keyring()
    keyring = open_with_file_key(data, key, account=AccountId(home.session().account)).keyring
    assert keyring.vault is not None
    return _Patient(keyring.name, keyring.key_id(), keyring.signing_key(), keyring.vault)


def _add(patient: _Patient, chain: _Chain, number: int) -> tuple[dict[str, Any], dict[str, Any]]:
    vault = patient.vault.id
    section, secret = next(iter(patient.vault.sections.items()))
    filing = Filing(vault, section, secret.epoch, DocumentId(new_id()), 1)
    length = document.object_length(SIZE)
    contents = Metadata(
        author=patient.name,
        date=f"20{10 + number % 16:02}-{1 + number % 12:02}-{1 + number % 28:02}",
        mime="application/pdf",
        name=f"report-{number}.pdf",
        size=SIZE,
        tags=(),
        title=f"Report of consultation {number}",
        content=os.urandom(32),
    )
    sealed = metadata.seal(secret, filing, contents)
    header = document.make_header(secret, filing, new_file_key())
    parts = (os.urandom(32),)
    statement = Manifest(
        author=patient.key,
        time=int(time.time()),
        vault=vault,
        seq=chain.seq,
        prev=chain.head,
        digest=statements.parts_digest(parts),
        document=filing.document,
        epoch=secret.epoch,
        header=statements.header_hash(header),
        length=length,
        metadata=statements.metadata_hash(sealed),
        part_size=PART,
        parts=parts,
        section=section,
        version=1,
    )
    seq = chain.seq
    manifest = _append(patient, chain, statement, filing.document)
    place = {"vault": vault, "section": section}
    return (
        {
            **place,
            "id": filing.document,
            "author": statement.author,
            "version": 1,
            "manifest": statements.statement_hash(manifest),
            "removed": None,
        },
        {
            **place,
            "document": filing.document,
            "version": 1,
            "manifest_seq": seq,
            "filed_seq": seq,
            "author": statement.author,
            "epoch": secret.epoch,
            "header": header,
            "metadata_sealed": sealed,
            "author_metadata": None,
            "object_name": new_id(),
            "length": length,
            "part_size": PART,
        },
    )


def _open(patient: _Patient, subject: DocumentId, chain: _Chain) -> None:
    statement = Access(
        author=patient.key,
        time=int(time.time()),
        vault=patient.vault.id,
        document=subject,
        mode="own",
        nonce=os.urandom(16),
        reason="own",
        version=1,
    )
    _append(patient, chain, statement, subject)


def _append(patient: _Patient, chain: _Chain, statement: Manifest | Access, subject: DocumentId) -> bytes:
    signed = statements.sign(statement, patient.signing)
    now = int(time.time())
    entry = make_entry(statement, signed, seq=chain.seq, prev=chain.head, time=now)
    assert entry.salt is not None
    chain.rows.append(
        {
            "vault": statement.vault,
            "chain": chain.name,
            "seq": chain.seq,
            "kind": statement.KIND,
            "actor": statement.author,
            "subject": subject,
            "time": now,
            "header": entry.header,
            "salt": entry.salt,
            "statement": signed.statement,
            "signature": signed.signature,
        }
    )
    chain.seq += 1
    chain.head = entry_hash(entry.header)
    return signed.statement
