"""Free loopback ports for servers that tests start."""

import random
import socket
from pathlib import Path
from typing import Final

_FIRST: Final = 10_000
_RANGE = Path("/proc/sys/net/ipv4/ip_local_port_range")


def free_ports(count: int) -> list[int]:
    """Different loopback ports that are free now; all are held open together so that none comes twice.

    Below those that the system gives to whoever connects: one of them could be taken in the moment between
    this and the server's start, by any client of any other test.
    """
    end = max(2 * _FIRST, int(_RANGE.read_text().split()[0]) if _RANGE.exists() else 32_768)
    held: list[socket.socket] = []
    try:
        while len(held) < count:
            try:
                held.append(socket.create_server(("127.0.0.1", random.randrange(_FIRST, end))))
            except OSError:
                continue
        return [server.getsockname()[1] for server in held]
    finally:
        for server in held:
            server.close()
