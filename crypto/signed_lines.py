"""Signed lines: texts that a person reads and a program verifies (spec chapter 12).

    FORM = Form("coffre/example/v1", (("request", HEX32), ("rows", NUMBER)))
    text = write(FORM, (request.hex(), 3), key)
    read(FORM, text).verified([key.public])["rows"]  # "3"

Owns the grammar of such a text and the signature under it; what its lines mean belongs to who gives the form.
"""

import base64
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from crypto.encoding import MAX_INTEGER, b64u, unb64u
from crypto.errors import LimitExceeded, Malformed, Tampered
from crypto.signing import SigningKey, verify_text

MAX_TEXT: Final = 4096

# Values as regular expressions; binary ones of 32 bytes, without bits that are not used.
NUMBER: Final = "0|[1-9][0-9]{0,15}"
HEX32: Final = "[0-9a-f]{64}"
B64U32: Final = "[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]"
_SIGNATURE: Final = "[A-Za-z0-9+/]{85}[AQgw]=="


@dataclass(frozen=True)
class Form:
    """A text's title, and name and value's form of each line in order. `key` and `signature` follow them."""

    title: str
    lines: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class SignedLines:
    """A text of the right form; whether anybody signed it is not said before `verified`."""

    key: bytes
    _values: Mapping[str, str]
    _text: bytes
    _signature: bytes

    def verified(self, publics: Collection[bytes]) -> Mapping[str, str]:
        """The values by their lines' names, if one of these keys (32 bytes each) is named and signed it.

        Raises Tampered.
        """
        if self.key not in publics:
            raise Tampered("text by another key than was expected")
        verify_text(self.key, self._text, self._signature)
        return self._values


def write(form: Form, values: Sequence[str | int], key: SigningKey) -> bytes:
    """The text with its signature; `values` in the order of the form's lines. Raises Malformed."""
    named = zip((name for name, _ in form.lines), values, strict=True)
    lines = [form.title, *(f"{name} {value}" for name, value in named), f"key {b64u(key.public)}"]
    text = "".join(f"{line}\n" for line in lines).encode()
    signature = base64.b64encode(key.sign_text(text))
    signed = text + b"signature " + signature + b"\n"
    read(form, signed)
    return signed


def read(form: Form, data: bytes) -> SignedLines:
    """The lines of a text, unverified.

    Raises:
        LimitExceeded: over 4 KiB.
        Malformed: any bytes that `write` would not have written for this form.
    """
    if len(data) > MAX_TEXT:
        raise LimitExceeded("text of lines too long")
    forms = (*form.lines, ("key", B64U32), ("signature", _SIGNATURE))
    # Each byte a character of its own: what is not ASCII fits no form.
    title, *lines = data.decode("latin-1").split("\n")
    if title != form.title or len(lines) != len(forms) + 1 or lines[-1]:
        raise Malformed("not the lines of this text")
    named = zip(lines[:-1], forms, strict=True)
    values = {name: _value(line, name, kind) for line, (name, kind) in named}
    key, signature = unb64u(values.pop("key")), values.pop("signature")
    signed = data[: data.rindex(b"signature ")]
    return SignedLines(key, values, signed, base64.b64decode(signature))


def _value(line: str, name: str, kind: str) -> str:
    found = re.fullmatch(f"{name} ({kind})", line, re.ASCII)
    if found is None or (kind == NUMBER and int(found[1]) > MAX_INTEGER):
        raise Malformed("line off the form")
    return found[1]
