"""The end of an account by its owner's wish (spec chapter 12)."""

from typing import Annotated

from flask import Response, jsonify
from flask_openapi3.blueprint import APIBlueprint
from pydantic import Field

from crypto.encoding import b64u, unb64u
from vault import deletions, erasures, sessions
from vault.deletions import Pending
from web import context
from web.schemas import Body, Key32, Natural, Outcome, Parameters, SignedBody, drop_absent

blueprint = APIBlueprint("deletions", __name__, url_prefix="/api/v1")


class DeletionBody(Body):
    """A signed `account_deletion` statement."""

    deletion: SignedBody


class KeepingBody(Body):
    """A signed `account_keeping` statement."""

    keeping: SignedBody


class DeletionOutcome(Outcome):
    """That the account is to be deleted: the statement's hash, since when, and when it is due."""

    request: str
    requested: Natural
    due: Natural


class StateOutcome(Outcome):
    """What the account waits for, if it is to be deleted; `days`: between the wish and the deletion."""

    deletion: DeletionOutcome | None = None
    days: Natural


class ReceiptPath(Parameters):
    """The hash of the wish, as base64url."""

    request: Annotated[Key32, Field(description="hash of the account_deletion statement")]


def outcome(pending: Pending) -> DeletionOutcome:
    """The way onto the wire."""
    return DeletionOutcome(request=b64u(pending.request), requested=pending.requested, due=pending.due)


@blueprint.get("/account/deletion", responses={200: StateOutcome})
def read() -> Response:
    """Whether the account is to be deleted."""
    who = context.signed_in()
    with context.reading() as session:
        pending = deletions.pending(session, who.account)
    found = None if pending is None else outcome(pending)
    days = context.parts().config.accounts.delete_days
    return jsonify(drop_absent(StateOutcome(deletion=found, days=days)))


@blueprint.post("/account/deletion", responses={200: DeletionOutcome})
def ask(body: DeletionBody) -> Response:
    """Asks for the account's deletion, with the login key of its password over a challenge; others are
    signed out."""
    who = context.signed_in()
    parts = context.parts()
    now, signed, token = parts.clock(), body.deletion.read(), context.session_token()
    # The challenge is used up even when what follows is refused.
    with context.writing() as session:
        deletions.take_challenge(session, parts.server_key, signed, now)
    with context.writing() as session:
        pending = deletions.ask(
            session,
            who,
            signed,
            origin=parts.config.server.public_url,
            days=parts.config.accounts.delete_days,
            now=now,
        )
        sessions.end_others(session, who.account, token)
    return jsonify(outcome(pending).model_dump())


@blueprint.post("/account/keeping", responses={200: StateOutcome})
def keep(body: KeepingBody) -> Response:
    """Keeps the account after all."""
    who = context.signed_in()
    with context.writing() as session:
        deletions.keep(session, who, body.keeping.read(), context.parts().clock())
    return jsonify(drop_absent(StateOutcome(days=context.parts().config.accounts.delete_days)))


@blueprint.get("/erasures/<request>")
def receipt(path: ReceiptPath) -> Response:
    """The signed receipt of an account's erasure, for whoever names the wish; for a year."""
    request = unb64u(path.request, length=32)
    parts = context.parts()
    with context.reading() as session:
        text = erasures.receipt(session, parts.server_key, request, parts.clock())
    answer = Response(text, mimetype="text/plain")
    answer.headers["Cache-Control"] = "no-store"
    return answer
