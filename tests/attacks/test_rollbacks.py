"""D6, D7, D8, L9: a thousand random histories with a server that cuts, forks or bends them. Every device that
saw newer state refuses, in both clients; what continues what a device has seen is taken."""

import json
import random
import subprocess
from collections import Counter
from pathlib import Path
from typing import Final

import pytest

from crypto.errors import CoffreError
from crypto.journal import LEDGER
from tests.attacks.rollbacks import BENDS, Case, cases
from tests.vectors.samples import OWNER, VAULT
from vault.client.ledger import Ledger
from vault.client.ledger_accesses import AccessLog
from vault.client.ledger_chain import Pin
from vault.client.ledger_rules import Viewer

pytestmark = pytest.mark.slow

HISTORIES: Final = 1000
INTEGRITY: Final = ("stale", "tampered")
CLIENT = Path(__file__).parents[2] / "web" / "client"


@pytest.fixture(scope="module")
def made() -> list[Case]:
    return list(cases(random.Random("a thousand histories"), HISTORIES))


def folded(case: Case) -> str:
    """The Python client's answer."""
    viewer, pin = Viewer(OWNER.id), Pin(*case.pin)
    ledger = Ledger.empty(VAULT, owner=OWNER.id, pin=pin if case.chain == LEDGER else None)
    log = AccessLog.empty(VAULT, pin=None if case.chain == LEDGER else pin)
    if case.chain == LEDGER:
        ledger = ledger if case.seen is None else ledger.append_page(case.seen, viewer)
    else:
        ledger = ledger.append_page(case.ledger, viewer)
        log = log if case.seen is None else log.append_page(case.seen, ledger.state)
    try:
        if case.chain == LEDGER:
            ledger.append_page(case.shown, viewer)
        else:
            log.append_page(case.shown, ledger.state)
    except CoffreError as error:
        return error.code
    return "ok"


def wrong(made: list[Case], answers: list[str]) -> list[tuple[int, str, str]]:
    """Cases whose answer is not what it must be."""
    return [
        (number, case.bend, answer)
        for number, (case, answer) in enumerate(zip(made, answers, strict=True))
        if (answer not in INTEGRITY if case.refused else answer != "ok")
    ]


def test_the_histories_are_what_they_should_be(made: list[Case]) -> None:
    refused = Counter(case.bend for case in made if case.refused)
    taken = Counter(case.bend for case in made if not case.refused)
    assert set(refused) == set(BENDS) - {"honest"}
    assert min(refused.values()) > 60
    assert {"honest", "cut", "forked", "forked and longer"} <= set(taken)
    assert {case.chain for case in made if case.refused} == {"ledger", "accesses"}
    assert {case.seen is None for case in made if case.refused} == {True, False}


def test_every_device_that_saw_newer_state_refuses(made: list[Case]) -> None:
    answers = [folded(case) for case in made]
    assert wrong(made, answers) == []
    rolled_back = {
        answer
        for case, answer in zip(made, answers, strict=True)
        if case.refused and case.bend in ("cut", "forked", "forked and longer")
    }
    assert rolled_back == {"stale"}, "the host is said to have gone back, not to have erred"


def test_so_does_the_web_app_s_engine(made: list[Case], tmp_path: Path) -> None:
    source = Path(__file__).with_name("rollbacks.ts").resolve()
    options = ["--platform", "node", "--format", "esm", "--dir", str(tmp_path)]
    command = [str(CLIENT / "node_modules" / ".bin" / "rolldown"), str(source), *options]
    subprocess.run(command, cwd=CLIENT, check=True, capture_output=True, timeout=120)
    (tmp_path / "package.json").write_text('{"type": "module"}')
    lines = "".join(json.dumps(case.to_json()) + "\n" for case in made)
    script = str(tmp_path / "rollbacks.js")
    done = subprocess.run(
        ["node", script], input=lines, capture_output=True, text=True, timeout=280, check=True
    )
    assert wrong(made, [json.loads(line) for line in done.stdout.splitlines()]) == []
