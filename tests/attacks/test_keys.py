"""Attacks on keys, K1 to K5 of the list: replaced, probed, weakened, downgraded, given away by force."""

import json
import os
from collections.abc import Callable, Iterator
from typing import Any
from unittest import mock

import httpx
import pytest

from crypto import keyring, labels, passwords, primitives
from crypto.age_header import parse_header
from crypto.age_recipients import HybridIdentity, HybridRecipient
from crypto.encoding import GrantId, SectionId, VaultId, b64u, unb64u
from crypto.errors import CoffreError, Tampered
from crypto.grants import Bundle, open_for_professional, seal_for_professional
from crypto.keyring import open_with_password
from crypto.records import Pin
from crypto.sections import SectionSecret
from crypto.statements import bundle_hash
from tests.attacks.flows import FLOWS, SERVER, run
from tests.attacks.forging import forger, refusing, rewriting
from tests.attacks.matrix import derived
from tests.attacks.oracles import Verified, same_state
from tests.attacks.scenarios import route_of
from tests.attacks.versions import client_of
from tests.attacks.world import World
from tests.vault.client.people import ORIGIN, PASSWORD, Rewrite

pytestmark = pytest.mark.slow

SIGN_IN = "POST /sessions"
CHALLENGE = "POST /sessions/challenge"
BUNDLE = "GET /grants/{grant}/bundle"
OPEN = "POST /vaults/{vault}/accesses"
INVITATION = "GET /invitations/{grant}"


def trace(world: World) -> list[str]:
    """What was asked for, in order."""
    return [route_of(exchange.request) for exchange in world.server.exchanges]


def refused(world: World, name: str, rewrite: Rewrite, last: str) -> str:
    """Runs a flow that must fail right after the answer of the route `last`; its code."""
    with world.restored(), world.server.hostile(rewrite):
        device, before, ran = run(world, FLOWS[name])
        assert ran.status in (4, 5), ran
        assert trace(world)[-1] == last
        assert same_state(before, device.state())
        code: str = json.loads(ran.stdout)["error"]["code"]
    return code


def put(*path: str | int) -> Callable[[bytes], Callable[[Any], None]]:
    """Puts bytes at a place of an answer."""

    def putting(data: bytes) -> Callable[[Any], None]:
        def change(document: Any) -> None:
            for step in path[:-1]:
                document = document[step]
            document[path[-1]] = b64u(data)

        return change

    return putting


def authentic(world: World, name: str, route: str) -> dict[str, object]:
    """What the application answers in a flow."""
    with world.restored(), world.server.hostile(None):
        run(world, FLOWS[name])
        found = [e.authentic.json() for e in world.server.exchanges if route_of(e.request) == route]
    answer: dict[str, object] = found[0]
    return answer


def wrapped(world: World) -> Iterator[tuple[str, str, Callable[[bytes], Callable[[Any], None]], list[bytes]]]:
    """(flow, route, where the key is put, what others have there) of every wrapped key that a server hands
    out.
    """
    keyrings = [world.people[name].device.home.keyring()[0] for name in ("bela", "mallory", "doctor")]
    for flow in ("sign_in", "recover"):
        yield flow, SIGN_IN, put("keyring"), keyrings
    bundles = [
        unb64u(e.authentic.json()["bundle"])
        for name in ("bela", "mallory")
        for e in world.vaults[name].exchanges
        if route_of(e.request) in (BUNDLE, INVITATION)
    ]
    yield "list_as_professional", BUNDLE, put("bundle"), bundles
    yield "redeem", INVITATION, put("bundle"), bundles
    headers = [
        unb64u(e.authentic.json()["opened"][0]["header"])
        for name in ("anne", "bela", "mallory")
        for e in world.vaults[name].exchanges
        if route_of(e.request) == OPEN
    ]
    yield "read_as_professional", OPEN, put("opened", 0, "header"), headers
    yield "get", OPEN, put("opened", 0, "header"), headers


def test_k1_wrapped_keys_replaced(world: World) -> None:
    """K1: each wrapped key by random bytes, the attacker's, another user's: an error, and no further
    request.
    """
    count = 0
    with mock.patch.object(passwords, "derive", derived):
        for flow, route, place, others in wrapped(world):
            own = authentic(world, flow, route)
            for data in (*others, os.urandom(2000), b""):
                if b64u(data) in json.dumps(own):
                    continue
                code = refused(world, flow, rewriting(route, place(data)), route)
                assert code in {"tampered", "wrong_key", "malformed"}
                count += 1
    assert count > 30


def test_k1_bundle_made_for_the_reader_by_the_attacker(world: World) -> None:
    """K1: a bundle that opens with the reader's own key and names the right vault and grant, made by the
    attacker.
    """
    doctor, anne = client_of(world.people["doctor"].device), world.vaults["anne"]
    attacker = forger(world.clock(), role="patient")
    own = authentic(world, "list_as_professional", BUNDLE)
    identity = doctor.keyring.age_identity()
    true = unb64u(str(own["bundle"]))
    grant = GrantId(anne.grants["doctor"])
    held = open_for_professional(
        true,
        identity,
        bundle_hash=bundle_hash(true),
        vault=VaultId(anne.id),
        grant=grant,
        sections=_epochs(true, identity),
    )
    for card in (attacker.card, held.card):
        forged = Bundle(
            card=card,
            grant=grant,
            ledger=Pin(held.ledger.head, held.ledger.size),
            patient=held.patient,
            sections={
                section: SectionSecret.generate(secret.epoch) for section, secret in held.sections.items()
            },
            vault=held.vault,
        )
        data = seal_for_professional(forged, identity.recipient())
        assert (
            refused(world, "list_as_professional", rewriting(BUNDLE, put("bundle")(data)), BUNDLE)
            == "tampered"
        )


def _epochs(data: bytes, identity: HybridIdentity) -> dict[SectionId, int]:
    from crypto import age_file

    record = json.loads(age_file.open_bytes(data, [identity]))
    return {SectionId(section): held["epoch"] for section, held in record["sections"].items()}


def test_k1_a_public_key_is_computed_from_the_private_one(world: World) -> None:
    """K1: the account's key id follows from its secrets, whatever the server says of the account."""
    device = world.device("doctor")
    client = client_of(device)
    record = client.keyring
    assert client.me == record.key_id()
    assert world.fingerprints["doctor"] == device.shown("whoami")["fingerprint"]
    rogue = client_of(world.people["rogue"].device)
    found = rogue.api.get("/directory", key=rogue.me)
    attack = rewriting("GET /directory", lambda _: dict(found))
    with world.restored(), world.server.hostile(attack):
        device, _, ran = run(world, FLOWS["redeem"])
        assert (ran.status, ran.json["error"]["code"]) == (5, "tampered")
        assert "POST /invitations/{grant}/acceptance" not in trace(world)


def test_k2_thousand_damaged_keyrings_tell_nothing(world: World) -> None:
    """K2: a client whose wrap was damaged anywhere behaves in one way: the same requests, the same code, no
    retry.
    """
    account = world.people["anne"]
    data, _ = account.device.home.keyring()
    stanzas = parse_header(data)[0]
    salt, parameters = keyring.password_parameters(data)
    keys = derived(PASSWORD, address=account.device.email, salt=salt, parameters=parameters)
    body = next(stanza.body for stanza in stanzas if stanza.type == keyring.STANZA_TYPE)
    from crypto.age_header import encode_base64

    def lines(wrapped: bytes) -> bytes:
        whole = encode_base64(wrapped)
        return "\n".join(whole[start : start + 64] for start in range(0, len(whole), 64)).encode()

    text = lines(body)
    place = data.index(text)
    codes = set()
    for number in range(1000):
        bit = number * 7919 % (len(body) * 8)
        changed = bytearray(body)
        changed[bit // 8] ^= 1 << bit % 8
        blob = data[:place] + lines(bytes(changed)) + data[place + len(text) :]
        with pytest.raises(CoffreError) as error:
            open_with_password(blob, keys, account=client_of(account.device).keyring.account)
        codes.add(error.value.code)
    assert codes == {"wrong_key"}


def test_k2_the_trace_is_the_same_for_every_fault(world: World) -> None:
    """K2: whatever is wrong with the keyring, the client asks for nothing more."""
    data, _ = world.people["anne"].device.home.keyring()
    traces, seen = set(), set()
    with mock.patch.object(passwords, "derive", derived):
        for position in range(0, len(data), max(1, len(data) // 60)):
            blob = data[:position] + bytes([data[position] ^ 4]) + data[position + 1 :]
            seen.add(refused(world, "sign_in", rewriting(SIGN_IN, put("keyring")(blob)), SIGN_IN))
            traces.add(tuple(trace(world)))
    assert traces == {("GET /server", CHALLENGE, SIGN_IN)}
    assert seen <= {"wrong_key", "tampered", "malformed", "unsupported_version", "limit_exceeded"}


COSTS = [
    *({"m": m} for m in (0, 1, 8, 1024, 65535, 1048577, 1 << 24, 1 << 52)),
    *({"t": t} for t in (0, 1, 2, 17, 1 << 31)),
    *({"p": p} for p in (0, 2, 4, 255)),
]


@pytest.mark.parametrize("cost", COSTS, ids=str)
def test_k3_cost_outside_the_limits(world: World, cost: dict[str, int]) -> None:
    """K3: parameters under the floor or over the ceiling are refused before anything is derived or sent."""
    with mock.patch.object(primitives, "argon2id", side_effect=AssertionError("derived")):
        code = refused(world, "sign_in", rewriting(CHALLENGE, lambda answer: answer.update(cost)), CHALLENGE)
    assert code == "limit_exceeded"


@pytest.mark.parametrize(
    "salt", ["", b64u(b"short"), b64u(bytes(15)), b64u(bytes(17)), None, 16, "AAAAAAAAAAAAAAAAAAAAAB"]
)
def test_k3_salt_off_the_grammar(world: World, salt: object) -> None:
    """K3: an empty, short, long or non-canonical salt: refused before anything is derived or sent."""
    with mock.patch.object(primitives, "argon2id", side_effect=AssertionError("derived")):
        code = refused(
            world, "sign_in", rewriting(CHALLENGE, lambda answer: answer.update(salt=salt)), CHALLENGE
        )
    assert code == "malformed"


def test_k3_changed_salt_with_a_server_that_lets_everyone_in(world: World) -> None:
    """K3: another salt, the login accepted nevertheless: the keyring's own salt tells."""
    answer = authentic(world, "sign_in", SIGN_IN)
    session = httpx.Response(200, json=answer, headers={"Set-Cookie": "__Host-coffre=x"})

    def accept(request: httpx.Request, response: httpx.Response) -> httpx.Response:
        if route_of(request) == CHALLENGE:
            return httpx.Response(200, json={**response.json(), "salt": b64u(b"the same for all")})
        return session if route_of(request) == SIGN_IN else response

    assert refused(world, "sign_in", accept, SIGN_IN) == "tampered"


def test_k3_one_salt_for_everyone_helps_nobody() -> None:
    """K3: the salt that is used is bound to the address."""
    one, other = (derived(PASSWORD, address=f"{name}@example.org", salt=bytes(16)) for name in ("a", "b"))
    assert one.unlock != other.unlock
    assert one.login.public != other.login.public


DOWNGRADES = {
    "age version 0": lambda data: data.replace(b"age-encryption.org/v1", b"age-encryption.org/v0", 1),
    "age version 2": lambda data: data.replace(b"age-encryption.org/v1", b"age-encryption.org/v2", 1),
    "no age version": lambda data: data.replace(b"age-encryption.org/v1", b"age-encryption.org/", 1),
    "stanza version 0": lambda data: data.replace(b"coffre.argon2id/v1", b"coffre.argon2id/v0", 1),
    "stanza version 2": lambda data: data.replace(b"coffre.argon2id/v1", b"coffre.argon2id/v2", 1),
    "stanza none": lambda data: data.replace(b"coffre.argon2id/v1", b"none", 1),
    "cheaper stanza": lambda data: data.replace(b" 65536 3 1", b" 65536 4 1", 1),
}


@pytest.mark.parametrize("fault", DOWNGRADES)
def test_k4_version_and_suite_of_the_keyring(world: World, fault: str) -> None:
    """K4: version 0, unknown or "none": refused; the version is authenticated."""
    data, _ = world.people["anne"].device.home.keyring()
    changed = DOWNGRADES[fault](data)
    assert changed != data
    with mock.patch.object(passwords, "derive", derived):
        code = refused(world, "sign_in", rewriting(SIGN_IN, put("keyring")(changed)), SIGN_IN)
    assert code in {"unsupported_version", "malformed", "wrong_key", "tampered"}


def test_k4_every_label_names_its_version() -> None:
    """K4: what is signed or sealed under another version's label is refused: the label is part of it."""
    assert all(label.startswith("coffre/v1/") for label in labels.ALL)


@pytest.mark.parametrize(
    "header",
    [
        {"alg": "none"},
        {"alg": "dir", "enc": "none"},
        {"alg": "dir", "enc": "A128GCM"},
        {"alg": "dir", "enc": "A256CBC-HS512"},
        {"alg": "dir", "enc": "A256GCM", "zip": "DEF"},
        {"alg": "RSA1_5", "enc": "A256GCM"},
        {"alg": "dir", "enc": "A256GCM", "cty": "application/fhir+json", "crit": ["b64"], "b64": False},
    ],
    ids=str,
)
def test_k4_suite_of_a_share(world: World, header: dict[str, object]) -> None:
    """K4: a share's files under another algorithm, or none, or compressed: refused."""

    def weaken(request: httpx.Request, response: httpx.Response) -> httpx.Response:
        if "/shl/files/" not in request.url.path:
            return response
        rest = response.content.split(b".", 1)[1]
        return httpx.Response(200, content=b64u(json.dumps(header).encode()).encode() + b"." + rest)

    with world.restored(), world.server.hostile(weaken):
        device, _, ran = run(world, FLOWS["open_link"])
    assert ran.status == 5
    assert json.loads(ran.stdout)["error"]["code"] in {"unsupported_version", "malformed", "tampered"}
    assert not (device.folder / "in").exists()


def test_k5_rotation_wraps_for_the_signed_grants_only(world: World) -> None:
    """K5: after a revocation exactly those get new keys whom the patient's own statements name."""
    anne = world.vaults["anne"]
    with world.restored(), world.server.hostile(None):
        run(world, FLOWS["revoke"])
        sent = [
            json.loads(e.request.content)
            for e in world.server.exchanges
            if route_of(e.request) == "POST /vaults/{vault}/rotations"
        ]
        identities = [client_of(world.people[name].device).keyring.age_identity() for name in ("doctor",)]
        wrong = Verified(identities).wrong_wraps(
            [e for e in world.server.exchanges if e.path.endswith("/rotations")]
        )
    assert [[member["grant"] for member in body["bundles"]] for body in sent] == [[anne.grants["doctor"]]]
    assert wrong == []


def test_k5_recipients_that_the_server_adds(world: World) -> None:
    """K5: a directory, list of vaults or refusal that names more recipients makes nobody wrap a key."""
    rogue = forger(world.clock())
    for attack in (
        rewriting("GET /vaults", lambda answer: answer.update(recipients=[rogue.card.to_wire()])),
        rewriting(
            "POST /vaults/{vault}/revocations",
            lambda answer: answer.update(
                remaining=[{"card": rogue.card.to_wire()}], grants=[{"grant": "0" * 32}]
            ),
        ),
        refusing("POST /vaults/{vault}/rotations", 409, {"error": {"code": "stale", "message": "add these"}}),
    ):
        with world.restored(), world.server.hostile(attack):
            run(world, FLOWS["revoke"])
            for exchange in world.server.exchanges:
                body = exchange.request.content
                assert b64u(rogue.identity.recipient().public).encode() not in body
            readers = ("anne", "doctor", "nurse", "novice")
            identities = [client_of(world.people[name].device).keyring.age_identity() for name in readers]
            kits = [world.people[name].kit.identity() for name in readers]
            assert Verified([*identities, *kits]).wrong_wraps(world.server.exchanges) == []


def test_k5_no_grant_without_a_confirmed_fingerprint(world: World) -> None:
    """K5: the directory's word alone gives nobody a key, also not for a number that is known."""
    rogue = forger(world.clock(), rpps="10101010105")
    answer = {"professionals": [{"account": "0" * 32, "card": rogue.card.to_wire(), "verified": "yes"}]}
    device = world.device("anne")
    with world.restored(), world.server.hostile(rewriting("GET /directory", lambda _: answer)):
        for wanted, expected in (
            ("10101010105", (4, "forbidden")),
            (world.fingerprints["nurse"], (5, "tampered")),
        ):
            assert device.fails("grant", "new", "--to", wanted, "--sections", "dental") == expected
        assert not any(route_of(e.request).startswith("POST") for e in world.server.exchanges)


def test_k5_forced_recovery(world: World) -> None:
    """K5: no answer makes a client give its keys to anyone: not a refusal at sign-in, not a new kit in the
    keyring.
    """
    words = world.people["mallory"].kit
    device = world.fresh("anne")
    attack = refusing(SIGN_IN, 401, {"error": {"code": "recovery_required", "message": "use the kit"}})
    with world.restored(), world.server.hostile(attack):
        status, _ = device.fails("login", *SERVER, "--email", device.email)
        assert status in (4, 5)
        assert trace(world) == ["GET /server", CHALLENGE, SIGN_IN]
    data, _ = world.people["mallory"].device.home.keyring()
    account = client_of(world.people["anne"].device).keyring.account
    with pytest.raises(Tampered):
        keyring.open_with_kit(data, words, account=account)


def test_sealed_for_others_is_found() -> None:
    """The fourth oracle can fail: it sees a wrap for somebody unknown."""
    rogue, known = forger(1_800_000_000), forger(1_800_000_000)
    from crypto import age_file
    from tests.attacks.hostile_server import Exchange

    data = age_file.seal_bytes(b"secrets", [HybridRecipient(rogue.identity.recipient().public)])
    request = httpx.Request("POST", f"{ORIGIN}/api/v1/x", json={"bundle": b64u(data)})
    exchange = Exchange(request, httpx.Response(200), httpx.Response(200))
    assert Verified([known.identity]).wrong_wraps([exchange])
    assert Verified([rogue.identity]).wrong_wraps([exchange]) == []
