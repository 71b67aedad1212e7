"""The server's signing key is replaced while people have pins, and they go on (spec chapter 14)."""

import json
from collections.abc import Callable
from functools import partial

import httpx
import pytest
from sqlalchemy import select

from crypto.encoding import b64u
from crypto.statement_keys import DirectorySuccession, ServerSuccession
from crypto.successions import LEAD
from tests.vault.client.backups import verify
from tests.vault.client.conftest import Server
from tests.vault.client.people import RPPS, Clock, Network, Person, changed
from vault import checkpoints, server_key, signing_keys
from vault.admin import directory_keys
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


@pytest.mark.slow
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


@pytest.mark.slow
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
    # A vault made since names the first key too, and its openings are of the one that followed.
    late = person("late")
    late.sign_up()
    link = late.json("share", "new", late.add("b.txt", b"b"))["link"]
    stranger.json("open", link, "-o", str(stranger.folder / "opened"))
    run_job()
    own = late.folder / "own.bundle"
    late.json("journal", "--bundle", str(own))
    for someone in (stranger, late):
        assert someone.run("journal", "--verify", "--bundle", str(own)).status == 0
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


@pytest.mark.slow
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


def test_the_directory_s_next_key_is_followed_and_no_other(
    patient: Person,
    professional: Person,
    person: Callable[[str], Person],
    server: Server,
    decide: Callable[[str, str], None],
    network: Network,
    clock: Clock,
) -> None:
    decide(RPPS, "verified")
    late = person("late")
    late.sign_up()
    for someone in (patient, late):
        assert someone.json("directory", RPPS)["state"] == "verified"
    pinned = patient.json("directory")["key"]
    file = server.config.directory.key_file
    with server.database.writing() as session:
        made = directory_keys.rotate(session, file, overlap=directory_keys.OVERLAP, now=clock())
    directory_keys.put_in_place(file, made.sequence)
    assert patient.json("directory", RPPS)["state"] == "verified"
    found = patient.json("directory")
    assert (found["key"], found["followed"]) == (b64u(made.key), 1)
    network.rewrite = changed("/server", partial(dict.update, directory_key=pinned))
    assert patient.fails("directory") == (5, "key_changed")
    # Whoever pinned the first key alone is asked, as long as the chain is left out or does not hold.
    for wrong in ([], [{**made_wire(server), "signature": b64u(bytes(64))}]):
        network.rewrite = changed("/server/keys", partial(dict.update, directory=wrong))
        assert late.fails("directory", RPPS) == (5, "key_changed")
    network.rewrite = None
    assert late.json("directory", RPPS)["state"] == "verified"
    decide(RPPS, "verified")
    assert late.json("directory", RPPS)["state"] == "verified", "the new key signs on"


def made_wire(server: Server) -> dict[str, str]:
    with server.database.reading() as session:
        return signing_keys.chain(session, DirectorySuccession)[-1].to_wire()


def test_a_damaged_pin_is_said(patient: Person, rotate: Rotate) -> None:
    rotate()
    verify(patient)
    [file] = patient.home.folder.glob("keys-*")
    file.write_text('{"sequence": 1}')
    assert patient.fails("journal", "--verify") == (2, "usage")
