"""The keyring: an account's secrets in one age file that password, kit and passkeys open (spec chapter 2).

Owns the keyring's record, its Argon2id stanza and the rules for writing it again. It knows no server:
sequences are compared
with what the caller says.

    >>> opened = create(keyring, keys)
    >>> again = open_with_password(opened.data, keys, account=keyring.account)
    >>> later = rewrite(again, replace(again.keyring, name="…"))
    >>> later.keyring.sequence
    2
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Annotated, Final

from crypto import age_file, age_stream, labels
from crypto.age_header import Stanza, decode_base64, encode_base64, parse_header
from crypto.age_recipients import HybridIdentity, HybridRecipient
from crypto.encoding import AccountId, Json, KeyId, SectionId, VaultId, b64u
from crypto.errors import LimitExceeded, Malformed, Stale, Tampered, UnsupportedVersion, WrongKey
from crypto.passkeys import MAX_PASSKEYS, Passkey, PasskeyRecipient
from crypto.passwords import SALT_SIZE, Argon2Parameters, PasswordKeys
from crypto.primitives import HYBRID_RECIPIENT_SIZE, Random, Wrap, system_random
from crypto.records import Pin, mapped, read_versioned, write_versioned
from crypto.recovery import Kit
from crypto.sections import SectionSecret, section_secrets
from crypto.signing import SigningKey, key_id
from crypto.statement_grammar import binary, choice, ident, integer, key_ident, listed, record, text

MAX_RECORD: Final = 4 << 20
MAX_NAME: Final = 200
STANZA_TYPE: Final = "coffre.argon2id/v1"

_MAX_PINS: Final = 10_000
_STANZA_FAMILY: Final = "coffre.argon2id/"
_DECIMAL: Final = re.compile(r"[1-9][0-9]{0,8}", re.ASCII)
_STANZA: Final = Wrap(labels.PW_STANZA)


@dataclass(frozen=True)
class VaultPins:
    """What was last seen of a vault: both chains, and whose vault it is."""

    accesses: Annotated[Pin, record(Pin)]
    ledger: Annotated[Pin, record(Pin)]
    owner: Annotated[KeyId, key_ident()]


@dataclass(frozen=True)
class Pins:
    """What the account has seen and will not unsee."""

    vaults: Annotated[Mapping[VaultId, VaultPins], mapped(ident(), record(VaultPins), maximum=_MAX_PINS)] = (
        field(default_factory=dict)
    )


@dataclass(frozen=True, kw_only=True)
class OwnVault:
    """A patient's own vault: the newest secret of each section; `pending` those of a rotation not yet seen in
    the ledger.
    """

    id: Annotated[VaultId, ident()]
    owner_secret: Annotated[bytes, binary(32)] = field(repr=False)
    sections: Annotated[Mapping[SectionId, SectionSecret], section_secrets()]
    pending: Annotated[Mapping[SectionId, SectionSecret] | None, section_secrets()] = None


@dataclass(frozen=True, kw_only=True)
class Keyring:
    """An account's secrets.

    `identity` and `signing` are seeds; `kit` is the kit's recipient; `server` its public key. `patients`: the
    names that patients gave themselves, by vault.
    """

    account: Annotated[AccountId, ident()]
    identity: Annotated[bytes, binary(32)] = field(repr=False)
    kit: Annotated[bytes, binary(HYBRID_RECIPIENT_SIZE)] = field(repr=False)
    name: Annotated[str, text(MAX_NAME)] = field(repr=False)
    pins: Annotated[Pins, record(Pins)] = field(repr=False)
    role: Annotated[str, choice("patient", "professional")]
    sequence: Annotated[int, integer(1)]
    server: Annotated[bytes, binary(32)]
    signing: Annotated[bytes, binary(32)] = field(repr=False)
    vault: Annotated[OwnVault | None, record(OwnVault)] = None
    passkeys: Annotated[
        tuple[PasskeyRecipient, ...] | None,
        listed(record(PasskeyRecipient), maximum=MAX_PASSKEYS, order=("credential",)),
    ] = field(default=None, repr=False)

    patients: Annotated[
        Mapping[VaultId, str] | None, mapped(ident(), text(MAX_NAME), minimum=1, maximum=_MAX_PINS)
    ] = field(default=None, repr=False)

    def check(self) -> None:
        """Raises Malformed: a vault belongs to patients, names of patients to professionals, only to them."""
        if (self.vault is None) != (self.role == "professional"):
            raise Malformed("a vault belongs to a patient's keyring")
        if self.patients is not None and self.role != "professional":
            raise Malformed("names of patients belong to a professional's keyring")

    def age_identity(self) -> HybridIdentity:
        """The identity that opens what is sealed to the account."""
        return HybridIdentity(self.identity)

    def signing_key(self) -> SigningKey:
        """The key that signs the account's statements."""
        return SigningKey.from_seed(self.signing)

    def key_id(self) -> KeyId:
        """The identifier of the account's public keys."""
        return key_id(self.signing_key().public, self.age_identity().recipient().public)


@dataclass(frozen=True)
class OpenedKeyring:
    """A keyring with its sealed bytes, and the file key under which it can be written again."""

    keyring: Keyring
    data: bytes = field(repr=False)
    file_key: bytes = field(repr=False)


def create(keyring: Keyring, keys: PasswordKeys, *, random: Random = system_random) -> OpenedKeyring:
    """The keyring sealed for the password, the kit and the passkeys that it names, under a fresh file key."""
    file_key = age_file.new_file_key(random=random)
    recipients = [keyring.kit, *(passkey.recipient for passkey in keyring.passkeys or ())]
    stanzas = [
        _password_stanza(keyring.account, keys, file_key, random=random),
        *(HybridRecipient(recipient).wrap(file_key, random=random) for recipient in recipients),
    ]
    return _seal(keyring, age_file.make_header(stanzas, file_key), file_key, random=random)


def open_with_password(
    data: bytes,
    keys: PasswordKeys,
    *,
    account: AccountId,
    sequence: int | None = None,
    seen: int = 0,
) -> OpenedKeyring:
    """The keyring opened with the keys of a password.

    `sequence` is the server's number for these bytes, `seen` the highest that this device has met.

    Raises:
        WrongKey: another password, or another account's keyring.
        Tampered: other salt or cost than the keys were derived with; MAC, payload, account or sequence that
        differ.
        Stale: a lower sequence than `seen`.
        Malformed, UnsupportedVersion, LimitExceeded: bytes or record off the format.
    """
    _check_size(data)
    file_key = _open_password_stanza(data, keys, account)
    return _open(data, file_key, account=account, sequence=sequence, seen=seen)


def open_with_kit(
    data: bytes, kit: Kit, *, account: AccountId, sequence: int | None = None, seen: int = 0
) -> OpenedKeyring:
    """The keyring opened with the recovery kit.

    Raises as `open_with_password`; Tampered if it names another kit.
    """
    identity = kit.identity()
    opened = _open_with(data, identity, account=account, sequence=sequence, seen=seen)
    if opened.keyring.kit != identity.recipient().public:
        raise Tampered("the keyring names another kit")
    return opened


def open_with_passkey(
    data: bytes, passkey: Passkey, *, account: AccountId, sequence: int | None = None, seen: int = 0
) -> OpenedKeyring:
    """The keyring opened with a passkey.

    Raises as `open_with_password`; Tampered if it does not name this passkey.
    """
    identity = passkey.identity()
    opened = _open_with(data, identity, account=account, sequence=sequence, seen=seen)
    place = passkey.credential, identity.recipient().public
    if place not in [(known.credential, known.recipient) for known in opened.keyring.passkeys or ()]:
        raise Tampered("the keyring does not name this passkey")
    return opened


def open_with_file_key(
    data: bytes, file_key: bytes, *, account: AccountId, sequence: int | None = None, seen: int = 0
) -> OpenedKeyring:
    """A later keyring under the file key of one that was opened before.

    Raises as `open_with_password`; Tampered under another key.
    """
    _check_size(data)
    return _open(data, file_key, account=account, sequence=sequence, seen=seen)


def rewrite(opened: OpenedKeyring, keyring: Keyring, *, random: Random = system_random) -> OpenedKeyring:
    """New contents under the same header and file key; the sequence becomes the opened one's successor.

    Raises Malformed if account, kit or passkeys differ, which need other stanzas.
    """
    if _unlocked_by(keyring) != _unlocked_by(opened.keyring):
        raise Malformed("another account, kit or passkey under the same header")
    header = opened.data[: parse_header(opened.data)[2]]
    keyring = replace(keyring, sequence=opened.keyring.sequence + 1)
    return _seal(keyring, header, opened.file_key, random=random)


def change_password(
    opened: OpenedKeyring, keys: PasswordKeys, *, random: Random = system_random
) -> OpenedKeyring:
    """The same contents for another password, under a fresh file key; kit and passkeys stay good.

    Also the end of a recovery.
    """
    return _renew(opened.keyring, keys, random=random)


def replace_kit(
    opened: OpenedKeyring, keys: PasswordKeys, kit: Kit, *, random: Random = system_random
) -> OpenedKeyring:
    """The same contents for another kit, under a fresh file key: the old kit opens nothing written later.

    `keys` are the present password's, derived anew; else WrongKey.
    """
    _check_password(opened, keys)
    public = kit.identity().recipient().public
    return _renew(replace(opened.keyring, kit=public), keys, random=random)


def add_passkey(
    opened: OpenedKeyring, passkey: Passkey, name: str, *, random: Random = system_random
) -> OpenedKeyring:
    """The same contents with one more passkey; the other methods' stanzas stay.

    Raises Malformed for a passkey that the keyring names already or a name off the grammar, LimitExceeded
    for the seventeenth.
    """
    known = opened.keyring.passkeys or ()
    public = passkey.public(name)
    passkeys = tuple(sorted([*known, public], key=lambda member: member.credential))
    keyring = replace(opened.keyring, passkeys=passkeys, sequence=opened.keyring.sequence + 1)
    stanzas = parse_header(opened.data)[0]
    stanza = HybridRecipient(public.recipient).wrap(opened.file_key, random=random)
    header = age_file.make_header([*stanzas, stanza], opened.file_key)
    return _seal(keyring, header, opened.file_key, random=random)


def remove_passkey(
    opened: OpenedKeyring, keys: PasswordKeys, credential: bytes, *, random: Random = system_random
) -> OpenedKeyring:
    """The same contents without the passkey of a raw credential id, under a fresh file key.

    `keys` are the present password's, derived anew; else WrongKey. Raises Malformed for a passkey that the
    keyring does not name.
    """
    _check_password(opened, keys)
    known = opened.keyring.passkeys or ()
    kept = tuple(passkey for passkey in known if passkey.credential != credential)
    if len(kept) == len(known):
        raise Malformed("no such passkey")
    return _renew(replace(opened.keyring, passkeys=kept or None), keys, random=random)


def password_parameters(data: bytes) -> tuple[bytes, Argon2Parameters]:
    """Salt (16 bytes) and cost in a keyring's stanza, to derive without a server.

    Raises as parsing does, LimitExceeded for the cost.
    """
    salt, parameters, _ = _find_password_stanza(parse_header(data)[0])
    return salt, parameters


def _renew(keyring: Keyring, keys: PasswordKeys, *, random: Random) -> OpenedKeyring:
    """The next sequence under a fresh file key."""
    return create(replace(keyring, sequence=keyring.sequence + 1), keys, random=random)


def _check_password(opened: OpenedKeyring, keys: PasswordKeys) -> None:
    """Raises WrongKey for the keys of another password: nobody changes theirs by a slip of the finger."""
    _open_password_stanza(opened.data, keys, opened.keyring.account)


def _open_password_stanza(data: bytes, keys: PasswordKeys, account: AccountId) -> bytes:
    """The file key."""
    stanzas, _, _ = parse_header(data)
    salt, parameters, body = _find_password_stanza(stanzas)
    if (salt, parameters) != (keys.salt, keys.parameters):
        raise Tampered("other Argon2id parameters than the keys were derived with")
    return _STANZA.open(keys.unlock, _stanza_context(account, salt, parameters), body)


def _unlocked_by(keyring: Keyring) -> tuple[object, ...]:
    """What a keyring's stanzas are made of, but the password."""
    passkeys = [(passkey.credential, passkey.recipient) for passkey in keyring.passkeys or ()]
    return keyring.account, keyring.kit, passkeys


def _open_with(
    data: bytes, identity: HybridIdentity, *, account: AccountId, sequence: int | None, seen: int
) -> OpenedKeyring:
    _check_size(data)
    header = age_file.open_header(data, [identity])
    return _open(data, header.file_key, account=account, sequence=sequence, seen=seen)


def _seal(keyring: Keyring, header: bytes, file_key: bytes, *, random: Random) -> OpenedKeyring:
    contents = write_versioned(keyring, limit=MAX_RECORD)
    # What a reader would refuse is not written.
    read_versioned(Keyring, contents, limit=MAX_RECORD)
    return OpenedKeyring(keyring, header + age_stream.seal_bytes(file_key, contents, random=random), file_key)


def _open(
    data: bytes, file_key: bytes, *, account: AccountId, sequence: int | None, seen: int
) -> OpenedKeyring:
    header = age_file.verify_header(data, file_key)
    contents = age_stream.open_bytes(file_key, data[header.length :])
    keyring = read_versioned(Keyring, contents, limit=MAX_RECORD)
    if keyring.account != account:
        raise Tampered("the keyring of another account")
    if sequence is not None and keyring.sequence != sequence:
        raise Tampered("another sequence inside than outside")
    if keyring.sequence < seen:
        raise Stale("an older keyring than one already seen")
    return OpenedKeyring(keyring, data, file_key)


def _check_size(data: bytes) -> None:
    if len(data) > 2 * MAX_RECORD:
        raise LimitExceeded("keyring too long")


def _password_stanza(account: AccountId, keys: PasswordKeys, file_key: bytes, *, random: Random) -> Stanza:
    cost = keys.parameters
    cost.check()
    body = _STANZA.seal(keys.unlock, _stanza_context(account, keys.salt, cost), file_key, random=random)
    arguments = (encode_base64(keys.salt), str(cost.m), str(cost.t), str(cost.p))
    return Stanza(STANZA_TYPE, arguments, body)


def _stanza_context(account: AccountId, salt: bytes, cost: Argon2Parameters) -> dict[str, Json]:
    return {"account": account, "m": cost.m, "p": cost.p, "salt": b64u(salt), "t": cost.t}


def _find_password_stanza(stanzas: Sequence[Stanza]) -> tuple[bytes, Argon2Parameters, bytes]:
    """(salt, cost, body) of the one Argon2id stanza."""
    family = [stanza for stanza in stanzas if stanza.type.startswith(_STANZA_FAMILY)]
    found = [stanza for stanza in family if stanza.type == STANZA_TYPE]
    if not found:
        if family:
            raise UnsupportedVersion("Argon2id stanza of another version")
        raise WrongKey("no password opens this file")
    if len(found) > 1 or len(found[0].args) != 4:
        raise Malformed("Argon2id stanza off the grammar")
    salt = decode_base64(found[0].args[0])
    if len(salt) != SALT_SIZE or not all(_DECIMAL.fullmatch(number) for number in found[0].args[1:]):
        raise Malformed("Argon2id stanza off the grammar")
    m, t, p = (int(number) for number in found[0].args[1:])
    parameters = Argon2Parameters(m, t, p)
    parameters.check()
    return salt, parameters, found[0].body
