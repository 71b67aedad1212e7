"""Headers of age v1 files (spec chapter 1; C2SP age.md): text in, stanzas out, without any key.

Knows the grammar and the limits; neither unwraps a file key nor checks the header's MAC (`age_file` does).
"""

import base64
import binascii
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from crypto.errors import LimitExceeded, Malformed, UnsupportedVersion

VERSION_LINE: Final = b"age-encryption.org/v1\n"
MAX_HEADER: Final = 64 * 1024
MAX_STANZAS: Final = 128
MAX_BODY: Final = 4 * 1024
MAX_ARGUMENTS: Final = 16
MAX_ARGUMENT: Final = 2 * 1024
MAC_LENGTH: Final = 32

_FAMILY: Final = b"age-encryption.org/"
_COLUMNS: Final = 64
_ARGUMENT: Final = re.compile(r"[\x21-\x7e]+", re.ASCII)
_BASE64: Final = re.compile(r"[A-Za-z0-9+/]*", re.ASCII)


@dataclass(frozen=True)
class Stanza:
    """One recipient stanza: `type` and `args` are printable ASCII without space, `body` is raw bytes."""

    type: str
    args: tuple[str, ...]
    body: bytes


def parse_header(data: bytes) -> tuple[tuple[Stanza, ...], bytes, int]:
    """The stanzas, the MAC (32 bytes) and the length in bytes of the header at the start of `data`.

    `data` may be a whole file or its first 64 KiB. The first fault in reading order decides the error.

    Raises:
        Malformed: off the grammar or cut short.
        UnsupportedVersion: an age file of another version.
        LimitExceeded: longer, or more or larger stanzas, than chapter 1 allows.
    """
    if not data.startswith(VERSION_LINE):
        if data.startswith(_FAMILY) and b"\n" in data[:MAX_HEADER]:
            raise UnsupportedVersion("age file of another version")
        raise Malformed("not an age file")
    lines = _Lines(data)
    lines.next()
    stanzas: list[Stanza] = []
    line = lines.next()
    while line.startswith("-> "):
        if len(stanzas) == MAX_STANZAS:
            raise LimitExceeded("too many stanzas")
        stanzas.append(_parse_stanza(line, lines))
        line = lines.next()
    if not stanzas or not line.startswith("--- "):
        raise Malformed("line that is neither a stanza nor the MAC")
    mac = decode_base64(line.removeprefix("--- "))
    if len(mac) != MAC_LENGTH:
        raise Malformed("MAC of another length")
    return tuple(stanzas), mac, lines.position


def write_header(stanzas: Sequence[Stanza], mac: bytes) -> bytes:
    """The header's bytes, closed by `mac` (32 bytes over `header_bytes_for_mac`).

    Raises:
        Malformed, LimitExceeded: what `parse_header` would refuse to read back.
    """
    if len(mac) != MAC_LENGTH:
        raise Malformed("MAC of another length")
    data = header_bytes_for_mac(stanzas) + b" " + encode_base64(mac).encode("ascii") + b"\n"
    if len(data) > MAX_HEADER:
        raise LimitExceeded("header too long")
    return data


def header_bytes_for_mac(stanzas: Sequence[Stanza]) -> bytes:
    """What age's header MAC covers: the header up to and including `---`."""
    if not stanzas:
        raise Malformed("header without a stanza")
    if len(stanzas) > MAX_STANZAS:
        raise LimitExceeded("too many stanzas")
    text = "".join(_stanza_text(stanza) for stanza in stanzas)
    return VERSION_LINE + text.encode("ascii") + b"---"


def encode_base64(data: bytes) -> str:
    """age's base64: the standard alphabet without padding."""
    return base64.b64encode(data).rstrip(b"=").decode("ascii")


def decode_base64(text: str) -> bytes:
    """The bytes of age's canonical base64, else Malformed."""
    if _BASE64.fullmatch(text) is None or len(text) % 4 == 1:
        raise Malformed("not base64")
    data = binascii.a2b_base64(text + "=" * (-len(text) % 4))
    if encode_base64(data) != text:
        raise Malformed("base64 with unused bits set")
    return data


class _Lines:
    """Lines of the header, never looking past its limit."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self.position = 0

    def next(self) -> str:
        end = self._data.find(b"\n", self.position, MAX_HEADER)
        if end < 0:
            if len(self._data) > MAX_HEADER:
                raise LimitExceeded("header too long")
            raise Malformed("header cut short")
        line = self._data[self.position : end]
        self.position = end + 1
        try:
            return line.decode("ascii")
        except UnicodeDecodeError:
            raise Malformed("header that is not ASCII") from None


def _parse_stanza(first: str, lines: _Lines) -> Stanza:
    arguments = first.removeprefix("-> ").split(" ")
    _check_arguments(arguments)
    encoded: list[str] = []
    length = 0
    while True:
        line = lines.next()
        if len(line) > _COLUMNS:
            raise Malformed("stanza line too long")
        length += len(line)
        if length * 3 // 4 > MAX_BODY:
            raise LimitExceeded("stanza body too long")
        encoded.append(line)
        if len(line) < _COLUMNS:
            break
    return Stanza(arguments[0], tuple(arguments[1:]), decode_base64("".join(encoded)))


def _check_arguments(arguments: Iterable[str]) -> None:
    """The type is the first argument and counts as one."""
    for count, argument in enumerate(arguments, start=1):
        if _ARGUMENT.fullmatch(argument) is None:
            raise Malformed("stanza argument off the grammar")
        if count > MAX_ARGUMENTS or len(argument) > MAX_ARGUMENT:
            raise LimitExceeded("too many or too long stanza arguments")


def _stanza_text(stanza: Stanza) -> str:
    arguments = (stanza.type, *stanza.args)
    _check_arguments(arguments)
    if len(stanza.body) > MAX_BODY:
        raise LimitExceeded("stanza body too long")
    body = encode_base64(stanza.body)
    # age ends a body with a line shorter than 64 columns: an empty one if the last line is full.
    lines = [body[start : start + _COLUMNS] for start in range(0, len(body) + 1, _COLUMNS)]
    return "-> " + " ".join(arguments) + "\n" + "".join(line + "\n" for line in lines)
