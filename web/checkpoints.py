"""Checkpoints of all vaults' heads, and the proofs that tie a vault to them (spec chapter 9)."""

from typing import Annotated

from flask import Response, jsonify
from flask_openapi3.blueprint import APIBlueprint
from pydantic import ConfigDict, Field

from crypto.encoding import MAX_INTEGER, VaultId, b64u
from vault import checkpoints, vaults
from web import context
from web.schemas import Natural, Outcome, Parameters, VaultPath

blueprint = APIBlueprint("checkpoints", __name__, url_prefix="/api/v1")

Size = Annotated[int, Field(ge=0, le=MAX_INTEGER)]


class SizeQuery(Parameters):
    """The tree that the answer is about: a checkpoint's size."""

    size: Size


class SizesQuery(Parameters):
    """An older and a newer size of the tree."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    older: Size = Field(alias="from")
    newer: Size = Field(alias="to")


class CheckpointOutcome(Outcome):
    """A signed note as text (C2SP tlog-checkpoint)."""

    note: str


class ConsistencyOutcome(Outcome):
    """Hashes of a consistency proof, base64url."""

    proof: list[str]


class InclusionOutcome(Outcome):
    """A vault's newest leaf below the size asked: its data, its index, and the hashes of its proof."""

    index: Natural
    leaf: str
    proof: list[str]


@blueprint.get("/checkpoints/latest", responses={200: CheckpointOutcome})
def latest() -> Response:
    """The newest checkpoint, for everyone who is signed in."""
    context.signed_in()
    with context.reading() as session:
        note = checkpoints.latest(session)
    return jsonify({"note": note.decode()})


@blueprint.get("/checkpoints/consistency", responses={200: ConsistencyOutcome})
def consistency(query: SizesQuery) -> Response:
    """That the tree of the newer size continues the older one."""
    context.signed_in()
    with context.reading() as session:
        proof = checkpoints.consistency(session, query.older, query.newer)
    return jsonify({"proof": [b64u(member) for member in proof]})


@blueprint.get("/vaults/<vault>/checkpoint-proof", responses={200: InclusionOutcome})
def inclusion(path: VaultPath, query: SizeQuery) -> Response:
    """The vault's newest leaf in the tree of a size; for the owner."""
    who = context.signed_in()
    with context.reading() as session:
        vaults.owned(session, who, path.vault, context.parts().clock())
        found = checkpoints.inclusion(session, VaultId(path.vault), query.size)
    return jsonify(
        {
            "index": found.index,
            "leaf": b64u(found.leaf),
            "proof": [b64u(member) for member in found.proof],
        }
    )
