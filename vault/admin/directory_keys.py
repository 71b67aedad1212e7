"""The operator's directory key followed by another (spec chapter 14): asked for here, signed where it is.

    request = make_request(session, overlap=OVERLAP, now=now)          # here
    answer = sign(request, old, new)                                   # there: entries too are signed anew
    take(session, answer)                                              # here

    made = rotate(session, path, overlap=OVERLAP, now=now)             # all three, when the key is here
    put_in_place(path, made.sequence)                                  # once the transaction is committed

Owns the forms of request and answer. The signer takes no entry from a request that the old key did not sign.
"""

import json
from pathlib import Path
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from crypto import statements
from crypto.encoding import Json
from crypto.errors import CoffreError
from crypto.signing import SigningKey, directory_key_id
from crypto.statement_keys import DirectorySuccession
from crypto.statements import DirectoryEntry, Signed
from crypto.successions import Dates, Keys, directory_keys, start, succeed
from vault import accounts, directory, signing_keys
from vault.admin.directory import key_at_hand, make_key, new_file, read_form
from vault.admin.errors import BadDirectoryFile, DirectoryKeyElsewhere
from vault.errors import Conflict, NotFound
from vault.models.accounts import Account
from vault.models.directory import DirectoryEntry as Row

OVERLAP: Final = 30 * 86400
_REQUEST: Final = "coffre-directory-succession-request/1"
_ANSWER: Final = "coffre-directory-succession-answer/1"


def make_request(session: Session, *, overlap: int, now: int) -> str:
    """What is carried to the machine that holds the key: the chain so far, and what is in force.

    Raises DirectoryKeyElsewhere: the directory has no key yet.
    """
    public = directory.public_key(session)
    if public is None:
        raise DirectoryKeyElsewhere("the directory has no key yet: coffre admin directory use PUBLIC-KEY")
    chain = signing_keys.chain(session, DirectorySuccession)
    keys = directory_keys(public, chain)
    time = max(now, keys.followed[-1].from_ + 1) if keys.followed else now
    rows = session.execute(select(Row, Account).join(Account, Account.id == Row.account)).all()
    return json.dumps(
        {
            "form": _REQUEST,
            "time": time,
            "until": time + overlap,
            "chain": [signed.to_wire() for signed in chain],
            "entries": [
                {
                    "card": accounts.signed_card(account).to_wire(),
                    "entry": Signed(row.statement, row.signature).to_wire(),
                }
                for row, account in rows
            ],
        },
        indent=1,
    )


def sign(text: str, old: SigningKey, new: SigningKey) -> tuple[str, int]:
    """What is carried back, and how many entries it holds. Raises BadDirectoryFile."""
    form = read_form(text, _REQUEST)
    try:
        keys = _chain_to(old, [Signed.from_wire(signed) for signed in _list(form, "chain")])
        time, until = form["time"], form["until"]
        if not isinstance(time, int) or not isinstance(until, int):
            raise BadDirectoryFile("a request that does not hold")
        signed = succeed(DirectorySuccession, keys, old, new, Dates(time, time, until))
        entries = [_again(one, keys, new, time) for one in _list(form, "entries")]
    except (CoffreError, KeyError, TypeError):
        raise BadDirectoryFile("a request that does not hold, or to another directory's key") from None
    wire = [entry.to_wire() for entry in entries]
    return json.dumps({"form": _ANSWER, "succession": signed.to_wire(), "entries": wire}, indent=1), len(wire)


def take(session: Session, text: str) -> DirectorySuccession:
    """Makes the new key the directory's, with all entries that it signed. Raises BadDirectoryFile."""
    form = read_form(text, _ANSWER)
    try:
        signed = Signed.from_wire(form.get("succession", ""))
        return directory.succeed(session, signed, [Signed.from_wire(one) for one in _list(form, "entries")])
    except Conflict:
        message = "somebody was decided about meanwhile: make a new request"
        raise BadDirectoryFile(message) from None
    except (CoffreError, NotFound) as error:
        raise BadDirectoryFile(f"a succession that does not hold ({error.code})") from None


def rotate(session: Session, path: Path, *, overlap: int, now: int) -> DirectorySuccession:
    """All of it on this machine, with the new key in a file beside the old one's.

    Raises DirectoryKeyElsewhere, BadDirectoryFile.
    """
    request = make_request(session, overlap=overlap, now=now)
    old = key_at_hand(session, path, now)
    # One that was drawn and never came into use.
    new_file(path).unlink(missing_ok=True)
    answer, _ = sign(request, old, make_key(new_file(path)))
    return take(session, answer)


def put_in_place(path: Path, sequence: int) -> Path:
    """The new key's file in place of the old one's, which is kept under another name: where that is."""
    before = path.with_name(f"{path.name}.before-{sequence}")
    path.replace(before)
    new_file(path).replace(path)
    return before


def _chain_to(old: SigningKey, chain: list[Signed]) -> Keys:
    return directory_keys(old.public, chain) if chain else start(old.public)


def _again(one: Json, keys: Keys, new: SigningKey, time: int) -> Signed:
    if not isinstance(one, dict):
        raise BadDirectoryFile("a request that does not hold")
    card = statements.verify_card(Signed.from_wire(one["card"]))
    entry = statements.verify_directory_entry(Signed.from_wire(one["entry"]), keys.present, card)
    return statements.sign(
        DirectoryEntry(
            time=time,
            author=directory_key_id(new.public),
            account=entry.account,
            key=entry.key,
            name=entry.name,
            profession=entry.profession,
            rpps=entry.rpps,
            sequence=entry.sequence + 1,
            state=entry.state,
        ),
        new,
    )


def _list(form: dict[str, Json], name: str) -> list[Json]:
    value = form.get(name)
    if not isinstance(value, list):
        raise BadDirectoryFile("a request that does not hold")
    return value
