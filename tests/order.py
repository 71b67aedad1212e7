"""How the processes of a run share its tests: a file stays together, with the servers that it starts.

Two things more than xdist's `loadfile` does: the attacks of seconds each go to one process, since each tells
their world anew; and the files that take minutes begin first, not last and alone.
"""

from typing import Final

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

_ONE_WORLD: Final = frozenset(
    f"tests/attacks/test_{name}.py"
    for name in (
        "identities",
        "keys",
        "lingering",
        "matrix_is_complete",
        "named_documents",
        "objects",
        "record",
        "sharing",
    )
)
# The longest first; of what waits for nothing (Makefile: by itself) the attacks.
_LONG: Final = tuple(
    f"tests/{name}.py"
    for name in (
        "vault/client/test_killed",
        "e2e/test_browser_details",
        "e2e/test_browser_uploads",
        "e2e/test_browser_access",
        "e2e/test_browser_downloads",
        "e2e/test_browser_shares",
        "e2e/test_browser_story",
        "e2e/test_browser_firefox",
        "e2e/test_browser_grants",
        "cluster/test_cluster",
        "e2e/test_browser_deposits",
        "e2e/test_cli_story",
        "vault/client/test_broken_lines",
        "storage/test_ceph",
        "e2e/test_browser_caches",
        "e2e/test_browser_own_account",
        "e2e/test_browser_direct",
        "attacks/test_matrix_python",
        "attacks/test_matrix_typescript",
        "attacks/test_histories",
    )
)


class ByFile(LoadScopeScheduling):
    """Gives whole files, and the files of one world together."""

    def __init__(self, config: pytest.Config, log: Producer | None = None) -> None:
        super().__init__(config, log)
        # Else the files of many tests, which are short ones, begin first.
        config.option.loadscopereorder = False

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.split("::", 1)[0]
        return "tests/attacks" if file in _ONE_WORLD else file


def long_first(items: list[pytest.Item]) -> None:
    """Puts the files that take minutes before the others, which stay in their order."""
    rank = {file: number for number, file in enumerate(_LONG)}
    items.sort(key=lambda item: rank.get(item.nodeid.split("::", 1)[0], len(rank)))
