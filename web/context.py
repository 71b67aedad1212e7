"""What a request works with: the server's parts, the transaction, and who is signed in.

Owns the way views reach the database: `reading()`, `writing()` and `writing_as()`, one transaction each,
begun and ended here.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from flask import current_app, g, request
from sqlalchemy.orm import Session

from storage.base import ObjectStore
from storage.direct import DirectStore
from vault import attempts, devices, sessions
from vault.config import Config, LocalStorage
from vault.database import Database
from vault.errors import Unauthenticated
from vault.lookups import Lookups
from vault.replica import Replica
from vault.server_key import ServerKey
from vault.sessions import Found, SignedIn
from web import closed, leaving, suspended
from web.client_address import ClientAddress
from web.maintenance_watch import Watch
from web.metrics import Metrics
from web.paces import PACES
from web.server_keys import Keys
from web.transfers import Transfers

COOKIE = "__Host-coffre"
DEVICE_COOKIE = "__Host-coffre-device"
CSRF_HEADER = "X-Coffre-CSRF"
_EXTENSION = "coffre"


@dataclass(frozen=True)
class Parts:
    """Everything the composition root put together; the same for all requests of a process."""

    config: Config
    database: Database
    store: ObjectStore
    clock: Callable[[], int]
    keys: Keys
    client_address: ClientAddress
    maintenance: Watch
    signed_in: Lookups[bytes, Found]
    """By the hash of the session's token."""
    transfers: Transfers = field(default_factory=Transfers)
    metrics: Metrics = field(default_factory=Metrics)
    replica: Replica | None = None

    @property
    def server_key(self) -> ServerKey:
        """The server's own keys, as they are now."""
        return self.keys.current()


def parts() -> Parts:
    """The parts of the app that answers."""
    found: Parts = current_app.extensions[_EXTENSION]
    return found


def attach(extensions: dict[str, object], attached: Parts) -> None:
    """Gives an app its parts; called once, by the app factory."""
    extensions[_EXTENSION] = attached


def direct_store() -> DirectStore | None:
    """The store, if the host lets bytes go straight between it and clients."""
    found = parts()
    storage = found.config.storage
    offered = not isinstance(storage, LocalStorage) and storage.direct
    return found.store if offered and isinstance(found.store, DirectStore) else None


@contextmanager
def reading() -> Iterator[Session]:
    """A transaction that changes nothing."""
    with parts().database.reading() as session:
        yield session


@contextmanager
def writing() -> Iterator[Session]:
    """A transaction that is committed when the block ends, and undone when it raises. Raises ReadOnly where
    the host was closed while the request was on its way: what a host that moves does not take along is not
    acknowledged.
    """
    with parts().database.writing() as session:
        yield session
        closed.refuse(parts().maintenance.state_in(session), request.method, request.endpoint)


@contextmanager
def writing_as() -> Iterator[tuple[Session, SignedIn]]:
    """A writing transaction and who sends the request, looked up in it: one transaction where
    `signed_in()` and `writing()` are two. Raises as `signed_in`.

    Nobody waits for the database's write lock without a value that the server gave out: the gate asked.
    """
    token = session_token()
    with writing() as session:
        who = sessions.find(session, token, parts().clock())
        suspended.check(who.suspension, request.method, request.endpoint)
        leaving.check(session, who.account, request.method, request.endpoint)
        yield session, who


def session_token() -> str:
    """The session's token as the cookie carries it. Raises Unauthenticated when there is none."""
    token = request.cookies.get(COOKIE)
    if not token:
        raise Unauthenticated("no session")
    return token


def device_token() -> str:
    """The token of the browser or command line that asks; a new one if it has none."""
    return devices.token_of(request.cookies.get(DEVICE_COOKIE))


def signed_in() -> SignedIn:
    """Who sends this request. Raises Unauthenticated; Suspended; Leaving; Busy, where its requests
    are counted.

    A change's CSRF value was asked for before (web/gate.py).
    """
    if "signed_in" not in g:
        row = parts().signed_in.find(sessions.token_hash(session_token()))
        found = sessions.signed_in(row, parts().clock())
        suspended.check(found.suspension, request.method, request.endpoint)
        _check_staying(found.account)
        _count(found.account)
        g.signed_in = found
    who: SignedIn = g.signed_in
    return who


def client() -> str:
    """Where the request comes from, for counting attempts."""
    return parts().client_address(request)


def session_seconds() -> int:
    """How long a session lasts."""
    return parts().config.limits.session_hours * 3600


def _check_staying(account: str) -> None:
    if leaving.is_asked(request.method, request.endpoint):
        with parts().database.looking() as session:
            leaving.check(session, account, request.method, request.endpoint)


def _count(account: str) -> None:
    view = request.endpoint or ""
    pace = PACES.get(view)
    if pace is not None:
        bucket = parts().server_key.mac("attempts/view", f"{view}\0{account}")
        with writing() as session:
            attempts.count(session, bucket, pace, parts().clock())
