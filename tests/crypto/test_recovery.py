"""The recovery kit: words, QR, keys."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mnemonic import Mnemonic

from crypto.errors import Malformed
from crypto.recovery import Kit, Language


@pytest.mark.slow
@given(st.binary(min_size=16, max_size=16), st.sampled_from(["english", "french"]))
def test_words_round_trip(entropy: bytes, language: Language) -> None:
    kit = Kit(entropy)
    words = kit.words(language)
    assert len(words.split(" ")) == 12
    assert Kit.from_words(words) == kit


@given(st.binary(min_size=16, max_size=16))
def test_words_are_those_of_bip39(entropy: bytes) -> None:
    assert Kit(entropy).words("english") == Mnemonic("english").to_mnemonic(entropy)


def test_known_kit() -> None:
    assert Kit(bytes(16)).words("english") == "abandon " * 11 + "about"
    assert Kit(bytes(16)).words("french") == "abaisser " * 11 + "abeille"


def test_what_people_type() -> None:
    kit = Kit(bytes(range(16)))
    typed = kit.words("french").upper().replace(" ", "\t\n ")
    assert Kit.from_words("  " + typed) == kit


@pytest.mark.parametrize(
    "words",
    [
        "",
        "abandon " * 12,
        "abandon " * 11,
        "abandon " * 12 + "about",
        "abandon " * 10 + "abaisser about",
        "abandon " * 11 + "aboutt",
        "\0" * 12,
    ],
)
def test_wrong_words(words: str) -> None:
    with pytest.raises(Malformed):
        Kit.from_words(words)


def test_qr() -> None:
    kit = Kit(bytes(range(16)))
    text = kit.qr_text("https://coffre.example")
    assert text == "https://coffre.example/recover#kit.AAECAwQFBgcICQoLDA0ODw"
    assert Kit.from_qr(text + "\n") == kit
    for bad in (
        "",
        text[:-1],
        text + "A",
        "/recover#kit.AAECAwQFBgcICQoLDA0ODw",
        "https://coffre.example/#kit.AA",
    ):
        with pytest.raises(Malformed):
            Kit.from_qr(bad)


def test_keys_are_apart_and_nothing_is_shown() -> None:
    kit = Kit.generate()
    assert kit.identity().seed != kit.login_key().seed
    assert kit.entropy.hex() not in repr(kit)
    assert repr(kit) == "Kit()"
    with pytest.raises(Malformed):
        Kit(bytes(15))
