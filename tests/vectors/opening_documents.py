"""Vectors of sections, headers, metadata and objects."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from crypto import age_file, document, primitives, sections, statements
from crypto.age_header import Stanza
from crypto.content import ContentHasher
from crypto.encoding import DocumentId, Json, b64u, canonical
from crypto.padding import frame
from crypto.sections import Filing
from crypto.signing import sha256
from crypto.statement_grammar import write_record
from tests.vectors.opening_values import (
    FILE_KEY,
    FILING,
    IDENTITY,
    OK,
    SECRET,
    SECRET_2,
    SECTION,
    SECTION_2,
    VAULT,
    Seeded,
    flip,
    ident,
    metadata_of,
    seeded,
    write,
)


def place(filing: Filing) -> dict[str, Any]:
    return {"filing": filing.context(), "secret": {"epoch": 1, "secret": b64u(SECRET.secret)}}


def section_vectors() -> None:
    keys = {
        "drop": b64u(SECRET.drop_identity().recipient().public),
        "meta": b64u(SECRET.meta_key()),
        "wrap": b64u(SECRET.wrap_key()),
    }
    write("sections", "keys", "section-keys", OK, secret=b64u(SECRET.secret), result=keys)
    at = {"section": SECTION, "vault": VAULT}
    old = {"secret": {"epoch": 1, "secret": b64u(SECRET.secret)}}
    new = {"secret": {"epoch": 2, "secret": b64u(SECRET_2.secret)}}

    def name(label: str, expect: str, record: Mapping[str, Any], /, **change: Any) -> None:
        framed = frame(canonical(record), floor=256)
        context: dict[str, Json] = {"epoch": 1, **at}
        sealed = primitives.Wrap("coffre/v1/section-name").seal(
            SECRET.meta_key(), context, framed, random=Seeded(label)
        )
        fields = {**at, **old, "sealed": b64u(sealed), **change}
        write("sections", label, "open-section-name", expect, **fields)

    name("name", OK, {"kind": "imaging"}, name={"kind": "imaging"})
    custom = {"kind": "custom", "name": "Podologie – 2026"}
    name("name-custom", OK, custom, name=custom)
    name("name-unknown-kind", "malformed", {"kind": "astrology"})
    name("name-custom-without-name", "malformed", {"kind": "custom"})
    name("name-known-kind-with-name", "malformed", {"kind": "imaging", "name": "x"})
    name("name-too-long", "limit_exceeded", {"kind": "custom", "name": "x" * 101})
    name("name-of-another-section", "wrong_key", {"kind": "imaging"}, section=SECTION_2)
    ladder = sections.make_ladder(SECRET_2, SECRET, vault=VAULT, section=SECTION, random=Seeded("ladder"))
    fields = {**at, **new, "ladder": b64u(ladder)}
    write("sections", "ladder", "climb-down", OK, **fields, result=old["secret"])
    changed = {**fields, "ladder": b64u(flip(ladder, 30))}
    write("sections", "ladder-flipped", "climb-down", "wrong_key", **changed)
    write(
        "sections", "ladder-of-another-vault", "climb-down", "wrong_key", **{**fields, "vault": ident("v2")}
    )


def header_vectors() -> None:
    author = IDENTITY.recipient()
    random = Seeded("header")
    header = document.make_header(SECRET, FILING, FILE_KEY, author=author, random=random)
    stanza = sections.wrap_file_key(SECRET, FILING, FILE_KEY, random=Seeded("header"))

    def case(name: str, expect: str, data: bytes, filing: Filing = FILING) -> None:
        fields = {**place(filing), "header": b64u(data)}
        if expect == OK:
            fields["file_key"] = b64u(FILE_KEY)
        write("documents", f"header-{name}", "open-header", expect, **fields)

    def made(arguments: tuple[str, ...]) -> bytes:
        return age_file.make_header([Stanza(stanza.type, arguments, stanza.body)], FILE_KEY)

    case("two-stanzas", OK, header)
    case("one-stanza", OK, age_file.make_header([stanza], FILE_KEY))
    fields = {"header": b64u(header), "identity": b64u(IDENTITY.seed), "file_key": b64u(FILE_KEY)}
    write("documents", "header-as-author", "open-header-as-author", OK, **fields)
    case("other-document", "wrong_key", header, replace(FILING, document=DocumentId(ident("document 2"))))
    case("other-version", "wrong_key", header, replace(FILING, version=2))
    case("other-section", "wrong_key", header, replace(FILING, section=SECTION_2))
    case("data-after", "malformed", header + b"x")
    mac = header.index(b"\n--- ") + 6
    case("mac-differs", "tampered", header[:mac] + b"AA" + header[mac + 2 :])
    case("epoch-0", "malformed", made((SECTION, "0")))
    case("epoch-leading-zero", "malformed", made((SECTION, "01")))
    case("epoch-over-limit", "limit_exceeded", made((SECTION, "10001")))
    case("section-upper-case", "malformed", made((SECTION.upper(), "1")))
    case("one-argument", "malformed", made((SECTION,)))
    case("epoch-2", "wrong_key", made((SECTION, "2")))


def metadata_vectors() -> None:
    good = json.loads(canonical(write_record(metadata_of(b"data"))))

    def case(name: str, expect: str, record: Mapping[str, Any]) -> None:
        framed = frame(canonical(record), floor=512)
        sealed = primitives.Wrap("coffre/v1/metadata").seal(
            SECRET.meta_key(), FILING.context(), framed, random=Seeded(name)
        )
        fields = {**place(FILING), "sealed": b64u(sealed)}
        if expect == OK:
            fields["metadata"] = record
        write("documents", f"metadata-{name}", "open-metadata", expect, **fields)

    case("full", OK, {**good, "thumbnail": b64u(b"\xff\xd8\xff\xe0thumbnail")})
    case("least", OK, {key: value for key, value in good.items() if key != "type"} | {"tags": []})
    case("title-300", "limit_exceeded", {**good, "title": "x" * 300})
    case("title-empty", "malformed", {**good, "title": ""})
    case("title-control", "malformed", {**good, "title": "a\tb"})
    case("title-bidi", "malformed", {**good, "title": "a\u202eb"})
    case("title-not-nfc", "malformed", {**good, "title": "e\u0301"})
    case("title-astral", OK, {**good, "title": "\U0001f9b4" * 200})
    case("name-slash", "malformed", {**good, "name": "../x.pdf"})
    case("name-backslash", "malformed", {**good, "name": "a\\b"})
    case("name-dots", "malformed", {**good, "name": ".."})
    case("name-256-bytes", "limit_exceeded", {**good, "name": "é" * 128})
    case("name-254-bytes", OK, {**good, "name": "é" * 127})
    case("day-that-does-not-exist", "malformed", {**good, "date": "2026-02-29"})
    case("date-with-time", "malformed", {**good, "date": "2026-02-28T10"})
    case("tags-21", "limit_exceeded", {**good, "tags": ["x"] * 21})
    case("size-0", "malformed", {**good, "size": 0})
    case("thumbnail-too-large", "limit_exceeded", {**good, "thumbnail": b64u(bytes(65537))})
    case("unknown-field", "malformed", {**good, "colour": "red"})
    case("content-in-version-1", "malformed", {**good, "content": b64u(seeded("content"))})
    new = {key: value for key, value in good.items() if key != "sha256"}
    content = {**new, "content": b64u(seeded("content"))}
    case("without-hash", "malformed", new)
    case("version-2", OK, {**content, "version": 2})
    case("version-2-full", OK, {**content, "thumbnail": b64u(b"\xff\xd8\xff\xe0thumbnail"), "version": 2})
    case("version-2-without-content", "malformed", {**new, "version": 2})
    case("version-2-with-sha256", "malformed", {**content, "sha256": good["sha256"], "version": 2})
    case("version-2-with-sha256-only", "malformed", {**good, "version": 2})
    case("version-2-content-short", "malformed", {**content, "content": b64u(bytes(31)), "version": 2})
    case("content-without-version", "malformed", content)
    case("version-1-said", "unsupported_version", {**good, "version": 1})
    case("version-3", "unsupported_version", {"colour": "red", "version": 3})
    case("version-text", "malformed", {**content, "version": "2"})
    names = [
        ["../../etc/passwd", "passwd"],
        ["C:\\scan\\IRM.pdf", "IRM.pdf"],
        ["a\u0000b\u202e.pdf", "ab.pdf"],
        ["e\u0301te\u0301.txt", "été.txt"],
        ["..", "document"],
        ["dossier/", "document"],
        ["", "document"],
        ["é" * 200 + ".jpeg", "é" * 125 + ".jpeg"],
        ["x" * 300, "x" * 255],
        ["a." + "b" * 300, "a." + "b" * 253],
        [".profile", ".profile"],
    ]
    write("documents", "clean-name", "clean-name", OK, cases=names)


def author_metadata_vectors() -> None:
    good = json.loads(canonical(write_record(metadata_of(b"data"))))
    key = primitives.derive(FILE_KEY, "coffre/v1/author-metadata")
    authored: dict[str, Json] = {"document": FILING.document, "vault": VAULT, "version": 1}

    def case(name: str, expect: str, record: Mapping[str, Any], /, **change: Any) -> None:
        framed = frame(canonical(record), floor=512)
        wrap = primitives.Wrap("coffre/v1/author-metadata-block")
        sealed = wrap.seal(key, authored, framed, random=Seeded(name))
        fields = {"file_key": b64u(FILE_KEY), "authored": authored, "sealed": b64u(sealed), **change}
        if expect == OK:
            fields["metadata"] = record
        write("documents", f"author-metadata-{name}", "open-author-metadata", expect, **fields)

    case("full", OK, {**good, "thumbnail": b64u(b"\xff\xd8\xff\xe0thumbnail")})
    new = {key: value for key, value in good.items() if key != "sha256"}
    case("version-2", OK, {**new, "content": b64u(seeded("content")), "version": 2})
    case("version-3", "unsupported_version", {**new, "version": 3})
    case("title-empty", "malformed", {**good, "title": ""})
    case("other-file-key", "wrong_key", good, file_key=b64u(seeded("other", 16)))
    case("other-document", "wrong_key", good, authored={**authored, "document": ident("document 2")})
    case("other-vault", "wrong_key", good, authored={**authored, "vault": ident("v2")})
    case("other-version", "wrong_key", good, authored={**authored, "version": 2})


def object_vectors() -> None:
    data = seeded("document", 1000)
    sealer = document.ObjectSealer(
        _Once(data), size=len(data), file_key=FILE_KEY, part_size=5 << 20, random=Seeded("object")
    )
    sealed = b"".join(bytes(part.data) for part in sealer)
    result = sealer.result()
    base = {
        "digest": b64u(result.digest),
        "file_key": b64u(FILE_KEY),
        "length": result.length,
        "object": b64u(sealed),
        "part_size": result.part_size,
        "parts": [b64u(part) for part in result.parts],
        "sha256": b64u(sha256(data)),
        "size": result.size,
    }

    def case(name: str, expect: str, /, **change: Any) -> None:
        write("documents", f"object-{name}", "open-object", expect, **{**base, **change})

    def signed_as(changed: bytes) -> dict[str, Any]:
        """The change with part hash and digest that agree with it."""
        part = sha256(changed)
        digest = b64u(statements.parts_digest((part,)))
        return {"object": b64u(changed), "parts": [b64u(part)], "digest": digest}

    case("whole", OK, plaintext=b64u(data))
    case("flipped", "tampered", object=b64u(flip(sealed, 500)))
    case("padding-flipped", "tampered", object=b64u(flip(sealed, -1)))
    case("cut", "tampered", object=b64u(sealed[:-1]))
    case("longer", "tampered", object=b64u(sealed + b"\0"))
    case("other-digest", "tampered", digest=b64u(seeded("digest")))
    case("other-size", "tampered", size=999)
    case("other-size-and-length", "tampered", size=2000)
    case("other-sha256", "tampered", sha256=b64u(seeded("sha")))
    case("size-0", "limit_exceeded", size=0)
    case("other-file-key", "tampered", file_key=b64u(seeded("other", 16)))
    case("flipped-and-signed", "tampered", **signed_as(flip(sealed, 500)))
    case("padding-flipped-and-signed", OK, plaintext=b64u(data), **signed_as(flip(sealed, -1)))
    del base["sha256"]
    base["content"] = b64u(result.content)
    case("content-whole", OK, plaintext=b64u(data))
    case("other-content", "tampered", content=b64u(seeded("sha")))
    case("sha256-as-content", "tampered", content=b64u(sha256(data)))


def content_vectors() -> None:
    piece = 256 << 10
    cases = []
    for size in (1, 65536, piece - 1, piece, piece + 1, 2 * piece, 3 * piece + 12_345):
        hasher = ContentHasher()
        hasher.update(bytes(number % 251 for number in range(size)))
        cases.append([size, b64u(hasher.digest())])
    write("documents", "content-hash", "content-hash", OK, cases=cases)


class _Once:
    def __init__(self, data: bytes) -> None:
        self._data = data

    def read(self, size: int, /) -> bytes:
        given, self._data = self._data[:size], self._data[size:]
        return given
