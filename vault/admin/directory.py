"""The operator's directory key and the entries it signs (spec chapter 5, `directory_entry`).

The key is an Ed25519 seed in a file that belongs to the operator, never in the database. It may be on this
machine,
or on one without a network: then a request is carried there, and what it signed is carried back.

    request = make_request(session, "10003456786", "verified", clock())     # here
    answer = sign_request(request, read_key(path))                          # there
    take(session, answer)                                                   # here

Owns the forms of request and answer. Knows no client.
"""

import json
from pathlib import Path
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from crypto import statements
from crypto.encoding import Json, KeyId, b64u, unb64u
from crypto.errors import CoffreError, Malformed
from crypto.signing import SigningKey, directory_key_id
from crypto.statements import Card, DirectoryEntry, Signed
from vault import accounts, directory
from vault.admin import key_files
from vault.admin.errors import BadDirectoryFile, DirectoryKeyElsewhere, NoSuchProfessional
from vault.errors import Conflict, NotFound
from vault.models.accounts import Account

_KEY: Final = "coffre-directory-key/1"
_REQUEST: Final = "coffre-directory-request/1"
_ANSWER: Final = "coffre-directory-answer/1"


def make_key(path: Path) -> SigningKey:
    """Draws a key into a new file that only its owner reads. Raises BadDirectoryFile when one stands
    there."""
    try:
        return key_files.draw(path, _KEY)
    except FileExistsError:
        raise BadDirectoryFile("a file stands there already") from None


def read_key(path: Path) -> SigningKey:
    """The key in a file. Raises DirectoryKeyElsewhere (no such file), BadDirectoryFile."""
    try:
        return key_files.read(path, _KEY)
    except FileNotFoundError:
        raise DirectoryKeyElsewhere("the directory's key is not on this machine: --sign-offline") from None
    except Malformed:
        raise BadDirectoryFile("not a directory's key") from None


def key_at_hand(session: Session, path: Path, now: int) -> SigningKey:
    """The directory's key from its file; drawn there when the directory has none yet.

    Raises DirectoryKeyElsewhere (the file is not here), BadDirectoryFile (it holds another key).
    """
    registered = directory.public_key(session)
    if registered is None:
        key = read_key(path) if path.exists() else make_key(path)
        directory.register_key(session, key.public, now)
        return key
    key = read_key(path)
    if key.public != registered and new_file(path).exists() and read_key(new_file(path)).public == registered:
        # A rotation was cut off between database and files.
        path.replace(path.with_name(f"{path.name}.before"))
        key = read_key(new_file(path).replace(path))
    if key.public != registered:
        raise BadDirectoryFile("another key than the directory's")
    return key


def new_file(path: Path) -> Path:
    """Where the next key is drawn, until it takes the place of the one at `path`."""
    return path.with_name(f"{path.name}.new")


def unsigned(session: Session, rpps: str, state: str, now: int) -> tuple[DirectoryEntry, Signed]:
    """The next entry about a professional, and the card that it is about.

    Raises NoSuchProfessional, DirectoryKeyElsewhere (none is registered).
    """
    query = select(Account).where(Account.role == "professional", Account.rpps == rpps)
    account = session.execute(query).scalar_one_or_none()
    if account is None:
        raise NoSuchProfessional("no professional has this number")
    public = directory.public_key(session)
    if public is None:
        raise DirectoryKeyElsewhere("the directory has no key yet: coffre admin directory use PUBLIC-KEY")
    signed = accounts.signed_card(account)
    card = statements.parse(Card, signed.statement)
    sequence = directory.last_sequence(session, account.id) + 1
    return _about(card, state, now, author=directory_key_id(public), sequence=sequence), signed


def decide(session: Session, rpps: str, state: str, key: SigningKey, now: int) -> Account:
    """Signs and keeps a decision (`verified` or `refused`). Raises NoSuchProfessional."""
    entry, _card = unsigned(session, rpps, state, now)
    return directory.keep_entry(session, statements.sign(entry, key))


def make_request(session: Session, rpps: str, state: str, now: int) -> str:
    """What is carried to the machine that holds the key. Raises as `unsigned`."""
    entry, card = unsigned(session, rpps, state, now)
    return json.dumps(
        {"form": _REQUEST, "card": card.to_wire(), "entry": b64u(statements.to_bytes(entry))}, indent=1
    )


def read_request(text: str) -> tuple[DirectoryEntry, Card]:
    """A request's entry, held against the card that came with it. Raises BadDirectoryFile."""
    form = read_form(text, _REQUEST)
    try:
        card = statements.verify_card(Signed.from_wire(form.get("card", "")))
        entry = statements.parse(DirectoryEntry, unb64u(str(form.get("entry"))))
    except CoffreError:
        raise BadDirectoryFile("a request that does not hold") from None
    if card.role != "professional":
        raise BadDirectoryFile("not a professional's card")
    author, time, sequence = entry.author, entry.time, entry.sequence
    if entry != _about(card, entry.state, time, author=author, sequence=sequence):
        raise BadDirectoryFile("an entry about another card")
    return entry, card


def sign_request(text: str, key: SigningKey) -> str:
    """What is carried back. Raises BadDirectoryFile, also for a request to another directory's key."""
    entry, _card = read_request(text)
    if entry.author != directory_key_id(key.public):
        raise BadDirectoryFile("a request to another directory's key")
    return json.dumps({"form": _ANSWER, "entry": statements.sign(entry, key).to_wire()}, indent=1)


def take(session: Session, text: str) -> Account:
    """Keeps an entry that was signed elsewhere. Raises BadDirectoryFile."""
    form = read_form(text, _ANSWER)
    try:
        return directory.keep_entry(session, Signed.from_wire(form.get("entry", "")))
    except NotFound as error:
        raise NoSuchProfessional(str(error)) from None
    except CoffreError as error:
        raise BadDirectoryFile(f"an entry that does not hold ({error.code})") from None


def public_of(text: str) -> bytes:
    """A directory's public key as text (base64url). Raises BadDirectoryFile."""
    try:
        return unb64u(text.strip(), length=32)
    except CoffreError:
        raise BadDirectoryFile("not a public key") from None


def use(session: Session, public: bytes, now: int, *, replace: bool) -> None:
    """Makes a public key the directory's. Raises BadDirectoryFile when there is another and it is not
    replaced."""
    if replace:
        directory.replace_key(session, public, now)
        return
    try:
        directory.register_key(session, public, now)
    except Conflict:
        raise BadDirectoryFile(
            "the directory has another key: --replace ends everybody's verification"
        ) from None


def _about(card: Card, state: str, time: int, *, author: KeyId, sequence: int) -> DirectoryEntry:
    return DirectoryEntry(
        time=time,
        author=author,
        account=card.account,
        key=card.author,
        name=card.name or "",
        profession=card.profession or "",
        rpps=card.rpps or "",
        sequence=sequence,
        state=state,
    )


def read_form(text: str, wanted: str) -> dict[str, Json]:
    """What stands in a file that is carried between machines. Raises BadDirectoryFile."""
    try:
        value = json.loads(text)
    except ValueError:
        raise BadDirectoryFile("not a file of the directory") from None
    if not isinstance(value, dict) or value.get("form") != wanted:
        raise BadDirectoryFile("not a file of the directory")
    return value
