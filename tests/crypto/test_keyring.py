"""The keyring: opening, writing again, changing the password, recovering; what a server could try."""

import os
from dataclasses import replace

import pytest

from crypto import keyring
from crypto.age_file import make_header
from crypto.age_header import parse_header
from crypto.encoding import AccountId, Json, SectionId, VaultId, canonical, new_id
from crypto.errors import LimitExceeded, Malformed, Stale, Tampered, UnsupportedVersion, WrongKey
from crypto.keyring import (
    Keyring,
    OpenedKeyring,
    OwnVault,
    Pins,
    VaultPins,
    change_password,
    create,
    open_with_file_key,
    open_with_kit,
    open_with_password,
    rewrite,
)
from crypto.passwords import Argon2Parameters, PasswordKeys, derive
from crypto.records import Pin, mapped, read_versioned
from crypto.recovery import Kit
from crypto.sections import SectionSecret
from crypto.signing import SigningKey
from crypto.statement_grammar import ident, integer
from tests.crypto.mutations import refuses_every_change


def keys_of_some_password(salt: bytes | None = None) -> PasswordKeys:
    """As if derived; the derivation itself is tested once, below, for it costs 0.2 s."""
    return PasswordKeys(salt or os.urandom(16), Argon2Parameters(), os.urandom(32), SigningKey.generate())


def contents(kit: Kit) -> Keyring:
    signing, identity = SigningKey.generate(), os.urandom(32)
    pin = Pin(os.urandom(32), 7)
    made = Keyring(
        account=AccountId(new_id()),
        identity=identity,
        kit=kit.identity().recipient().public,
        name="Zoé Lefèvre",
        pins=Pins(),
        role="patient",
        sequence=1,
        server=os.urandom(32),
        signing=signing.seed,
        vault=OwnVault(
            id=VaultId(new_id()),
            owner_secret=os.urandom(32),
            sections={SectionId(new_id()): SectionSecret.generate() for _ in range(20)},
        ),
    )
    return replace(made, pins=Pins({VaultId(new_id()): VaultPins(pin, pin, made.key_id())}))


@pytest.fixture(scope="module")
def kit() -> Kit:
    return Kit.generate()


@pytest.fixture(scope="module")
def keys() -> PasswordKeys:
    return keys_of_some_password()


@pytest.fixture(scope="module")
def sealed(kit: Kit, keys: PasswordKeys) -> OpenedKeyring:
    return create(contents(kit), keys)


def test_password_and_kit_open_the_same(sealed: OpenedKeyring, keys: PasswordKeys, kit: Kit) -> None:
    account = sealed.keyring.account
    assert open_with_password(sealed.data, keys, account=account, sequence=1, seen=1) == sealed
    assert open_with_kit(sealed.data, kit, account=account, sequence=1, seen=1) == sealed


@pytest.mark.slow
def test_with_a_real_password(kit: Kit) -> None:
    made = contents(kit)
    keys = derive("orage-tulipe-91-canapé", address="a@example.org", salt=os.urandom(16))
    data = create(made, keys).data
    salt, cost = keyring.password_parameters(data)
    again = derive("orage-tulipe-91-canapé", address="A@example.org", salt=salt, parameters=cost)
    assert open_with_password(data, again, account=made.account).keyring == made
    wrong = derive("orage-tulipe-92-canapé", address="a@example.org", salt=salt, parameters=cost)
    with pytest.raises(WrongKey):
        open_with_password(data, wrong, account=made.account)


def test_another_password_kit_or_account_does_not_open(sealed: OpenedKeyring, keys: PasswordKeys) -> None:
    account = sealed.keyring.account
    with pytest.raises(WrongKey):
        open_with_password(sealed.data, replace(keys, unlock=bytes(32)), account=account)
    with pytest.raises(WrongKey):
        open_with_kit(sealed.data, Kit.generate(), account=account)
    with pytest.raises(WrongKey):
        open_with_password(sealed.data, keys, account=AccountId(new_id()))


def test_another_account_is_noticed_by_the_kit_too(sealed: OpenedKeyring, kit: Kit) -> None:
    with pytest.raises(Tampered):
        open_with_kit(sealed.data, kit, account=AccountId(new_id()))


def test_sequences(sealed: OpenedKeyring, keys: PasswordKeys) -> None:
    account = sealed.keyring.account
    with pytest.raises(Tampered):
        open_with_password(sealed.data, keys, account=account, sequence=2)
    with pytest.raises(Stale):
        open_with_password(sealed.data, keys, account=account, sequence=1, seen=2)


def test_rewriting_keeps_the_header_and_moves_the_sequence(
    sealed: OpenedKeyring, keys: PasswordKeys, kit: Kit
) -> None:
    later = rewrite(sealed, replace(sealed.keyring, name="Zoé L.", sequence=99))
    length = parse_header(sealed.data)[2]
    assert later.data[:length] == sealed.data[:length]
    assert later.data[length : length + 16] != sealed.data[length : length + 16]
    assert (later.keyring.sequence, later.keyring.name) == (2, "Zoé L.")
    assert open_with_kit(later.data, kit, account=sealed.keyring.account) == later


def test_rewriting_refuses_what_needs_new_stanzas(sealed: OpenedKeyring) -> None:
    for other in (
        replace(sealed.keyring, account=AccountId(new_id())),
        replace(sealed.keyring, kit=Kit.generate().identity().recipient().public),
    ):
        with pytest.raises(Malformed):
            rewrite(sealed, other)


def test_a_later_one_opens_with_the_file_key_that_is_kept(sealed: OpenedKeyring, keys: PasswordKeys) -> None:
    account = sealed.keyring.account
    later = rewrite(sealed, replace(sealed.keyring, name="Later"))
    opened = open_with_file_key(later.data, sealed.file_key, account=account, sequence=2, seen=1)
    assert opened.keyring.name == "Later"
    renewed = change_password(sealed, keys)
    with pytest.raises(Tampered):
        open_with_file_key(renewed.data, sealed.file_key, account=account)
    with pytest.raises(Tampered):
        open_with_file_key(later.data, sealed.file_key, account=AccountId(new_id()))
    with pytest.raises(Stale):
        open_with_file_key(sealed.data, sealed.file_key, account=account, seen=2)
    with pytest.raises(LimitExceeded):
        open_with_file_key(bytes(9 << 20), sealed.file_key, account=account)


def test_a_new_password_shuts_out_the_old_one_and_keeps_the_kit(
    sealed: OpenedKeyring, keys: PasswordKeys, kit: Kit
) -> None:
    account = sealed.keyring.account
    fresh = keys_of_some_password()
    recovered = open_with_kit(sealed.data, kit, account=account)
    changed = change_password(recovered, fresh)
    assert changed.file_key != sealed.file_key
    assert changed.keyring == replace(sealed.keyring, sequence=2)
    assert open_with_password(changed.data, fresh, account=account) == changed
    assert open_with_kit(changed.data, kit, account=account) == changed
    with pytest.raises(Tampered):
        open_with_password(changed.data, keys, account=account)


def test_a_server_cannot_swap_the_parameters(sealed: OpenedKeyring, keys: PasswordKeys) -> None:
    account = sealed.keyring.account
    with pytest.raises(Tampered):
        open_with_password(sealed.data, replace(keys, salt=bytes(16)), account=account)
    with pytest.raises(Tampered):
        open_with_password(sealed.data, replace(keys, parameters=Argon2Parameters(t=4)), account=account)
    for cost in (b" 8 3 1\n", b" 65536 1 1\n", b" 65536 3 4\n", b" 999999999 3 1\n"):
        with pytest.raises(LimitExceeded):
            keyring.password_parameters(sealed.data.replace(b" 65536 3 1\n", cost, 1))
    for cost in (b" 065536 3 1\n", b" 65536 3\n", b" 65536 3 1 1\n", b" 65536 3 -1\n", b" 9999999999 3 1\n"):
        with pytest.raises(Malformed):
            keyring.password_parameters(sealed.data.replace(b" 65536 3 1\n", cost, 1))


def test_two_keyrings_cannot_be_spliced(sealed: OpenedKeyring, keys: PasswordKeys, kit: Kit) -> None:
    other = create(replace(sealed.keyring, name="X"), keys)
    length = parse_header(sealed.data)[2]
    spliced = sealed.data[:length] + other.data[parse_header(other.data)[2] :]
    with pytest.raises(Tampered):
        open_with_password(spliced, keys, account=sealed.keyring.account)
    with pytest.raises(Tampered):
        open_with_kit(spliced, kit, account=sealed.keyring.account)


def test_any_change_is_refused(sealed: OpenedKeyring, keys: PasswordKeys, kit: Kit) -> None:
    account = sealed.keyring.account
    refuses_every_change(sealed.data, lambda data: open_with_password(data, keys, account=account))
    refuses_every_change(sealed.data, lambda data: open_with_kit(data, kit, account=account))


def test_a_vault_belongs_to_patients(sealed: OpenedKeyring, keys: PasswordKeys) -> None:
    for wrong in (replace(sealed.keyring, vault=None), replace(sealed.keyring, role="professional")):
        with pytest.raises(Malformed):
            create(wrong, keys)


def test_pending_secrets_are_kept(sealed: OpenedKeyring, kit: Kit) -> None:
    vault = sealed.keyring.vault
    assert vault is not None
    section = next(iter(vault.sections))
    pending = {section: SectionSecret.generate(2)}
    later = rewrite(sealed, replace(sealed.keyring, vault=replace(vault, pending=pending)))
    opened = open_with_kit(later.data, kit, account=sealed.keyring.account).keyring.vault
    assert opened is not None
    assert opened.pending == pending
    assert opened.sections == vault.sections


def test_nothing_secret_is_shown(sealed: OpenedKeyring) -> None:
    text = repr(sealed)
    vault = sealed.keyring.vault
    assert vault is not None
    secrets = [sealed.file_key, sealed.keyring.identity, sealed.keyring.signing, vault.owner_secret]
    secrets += [section.secret for section in vault.sections.values()]
    assert not any(repr(secret) in text for secret in secrets)
    assert "Lefèvre" not in text


def test_a_kit_that_the_keyring_does_not_name_is_refused(sealed: OpenedKeyring, keys: PasswordKeys) -> None:
    intruder = Kit.generate()
    stanzas, _, length = parse_header(sealed.data)
    added = intruder.identity().recipient().wrap(sealed.file_key)
    header = make_header([*stanzas, added], sealed.file_key)
    with pytest.raises(Tampered):
        open_with_kit(header + sealed.data[length:], intruder, account=sealed.keyring.account)


def test_stanzas_of_no_version_of_another_and_two(sealed: OpenedKeyring, keys: PasswordKeys) -> None:
    account = sealed.keyring.account
    stanzas, _, length = parse_header(sealed.data)
    later = replace(stanzas[0], type="coffre.argon2id/v2")
    for changed, error in (
        ([stanzas[1]], WrongKey),
        ([later, stanzas[1]], UnsupportedVersion),
        ([stanzas[0], stanzas[0], stanzas[1]], Malformed),
        ([replace(stanzas[0], args=stanzas[0].args[:3]), stanzas[1]], Malformed),
        ([replace(stanzas[0], args=("AAAA", *stanzas[0].args[1:])), stanzas[1]], Malformed),
    ):
        header = make_header(changed, sealed.file_key)
        with pytest.raises(error):
            open_with_password(header + sealed.data[length:], keys, account=account)


def test_a_keyring_that_is_too_long_is_not_read(keys: PasswordKeys, kit: Kit) -> None:
    data = bytes(2 * keyring.MAX_RECORD + 1)
    with pytest.raises(LimitExceeded):
        open_with_password(data, keys, account=AccountId(new_id()))
    with pytest.raises(LimitExceeded):
        open_with_kit(data, kit, account=AccountId(new_id()))


def test_maps_of_a_record_have_limits(sealed: OpenedKeyring) -> None:
    vault = sealed.keyring.vault
    assert vault is not None
    many = {SectionId(new_id()): SectionSecret.generate() for _ in range(257)}
    with pytest.raises(LimitExceeded):
        rewrite(sealed, replace(sealed.keyring, vault=replace(vault, sections=many)))


@pytest.mark.parametrize("value", [[], {}, {"version": "1"}, {"version": 1, "pins": []}])
def test_what_is_no_record(value: Json) -> None:
    with pytest.raises(Malformed):
        read_versioned(Keyring, canonical(value), limit=1000)


def test_a_map_that_is_none_or_too_small() -> None:
    grammar = mapped(ident(), integer(), minimum=1, maximum=2)
    values: list[Json] = [[], {}, "x"]
    for wrong in values:
        with pytest.raises(Malformed):
            grammar.read(wrong)
