"""The primitives: published vectors, and foreign errors that never come out."""

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto import primitives
from crypto.errors import Malformed, Tampered, WrongKey
from crypto.primitives import BulkCipher, Wrap, seeded_random
from tests.crypto.mutations import refuses_every_change

KEY = bytes(range(32))


def test_hkdf_of_rfc_5869() -> None:
    key = primitives.hkdf(b"\x0b" * 22, salt=bytes(range(13)), info=bytes(range(0xF0, 0xFA)))
    assert key.hex().startswith("3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf")
    empty = primitives.hkdf(b"\x0b" * 22, info=b"")
    assert empty.hex() == "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d"


def test_x25519_of_rfc_7748() -> None:
    nine = bytes.fromhex("09" + "00" * 31)
    # Section 5.2, after one iteration: scalar and point are both nine.
    assert primitives.x25519_shared(nine, nine).hex() == (
        "422c8e7a6227d7bca1350b3e2bb7279f7897b87bb6854b783c60e80311ae3079"
    )
    with pytest.raises(Malformed):
        primitives.x25519_shared(nine, bytes(32))


def test_scrypt_of_rfc_7914() -> None:
    key = primitives.scrypt(b"pleaseletmein", b"SodiumChloride", log_n=14)
    assert key.hex() == "7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2"


def test_argon2id_is_the_reference_implementation() -> None:
    # From the reference implementation's own tests: version 0x13, t = 2, m = 2^16, p = 1.
    key = primitives.argon2id(b"password", b"somesalt", memory=65536, passes=2)
    assert key.hex() == "09316115d5cf24ed5a15a31a3ba326e5cf32edc24702987c02b6566f61913cf7"


@given(st.binary(max_size=200))
def test_wrap_round_trip(message: bytes) -> None:
    wrap = Wrap("coffre/v1/test")
    sealed = wrap.seal(KEY, {"a": "b"}, message)
    assert len(sealed) == len(message) + primitives.WRAP_OVERHEAD
    assert wrap.open(KEY, {"a": "b"}, sealed) == message


def test_a_wrap_is_bound_to_key_label_and_context() -> None:
    sealed = Wrap("coffre/v1/test").seal(KEY, {"a": "b"}, b"secret")
    refuses_every_change(sealed, lambda data: Wrap("coffre/v1/test").open(KEY, {"a": "b"}, data))
    for key, label, context in (
        (bytes(32), "coffre/v1/test", {"a": "b"}),
        (KEY, "coffre/v1/tesu", {"a": "b"}),
        (KEY, "coffre/v1/test", {"a": "c"}),
        (KEY, "coffre/v1/test", {}),
    ):
        with pytest.raises(WrongKey):
            Wrap(label).open(key, context, sealed)
    with pytest.raises(WrongKey):
        Wrap("coffre/v1/test").open(KEY, {"a": "b"}, b"")


def test_xchacha_of_the_draft() -> None:
    # draft-irtf-cfrg-xchacha-03, appendix A.3.1, with its associated data instead of label and context.
    plaintext = (
        b"Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, "
        b"sunscreen would be it."
    )

    class Given(Wrap):
        def _bind(self, context: object) -> bytes:
            return bytes.fromhex("50515253c0c1c2c3c4c5c6c7")

    nonce = bytes(range(0x40, 0x58))
    sealed = Given("").seal(bytes(range(0x80, 0xA0)), {}, plaintext, random=lambda _: nonce)
    assert sealed[:24] == nonce
    assert sealed[24:40].hex() == "bd6d179d3e83d43b9576579493c0e939"
    assert sealed[-16:].hex() == "c0875924c1c7987947deafd8780acf49"


def test_hybrid_encapsulation() -> None:
    recipient = primitives.hybrid_recipient(KEY)
    assert len(recipient) == 1216
    share, sealed = primitives.hybrid_seal(recipient, b"x" * 16, info=b"i")
    assert (len(share), len(sealed)) == (1120, 32)
    assert primitives.hybrid_open(KEY, share, sealed, info=b"i") == b"x" * 16
    with pytest.raises(WrongKey):
        primitives.hybrid_open(KEY, share, sealed, info=b"j")
    with pytest.raises(WrongKey):
        primitives.hybrid_open(bytes(32), share, sealed, info=b"i")
    refuses_every_change(share + sealed, lambda d: primitives.hybrid_open(KEY, d[:1120], d[1120:], info=b"i"))


@pytest.mark.parametrize("recipient", [b"", bytes(1215), bytes(1217), b"\xff" * 1216])
def test_bytes_that_are_no_hybrid_recipient(recipient: bytes) -> None:
    with pytest.raises(Malformed):
        primitives.hybrid_seal(recipient, b"x", info=b"")


def test_bulk_cipher_refuses_what_was_changed() -> None:
    cipher = BulkCipher(KEY)
    sealed, opened = bytearray(26), bytearray(10)
    cipher.seal_into(bytes(12), memoryview(b"0123456789"), memoryview(sealed))
    cipher.open_into(bytes(12), memoryview(sealed), memoryview(opened))
    assert opened == b"0123456789"
    sealed[3] ^= 1
    with pytest.raises(Tampered):
        cipher.open_into(bytes(12), memoryview(sealed), memoryview(opened))


def test_what_is_slow_to_load_is_loaded_when_it_is_used() -> None:
    modules = "document, fhir, grants, keyring, metadata, passwords, recovery, share"
    code = (
        f"import sys; from crypto import {modules};"
        "print(sorted({'argon2', 'zxcvbn', 'joserfc', 'mnemonic'} & sys.modules.keys()))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_seeded_random_repeats_itself_and_nothing_else() -> None:
    first, again, other = (seeded_random(seed) for seed in (b"s" * 32, b"s" * 32, b"t" * 32))
    asked = [16, 1 << 20, 16, 3]
    given = [first(size) for size in asked]
    assert [again(size) for size in asked] == given
    assert [len(piece) for piece in given] == asked
    assert given[0] != given[2]
    assert other(16) != given[0]
