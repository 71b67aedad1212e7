"""The recovery kit: twelve words that restore an account without its password (spec chapter 2, "Recovery
kit").

Owns the kit's entropy, its words, its QR text and its keys. It knows no keyring (`keyring.open_with_kit`).

    >>> kit = Kit.generate()
    >>> Kit.from_words(kit.words("french")) == kit
    True
"""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, Self, TypeAlias

from crypto import labels, primitives
from crypto.age_recipients import HybridIdentity
from crypto.encoding import b64u, unb64u
from crypto.errors import Malformed
from crypto.primitives import Random, system_random
from crypto.signing import SigningKey, sha256

Language: TypeAlias = Literal["english", "french"]

ENTROPY_SIZE: Final = 16
WORD_COUNT: Final = 12
MAX_TEXT: Final = 1024

_LANGUAGES: Final[tuple[Language, ...]] = ("english", "french")
_WORD_BITS: Final = 11
_CHECKSUM_BITS: Final = 4
_QR_MARK: Final = "/recover#kit."


@dataclass(frozen=True)
class Kit:
    """The kit's 16 bytes of entropy."""

    entropy: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.entropy) != ENTROPY_SIZE:
            raise Malformed("a kit has 16 bytes")

    @classmethod
    def generate(cls, *, random: Random = system_random) -> Self:
        """A new kit."""
        return cls(random(ENTROPY_SIZE))

    @classmethod
    def from_words(cls, text: str) -> Self:
        """The kit of twelve words of either list.

        Case, accents and the kind of white space do not matter. Raises Malformed.
        """
        words = _plain(text).split() if len(text) <= MAX_TEXT else []
        if len(words) != WORD_COUNT:
            raise Malformed("a kit has twelve words")
        for language in _LANGUAGES:
            indices = _indices(language)
            if all(word in indices for word in words):
                entropy = _entropy([indices[word] for word in words])
                if entropy is not None:
                    return cls(entropy)
        raise Malformed("not the words of a kit")

    @classmethod
    def from_qr(cls, text: str) -> Self:
        """The kit of a QR's text, whatever the origin. Raises Malformed."""
        origin, mark, code = text.strip().partition(_QR_MARK)
        if not origin or not mark:
            raise Malformed("not the QR of a kit")
        return cls(unb64u(code, length=ENTROPY_SIZE))

    def words(self, language: Language) -> str:
        """Twelve lower-case words (NFC), single spaces between them."""
        checksum = sha256(self.entropy)[0] >> (8 - _CHECKSUM_BITS)
        bits = int.from_bytes(self.entropy, "big") << _CHECKSUM_BITS | checksum
        words = _word_list(language)
        mask = (1 << _WORD_BITS) - 1
        return " ".join(words[bits >> _WORD_BITS * (WORD_COUNT - 1 - i) & mask] for i in range(WORD_COUNT))

    def qr_text(self, origin: str) -> str:
        """What the kit's QR holds, for a server's origin (`https://host`)."""
        return origin + _QR_MARK + b64u(self.entropy)

    def identity(self) -> HybridIdentity:
        """The age identity that opens the keyring; its recipient stands in the keyring."""
        return HybridIdentity(primitives.derive(self.entropy, labels.KIT_IDENTITY))

    def login_key(self) -> SigningKey:
        """The key that signs in without the password."""
        return SigningKey.from_seed(primitives.derive(self.entropy, labels.KIT_LOGIN))


def _word_list(language: Language) -> list[str]:
    # Imported here: only recovery needs the lists.
    from mnemonic import Mnemonic

    return [unicodedata.normalize("NFC", word) for word in Mnemonic(language).wordlist]


def _indices(language: Language) -> Mapping[str, int]:
    return {_plain(word): index for index, word in enumerate(_word_list(language))}


def _plain(text: str) -> str:
    """Lower case without accents: in neither list do two words differ by them alone."""
    decomposed = unicodedata.normalize("NFKD", text.lower())
    return "".join(character for character in decomposed if not unicodedata.combining(character))


def _entropy(indices: list[int]) -> bytes | None:
    """The entropy of twelve indices, or None if the checksum of BIP 39 does not hold."""
    bits = 0
    for index in indices:
        bits = bits << _WORD_BITS | index
    entropy = (bits >> _CHECKSUM_BITS).to_bytes(ENTROPY_SIZE, "big")
    checksum = bits & ((1 << _CHECKSUM_BITS) - 1)
    return entropy if checksum == sha256(entropy)[0] >> (8 - _CHECKSUM_BITS) else None
