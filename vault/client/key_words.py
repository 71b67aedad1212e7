"""How two people compare a key: the fingerprint as words, and the link in a QR (chapter 7, "In person").

    words(key, "french")              # fifteen words of BIP 39 for the fingerprint's 20 bytes
    contact_link(origin, key)         # ORIGIN/contact#1.KEY-ID
    named_in(text)                    # the key, or part of it, that a person typed, pasted or scanned

Knows no directory: whether anybody has that key is asked elsewhere.
"""

import re
from dataclasses import dataclass
from typing import Final, Literal

from crypto.encoding import KeyId, b64u, unb64u
from crypto.errors import Malformed, UnsupportedVersion

FINGERPRINT_SIZE: Final = 20
WORD_COUNT: Final = 15

_LINK: Final = re.compile(r"/contact#([0-9]+)\.([A-Za-z0-9_-]*)$", re.ASCII)
_HEX: Final = re.compile(r"[0-9a-f]{40}")
_LANGUAGES: Final = ("english", "french")


@dataclass(frozen=True)
class NamedKey:
    """What a person gave: a whole key id, or its first 20 bytes as lower-case hexadecimal."""

    key: KeyId | None
    fingerprint: str

    def names(self, key: KeyId) -> bool:
        """Whether it is this key."""
        return self.key in (None, key) and unb64u(key, length=32)[:FINGERPRINT_SIZE].hex() == self.fingerprint


def words_for(key: KeyId, lang: Literal["fr", "en"]) -> str:
    """`words` in the language of the interface."""
    return words(key, "french" if lang == "fr" else "english")


def words(key: KeyId, language: Literal["english", "french"]) -> str:
    """The fingerprint's words, with BIP 39's checksum."""
    from mnemonic import Mnemonic

    found: str = Mnemonic(language).to_mnemonic(unb64u(key, length=32)[:FINGERPRINT_SIZE])
    return found


def contact_link(origin: str, key: KeyId) -> str:
    """What a professional's QR holds."""
    return f"{origin}/contact#1.{key}"


def named_in(text: str) -> NamedKey | None:
    """The key in a contact's link, in words or in a fingerprint; None when the text is none of these.

    Raises Malformed (words off their list or checksum, a link cut short), UnsupportedVersion.
    """
    stripped = text.strip()
    if (link := _LINK.search(stripped)) is not None:
        if link[1] != "1":
            raise UnsupportedVersion("contact of another version")
        data = unb64u(link[2], length=32)
        return NamedKey(KeyId(b64u(data)), data[:FINGERPRINT_SIZE].hex())
    plain = "".join(stripped.split()).lower()
    if _HEX.fullmatch(plain):
        return NamedKey(None, plain)
    typed = stripped.split()
    return NamedKey(None, _from_words(typed).hex()) if len(typed) == WORD_COUNT else None


def _from_words(typed: list[str]) -> bytes:
    from mnemonic import Mnemonic

    text = " ".join(typed).lower()
    for language in _LANGUAGES:
        list_ = Mnemonic(language)
        if list_.check(text):
            return bytes(list_.to_entropy(text))
    raise Malformed("not the words of a key")
