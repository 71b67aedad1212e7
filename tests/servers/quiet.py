"""An HTTP server of tests' own on a thread each: silent about browsers that hang up, and soon stopped."""

import sys
from http.server import ThreadingHTTPServer
from typing import Any


class QuietServer(ThreadingHTTPServer):
    """As its base, but for `Connection reset by peer` and the like, which a test's end brings about."""

    daemon_threads = True
    # Else closing waits for connections that browsers keep open.
    block_on_close = False

    def serve_forever(self, poll_interval: float = 0.02) -> None:
        """`shutdown` waits for one interval."""
        super().serve_forever(poll_interval)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """What else goes wrong is told as ever."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)
