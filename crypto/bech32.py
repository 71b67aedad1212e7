"""Bech32 (BIP 173) as age uses it: longer than BIP 173 allows (spec chapter 1).

Owns the text form of age keys. It knows no prefix and no key.
"""

from collections.abc import Iterable
from typing import Final

from crypto.errors import LimitExceeded, Malformed

MAX_TEXT: Final = 4096

_ALPHABET: Final = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_VALUES: Final = {character: value for value, character in enumerate(_ALPHABET)}
_GENERATOR: Final = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
_CHECKSUM_SIZE: Final = 6


def encode(prefix: str, data: bytes) -> str:
    """The Bech32 string of the bytes, lower-case, for a lower-case prefix."""
    words = _to_words(data)
    checksum = _polymod([*_expand(prefix), *words, *([0] * _CHECKSUM_SIZE)]) ^ 1
    tail = [(checksum >> 5 * (_CHECKSUM_SIZE - 1 - i)) & 31 for i in range(_CHECKSUM_SIZE)]
    return prefix + "1" + "".join(_ALPHABET[word] for word in [*words, *tail])


def decode(text: str) -> tuple[str, bytes]:
    """(prefix in lower case, bytes).

    Raises Malformed for mixed case, foreign characters, a wrong checksum or padding, LimitExceeded for more
    than 4096 characters.
    """
    if len(text) > MAX_TEXT:
        raise LimitExceeded("bech32 too long")
    if text not in (text.lower(), text.upper()) or not all("!" <= character <= "~" for character in text):
        raise Malformed("not bech32")
    prefix, separator, rest = text.lower().rpartition("1")
    if not separator or not prefix or len(rest) < _CHECKSUM_SIZE:
        raise Malformed("not bech32")
    if not all(character in _VALUES for character in rest):
        raise Malformed("not bech32")
    words = [_VALUES[character] for character in rest]
    if _polymod([*_expand(prefix), *words]) != 1:
        raise Malformed("bech32 checksum")
    return prefix, _to_bytes(words[:-_CHECKSUM_SIZE])


def _expand(prefix: str) -> list[int]:
    return [ord(c) >> 5 for c in prefix] + [0] + [ord(c) & 31 for c in prefix]


def _polymod(words: Iterable[int]) -> int:
    state = 1
    for word in words:
        top = state >> 25
        state = (state & 0x1FFFFFF) << 5 ^ word
        for i, generator in enumerate(_GENERATOR):
            if (top >> i) & 1:
                state ^= generator
    return state


def _to_words(data: bytes) -> list[int]:
    count = (len(data) * 8 + 4) // 5
    bits = int.from_bytes(data, "big") << (count * 5 - len(data) * 8)
    return [(bits >> 5 * (count - 1 - i)) & 31 for i in range(count)]


def _to_bytes(words: list[int]) -> bytes:
    bits = 0
    for word in words:
        bits = bits << 5 | word
    spare = len(words) * 5 % 8
    if spare > 4 or bits & ((1 << spare) - 1):
        raise Malformed("bech32 padding")
    return (bits >> spare).to_bytes(len(words) * 5 // 8, "big")
