"""What the server is, and whether it works."""

from flask import Response, jsonify
from flask_openapi3.blueprint import APIBlueprint
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from crypto.encoding import b64u
from crypto.statement_kinds import MAX_TERM
from vault import directory
from vault.models.server import ServerSecret
from vault.shares import MAXIMUM_FILE
from web import context
from web.errors import answer
from web.schemas import ErrorOutcome, Natural, Outcome, Positive, drop_absent

blueprint = APIBlueprint("server", __name__, url_prefix="/api/v1")

VERSION = "0.1.0"
_DAY = 86400


class Limits(Outcome):
    """What the host allows; sizes in bytes."""

    max_document_bytes: Positive
    part_size: Positive
    share_max_bytes: Positive
    invitation_max_days: Positive
    grant_max_days: Positive
    share_max_days: Positive
    bin_days: Positive


class ServerOutcome(Outcome):
    """Name, keys and limits of the server. `directory_key`: what entries about professionals are signed
    with. `confirm_address`: whether signing up needs a code that was mailed to the address. `contact`:
    whom people write to, in the host's own words."""

    name: str
    version: str
    origin: str
    public_key: str
    directory_key: str | None = None
    confirm_address: bool
    contact: str | None = None
    time: Natural
    limits: Limits


class Health(Outcome):
    """The process answers."""

    status: str


@blueprint.get("/server", responses={200: ServerOutcome})
def server() -> Response:
    """Name, origin, key, time and limits of this server."""
    parts = context.parts()
    limits = parts.config.limits
    with context.reading() as session:
        directory_key = directory.public_key(session)
    outcome = ServerOutcome(
        name="coffre",
        version=VERSION,
        origin=parts.config.server.public_url,
        public_key=b64u(parts.server_key.public),
        directory_key=None if directory_key is None else b64u(directory_key),
        confirm_address=parts.config.accounts.confirm_address,
        contact=parts.config.server.contact,
        time=parts.clock(),
        limits=Limits(
            max_document_bytes=limits.max_document_bytes,
            part_size=limits.part_size,
            share_max_bytes=MAXIMUM_FILE,
            invitation_max_days=limits.invitation_days,
            grant_max_days=MAX_TERM // _DAY,
            share_max_days=limits.share_max_days,
            bin_days=limits.bin_days,
        ),
    )
    return jsonify(drop_absent(outcome))


@blueprint.get("/ready", responses={200: Health, 503: ErrorOutcome})
def ready() -> Response:
    """Whether requests can be sent here: the database answers, and has tables that this program knows.

    The store is not asked: all nodes share it, and without it lists, journals and grants go on.
    """
    try:
        with context.reading() as session:
            session.execute(select(ServerSecret.id)).first()
    except SQLAlchemyError:
        return answer("store_unavailable")
    return jsonify({"status": "ok"})


@blueprint.get("/health", responses={200: Health})
def health() -> Response:
    """Whether the process answers; looks at nothing behind it."""
    return jsonify({"status": "ok"})
