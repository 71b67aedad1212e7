"""Vectors of `receipts` and `signed_lines`: receipts of an erased account, each with one fault."""

from collections.abc import Iterator, Mapping, Sequence

from crypto import signed_lines
from crypto.encoding import b64u
from crypto.receipts import FORM, Receipt
from crypto.signing import SigningKey, server_key_id
from tests.vectors.samples import DAY, NOW, SERVER, fixed
from tests.vectors.successions_made import SECOND, THIEF

Vectors = Iterator[tuple[str, Mapping[str, object]]]

REQUEST = fixed("a wish to leave", 32)
RECEIPT = Receipt(request=REQUEST, requested=NOW, erased=NOW + 7 * DAY, role="patient", rows=412, objects=37)
TEXT = RECEIPT.to_text(SERVER)


def receipts() -> Vectors:
    """The receipt of chapter 12, and how its lines are read."""
    yield "receipt", _good(RECEIPT, SERVER)
    yield "receipt-by-a-key-that-followed", _good(RECEIPT, SECOND)
    most = Receipt(request=REQUEST, requested=0, erased=2**53 - 1, role="professional", rows=0, objects=0)
    yield "receipt-of-a-professional", _good(most, SERVER)
    yield from _tampered()
    for name, changed in _malformed().items():
        yield f"receipt-{name}", _vector(changed, "malformed")
    yield "receipt-too-long", _vector(TEXT + b"\n" * 4096, "limit_exceeded")


def _vector(text: bytes, expect: str, keys: Sequence[SigningKey] = (SERVER, SECOND)) -> dict[str, object]:
    return {
        "stage": "receipt",
        "expect": expect,
        "request": b64u(REQUEST),
        "keys": [b64u(key.public) for key in keys],
        "text": b64u(text),
    }


def _good(receipt: Receipt, key: SigningKey) -> dict[str, object]:
    result = {name: getattr(receipt, name) for name in ("requested", "erased", "role", "rows", "objects")}
    return {**_vector(receipt.to_text(key), "ok"), "result": result, "seed": b64u(key.seed)}


def _signed(host: bytes, request: bytes) -> bytes:
    """A receipt whose values are of another host or wish, correctly signed."""
    values = (server_key_id(host), request.hex(), NOW, NOW, "patient", 1, 1)
    return signed_lines.write(FORM, values, SERVER)


def _tampered() -> Vectors:
    flipped = b"signature " + b"A" * 86 + b"==\n"
    wrong = {
        "by-a-thief": RECEIPT.to_text(THIEF),
        "of-another-host": _signed(THIEF.public, REQUEST),
        "of-another-wish": _signed(SERVER.public, bytes(32)),
        "of-fewer-objects": TEXT.replace(b"objects 37", b"objects 36"),
        "of-another-role": TEXT.replace(b"role patient", b"role professional"),
        "with-another-key-named": TEXT.replace(b64u(SERVER.public).encode(), b64u(SECOND.public).encode()),
        "with-another-signature": TEXT[: TEXT.index(b"signature ")] + flipped,
    }
    for name, text in wrong.items():
        yield f"receipt-{name}", _vector(text, "tampered")
    yield "receipt-by-none-of-the-keys", _vector(TEXT, "tampered", [SECOND])


def _malformed() -> dict[str, bytes]:
    lines = TEXT.splitlines(keepends=True)
    key = b64u(SERVER.public).encode()
    return {
        "empty": b"",
        "of-another-version": TEXT.replace(b"erasure/v1", b"erasure/v2"),
        "without-signature": b"".join(lines[:-1]),
        "without-the-last-line-feed": TEXT[:-1],
        "with-more-after-it": TEXT + b"more\n",
        "with-an-empty-line-after-it": TEXT + b"\n",
        "with-carriage-returns": TEXT.replace(b"\n", b"\r\n"),
        "with-a-line-left-out": TEXT.replace(lines[6], b""),
        "with-a-line-twice": TEXT.replace(lines[6], lines[6] * 2),
        "with-lines-in-another-order": TEXT.replace(lines[6] + lines[7], lines[7] + lines[6]),
        "with-two-spaces": TEXT.replace(b"rows ", b"rows  "),
        "with-a-space-at-an-end": TEXT.replace(b"objects 37", b"objects 37 "),
        "with-a-leading-zero": TEXT.replace(b"objects 37", b"objects 037"),
        "with-a-sign": TEXT.replace(b"objects 37", b"objects +37"),
        "with-other-digits": TEXT.replace(b"objects 37", "objects ٣".encode()),
        "with-a-number-too-large": TEXT.replace(b"objects 37", b"objects 9007199254740992"),
        "with-another-role": TEXT.replace(b"role patient", b"role operator"),
        "with-upper-case": TEXT.replace(REQUEST.hex().encode(), REQUEST.hex().upper().encode()),
        "with-a-short-request": TEXT.replace(REQUEST.hex().encode(), REQUEST.hex().encode()[2:]),
        "with-a-key-of-unused-bits": TEXT.replace(key, key[:-1] + bytes([key[-1] + 1])),
        "with-a-short-signature": TEXT.replace(lines[-1], b"signature " + b"A" * 84 + b"\n"),
        "with-a-signature-of-unused-bits": TEXT.replace(lines[-1], b"signature " + b"A" * 85 + b"B==\n"),
        "with-a-signature-without-padding": TEXT.replace(b"==\n", b"\n"),
        "with-a-zero-byte": TEXT.replace(b"role patient", b"role patient\0"),
    }
