"""The signed text that a host gives after it erased what it had handed over (spec chapter 12).

Plain lines, so that a person reads it; signed with a key that was drawn for this transfer and named in its
report. What it proves, and what not, stands in the chapter.
"""

from dataclasses import dataclass
from typing import Final, Self

from crypto import signed_lines
from crypto.signed_lines import B64U32, HEX32, NUMBER, Form
from crypto.signing import SigningKey
from vault.admin.moving.report import Content

_LEFT: Final = "0 rows, 0 objects, 0 earlier versions, 0 uploads"
FORM: Final = Form(
    "coffre/erasure/v1",
    (
        ("host", B64U32),
        ("report", HEX32),
        ("handed-over", NUMBER),
        ("erased", NUMBER),
        ("accounts", NUMBER),
        ("vaults", NUMBER),
        ("entries", NUMBER),
        ("heads-sha256", HEX32),
        ("objects", NUMBER),
        ("bytes", NUMBER),
        ("objects-sha256", HEX32),
        ("left", _LEFT),
    ),
)


@dataclass(frozen=True)
class Erasure:
    """What was erased, of which report (SHA-256, 32 bytes), and when (seconds since 1970)."""

    host: str
    report: bytes
    handed_over: int
    erased: int
    content: Content

    def sign(self, key: SigningKey) -> bytes:
        """The text with its signature."""
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
            _LEFT,
        )
        return signed_lines.write(FORM, values, key)

    @classmethod
    def open(cls, signed: bytes, public: bytes) -> Self:
        """The statement, if this key (32 bytes) signed it. Raises Malformed, LimitExceeded, Tampered."""
        found = signed_lines.read(FORM, signed).verified([public])
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
