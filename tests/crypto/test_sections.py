"""Sections: keys, names, stanzas, the ladder."""

import itertools
from dataclasses import replace

import pytest

from crypto import sections
from crypto.age_header import Stanza
from crypto.encoding import DocumentId, Json, SectionId, VaultId, canonical, new_id
from crypto.errors import LimitExceeded, Malformed, WrongKey
from crypto.padding import frame
from crypto.sections import (
    KINDS,
    Filing,
    SectionName,
    SectionSecret,
    climb_down,
    make_ladder,
    open_name,
    seal_name,
    secret_of_epoch,
    unwrap_file_key,
    wrap_file_key,
)
from tests.crypto.mutations import refuses_every_change

VAULT, SECTION = VaultId(new_id()), SectionId(new_id())
SECRET = SectionSecret.generate()
FILING = Filing(VAULT, SECTION, 1, DocumentId(new_id()), 1)
FILE_KEY = bytes(range(16))


def test_every_key_is_another() -> None:
    keys = {SECRET.secret, SECRET.wrap_key(), SECRET.meta_key(), SECRET.drop_identity().seed}
    assert len(keys) == 4
    assert repr(SECRET) == "SectionSecret(epoch=1)"


def test_default_names_have_one_length() -> None:
    names = {len(seal_name(SECRET, SectionName(kind), vault=VAULT, section=SECTION)) for kind in KINDS}
    assert names == {296}
    assert len(KINDS) == 20


def test_names_round_trip() -> None:
    for name in (
        SectionName("imaging"),
        SectionName("custom", "Podologie"),
        SectionName("custom", "é" * 100),
    ):
        sealed = seal_name(SECRET, name, vault=VAULT, section=SECTION)
        assert open_name(SECRET, sealed, vault=VAULT, section=SECTION) == name


def test_names_off_the_rules() -> None:
    for kind, name in (
        ("astrology", None),
        ("custom", None),
        ("imaging", "x"),
        ("custom", ""),
        ("custom", "a\n"),
    ):
        with pytest.raises(Malformed):
            SectionName(kind, name)
    with pytest.raises(LimitExceeded):
        SectionName("custom", "x" * 101)


def test_a_name_stays_where_it_is() -> None:
    sealed = seal_name(SECRET, SectionName("dental"), vault=VAULT, section=SECTION)
    refuses_every_change(sealed, lambda data: open_name(SECRET, data, vault=VAULT, section=SECTION))
    with pytest.raises(WrongKey):
        open_name(SECRET, sealed, vault=VaultId(new_id()), section=SECTION)
    with pytest.raises(WrongKey):
        open_name(SECRET, sealed, vault=VAULT, section=SectionId(new_id()))
    with pytest.raises(WrongKey):
        open_name(replace(SECRET, epoch=2), sealed, vault=VAULT, section=SECTION)


@pytest.mark.parametrize(
    "other",
    [
        replace(FILING, vault=VaultId(new_id())),
        replace(FILING, section=SectionId(new_id())),
        replace(FILING, document=DocumentId(new_id())),
        replace(FILING, version=2),
        replace(FILING, epoch=2),
    ],
)
def test_a_stanza_is_bound_to_its_place(other: Filing) -> None:
    stanza = wrap_file_key(SECRET, FILING, FILE_KEY)
    assert unwrap_file_key(SECRET, FILING, [stanza]) == FILE_KEY
    moved = Stanza(stanza.type, (other.section, str(other.epoch)), stanza.body)
    with pytest.raises(WrongKey):
        unwrap_file_key(SECRET, other, [stanza])
    with pytest.raises(WrongKey):
        unwrap_file_key(replace(SECRET, epoch=other.epoch), other, [moved])


def test_a_stanza_off_the_grammar() -> None:
    body = wrap_file_key(SECRET, FILING, FILE_KEY).body
    for arguments in ((), (SECTION,), (SECTION, "0"), (SECTION, "01"), (SECTION, "1", "x"), ("x", "1")):
        with pytest.raises(Malformed):
            unwrap_file_key(SECRET, FILING, [Stanza(sections.STANZA_TYPE, arguments, body)])
    with pytest.raises(LimitExceeded):
        unwrap_file_key(SECRET, FILING, [Stanza(sections.STANZA_TYPE, (SECTION, "10001"), body)])
    with pytest.raises(Malformed):
        wrap_file_key(replace(SECRET, epoch=2), FILING, FILE_KEY)


def ladder_of(count: int) -> tuple[list[SectionSecret], dict[int, bytes]]:
    secrets = [SectionSecret.generate(epoch) for epoch in range(1, count + 1)]
    ladders = {
        newer.epoch: make_ladder(newer, older, vault=VAULT, section=SECTION)
        for older, newer in itertools.pairwise(secrets)
    }
    return secrets, ladders


def test_the_newest_reaches_all_and_the_oldest_none() -> None:
    secrets, ladders = ladder_of(5)
    for secret in secrets:
        assert secret_of_epoch(secrets[-1], secret.epoch, ladders, vault=VAULT, section=SECTION) == secret
    with pytest.raises(WrongKey):
        secret_of_epoch(secrets[0], 2, ladders, vault=VAULT, section=SECTION)
    with pytest.raises(WrongKey):
        climb_down(replace(secrets[0], epoch=2), ladders[2], vault=VAULT, section=SECTION)
    with pytest.raises(Malformed):
        secret_of_epoch(secrets[-1], 0, ladders, vault=VAULT, section=SECTION)


def test_a_ladder_is_whole_and_in_its_place() -> None:
    secrets, ladders = ladder_of(3)
    assert {len(ladder) for ladder in ladders.values()} == {72}
    with pytest.raises(WrongKey):
        secret_of_epoch(secrets[-1], 1, {3: ladders[3]}, vault=VAULT, section=SECTION)
    with pytest.raises(WrongKey):
        climb_down(secrets[2], ladders[3], vault=VAULT, section=SectionId(new_id()))
    with pytest.raises(Malformed):
        make_ladder(secrets[2], secrets[0], vault=VAULT, section=SECTION)
    refuses_every_change(ladders[3], lambda data: climb_down(secrets[2], data, vault=VAULT, section=SECTION))


def test_secrets_have_their_limits() -> None:
    with pytest.raises(Malformed):
        SectionSecret(0, bytes(32))
    with pytest.raises(Malformed):
        SectionSecret(1, bytes(31))
    with pytest.raises(LimitExceeded):
        SectionSecret(10_001, bytes(32))


@pytest.mark.parametrize(
    "record", [[], {}, {"kind": "imaging", "x": 1}, {"kind": 1}, {"kind": "custom", "name": 1}]
)
def test_what_is_no_name(record: Json) -> None:
    with pytest.raises(Malformed):
        sections.read_name(frame(canonical(record), floor=256))
