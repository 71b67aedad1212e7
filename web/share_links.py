"""Opening a share without an account: the SMART Health Links protocol (spec chapter 8). CORS is open to all.

Errors keep the form of all others; a wrong passcode adds `remainingAttempts`, as the protocol asks.
"""

from typing import Annotated, Literal

from flask import Response, jsonify, request
from flask_openapi3.blueprint import APIBlueprint
from pydantic import BaseModel, ConfigDict, Field
from werkzeug.exceptions import MethodNotAllowed

from crypto.encoding import unb64u
from crypto.errors import CoffreError
from storage.base import ObjectName
from vault import openings
from vault.errors import NotFound
from vault.openings import Asked, OpenedFile
from web import context, downloads
from web.device_kind import system
from web.schemas import Natural, Outcome, Parameters

blueprint = APIBlueprint("share_links", __name__, url_prefix="/api/v1/shl")

_FHIR = "application/fhir+json"
_JOSE = "application/jose"
# Larger files are fetched from their location, so that the answer stays small.
_LARGEST_EMBEDDED = 1024 * 1024


class LocatorPath(Parameters):
    """A share's address."""

    locator: Annotated[str, Field(max_length=64)]


class RecipientQuery(Parameters):
    """Who fetches a share's one file, as the protocol asks; other parameters are left to later versions."""

    model_config = ConfigDict(extra="ignore")

    recipient: Annotated[str, Field(min_length=1, max_length=400)]


class TokenPath(Parameters):
    """A file's address, which an opening gave out."""

    token: Annotated[str, Field(max_length=64)]


class ManifestBody(BaseModel):
    """A manifest request. Fields that a later version of the protocol adds are ignored, as it asks."""

    model_config = ConfigDict(strict=True, extra="ignore")

    recipient: Annotated[str, Field(min_length=1, max_length=400)]
    passcode: Annotated[str, Field(max_length=256)] | None = None
    embeddedLengthMax: Natural | None = None  # noqa: N815 - the protocol's name


class FileOutcome(Outcome):
    """A file: exactly one of `location` and `embedded`."""

    contentType: str  # noqa: N815 - the protocol's name
    location: str | None = None
    embedded: str | None = None


class ManifestOutcome(Outcome):
    """The share's files."""

    files: list[FileOutcome]
    status: Literal["can-change"] | None = None


# Before the others: Flask would answer OPTIONS for them in its own way.
@blueprint.route("/<locator>", methods=["OPTIONS"])
@blueprint.route("/files/<token>", methods=["OPTIONS"])
@blueprint.route("/files/<token>/document", methods=["OPTIONS"])
def preflight(locator: str = "", token: str = "") -> Response:
    """Allows browsers of any origin to ask."""
    response = Response(status=204)
    response.headers["Access-Control-Allow-Methods"] = "GET, POST, OPTIONS"
    response.headers["Access-Control-Allow-Headers"] = "content-type, range"
    response.headers["Access-Control-Max-Age"] = "86400"
    return response


@blueprint.post("/<locator>", responses={200: ManifestOutcome})
def open_link(path: LocatorPath, body: ManifestBody) -> Response:
    """Counts and records an opening, then says where the files are."""
    parts = context.parts()
    asked = Asked(body.recipient, body.passcode, system())
    opened = openings.open_link(parts.database, parts.server_key, _locator(path), asked, parts.clock())
    largest = min(body.embeddedLengthMax or 0, _LARGEST_EMBEDDED)
    status = {"status": "can-change"} if opened.may_change else {}
    return jsonify({"files": [_wire(file, largest) for file in opened.files], **status})


@blueprint.get("/<locator>")
def open_directly(path: LocatorPath, query: RecipientQuery) -> Response:
    """Counts and records an opening of a share with one file (link's flag `U`), and gives the file."""
    if request.method != "GET":
        # HEAD would use an opening up and give nothing.
        raise MethodNotAllowed(["GET", "POST", "OPTIONS"])
    parts = context.parts()
    found = openings.open_directly(
        parts.database,
        parts.server_key,
        _locator(path),
        Asked(query.recipient, None, system()),
        parts.clock(),
    )
    return downloads.send(parts, context.client(), found.object_name, found.length, _JOSE)


@blueprint.get("/files/<token>")
def download(path: TokenPath) -> Response:
    """A sealed file (JWE), for some minutes after an opening."""
    parts = context.parts()
    with context.reading() as session:
        found = openings.file_of(session, path.token, parts.clock())
    return downloads.send(parts, context.client(), found.object_name, found.length, _JOSE)


@blueprint.get("/files/<token>/document")
def download_document(path: TokenPath) -> Response:
    """The sealed object of a document too large for its file, whole or a range; its key is in the file."""
    parts = context.parts()
    with context.reading() as session:
        found = openings.document_of(session, path.token, parts.clock())
    sealed = "application/octet-stream"
    return downloads.send(parts, context.client(), found.object_name, found.length, sealed)


def _locator(path: LocatorPath) -> bytes:
    try:
        return unb64u(path.locator, length=32)
    except CoffreError:
        raise NotFound("no such share") from None


def _wire(file: OpenedFile, largest: int) -> dict[str, str]:
    parts = context.parts()
    if file.length <= largest and not file.apart:
        with parts.store.open_range(ObjectName(file.object_name), 0, file.length) as stream:
            return {"contentType": _FHIR, "embedded": b"".join(stream).decode("ascii")}
    origin = parts.config.server.public_url
    return {"contentType": _FHIR, "location": f"{origin}/api/v1/shl/files/{file.token}"}
