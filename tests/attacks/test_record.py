"""Attacks on the record, D1 to D8, D11, D12: bytes, places, omissions, rollbacks, forks, parsers, names."""

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import httpx
import pytest

from crypto import labels, metadata
from crypto.encoding import b64u, canonical
from crypto.errors import WrongKey
from crypto.metadata import Metadata
from crypto.padding import frame
from crypto.primitives import Wrap
from crypto.sections import Filing
from crypto.statement_grammar import write_record
from tests.attacks.flows import FLOWS, run
from tests.attacks.forging import LEDGER, Page, header_of, raw, rechain, rewriting
from tests.attacks.oracles import same_state
from tests.attacks.scenarios import answer_with, route_of
from tests.attacks.test_objects import OBJECTS, as_others, cut_to, object_of
from tests.attacks.versions import client_of
from tests.attacks.world import World, copy_database
from tests.vault.client.people import Rewrite

pytestmark = pytest.mark.slow

OPEN = "POST /vaults/{vault}/accesses"
UPLOADS = "POST /vaults/{vault}/uploads"


def code_of(world: World, flow: str, rewrite: Rewrite) -> tuple[int, str]:
    """What a flow that must fail comes to; nothing is written, and the home is as before."""
    with world.restored(), world.server.hostile(rewrite):
        device, before, ran = run(world, FLOWS[flow])
    assert ran.status, ran.stdout
    assert not (device.folder / "out").exists()
    assert same_state(before, device.state())
    return ran.status, json.loads(ran.stdout)["error"]["code"]


def on_ledger(change: Callable[[Page], object]) -> Rewrite:
    def changed(page: Page) -> None:
        change(page)

    return rewriting(LEDGER, changed)


def test_d1_no_byte_before_its_tag(world: World) -> None:
    """D1: what is released on the way is authentic; a flip in the last chunk leaves nothing of the first."""
    whole = object_of(world, "b")
    for position in range(0, len(whole), max(1, len(whole) // 16)):
        OBJECTS["flip"] = whole[:position] + bytes([whole[position] ^ 128]) + whole[position + 1 :]
        assert code_of(world, "get", as_others("flip")) == (5, "tampered")


def test_d2_cut_at_borders(world: World) -> None:
    """D2: a short object is cut at every byte, at its nonce and at its chunk's border (larger ones:
    test_objects).
    """
    whole = object_of(world, "b")
    for length in (0, 1, 15, 16, 17, len(whole) - 17, len(whole) - 16, len(whole) - 1):
        assert code_of(world, "get", cut_to(length)) == (5, "tampered")


def _exchange(kind: str, member: str) -> Callable[[Page], None]:
    """Exchanges a member between the first two entries of a kind."""

    def change(page: Page) -> None:
        entries = [e for e in page["entries"] if header_of(e).kind == kind and member in e]
        entries[0][member], entries[1][member] = entries[1][member], entries[0][member]

    return change


@pytest.mark.parametrize("member", ["metadata", "statement", "signature", "salt", "header"])
def test_d3_exchanged_between_documents(world: World, member: str) -> None:
    """D3: names, types, dates, thumbnails, sections of two documents exchanged: they are one sealed block
    and signed.
    """
    for flow in ("list", "list_as_professional"):
        assert code_of(world, flow, on_ledger(_exchange("manifest", member))) == (5, "tampered")


def _answered(page: Page, _: object) -> Page:
    return page


def _put_header(header: str, answer: Any) -> None:
    answer["opened"][0]["header"] = header


def test_d3_header_of_another_version_or_document(world: World) -> None:
    """D3: the wrapped key of another document or of another version of the same one."""
    anne = world.vaults["anne"]
    opened = [e.authentic.json()["opened"][0] for e in anne.exchanges if route_of(e.request) == OPEN]
    headers = {one["header"] for one in opened if one["document"] != anne.documents["b"]}
    assert len(headers) > 2
    for header in headers:
        attack = rewriting(OPEN, partial(_put_header, header))
        assert code_of(world, "get", attack) == (5, "tampered")


def test_d4_fields_of_one_version_are_one_block(world: World) -> None:
    """D4: a version's metadata is sealed once, bound to its place: under another filing it does not open."""
    client = client_of(world.people["anne"].device)
    from vault.client.vaults import open_vault

    vault = open_vault(client)
    first, second = vault.documents()[:2]
    block = first.latest.filing.sealed
    assert block is not None
    moved = replace(second.latest, filing=replace(second.latest.filing, sealed=block))
    with pytest.raises(WrongKey):
        vault.metadata(moved)


def test_d4_no_decrypted_value_builds_an_address(world: World) -> None:
    """D4: titles and names that are addresses make no request: only known routes of the own server are
    asked.
    """
    device = world.device("anne")
    with world.restored(), world.server.hostile(None):
        path = device.write("https:..evil.example.txt", b"see http://evil.example/x")
        [added] = device.rows("add", path, "--title", "https://evil.example/?a=b")
        device.rows("list", "--search", "evil")
        device.json("get", added["id"], "-o", str(device.folder / "out"))
        device.json("export", str(device.folder / "in"))
        for exchange in world.server.exchanges:
            assert exchange.request.url.host == "127.0.0.1"
            assert b"evil" not in exchange.sent()
            assert "{" in route_of(exchange.request) or "/api/v1" not in route_of(exchange.request)


@pytest.mark.parametrize(
    "url", ["http://10.0.0.1/x", "file:///etc/passwd", "ftp://x/y", "//x", "http://169.254.169.254/"]
)
def test_d4_a_signed_url_is_no_errand_boy(world: World, url: str) -> None:
    """D4: where parts go straight to the store, the URL that the server names is https (or, at home, this
    machine).
    """

    def direct(request: httpx.Request, response: httpx.Response) -> httpx.Response:
        route = route_of(request)
        if route == UPLOADS and response.is_success:
            return answer_with(response, json.dumps({**response.json(), "transfer": "direct"}).encode())
        if route.endswith("/url"):
            return httpx.Response(200, json={"url": url, "headers": {"Authorization": "x"}, "expires": 2**33})
        return response

    with world.restored(), world.server.hostile(direct):
        _, _, ran = run(world, FLOWS["add_large"])
        assert (ran.status, json.loads(ran.stdout)["error"]["code"]) == (5, "malformed")
        assert {exchange.request.url.host for exchange in world.server.exchanges} == {"127.0.0.1"}


def _doubled(page: Page) -> None:
    page["entries"].insert(2, page["entries"][1])


def _another_patients(world: World) -> Callable[[Page], None]:
    other = next(e.authentic.json() for e in world.vaults["bela"].exchanges if route_of(e.request) == LEDGER)

    def change(page: Page) -> None:
        page["entries"].append(other["entries"][-1])
        page["cards"] += other["cards"]
        page["size"] += 1

    return change


def test_d5_rows_that_no_statement_covers(world: World) -> None:
    """D5: entries twice, from another vault, without a statement: refused and reported (forged ones: K10)."""
    for change in (_doubled, _another_patients(world)):
        for flow in ("list", "list_on_new_device", "list_as_professional"):
            assert code_of(world, flow, on_ledger(change)) == (5, "tampered")


def _drop(index: int, *, tidy: bool) -> Callable[[Page], None]:
    def change(page: Page) -> None:
        del page["entries"][index]
        if tidy:
            rechain(page)

    return change


@pytest.mark.parametrize("tidy", [False, True])
@pytest.mark.parametrize("index", [0, 1, 5, -1])
def test_d6_listing_cut_short(world: World, index: int, *, tidy: bool) -> None:
    """D6: an entry left out, also with every hash made right again: an error, never a shorter list."""
    for flow in ("list", "list_as_professional"):
        status, code = code_of(world, flow, on_ledger(_drop(index, tidy=tidy)))
        assert (status, code) in {(5, "tampered"), (5, "stale")}


@pytest.mark.parametrize(
    "page",
    [
        {"entries": [], "size": 0, "head": b64u(bytes(32)), "cards": []},
        {"entries": [], "size": 22, "head": b64u(bytes(32)), "cards": []},
        {},
        [],
        None,
    ],
    ids=str,
)
def test_d6_never_empty(world: World, page: object) -> None:
    """D6: an empty answer is never "no documents", not even on a device that saw nothing."""
    attack = rewriting(LEDGER, lambda _: page) if page is not None else raw(LEDGER, b"")
    for flow in ("list", "list_on_new_device", "list_as_professional"):
        assert code_of(world, flow, attack)[0] == 5


def test_d7_rollback_of_ledger_and_grants(world: World) -> None:
    """D7: an older ledger on a device that has seen more: stale; also before the revocation."""
    pages = [e.authentic.json() for e in world.vaults["anne"].exchanges if route_of(e.request) == LEDGER]
    from_start = [p for p in pages if p["entries"] and len(p["entries"]) == p["size"]]
    newest = max(page["size"] for page in pages)
    older = [page for page in from_start if page["size"] < newest]
    assert older
    for page in older:
        assert code_of(world, "list", rewriting(LEDGER, partial(_answered, page))) == (5, "stale")


def test_d7_an_acknowledged_change_that_is_not_there(world: World) -> None:
    """D7: the server says yes to a change and shows the ledger without it: an error. (A new document's
    entry is folded from the answer; that the ledger lacks it shows at the next look, as a rollback.)
    """
    from tests.attacks.world import Vault

    anne: Vault = world.vaults["anne"]
    pages = [e.authentic.json() for e in anne.exchanges if route_of(e.request) == LEDGER]
    last = {**pages[-1], "entries": []}
    for flow in ("revoke", "block", "refuse", "mask", "remove", "share_end", "grant_to"):
        with world.restored(), world.server.hostile(rewriting(LEDGER, lambda _: last, start=1)):
            _, _, ran = run(world, FLOWS[flow])
        assert ran.status == 5, flow


def test_d7_requests_replayed_have_no_effect(world: World) -> None:
    """D7: every change that was ever sent, sent once more with its session: nothing changes."""
    with world.restored(), world.server.hostile(None):
        before = _chains(world)
        sent = [e.request for vault in world.vaults.values() for e in vault.exchanges]
        for request in sent:
            if request.method in ("POST", "PUT") and "/uploads" not in request.url.path:
                answer = world.server.application.handle_request(
                    httpx.Request(
                        request.method, request.url, headers=request.headers, content=request.content
                    )
                )
                answer.read()
                if "/shl/" not in request.url.path and "/sessions" not in request.url.path:
                    # A document's commit may be repeated: it gives the entry that is there.
                    again = request.url.path.endswith(("/documents", "/deposits", "/objects"))
                    assert not answer.is_success or again, request.url
        after = _chains(world)
    assert {place: size for place, size in after.items() if place[1] == "ledger"} == {
        place: size for place, size in before.items() if place[1] == "ledger"
    }


def _chains(world: World) -> dict[tuple[str, str], int]:
    from tests.attacks.matrix import authentic_heads

    return {place: len(heads) for place, heads in authentic_heads(world).items()}


def test_d8_fork(world: World) -> None:
    """D8: two devices that were shown different futures: each refuses the other's, and their heads differ."""
    heads, devices = [], []
    other = world.database.with_suffix(".fork")
    with world.restored(), world.server.hostile(None):
        for name in ("x", "y"):
            device = world.device("anne")
            kept = device.copy(world.folder / f"fork-{name}")
            kept.json("add", kept.write(f"{name}.txt", name.encode()))
            shown = kept.run("journal", "--verify", "--json").stderr
            heads.append(next(line for line in shown.splitlines() if line.startswith("ledger:")))
            devices.append(kept)
            if name == "x":
                copy_database(world.database, other)
                copy_database(world.database.with_suffix(".kept"), world.database)
        assert heads[0] != heads[1]
        assert heads[0].split(":")[1] == heads[1].split(":")[1]
        assert devices[0].fails("list")[0] == 5
        copy_database(other, world.database)
        assert devices[0].rows("list")
        assert devices[1].fails("list")[0] == 5


def raw_bodies(document: Any) -> dict[str, bytes]:
    text = json.dumps(document)
    name = next(iter(document))
    return {
        "duplicate": (text[:-1] + f', "{name}": {json.dumps(document[name])}}}').encode(),
        "trailing": text.encode() + b"{}",
        "NaN": text.replace('"size": ', '"more": NaN, "size": ', 1).encode(),
        "infinity": text.replace('"size": ', '"more": -Infinity, "size": ', 1).encode(),
        "2^53": text.replace(f'"size": {document["size"]}', '"size": 9007199254740993', 1).encode(),
        "fraction": text.replace(f'"size": {document["size"]}', f'"size": {document["size"]}.5', 1).encode(),
        "negative": text.replace(f'"size": {document["size"]}', '"size": -1', 1).encode(),
        "padding": text.replace(document["head"], document["head"] + "=", 1).encode(),
        "other alphabet": text.replace(document["head"], "+/" + document["head"][2:], 1).encode(),
        "unused bits": text.replace(document["head"], document["head"][:-1] + "B", 1).encode(),
        "byte order mark": b"\xef\xbb\xbf" + text.encode(),
        "latin-1": text.encode()[:-1] + b', "x": "\xe9"}',
        "UTF-16": text.encode("utf-16"),
        "deep": b"[" * 200_000,
        "cut": text.encode()[:-1],
    }


def test_d11_bodies_that_parsers_read_differently(world: World) -> None:
    """D11: duplicate names, NaN, 2^53, padding, trailing bytes: refused (and in TypeScript:
    test_typescript).
    """
    page = ledger_page(world)
    for fault, body in raw_bodies(page).items():
        status, code = code_of(world, "list_on_new_device", raw(LEDGER, body))
        assert status == 5, fault
        assert code in {"malformed", "tampered", "limit_exceeded"}, fault


def ledger_page(world: World) -> Page:
    with world.restored(), world.server.hostile(None):
        run(world, FLOWS["list_on_new_device"])
        [found] = [e.given.json() for e in world.server.exchanges if route_of(e.request) == LEDGER]
    page: Page = found
    return page


HOSTILE_NAMES = [
    "../../.bashrc",
    "..",
    ".",
    "/etc/passwd",
    "CON",
    "con.txt",
    "a\x00b",
    "\u202egnp.exe",
    "x" * 5000,
    "a\nb",
]


@pytest.fixture
def hostile_author(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Makes the client of whoever adds a document seal what no reader may believe."""

    def install(**changes: Any) -> None:
        def seal(secret: Any, filing: Filing, meta: Metadata, **_: Any) -> bytes:
            record = {**write_record(meta), **changes}
            framed = frame(canonical(record, limit=4 << 20), floor=512)
            return Wrap(labels.METADATA).seal(secret.meta_key(), filing.context(), framed)

        monkeypatch.setattr(metadata, "seal", seal)

    return install


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_d12_names_stay_inside(world: World, hostile_author: Callable[..., None], name: str) -> None:
    """D12: a professional's client that seals a hostile name: no file outside of the folder, nothing
    overwritten.
    """
    doctor, anne = world.device("doctor"), world.vaults["anne"]
    patient = world.device("anne").copy(world.folder / "d12" / "home" / "anne")
    bait = world.folder / "d12" / ".bashrc"
    bait.write_bytes(b"what stood there")
    with world.restored(), world.server.hostile(None):
        hostile_author(name=name)
        ran = doctor.run(
            "add", doctor.write("x.txt", b"x"), "--section", "imaging", "--vault", anne.id, "--json"
        )
        if ran.status == 0:
            [added] = ran.json
            out = patient.folder / "out"
            status, _ = (
                patient.fails("get", added["id"], "-o", str(out))
                if name not in ("CON", "con.txt")
                else (0, "")
            )
            assert status in (0, 5)
            rows = {row["id"]: row for row in patient.rows("list")}
            assert len(rows) >= 4
        folder = patient.folder / "export"
        patient.run("export", str(folder), "--json")
    inside = {path for path in (world.folder / "d12").rglob("*") if path.is_file()}
    allowed = [folder, patient.folder / "home"]
    assert bait.read_bytes() == b"what stood there"
    for path in inside - {bait}:
        assert any(path.is_relative_to(place) for place in allowed), path
        assert path.name.split(".")[0].lower() not in ("con", "nul")
    shutil.rmtree(world.folder / "d12")
