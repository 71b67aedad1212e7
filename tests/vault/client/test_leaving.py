"""`coffre account`: asked with the password, kept with the keys, erased, and a receipt that is held against
the server."""

from collections.abc import Callable, Iterator
from contextlib import closing

import httpx
import pytest

from crypto.encoding import b64u
from storage.local import LocalStore
from tests.e2e.secrets_search import Place, Secret, search
from tests.vault.client.conftest import Server
from tests.vault.client.people import ORIGIN, Clock, Network, Person, Rewrite
from vault import erasures
from vault.config import LocalStorage
from vault.retention import sweep

WEEK = 7 * 86400


@pytest.fixture
def erase(server: Server, clock: Clock) -> Iterator[Callable[[], int]]:
    """The jobs that erase, sweep and finish, once."""
    assert isinstance(server.config.storage, LocalStorage)
    store = LocalStore(server.config.storage.path)

    def run() -> int:
        done = erasures.erase_due(server.database, store, clock)
        sweep(server.database, store, clock)
        erasures.erase_due(server.database, store, clock)
        return done

    yield run
    store.close()


def kept_by(server: Server) -> Iterator[Place]:
    """Every file of the server's."""
    for path in sorted(server.config.data.rglob("*")):
        if path.is_file():
            yield Place(str(path), path.read_bytes())


@pytest.mark.slow
def test_a_patient_leaves_and_holds_a_receipt(
    patient: Person, person: Callable[[str], Person], server: Server, clock: Clock, erase: Callable[[], int]
) -> None:
    content = b"what nobody is to find here afterwards" * 100
    whose = patient.json("whoami")
    patient.add("scan.dcm", content)
    assert patient.json("account", "status") == {"days": 7}
    assert patient.fails("account", "delete") == (4, "forbidden"), "not by a slip"
    right, patient.password = patient.password, "canapé-orage-91-tulipe"
    assert patient.fails("account", "delete", "--yes") == (4, "credentials")
    patient.password = right

    told = patient.json("account", "delete", "--yes")
    assert patient.fails("account", "delete", "--yes") == (4, "conflict")
    assert patient.json("account", "status")["deletion"]["due"] == told["due"]
    assert patient.fails("add", patient.write("more.txt", b"more")) == (4, "leaving")
    [listed] = patient.json("list")
    patient.json("get", listed["id"], "-o", str(patient.folder / "again.dcm"))
    assert (patient.folder / "again.dcm").read_bytes() == content
    patient.json("logout")
    again = patient.run("login", "--server", ORIGIN, "--email", patient.email)
    assert "coffre account keep" in again.stderr
    assert patient.json("account", "keep") == {"kept": True}
    assert patient.fails("account", "keep") == (3, "not_found")
    patient.add("more.txt", b"more")

    told = patient.json("account", "delete", "--yes")
    verify = told["verify"].split()[1:]
    request, key = b64u(bytes.fromhex(told["request"])), verify[verify.index("--key") + 1]
    assert told["page"] == f"{ORIGIN}/receipt#{request}.{key}"
    anyone = person("anyone")
    assert anyone.fails(*verify) == (3, "not_found")
    clock.time += WEEK
    assert erase() == 1
    assert patient.fails("list")[1] == "unauthenticated"
    assert patient.fails("login", "--server", ORIGIN, "--email", patient.email) == (4, "credentials")
    file = anyone.folder / "receipt.txt"
    receipt = anyone.json(*verify, "-o", str(file))
    assert (receipt["role"], receipt["objects"]) == ("patient", 2)
    assert file.read_text().startswith("coffre/account-erasure/v1\nhost ")

    # What was deleted stands in SQLite's free pages until they are used again.
    with closing(server.database.engine.raw_connection()) as connection:
        cursor = connection.cursor()
        cursor.execute("VACUUM")
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        cursor.close()
    secrets = [Secret.text("address", patient.email), Secret("content", content)]
    secrets += [Secret.text(name, whose[name]) for name in ("account", "vault")]
    assert search(secrets, list(kept_by(server))) == []


CHANGES: dict[str, Callable[[str], str]] = {
    "fewer objects": lambda text: text.replace("objects 1\n", "objects 0\n"),
    "another time": lambda text: text.replace("erased 1", "erased 2"),
    "another wish": lambda text: text.replace("request ", "request 00", 1)[: len(text)],
    "no signature": lambda text: text[: text.index("signature ")],
    "more after it": lambda text: text + "and more\n",
}


def rewriting(change: Callable[[str], str]) -> Rewrite:
    """Changes the receipt on its way."""

    def rewrite(request: httpx.Request, response: httpx.Response) -> httpx.Response:
        if "/erasures/" not in request.url.path:
            return response
        changed = change(response.text)
        assert changed != response.text
        return httpx.Response(200, content=changed.encode())

    return rewrite


def test_a_receipt_that_was_changed_or_is_another_one_is_refused(
    patient: Person, network: Network, clock: Clock, erase: Callable[[], int]
) -> None:
    patient.add()
    verify = patient.json("account", "delete", "--yes")["verify"].split()[1:]
    key = verify.index("--key") + 1
    clock.time += WEEK
    assert erase() == 1
    assert patient.json(*verify)["objects"] == 1

    assert patient.fails(*verify[:key], "A" * 43, *verify[key + 1 :]) == (5, "tampered")
    assert patient.fails(*verify[:-1], "00" * 32) == (3, "not_found")
    assert patient.fails(*verify[:-1], "nonsense") == (2, "usage")

    for name, change in CHANGES.items():
        network.rewrite = rewriting(change)
        status, code = patient.fails(*verify)
        assert (status, code in ("tampered", "malformed")) == (5, True), name


@pytest.mark.slow
def test_a_professional_loses_and_finds_a_vault_and_leaves(
    patient: Person, professional: Person, clock: Clock, erase: Callable[[], int]
) -> None:
    given = patient.json("grant", "new", "--invite")
    professional.json("grant", "redeem", given["invitation"])
    [before] = professional.json("vaults")
    patient.json("account", "delete", "--yes")
    gone = professional.run("vaults", "--json")
    assert (gone.status, gone.json) == (0, []), "the vault is as good as gone"
    assert f"no vault {before['vault']} for you any more" in gone.stderr
    assert professional.fails("list") == (3, "not_found")
    patient.json("account", "keep")
    assert professional.json("vaults") == [before]
    assert professional.json("list") == []
    professional.json("account", "delete", "--yes")
    clock.time += WEEK
    assert erase() == 1
    patient.log_in()
    assert "reader_left" in [one["kind"] for one in patient.json("notices", "list")]
    [grant] = patient.json("grant", "list")
    assert grant["state"] == "active"
    patient.json("grant", "revoke", grant["id"])
    assert patient.run("journal", "--verify").status == 0
