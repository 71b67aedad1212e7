"""Accounts: signing up, signing in, recovering, changing the password (chapter 2).

    signed_up = sign_up(home, api, NewAccount(...), "orage-tulipe-91-canapé", clock=now)

Owns what is made of a password and of the kit, and what a device keeps afterwards. Knows no documents.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from crypto import keyring, passwords
from crypto.age_recipients import HybridIdentity
from crypto.encoding import (
    AccountId,
    Json,
    KeyId,
    SectionId,
    VaultId,
    b64u,
    check_id,
    new_id,
    normalise_address,
)
from crypto.errors import Tampered
from crypto.journal import ACCESSES, LEDGER, start_head
from crypto.keyring import Keyring, OpenedKeyring, OwnVault, Pins, VaultPins
from crypto.passwords import Argon2Parameters, PasswordKeys
from crypto.primitives import system_random
from crypto.records import Pin
from crypto.recovery import Kit
from crypto.sections import KINDS, SectionName, SectionSecret, seal_name
from crypto.signing import SigningKey, key_id
from crypto.statements import Card, Login, NewSection, Signed, Vault, sign
from vault.client import confirming
from vault.client.answers import Answer, binary, flag, from_server, number, optional_text, text
from vault.client.api import Api
from vault.client.client import Client
from vault.client.errors import BadAnswer, ServerRefused, Usage
from vault.client.home import DirectoryPin, Home, Position, Session
from vault.client.home import Pins as HomePins

Clock = Callable[[], int]


@dataclass(frozen=True, kw_only=True)
class NewAccount:
    """Who signs up. A professional's name, RPPS and profession are public; a patient's name is sealed."""

    address: str
    name: str
    role: str = "patient"
    rpps: str | None = None
    profession: str | None = None


@dataclass(frozen=True)
class Server:
    """What a client needs to know of a server before it signs anything."""

    origin: str
    public_key: bytes
    directory_key: bytes | None = None
    confirm_address: bool = False
    """Whether signing up needs a code that was mailed to the address (vault/client/confirming.py)."""


@dataclass(frozen=True)
class Prepared:
    """Everything of a new account that is made on this device, before anything is sent."""

    new: NewAccount
    record: OpenedKeyring
    card: Signed
    vault: Signed | None
    password: PasswordKeys = field(repr=False)
    kit: Kit = field(repr=False)


def look_at(api: Api) -> Server:
    """The server's name and key.

    Raises Usage when it is known by another address than the one that was given.
    """
    answer = api.get("/server")
    if text(answer, "name") != "coffre":
        raise Usage("that is no Coffre server")
    origin = text(answer, "origin")
    if origin != api.origin:
        # Sign-in statements name the origin, so that they are worth nothing elsewhere.
        raise Usage(f"this server is known as {origin!r}")
    directory = binary(answer, "directory_key", length=32) if "directory_key" in answer else None
    key = binary(answer, "public_key", length=32)
    return Server(origin, key, directory, confirm_address=flag(answer, "confirm_address"))


def prepare(new: NewAccount, password: str, server: Server, now: int) -> Prepared:
    """Draws keys and the kit, seals the keyring. Raises WeakPassword, Malformed (address, name, RPPS)."""
    address = normalise_address(new.address)
    passwords.check_policy(password, about=[address, new.name])
    kit = Kit.generate()
    keys = passwords.derive(password, address=address, salt=passwords.new_salt())
    signing, identity = SigningKey.generate(), HybridIdentity.generate()
    account = AccountId(new_id())
    own = _own_vault() if new.role == "patient" else None
    card = _card(new, account, signing, identity, now)
    me = key_id(signing.public, identity.recipient().public)
    record = Keyring(
        account=account,
        identity=identity.seed,
        kit=kit.identity().recipient().public,
        name=new.name,
        pins=Pins({own.id: _first_pins(own.id, me)} if own else {}),
        role=new.role,
        sequence=1,
        server=server.public_key,
        signing=signing.seed,
        vault=own,
    )
    vault = sign(_vault_statement(own, card, me, server, now), signing) if own else None
    return Prepared(new, keyring.create(record, keys), card, vault, keys, kit)


def sign_up(home: Home, api: Api, server: Server, prepared: Prepared, *, code: str | None = None) -> Session:
    """Sends a prepared account and signs this device in. `code`: eight digits, where the server asks.

    Raises ServerRefused("conflict") when something is taken; WrongCode.
    """
    body: dict[str, Json] = {
        "address": normalise_address(prepared.new.address),
        "role": prepared.new.role,
        "card": prepared.card.to_wire(),
        "password": _password_body(prepared.password),
        "kit_login_key": b64u(prepared.kit.login_key().public),
        "keyring": b64u(prepared.record.data),
    }
    if prepared.vault is not None:
        body["vault"] = prepared.vault.to_wire()
    if code is not None:
        body["code"] = code
    api.device = home.device(server.origin)
    try:
        answer = api.post("/accounts", body)
    except ServerRefused as error:
        raise confirming.refused(error) if server.confirm_address else error from None
    record = prepared.record.keyring
    if text(answer, "account") != record.account:
        raise Tampered("another account than the one signed up")
    api.csrf = text(answer, "csrf")
    return _keep(home, api, server, normalise_address(prepared.new.address), prepared.record)


def sign_in(home: Home, api: Api, address: str, password: str, *, clock: Clock) -> Session:
    """Signs in with the password. Raises ServerRefused("credentials") for every reason alike."""
    server, address = look_at(api), normalise_address(address)
    api.device = home.device(server.origin)
    challenge = api.post("/sessions/challenge", {"address": address, "method": "password"})
    parameters = Argon2Parameters(number(challenge, "m"), number(challenge, "t"), number(challenge, "p"))
    with from_server():
        # Before deriving: a server must not make this device do too little or too much work.
        parameters.check()
    salt = binary(challenge, "salt", length=passwords.SALT_SIZE)
    keys = passwords.derive(password, address=address, salt=salt, parameters=parameters)
    answer = _log_in(api, server, address, "password", challenge, keys.login, clock())
    with from_server():
        opened = keyring.open_with_password(
            binary(answer, "keyring"),
            keys,
            account=_account_id(answer),
            sequence=number(answer, "keyring_sequence"),
            seen=home.seen_sequence(server.origin, _account_id(answer)),
        )
    return _signed_in(home, api, server, address, answer, opened)


def recover(home: Home, api: Api, address: str, code: str, password: str, *, clock: Clock) -> Session:
    """Signs in with the kit's words or QR text and sets a new password. Raises Malformed, WeakPassword."""
    kit = kit_of(code)
    server, address = look_at(api), normalise_address(address)
    passwords.check_policy(password, about=[address])
    api.device = home.device(server.origin)
    challenge = api.post("/sessions/challenge", {"address": address, "method": "kit"})
    answer = _log_in(api, server, address, "kit", challenge, kit.login_key(), clock())
    with from_server():
        opened = keyring.open_with_kit(
            binary(answer, "keyring"),
            kit,
            account=_account_id(answer),
            sequence=number(answer, "keyring_sequence"),
            seen=home.seen_sequence(server.origin, _account_id(answer)),
        )
    session = _signed_in(home, api, server, address, answer, opened)
    change_password(Client(home, api, clock=clock), password)
    return session


def change_password(client: Client, password: str) -> None:
    """Seals the keyring for a new password under a new file key; other sessions end, the kit stays good."""
    address = client.session.address
    passwords.check_policy(password, about=[address, client.keyring.name])
    client.refresh_keyring()
    keys = passwords.derive(password, address=address, salt=passwords.new_salt())
    changed = keyring.change_password(client.opened, keys)
    client.api.put(
        "/credentials",
        {
            "keyring": b64u(changed.data),
            "sequence": changed.keyring.sequence,
            "password": _password_body(keys),
        },
    )
    client.keep(changed)


def sign_out(home: Home, api: Api) -> None:
    """Ends the session and forgets the keys on this device, also when the server has forgotten the session
    before.
    """
    try:
        api.delete("/sessions/current")
    except ServerRefused as error:
        if error.code != "unauthenticated":
            raise
    finally:
        home.forget()


def kit_of(code: str) -> Kit:
    """The kit of what a person typed, copied or scanned: twelve words, numbered or not, or the QR's text.

    Raises Malformed.
    """
    if "#kit." in code:
        return Kit.from_qr(code)
    return Kit.from_words(" ".join(word for word in code.split() if not word.strip(".:)").isdecimal()))


def _log_in(
    api: Api, server: Server, address: str, method: str, challenge: Answer, key: SigningKey, now: int
) -> Answer:
    statement = Login(
        time=now,
        address=address,
        challenge=binary(challenge, "challenge", length=32),
        method=method,
        origin=server.origin,
    )
    return api.post("/sessions", {"login": sign(statement, key).to_wire()})


def _signed_in(
    home: Home, api: Api, server: Server, address: str, answer: Answer, opened: OpenedKeyring
) -> Session:
    """Compares what the server says of the account with what the keyring says."""
    record = opened.keyring
    vault = record.vault.id if record.vault else ""
    said = (text(answer, "role"), optional_text(answer, "vault"), server.public_key)
    if said != (record.role, vault, record.server):
        raise Tampered("the server says other things of the account than its keyring")
    api.csrf = text(answer, "csrf")
    return _keep(home, api, server, address, opened)


def _keep(home: Home, api: Api, server: Server, address: str, opened: OpenedKeyring) -> Session:
    if not api.cookie:
        raise BadAnswer("malformed", "no session")
    record = opened.keyring
    session = Session(
        server=server.origin,
        server_key=b64u(server.public_key),
        account=record.account,
        role=record.role,
        address=address,
        vault=record.vault.id if record.vault else "",
        cookie=api.cookie,
        csrf=api.csrf,
    )
    home.forget()
    home.save_session(session)
    if api.device:
        home.save_device(server.origin, api.device)
    home.save_keyring(opened.data, opened.file_key)
    home.save_seen_sequence(server.origin, record.account, record.sequence)
    if server.directory_key is not None and not home.directory(server.origin).key:
        home.save_directory(server.origin, DirectoryPin(b64u(server.directory_key)))
    for vault, pins in record.pins.vaults.items():
        home.save_pins(
            server.origin,
            vault,
            HomePins(
                owner=pins.owner,
                ledger=Position(pins.ledger.size, b64u(pins.ledger.head)),
                accesses=Position(pins.accesses.size, b64u(pins.accesses.head)),
            ),
        )
    return session


def _account_id(answer: Answer) -> AccountId:
    """The account's id; it becomes part of a file's name. Raises Malformed."""
    return AccountId(check_id(text(answer, "account", limit=32)))


def _password_body(keys: PasswordKeys) -> Json:
    return {
        "salt": b64u(keys.salt),
        "m": keys.parameters.m,
        "t": keys.parameters.t,
        "p": keys.parameters.p,
        "login_key": b64u(keys.login.public),
    }


def _card(
    new: NewAccount, account: AccountId, signing: SigningKey, identity: HybridIdentity, now: int
) -> Signed:
    recipient = identity.recipient().public
    public = new.role == "professional"
    card = Card(
        time=now,
        author=key_id(signing.public, recipient),
        account=account,
        recipient=recipient,
        role=new.role,
        signing=signing.public,
        name=new.name if public else None,
        profession=new.profession if public else None,
        rpps=new.rpps if public else None,
    )
    return sign(card, signing)


def _own_vault() -> OwnVault:
    sections = {SectionId(new_id()): SectionSecret.generate() for _ in KINDS}
    return OwnVault(id=VaultId(new_id()), owner_secret=system_random(32), sections=sections)


def _first_pins(vault: VaultId, owner: KeyId) -> VaultPins:
    return VaultPins(
        accesses=Pin(start_head(vault, ACCESSES), 0), ledger=Pin(start_head(vault, LEDGER), 0), owner=owner
    )


def _vault_statement(own: OwnVault, card: Signed, me: KeyId, server: Server, now: int) -> Vault:
    # Sorted by random ids, so that their order says nothing of what they are.
    kinds = dict(zip(own.sections, KINDS, strict=True))
    inbox = next(section for section, kind in kinds.items() if kind == "inbox")
    return Vault(
        time=now,
        author=me,
        vault=own.id,
        seq=0,
        prev=start_head(own.id, LEDGER),
        card=card,
        inbox=inbox,
        inbox_recipient=own.sections[inbox].drop_identity().recipient().public,
        sections=tuple(
            NewSection(
                epoch=1,
                name=seal_name(
                    own.sections[section], SectionName(kinds[section]), vault=own.id, section=section
                ),
                section=section,
            )
            for section in sorted(kinds)
        ),
        server=server.public_key,
    )
