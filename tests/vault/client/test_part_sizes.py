"""How a document is cut into parts: as the server wants, larger when it is large, never off the format."""

import pytest

from crypto.statement_kinds import MAX_PART_SIZE, MIN_PART_SIZE
from tests.through import through
from tests.vault.client.people import Network, Person, changed
from vault.client.errors import BadAnswer
from vault.client.terminal import Terminal
from vault.client.uploads import part_size_of
from vault.client.vaults import open_vault

MIB = 1 << 20


def test_large_documents_have_larger_parts(patient: Person, network: Network) -> None:
    environment = {"COFFRE_HOME": str(patient.folder / "home")}
    vault = open_vault(Terminal(environment, network=through(network), clock=patient.clock).client())

    def part_size(wanted: int, size: int) -> int:
        network.rewrite = changed("/server", lambda answer: answer["limits"].update(part_size=wanted))
        return part_size_of(vault, size)

    assert part_size(8 * MIB, 0) == part_size(8 * MIB, 256 * MIB - 1) == 8 * MIB
    assert part_size(8 * MIB, 256 * MIB) == part_size(8 * MIB, 5 << 30) == 16 * MIB
    assert part_size(MIN_PART_SIZE, 5 << 30) == 2 * MIN_PART_SIZE
    assert part_size(MAX_PART_SIZE, 5 << 30) == part_size(MAX_PART_SIZE - 65_536, 5 << 30) == MAX_PART_SIZE
    for wanted in (MIN_PART_SIZE - 65_536, MAX_PART_SIZE + 65_536, 8 * MIB + 1, 0):
        with pytest.raises(BadAnswer):
            part_size(wanted, 1)
