from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crypto.encoding import GrantId, Json, VaultId, b64u, canonical, parse_canonical
from crypto.errors import CoffreError, LimitExceeded, Malformed, Tampered
from crypto.signing import SigningKey, labelled_hash
from crypto.statement_grammar import Signed
from crypto.statements import (
    KINDS,
    Card,
    Grant,
    Manifest,
    Rotation,
    Sections,
    Share,
    Statement,
    check_signature,
    kind_of,
    parse,
    parse_any,
    parts_digest,
    sign,
    statement_hash,
    to_bytes,
    verify,
    verify_by_card,
    verify_card,
    verify_redemption,
)
from tests.vectors.every_kind import statements_of_every_kind
from tests.vectors.samples import (
    DAY,
    DOCTOR,
    GRANT,
    INVITATION,
    NOW,
    OTHER_DOCTOR,
    OWNER,
    STRANGER,
    VAULT,
    proof,
)
from tests.vectors.statement_faults import FAULTS

SAMPLES = statements_of_every_kind()
KEY = OWNER.key


def _json(kind: str) -> dict[str, Any]:
    value = parse_canonical(to_bytes(SAMPLES[kind][0]))
    assert isinstance(value, dict)
    return dict(value)


def _parse(kind: str, value: dict[str, Any]) -> Statement:
    return parse(KINDS[kind], canonical(value))


def test_there_is_a_sample_of_every_kind() -> None:
    assert SAMPLES.keys() == KINDS.keys()


@pytest.mark.parametrize("kind", KINDS)
def test_a_signed_statement_reads_back(kind: str) -> None:
    value, key = SAMPLES[kind]
    signed = sign(value, key)
    assert verify(signed, type(value), key.public) == value
    assert Signed.from_wire(signed.to_wire()) == signed
    assert kind_of(signed.statement) == kind
    assert parse_any(signed.statement) == value
    assert to_bytes(value) == signed.statement
    assert statement_hash(signed.statement) == labelled_hash("coffre/v1/hash/statement", signed.statement)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("other", KINDS)
def test_a_statement_of_one_kind_is_refused_as_any_other(kind: str, other: str) -> None:
    value, key = SAMPLES[kind]
    signed = sign(value, key)
    if kind == other:
        return
    with pytest.raises(Tampered):
        verify(signed, KINDS[other], key.public)
    with pytest.raises(Malformed):
        parse(KINDS[other], signed.statement)
    # Even bytes that one key signed under both labels stay of the kind that they name.
    label = "coffre/v1/statement/" + other
    with pytest.raises(Malformed):
        verify(Signed(signed.statement, key.sign(label, signed.statement)), KINDS[other], key.public)


@pytest.mark.parametrize("kind", ["share", "share_update"])
def test_a_share_has_one_file_for_each_document(kind: str) -> None:
    value = _json(kind)
    with pytest.raises(Malformed):
        _parse(kind, {**value, "files": [*value["files"], value["files"][0]]})


@pytest.mark.parametrize("kind", KINDS)
def test_each_field_is_needed_and_no_other_allowed(kind: str) -> None:
    value = _json(kind)
    with pytest.raises(Malformed):
        _parse(kind, {**value, "more": 1})
    for key in value:
        rest = {name: member for name, member in value.items() if name != key}
        if key == "max_openings" or (kind, key) == ("manifest", "author_metadata"):
            assert isinstance(_parse(kind, rest), KINDS[kind])
            continue
        with pytest.raises(Malformed):
            _parse(kind, rest)


# Integers that may be anything from 1, and texts for people: another value of the type is another statement.
FREE = {
    "length",
    "mask_new",
    "max_openings",
    "name",
    "openings",
    "origin",
    "passcode",
    "recipient",
    "seq",
    "sequence",
    "version",
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "wrong", [{}, [], "", "A", 0, 2**53 - 1, [[]], [{}], {"statement": "", "signature": ""}]
)
def test_a_field_of_another_type_is_an_error(kind: str, wrong: Json) -> None:
    value = _json(kind)
    for key, member in value.items():
        if (key in FREE and type(member) is type(wrong)) or wrong == member:
            continue
        if (kind, key, wrong) == ("rotation", "grants", []):
            assert isinstance(_parse(kind, {**value, key: wrong}), Rotation)
            continue
        if key in {"added", "renamed"} and wrong == []:
            assert isinstance(_parse(kind, {**value, key: wrong}), Sections)
            continue
        with pytest.raises((Malformed, LimitExceeded)):
            _parse(kind, {**value, key: wrong})


def test_sections_name_something_and_nothing_twice() -> None:
    nothing = {**_json("sections"), "added": [], "renamed": []}
    with pytest.raises(Malformed):
        _parse("sections", nothing)


@settings(max_examples=50)
@given(st.sampled_from(sorted(KINDS)), st.data())
def test_any_changed_byte_is_a_typed_error(kind: str, data: st.DataObject) -> None:
    value, key = SAMPLES[kind]
    signed = sign(value, key)
    statement = bytearray(signed.statement)
    position = data.draw(st.integers(0, len(statement) - 1))
    how = data.draw(st.sampled_from(["flip", "drop", "add"]))
    if how == "flip":
        statement[position] ^= data.draw(st.integers(1, 255))
    elif how == "drop":
        del statement[position]
    else:
        statement.insert(position, data.draw(st.integers(0, 255)))
    changed = Signed(bytes(statement), signed.signature)
    if changed == signed:
        return
    with pytest.raises(Tampered):
        verify(changed, KINDS[kind], key.public)
    if kind == "card":
        with pytest.raises(CoffreError):
            verify_card(changed)


@pytest.mark.parametrize("kind", KINDS)
def test_another_signer_is_tampered(kind: str) -> None:
    value, key = SAMPLES[kind]
    with pytest.raises(Tampered):
        verify(sign(value, key), type(value), STRANGER.key.public)
    with pytest.raises(Tampered):
        verify(sign(value, STRANGER.key), type(value), key.public)


@pytest.mark.parametrize("name", FAULTS)
def test_one_fault_in_a_field(name: str) -> None:
    kind, field, wrong, code = FAULTS[name]
    assert _parse(kind, _json(kind)) == SAMPLES[kind][0]
    with pytest.raises(CoffreError) as caught:
        _parse(kind, {**_json(kind), field: wrong})
    assert caught.value.code == code


def test_what_no_verifier_would_accept_is_not_signed() -> None:
    grant = SAMPLES["grant"][0]
    assert isinstance(grant, Grant)
    with pytest.raises(LimitExceeded):
        sign(replace(grant, not_after=NOW + 400 * DAY), KEY)
    with pytest.raises(Malformed):
        sign(replace(grant, not_after=NOW - 1), KEY)
    with pytest.raises(Malformed):
        sign(replace(grant, sections=()), KEY)


def test_the_first_version_has_no_previous() -> None:
    manifest = SAMPLES["manifest"][0]
    assert isinstance(manifest, Manifest)
    sign(replace(manifest, version=1, previous=None), KEY)
    for wrong in (replace(manifest, previous=None), replace(manifest, version=1)):
        with pytest.raises(Malformed):
            sign(wrong, KEY)


def test_the_longest_manifest_fits() -> None:
    manifest = SAMPLES["manifest"][0]
    assert isinstance(manifest, Manifest)
    parts = tuple(number.to_bytes(32) for number in range(10_000))
    value = replace(manifest, length=10_000 * manifest.part_size, parts=parts, digest=parts_digest(parts))
    assert verify(sign(value, KEY), Manifest, KEY.public) == value


def test_a_statement_over_the_limit_is_refused_before_it_is_parsed() -> None:
    data = b"x" * ((1 << 20) + 1)
    with pytest.raises(LimitExceeded):
        verify(Signed(data, bytes(64)), Manifest, KEY.public)
    with pytest.raises(LimitExceeded):
        parse(Manifest, data)


def test_an_unknown_kind_is_malformed() -> None:
    for data in (b'{"kind":"will"}', b"{}", b"[]", b'{"kind":1}', b"", b'{"kind":"manifest"} '):
        with pytest.raises(Malformed):
            kind_of(data)


def test_cards_are_self_certifying() -> None:
    assert verify_card(DOCTOR.signed) == DOCTOR.card
    own_words = sign(replace(DOCTOR.card, name="Somebody else"), STRANGER.key)
    with pytest.raises(Tampered):
        verify_card(own_words)
    swapped = canonical({**_json("card"), "signing": b64u(STRANGER.key.public)})
    label = "coffre/v1/statement/card"
    with pytest.raises(Tampered):
        verify_card(Signed(swapped, STRANGER.key.sign(label, swapped)))


def test_a_statement_by_another_author_than_the_card_is_tampered() -> None:
    share = SAMPLES["share"][0]
    assert isinstance(share, Share)
    assert verify_by_card(sign(share, KEY), Share, OWNER.card) == share
    lent = replace(share, author=DOCTOR.id)
    with pytest.raises(Tampered):
        verify_by_card(sign(lent, KEY), Share, OWNER.card)


def test_a_signature_alone() -> None:
    signed = sign(OWNER.card, KEY)
    check_signature(signed, Card, KEY.public)
    with pytest.raises(Tampered):
        check_signature(signed, Share, KEY.public)


def test_proofs_of_redemption_are_bound_to_their_context() -> None:
    found = proof(DOCTOR)
    verify_redemption(INVITATION.public, found, grant=GRANT, professional=DOCTOR.id, vault=VAULT)
    for public, grant, professional, vault in (
        (SigningKey.generate().public, GRANT, DOCTOR.id, VAULT),
        (INVITATION.public, GrantId("0" * 32), DOCTOR.id, VAULT),
        (INVITATION.public, GRANT, OTHER_DOCTOR.id, VAULT),
        (INVITATION.public, GRANT, DOCTOR.id, VaultId("0" * 32)),
    ):
        with pytest.raises(Tampered):
            verify_redemption(public, found, grant=grant, professional=professional, vault=vault)


@pytest.mark.parametrize(
    "wire",
    [
        {},
        [],
        "",
        {"statement": "", "signature": b64u(bytes(63))},
        {"statement": "=", "signature": b64u(bytes(64))},
        {"statement": ""},
        {"statement": 1, "signature": b64u(bytes(64))},
        {"statement": "", "signature": b64u(bytes(64)), "key": ""},
    ],
)
def test_what_is_no_signed_statement(wire: Json) -> None:
    with pytest.raises(Malformed):
        Signed.from_wire(wire)
