"""The server's signing key is replaced while people have pins, and they go on (spec chapter 14)."""

import json
from collections.abc import Callable
from functools import partial

import httpx
import pytest
from sqlalchemy import select

from crypto.statement_keys import ServerSuccession
from crypto.successions import LEAD
from tests.vault.client.backups import verify
from tests.vault.client.conftest import Server
from tests.vault.client.people import Clock, Network, Person, changed
from vault import checkpoints, server_key, signing_keys
from vault.models.server import Succession

Rotate = Callable[..., None]


@pytest.fixture
def rotate(server: Server, clock: Clock) -> Rotate:
    """What `coffre admin rotate-key server` does; the node's own keys stay those of before for a while."""

    def run(overlap: int = signing_keys.OVERLAP) -> None:
        with server.database.writing() as session:
            signing_keys.rotate(session, overlap=overlap, now=clock())
            checkpoints.renew(session, clock())

    return run


@pytest.fixture
def share(patient: Person) -> Callable[[], None]:
    """A share is made and opened, which the server signs."""

    def run() -> None:
        document = patient.add("a.txt", b"a")
        link = patient.json("share", "new", document)["link"]
        patient.json("open", link, "-o", str(patient.folder / f"opened-{document}"))

    return run


def pin(person: Person) -> int:
    [file] = person.home.folder.glob("keys-*")
    return int(json.loads(file.read_bytes())["sequence"])


def published(server: Server) -> list[dict[str, str]]:
    with server.database.reading() as session:
        return [signed.to_wire() for signed in signing_keys.chain(session, ServerSuccession)]


def test_devices_follow_the_keys_and_refuse_to_go_back(
    patient: Person,
    server: Server,
    rotate: Rotate,
    run_job: Callable[[], int],
    share: Callable[[], None],
    network: Network,
    clock: Clock,
) -> None:
    share()
    run_job()
    assert "server-keys" not in verify(patient)
    rotate()
    one = published(server)
    assert "server-keys: 1 " in verify(patient), "the note that was there is signed anew"
    share()
    clock.time += LEAD
    share()
    run_job()
    verify(patient)
    clock.time += signing_keys.OVERLAP
    patient.log_in()
    run_job()
    verify(patient)
    rotate(0)
    clock.time += LEAD
    share()
    run_job()
    assert "server-keys: 2 " in verify(patient)
    assert pin(patient) == 2
    for older in (one, []):
        network.rewrite = changed("/server/keys", partial(dict.update, server=older))
        assert patient.fails("journal", "--verify") == (5, "stale")
        assert pin(patient) == 2


def test_a_bundle_carries_the_keys(
    patient: Person,
    person: Callable[[str], Person],
    rotate: Rotate,
    run_job: Callable[[], int],
    share: Callable[[], None],
    clock: Clock,
) -> None:
    before, after = (patient.folder / name for name in ("before.bundle", "after.bundle"))
    share()
    run_job()
    patient.json("journal", "--bundle", str(before))
    rotate()
    clock.time += LEAD
    share()
    run_job()
    patient.json("journal", "--bundle", str(after))
    stranger = person("stranger")
    for someone in (stranger, patient):
        for bundle in (before, after):
            ran = someone.run("journal", "--verify", "--bundle", str(bundle))
            assert ran.status == 0, ran
            told = someone is patient and bundle is before
            assert ("before the server's key was replaced" in ran.stderr) is told
    lines = after.read_bytes().splitlines(keepends=True)
    without = [line for line in lines if not line.startswith(b'{"succession"')]
    assert len(without) == len(lines) - 1
    for changed_lines, error in (
        (without, (2, "malformed")),
        ([lines[0].replace(b'"version":2', b'"version":1'), *lines[1:]], (2, "malformed")),
        ([without[0].replace(b'"version":2', b'"version":1'), *without[1:]], (5, "tampered")),
    ):
        after.write_bytes(b"".join(changed_lines))
        assert stranger.fails("journal", "--verify", "--bundle", str(after)) == error


def test_a_server_from_before_has_no_chain(
    patient: Person, run_job: Callable[[], int], rotate: Rotate, network: Network
) -> None:
    def older(request: httpx.Request, response: httpx.Response) -> httpx.Response:
        if not request.url.path.endswith("/server/keys"):
            return response
        content = b'{"error":{"code":"not_found","message":"There is no such thing."}}'
        return httpx.Response(404, headers={"content-type": "application/json"}, content=content)

    run_job()
    network.rewrite = older
    verify(patient)
    network.rewrite = None
    rotate()
    verify(patient)
    network.rewrite = older
    assert patient.fails("journal", "--verify") == (5, "stale")


def test_the_old_secret_is_destroyed_when_its_time_is_over(
    server: Server, rotate: Rotate, run_job: Callable[[], int], clock: Clock, patient: Person
) -> None:
    run_job()
    rotate()

    def kept() -> tuple[int, int]:
        with server.database.reading() as session:
            found = signing_keys.load(session)
            assert server_key.load(session, clock).public == found.keys.first
            secrets = session.execute(select(Succession.seed, Succession.seed_before)).one()
            return len(found.noting(clock())), sum(secret is not None for secret in secrets)

    clock.time += LEAD + signing_keys.OVERLAP - 1
    run_job()
    assert kept() == (2, 2)
    clock.time += 1
    run_job()
    assert kept() == (1, 1)
    patient.log_in()
    verify(patient)
