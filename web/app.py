"""The app factory: the one place that puts the server together and chooses its object store.

    app = create_app(config)                                   # as `coffre serve` does
    app = create_app(config, store=store, clock=lambda: now)   # as tests do

Knows no rule of the domain. The database must have the newest schema (`vault.database_schema.upgrade`).
"""

import time
from collections.abc import Callable
from typing import Any

from flask_openapi3.models.info import Info
from flask_openapi3.openapi import OpenAPI

from storage.base import ObjectStore
from vault.config import Config, LocalStorage
from vault.database import Database
from vault.object_stores import store_of
from vault.replica import Replica
from vault.sessions import lookups as session_lookups
from web import (
    accounts,
    checkpoints,
    client_address,
    context,
    deletions,
    deposits,
    directory,
    documents,
    errors,
    gate,
    grants,
    headers,
    journal,
    key_chains,
    keyrings,
    notices,
    pages,
    read_only,
    renewals,
    request_log,
    sections,
    server,
    sessions,
    share_links,
    shares,
    transfers,
    uploads,
    vaults,
)
from web.maintenance_watch import Watch
from web.metrics import Metrics
from web.openapi import describe
from web.schemas import ErrorOutcome
from web.server_keys import Keys
from web.traces import Traces, traces_of

# A rotation carries a bundle for each reader, a keyring has up to 4 MiB; parts of objects have their own
# limit.
MAXIMUM_BODY = 16 * 1024 * 1024

NOUNS = (
    server,
    key_chains,
    accounts,
    sessions,
    keyrings,
    deletions,
    directory,
    vaults,
    journal,
    checkpoints,
    documents,
    deposits,
    sections,
    uploads,
    grants,
    renewals,
    shares,
    share_links,
    notices,
)


def now() -> int:
    """The clock of a real server, in seconds since 1970."""
    return int(time.time())


def create_app(
    config: Config,
    store: ObjectStore | None = None,
    clock: Callable[[], int] = now,
    database: Database | None = None,
    metrics: Metrics | None = None,
    traces: Traces | None = None,
) -> OpenAPI:
    """The WSGI app. What is not given is opened from the configuration, or made."""
    database = database or Database.open(config.database.url)
    metrics, traces = metrics or Metrics(), traces or traces_of(config.traces)
    traces.watch(database)
    app = _empty_app()
    context.attach(
        app.extensions,
        context.Parts(
            config=config,
            database=database,
            store=store or open_store(config),
            clock=clock,
            keys=Keys(database, clock),
            client_address=client_address.reader(config.server.trusted_proxies),
            maintenance=Watch(database),
            signed_in=session_lookups(database),
            metrics=metrics,
            replica=_replica(config, metrics),
        ),
    )
    errors.install(app)
    # First, so that all others happen within.
    traces.install(app)
    # Answers pass these in reverse: headers last, so that nothing can leave without them.
    request_log.install(app)
    metrics.install(app)
    transfers.install(app)
    gate.install(app)
    read_only.install(app)
    headers.install(app, config.server.public_url, _direct_store(config))
    for noun in NOUNS:
        app.register_api(noun.blueprint)
    app.add_url_rule("/api/v1/openapi.json", "openapi", lambda: describe(app))
    app.register_blueprint(pages.blueprint)
    return app


def openapi_document() -> dict[str, Any]:
    """The OpenAPI 3.1 description of `/api/v1`, made from the blueprints alone."""
    app = _empty_app()
    for noun in NOUNS:
        app.register_api(noun.blueprint)
    return describe(app)


def open_store(config: Config) -> ObjectStore:
    """The object store that the configuration names."""
    storage = config.storage
    create = not isinstance(storage, LocalStorage) and storage.create_bucket
    return store_of(storage, create_bucket=create)


def _replica(config: Config, metrics: Metrics) -> Replica | None:
    url = config.database.replica_url
    return None if url is None else Replica.open(url, metrics.replica_asked)


def _direct_store(config: Config) -> str | None:
    """Where browsers may send parts besides to the server."""
    storage = config.storage
    if isinstance(storage, LocalStorage) or not storage.direct:
        return None
    return storage.public_endpoint or storage.endpoint


class _App(OpenAPI):
    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """As it is: no view is a coroutine. Flask asks this of every function of every request."""
        return func


def _empty_app() -> OpenAPI:
    app = _App(
        "coffre",
        info=Info(title="Coffre", version="1"),
        validation_error_status=400,
        validation_error_model=ErrorOutcome,
        validation_error_callback=errors.invalid_request,
        doc_ui=False,
        static_folder=None,
    )
    app.config["MAX_CONTENT_LENGTH"] = MAXIMUM_BODY
    app.json.sort_keys = False  # type: ignore[attr-defined]
    return app
