"""Vectors of `encoding`, `signing` and `age_header`."""

from collections.abc import Iterator, Mapping
from typing import Any

from crypto.age_header import Stanza, write_header
from crypto.encoding import b64u
from crypto.signing import SigningKey, fingerprint, key_id, server_key_id
from tests.vectors.samples import DOCTOR, OWNER, SERVER, fixed

Vectors = Iterator[tuple[str, Mapping[str, object]]]

ORDER = 2**252 + 27742317777372353535851937790883648493

CANONICAL_OK: dict[str, bytes] = {
    "json-object": b'{"0":1,"a":[],"a_":{},"b":"x"}',
    "json-escapes": b'"\\u0000\\u001f\\b\\t\\n\\f\\r\\"\\\\/\x7f"',
    "json-text-beyond-ascii": '"é\u2028😀\ufeff"'.encode(),
    "json-largest-integer": b"9007199254740991",
    "json-16-levels": b"[" * 16 + b"]" * 16,
}

CANONICAL_BAD: dict[str, bytes] = {
    "json-duplicate-key": b'{"a":1,"a":1}',
    "json-duplicate-key-escaped": b'{"a":1,"\\u0061":1}',
    "json-keys-out-of-order": b'{"b":1,"a":1}',
    "json-key-in-upper-case": b'{"A":1}',
    "json-key-empty": b'{"":1}',
    "json-key-of-65-characters": b'{"' + b"a" * 65 + b'":1}',
    "json-key-with-line-feed": b'{"a\\nb":1}',
    "json-key-proto": b'{"__PROTO__":1}',
    "json-white-space": b'{"a": 1}',
    "json-line-feed-after": b"1\n",
    "json-byte-order-mark": b"\xef\xbb\xbf1",
    "json-fraction": b"1.0",
    "json-exponent": b"1e2",
    "json-negative": b"-1",
    "json-negative-zero": b"-0",
    "json-leading-zero": b"01",
    "json-2-to-the-53": b"9007199254740992",
    "json-2-to-the-53-plus-1": b"9007199254740993",
    "json-integer-of-400-digits": b"1" * 400,
    "json-null": b"null",
    "json-true": b"true",
    "json-nan": b"NaN",
    "json-infinity": b"Infinity",
    "json-needless-escape": b'"\\u0061"',
    "json-escaped-solidus": b'"\\/"',
    "json-escape-in-upper-case": b'"\\u001F"',
    "json-long-escape": b'"\\u000a"',
    "json-lone-surrogate": b'"\\ud800"',
    "json-escaped-pair": b'"\\ud83d\\ude00"',
    "json-control-character": b'"\n"',
    "json-not-utf-8": b'"\xff"',
    "json-overlong-utf-8": b'"\xc0\xaf"',
    "json-surrogate-in-utf-8": b'"\xed\xa0\x80"',
    "json-nothing": b"",
    "json-cut": b'{"a":1',
    "json-two-values": b"1 2",
    "json-comment": b"1//",
    "json-trailing-comma": b"[1,]",
    "json-17-levels": b"[" * 17 + b"]" * 17,
    "json-20000-levels": b"[" * 20_000,
}

BASE64_BAD = {
    "base64url-padded": "QQ==",
    "base64url-unused-bits-of-one-byte": "QR",
    "base64url-unused-bits-of-two-bytes": "QUJ",
    "base64url-impossible-length": "A",
    "base64url-standard-alphabet": "+/+/",
    "base64url-white-space": "QU I",
    "base64url-line-feed": "QUI\n",
    "base64url-other-digits": "\u0661\u0661",
}

ADDRESSES = {
    "address": ("  Aline.MOREL+x@Example.org ", "aline.morel+x@example.org"),
    "address-shortest": ("a@b", "a@b"),
    "address-longest": ("a" * 252 + "@b", "a" * 252 + "@b"),
}
ADDRESSES_BAD = {
    "address-without-at": "aline.example.org",
    "address-at-first": "@example.org",
    "address-at-last": "aline@",
    "address-two-ats": "a@b@c",
    "address-inner-space": "a b@c",
    "address-tab-before": "\ta@b",
    "address-line-feed-after": "a@b\n",
    "address-not-ascii": "aliné@example.org",
    "address-kelvin-sign": "\u212a@b",
    "address-no-break-space-around": "\u00a0a@b\u00a0",
    "address-too-short": "@b",
    "address-too-long": "a" * 253 + "@b",
}

TEXTS = {
    "text": ("Hélène Dubois 👩\u200d⚕️", 20, "ok"),
    "text-of-code-points": ("😀" * 20, 20, "ok"),
    "text-too-long": ("a" * 21, 20, "limit_exceeded"),
    "text-empty": ("", 20, "malformed"),
    "text-not-nfc": ("He\u0301le\u0300ne", 20, "malformed"),
    "text-line-feed": ("a\nb", 20, "malformed"),
    "text-next-line": ("a\x85b", 20, "malformed"),
    "text-delete": ("a\x7fb", 20, "malformed"),
    "text-right-to-left-override": ("a\u202eb", 20, "malformed"),
    "text-isolate": ("a\u2066b", 20, "malformed"),
    "text-lone-surrogate": ("a\ud800b", 20, "malformed"),
}

WORDS = {"identifier": "0123456789abcdef" * 2, "key-id": b64u(bytes(32)), "rpps": "10001234565"}
WORDS_BAD = {
    "identifier": ["", "a" * 31, "a" * 33, "A" * 32, "g" * 32, "../" + "a" * 29, "a" * 32 + "\n", "٠" * 32],
    "key-id": ["", b64u(bytes(31)), b64u(bytes(33)), b64u(bytes(32))[:-1] + "B", "0" * 64],
    "rpps": ["10001234566", "1000123456", "100012345650", "1000123456a", "10001234565\n", "١٠٠٠١٢٣٤٥٦٥"],
}


def encodings() -> Vectors:
    yield from _canonical_json()
    yield from _words()
    yield from _keys()


def _canonical_json() -> Vectors:
    for name, data in CANONICAL_OK.items():
        yield name, {"stage": "canonical-json", "expect": "ok", "data": b64u(data)}
    for name, data in CANONICAL_BAD.items():
        yield name, {"stage": "canonical-json", "expect": "malformed", "data": b64u(data)}
    for name, data in (("json-over-the-limit", b'"12345"'), ("json-over-the-limit-and-none", b"no JSON")):
        over = {"stage": "canonical-json", "expect": "limit_exceeded", "data": b64u(data), "limit": 6}
        yield name, over


def _words() -> Vectors:
    for name, text, encoded in (("base64url", "AAECA_-_", "00010203ffbf"), ("base64url-empty", "", "")):
        yield name, {"stage": "base64url", "expect": "ok", "text": text, "hex": encoded}
    for name, text in BASE64_BAD.items():
        yield name, {"stage": "base64url", "expect": "malformed", "text": text}
    for name, (text, normal) in ADDRESSES.items():
        yield name, {"stage": "address", "expect": "ok", "text": text, "address": normal}
    for name, text in ADDRESSES_BAD.items():
        yield name, {"stage": "address", "expect": "malformed", "text": text}
    for name, (text, maximum, outcome) in TEXTS.items():
        yield name, {"stage": "text", "expect": outcome, "text": text, "maximum": maximum}
    for stage, text in WORDS.items():
        yield stage, {"stage": stage, "expect": "ok", "text": text}
    for stage, texts in WORDS_BAD.items():
        for number, text in enumerate(texts, start=1):
            yield f"{stage}-fault-{number}", {"stage": stage, "expect": "malformed", "text": text}


def _keys() -> Vectors:
    signing, recipient = DOCTOR.card.signing, DOCTOR.card.recipient
    yield (
        "key-ids",
        {
            "stage": "key-ids",
            "expect": "ok",
            "signing": b64u(signing),
            "recipient": b64u(recipient),
            "server": b64u(SERVER.public),
            "result": {
                "key_id": key_id(signing, recipient),
                "fingerprint": fingerprint(key_id(signing, recipient)),
                "server_key_id": server_key_id(SERVER.public),
            },
        },
    )
    seed = fixed("signing vector", 32)
    key = SigningKey.from_seed(seed)
    signature = key.sign("coffre/v1/test", b"message")
    good = _signature(key.public, signature)
    yield "sign", {**good, "stage": "sign", "seed": b64u(seed)}
    yield "signature", good
    larger = int.from_bytes(signature[32:], "little") + ORDER
    small = bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05")
    bad: dict[str, Mapping[str, object]] = {
        "s-not-reduced": _signature(key.public, signature[:32] + larger.to_bytes(32, "little")),
        "small-order-r": _signature(key.public, small + signature[32:]),
        "small-order-key": _signature(small, bytes([1]) + bytes(63)),
        "identity-key": _signature(bytes([1]) + bytes(31), bytes([1]) + bytes(63)),
        "zero-key": _signature(bytes(32), bytes(64)),
        "non-canonical-key": _signature(bytes.fromhex("ee" + "ff" * 30 + "7f"), signature),
        "other-key": _signature(OWNER.key.public, signature),
        "other-label": {**good, "label": "coffre/v1/other"},
        "label-moved-into-message": {**good, "label": "coffre/v1", "message": b64u(b"test\x00message")},
        "other-message": {**good, "message": b64u(b"massage")},
        "cut-signature": _signature(key.public, signature[:-1]),
        "long-signature": _signature(key.public, signature + b"\x00"),
        "cut-key": _signature(key.public[:-1], signature),
    }
    for name, vector in bad.items():
        yield f"signature-{name}", {**vector, "expect": "tampered"}


def _signature(public: bytes, signature: bytes) -> dict[str, object]:
    return {
        "stage": "signature",
        "expect": "ok",
        "public": b64u(public),
        "label": "coffre/v1/test",
        "message": b64u(b"message"),
        "signature": b64u(signature),
    }


MAC = bytes(range(32))
FIRST = b"age-encryption.org/v1\n"
ONE = b"-> X25519 abc\nQUJD\n"
TAIL = b"--- AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8\n"

HEADERS_OK: dict[str, list[Stanza]] = {
    "one-stanza": [Stanza("X25519", ("abc",), b"ABC")],
    "no-arguments-and-empty-body": [Stanza("coffre.invitation/v1", (), b"")],
    "body-of-a-full-line": [Stanza("a", (), bytes(48))],
    "body-of-a-line-and-one": [Stanza("a", (), bytes(49))],
    "all-characters": [Stanza("".join(map(chr, range(33, 127))), ("-->", "--"), bytes(range(256)))],
    "limits-reached": [Stanza("a", ("b" * 2048, *["c"] * 14), bytes(4096)), *[Stanza("a", (), b"")] * 127],
}

HEADERS_BAD: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", "malformed"),
    "another-file": (b"PK\x03\x04\n", "malformed"),
    "first-line-cut": (FIRST[:-1], "malformed"),
    "first-line-crlf": (FIRST[:-1] + b"\r\n" + ONE + TAIL, "unsupported_version"),
    "version-2": (b"age-encryption.org/v2\n" + ONE + TAIL, "unsupported_version"),
    "no-stanza": (FIRST + TAIL, "malformed"),
    "no-mac": (FIRST + ONE, "malformed"),
    "two-spaces": (FIRST + b"->  X25519 abc\nQUJD\n" + TAIL, "malformed"),
    "space-at-the-end": (FIRST + b"-> X25519 abc \nQUJD\n" + TAIL, "malformed"),
    "no-type": (FIRST + b"-> \nQUJD\n" + TAIL, "malformed"),
    "no-space-after-the-arrow": (FIRST + b"->X25519\nQUJD\n" + TAIL, "malformed"),
    "not-ascii": (FIRST + "-> é\nQUJD\n".encode() + TAIL, "malformed"),
    "control-character": (FIRST + b"-> a\x7f\nQUJD\n" + TAIL, "malformed"),
    "body-padded": (FIRST + b"-> a\nQUJD=\n" + TAIL, "malformed"),
    "body-unused-bits": (FIRST + b"-> a\nQUJ\n" + TAIL, "malformed"),
    "body-base64url": (FIRST + b"-> a\nQU_D\n" + TAIL, "malformed"),
    "body-impossible-length": (FIRST + b"-> a\nQUJDA\n" + TAIL, "malformed"),
    "body-line-too-long": (FIRST + b"-> a\n" + b"A" * 68 + b"\n" + TAIL, "malformed"),
    "body-without-a-short-line": (FIRST + b"-> a\n" + b"A" * 64 + b"\n" + TAIL, "malformed"),
    "body-crlf": (FIRST + b"-> a\r\nQUJD\r\n" + TAIL, "malformed"),
    "no-space-before-the-mac": (FIRST + ONE + b"---" + TAIL[4:], "malformed"),
    "mac-too-short": (FIRST + ONE + TAIL[:-2] + b"\n", "malformed"),
    "mac-padded": (FIRST + ONE + TAIL[:-1] + b"=\n", "malformed"),
    "mac-unused-bits": (FIRST + ONE + TAIL[:-2] + b"9\n", "malformed"),
    "mac-without-its-end": (FIRST + ONE + TAIL[:-1], "malformed"),
    "empty-line": (FIRST + ONE + b"\n" + TAIL, "malformed"),
    "129-stanzas": (FIRST + b"-> a\n\n" * 129 + TAIL, "limit_exceeded"),
    "17-arguments": (FIRST + b"->" + b" a" * 17 + b"\n\n" + TAIL, "limit_exceeded"),
    "argument-too-long": (FIRST + b"-> a " + b"a" * 2049 + b"\n\n" + TAIL, "limit_exceeded"),
    "body-too-long": (FIRST + b"-> a\n" + (b"A" * 64 + b"\n") * 86 + b"\n" + TAIL, "limit_exceeded"),
    "header-too-long": (
        FIRST + (b"-> a\n" + (b"A" * 64 + b"\n") * 84 + b"\n") * 13 + TAIL,
        "limit_exceeded",
    ),
}


def age_headers() -> Vectors:
    for name, stanzas in HEADERS_OK.items():
        header = write_header(stanzas, MAC)
        good: dict[str, Any] = {"stage": "age-header", "expect": "ok", "data": b64u(header + b"payload")}
        found = [
            {"type": stanza.type, "args": list(stanza.args), "body": b64u(stanza.body)} for stanza in stanzas
        ]
        yield name, {**good, "result": {"stanzas": found, "mac": b64u(MAC), "length": len(header)}}
    for name, (data, outcome) in HEADERS_BAD.items():
        yield name, {"stage": "age-header", "expect": outcome, "data": b64u(data)}
