"""Random histories against a model of who may read what: who may not, cannot, with every key they ever had
and all that the server holds; who may, can. In both clients.

COFFRE_HISTORIES sets how many histories are tried.
"""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.attacks.histories import Histories
from tests.attacks.histories_model import Start
from tests.attacks.histories_told import Told, told_by_typescript
from tests.attacks.household import Household, opened_host

pytestmark = pytest.mark.slow

HISTORIES: Final = int(os.environ.get("COFFRE_HISTORIES", "60"))
# So many are sure to hold one of each sort.
MANY: Final = 50


@pytest.fixture(scope="module")
def told() -> Iterator[list[Told]]:
    """How COFFRE_HISTORIES histories of ten steps ended. In memory where the system has such a place."""
    memory = Path("/dev/shm")
    place = memory if memory.is_dir() else None
    with (
        tempfile.TemporaryDirectory(dir=place, prefix="coffre-histories-") as name,
        opened_host(Path(name) / "data") as host,
    ):
        folder = Path(name)
        home = Household(host, folder / "start", 0)
        home.folder.mkdir()
        home.settle_in()
        found: list[Told] = []
        parts = {
            "start": Start.settled(home),
            "folder": folder,
            "counter": iter(range(1 << 40)),
            "told": found,
        }
        run_state_machine_as_test(
            type("Run", (Histories,), parts),
            settings=settings(
                max_examples=HISTORIES,
                stateful_step_count=10,
                deadline=None,
                database=None,
                suppress_health_check=list(HealthCheck),
            ),
        )
        yield found


def test_histories(told: list[Told]) -> None:
    """In the Python client: asserted at each history's end. Here: that the histories say something."""
    assert len(told) >= HISTORIES
    if HISTORIES < MANY:
        return
    readers = [reader for one in told for reader in one.readers]
    assert any(reader.reads for reader in readers)
    assert any(reader.opens - reader.reads for reader in readers)
    assert any(reader.held.bundles and not reader.opens for reader in readers)


def test_the_web_app_s_engine_says_the_same(told: list[Told], tmp_path: Path) -> None:
    """Of each history's end: what each professional reads, and what opens with all keys they ever held."""
    answers = told_by_typescript(told, tmp_path)
    assert len(answers) == len(told)
    for one, answer in zip(told, answers, strict=True):
        assert answer == one.verdict()
