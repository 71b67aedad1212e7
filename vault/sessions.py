"""Sign-in by challenge, and sessions (spec chapter 2, "Sign-in").

Owns challenges, sessions and what paces them. The server keeps hashes of tokens; it never sees a password or
a key that opens something. An unknown address, a wrong key and a used challenge do the same work and get one
answer.
"""

import hashlib
import hmac
import secrets
from collections.abc import Mapping, Set
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ARRAY, Connection, LargeBinary, Row, any_, bindparam, delete, select
from sqlalchemy.orm import Session

from crypto import statements
from crypto.encoding import b64u, normalise_address
from crypto.errors import CoffreError
from crypto.signing import SigningKey
from crypto.statements import Login, Signed
from vault import attempts, suspensions
from vault.attempts import Pace
from vault.database import Database
from vault.errors import CredentialsRefused, NotFound, Unauthenticated
from vault.lookups import Lookups
from vault.models.accounts import Account, Challenge, Credential, SignIn
from vault.models.vaults import Vault
from vault.server_key import ServerKey

CHALLENGE_SECONDS = 120
DEFAULT_MEMORY_KIB, DEFAULT_PASSES, DEFAULT_LANES = 65536, 3, 1
PER_ADDRESS = Pace(limit=20, seconds=600)
PER_CLIENT = Pace(limit=100, seconds=600)
SIGN_UPS = Pace(limit=100, seconds=3600)

# Every request asks this: building a statement takes longer than running it, and so does looking for the
# classes of its rows, hence the tables.
_ACCOUNTS, _SESSIONS, _VAULTS = Account.__table__, SignIn.__table__, Vault.__table__
_SESSIONS_WITH_ACCOUNTS: Final = select(
    _SESSIONS.c.token_hash,
    _SESSIONS.c.expires,
    _ACCOUNTS.c.id,
    _ACCOUNTS.c.role,
    _ACCOUNTS.c.address,
    _ACCOUNTS.c.key,
    _ACCOUNTS.c.card_statement,
    _ACCOUNTS.c.verified,
    _ACCOUNTS.c.suspension,
    _VAULTS.c.id.label("vault"),
    _VAULTS.c.ledger_size,
    _VAULTS.c.ledger_head,
).select_from(
    _SESSIONS.join(_ACCOUNTS, _ACCOUNTS.c.id == _SESSIONS.c.account).outerjoin(
        _VAULTS, _VAULTS.c.owner == _ACCOUNTS.c.id
    )
)
_ONE: Final = _SESSIONS_WITH_ACCOUNTS.where(_SESSIONS.c.token_hash == bindparam("token_hash"))
# An array, since PostgreSQL would plan anew for each number of parameters.
_SEVERAL: Final = _SESSIONS_WITH_ACCOUNTS.where(
    _SESSIONS.c.token_hash == any_(bindparam("token_hashes", type_=ARRAY(LargeBinary)))
)

Found = Row[*tuple[Any, ...]]
"""A session, its account and the end of their ledger, as the database has them; it may be over."""


@dataclass(frozen=True)
class Answer:
    """What a client needs to sign in: the challenge, and how the password's key is derived."""

    challenge: bytes
    salt: bytes
    memory_kib: int
    passes: int
    lanes: int


@dataclass(frozen=True)
class OwnLedger:
    """Where the ledger of a patient's own vault stood when the session was looked up."""

    vault: str
    size: int
    head: bytes


@dataclass(frozen=True)
class SignedIn:
    """Who a session belongs to; `vault` is the patient's own, `card` their card's statement. `suspension`: a
    word of vault.suspensions, while the host has suspended the account."""

    account: str
    role: str
    address: str
    key: str
    card: bytes
    verified: str
    vault: str | None
    suspension: str | None = None
    own: OwnLedger | None = None


@dataclass(frozen=True)
class SessionView:
    """A session as its account may see it: since when, until when, what kind of device, whether it asks."""

    id: str
    created: int
    expires: int
    client: str | None
    current: bool


def pace(session: Session, server_key: ServerKey, address: str, client: str, now: int) -> None:
    """Counts a sign-in for its address and for where it comes from. Raises Busy; Malformed for no address at
    all."""
    by_client = server_key.mac("attempts/client", client)
    by_address = server_key.mac("attempts/address", normalise_address(address))
    attempts.count(session, by_client, PER_CLIENT, now)
    attempts.count(session, by_address, PER_ADDRESS, now)


def pace_sign_up(session: Session, server_key: ServerKey, client: str, now: int) -> None:
    """Counts a sign-up for where it comes from. Raises Busy."""
    attempts.count(session, server_key.mac("attempts/sign-up", client), SIGN_UPS, now)


def challenge(session: Session, server_key: ServerKey, address: str, method: str, now: int) -> Answer:
    """A fresh challenge, alike for known and unknown addresses."""
    address = normalise_address(address)
    value = secrets.token_bytes(32)
    session.add(
        Challenge(
            challenge_hash=hashlib.sha256(value).digest(),
            address_mac=server_key.mac("challenge", address),
            method=method,
            expires=now + CHALLENGE_SECONDS,
        )
    )
    fake_salt = server_key.fake_salt(address)
    credential = _credential(session, address)
    if credential is None:
        return Answer(value, fake_salt, DEFAULT_MEMORY_KIB, DEFAULT_PASSES, DEFAULT_LANES)
    return Answer(value, credential.salt, credential.memory_kib, credential.passes, credential.lanes)


def take_challenge(session: Session, server_key: ServerKey, signed: Signed, now: int) -> Login:
    """Uses up the challenge a login statement answers. The caller commits before it goes on with
    `check_login`.

    Raises CredentialsRefused: no such challenge, not for this address and method, too old, used before.
    """
    try:
        login = statements.parse(Login, signed.statement)
        address = normalise_address(login.address)
    except CoffreError:
        raise CredentialsRefused("not a login statement") from None
    use_challenge(session, server_key, address, login.challenge, method=login.method, now=now)
    return login


def use_challenge(
    session: Session, server_key: ServerKey, address: str, challenge: bytes, *, method: str, now: int
) -> None:
    """Uses up a challenge (32 bytes) that was given out for this address and method. Raises
    CredentialsRefused."""
    found = session.execute(
        delete(Challenge)
        .where(
            Challenge.challenge_hash == hashlib.sha256(challenge).digest(),
            Challenge.address_mac.in_(server_key.macs("challenge", address)),
            Challenge.method == method,
            Challenge.expires > now,
        )
        .returning(Challenge.challenge_hash)
    ).scalar_one_or_none()
    if found is None:
        raise CredentialsRefused("no such challenge")


def check_login(
    session: Session, server_key: ServerKey, signed: Signed, login: Login, origin: str
) -> Account:
    """The account whose login key signed. Raises CredentialsRefused; Suspended only to who holds the key."""
    address = normalise_address(login.address)
    credential = _credential(session, address)
    account = session.execute(select(Account).where(Account.address == address)).scalar_one_or_none()
    # A key that nobody holds: the same work, the same verification and the same refusal for unknown
    # addresses.
    public = SigningKey.from_seed(server_key.mac("dummy-login", address)).public
    if credential is not None:
        public = credential.login_key if login.method == "password" else credential.kit_login_key
    try:
        statements.verify(signed, Login, public)
    except CoffreError:
        raise CredentialsRefused("the signature does not hold") from None
    if account is None or login.origin != origin:
        raise CredentialsRefused("unknown, or signed for another origin")
    suspensions.require_session_allowed(account.suspension)
    return account


def start(session: Session, account: str, seconds: int, now: int, client: str) -> str:
    """Begins a session; gives its token, which only the client keeps. `client`: the kind of device."""
    token = b64u(secrets.token_bytes(32))
    expires = now + seconds
    row = SignIn(token_hash=token_hash(token), account=account, created=now, expires=expires, client=client)
    session.add(row)
    return token


def of_account(session: Session, account: str, token: str, now: int) -> tuple[SessionView, ...]:
    """An account's sessions that last, the newest first. `token`: of the one that asks."""
    query = select(SignIn).where(SignIn.account == account, SignIn.expires > now)
    rows = session.execute(query.order_by(SignIn.created.desc(), SignIn.token_hash)).scalars()
    return tuple(
        SessionView(
            id=_name(row.token_hash),
            created=row.created,
            expires=row.expires,
            client=row.client,
            current=row.token_hash == token_hash(token),
        )
        for row in rows
    )


def find(session: Session, token: str, now: int) -> SignedIn:
    """The session of a token. Raises Unauthenticated when there is none or it expired, Suspended."""
    return signed_in(session.execute(_ONE, {"token_hash": token_hash(token)}).one_or_none(), now)


def lookups(database: Database) -> Lookups[bytes, Found]:
    """Finds sessions by the hashes of their tokens, for `signed_in`."""

    def ask(token_hashes: Set[bytes]) -> Mapping[bytes, Found]:
        with database.looking() as connection:
            return find_several(connection, token_hashes)

    return Lookups(ask)


def find_several(connection: Connection, token_hashes: Set[bytes]) -> Mapping[bytes, Found]:
    """The sessions whose tokens have these hashes: on PostgreSQL in one statement."""
    if len(token_hashes) > 1 and connection.dialect.name == "postgresql":
        rows = connection.execute(_SEVERAL, {"token_hashes": list(token_hashes)}).all()
        return {row.token_hash: row for row in rows}
    asked = {one: connection.execute(_ONE, {"token_hash": one}).one_or_none() for one in token_hashes}
    return {one: row for one, row in asked.items() if row is not None}


def signed_in(row: Found | None, now: int) -> SignedIn:
    """Who a session that was found belongs to. Raises Unauthenticated (none, or expired), Suspended."""
    if row is None or row.expires <= now:
        raise Unauthenticated("no such session")
    _, _, account, role, address, key, card, verified, suspension, vault, size, head = row
    suspensions.require_session_allowed(suspension)
    return SignedIn(
        account=account,
        role=role,
        address=address,
        key=key,
        card=card,
        verified=verified,
        vault=vault,
        own=None if vault is None else OwnLedger(vault, size, head),
        suspension=suspension,
    )


def csrf_value(server_key: ServerKey, token: str) -> str:
    """What a client must send with changes; derived from the token, so nothing more is stored."""
    return b64u(server_key.mac("csrf", token))


def is_csrf_value(server_key: ServerKey, token: str, given: str) -> bool:
    """Whether a value was derived from the token, also by a key that was replaced and is accepted still."""
    known = (b64u(value).encode() for value in server_key.macs("csrf", token))
    return any(hmac.compare_digest(given.encode(), value) for value in known)


def end(session: Session, token: str) -> None:
    """Ends the session of a token, if there is one."""
    session.execute(delete(SignIn).where(SignIn.token_hash == token_hash(token)))


def end_one(session: Session, account: str, name: str) -> None:
    """Ends the account's session of that name. Raises NotFound."""
    hashes = session.execute(select(SignIn.token_hash).where(SignIn.account == account)).scalars()
    found = next((digest for digest in hashes if _name(digest) == name), None)
    if found is None:
        raise NotFound("no such session")
    session.execute(delete(SignIn).where(SignIn.token_hash == found))


def end_others(session: Session, account: str, token: str) -> None:
    """Ends all of an account's sessions but the token's."""
    session.execute(delete(SignIn).where(SignIn.account == account, SignIn.token_hash != token_hash(token)))


def _credential(session: Session, address: str) -> Credential | None:
    return session.execute(
        select(Credential).join(Account, Account.id == Credential.account).where(Account.address == address)
    ).scalar_one_or_none()


def _name(token_hash: bytes) -> str:
    """What a session is called in front of its account; it neither is nor gives the token or its hash."""
    return hashlib.sha256(b"session\0" + token_hash).hexdigest()[:32]


def token_hash(token: str) -> bytes:
    """What the server keeps of a token."""
    return hashlib.sha256(token.encode()).digest()
