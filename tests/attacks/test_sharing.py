"""Attacks on links, readers and the journal: L1, L2, L4, L5, L6, L8, L9."""

import json
import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import click
import httpx
import pytest

from crypto import metadata as sealed_metadata
from crypto.document import open_header
from crypto.encoding import DocumentId, VaultId, b64u, unb64u
from crypto.errors import CoffreError
from crypto.sections import Filing
from crypto.statements import Grant, InVault, Manifest, parse, parts_digest, sign
from tests.attacks.flows import FLOWS, SERVER, run
from tests.attacks.forging import (
    ACCESSES,
    LEDGER,
    Page,
    append_signed,
    header_of,
    raw,
    rechain,
    rewriting,
    statement_of,
    with_statement,
)
from tests.attacks.oracles import fragment_secrets, leaks
from tests.attacks.people import Device
from tests.attacks.scenarios import route_of
from tests.attacks.versions import client_of
from tests.attacks.world import World
from tests.through import through
from tests.vault.client.people import ORIGIN
from vault.client.api import MAX_ANSWER, Api
from vault.client.errors import ClientError
from vault.client.main import coffre
from vault.client.vaults import open_vault

pytestmark = pytest.mark.slow

YEAR = 366 * 86400


def refused(
    world: World, flow: str, change: Callable[[Any], Any], route: str = LEDGER, start: int = 0
) -> str:
    """The code with which a flow fails; always an integrity failure."""
    with world.restored(), world.server.hostile(rewriting(route, change, start=start)):
        _, _, ran = run(world, FLOWS[flow])
    assert ran.status == 5, ran
    code: str = json.loads(ran.stdout)["error"]["code"]
    return code


def test_l1_fragments_stay_on_the_device(world: World) -> None:
    """L1: making, opening and redeeming links sends nothing of what stands behind the `#`."""
    anne = world.vaults["anne"]
    with world.restored(), world.server.hostile(None):
        device = world.device("anne")
        given = device.shown("grant", "new", "--invite", "--sections", "dental")
        shared = device.shown("share", "new", anne.documents["b"])
        run(world, FLOWS["redeem"])
        run(world, FLOWS["open_link"])
        links = (given["invitation"], shared["link"], anne.invitation, anne.link)
        assert leaks(world.server.exchanges, fragment_secrets(*links)) == []
        assert not any("#" in str(e.request.url) for e in world.server.exchanges)
        assert not any("referer" in e.request.headers for e in world.server.exchanges)


def test_l2_openings_are_counted_side_by_side(world: World) -> None:
    """L2: a link for two openings opens twice, however many ask at once; an invitation is redeemed once."""
    with world.restored(), world.server.hostile(None):
        device = world.device("anne")
        share = device.shown("share", "new", world.vaults["anne"].documents["b"], "--max-openings", "2")
        url = json.loads(unb64u(share["link"].partition("shlink:/")[2]))["url"]
        before = sum(row["kind"] == "opening" for row in device.rows("journal"))

        def ask(_: int) -> int:
            with httpx.Client(transport=world.server.application) as client:
                return client.post(url, json={"recipient": "many"}).status_code

        with ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(ask, range(24)))
        assert answers.count(200) <= 2
        assert set(answers) <= {200, 404, 429, 503}
        assert run(world, FLOWS["redeem"])[2].status == 0
        rogue = world.device("rogue")
        status, code = rogue.fails("grant", "redeem", world.vaults["anne"].invitation)
        assert (status, code) == (4, "used")
        rows = device.rows("journal")
        assert sum(row["kind"] == "opening" for row in rows) == before + answers.count(200)


def test_l4_nothing_made_after_the_end_opens(world: World) -> None:
    """L4: with every key that a former reader had and all that the server holds, nothing newer opens."""
    anne = world.vaults["anne"]
    former = world.people["former-before"].device
    with world.restored(), world.server.hostile(None):
        device = world.device("anne")
        world_before = world.database
        path = device.write("after.txt", b"after the end")
        [added] = device.rows("add", path, "--section", "imaging")
        device.json("file", anne.documents["c"], "--section", "vision")
        keys = _keys_of(former, world, anne.id)
        assert keys
        vault = open_vault(client_of(device))
        with sqlite3.connect(world_before) as connection:
            rows = list(connection.execute("SELECT document, header FROM versions"))
        connection.close()
        for identifier in (added["id"], anne.documents["c"]):
            version = vault.document(identifier).latest
            headers = [bytes(header) for document, header in rows if document == identifier]
            assert headers
            for secret in keys:
                for epoch in (secret.epoch, version.filing.epoch):
                    place = version.filing
                    filing = Filing(VaultId(anne.id), place.section, epoch, DocumentId(identifier), 1)
                    for header in headers:
                        with pytest.raises(CoffreError):
                            open_header(header, secret, filing)
                    with pytest.raises(CoffreError):
                        sealed_metadata.open_sealed(secret, filing, place.sealed or b"")


def _keys_of(former: Device, world: World, vault: str) -> list[Any]:
    """The section secrets in the former reader's bundles, as the server handed them out."""
    from crypto import age_file

    identity = client_of(former).keyring.age_identity()
    found = []
    for exchange in world.vaults["anne"].exchanges:
        if route_of(exchange.request) != "GET /grants/{grant}/bundle" or not exchange.authentic.is_success:
            continue
        try:
            data = age_file.open_bytes(unb64u(exchange.authentic.json()["bundle"]), [identity])
        except CoffreError:
            continue
        from crypto.sections import SectionSecret

        for held in json.loads(data)["sections"].values():
            found.append(SectionSecret(held["epoch"], unb64u(held["secret"])))
    assert vault
    return found


def forged_by_a_former_reader(world: World, back: int) -> Callable[[Page], None]:
    """Appends a document that a former reader signed, dated `back` seconds ago."""
    former = client_of(world.people["former"].device)

    def inject(page: Page) -> None:
        shown = next(s for s in map(statement_of, page["entries"]) if isinstance(s, Manifest))

        def make(seq: int, prev: bytes) -> InVault:
            parts = (bytes(32),)
            return Manifest(
                author=former.me,
                time=world.clock() - back,
                vault=shown.vault,
                seq=seq,
                prev=prev,
                digest=parts_digest(parts),
                document=DocumentId(shown.document[::-1]),
                epoch=1,
                header=bytes(32),
                length=1000,
                metadata=bytes(32),
                part_size=8 << 20,
                parts=parts,
                section=shown.section,
                version=1,
                author_metadata=bytes(32),
            )

        append_signed(page, make, former.signing)

    return inject


@pytest.mark.parametrize("back", [0, 86400])
def test_l4_a_former_reader_forges_nothing(world: World, back: int) -> None:
    """L4: a former reader signs a document, dated now or before the end, and the server appends it:
    refused.
    """
    assert refused(world, "list", forged_by_a_former_reader(world, back)) == "tampered"


GRANT_FIELDS: dict[str, Callable[[Any], Any]] = {
    "not_after": lambda value: value + 3600,
    "not_before": lambda value: value - 3600,
    "rights": lambda value: ["add", "read"] if value != ["add", "read"] else ["read"],
    "sections": lambda value: value[:-1] or value + value,
    "sequence": lambda value: value + 1,
    "grant": lambda value: value[::-1],
    "bundle": lambda value: b64u(bytes(32)),
    "vault": lambda value: value[::-1],
    "author": lambda value: value[::-1],
    "time": lambda value: value - 1,
    "redeem": lambda value: {**value, "not_after": value["not_after"] + 60},
}


def widened(world: World, name: str) -> Callable[[Page], None]:
    """Changes a field of the first grant that has it, signed by an attacker, with every hash made right."""

    def widen(page: Page) -> None:
        for index, entry in enumerate(page["entries"]):
            if "statement" in entry and header_of(entry).kind == "grant":
                said = json.loads(unb64u(entry["statement"]))
                if name in said:
                    said[name] = GRANT_FIELDS[name](said[name])
                    body = json.dumps(
                        said, separators=(",", ":"), sort_keys=True, ensure_ascii=False
                    ).encode()
                    key = client_of(world.people["rogue"].device).signing
                    try:
                        forged = sign(parse(Grant, body), key)
                    except CoffreError:
                        forged = None
                    entry["statement"] = b64u(body)
                    if forged is not None:
                        page["entries"][index] = with_statement(entry, forged)
                    rechain(page)
                    return

    return widen


@pytest.mark.parametrize("name", GRANT_FIELDS)
def test_l5_each_field_of_a_grant(world: World, name: str) -> None:
    """L5: a grant with a longer term, more sections, more rights: both sides refuse."""
    for flow in ("list", "list_as_professional"):
        refused(world, flow, widened(world, name))


def test_l5_a_clock_that_goes_back_extends_nothing(world: World) -> None:
    """L5: after entries newer than its end a professional's client does not use a grant, whatever clocks
    say.
    """
    anne = world.vaults["anne"]
    with world.restored(), world.server.hostile(None):
        doctor = world.device("doctor")
        start = world.clock.time
        world.clock.time = start + YEAR
        again = world.fresh("anne")
        again.json("login", *SERVER, "--email", again.email)
        again.rows("list")
        world.clock.time = start
        status, code = doctor.fails("list", "--vault", anne.id)
        assert (status, code) in {(4, "ended"), (4, "forbidden"), (5, "stale"), (5, "tampered")}


def _options(command: click.Command) -> Iterator[str]:
    for parameter in command.params:
        yield from parameter.opts
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            if name not in ("serve", "admin") and (child := command.get_command(context, name)) is not None:
                yield from _options(child)


def test_l6_no_option_to_go_on_anyway() -> None:
    """L6: no command has a way to take what was not verified (the paths themselves: test_objects, the
    matrix).
    """
    found = {option.strip("-") for option in _options(coffre)}
    assert {"vault", "section"} <= found
    words = ("force", "insecure", "ignore", "skip", "unverified", "anyway", "no-verify", "unsafe", "trust")
    assert not [option for option in found if any(word in option for word in words)]


class Endless(httpx.BaseTransport):
    """Answers without end, and counts what was taken of it."""

    def __init__(self, headers: dict[str, str], status: int = 200) -> None:
        self.taken = 0
        self.headers = headers
        self.status = status

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        def pieces() -> Iterator[bytes]:
            while True:
                self.taken += 1 << 20
                yield b"[" * (1 << 20)

        return httpx.Response(self.status, headers=self.headers, content=pieces())


@pytest.mark.parametrize("status", [200, 500])
def test_l8_answers_without_end(status: int) -> None:
    """L8: an answer that never ends is left at the limit, with one error."""
    endless = Endless({"Content-Type": "application/json"}, status)
    api = Api(ORIGIN, network=through(endless), sleep=lambda _: None)
    with pytest.raises(ClientError) as error:
        api.get("/server")
    assert error.value.code in {"limit_exceeded", "unreachable"}
    assert endless.taken <= 6 * MAX_ANSWER
    api.close()


def test_l8_ranges_without_end() -> None:
    """L8: an object's range gives exactly the bytes that were asked for, or is left there."""
    endless = Endless({"Content-Type": "application/octet-stream"}, 206)
    api = Api(ORIGIN, network=through(endless))
    with pytest.raises(ClientError) as error:
        api.download("/x", memoryview(bytearray(100)), start=0)
    assert error.value.code == "limit_exceeded"
    assert endless.taken <= 2 << 20
    api.close()


def test_l8_compressed_answers() -> None:
    """L8: compression was not asked for; a bomb is not unpacked."""
    endless = Endless({"Content-Type": "application/json", "Content-Encoding": "gzip"})
    api = Api(ORIGIN, network=through(endless))
    with pytest.raises(ClientError) as error:
        api.get("/server")
    assert error.value.code == "malformed"
    assert endless.taken == 0
    api.close()


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 100_000,
        b'{"entries":' + b"[" * 50_000,
        b'{"size":' + b"9" * 100_000 + b"}",
        b'{"cards":[],"size":1000000,"head":"' + b"A" * 43 + b'","entries":[' + b"{}," * 200_000 + b"{}]}",
    ],
    ids=["brackets", "nested", "number", "entries"],
)
def test_l8_shapes_that_exhaust(world: World, body: bytes) -> None:
    """L8: nesting, long numbers, a list of hundreds of thousands: one error."""
    with world.restored(), world.server.hostile(raw(LEDGER, body)):
        _, _, ran = run(world, FLOWS["list"])
    assert (ran.status, json.loads(ran.stdout)["error"]["code"]) == (5, "malformed")


@pytest.mark.parametrize("size", [0, 1, (5 << 20) - 1, (5 << 20) + 1, 1 << 40, (1 << 53) - 1])
def test_l8_absurd_part_sizes(world: World, size: int) -> None:
    """L8: a part size that would take all memory, or send byte by byte: refused before a byte is sealed."""

    def change(answer: Any) -> None:
        answer["limits"]["part_size"] = size

    with world.restored(), world.server.hostile(rewriting("GET /server", change)):
        _, _, ran = run(world, FLOWS["add"])
        assert (ran.status, json.loads(ran.stdout)["error"]["code"]) == (5, "limit_exceeded")
        assert not any(e.request.method == "PUT" for e in world.server.exchanges)


def _reorder(page: Page) -> None:
    page["entries"][-1], page["entries"][-2] = page["entries"][-2], page["entries"][-1]


def _reorder_tidily(page: Page) -> None:
    _reorder(page)
    rechain(page)


def _back_date(page: Page) -> None:
    from dataclasses import replace

    entry = page["entries"][-1]
    header = header_of(entry)
    entry["header"] = b64u(replace(header, time=header.time - 86400).to_bytes())
    rechain(page)


def _dropped(index: int, *, tidy: bool = False) -> Callable[[Page], None]:
    def change(page: Page) -> None:
        del page["entries"][index]
        if tidy:
            rechain(page)

    return change


REWRITTEN: dict[str, Callable[[Page], None]] = {
    "last dropped": _dropped(-1),
    "last dropped, tidily": _dropped(-1, tidy=True),
    "middle dropped": _dropped(2),
    "middle dropped, tidily": _dropped(2, tidy=True),
    "reordered": _reorder,
    "reordered, tidily": _reorder_tidily,
    "back-dated": _back_date,
    "doubled": lambda page: page["entries"].append(page["entries"][-1]),
    "emptied": lambda page: page.update(entries=[], size=0),
}


@pytest.mark.parametrize("fault", REWRITTEN)
def test_l9_the_journal_suppressed_or_rewritten(world: World, fault: str) -> None:
    """L9: accesses dropped, reordered, back-dated, doubled: the patient's client finds it."""
    assert refused(world, "journal", REWRITTEN[fault], ACCESSES) in {"tampered", "stale"}
    # The first page of the ledger holds nothing that is new to this device.
    assert refused(world, "journal", REWRITTEN[fault], LEDGER, start=1) in {"tampered", "stale"}


def test_l9_another_patients_journal(world: World) -> None:
    """L9: accesses of another vault replayed."""
    pages = [e.authentic.json() for e in world.vaults["bela"].exchanges if route_of(e.request) == ACCESSES]
    page = next(page for page in reversed(pages) if page["entries"])
    assert refused(world, "journal", lambda _: page, ACCESSES) in {"tampered", "stale"}


def test_l9_a_forked_journal(world: World) -> None:
    """L9: another future of the accesses than the one that this device has seen."""
    pages = [e.authentic.json() for e in world.vaults["anne"].exchanges if route_of(e.request) == ACCESSES]
    older = next(page for page in pages if page["entries"])
    assert refused(world, "journal", lambda _: older, ACCESSES) in {"tampered", "stale"}
