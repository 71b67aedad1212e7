import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crypto.encoding import KeyId, b64u
from crypto.errors import CoffreError, Malformed, Tampered
from crypto.signing import (
    SigningKey,
    fingerprint,
    key_id,
    labelled_hash,
    server_key_id,
    sha256,
    verify,
)

KEY = SigningKey.from_seed(bytes(range(32)))
LABEL = "coffre/v1/test"
ORDER = 2**252 + 27742317777372353535851937790883648493

# The points of order 1, 2, 4 and 8 of edwards25519 in every encoding (also in CCTV's ed25519 vectors).
SMALL_ORDER = [
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0100000000000000000000000000000000000000000000000000000000000000",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "0100000000000000000000000000000000000000000000000000000000000080",
]


def test_rfc_8032_test_1() -> None:
    seed = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"
    key = SigningKey.from_seed(bytes.fromhex(seed))
    assert key.public.hex() == "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"


def test_a_signature_is_over_label_zero_byte_and_message() -> None:
    signature = KEY.sign(LABEL, b"m")
    verify(KEY.public, LABEL, b"m", signature)
    with pytest.raises(Tampered):
        verify(KEY.public, "", b"coffre/v1/test\x00m", signature)
    verify(KEY.public, "coffre", b"/v1\x00m", KEY.sign("coffre", b"/v1\x00m"))
    with pytest.raises(Tampered):
        verify(KEY.public, "coffre/v1", b"m", KEY.sign("coffre", b"/v1\x00m"))


@settings(max_examples=50)
@given(st.binary(max_size=40), st.data())
def test_any_flipped_bit_is_tampered(message: bytes, data: st.DataObject) -> None:
    parts = [KEY.public, LABEL.encode(), message + b".", KEY.sign(LABEL, message + b".")]
    which = data.draw(st.integers(0, 3))
    position = data.draw(st.integers(0, len(parts[which]) - 1))
    bit = data.draw(st.integers(0, 6))
    changed = bytearray(parts[which])
    changed[position] ^= 1 << bit
    parts[which] = bytes(changed)
    with pytest.raises(Tampered):
        verify(parts[0], parts[1].decode(), parts[2], parts[3])


def test_s_that_is_not_reduced_is_refused() -> None:
    signature = KEY.sign(LABEL, b"m")
    larger = int.from_bytes(signature[32:], "little") + ORDER
    with pytest.raises(Tampered):
        verify(KEY.public, LABEL, b"m", signature[:32] + larger.to_bytes(32, "little"))


@pytest.mark.parametrize("point", SMALL_ORDER)
def test_small_order_keys_are_refused(point: str) -> None:
    # With a small-order A and R, and S = 0, the plain equation S·B = R + k·A holds for one message in eight.
    for r in SMALL_ORDER:
        for number in range(8):
            with pytest.raises(Tampered):
                verify(bytes.fromhex(point), LABEL, bytes([number]), bytes.fromhex(r) + bytes(32))


@pytest.mark.parametrize("point", SMALL_ORDER)
def test_small_order_r_is_refused(point: str) -> None:
    with pytest.raises(Tampered):
        verify(KEY.public, LABEL, b"m", bytes.fromhex(point) + KEY.sign(LABEL, b"m")[32:])


def test_keys_and_signatures_of_another_length_are_refused() -> None:
    signature = KEY.sign(LABEL, b"m")
    for public, given_signature in (
        (KEY.public[:-1], signature),
        (KEY.public + b"\x00", signature),
        (b"", signature),
        (KEY.public, signature[:-1]),
        (KEY.public, signature + b"\x00"),
        (KEY.public, b""),
    ):
        with pytest.raises(Tampered):
            verify(public, LABEL, b"m", given_signature)


def test_a_signing_key_hides_its_secret() -> None:
    seed = bytes(range(32))
    for text in (repr(KEY), str(KEY), f"{KEY}", repr([KEY])):
        assert seed.hex() not in text
        assert b64u(seed) not in text
        assert repr(seed) not in text
    assert KEY.seed == seed


def test_signing_keys_compare_by_value() -> None:
    assert SigningKey.from_seed(KEY.seed) == KEY
    assert hash(SigningKey.from_seed(KEY.seed)) == hash(KEY)
    assert SigningKey.generate() != SigningKey.generate()
    assert KEY.__eq__(KEY.seed) is NotImplemented
    with pytest.raises(Malformed):
        SigningKey.from_seed(bytes(31))


def test_hashes() -> None:
    assert sha256(b"abc").hex() == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert labelled_hash("a", b"b") == sha256(b"a\x00b")


def test_key_ids_are_of_both_keys() -> None:
    recipient = bytes(1216)
    found = key_id(KEY.public, recipient)
    assert found == b64u(labelled_hash("coffre/v1/key-id", KEY.public + recipient))
    assert found != key_id(KEY.public, recipient[:-1] + b"\x01")
    assert server_key_id(KEY.public) != found
    for public, other in ((KEY.public[:-1], recipient), (KEY.public, recipient[:-1])):
        with pytest.raises(Malformed):
            key_id(public, other)
    with pytest.raises(Malformed):
        server_key_id(KEY.public[:-1])


def test_fingerprints() -> None:
    found = fingerprint(KeyId(b64u(bytes(range(160, 192)))))
    assert found == "A0A1 A2A3 A4A5 A6A7 A8A9 AAAB ACAD AEAF B0B1 B2B3"
    with pytest.raises(CoffreError):
        fingerprint(KeyId("short"))
