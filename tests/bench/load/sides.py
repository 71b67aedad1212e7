"""Coffre's application under one of the servers that were compared.

`python -m tests.bench.load.sides NAME PORT`, in the environment of the bench (requirements-bench.lock). Each
has 64 threads, as Coffre's own.
"""

import os
import sys
from collections.abc import Callable
from typing import Any, Final

from vault.config import load
from web.app import create_app
from web.serve import THREADS, prepare

HOST: Final = "127.0.0.1"


def application() -> Any:
    """The application over the environment's configuration, as `coffre serve` makes it."""
    config = load(None, os.environ)
    prepare(config)
    return create_app(config)


def waitress(port: int) -> None:
    """Pure Python; reads a body to its end before the application sees it."""
    import waitress

    limits = {"connection_limit": 1000, "max_request_body_size": 2**31}
    waitress.serve(application(), host=HOST, port=port, threads=THREADS, **limits)


def cheroot(port: int) -> None:
    """CherryPy's, pure Python."""
    from cheroot.wsgi import Server

    server = Server((HOST, port), application(), numthreads=THREADS, timeout=30)
    server.safe_start()


def granian(port: int) -> None:
    """Rust (hyper), the application in threads."""
    from granian import Granian
    from granian.constants import Interfaces

    target = "tests.bench.load.sides:application"
    Granian(
        target,
        address=HOST,
        port=port,
        interface=Interfaces.WSGI,
        blocking_threads=THREADS,
        factory=True,
        workers_kill_timeout=20,
    ).serve()


def uvicorn(port: int) -> None:
    """An event loop, the application in threads by a2wsgi."""
    import uvicorn
    from a2wsgi import WSGIMiddleware

    app = WSGIMiddleware(application(), workers=THREADS)
    uvicorn.run(app, host=HOST, port=port, log_level="error", timeout_graceful_shutdown=20)


SIDES: Final[dict[str, Callable[[int], None]]] = {
    "waitress": waitress,
    "cheroot": cheroot,
    "granian": granian,
    "uvicorn": uvicorn,
}

if __name__ == "__main__":
    SIDES[sys.argv[1]](int(sys.argv[2]))
