"""The vectors of the blind part that both languages share (tests/vectors/README.md): met, and up to date."""

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from crypto import encoding, signing, statements
from crypto.age_header import parse_header
from crypto.checkpoints import Leaf, LeafProof, open_checkpoint, sign_checkpoint, vault_hash
from crypto.encoding import b64u, unb64u
from crypto.errors import CoffreError
from crypto.head_code import HeadCode
from crypto.journal import Entry, EntryHeader, Page, entry_hash, read_body, start_head
from crypto.merkle import leaf_hash, verify_consistency, verify_inclusion
from crypto.receipts import open_receipt
from crypto.statement_grammar import Signed, write_record
from crypto.statement_keys import ServerSuccession, Succession
from crypto.successions import Keys, directory_keys, directory_signer, verified
from crypto.successions import Pin as SuccessionPin
from tests.vault.client.folding import told
from tests.vectors import generate_blind
from vault.client import section_terms
from vault.client.ledger import Ledger
from vault.client.ledger_accesses import AccessLog
from vault.client.ledger_chain import Pin
from vault.client.ledger_rules import Viewer

Vector = dict[str, Any]
VECTORS = Path(generate_blind.__file__).parent
FILES = [path for folder in generate_blind.FOLDERS for path in sorted((VECTORS / folder).glob("*.json"))]


def _canonical_json(vector: Vector) -> None:
    data = unb64u(vector["data"])
    assert encoding.canonical(encoding.parse_canonical(data, limit=vector.get("limit", 1 << 20))) == data


def _base64url(vector: Vector) -> None:
    assert unb64u(vector["text"]).hex() == vector["hex"]


def _address(vector: Vector) -> None:
    assert encoding.normalise_address(vector["text"]) == vector["address"]


def _text(vector: Vector) -> None:
    assert encoding.check_text(vector["text"], maximum=vector["maximum"]) == vector["text"]


def _identifier(vector: Vector) -> None:
    assert encoding.check_id(vector["text"]) == vector["text"]


def _key_id(vector: Vector) -> None:
    assert encoding.check_key_id(vector["text"]) == vector["text"]


def _rpps(vector: Vector) -> None:
    assert encoding.check_rpps(vector["text"]) == vector["text"]


def _key_ids(vector: Vector) -> None:
    found = signing.key_id(unb64u(vector["signing"]), unb64u(vector["recipient"]))
    assert vector["result"] == {
        "key_id": found,
        "fingerprint": signing.fingerprint(found),
        "server_key_id": signing.server_key_id(unb64u(vector["server"])),
    }


def _sign(vector: Vector) -> None:
    key = signing.SigningKey.from_seed(unb64u(vector["seed"]))
    assert b64u(key.public) == vector["public"]
    assert b64u(key.sign(vector["label"], unb64u(vector["message"]))) == vector["signature"]


def _signature(vector: Vector) -> None:
    public, message, signature = (unb64u(vector[name]) for name in ("public", "message", "signature"))
    signing.verify(public, vector["label"], message, signature)


def _age_header(vector: Vector) -> None:
    stanzas, mac, length = parse_header(unb64u(vector["data"]))
    found = [{"type": one.type, "args": list(one.args), "body": b64u(one.body)} for one in stanzas]
    assert vector["result"] == {"stanzas": found, "mac": b64u(mac), "length": length}


def _statement(vector: Vector) -> None:
    signed = Signed.from_wire(vector["signed"])
    found = statements.verify(signed, statements.KINDS[vector["kind"]], unb64u(vector["public"]))
    assert statements.to_bytes(found) == signed.statement
    assert b64u(statements.statement_hash(signed.statement)) == vector["hash"]


def _card(vector: Vector) -> None:
    assert statements.verify_card(Signed.from_wire(vector["signed"])).author == vector["key_id"]


def _confusion(vector: Vector) -> None:
    public = unb64u(vector["public"])
    assert vector["statements"].keys() == statements.KINDS.keys()
    for kind, wire in vector["statements"].items():
        for other, cls in statements.KINDS.items():
            if kind == other:
                statements.verify(Signed.from_wire(wire), cls, public)
                continue
            with pytest.raises(CoffreError) as caught:
                statements.verify(Signed.from_wire(wire), cls, public)
            assert caught.value.code == vector["expect"]


def _redemption(vector: Vector) -> None:
    statements.verify_redemption(
        unb64u(vector["public"]),
        unb64u(vector["proof"]),
        grant=vector["grant"],
        professional=vector["professional"],
        vault=vector["vault"],
    )


def _hashes(vector: Vector) -> None:
    data = unb64u(vector["data"])
    assert vector["result"] == {
        "bundle": b64u(statements.bundle_hash(data)),
        "header": b64u(statements.header_hash(data)),
        "author_metadata": b64u(statements.author_metadata_hash(data)),
        "metadata": b64u(statements.metadata_hash(data)),
        "parts": b64u(statements.parts_digest(tuple(unb64u(part) for part in vector["parts"]))),
        "statement": b64u(statements.statement_hash(data)),
    }


def _start(vector: Vector) -> None:
    assert b64u(start_head(vector["vault"], vector["chain"])) == vector["head"]


def _entry(vector: Vector) -> None:
    entry = Entry.from_wire(vector["entry"])
    header = EntryHeader.from_bytes(entry.header)
    read_body(entry, header)
    assert b64u(entry_hash(entry.header)) == vector["head"]
    assert list(header.sections) == vector["sections"]


def _fold(vector: Vector) -> Ledger:
    pin = Pin(vector["pin"]["size"], unb64u(vector["pin"]["head"])) if "pin" in vector else None
    ledger = Ledger.empty(vector["vault"], owner=vector["owner"], pin=pin)
    of = vector["viewer"]
    named = frozenset((one["document"], one["version"]) for one in of.get("documents", []))
    viewer = Viewer(of["key"], frozenset(of["sections"]), named)
    pages = [Page.from_wire(page) for page in vector["pages"]]
    for page in pages[:-1]:
        ledger = _taken(partial(ledger.append_page, page, viewer))
    before = told(ledger)
    try:
        return ledger.append_page(pages[-1], viewer)
    finally:
        assert told(ledger) == before


def _ledger(vector: Vector) -> None:
    state = _fold(vector).state
    assert vector["result"] == {
        "size": state.size,
        "head": b64u(state.head),
        "documents": len(state.documents),
        "grants": len(state.grants),
        "shares": len(state.shares),
    }


def _in_force(vector: Vector) -> None:
    state = _fold(vector).state
    for moment in vector["moments"]:
        now = moment["now"]
        at = max(now, state.time)
        assert moment == {
            "now": now,
            "due": sorted(state.due_sections(now)),
            "remaining": sorted(state.remaining_grants(state.sections, at)),
            "states": {grant: state.grant_state(grant, now) for grant in state.grants},
            "terms": section_terms.wanted(state, at),
        }


def _accesses(vector: Vector) -> None:
    state = _taken(partial(_fold, vector)).state
    log = AccessLog.empty(vector["vault"])
    pages = [Page.from_wire(page) for page in vector["accesses"]]
    chain = [Signed.from_wire(signed) for signed in vector.get("server_keys", [])]
    keys = verified(ServerSuccession, state.server, chain)
    for page in pages[:-1]:
        log = _taken(partial(log.append_page, page, state, keys))
    assert log.append_page(pages[-1], state, keys).tip.size == vector["size"]


def _vault_hash(vector: Vector) -> None:
    assert b64u(vault_hash(vector["vault"], unb64u(vector["entry"]))) == vector["hash"]


def _leaf(vector: Vector) -> None:
    data = unb64u(vector["data"])
    assert Leaf.from_bytes(data).to_bytes() == data
    assert b64u(leaf_hash(data)) == vector["hash"]


def _inclusion(vector: Vector) -> None:
    verify_inclusion(
        unb64u(vector["leaf"]),
        index=vector["index"],
        size=vector["size"],
        proof=[unb64u(member) for member in vector["proof"]],
        root=unb64u(vector["root"]),
    )


def _consistency(vector: Vector) -> None:
    verify_consistency(
        vector["old"],
        vector["new"],
        old_root=unb64u(vector["old_root"]),
        new_root=unb64u(vector["new_root"]),
        proof=[unb64u(member) for member in vector["proof"]],
    )


def _checkpoint(vector: Vector) -> None:
    note = unb64u(vector["note"])
    found = open_checkpoint(note, unb64u(vector["public"]))
    assert vector["result"] == {"size": found.size, "root": b64u(found.root)}
    if "seed" in vector:
        assert sign_checkpoint(found, signing.SigningKey.from_seed(unb64u(vector["seed"]))) == note


def _leaf_proof(vector: Vector) -> None:
    text = unb64u(vector["text"])
    proof = LeafProof.from_text(text)
    signer = unb64u(vector["signer"]) if "signer" in vector else None
    checkpoint, leaf = proof.open(unb64u(vector["public"]), signer)
    assert proof.to_text() == text
    found = {"index": proof.index, "leaf": write_record(leaf), "size": checkpoint.size}
    assert vector["result"] == found


def _head_code(vector: Vector) -> None:
    code = HeadCode.parse(vector["text"])
    found = {"chain": code.chain, "size": code.size, "start": b64u(code.start), "text": code.text()}
    assert vector["result"] == found


def _receipt(vector: Vector) -> None:
    text = unb64u(vector["text"])
    found = open_receipt(text, unb64u(vector["request"]), [unb64u(key) for key in vector["keys"]])
    assert vector["result"] == {name: getattr(found, name) for name in vector["result"]}
    assert found.to_text(signing.SigningKey.from_seed(unb64u(vector["seed"]))) == text


def _successions(vector: Vector) -> None:
    kind = statements.KINDS[vector["kind"]]
    assert issubclass(kind, Succession)
    given = vector.get("pin")
    pin = None if given is None else SuccessionPin(given["sequence"], unb64u(given["head"]))
    chain = [Signed.from_wire(signed) for signed in vector["chain"]]
    _told_of_keys(vector, verified(kind, unb64u(vector["first"]), chain, pin))


def _directory_keys(vector: Vector) -> None:
    chain = [Signed.from_wire(signed) for signed in vector["chain"]]
    _told_of_keys(vector, directory_keys(unb64u(vector["present"]), chain))


def _directory_signer(vector: Vector) -> None:
    chain = [Signed.from_wire(signed) for signed in vector["chain"]]
    keys = directory_keys(unb64u(vector["present"]), chain)
    entry = Signed.from_wire(vector["entry"])
    key = directory_signer(keys, entry, vector["now"])
    statements.verify(entry, statements.DirectoryEntry, key)
    assert vector["result"] == b64u(key)


def _told_of_keys(vector: Vector, keys: Keys) -> None:
    assert vector["result"] == {
        "head": b64u(keys.pin.head) if keys.pin else "",
        "present": b64u(keys.present),
        "moments": [
            {
                "time": moment["time"],
                "key": b64u(keys.at(moment["time"])),
                "accepted": [b64u(key) for key in keys.accepted(moment["time"])],
            }
            for moment in vector["result"]["moments"]
        ],
    }


def _succeeded_checkpoint(vector: Vector) -> None:
    note, log = unb64u(vector["note"]), unb64u(vector["log"])
    found = open_checkpoint(note, log, unb64u(vector["signer"]))
    assert vector["result"] == {"size": found.size, "root": b64u(found.root)}
    if "seed" in vector:
        key = signing.SigningKey.from_seed(unb64u(vector["seed"]))
        assert sign_checkpoint(found, key, log=log) == note


def _taken(step: Callable[[], Any]) -> Any:
    """The result of a step that must not be what fails."""
    try:
        return step()
    except CoffreError as error:
        raise AssertionError(f"refused too early: {error}") from error


STAGES: dict[str, Callable[[Vector], None]] = {
    "canonical-json": _canonical_json,
    "base64url": _base64url,
    "address": _address,
    "text": _text,
    "identifier": _identifier,
    "key-id": _key_id,
    "rpps": _rpps,
    "key-ids": _key_ids,
    "sign": _sign,
    "signature": _signature,
    "age-header": _age_header,
    "statement": _statement,
    "card": _card,
    "confusion": _confusion,
    "redemption": _redemption,
    "hashes": _hashes,
    "start": _start,
    "entry": _entry,
    "ledger": _ledger,
    "accesses": _accesses,
    "in-force": _in_force,
    "vault-hash": _vault_hash,
    "leaf": _leaf,
    "inclusion": _inclusion,
    "consistency": _consistency,
    "checkpoint": _checkpoint,
    "leaf-proof": _leaf_proof,
    "successions": _successions,
    "directory-keys": _directory_keys,
    "directory-signer": _directory_signer,
    "succeeded-checkpoint": _succeeded_checkpoint,
    "receipt": _receipt,
    "head-code": _head_code,
}


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_vector(path: Path) -> None:
    vector: Vector = json.loads(path.read_text())
    stage = STAGES[vector["stage"]]
    if vector["expect"] == "ok" or vector["stage"] == "confusion":
        stage(vector)
        return
    with pytest.raises(CoffreError) as caught:
        stage(vector)
    assert caught.value.code == vector["expect"]


@pytest.mark.slow
def test_the_files_are_what_the_generator_writes() -> None:
    assert dict(generate_blind.files()) == {path: path.read_text() for path in FILES}


def test_the_readme_describes_every_stage() -> None:
    readme = (VECTORS / "README.md").read_text()
    assert [stage for stage in STAGES if f"`{stage}`" not in readme] == []
