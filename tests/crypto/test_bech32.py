"""Bech32 without a length limit."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto import bech32
from crypto.errors import LimitExceeded, Malformed


@given(st.binary(max_size=1300))
def test_round_trip(data: bytes) -> None:
    assert bech32.decode(bech32.encode("age1pq", data)) == ("age1pq", data)


@pytest.mark.parametrize(
    "text",
    [
        "A12UEL5L",
        "a12uel5l",
        "an83characterlonghumanreadablepartthatcontainsthenumber1andtheexcludedcharactersbio1tt5tgs",
    ],
)
def test_valid_strings_of_bip173(text: str) -> None:
    bech32.decode(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1",
        "\x201nwldj5",
        "\x7f1axkwrx",
        "\x801eym55h",
        "pzry9x0s0muk",
        "1pzry9x0s0muk",
        "x1b4n0q5v",
        "li1dgmt3",
        "de1lg7wt\xff",
        "A1G7SGD8",
        "10a06t8",
        "1qzzfhee",
        "a12UEL5L",
        "A12uel5l",
    ],
)
def test_invalid_strings_of_bip173(text: str) -> None:
    with pytest.raises(Malformed):
        bech32.decode(text)


@given(st.data())
def test_one_other_character_is_noticed(data: st.DataObject) -> None:
    text = bech32.encode("age", bytes(range(32)))
    position = data.draw(st.integers(4, len(text) - 1))
    other = data.draw(st.sampled_from("qpzry9x8gf2tvdw0s3jn54khce6mua7l"))
    if text[position] != other:
        with pytest.raises(Malformed):
            bech32.decode(text[:position] + other + text[position + 1 :])


def test_padding_bits_must_be_zero() -> None:
    # One byte takes two characters of five bits; the last two bits of the second are padding.
    good = bech32.encode("a", b"\xff")
    assert bech32.decode(good) == ("a", b"\xff")
    words = [31, 29]
    checksum = bech32._polymod([*bech32._expand("a"), *words, 0, 0, 0, 0, 0, 0]) ^ 1
    tail = [(checksum >> 5 * (5 - i)) & 31 for i in range(6)]
    text = "a1" + "".join(bech32._ALPHABET[word] for word in [*words, *tail])
    with pytest.raises(Malformed):
        bech32.decode(text)


def test_a_text_that_is_too_long_is_not_read() -> None:
    bech32.decode(bech32.encode("age", bytes(2500)))
    with pytest.raises(LimitExceeded):
        bech32.decode("a" * 4097)
