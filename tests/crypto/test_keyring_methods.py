"""Unlock methods of a keyring: passkeys added, removed and replaced; kit and password replaced."""

import os
from collections.abc import Callable
from dataclasses import replace

import pytest

from crypto import keyring
from crypto.age_header import parse_header
from crypto.encoding import AccountId, new_id
from crypto.errors import LimitExceeded, Malformed, Stale, Tampered, WrongKey
from crypto.keyring import (
    Keyring,
    OpenedKeyring,
    Pins,
    add_passkey,
    change_password,
    open_with_kit,
    open_with_passkey,
    open_with_password,
    remove_passkey,
    replace_kit,
    rewrite,
)
from crypto.passkeys import MAX_PASSKEYS, Passkey, prf_input
from crypto.passwords import Argon2Parameters, PasswordKeys
from crypto.recovery import Kit
from crypto.signing import SigningKey
from tests.crypto.mutations import refuses_every_change

ACCOUNT = AccountId(new_id())
KIT = Kit.generate()


def some_keys() -> PasswordKeys:
    return PasswordKeys(os.urandom(16), Argon2Parameters(), os.urandom(32), SigningKey.generate())


def some_passkey() -> Passkey:
    return Passkey(credential=os.urandom(20), secret=os.urandom(32))


KEYS = some_keys()
PHONE, STICK = some_passkey(), some_passkey()


@pytest.fixture(scope="module")
def without() -> OpenedKeyring:
    contents = Keyring(
        account=ACCOUNT,
        identity=os.urandom(32),
        kit=KIT.identity().recipient().public,
        name="Dr Lefèvre",
        pins=Pins(),
        role="professional",
        sequence=1,
        server=os.urandom(32),
        signing=os.urandom(32),
    )
    return keyring.create(contents, KEYS)


@pytest.fixture(scope="module")
def both(without: OpenedKeyring) -> OpenedKeyring:
    return add_passkey(add_passkey(without, PHONE, "Téléphone"), STICK, "Clé")


def test_every_method_opens_the_same(both: OpenedKeyring) -> None:
    assert open_with_password(both.data, KEYS, account=ACCOUNT, sequence=3) == both
    assert open_with_kit(both.data, KIT, account=ACCOUNT, sequence=3) == both
    assert open_with_passkey(both.data, PHONE, account=ACCOUNT, sequence=3) == both
    assert open_with_passkey(both.data, STICK, account=ACCOUNT, sequence=3) == both
    names = {passkey.credential: passkey.name for passkey in both.keyring.passkeys or ()}
    assert names == {PHONE.credential: "Téléphone", STICK.credential: "Clé"}


def test_adding_keeps_the_file_key_and_all_other_stanzas(without: OpenedKeyring, both: OpenedKeyring) -> None:
    assert both.file_key == without.file_key
    assert parse_header(both.data)[0][:2] == parse_header(without.data)[0]


def test_a_passkey_that_was_not_added_does_not_open(both: OpenedKeyring) -> None:
    with pytest.raises(WrongKey):
        open_with_passkey(both.data, some_passkey(), account=ACCOUNT)


def test_a_removed_passkey_opens_nothing_written_later(both: OpenedKeyring) -> None:
    removed = remove_passkey(both, KEYS, PHONE.credential)
    assert removed.file_key != both.file_key
    assert removed.keyring.sequence == both.keyring.sequence + 1
    with pytest.raises(WrongKey):
        open_with_passkey(removed.data, PHONE, account=ACCOUNT)
    assert open_with_passkey(removed.data, STICK, account=ACCOUNT) == removed
    assert open_with_kit(removed.data, KIT, account=ACCOUNT) == removed
    last = remove_passkey(removed, KEYS, STICK.credential)
    assert last.keyring.passkeys is None
    assert open_with_password(last.data, KEYS, account=ACCOUNT) == last


def test_a_new_password_needs_no_passkey_and_keeps_them(both: OpenedKeyring) -> None:
    fresh = some_keys()
    changed = change_password(both, fresh)
    assert changed.file_key != both.file_key
    for opened in (
        open_with_password(changed.data, fresh, account=ACCOUNT),
        open_with_passkey(changed.data, PHONE, account=ACCOUNT),
        open_with_passkey(changed.data, STICK, account=ACCOUNT),
        open_with_kit(changed.data, KIT, account=ACCOUNT),
    ):
        assert opened == changed


def test_a_new_kit_shuts_out_the_old_one(both: OpenedKeyring) -> None:
    fresh = Kit.generate()
    changed = replace_kit(both, KEYS, fresh)
    assert changed.file_key != both.file_key
    assert open_with_kit(changed.data, fresh, account=ACCOUNT) == changed
    assert open_with_passkey(changed.data, PHONE, account=ACCOUNT) == changed
    with pytest.raises(WrongKey):
        open_with_kit(changed.data, KIT, account=ACCOUNT)


@pytest.mark.parametrize(
    "change",
    [
        lambda opened, keys: replace_kit(opened, keys, Kit.generate()),
        lambda opened, keys: remove_passkey(opened, keys, PHONE.credential),
    ],
    ids=["kit", "passkey"],
)
def test_a_mistyped_password_does_not_become_the_new_one(
    both: OpenedKeyring, change: Callable[[OpenedKeyring, PasswordKeys], OpenedKeyring]
) -> None:
    with pytest.raises(WrongKey):
        change(both, replace(KEYS, unlock=os.urandom(32)))
    with pytest.raises(Tampered):
        change(both, some_keys())


def test_a_passkey_is_renamed_without_new_stanzas_but_not_swapped(both: OpenedKeyring) -> None:
    assert both.keyring.passkeys is not None
    renamed = tuple(replace(passkey, name="Autre") for passkey in both.keyring.passkeys)
    later = rewrite(both, replace(both.keyring, passkeys=renamed))
    assert open_with_passkey(later.data, PHONE, account=ACCOUNT).keyring.passkeys == renamed
    swapped = tuple(replace(passkey, recipient=bytes(1216)) for passkey in renamed)
    for passkeys in (swapped, None):
        with pytest.raises(Malformed):
            rewrite(both, replace(both.keyring, passkeys=passkeys))


def test_a_keyring_that_does_not_name_the_passkey_is_refused(both: OpenedKeyring) -> None:
    with pytest.raises(Tampered):
        open_with_passkey(both.data, replace(PHONE, credential=STICK.credential), account=ACCOUNT)


def test_accounts_and_sequences_are_checked(both: OpenedKeyring) -> None:
    with pytest.raises(Tampered):
        open_with_passkey(both.data, PHONE, account=AccountId(new_id()))
    with pytest.raises(Tampered):
        open_with_passkey(both.data, PHONE, account=ACCOUNT, sequence=2)
    with pytest.raises(Stale):
        open_with_passkey(both.data, PHONE, account=ACCOUNT, seen=4)


def test_what_cannot_be_added_or_removed(both: OpenedKeyring) -> None:
    with pytest.raises(Malformed):
        add_passkey(both, PHONE, "again")
    with pytest.raises(Malformed):
        add_passkey(both, some_passkey(), "")
    with pytest.raises(LimitExceeded):
        add_passkey(both, some_passkey(), "x" * 101)
    with pytest.raises(LimitExceeded):
        add_passkey(both, replace(PHONE, credential=bytes(1024)), "x")
    with pytest.raises(Malformed):
        remove_passkey(both, KEYS, b"unknown")
    with pytest.raises(Malformed):
        Passkey(credential=b"x", secret=bytes(31))


def test_at_most_sixteen(without: OpenedKeyring) -> None:
    opened = without
    for _ in range(MAX_PASSKEYS):
        opened = add_passkey(opened, some_passkey(), "x")
    assert open_with_kit(opened.data, KIT, account=ACCOUNT) == opened
    with pytest.raises(LimitExceeded):
        add_passkey(opened, some_passkey(), "x")


def test_any_change_is_refused(both: OpenedKeyring) -> None:
    refuses_every_change(both.data, lambda data: open_with_passkey(data, PHONE, account=ACCOUNT))


def test_nothing_secret_is_shown(both: OpenedKeyring) -> None:
    assert repr(PHONE.secret) not in repr(PHONE)
    assert "Téléphone" not in repr(both)
    assert len(prf_input()) == 32
