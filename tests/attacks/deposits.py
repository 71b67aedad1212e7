"""What the flows of deposits, sections and settings do, and how they are found afterwards."""

from typing import Any, Final

from crypto.deposits import DepositLink
from crypto.encoding import VaultId
from tests.attacks.people import Device
from tests.attacks.versions import client_of
from tests.attacks.world import MARKER, World
from tests.vault.client.people import ORIGIN

DEPOSITED: Final = MARKER + b"added under attack"
TITLE: Final = "Sérologie de confirmation"


def _deposit_link(world: World) -> str:
    anne = world.people["anne"].device
    return DepositLink(VaultId(world.vaults["anne"].id), client_of(anne).me).text(ORIGIN)


def depositing(world: World, device: Device) -> tuple[str, ...]:
    path = device.write("new.txt", DEPOSITED)
    return ("deposit", path, "--to", _deposit_link(world), "--title", TITLE)


def inbox(world: World, device: Device) -> Any:
    return sorted((row["title"], row["new"]) for row in world.device("anne").rows("list"))


def own_deposits(world: World, device: Device) -> Any:
    return len(device.rows("deposit", "--list", world.vaults["anne"].id))


def sections(world: World, device: Device) -> Any:
    return sorted(row["name"] for row in world.device("anne").rows("section", "list"))


def settings(world: World, device: Device) -> Any:
    return world.device("anne").shown("settings")
