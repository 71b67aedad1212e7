"""L3: what lingers after the end of a right: every address, answer, session and wrap that a former reader
ever got."""

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from crypto import metadata as sealed_metadata
from crypto.document import open_header
from crypto.encoding import DocumentId, VaultId, unb64u
from crypto.errors import CoffreError
from crypto.sections import Filing, SectionSecret
from storage.local import LocalStore
from tests.attacks.people import Device
from tests.attacks.versions import client_of
from tests.attacks.world import World
from tests.vault.client.people import ORIGIN
from vault.client.granted import secrets_of
from vault.client.vaults import open_vault
from vault.database import Database
from vault.retention import sweep
from web.downloads import RECHECK_SECONDS

pytestmark = pytest.mark.slow

YEAR = 366 * 86400


def _revoke(world: World, anne: Device) -> None:
    anne.json("grant", "revoke", world.vaults["anne"].grants["doctor"])


def _block(world: World, anne: Device) -> None:
    anne.json("grant", "block", world.fingerprints["doctor"])


def _expire(world: World, _: Device) -> None:
    world.clock.time += YEAR


ENDS: dict[str, Callable[[World, Device], None]] = {"revoked": _revoke, "blocked": _block, "expired": _expire}


def _work(world: World) -> list[httpx.Request]:
    """A reader's whole day: lists, opens, reads, writes, asks; every request it made."""
    anne = world.vaults["anne"]
    doctor = world.device("doctor")
    own = ("--vault", anne.id)
    doctor.json("list", *own)
    for letter in ("a", "b", "d", "g"):
        doctor.json("get", anne.documents[letter], "-o", str(doctor.folder / letter), *own)
    doctor.json("add", doctor.write("new.txt", b"x" * 100), "--section", "imaging", *own)
    return [exchange.request for exchange in world.server.exchanges]


def _again(world: World, request: httpx.Request) -> int:
    headers = [
        (name, value) for name, value in request.headers.multi_items() if name.lower() != "content-length"
    ]
    copy = httpx.Request(request.method, request.url, headers=headers, content=request.content)
    response = world.server.application.handle_request(copy)
    response.read()
    return response.status_code


def _is_vaults(request: httpx.Request, vault: str, grant: str) -> bool:
    path = request.url.path
    return vault in path or grant in path


@pytest.mark.parametrize("end", ENDS)
def test_l3_every_request_of_a_former_reader_is_dead(world: World, end: str) -> None:
    """L3: each request that a reader sent to the vault while it could, sent again within 60 seconds of the
    end."""
    anne = world.vaults["anne"]
    with world.restored(), world.server.hostile(None):
        requests = _work(world)
        touched = [one for one in requests if _is_vaults(one, anne.id, anne.grants["doctor"])]
        assert len(touched) > 15
        # Reads work as often as one likes before the end: it is the end that stops them.
        assert {_again(world, one) for one in touched if one.method == "GET"} <= {200, 206}
        before = _entries(world)
        ENDS[end](world, world.device("anne"))
        after = _entries(world)
        world.clock.time += 60
        statuses = {(one.method, one.url.path): _again(world, one) for one in touched}
        assert not {where for where, status in statuses.items() if status < 400}
        assert _entries(world) == after
        assert after >= before
        # A fresh session opens nothing either, and the list says that it is over.
        again = world.fresh("doctor")
        again.json("login", "--server", ORIGIN, "--email", again.email)
        assert again.fails("list", "--vault", anne.id) == (4, "ended")
        rows = [row for row in again.rows("vaults", "--all") if row["vault"] == anne.id]
        assert [row["state"] for row in rows] == ["expired" if end == "expired" else "revoked"]


def _entries(world: World) -> int:
    with sqlite3.connect(world.database) as connection:
        (count,) = connection.execute(
            "SELECT count(*) FROM entries WHERE vault = ?", (world.vaults["anne"].id,)
        ).fetchone()
    connection.close()
    return int(count)


def test_l3_the_bundle_is_gone_from_the_server(world: World, tmp_path: Path) -> None:
    """L3: the wrap itself: deleted at once when taken back; by the sweep of any node when the term ends."""
    anne = world.vaults["anne"]
    with world.restored(), world.server.hostile(None):
        assert _bundles(world) >= {anne.grants["doctor"], anne.grants["nurse"]}
        world.device("anne").json("grant", "revoke", anne.grants["doctor"])
        assert anne.grants["doctor"] not in _bundles(world)
        world.clock.time += YEAR
        # An empty store: shares end in that year as well, and what is swept of the world's is not put back.
        store = LocalStore(tmp_path)
        nodes = [Database.open(f"sqlite:///{world.database}") for _ in range(2)]
        for node in nodes:
            sweep(node, store, world.clock)
            node.close()
        store.close()
        assert not _bundles(world) & set(anne.grants.values())


def _bundles(world: World) -> set[str]:
    with sqlite3.connect(world.database) as connection:
        found = {row[0] for row in connection.execute("SELECT id FROM grants WHERE bundle IS NOT NULL")}
    connection.close()
    return found


@pytest.mark.parametrize("end", ["revoked", "expired", "session"])
def test_l3_a_slow_download_is_cut(world: World, end: str) -> None:
    """L3: a download that was begun before the end does not go on for as long as somebody reads slowly."""
    anne = world.vaults["anne"]
    with world.restored(), world.server.hostile(None):
        doctor = world.device("doctor")
        own = ("--vault", anne.id)
        path = world.device("anne").write("large.bin", b"\x07" * (3 << 20))
        [added] = world.device("anne").rows("add", path, "--section", "imaging")
        doctor.json("get", added["id"], "-o", str(doctor.folder / "out"), *own)
        asked = next(
            e.request for e in reversed(world.server.exchanges) if e.request.url.path.endswith("/object")
        )
        headers = [(name, value) for name, value in asked.headers.multi_items() if name.lower() != "range"]
        response = world.server.application.handle_request(httpx.Request("GET", asked.url, headers=headers))
        announced = int(response.headers["content-length"])
        pieces = response.iter_raw()
        taken = len(next(pieces))
        if end == "session":
            doctor.json("logout")
        else:
            ENDS[end](world, world.device("anne"))
        world.clock.time += RECHECK_SECONDS
        taken += sum(len(piece) for piece in _until_it_breaks(pieces))
        assert taken < announced // 2
        response.close()


def _until_it_breaks(pieces: Iterator[bytes]) -> Iterator[bytes]:
    try:
        yield from pieces
    except httpx.HTTPError:
        return


def test_l4_nothing_opens_that_was_made_before_the_patient_comes_back(world: World) -> None:
    """L4: between the end of a right and the patient's next unlock, what the other professionals add opens
    with no key that the former reader holds, and the former reader has the whole server.
    """
    anne = world.vaults["anne"]
    with world.restored(), world.server.hostile(None):
        device = world.device("anne")
        short = device.shown("grant", "new", "--invite", "--sections", "imaging", "--until", "2027-02-10")
        novice, doctor = world.device("novice"), world.device("doctor")
        novice.json("grant", "redeem", short["invitation"])
        device.json("list")
        novice.json("list", "--vault", anne.id)
        former = client_of(novice)
        keys = secrets_of(open_vault(former, VaultId(anne.id)).bundles.values())
        assert keys
        world.clock.time = 1_803_000_000
        doctor.json("login", "--server", ORIGIN, "--email", doctor.email)
        path = doctor.write("after.txt", b"made after the end")
        [added] = doctor.rows("add", path, "--section", "imaging", "--vault", anne.id)
        assert added.get("deposited")
        with sqlite3.connect(world.database) as connection:
            rows = list(
                connection.execute(
                    "SELECT section, epoch, header, metadata_sealed FROM versions WHERE document = ?",
                    (added["id"],),
                )
            )
        connection.close()
        assert rows
        for section, epoch, header, sealed in rows:
            for secret in keys.values():
                for number in {epoch, secret.epoch, 1}:
                    filing = Filing(VaultId(anne.id), section, number, DocumentId(added["id"]), 1)
                    tried = SectionSecret(number, secret.secret)
                    with pytest.raises(CoffreError):
                        open_header(bytes(header), tried, filing)
                    with pytest.raises(CoffreError):
                        sealed_metadata.open_sealed(tried, filing, bytes(sealed or b""))
        owner = world.device("anne")
        owner.json("login", "--server", ORIGIN, "--email", owner.email)
        [row] = [row for row in owner.rows("list") if row["id"] == added["id"]]
        owner.json("get", row["id"], "-o", str(owner.folder / "out"))
        assert (owner.folder / "out").read_bytes() == b"made after the end"


def test_l3_recorded_answers_hold_no_newer_wrap(world: World) -> None:
    """L3: nothing in the answers that a former reader kept opens what was sealed after the end."""
    with world.restored(), world.server.hostile(None):
        _work(world)
        # With nothing cached an answer holds the whole ledger.
        doctor = world.device("doctor")
        for path in doctor.home.folder.glob("cache-*"):
            path.unlink()
        doctor.json("list", "--vault", world.vaults["anne"].id)
        device = world.device("anne")
        answers = [exchange.authentic for exchange in world.server.exchanges]
        kept = [answer.content for answer in answers]
        _revoke(world, device)
        [added] = device.rows("add", device.write("later.txt", b"later"), "--section", "imaging")
        with sqlite3.connect(world.database) as connection:
            [(header,)] = connection.execute("SELECT header FROM versions WHERE document = ?", (added["id"],))
        connection.close()
        assert not any(bytes(header) in content for content in kept)
        # By type, not by its first byte: one object in 256 begins with a brace.
        pages = [one.json() for one in answers if one.headers.get("Content-Type") == "application/json"]
        statements = [unb64u(e["statement"]) for p in pages for e in p.get("entries", []) if "statement" in e]
        assert len(statements) > 5
        assert not any(added["id"].encode() in statement for statement in statements)
