"""Vectors of bundles, invitations and shares."""

import base64
import json
from dataclasses import replace
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from crypto import (
    age_file,
    document_bundle,
    fhir,
    grants,
    share,
    statements,
)
from crypto.encoding import ShareId, b64u, canonical
from crypto.padding import frame
from crypto.records import Pin, write_versioned
from crypto.signing import key_id
from crypto.statement_grammar import write_record
from crypto.statement_kinds import Card
from tests.vectors.opening_values import (
    ACCOUNT,
    FILE_KEY,
    FILING,
    GRANT,
    IDENTITY,
    INVITATION,
    NOW,
    OK,
    ORIGIN,
    OTHER,
    SECRET,
    SECRET_2,
    SECTION,
    SECTION_2,
    SIGNING,
    VAULT,
    Seeded,
    flip,
    ident,
    metadata_of,
    seeded,
    write,
)


def card_of(role: str) -> statements.Signed:
    public = {} if role == "patient" else {"name": "Dr Roy", "profession": "10", "rpps": "10000000017"}
    recipient = IDENTITY.recipient().public
    card = Card(
        account=ACCOUNT,
        author=key_id(SIGNING.public, recipient),
        recipient=recipient,
        role=role,
        signing=SIGNING.public,
        time=NOW,
        **public,
    )
    return statements.sign(card, SIGNING)


def grant_vectors() -> None:
    bundle = grants.Bundle(
        card=card_of("patient"),
        grant=GRANT,
        ledger=Pin(seeded("head"), 9),
        patient="Zoé Lefèvre",
        sections={SECTION: SECRET_2},
        vault=VAULT,
    )
    sealed = grants.seal_for_professional(bundle, OTHER.recipient(), random=Seeded("bundle"))
    invited = grants.seal_for_invitation(bundle, INVITATION, random=Seeded("invited"))
    record = json.loads(write_versioned(bundle, limit=1 << 20))
    context = {"grant": GRANT, "sections": {SECTION: 2}, "vault": VAULT}

    def case(name: str, expect: str, data: bytes, /, **change: Any) -> None:
        fields = {
            **context,
            "data": b64u(data),
            "hash": b64u(statements.bundle_hash(data)),
            "identity": b64u(OTHER.seed),
            **({"bundle": record} if expect == OK else {}),
            **change,
        }
        write("grants", f"bundle-{name}", "open-bundle", expect, **fields)

    def other(**change: Any) -> bytes:
        changed = replace(bundle, **change)
        return grants.seal_for_professional(changed, OTHER.recipient(), random=Seeded("bundle"))

    case("whole", OK, sealed)
    case("newer-than-grant", OK, sealed, sections={SECTION: 1})
    case("other-hash", "tampered", sealed, hash=b64u(seeded("hash")))
    case("other-identity", "wrong_key", sealed, identity=b64u(IDENTITY.seed))
    case("other-grant", "tampered", sealed, grant=ident("grant 2"))
    case("other-vault", "tampered", sealed, vault=ident("vault 2"))
    case("section-missing", "tampered", sealed, sections={SECTION: 2, SECTION_2: 1})
    case("section-too-many", "tampered", other(sections={SECTION: SECRET_2, SECTION_2: SECRET}))
    case("older-than-grant", "tampered", sealed, sections={SECTION: 3})
    case("card-of-a-professional", "tampered", other(card=card_of("professional")))
    forged = statements.Signed(bundle.card.statement, flip(bundle.card.signature, 3))
    case("card-forged", "tampered", other(card=forged))
    case("payload-flipped", "tampered", flip(sealed, -1))
    invitation = {**context, "secret": b64u(INVITATION.secret)}

    def invite(name: str, expect: str, data: bytes, /, **change: Any) -> None:
        fields = {**invitation, "data": b64u(data), "hash": b64u(statements.bundle_hash(data)), **change}
        if expect == OK:
            fields["bundle"] = record
        write("grants", f"invitation-{name}", "open-invitation", expect, **fields)

    invite("whole", OK, invited)
    invite("other-secret", "wrong_key", invited, secret=b64u(seeded("secret 2")))
    invite("other-grant", "wrong_key", invited, grant=ident("grant 2"))
    key = b64u(INVITATION.redeem_key().public)
    link = INVITATION.link(ORIGIN)
    fields = {"grant": GRANT, "link": link, "secret": b64u(INVITATION.secret), "vault": VAULT}
    write("grants", "link", "invitation-link", OK, **fields, redeem_key=key)
    for name, text, expect in (
        ("link-version-2", link.replace("#1.", "#2."), "unsupported_version"),
        ("link-cut", link[:-1], "malformed"),
        ("link-of-a-share", ORIGIN + "/view#shlink:/e30", "malformed"),
        ("link-vault-upper-case", link.replace(VAULT, VAULT.upper()), "malformed"),
    ):
        write("grants", name, "invitation-link", expect, link=text)


def document_grant_vectors() -> None:
    """Bundles of single documents: one fault each."""
    whole = document_bundle.DocumentBundle(
        card=card_of("patient"),
        documents=tuple(
            document_bundle.GrantedDocument(
                document=FILING.document,
                key=FILE_KEY if version == 1 else seeded("file key 2")[:16],
                manifest=seeded(f"manifest {version}"),
                metadata=replace(metadata_of(b"x"), content=seeded("content"), sha256=None),
                version=version,
            )
            for version in (1, 2)
        ),
        grant=GRANT,
        ledger=Pin(seeded("head"), 9),
        patient="Zoé Lefèvre",
        vault=VAULT,
    )
    payload = document_bundle.write(whole)
    record = json.loads(write_versioned(whole, limit=1 << 20, version=2))
    named = [{"document": FILING.document, "version": version} for version in (1, 2)]
    context = {"documents": named, "grant": GRANT, "vault": VAULT}

    def case(name: str, expect: str, held: bytes, /, **change: Any) -> None:
        data = age_file.seal_bytes(held, [OTHER.recipient()], random=Seeded("documents"))
        fields = {
            **context,
            "data": b64u(data),
            "hash": b64u(statements.bundle_hash(data)),
            "identity": b64u(OTHER.seed),
            **({"bundle": record} if expect == OK else {}),
            **change,
        }
        write("grants", f"documents-{name}", "open-document-bundle", expect, **fields)

    def written(record: Any) -> bytes:
        return frame(canonical(record), floor=4096)

    case("whole", OK, payload)
    case("other-hash", "tampered", payload, hash=b64u(seeded("hash")))
    case("other-identity", "wrong_key", payload, identity=b64u(IDENTITY.seed))
    case("other-grant", "tampered", payload, grant=ident("grant 2"))
    case("other-vault", "tampered", payload, vault=ident("vault 2"))
    case("one-too-many", "tampered", payload, documents=named[:1])
    case("another-version", "tampered", payload, documents=[named[0], {**named[1], "version": 3}])
    case("card-of-a-professional", "tampered", written({**record, "card": card_of("professional").to_wire()}))
    case("not-padded", "malformed", canonical(record))
    case("padding-not-zero", "malformed", payload[:-1] + b"\1")
    case("version-1", "unsupported_version", written({**record, "version": 1}))
    case("no-documents", "malformed", written({**record, "documents": []}))
    case("unsorted", "malformed", written({**record, "documents": record["documents"][::-1]}))
    case("with-sections", "malformed", written({**record, "sections": {}}))
    first = record["documents"][0]
    for name, expect, change in (
        ("short-key", "malformed", {"key": b64u(bytes(15))}),
        ("no-manifest", "malformed", {"manifest": b64u(bytes(31))}),
        ("old-metadata", "unsupported_version", {"metadata": {**first["metadata"], "version": 1}}),
        ("thumbnail", "malformed", {"metadata": {**first["metadata"], "thumbnail": b64u(b"jpeg")}}),
    ):
        case(name, expect, written({**record, "documents": [{**first, **change}, record["documents"][1]]}))
    invited = grants.seal_for_invitation(whole, INVITATION, random=Seeded("invited to documents"))
    for name, expect, secret in (
        ("whole", OK, b64u(INVITATION.secret)),
        ("other-secret", "wrong_key", b64u(seeded("secret 2"))),
    ):
        fields = {**context, "data": b64u(invited), "hash": b64u(statements.bundle_hash(invited))}
        held = {"bundle": record} if expect == OK else {}
        write(
            "grants",
            f"documents-invitation-{name}",
            "open-document-invitation",
            expect,
            **fields,
            **held,
            secret=secret,
        )


def share_link_vectors() -> None:
    link = share.ShareLink.generate(
        ORIGIN, exp=NOW + 900, passcode=True, label="Pour Dr Roy – IRM", random=Seeded("share")
    )
    content = {
        "url": link.url,
        "key": b64u(link.key),
        "exp": link.exp,
        "flag": "P",
        "label": link.label,
        "v": 1,
    }

    def case(name: str, expect: str, text: str, **changes: Any) -> None:
        fields: dict[str, Any] = {"link": text, "now": NOW}
        if expect == OK:
            fields["result"] = {**content, **changes}
        write("shares", name, "share-link", expect, **fields)

    def encoded(**change: Any) -> str:
        changed = {key: value for key, value in {**content, **change}.items() if value is not None}
        minified = json.dumps(changed, ensure_ascii=False, separators=(",", ":")).encode()
        return "shlink:/" + b64u(minified)

    case("link", OK, link.text(ORIGIN))
    case("link-bare", OK, encoded())
    case("link-without-version", OK, encoded(v=None))
    case("link-without-end", OK, encoded(exp=None), exp=None)
    case("link-version-2", "unsupported_version", encoded(v=2))
    case("link-flag-unknown", "unsupported_version", encoded(flag="X"))
    case("link-flag-direct-with-passcode", "unsupported_version", encoded(flag="PU"))
    case("link-flags-out-of-order", "unsupported_version", encoded(flag="PL"))
    for flag in ("L", "LP", "LU", "U"):
        case(f"link-flag-{flag.lower()}", OK, encoded(flag=flag), flag=flag)
    case("link-key-short", "malformed", encoded(key=b64u(link.key[:31])))
    case("link-key-missing", "malformed", encoded(key=None))
    case("link-ended", "limit_exceeded", encoded(exp=NOW))
    case("link-label-long", "limit_exceeded", encoded(label="x" * 81))
    case("link-url-long", "limit_exceeded", encoded(url=link.url + "x" * 80))
    case("link-not-json", "malformed", "shlink:/" + b64u(b"{"))
    case("link-nothing", "malformed", ORIGIN + "/view")


def share_bundle_vectors() -> None:
    """Files that are all there, left out, repeated and mixed; and a document that is fetched apart."""
    data = b"%PDF-1.7 petit"
    first, second = ident("set"), ident("set 2")

    def bundle(place: fhir.FilePlace | None) -> bytes:
        return fhir.write_bundle(
            metadata_of(data), data, patient="Zoé", now=NOW, place=place, random=Seeded("place")
        )

    def case(name: str, expect: str, *places: tuple[str, int, int] | None) -> None:
        files = [bundle(None if place is None else fhir.FilePlace(*place)) for place in places]
        write("shares", f"set-{name}", "check-share-files", expect, bundles=[b64u(file) for file in files])

    case("of-one", OK, (first, 1, 1))
    case("whole", OK, (first, 2, 3), (first, 1, 3), (first, 3, 3))
    case("by-others", OK, None, None)
    case("file-left-out", "tampered", (first, 1, 3), (first, 3, 3))
    case("file-twice", "tampered", (first, 1, 2), (first, 1, 2))
    case("file-once-more", "tampered", (first, 1, 1), (first, 1, 1))
    case("file-of-another-set", "tampered", (first, 1, 2), (second, 2, 2))
    case("file-without-a-place", "tampered", (first, 1, 2), None)
    case("counts-that-differ", "tampered", (first, 1, 2), (first, 2, 3))
    case("number-beyond-the-count", "malformed", (first, 2, 1))
    case("number-zero", "malformed", (first, 0, 1))
    case("set-in-upper-case", "malformed", (first.upper(), 1, 1))
    elsewhere = fhir.SealedElsewhere(
        digest=seeded("digest"),
        file_key=FILE_KEY,
        length=30_000_000,
        part_size=8 << 20,
        parts=tuple(seeded(f"part {number}") for number in range(4)),
        content=seeded("content"),
        size=29_000_000,
        title="IRM du genou",
    )
    large = fhir.write_large_bundle(
        metadata_of(data), elsewhere, note="29 Mo", patient="Zoé", now=NOW, random=Seeded("large")
    )

    def apart(name: str, expect: str, written: bytes) -> None:
        fields: dict[str, Any] = {"data": b64u(written)}
        if expect == OK:
            fields["elsewhere"] = write_record(elsewhere)
        write("shares", f"large-{name}", "read-large-bundle", expect, **fields)

    apart("whole", OK, large)
    apart("without-length", "malformed", large.replace(b'\\"length\\":30000000,', b""))
    apart("short-key", "malformed", large.replace(b64u(FILE_KEY).encode(), b64u(FILE_KEY[:15]).encode()))
    both = large.replace(b'\\"size\\":', b'\\"sha256\\":\\"' + b64u(bytes(32)).encode() + b'\\",\\"size\\":')
    apart("with-two-hashes", "malformed", both)
    apart("not-canonical", "malformed", large.replace(b'\\"size\\":', b'\\"size\\": '))


def share_file_vectors() -> None:
    data = b"%PDF-1.7 petit"
    bundle = fhir.write_bundle(metadata_of(data), data, patient="Zoé Lefèvre", now=NOW, random=Seeded("fhir"))
    key = seeded("share key")

    def jwe(**header: str) -> bytes:
        full = {"alg": "dir", "enc": "A256GCM", "cty": "application/fhir+json", **header}
        protected = base64.urlsafe_b64encode(json.dumps(full, separators=(",", ":")).encode()).rstrip(b"=")
        iv = seeded("iv", 12)
        sealed = AESGCM(key).encrypt(iv, bundle, protected)
        return b".".join([protected, b"", *(b64u(p).encode() for p in (iv, sealed[:-16], sealed[-16:]))])

    def case(name: str, expect: str, data: bytes, file_key: bytes = key) -> None:
        fields: dict[str, Any] = {"data": data.decode(), "key": b64u(file_key)}
        if expect == OK:
            fields["plaintext"] = b64u(bundle)
        write("shares", f"file-{name}", "open-share-file", expect, **fields)

    good = jwe()
    case("whole", OK, good)
    case("other-key", "tampered", good, seeded("share key 2"))
    head, _, iv, text, tag = good.split(b".")
    swapped = b"B" if text[:1] == b"A" else b"A"
    case("flipped", "tampered", b".".join([head, b"", iv, swapped + text[1:], tag]))
    case("tag-cut", "malformed", good[:-1])
    case("four-parts", "malformed", b".".join([head, iv, text, tag]))
    case("with-encrypted-key", "malformed", b".".join([head, b"AAAA", iv, text, tag]))
    case("other-enc", "unsupported_version", jwe(enc="A128GCM"))
    case("other-alg", "unsupported_version", jwe(alg="A256KW"))
    owner = seeded("owner secret")
    names = {"share": ShareId(ident("share")), "vault": VAULT}
    details = share.ShareDetails("https://coffre.example/view#shlink:/e30", "Pour Dr Roy")
    sealed = share.seal_details(
        owner, details, vault=VAULT, share=ShareId(ident("share")), random=Seeded("details")
    )
    fields = {**names, "owner_secret": b64u(owner), "sealed": b64u(sealed)}
    result = {"label": details.label, "link": details.link}
    write("shares", "details", "open-share-details", OK, **fields, result=result)
    moved = {**fields, "share": ident("share 2")}
    write("shares", "details-of-another-share", "open-share-details", "wrong_key", **moved)
