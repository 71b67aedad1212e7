"""Rotations that two devices do at once, that break at any step and are finished elsewhere, and their
limits."""

import shutil
from collections.abc import Callable

import httpx
import pytest

from crypto.encoding import GrantId
from tests.through import through
from tests.vault.client.people import OTHER_RPPS, Clock, Network, Person
from vault.client import grants
from vault.client.client import Client
from vault.client.errors import ServerRefused
from vault.client.terminal import Terminal
from vault.client.vaults import OpenVault, open_vault


def opened(person: Person) -> OpenVault:
    environment = {"COFFRE_HOME": str(person.folder / "home")}
    return open_vault(Terminal(environment, network=through(person.network), clock=person.clock).client())


def client_of(person: Person) -> Client:
    return opened(person).client


def bind(patient: Person, professional: Person, *extra: str) -> GrantId:
    given = patient.json("grant", "new", "--invite", "--sections", "imaging", *extra)
    professional.json("grant", "redeem", given["invitation"])
    return GrantId(given["id"])


@pytest.fixture
def second(patient: Person, person: Callable[[str], Person]) -> Person:
    """The patient's other device, in the very state of the first one."""
    found = person("second")
    found.email = patient.email
    shutil.copytree(patient.folder / "home", found.folder / "home")
    return found


@pytest.fixture
def remaining(person: Callable[[str], Person]) -> Person:
    """A reader who stays."""
    found = person("remaining")
    found.sign_up_professional(OTHER_RPPS)
    return found


@pytest.mark.slow
def test_two_devices_rotate_at_once(
    patient: Person, professional: Person, remaining: Person, second: Person, network: Network, clock: Clock
) -> None:
    """While the first device's rotation is on its way, the second one does the same: one epoch, one
    secret."""
    bind(patient, professional, "--until", "2027-02-01")
    bind(patient, remaining)
    before = patient.add("a.txt", b"before", "--section", "imaging")
    clock.time += 20 * 24 * 3600
    patient.log_in()
    second.log_in()
    remaining.log_in()
    met: list[bool] = []

    def meanwhile(request: httpx.Request, response: httpx.Response) -> httpx.Response:
        # The pending secrets of the first one have just been written: the second one unlocks now.
        if request.method == "PUT" and request.url.path.endswith("/keyring") and not met:
            met.append(True)
            assert second.run("list").status == 0
        return response

    network.rewrite = meanwhile
    patient.json("list")
    network.rewrite = None
    assert met
    devices = [opened(patient), opened(second)]
    [section] = {one.section("imaging") for one in devices}
    assert [one.state.sections[section].epoch for one in devices] == [2, 2]
    assert devices[0].secrets[section] == devices[1].secrets[section]
    assert client_of(patient).keyring.vault == client_of(second).keyring.vault
    assert [row["kind"] for row in patient.json("journal")].count("rotation") == 1
    after = second.add("b.txt", b"after", "--section", "imaging")
    assert {row["id"] for row in remaining.json("list")} == {before, after}
    for identifier, content in ((before, b"before"), (after, b"after")):
        for who in (patient, remaining):
            out = who.folder / identifier
            who.json("get", identifier, "-o", str(out))
            assert out.read_bytes() == content


@pytest.mark.slow
@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("step", [("PUT", "/keyring", 1), ("POST", "/rotations", 1), ("PUT", "/keyring", 2)])
def test_a_rotation_that_broke_is_finished_on_the_other_device(
    patient: Person,
    professional: Person,
    remaining: Person,
    second: Person,
    network: Network,
    step: tuple[str, str, int],
    when: str,
) -> None:
    """Closed at any step: the other device finishes it, and no secret is lost."""
    before = patient.add("a.txt", b"before", "--section", "imaging")
    grant = bind(patient, professional)
    bind(patient, remaining)
    method, path, number = step
    met = 0
    inner = network.inner

    class Broken(httpx.BaseTransport):
        def handle_request(self, request: httpx.Request) -> httpx.Response:
            nonlocal met
            hit = request.method == method and request.url.path.endswith(path)
            met += hit
            if hit and met >= number and when == "before":
                raise httpx.ConnectError("closed")
            response = inner.handle_request(request)
            if hit and met >= number:
                raise httpx.ReadError("closed")
            return response

    network.inner = Broken()
    assert patient.run("grant", "revoke", grant, "--json").status == 6
    network.inner = inner
    assert met >= number
    second.json("list")
    vault = opened(second)
    section = vault.section("imaging")
    assert vault.state.sections[section].epoch == 2
    assert vault.secrets[section].epoch == 2
    after = second.add("b.txt", b"after", "--section", "imaging")
    for who in (patient, second, remaining):
        assert {row["id"] for row in who.json("list")} == {before, after}
        who.json("get", after, "-o", str(who.folder / "out"))
        assert (who.folder / "out").read_bytes() == b"after"
    assert opened(patient).secrets[section] == vault.secrets[section]


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("--until", "2031-01-01"), (2, "limit_exceeded")),
        (("--until", "2020-06-01"), (2, "malformed")),
    ],
)
def test_a_renewal_has_the_limits_of_a_grant(
    patient: Person, professional: Person, arguments: tuple[str, ...], expected: tuple[int, str]
) -> None:
    grant = bind(patient, professional)
    assert patient.fails("grant", "renew", grant, *arguments) == expected
    assert opened(patient).state.grants[grant].latest.statement.sequence == 1


def test_the_server_refuses_what_a_changed_client_signs(
    patient: Person, professional: Person, clock: Clock
) -> None:
    """A term that runs beyond a year by a clock that is a month ahead: signed in form, refused by the
    server."""
    grant = bind(patient, professional)
    clock_of_the_client = Clock(clock.time + 30 * 24 * 3600)
    environment = {"COFFRE_HOME": str(patient.folder / "home"), "COFFRE_LANG": "en"}
    client = Terminal(environment, network=through(patient.network), clock=clock_of_the_client).client()
    with pytest.raises(ServerRefused) as error:
        grants.renew(open_vault(client), grant, clock_of_the_client() + 365 * 24 * 3600)
    assert error.value.code == "limit_exceeded"
