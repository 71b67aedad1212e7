"""Attacks on who is who, K6 to K8 and K10 to K12: keys swapped, ids and labels confused, unsigned deposits,
guesses.
"""

import itertools
import json
import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import httpx
import pytest

from crypto import labels
from crypto.age_recipients import X25519Recipient
from crypto.encoding import DocumentId, SectionId, VaultId, b64u, new_id, unb64u
from crypto.errors import CoffreError, Tampered, WrongKey
from crypto.primitives import Wrap
from crypto.signing import SigningKey, verify
from crypto.statements import KINDS, InVault, Manifest, header_hash, metadata_hash, parts_digest
from crypto.statements import verify as verify_statement
from tests.attacks.flows import FLOWS, run
from tests.attacks.forging import LEDGER, Forger, Page, append_signed, forger, rewriting
from tests.attacks.oracles import same_state
from tests.attacks.scenarios import route_of
from tests.attacks.versions import client_of
from tests.attacks.world import CODE, World
from tests.vectors.every_kind import statements_of_every_kind
from vault.client.answers import children

pytestmark = pytest.mark.slow


def outcome(world: World, flow: str, change: Callable[[Any], Any], route: str) -> tuple[int, str]:
    """What a flow comes to under an attack; its home is as before."""
    with world.restored(), world.server.hostile(rewriting(route, change)):
        device, before, ran = run(world, FLOWS[flow])
    assert ran.status, ran.stdout
    assert same_state(before, device.state())
    return ran.status, json.loads(ran.stdout)["error"]["code"]


def test_k6_directory_at_first_use_later_and_for_one_patient_only(world: World) -> None:
    """K6: a card of the attacker's under the professional's number and name gets no key without a
    comparison.
    """
    for wanted, known in (("novice", False), ("doctor", True)):
        shown = client_of(world.people[wanted].device)
        [row] = children(shown.api.get("/directory", key=shown.me), "professionals")
        card: Any = row["card"]
        said = json.loads(unb64u(card["statement"]))
        fake = forger(world.clock(), name=said["name"], rpps=said["rpps"], profession=said["profession"])
        said_of = {name: value for name, value in row.items() if name != "entry"}
        answer = {"professionals": [{**said_of, "card": fake.card.to_wire()}]}
        device = world.device("anne")
        for number, expected in (
            # Whoever had a grant before is pinned: another key under the same number is loud.
            (said["rpps"], (5, "key_changed") if known else (4, "forbidden")),
            (world.fingerprints[wanted], (5, "tampered")),
        ):
            attack = rewriting("GET /directory", partial(_answered, answer))
            with world.restored(), world.server.hostile(attack):
                found = device.fails("grant", "new", "--to", number, "--sections", "dental")
                assert found == expected, known
                assert not [e for e in world.server.exchanges if e.request.method != "GET"]


def test_k6_the_owner_is_pinned(world: World) -> None:
    """K6: a professional who knows a vault's owner refuses the same vault by anybody else."""
    mallory = client_of(world.people["mallory"].device)
    stranger = world.vaults["mallory"].exchanges
    page = next(e.authentic.json() for e in reversed(stranger) if route_of(e.request) == LEDGER)
    assert outcome(world, "list_as_professional", lambda _: page, LEDGER)[0] == 5
    assert outcome(world, "list", lambda _: page, LEDGER)[0] == 5
    cards = [card.to_wire() for card in [forger(world.clock(), role="patient").card]]

    def other_owner(answer: dict[str, Any]) -> None:
        answer["owner_card"] = cards[0]

    assert outcome(world, "redeem", other_owner, "GET /invitations/{grant}") == (5, "tampered")
    assert mallory.me != client_of(world.people["anne"].device).me


def test_k6_the_servers_key_is_pinned(world: World) -> None:
    """K6: another server key than the one at sign-up is refused at the next sign-in."""
    key = b64u(SigningKey.generate().public)
    assert outcome(world, "sign_in", lambda answer: answer.update(public_key=key), "GET /server") == (
        5,
        "tampered",
    )


def _answered(answer: Any, _: object) -> Any:
    return answer


def _put_wrong(put: Callable[[Any, str], None], wrong: str, answer: Any) -> None:
    put(answer, wrong)


def _other_vault(other: str, answer: Any) -> None:
    for row in answer["vaults"]:
        row["vault"] = other


IDS: dict[str, Callable[[str], str]] = {
    "parent folder": lambda own: "../../sessions/current",
    "parent folder, same length": lambda own: "../" + own[3:],
    "slash": lambda own: own[:15] + "/" + own[16:],
    "query": lambda own: own[:15] + "?" + own[16:],
    "fragment": lambda own: own[:15] + "#" + own[16:],
    "percent": lambda own: "%2e%2e%2f" + own[9:],
    "upper case": lambda own: "A" + own[1:].upper(),
    "cyrillic a": lambda own: "\u0430" + own[1:],
    "full width digit": lambda own: "\uff11" + own[1:],
    "not normalised": lambda own: "e\u0301" + own[2:],
    "line break": lambda own: own[:31] + "\n",
    "NUL": lambda own: own[:31] + "\0",
    "lone surrogate": lambda own: own[:31] + "\ud800",
    "too long": lambda own: own * 100,
    "dots": lambda own: "." * 32,
}


@pytest.mark.parametrize("fault", IDS)
def test_k7_what_is_no_identifier_becomes_no_path(world: World, fault: str) -> None:
    """K7: ids with `../`, homoglyphs, other forms of the same letter: refused, never part of an address or
    a file.
    """
    places: list[tuple[str, str, Callable[[Any, str], None]]] = [
        ("vaults", "GET /vaults", lambda answer, wrong: answer["vaults"][0].update(vault=wrong)),
        ("sign_in", "POST /sessions", lambda answer, wrong: answer.update(account=wrong)),
        ("sign_in", "POST /sessions", lambda answer, wrong: answer.update(vault=wrong)),
    ]
    wrong = IDS[fault](new_id())
    for flow, route, put in places:
        status, code = outcome(world, flow, partial(_put_wrong, put, wrong), route)
        assert (status, code) in {(5, "malformed"), (5, "tampered"), (5, "limit_exceeded")}, (flow, route)
        _no_strange_address(world)
    with world.restored():
        attack = rewriting("POST /vaults/{vault}/uploads", lambda answer: answer.update(upload=wrong))
        with world.server.hostile(attack):
            _, _, ran = run(world, FLOWS["add_large"])
        assert ran.status == 5
        _no_strange_address(world)


def _no_strange_address(world: World) -> None:
    for exchange in world.server.exchanges:
        assert exchange.request.url.raw_path.split(b"?")[0].replace(b"/", b"").replace(b"-", b"").isalnum()


def test_k7_ids_of_one_kind_offered_as_another(world: World) -> None:
    """K7: the id of a grant, a document or a section where a vault's belongs."""
    anne = world.vaults["anne"]
    for other in (anne.grants["doctor"], anne.documents["b"], anne.share):
        status, code = outcome(
            world,
            "vaults",
            partial(_other_vault, other),
            "GET /vaults",
        )
        assert (status, code) in {(3, "not_found"), (5, "tampered"), (4, "ended")}


def test_k8_every_label_has_one_use() -> None:
    """K8: no two uses share a label, and none is the beginning of another with a NUL."""
    assert len(set(labels.ALL)) == len(labels.ALL)
    assert not any("\0" in label for label in labels.ALL)


def test_k8_signatures_of_one_kind_offered_as_another() -> None:
    """K8: N × N: a statement of kind A is never a statement of kind B, whoever signed it."""
    samples = statements_of_every_kind()
    from crypto.statements import sign

    for (kind, (statement, key)), other in itertools.product(samples.items(), KINDS):
        signed = sign(statement, key)
        if other == kind:
            verify_statement(signed, KINDS[other], key.public)
            continue
        with pytest.raises(CoffreError):
            verify_statement(signed, KINDS[other], key.public)


def test_k8_wraps_of_one_use_offered_as_another() -> None:
    """K8: N × N: what was wrapped under one label opens under no other, with the same key and context."""
    key, context = os.urandom(32), {"vault": new_id()}
    for one, other in itertools.permutations(labels.ALL, 2):
        with pytest.raises(WrongKey):
            Wrap(other).open(key, context, Wrap(one).seal(key, context, b"secret"))


def _injected(
    page: Page, who: Forger, world: World, *, signing: SigningKey | None = None, card: bool = True
) -> str:
    """A new document by the attacker at the end of the ledger, in a section that the reader sees."""
    first = json.loads(unb64u(page["entries"][0]["statement"]))
    manifests = [e for e in page["entries"] if "statement" in e and b'"manifest"' in unb64u(e["header"])]
    shown = json.loads(unb64u(manifests[-1]["statement"]))
    document, sealed = DocumentId(new_id()), os.urandom(600)

    def make(seq: int, prev: bytes) -> InVault:
        parts = (os.urandom(32),)
        return Manifest(
            author=who.id,
            time=world.clock(),
            vault=VaultId(first["vault"]),
            seq=seq,
            prev=prev,
            digest=parts_digest(parts),
            document=document,
            epoch=shown["epoch"],
            header=header_hash(b"header"),
            length=1000,
            metadata=metadata_hash(sealed),
            part_size=8 << 20,
            parts=parts,
            section=SectionId(shown["section"]),
            version=1,
            author_metadata=os.urandom(32),
        )

    append_signed(page, make, signing or who.signing, [who.card] if card else [], metadata=sealed)
    return document


def injecting(world: World) -> Iterator[Callable[[Page], None]]:
    """A document by nobody entitled: by an unknown key, without a card, signed by another key, not signed."""
    who = forger(world.clock())
    for how in ({}, {"card": False}, {"signing": SigningKey.generate()}):
        yield partial(_inject, who=who, world=world, how=how)

    def unsigned(page: Page) -> None:
        _injected(page, who, world)
        page["entries"][-1]["signature"] = b64u(bytes(64))

    def bodiless(page: Page) -> None:
        _injected(page, who, world)
        page["entries"][-1] = {"header": page["entries"][-1]["header"]}

    yield from (unsigned, bodiless)


def _inject(page: Page, *, who: Forger, world: World, how: dict[str, Any]) -> None:
    _injected(page, who, world, **how)


def test_k10_deposits_that_nobody_entitled_signed(world: World) -> None:
    """K10: a deposit by an unknown key, without a card, signed by another key or not at all, is not shown."""
    for change in injecting(world):
        for flow in ("list", "list_on_new_device"):
            assert outcome(world, flow, change, LEDGER) == (5, "tampered")


def test_k11_a_thousand_guesses_of_a_passcode(world: World) -> None:
    """K11: under guesses side by side a share's passcode has its lifetime cap; no ciphertext before the
    proof.
    """
    with world.restored(), world.server.hostile(None):
        device = world.device("anne")
        code = device.write("code", CODE.encode())
        share = device.shown("share", "new", world.vaults["anne"].documents["b"], "--passcode-file", code)
        url = json.loads(unb64u(share["link"].partition("shlink:/")[2]))["url"]

        def guess(number: int) -> httpx.Response:
            body = {"recipient": "guesser", "passcode": f"guess-{number}"}
            with httpx.Client(transport=world.server.application) as client:
                return client.post(url, json=body)

        with ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(guess, range(100)))
        assert all(answer.status_code in (401, 404, 429, 503) for answer in answers)
        assert sum(answer.status_code == 401 for answer in answers) <= 10
        assert not any(b"files" in answer.content or answer.content[:2] == b"ey" for answer in answers)
        right = httpx.Client(transport=world.server.application)
        last = right.post(url, json={"recipient": "owner of the code", "passcode": CODE})
        right.close()
        assert last.status_code == 404


# The orders of the points in this list divide 8; the last ones are encodings that are not canonical.
SMALL_ORDER = [
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0100000000000000000000000000000000000000000000000000000000000000",
    "0000000000000000000000000000000000000000000000000000000000000080",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
]
ORDER = 2**252 + 27742317777372353535851937790883648493


@pytest.mark.parametrize("point", SMALL_ORDER)
def test_k12_small_order_keys(point: str) -> None:
    """K12: a key of small order, under which one signature fits many messages, verifies nothing."""
    public = bytes.fromhex(point)
    for signature in (public + bytes(32), bytes([1]) + bytes(63), public + bytes([1]) + bytes(31)):
        with pytest.raises(Tampered):
            verify(public, labels.REDEEM, b"message", signature)


@pytest.mark.parametrize("point", SMALL_ORDER)
def test_k12_small_order_in_a_signature(point: str) -> None:
    """K12: a signature whose R is of small order is refused."""
    key = SigningKey.generate()
    with pytest.raises(Tampered):
        verify(key.public, labels.REDEEM, b"message", bytes.fromhex(point) + bytes(32))


def test_k12_signatures_that_are_not_canonical() -> None:
    """K12: S + L signs the same message; it is refused, so that nobody can make a second signature of one."""
    key = SigningKey.generate()
    signature = key.sign(labels.REDEEM, b"message")
    verify(key.public, labels.REDEEM, b"message", signature)
    scalar = int.from_bytes(signature[32:], "little") + ORDER
    with pytest.raises(Tampered):
        verify(key.public, labels.REDEEM, b"message", signature[:32] + scalar.to_bytes(32, "little"))


@pytest.mark.parametrize(
    "point", ["00" * 32, "01" + "00" * 31, "ec" + "ff" * 30 + "7f", "ed" + "ff" * 30 + "7f"]
)
def test_k12_small_order_recipients(point: str) -> None:
    """K12: nothing is sealed for a recipient that gives everyone the same secret."""
    with pytest.raises(CoffreError):
        X25519Recipient(bytes.fromhex(point)).wrap(bytes(16))
