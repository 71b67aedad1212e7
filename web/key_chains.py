"""The keys that followed the server's first one, and the directory's (spec chapter 14). Public."""

from flask import Response, jsonify
from flask_openapi3.blueprint import APIBlueprint

from crypto.statement_keys import DirectorySuccession, ServerSuccession
from vault import signing_keys
from web import context
from web.schemas import Outcome, SignedBody

blueprint = APIBlueprint("key_chains", __name__, url_prefix="/api/v1")


class KeysOutcome(Outcome):
    """Successions of keys, signed, oldest first."""

    directory: list[SignedBody]
    server: list[SignedBody]


@blueprint.get("/server/keys", responses={200: KeysOutcome})
def keys() -> Response:
    """Which keys followed the server's first one and the directory's; for everyone."""
    with context.reading() as session:
        found = {
            "directory": signing_keys.chain(session, DirectorySuccession),
            "server": signing_keys.chain(session, ServerSuccession),
        }
    return jsonify({name: [signed.to_wire() for signed in chain] for name, chain in found.items()})
