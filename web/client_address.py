"""Where a request comes from: the peer, or what a trusted proxy says. Only used for counting attempts, never
logged."""

from collections.abc import Callable
from ipaddress import IPv6Address, ip_address, ip_network

from flask import Request

ClientAddress = Callable[[Request], str]


def reader(trusted_proxies: tuple[str, ...]) -> ClientAddress:
    """A function that gives a request's client address.

    `X-Forwarded-For` is read from the right for as long as the hop is a trusted proxy: what stands further
    left was written by the client. IPv6 addresses are cut to their /64, which is what one customer gets.
    """
    networks = tuple(ip_network(network) for network in trusted_proxies)

    def trusted(address: str) -> bool:
        try:
            parsed = ip_address(address)
        except ValueError:
            return False
        return any(parsed in network for network in networks)

    def client_address(request: Request) -> str:
        hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",")]
        address = request.remote_addr or ""
        while hops and trusted(address):
            address = hops.pop() or address
        return _cut(address)

    return client_address


def _cut(address: str) -> str:
    try:
        parsed = ip_address(address)
    except ValueError:
        return address[:64]
    if isinstance(parsed, IPv6Address):
        if parsed.ipv4_mapped is not None:
            return str(parsed.ipv4_mapped)
        return str(ip_network((parsed, 64), strict=False))
    return str(parsed)
