"""A TCP proxy that delivers chosen requests and then loses their answers, as a broken connection does."""

import socket

from tests.servers.relay import Relay, pass_on


class LossyProxy(Relay):
    """Forwards to 127.0.0.1:`port`. The next `lose` connections are cut when the answer starts to arrive."""

    def __init__(self, port: int) -> None:
        super().__init__(port)
        self.lose = 0
        self.lost = 0

    def serve(self, client: socket.socket) -> None:
        upstream = self.connect()
        self.run(pass_on, client, upstream)
        pass_on(upstream, client, self._unless_lost)

    def _unless_lost(self, data: bytes) -> bytes:
        # "100 Continue" invites the body and is not yet the answer.
        if self.lose and not data.startswith(b"HTTP/1.1 100"):
            self.lose -= 1
            self.lost += 1
            return b""
        return data
