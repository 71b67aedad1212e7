"""The signed text that a host gives after it erased what it had handed over (spec chapter 12).

Plain lines, so that a person reads it; signed with a key that was drawn for this transfer and named in its
report. What it proves, and what not, stands in the chapter.
"""

import base64
import binascii
import re
from dataclasses import dataclass
from typing import Final, Self

from crypto.encoding import b64u
from crypto.errors import Tampered
from crypto.signing import SigningKey, verify_text
from vault.admin.errors import BadTransfer
from vault.admin.moving.report import Content

TITLE: Final = "coffre/erasure/v1"
_SIGNATURE: Final = "signature "
_LINES: Final = (
    ("host", r"[A-Za-z0-9_-]{43}"),
    ("report", r"[0-9a-f]{64}"),
    ("handed-over", r"\d{1,12}"),
    ("erased", r"\d{1,12}"),
    ("accounts", r"\d{1,16}"),
    ("vaults", r"\d{1,16}"),
    ("entries", r"\d{1,16}"),
    ("heads-sha256", r"[0-9a-f]{64}"),
    ("objects", r"\d{1,16}"),
    ("bytes", r"\d{1,16}"),
    ("objects-sha256", r"[0-9a-f]{64}"),
    ("left", "0 rows, 0 objects, 0 earlier versions, 0 uploads"),
    ("key", r"[A-Za-z0-9_-]{43}"),
)


@dataclass(frozen=True)
class Erasure:
    """What was erased, of which report (SHA-256, 32 bytes), and when (seconds since 1970)."""

    host: str
    report: bytes
    handed_over: int
    erased: int
    content: Content

    def sign(self, key: SigningKey) -> str:
        """The text with its signature."""
        text = self._text(key.public)
        signature = base64.b64encode(key.sign_text(text.encode())).decode()
        return f"{text}{_SIGNATURE}{signature}\n"

    @classmethod
    def open(cls, signed: str, public: bytes) -> Self:
        """The statement, if this key (32 bytes) signed it. Raises Tampered, BadTransfer (off the form)."""
        text, separator, rest = signed.rpartition(_SIGNATURE)
        lines = text.splitlines()
        if not separator or len(lines) != len(_LINES) + 1 or lines[0] != TITLE:
            raise BadTransfer("no statement of an erasure")
        found = {}
        for line, (name, form) in zip(lines[1:], _LINES, strict=True):
            match = re.fullmatch(f"{name} ({form})", line, re.ASCII)
            if match is None:
                raise BadTransfer("no statement of an erasure")
            found[name] = match[1]
        try:
            signature = base64.b64decode(rest.removesuffix("\n"), validate=True)
        except binascii.Error:
            raise BadTransfer("no statement of an erasure") from None
        if found["key"] != b64u(public):
            raise Tampered("signed with another key than the report names")
        verify_text(public, text.encode(), signature)
        return cls(
            host=found["host"],
            report=bytes.fromhex(found["report"]),
            handed_over=int(found["handed-over"]),
            erased=int(found["erased"]),
            content=Content(
                accounts=int(found["accounts"]),
                vaults=int(found["vaults"]),
                entries=int(found["entries"]),
                objects=int(found["objects"]),
                bytes=int(found["bytes"]),
                heads_sha256=found["heads-sha256"],
                objects_sha256=found["objects-sha256"],
            ),
        )

    def _text(self, public: bytes) -> str:
        content = self.content
        values = (
            self.host,
            self.report.hex(),
            self.handed_over,
            self.erased,
            content.accounts,
            content.vaults,
            content.entries,
            content.heads_sha256,
            content.objects,
            content.bytes,
            content.objects_sha256,
            _LINES[11][1],
            b64u(public),
        )
        lines = [f"{name} {value}" for (name, _), value in zip(_LINES, values, strict=True)]
        return "".join(f"{line}\n" for line in (TITLE, *lines))
