"""The web app's files: one page for every address of the app, its assets, and the page that previews run in.

Owns which file answers which path. The server never renders data into a page. Built by Vite into
web/client/dist.
"""

from pathlib import Path
from urllib.parse import urlsplit

from flask import Blueprint, Response, abort, request, send_from_directory

from vault.config_urls import is_loopback
from web.context import parts

DIST = Path(__file__).parent / "client" / "dist"
_ONE_YEAR = 365 * 86400

blueprint = Blueprint("pages", __name__)


@blueprint.get("/assets/<path:name>")
def asset(name: str) -> Response:
    """A file whose name holds a hash of its content: it may be kept for good."""
    response = send_from_directory(DIST / "assets", name, max_age=_ONE_YEAR)
    response.cache_control.public = True
    response.cache_control.immutable = True
    return response


@blueprint.get("/")
@blueprint.get("/<path:path>")
def page(path: str = "") -> Response:
    """A file of the built app's root, or the app's page for an address that the app itself understands."""
    if path == "api" or path.startswith("api/"):
        abort(404)
    name = path if path and _is_file(path) else "index.html"
    if name == "index.html" and ("." in path.rsplit("/", 1)[-1] or not _is_file(name)):
        abort(404)
    if name == "index.html" and (home := _other_loopback_name()):
        return Response(status=307, headers={"Location": home + request.full_path.removesuffix("?")})
    response = send_from_directory(DIST, name)
    response.cache_control.no_cache = True
    return response


def _other_loopback_name() -> str | None:
    """The server's own origin, when this machine was asked by another of its names.

    A sign-in names the origin, so that `localhost` and `127.0.0.1` are two places to it; browsers keep the
    fragment of an address through a redirect. Other names are the reverse proxy's to sort out.
    """
    home = parts().config.server.public_url
    here, asked = urlsplit(home), urlsplit(request.host_url)
    if asked.netloc == here.netloc or not (
        is_loopback(asked.hostname or "") and is_loopback(here.hostname or "")
    ):
        return None
    return home


def _is_file(path: str) -> bool:
    found = (DIST / path).resolve()
    return found.is_relative_to(DIST.resolve()) and found.is_file()
