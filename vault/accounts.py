"""Accounts: signing up, the sealed keyring, and a change of password (spec chapters 2 and 5).

Owns the rules of what a new account must bring. Everything secret arrives sealed; the server checks
signatures only.
"""

from dataclasses import dataclass

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from crypto import journal, statements
from crypto.encoding import normalise_address, unb64u
from crypto.errors import LimitExceeded, Malformed, Stale, Tampered
from crypto.signing import PUBLIC_LENGTH
from crypto.statements import Card, Signed
from crypto.statements import Vault as VaultStatement
from vault import ledger
from vault.errors import Conflict, NotFound
from vault.models.accounts import Account, Credential, Keyring
from vault.models.vaults import Section, Vault
from vault.server_key import ServerKey

MEMORY_KIB = (65536, 1048576)
PASSES = (3, 16)
LANES = 1
MAXIMUM_KEYRING = 4 * 1024 * 1024 + 65536 + 4096


@dataclass(frozen=True)
class Password:
    """What the server may know of a password: how to derive its key, and the public key that comes out."""

    salt: bytes
    memory_kib: int
    passes: int
    lanes: int
    login_key: bytes


@dataclass(frozen=True)
class NewAccount:
    """What a client sends to sign up; `vault` is a patient's first statement."""

    address: str
    role: str
    card: Signed
    password: Password
    kit_login_key: bytes
    keyring: bytes
    vault: Signed | None


@dataclass(frozen=True)
class Created:
    """The new account and, for a patient, the new vault."""

    account: str
    vault: str | None


def sign_up(session: Session, server_key: ServerKey, new: NewAccount, now: int) -> Created:
    """Makes an account, and a patient's vault with its first entry.

    Raises Conflict (address, keys, account, vault or RPPS number taken), Malformed, LimitExceeded, Tampered.
    """
    card = statements.verify_card(new.card)
    address = normalise_address(new.address)
    _check_password(new.password)
    _check_login_key(new.kit_login_key)
    _check_keyring(new.keyring)
    if card.role != new.role or (new.vault is None) != (new.role == "professional"):
        raise Malformed("role")
    try:
        with session.begin_nested():
            _add_account(session, card, new, address, now)
            vault = _open_vault(session, server_key, card, new.vault, now) if new.vault else None
    except IntegrityError:
        raise Conflict("address, keys or number taken") from None
    return Created(card.account, vault)


def keyring(session: Session, account: str) -> Keyring:
    """An account's keyring as it was last written."""
    return session.execute(select(Keyring).where(Keyring.account == account)).scalar_one()


def replace_keyring(session: Session, account: str, content: bytes, sequence: int) -> None:
    """Keeps a new keyring if it is the next one. Raises Stale, LimitExceeded."""
    _check_keyring(content)
    written = session.execute(
        update(Keyring)
        .where(Keyring.account == account, Keyring.sequence == sequence - 1)
        .values(content=content, sequence=sequence)
        .returning(Keyring.sequence)
    ).scalar_one_or_none()
    if written is None:
        raise Stale("keyring")


def replace_password(
    session: Session, account: str, content: bytes, sequence: int, password: Password
) -> None:
    """Keeps a new password's login key together with the keyring it opens: both or neither."""
    _check_password(password)
    replace_keyring(session, account, content, sequence)
    session.execute(
        update(Credential)
        .where(Credential.account == account)
        .values(
            salt=password.salt,
            memory_kib=password.memory_kib,
            passes=password.passes,
            lanes=password.lanes,
            login_key=password.login_key,
        )
    )


def replace_kit(session: Session, account: str, content: bytes, sequence: int, login_key: bytes) -> None:
    """Keeps a new kit's login key together with the keyring it opens: both or neither."""
    _check_login_key(login_key)
    replace_keyring(session, account, content, sequence)
    session.execute(update(Credential).where(Credential.account == account).values(kit_login_key=login_key))


def card_of(session: Session, account: str) -> Card:
    """An account's card; it was verified when it came. Raises NotFound."""
    row = session.get(Account, account)
    if row is None:
        raise NotFound("no such account")
    return statements.parse(Card, row.card_statement)


def signed_card(account: Account) -> Signed:
    """An account's card as it was signed."""
    return Signed(account.card_statement, account.card_signature)


def _check_password(password: Password) -> None:
    if len(password.salt) != 16 or password.lanes != LANES:
        raise Malformed("password parameters")
    for value, (floor, ceiling) in ((password.memory_kib, MEMORY_KIB), (password.passes, PASSES)):
        if not floor <= value <= ceiling:
            raise LimitExceeded("password parameters")
    _check_login_key(password.login_key)


def _check_login_key(key: bytes) -> None:
    if len(key) != PUBLIC_LENGTH:
        raise Malformed("login key")


def _check_keyring(content: bytes) -> None:
    if not content.startswith(b"age-encryption.org/v1\n"):
        raise Malformed("keyring")
    if len(content) > MAXIMUM_KEYRING:
        raise LimitExceeded("keyring")


def _add_account(session: Session, card: Card, new: NewAccount, address: str, now: int) -> None:
    session.add(
        Account(
            id=card.account,
            role=card.role,
            address=address,
            key=card.author,
            fingerprint=unb64u(card.author)[:20].hex(),
            card_statement=new.card.statement,
            card_signature=new.card.signature,
            rpps=card.rpps,
            profession=card.profession,
            verified="no",
            created=now,
        )
    )
    session.flush()
    session.add(
        Credential(
            account=card.account,
            salt=new.password.salt,
            memory_kib=new.password.memory_kib,
            passes=new.password.passes,
            lanes=new.password.lanes,
            login_key=new.password.login_key,
            kit_login_key=new.kit_login_key,
        )
    )
    session.add(Keyring(account=card.account, content=new.keyring, sequence=1))
    session.flush()


def _open_vault(session: Session, server_key: ServerKey, card: Card, signed: Signed, now: int) -> str:
    statement = statements.verify_by_card(signed, VaultStatement, card)
    if statement.server != server_key.public:
        raise Tampered("vault of another server")
    vault = Vault(
        id=statement.vault,
        owner=card.account,
        ledger_size=0,
        ledger_head=journal.start_head(statement.vault, journal.LEDGER),
        accesses_size=0,
        accesses_head=journal.start_head(statement.vault, journal.ACCESSES),
        stored_bytes=0,
        created=now,
    )
    session.add(vault)
    session.flush()
    time = ledger.append(session, vault, statement, signed, subject=None, now=now).time
    for section in statement.sections:
        session.add(
            Section(
                vault=vault.id,
                id=section.section,
                epoch=section.epoch,
                inbox=section.section == statement.inbox,
                due=False,
                rotated=time,
            )
        )
    session.flush()
    return statement.vault
