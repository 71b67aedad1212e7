"""A third client, written from crypto/spec alone: nothing of `crypto/` is imported.

It reads what a patient's client reads on the way to a document, with libraries that anyone has, and is held
against the vectors. What it could not do would be missing in the chapters.
"""

import ast
import base64
import hashlib
import hmac
import json
import unicodedata
from pathlib import Path
from typing import Any, Final

import argon2.low_level
import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from nacl.bindings import crypto_aead_xchacha20poly1305_ietf_decrypt as xchacha_open

VECTORS: Final = Path(__file__).parents[1] / "vectors"


def vector(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((VECTORS / f"{name}.json").read_text())
    assert found["expect"] == "ok"
    return found


# ------------------------------------------------------------------------------------------------- chapter 0
def binary(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def text_of(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def canonical(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()


def labelled(label: str, message: bytes) -> bytes:
    return hashlib.sha256(label.encode() + b"\0" + message).digest()


def hkdf(key: bytes, info: str, salt: bytes = b"") -> bytes:
    return HKDF(hashes.SHA256(), 32, salt or None, info.encode()).derive(key)


def unwrap(key: bytes, label: str, context: dict[str, Any], sealed: bytes) -> bytes:
    return xchacha_open(sealed[24:], label.encode() + b"\0" + canonical(context), sealed[:24], key)


def unframe(framed: bytes) -> bytes:
    return framed[4 : 4 + int.from_bytes(framed[:4], "big")]


# ------------------------------------------------------------------------------------------------- chapter 1
def read_header(data: bytes) -> tuple[list[tuple[list[str], bytes]], bytes]:
    """The stanzas, and the payload behind the header, whose MAC is checked by `check_mac`."""
    lines, stanzas = data.split(b"\n"), []
    assert lines[0] == b"age-encryption.org/v1"
    at = 1
    while lines[at].startswith(b"-> "):
        arguments, body = lines[at][3:].decode().split(" "), b""
        while True:
            at += 1
            body += lines[at]
            if len(lines[at]) < 64:
                break
        at += 1
        stanzas.append((arguments, base64.b64decode(body + b"=" * (-len(body) % 4))))
    assert lines[at].startswith(b"--- ")
    return stanzas, b"\n".join(lines[at + 1 :])


def check_mac(data: bytes, file_key: bytes) -> None:
    end = data.index(b"\n---") + 4
    mac = hmac.digest(hkdf(file_key, "header"), data[:end], "sha256")
    assert base64.b64encode(mac).rstrip(b"=") == data[end + 1 : end + 44]


def open_payload(file_key: bytes, payload: bytes) -> bytes:
    cipher, sealed, plain = ChaCha20Poly1305(hkdf(file_key, "payload", payload[:16])), payload[16:], b""
    chunks = [sealed[start : start + 65552] for start in range(0, len(sealed), 65552)]
    for number, chunk in enumerate(chunks):
        last = b"\1" if number == len(chunks) - 1 else b"\0"
        plain += cipher.decrypt(number.to_bytes(11, "big") + last, chunk, None)
    return plain


# ------------------------------------------------------------------------------------------------- chapter 2
def test_password() -> None:
    given = vector("keyring/password")
    address = given["address"].strip(" ").lower()
    context = canonical({"address": address, "salt": given["salt"]})
    root = argon2.low_level.hash_secret_raw(
        unicodedata.normalize("NFKC", given["password"]).encode(),
        labelled("coffre/v1/password-salt", context)[:16],
        given["t"],
        given["m"],
        given["p"],
        32,
        argon2.low_level.Type.ID,
        0x13,
    )
    assert hkdf(root, "coffre/v1/password-unlock") == binary(given["result"]["unlock"])
    login = Ed25519PrivateKey.from_private_bytes(hkdf(root, "coffre/v1/password-login"))
    assert login.public_key().public_bytes_raw() == binary(given["result"]["login"])


def test_keyring() -> None:
    given = vector("keyring/open-with-password")
    data = binary(given["data"])
    stanzas, payload = read_header(data)
    [(arguments, body)] = [found for found in stanzas if found[0][0] == "coffre.argon2id/v1"]
    salt, memory, passes, lanes = arguments[1:]
    context = {
        "account": given["account"],
        "m": int(memory),
        "p": int(lanes),
        "salt": text_of(base64.b64decode(salt + "==")),
        "t": int(passes),
    }
    file_key = unwrap(binary(given["unlock"]), "coffre/v1/password-stanza", context, body)
    check_mac(data, file_key)
    record = open_payload(file_key, payload)
    assert json.loads(record) == {**given["keyring"], "version": 1}
    assert canonical(json.loads(record)) == record


# ------------------------------------------------------------------------------------------ chapters 3 and 4
def test_section() -> None:
    name, ladder = vector("sections/name"), vector("sections/ladder")
    place = {"epoch": name["secret"]["epoch"], "section": name["section"], "vault": name["vault"]}
    meta_key = hkdf(binary(name["secret"]["secret"]), "coffre/v1/section/meta")
    framed = unwrap(meta_key, "coffre/v1/section-name", place, binary(name["sealed"]))
    assert len(framed) == 256
    assert json.loads(unframe(framed)) == name["name"]
    place = {"epoch": ladder["secret"]["epoch"], "section": ladder["section"], "vault": ladder["vault"]}
    wrap_key = hkdf(binary(ladder["secret"]["secret"]), "coffre/v1/section/wrap")
    older = unwrap(wrap_key, "coffre/v1/section-ladder", place, binary(ladder["ladder"]))
    assert older == binary(ladder["result"]["secret"])


def test_header() -> None:
    given = vector("documents/header-two-stanzas")
    data, filing = binary(given["header"]), given["filing"]
    stanzas, rest = read_header(data)
    assert rest == b""
    arguments, body = stanzas[0]
    assert arguments == ["coffre.section/v1", filing["section"], str(filing["epoch"])]
    wrap_key = hkdf(binary(given["secret"]["secret"]), "coffre/v1/section/wrap")
    file_key = unwrap(wrap_key, "coffre/v1/section-stanza", filing, body)
    check_mac(data, file_key)
    assert file_key == binary(given["file_key"])


@pytest.mark.parametrize("name", ["metadata-full", "metadata-version-2-full"])
def test_metadata(name: str) -> None:
    given = vector(f"documents/{name}")
    meta_key = hkdf(binary(given["secret"]["secret"]), "coffre/v1/section/meta")
    framed = unwrap(meta_key, "coffre/v1/metadata", given["filing"], binary(given["sealed"]))
    assert json.loads(unframe(framed)) == given["metadata"]


def test_object() -> None:
    given = vector("documents/object-content-whole")
    stored, size = binary(given["object"]), given["size"]
    step = given["part_size"]
    parts = [hashlib.sha256(stored[at : at + step]).digest() for at in range(0, len(stored), step)]
    assert parts == [binary(part) for part in given["parts"]]
    assert labelled("coffre/v1/hash/parts", b"".join(parts)) == binary(given["digest"])
    payload = stored[: 16 + size + 16 * max(1, -(-size // 65536))]
    plain = open_payload(binary(given["file_key"]), payload)
    assert plain == binary(given["plaintext"])
    assert content(plain) == binary(given["content"])


def test_content() -> None:
    for size, expected in vector("documents/content-hash")["cases"]:
        assert text_of(content(bytes(number % 251 for number in range(size)))) == expected


def content(plain: bytes) -> bytes:
    pieces = [plain[start : start + 262_144] for start in range(0, len(plain), 262_144)]
    return labelled("coffre/v1/hash/content", b"".join(hashlib.sha256(piece).digest() for piece in pieces))


# ------------------------------------------------------------------------------------------ chapters 5 and 6
@pytest.mark.parametrize("kind", ["manifest", "refile", "grant", "rotation", "share", "access"])
def test_statement(kind: str) -> None:
    given = vector(f"statements/{kind}")
    statement, signature = (binary(given["signed"][name]) for name in ("statement", "signature"))
    label = f"coffre/v1/statement/{kind}".encode()
    Ed25519PublicKey.from_public_bytes(binary(given["public"])).verify(signature, label + b"\0" + statement)
    assert text_of(labelled("coffre/v1/hash/statement", statement)) == given["hash"]
    assert canonical(json.loads(statement)) == statement
    assert json.loads(statement)["kind"] == kind


def test_entry() -> None:
    given = vector("journal/grant")
    entry = {name: binary(value) for name, value in given["entry"].items()}
    header = json.loads(entry["header"])
    body = labelled("coffre/v1/journal/body", entry["salt"] + entry["statement"] + entry["signature"])
    assert text_of(body) == header["body"]
    assert text_of(labelled("coffre/v1/journal/entry", entry["header"])) == given["head"]


def test_it_has_nothing_of_ours() -> None:
    imported = [
        node for node in ast.walk(ast.parse(Path(__file__).read_text())) if isinstance(node, ast.Import)
    ]
    names = [alias.name for node in imported for alias in node.names]
    names += [
        node.module or ""
        for node in ast.walk(ast.parse(Path(__file__).read_text()))
        if isinstance(node, ast.ImportFrom)
    ]
    assert not [
        name for name in names if name.split(".")[0] in ("crypto", "vault", "web", "storage", "tests")
    ]
