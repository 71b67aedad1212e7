"""PgBouncer in transaction mode between two nodes and PostgreSQL: fewer connections than writers, one that is
cut off, a database that ends at once.

Nothing is answered but success, `stale` between writers of one vault, and, where a connection is lost,
`store_unavailable`; what was acknowledged is there once, and no journal forks.
"""

import copy
import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

import psycopg
import pytest
from werkzeug.test import TestResponse

from crypto.encoding import unb64u
from crypto.journal import LEDGER, Entry, EntryHeader, entry_hash, start_head
from crypto.statements import Manifest, parse
from tests.servers.pgbouncer import PgBouncer
from tests.servers.postgresql import DURABLE, PostgreSQL
from tests.vault.actors import PART, Patient, SealedVersion
from tests.vault.everything import everything_once
from tests.vault.expect import ok
from tests.vault.rooms import Room, open_room
from tests.vault.sealed import Place
from vault import database_schema, queue
from vault.database import Database

CONNECTIONS = 2
PATIENTS = 2
PATIENCE = 60.0

pytestmark = pytest.mark.servers


@dataclass
class Pooled:
    """Two nodes behind a pooler."""

    server: PostgreSQL
    nodes: tuple[Room, Room]

    def cut_off(self) -> None:
        """Ends one of the pooler's connections from the server's side."""
        pooled = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'pooled' LIMIT 1"
        with psycopg.connect(self.server.url.replace("+psycopg", ""), autocommit=True) as connection:
            assert connection.execute(pooled).fetchone() == (True,)


@dataclass
class Writer:
    """A patient at one of the nodes, in a thread that adds documents."""

    patient: Patient
    acknowledged: list[str] = field(default_factory=list)
    answers: Counter[tuple[int, str]] = field(default_factory=Counter)
    progress: threading.Condition = field(default_factory=threading.Condition)

    def write(self, stop: threading.Event) -> None:
        """Until it is told to stop."""
        while not stop.is_set():
            sealed = SealedVersion(self.patient.sections[1])
            answer = _add(self.patient, sealed)
            code = answer.get_json().get("error", {}).get("code", "")
            if answer.status_code == 503:
                stop.wait(0.02)
            with self.progress:
                self.answers[(answer.status_code, code)] += 1
                if answer.status_code == 201:
                    self.acknowledged.append(sealed.document)
                    self.progress.notify_all()

    def goes_on(self, more: int) -> None:
        """Waits until more documents were acknowledged."""
        with self.progress:
            wanted = len(self.acknowledged) + more
            assert self.progress.wait_for(lambda: len(self.acknowledged) >= wanted, PATIENCE), self.answers


@pytest.fixture(scope="module")
def pooled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pooled]:
    """Tables are made by a connection of their own, as an operator's are."""
    folder = tmp_path_factory.mktemp("pooled")
    with PostgreSQL(DURABLE) as server, PgBouncer(server.port, CONNECTIONS) as pooler:
        direct = Database.open(server.create_database("pooled"))
        database_schema.upgrade(direct)
        direct.close()
        url = pooler.url_of("pooled")
        first = open_room(folder / "first", url)
        nodes = (first, open_room(folder / "second", url, first.store))
        # People of the two have addresses of their own.
        nodes[1].count = 1000
        yield Pooled(server, nodes)
        for node in nodes:
            node.database.close()


def test_two_nodes_write_through_few_connections_that_are_lost(pooled: Pooled) -> None:
    writers = [writer for _ in range(PATIENTS) for writer in _at_both_nodes(pooled)]
    stop = threading.Event()
    threads = [threading.Thread(target=writer.write, args=(stop,)) for writer in writers]
    for thread in threads:
        thread.start()
    try:
        _all_go_on(writers, 1)
        calm = {answer for writer in writers for answer in list(writer.answers)}
        pooled.cut_off()
        _all_go_on(writers, 1)
        pooled.server.crash()
        _all_go_on(writers, 1)
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    assert calm <= {(201, ""), (409, "stale")}
    answers = {answer for writer in writers for answer in writer.answers}
    assert answers <= {(201, ""), (409, "stale"), (503, "store_unavailable")}
    for pair in zip(writers[::2], writers[1::2], strict=True):
        _is_whole(pair[0].patient, [name for writer in pair for name in writer.acknowledged])


def test_everything_else_goes_through_the_pooler(pooled: Pooled) -> None:
    """Twice at each node, so that connections have changed hands."""
    for node in pooled.nodes * 2:
        everything_once(node)


def test_two_nodes_share_a_queue_through_the_pooler(pooled: Pooled) -> None:
    """More often than a driver's statements are prepared, by two whose connections change."""
    one, two = (queue.open_queue(node.config).storage for node in pooled.nodes)
    for number in range(12):
        one.enqueue(b"%d" % number)
        two.enqueue(b"again %d" % number)
    taken = [storage.dequeue() for _ in range(12) for storage in (two, one)]
    assert Counter(taken) == Counter(
        word for number in range(12) for word in (b"%d" % number, b"again %d" % number)
    )
    assert one.dequeue() is None
    one.close()
    two.close()


def _add(patient: Patient, sealed: SealedVersion) -> TestResponse:
    """Adds a document, in four requests; the answer of the first that was refused, or of the commit."""
    here = f"/vaults/{patient.vault}"
    answer = patient.send("POST", f"{here}/uploads", {"length": len(sealed.content), "part_size": PART})
    if answer.status_code != 201:
        return answer
    upload = answer.get_json()["upload"]
    for answer in (
        patient.send_part(upload, 1, sealed.content),
        patient.send("GET", f"{here}/ledger?limit=1"),
    ):
        if answer.status_code != 200:
            return answer
    page = answer.get_json()
    place = Place(patient.vault, page["size"], unb64u(page["head"]))
    return patient.send("POST", f"{here}/documents", patient.version_body(sealed, place, upload))


def _at_both_nodes(pooled: Pooled) -> Iterator[Writer]:
    first, second = pooled.nodes
    patient = first.patient()
    yield Writer(patient)
    elsewhere = copy.copy(patient)
    elsewhere.http = second.app.test_client()
    ok(elsewhere.sign_in())
    yield Writer(elsewhere)


def _all_go_on(writers: list[Writer], more: int) -> None:
    for writer in writers:
        writer.goes_on(more)


def _is_whole(patient: Patient, acknowledged: list[str]) -> None:
    """One chain from its beginning to its head, with each document once."""
    page = ok(patient.send("GET", f"/vaults/{patient.vault}/ledger"))
    head, added = start_head(patient.vault, LEDGER), Counter[str]()
    for seq, wire in enumerate(page["entries"]):
        entry = Entry.from_wire(wire)
        header = EntryHeader.from_bytes(entry.header)
        assert (header.seq, header.prev) == (seq, head)
        head = entry_hash(entry.header)
        if header.kind == Manifest.KIND and entry.signed is not None:
            added[parse(Manifest, entry.signed.statement).document] += 1
    assert (len(page["entries"]), unb64u(page["head"])) == (page["size"], head)
    assert all(added[name] == 1 for name in acknowledged)
