"""Free loopback ports for servers that tests start."""

import socket


def free_ports(count: int) -> list[int]:
    """Different loopback ports that are free now; all are held open together so that none comes twice."""
    held = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    try:
        return [server.getsockname()[1] for server in held]
    finally:
        for server in held:
            server.close()
