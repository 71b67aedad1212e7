"""The matrix against the Python client: each field of each answer, replaced in every way."""

import pytest

from tests.attacks.flows import FLOWS
from tests.attacks.matrix import Judge
from tests.attacks.scenarios import Recorded, Row, rows
from tests.attacks.world import World

pytestmark = pytest.mark.slow


@pytest.fixture(scope="session")
def judge(world: World, recorded: Recorded) -> Judge:
    return Judge(world, recorded)


@pytest.mark.parametrize("row", [row for row in rows() if row.flow in FLOWS], ids=lambda row: row.name)
def test_field(judge: Judge, row: Row) -> None:
    verdicts = {mutation: judge.judge(row, mutation) for mutation in row.only}
    found = {mutation: verdict for mutation, verdict in verdicts.items() if verdict is not None}
    assert found, "nothing was changed: the scenario attacks nothing"
    faults = {mutation: verdict.faults for mutation, verdict in found.items() if verdict.faults}
    assert not faults
    unexpected = {m: v.outcome for m, v in found.items() if v.outcome not in row.expect}
    assert not unexpected
