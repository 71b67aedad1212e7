"""Which way a command's requests take: this client's own, or httpx where there is a proxy."""

from typing import TYPE_CHECKING, Final
from urllib.request import getproxies

from vault.client.network import Network
from vault.client.wire import Wire, trusted

if TYPE_CHECKING:
    import httpx

_PROXIES: Final = frozenset({"http", "https", "all"})


def network_of(transport: "httpx.BaseTransport | None") -> Network:
    """A network of its own; by httpx for a given transport, and where the environment names a proxy."""
    if transport is None and not _PROXIES & getproxies().keys():
        return Wire(trusted)
    # Loaded for those who need it.
    from vault.client.relayed import Relayed

    return Relayed(transport)
