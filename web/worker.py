"""Gunicorn's worker with threads, hardened against peers who send nothing.

Owns what the worker has no setting for: how long a socket may be silent, how long a thread reads on what the
application refused to read (gunicorn: 5 seconds), and that a connection which is being closed holds up no
other. Gunicorn closes on its accepting thread and waits there for up to two seconds for what a peer still
sends.
"""

import errno
import socket
import struct
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

from gunicorn.workers.gthread import TConn, ThreadWorker

SILENCE_SECONDS: Final = 30

_DRAIN_SECONDS: Final = 0.3
_CLOSING: Final = 8
# The interpreter lets a thread that computes go on for 5 ms while others wait for it, each time that they
# come back from a socket or a disk: longer than most requests take in all.
_SWITCH_SECONDS: Final = 0.0005


class Worker(ThreadWorker):  # type: ignore[misc]
    """One process's worker."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._closing: ThreadPoolExecutor | None = None

    def init_process(self) -> None:
        """After the fork: threads that close connections."""
        self._closing = ThreadPoolExecutor(_CLOSING, "closing")
        sys.setswitchinterval(_SWITCH_SECONDS)
        super().init_process()

    def accept(self, listener: Any) -> None:
        """Accepts a connection, as gunicorn does, with a limit on its silence."""
        try:
            accepted, address = listener.accept()
        except OSError as error:
            if error.errno not in (errno.EAGAIN, errno.ECONNABORTED, errno.EWOULDBLOCK):
                raise
            return
        self.nr_conns += 1
        # By the kernel: gunicorn makes its sockets blocking again, which would undo a limit of Python's.
        limit = struct.pack("ll", SILENCE_SECONDS, 0)
        for option in (socket.SO_RCVTIMEO, socket.SO_SNDTIMEO):
            accepted.setsockopt(socket.SOL_SOCKET, option, limit)
        self.enqueue_req(_Connection(self, accepted, address, listener.getsockname()))

    def _keepalive_after(self, connection: "_Connection", keepalive: bool) -> bool:  # noqa: FBT001
        """Whether it can be used again: what of a body was not read must be here already, or it is closed."""
        if not keepalive:
            return False
        return bool(connection.parser.finish_body(deadline=time.monotonic() + _DRAIN_SECONDS))

    def close_later(self, connection: "_Connection") -> None:
        """Closes a connection on a thread that may wait for it."""
        if self._closing is None:
            TConn.close(connection, graceful=True)
        else:
            self._closing.submit(TConn.close, connection, graceful=True)


class _Connection(TConn):  # type: ignore[misc]
    def __init__(self, worker: Worker, accepted: socket.socket, address: Any, server: Any) -> None:
        super().__init__(worker.cfg, accepted, address, server)
        self._worker = worker

    def close(self, graceful: bool = False) -> None:  # noqa: FBT001, FBT002 - gunicorn's own signature
        """Returns at once."""
        if graceful:
            self._worker.close_later(self)
        else:
            super().close()
