"""Deposits: leaving a document in someone's inbox, and taking it back (chapters 4 and 7).

    done = deposit(client, DepositLink.from_text(text), NewDocument(Path("scan.dcm")), on_progress)
    withdraw(client, link.vault, done.id)

Owns the steps and their order. A depositor needs no key of the vault and folds no ledger: the owner's own
signed words are all that counts. What the owner does with a deposit is `inbox`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from crypto import metadata
from crypto.age_file import new_file_key
from crypto.deposits import DepositLink, Inbox, make_deposit_header, read_inbox
from crypto.document import ObjectSealer, SealedObject
from crypto.encoding import DocumentId, Json, SectionId, VaultId, b64u, check_id, new_id
from crypto.errors import Stale, Tampered
from crypto.journal import Entry
from crypto.metadata import Authored, Metadata
from crypto.statements import Deposit, Removal, Signed, author_metadata_hash, header_hash
from vault.client.answers import Answer, binary, child, children, from_server, number, text
from vault.client.client import Client
from vault.client.errors import NotFound, ServerRefused
from vault.client.home import InboxNotes
from vault.client.new_versions import Added, NewDocument, described, size_of
from vault.client.redeeming import own_card
from vault.client.small_documents import is_small
from vault.client.uploads import Advance, part_size_of, reserve, send

_ATTEMPTS = 5


@dataclass(frozen=True)
class Destination:
    """A vault that this account cannot open, as uploads know it."""

    client: Client
    id: VaultId


@dataclass(frozen=True)
class Left:
    """One of the account's own deposits, and where the next statement would stand."""

    document: DocumentId
    version: int
    section: SectionId
    manifest: bytes
    time: int


@dataclass(frozen=True)
class _Position:
    size: int
    head: bytes


@dataclass(frozen=True)
class _Made:
    """A sealed deposit, but for its position."""

    document: DocumentId
    sealed: SealedObject
    author_metadata: bytes
    where: Mapping[str, Json]
    file_key: bytes = field(repr=False)


def deposit(client: Client, link: DepositLink, new: NewDocument, advance: Advance) -> Added:
    """Seals a file for the vault's owner and leaves it in the inbox. Raises NotAllowed, Tampered, Stale.

    Not gone on with when it is interrupted: what was sent is swept.
    """
    client.require_professional()
    size, place = size_of(new.path), Destination(client, link.vault)
    _inbox(client, link)
    part_size, file_key = part_size_of(place, size), new_file_key()
    authored = Authored(link.vault, DocumentId(new_id()), 1)
    # What a reader would refuse is found before anything is sent.
    _for_author(
        file_key,
        authored,
        described(new, client.keyring.name, SealedObject(1, 0, (), b"", size, bytes(32), bytes(32))),
    )
    with new.path.open("rb") as source:
        sealer = ObjectSealer(source, size=size, file_key=file_key, part_size=part_size)
        where = _sent(place, sealer, size, advance)
    sealed = sealer.result()
    meta = described(new, client.keyring.name, sealed)
    _append(
        client, link, _Made(authored.document, sealed, _for_author(file_key, authored, meta), where, file_key)
    )
    return Added(authored.document, 1, meta.title, size, sealed.sha256)


def own(client: Client, vault: VaultId) -> list[Left]:
    """What this professional deposited there and is not removed, as the server says."""
    return [_left(row) for row in children(_owns(client, vault), "deposits")]


def withdraw(client: Client, vault: VaultId, identifier: str) -> Left:
    """Takes back a document of one's own, wherever the owner filed it. Raises NotFound, ServerRefused."""
    for attempt in range(_ATTEMPTS):
        answer = _owns(client, vault)
        rows = [_left(row) for row in children(answer, "deposits")]
        found = next((row for row in rows if row.document == identifier), None)
        if found is None:
            raise NotFound("no such deposit of yours")
        position = _position(answer)
        removal = Removal(
            time=client.now(),
            author=client.me,
            vault=vault,
            seq=position.size,
            prev=position.head,
            document=found.document,
            manifest=found.manifest,
            section=found.section,
            version=found.version,
        )
        with from_server():
            # A version or position that no statement can name is the server's fault.
            signed = client.sign(removal)
        try:
            _check_entry(
                client.api.post(f"/vaults/{vault}/withdrawals", {"removal": signed.to_wire()}), signed
            )
        except ServerRefused as error:
            if error.code != "stale" or attempt == _ATTEMPTS - 1:
                raise
        else:
            return found
    raise AssertionError


def _sent(place: Destination, sealer: ObjectSealer, size: int, advance: Advance) -> dict[str, Json]:
    """The field that says where the object is: itself, or the upload with its parts."""
    if is_small(size):
        content = b"".join(bytes(part.data) for part in sealer)
        advance(len(content))
        return {"object": b64u(content)}
    upload = reserve(place, sealer.length, sealer.part_size)
    send(place, upload, sealer, advance)
    return {"upload": upload.id}


def _append(client: Client, link: DepositLink, made: _Made) -> None:
    """Signs the deposit for the ledger's end and sends it, again when another entry came first."""
    for attempt in range(_ATTEMPTS):
        inbox, position = _inbox(client, link)
        author = client.keyring.age_identity().recipient()
        header = make_deposit_header(made.file_key, inbox.recipient, author=author)
        statement = Deposit(
            time=client.now(),
            author=client.me,
            vault=link.vault,
            seq=position.size,
            prev=position.head,
            author_metadata=author_metadata_hash(made.author_metadata),
            card=own_card(client),
            digest=made.sealed.digest,
            document=made.document,
            epoch=inbox.epoch,
            header=header_hash(header),
            length=made.sealed.length,
            part_size=made.sealed.part_size,
            parts=made.sealed.parts,
            section=inbox.section,
            version=1,
        )
        with from_server():
            signed = client.sign(statement)
        body: dict[str, Json] = {
            "deposit": signed.to_wire(),
            "header": b64u(header),
            "author_metadata": b64u(made.author_metadata),
            **made.where,
        }
        try:
            # The very same statement is answered with the same entry, so that it may be sent again.
            _check_entry(client.api.post(f"/vaults/{link.vault}/deposits", body, again=True), signed)
        except ServerRefused as error:
            if error.code != "stale" or attempt == _ATTEMPTS - 1:
                raise
        else:
            return
    raise AssertionError


def _inbox(client: Client, link: DepositLink) -> tuple[Inbox, _Position]:
    """The inbox by its owner's words, never at an older epoch than one already seen.

    Raises Stale, Tampered.
    """
    answer = client.api.get(f"/vaults/{link.vault}/inbox")
    with from_server():
        vault = _signed(child(answer, "vault"))
        rotation = _signed(child(answer, "rotation")) if "rotation" in answer else None
        inbox = read_inbox(link, vault, rotation)
    server = client.session.server
    if inbox.epoch < client.home.inbox(server, link.vault).epoch:
        raise Stale("an older inbox than the one already seen")
    client.home.save_inbox(server, link.vault, InboxNotes(inbox.epoch))
    return inbox, _position(answer)


def _position(answer: Answer) -> _Position:
    return _Position(number(answer, "size"), binary(answer, "head", length=32))


def _signed(answer: Answer) -> Signed:
    return Signed.from_wire({name: text(answer, name) for name in answer})


def _check_entry(answer: Answer, signed: Signed) -> None:
    with from_server():
        entry = child(answer, "entry")
        found = Entry.from_wire({name: text(entry, name) for name in entry})
    if found.signed != signed:
        raise Tampered("acknowledged as another entry")


def _owns(client: Client, vault: VaultId) -> Answer:
    client.require_professional()
    return client.api.get(f"/vaults/{check_id(vault)}/deposits")


def _left(row: Answer) -> Left:
    with from_server():
        return Left(
            DocumentId(check_id(text(row, "document", limit=32))),
            number(row, "version"),
            SectionId(check_id(text(row, "section", limit=32))),
            binary(row, "manifest", length=32),
            number(row, "time"),
        )


def _for_author(file_key: bytes, authored: Authored, meta: Metadata) -> bytes:
    return metadata.seal_for_author(file_key, authored, meta)
