"""Vectors of `statements`."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, cast

from crypto.encoding import Json, b64u, canonical, parse_canonical
from crypto.signing import SigningKey
from crypto.statements import (
    Access,
    Opening,
    Signed,
    author_metadata_hash,
    bundle_hash,
    header_hash,
    metadata_hash,
    parts_digest,
    sign,
    statement_hash,
)
from tests.vectors.every_kind import statements_of_every_kind
from tests.vectors.samples import (
    DAY,
    DOCTOR,
    GRANT,
    INVITATION,
    NOW,
    OTHER_DOCTOR,
    STRANGER,
    VAULT,
    fixed,
    proof,
)
from tests.vectors.statement_faults import FAULTS

Vectors = Iterator[tuple[str, Mapping[str, object]]]
SAMPLES = statements_of_every_kind()


def statements() -> Vectors:
    for kind, (value, key) in SAMPLES.items():
        signed = sign(value, key)
        vector = _verify(kind, signed, key.public)
        yield f"{kind}", {**vector, "expect": "ok", "hash": b64u(statement_hash(signed.statement))}
    for name, (kind, field, wrong, code) in FAULTS.items():
        yield f"{name}-{code}", _resigned(kind, {**_json(kind), field: wrong}, code)
    for kind in SAMPLES:
        fields = _json(kind)
        yield f"{kind}-unknown-field", _resigned(kind, {**fields, "more": 1}, "malformed")
        del fields["time"]
        yield f"{kind}-without-time", _resigned(kind, fields, "malformed")
    opening, server = SAMPLES["opening"]
    told = sign(replace(cast(Opening, opening), client="ios"), server)
    shown = {"expect": "ok", "hash": b64u(statement_hash(told.statement))}
    yield "opening-with-its-client", {**_verify("opening", told, server.public), **shown}
    yield from _opened_before()
    nothing: dict[str, Json] = {**_json("sections"), "added": [], "renamed": []}
    yield "sections-of-nothing-malformed", _resigned("sections", nothing, "malformed")
    yield from _bent()
    yield from _cards()
    yield from _others()


def _opened_before() -> Vectors:
    """Accesses that say when their owner's device had opened a copy of its own."""
    access, key = SAMPLES["access"]
    own = replace(cast(Access, access), grant=None, mode="own", reason="own")
    signed = sign(replace(own, opened=NOW - DAY), key)
    shown = {"expect": "ok", "hash": b64u(statement_hash(signed.statement))}
    yield "access-opened-before", {**_verify("access", signed, key.public), **shown}
    fields = cast(dict[str, Json], parse_canonical(signed.statement))
    yield "access-opened-1-malformed", _resigned("access", {**fields, "opened": NOW + 1}, "malformed")
    yield "access-opened-2-malformed", _resigned("access", {**fields, "opened": 0}, "malformed")
    granted: dict[str, Json] = {**_json("access"), "opened": NOW}
    yield "access-opened-3-malformed", _resigned("access", granted, "malformed")


def _json(kind: str) -> dict[str, Json]:
    value, key = SAMPLES[kind]
    return cast(dict[str, Json], parse_canonical(sign(value, key).statement))


def _resigned(kind: str, value: Mapping[str, Json], code: str) -> dict[str, object]:
    """With a valid signature, so that only the grammar is at fault."""
    key = SAMPLES[kind][1]
    data = canonical(value)
    signed = Signed(data, key.sign(f"coffre/v1/statement/{kind}", data))
    return {**_verify(kind, signed, key.public), "expect": code}


def _verify(kind: str, signed: Signed, public: bytes) -> dict[str, object]:
    return {
        "stage": "statement",
        "expect": "tampered",
        "kind": kind,
        "public": b64u(public),
        "signed": signed.to_wire(),
    }


def _bent() -> Vectors:
    value, key = SAMPLES["revocation"]
    signed = sign(value, key)
    flipped = signed.statement.replace(b'"sequence":1', b'"sequence":2')
    spaced = signed.statement.replace(b":", b": ", 1)
    label = "coffre/v1/statement/revocation"
    yield "bent-statement", _verify("revocation", replace(signed, statement=flipped), key.public)
    yield "bent-signature", _verify("revocation", replace(signed, signature=bytes(64)), key.public)
    yield "other-signer", _verify("revocation", sign(value, STRANGER.key), key.public)
    yield (
        "not-canonical",
        {
            **_verify("revocation", Signed(spaced, key.sign(label, spaced)), key.public),
            "expect": "malformed",
        },
    )
    yield (
        "not-an-object",
        {
            **_verify("revocation", Signed(b"[]", key.sign(label, b"[]")), key.public),
            "expect": "malformed",
        },
    )
    same_key = {kind: sign(value, ONE_KEY) for kind, (value, _) in SAMPLES.items()}
    yield (
        "confusion",
        {
            "stage": "confusion",
            "expect": "tampered",
            "public": b64u(ONE_KEY.public),
            "statements": {kind: signed.to_wire() for kind, signed in same_key.items()},
        },
    )
    for kind in SAMPLES:
        other = "grant" if kind != "grant" else "share"
        data = sign(*SAMPLES[kind]).statement
        twice = Signed(data, key.sign(f"coffre/v1/statement/{other}", data))
        yield f"{kind}-signed-as-{other}", {**_verify(other, twice, key.public), "expect": "malformed"}


# One key that signs a statement of every kind, so that nothing but the label tells them apart.
ONE_KEY = SigningKey.from_seed(fixed("one key for all kinds", 32))


def _cards() -> Vectors:
    good = DOCTOR.signed
    swapped = canonical({**_json("card"), "signing": b64u(STRANGER.key.public)})
    label = "coffre/v1/statement/card"
    cards: dict[str, tuple[Signed, str]] = {
        "card-certifies-itself": (good, "ok"),
        "card-with-another-name": (
            replace(good, statement=good.statement.replace(b"Dubois", b"Dubais")),
            "tampered",
        ),
        "card-signed-by-another": (sign(replace(DOCTOR.card, name="X"), STRANGER.key), "tampered"),
        "card-with-another-key": (Signed(swapped, STRANGER.key.sign(label, swapped)), "tampered"),
        "card-of-another-kind": (sign(*SAMPLES["revocation"]), "malformed"),
    }
    for name, (signed, outcome) in cards.items():
        vector: dict[str, Any] = {"stage": "card", "expect": outcome, "signed": signed.to_wire()}
        yield name, {**vector, "key_id": DOCTOR.id} if outcome == "ok" else vector


def _others() -> Vectors:
    good = {
        "stage": "redemption",
        "expect": "ok",
        "public": b64u(INVITATION.public),
        "proof": b64u(proof(DOCTOR)),
        "grant": GRANT,
        "professional": DOCTOR.id,
        "vault": VAULT,
    }
    yield "redemption", good
    for field, wrong in (("grant", "0" * 32), ("professional", OTHER_DOCTOR.id), ("vault", "0" * 32)):
        yield f"redemption-of-another-{field}", {**good, "expect": "tampered", field: wrong}
    yield "redemption-by-another-secret", {**good, "expect": "tampered", "public": b64u(DOCTOR.key.public)}
    parts = (fixed("part 1", 32), fixed("part 2", 32))
    data = fixed("hashed", 100)
    yield (
        "hashes",
        {
            "stage": "hashes",
            "expect": "ok",
            "data": b64u(data),
            "parts": [b64u(part) for part in parts],
            "result": {
                "bundle": b64u(bundle_hash(data)),
                "header": b64u(header_hash(data)),
                "author_metadata": b64u(author_metadata_hash(data)),
                "metadata": b64u(metadata_hash(data)),
                "parts": b64u(parts_digest(parts)),
                "statement": b64u(statement_hash(data)),
            },
        },
    )
