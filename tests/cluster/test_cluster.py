"""Nodes are replaced in turn while people write, and no request fails. Then nodes, the worker, the database
and a disk of the store end at once: nothing that was acknowledged is lost, nobody signs in again.
"""

import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.cluster.cluster import NODES, Cluster
from tests.cluster.edge import REFUSED, statuses
from tests.cluster.load import Load, Worker, remote
from tests.vault.actors import Patient

pytestmark = [pytest.mark.servers, pytest.mark.slow]

PEOPLE = 2


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    with Cluster(tmp_path) as started:
        yield started


@pytest.fixture
def workers(cluster: Cluster) -> Iterator[list[Worker]]:
    with ExitStack() as stack:
        found = []
        for number in range(PEOPLE):
            client = stack.enter_context(remote(cluster.address, str(cluster.proxy.authority)))
            patient = Patient(client, lambda: int(time.time()), f"p{number}@example.org")
            assert patient.sign_up().status_code == 201
            found.append(Worker(patient))
        yield found


def test_an_upgrade_fails_no_request_and_what_ends_at_once_loses_nothing(
    cluster: Cluster, workers: list[Worker]
) -> None:
    for name, request in REFUSED.items():
        found = statuses(cluster.address, request, str(cluster.proxy.authority))
        assert len(found) <= 1, name
        assert not found or 400 <= found[0] < 500 or found[0] == 501, name
    with Load(workers) as load:
        load.goes_on()
        for name in NODES:
            cluster.serves_by(*(other for other in NODES if other != name))
            cluster.nodes[name].stop()
            load.goes_on()
            cluster.nodes[name].start()
            cluster.serves_by(*NODES)
            load.goes_on()
        assert not load.failures(), "a request failed although nothing ended unawares"
        for node in cluster.nodes.values():
            node.kill()
            load.goes_on()
            node.start()
        cluster.worker.kill()
        load.goes_on()
        cluster.worker.start()
        cluster.postgresql.crash()
        load.goes_on()
        cluster.ceph.kill_osd(0)
        load.goes_on()
    assert "401" not in load.failures(), "somebody had to sign in again"
    for worker in workers:
        worker.reads_everything()
    assert sum(len(worker.stored) for worker in workers) > 30
