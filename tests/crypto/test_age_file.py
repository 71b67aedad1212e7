"""Whole age files: other implementations read ours and we theirs; mixes, faults, key texts."""

import io

import pyrage
import pytest

from crypto import age_file, bech32
from crypto.age_header import Stanza
from crypto.age_recipients import (
    HybridIdentity,
    HybridRecipient,
    Identity,
    Recipient,
    ScryptIdentity,
    ScryptRecipient,
    X25519Identity,
    X25519Recipient,
    parse_identity,
    parse_identity_file,
    parse_recipient,
)
from crypto.armor import looks_armored
from crypto.errors import CoffreError, LimitExceeded, Malformed, Tampered, UnsupportedVersion, WrongKey
from tests.crypto.mutations import refuses_every_change

MESSAGE = b"resultat d'analyse\n" * 5000


@pytest.fixture(scope="module")
def classic() -> X25519Identity:
    return X25519Identity.generate()


@pytest.fixture(scope="module")
def hybrid() -> HybridIdentity:
    return HybridIdentity.generate()


def test_rage_opens_ours_and_we_open_rages(classic: X25519Identity) -> None:
    theirs = pyrage.x25519.Identity.from_str(classic.text())
    ours = age_file.seal_bytes(MESSAGE, [classic.recipient()])
    assert pyrage.decrypt(ours, [theirs]) == MESSAGE
    sealed = pyrage.encrypt(MESSAGE, [theirs.to_public()])
    assert age_file.open_bytes(sealed, [classic]) == MESSAGE
    assert str(classic.recipient()) == str(theirs.to_public())


@pytest.mark.slow
def test_rage_and_passphrases() -> None:
    ours = age_file.seal_bytes(MESSAGE, [ScryptRecipient(b"mot de passe", work=10)])
    assert pyrage.passphrase.decrypt(ours, "mot de passe") == MESSAGE
    sealed = pyrage.passphrase.encrypt(MESSAGE, "mot de passe")
    assert age_file.open_bytes(sealed, [ScryptIdentity(b"mot de passe")]) == MESSAGE


def test_rage_and_armor(classic: X25519Identity) -> None:
    theirs = pyrage.x25519.Identity.from_str(classic.text())
    out = io.BytesIO()
    age_file.seal_stream(io.BytesIO(MESSAGE), out, [classic.recipient()], armored=True)
    assert looks_armored(out.getvalue())
    assert pyrage.decrypt(out.getvalue(), [theirs]) == MESSAGE
    sealed = pyrage.encrypt(MESSAGE, [theirs.to_public()], armored=True)
    assert age_file.open_bytes(sealed, [classic]) == MESSAGE


def test_several_recipients_each_open(hybrid: HybridIdentity) -> None:
    other = HybridIdentity.generate()
    sealed = age_file.seal_bytes(b"x", [hybrid.recipient(), other.recipient()])
    for identity in (hybrid, other):
        assert age_file.open_bytes(sealed, [identity]) == b"x"
    with pytest.raises(WrongKey):
        age_file.open_bytes(sealed, [HybridIdentity.generate(), X25519Identity.generate()])


def test_nothing_is_sealed_to_nobody_or_to_a_mix(classic: X25519Identity, hybrid: HybridIdentity) -> None:
    mixes: list[list[Recipient]] = [
        [],
        [classic.recipient(), hybrid.recipient()],
        [ScryptRecipient(b"p", 10), hybrid.recipient()],
        [ScryptRecipient(b"p", 10), ScryptRecipient(b"q", 10)],
    ]
    for recipients in mixes:
        out = io.BytesIO()
        with pytest.raises(Malformed):
            age_file.seal_stream(io.BytesIO(b"x"), out, recipients)
        assert out.getvalue() == b""


@pytest.mark.parametrize("kind", ["classic", "hybrid"])
def test_any_change_is_refused(kind: str, classic: X25519Identity, hybrid: HybridIdentity) -> None:
    identity: X25519Identity | HybridIdentity = classic if kind == "classic" else hybrid
    sealed = age_file.seal_bytes(b"contenu", [identity.recipient()])
    refuses_every_change(sealed, lambda data: age_file.open_bytes(data, [identity]))


def test_every_bit_of_a_small_header_counts(classic: X25519Identity) -> None:
    sealed = age_file.seal_bytes(b"", [classic.recipient()])
    for position in range(len(sealed)):
        for bit in range(8):
            changed = bytearray(sealed)
            changed[position] ^= 1 << bit
            with pytest.raises(CoffreError):
                age_file.open_bytes(bytes(changed), [classic])


def test_foreign_stanzas_are_ignored_but_covered(hybrid: HybridIdentity) -> None:
    file_key = age_file.new_file_key()
    stanzas = [Stanza("example.org/thing", ("a", "b"), b"c" * 48), hybrid.recipient().wrap(file_key)]
    header = age_file.make_header(stanzas, file_key)
    assert age_file.open_header(header, [hybrid]).file_key == file_key
    with pytest.raises(Tampered):
        age_file.open_header(header.replace(b" a b\n", b" a c\n"), [hybrid])


def test_a_low_order_point_is_refused(classic: X25519Identity) -> None:
    with pytest.raises(Malformed):
        X25519Recipient(bytes(32)).wrap(bytes(16))
    with pytest.raises(Malformed):
        HybridRecipient(bytes(1184) + bytes(32)).wrap(bytes(16))


def test_scrypt_work_is_limited_before_it_is_done() -> None:
    sealed = age_file.seal_bytes(b"x", [ScryptRecipient(b"p", work=11)])
    with pytest.raises(LimitExceeded):
        age_file.open_bytes(sealed, [ScryptIdentity(b"p", max_work=10)])
    for work in (b"21", b"999999999999999999999999"):
        with pytest.raises(LimitExceeded):
            age_file.open_bytes(sealed.replace(b" 11\n", b" %s\n" % work), [ScryptIdentity(b"p")])


def test_a_header_that_never_ends_is_not_read_to_the_end() -> None:
    data = b"age-encryption.org/v1\n" + b"-> x\n\n" * 20000
    with pytest.raises(LimitExceeded):
        age_file.open_bytes(data, [])


def test_later_versions_are_named_as_such() -> None:
    with pytest.raises(UnsupportedVersion):
        age_file.open_bytes(b"age-encryption.org/v2\n", [])


def test_key_texts(classic: X25519Identity, hybrid: HybridIdentity) -> None:
    keys: tuple[X25519Identity | HybridIdentity, ...] = (classic, hybrid)
    for key in keys:
        assert parse_identity(key.text()) == key
        assert parse_recipient(str(key.recipient())) == key.recipient()
        assert key.text() not in repr(key)
        with pytest.raises(Malformed):
            parse_identity(key.text().lower())
        with pytest.raises(Malformed):
            parse_recipient(str(key.recipient()).upper())
        with pytest.raises(Malformed):
            parse_recipient(key.text())
    text = (
        f"# created: 2026-11-22\n# public key: {classic.recipient()}\n{classic.text()}\n\n{hybrid.text()}\n"
    )
    assert parse_identity_file(text) == [classic, hybrid]
    for bad in ("", "# nothing\n", "AGE-SECRET-KEY-1\n"):
        with pytest.raises(Malformed):
            parse_identity_file(bad)


def test_streams_give_what_bytes_give(hybrid: HybridIdentity) -> None:
    out, back = io.BytesIO(), io.BytesIO()
    age_file.seal_stream(io.BytesIO(MESSAGE), out, [hybrid.recipient()])
    out.seek(0)
    identities: list[Identity] = [hybrid]
    assert age_file.open_stream(out, back, identities) == len(MESSAGE)
    assert back.getvalue() == MESSAGE


def test_keys_of_a_wrong_length() -> None:
    for make in (X25519Identity, HybridIdentity, HybridRecipient):
        with pytest.raises(Malformed):
            make(bytes(31))
    for prefix in ("age", "AGE-SECRET-KEY-", "age-secret-key-", "other"):
        text = bech32.encode(prefix.lower(), bytes(32 if prefix == "other" else 31))
        for parse in (parse_recipient, parse_identity):
            for written in (text, text.upper()):
                with pytest.raises(Malformed):
                    parse(written)
    with pytest.raises(Malformed):
        parse_identity(bech32.encode("other", bytes(32)).upper())
