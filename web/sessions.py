"""Signing in by challenge, the present session, and the account's other ones (spec chapter 2)."""

from dataclasses import asdict
from typing import Literal

from flask import Response, jsonify
from flask_openapi3.blueprint import APIBlueprint

from crypto.encoding import b64u
from vault import accounts, deletions, devices, sessions
from web import context
from web.cookies import give_device, give_session, take_session
from web.device_kind import device_kind
from web.schemas import Address, Body, Identifier, Natural, Outcome, Parameters, SignedBody, drop_absent

blueprint = APIBlueprint("sessions", __name__, url_prefix="/api/v1/sessions")


class ChallengeBody(Body):
    """Who wants to sign in, and with what."""

    address: Address
    method: Literal["password", "kit"]


class ChallengeOutcome(Outcome):
    """What to sign; the parameters of the password's key, which are made up for unknown addresses."""

    challenge: str
    salt: str | None = None
    m: Natural | None = None
    t: Natural | None = None
    p: Natural | None = None


class LoginBody(Body):
    """A signed `login` statement."""

    login: SignedBody


class SessionOutcome(Outcome):
    """Whose session it is. `csrf` goes into the header X-Coffre-CSRF of every change; `deletion_due`: when
    the account is to be deleted, if its owner asked for it."""

    account: str
    role: str
    address: str
    vault: str | None = None
    csrf: str
    deletion_due: Natural | None = None


class SignedInOutcome(SessionOutcome):
    """A new session, with the sealed keyring."""

    keyring: str
    keyring_sequence: Natural


class ListedSession(Outcome):
    """A session of the account; `client` is the kind of device, `current` the one that asks."""

    id: str
    created: Natural
    expires: Natural
    client: str | None = None
    current: bool


class SessionsOutcome(Outcome):
    """The sessions that last, the newest first."""

    sessions: list[ListedSession]


class SessionPath(Parameters):
    """One of the account's sessions."""

    session: Identifier


@blueprint.post("/challenge", responses={200: ChallengeOutcome})
def challenge(body: ChallengeBody) -> Response:
    """A challenge to sign; the same for known and unknown addresses."""
    parts = context.parts()
    now = parts.clock()
    with context.writing() as session:
        sessions.pace(session, parts.server_key, body.address, context.client(), now)
    with context.writing() as session:
        answer = sessions.challenge(session, parts.server_key, body.address, body.method, now)
    outcome = ChallengeOutcome(challenge=b64u(answer.challenge))
    if body.method == "password":
        outcome.salt = b64u(answer.salt)
        outcome.m, outcome.t, outcome.p = answer.memory_kib, answer.passes, answer.lanes
    return jsonify(drop_absent(outcome))


@blueprint.post("", responses={200: SignedInOutcome})
def sign_in(body: LoginBody) -> Response:
    """Begins a session. Every refusal is the same answer."""
    parts = context.parts()
    now = parts.clock()
    signed = body.login.read()
    device = context.device_token()
    # The challenge is used up even when what follows is refused.
    with context.writing() as session:
        login = sessions.take_challenge(session, parts.server_key, signed, now)
    with context.writing() as session:
        origin = parts.config.server.public_url
        account = sessions.check_login(session, parts.server_key, signed, login, origin)
        token = sessions.start(session, account.id, context.session_seconds(), now, device_kind())
        devices.signed_in(session, account.id, device, login.method, now)
        keyring = accounts.keyring(session, account.id)
    with context.reading() as session:
        found = sessions.find(session, token, now)
        pending = deletions.pending(session, account.id)
    outcome = SignedInOutcome(
        account=found.account,
        role=found.role,
        address=found.address,
        vault=found.vault,
        csrf=sessions.csrf_value(parts.server_key, token),
        deletion_due=None if pending is None else pending.due,
        keyring=b64u(keyring.content),
        keyring_sequence=keyring.sequence,
    )
    return give_device(give_session(jsonify(drop_absent(outcome)), token), device)


@blueprint.get("/current", responses={200: SessionOutcome})
def current() -> Response:
    """Whose session this is."""
    found = context.signed_in()
    with context.reading() as session:
        pending = deletions.pending(session, found.account)
    outcome = SessionOutcome(
        account=found.account,
        role=found.role,
        address=found.address,
        vault=found.vault,
        csrf=sessions.csrf_value(context.parts().server_key, context.session_token()),
        deletion_due=None if pending is None else pending.due,
    )
    return jsonify(drop_absent(outcome))


@blueprint.delete("/current", responses={204: None})
def sign_out() -> Response:
    """Ends this session."""
    context.signed_in()
    token = context.session_token()
    with context.writing() as session:
        sessions.end(session, token)
    return take_session(Response(status=204))


@blueprint.get("", responses={200: SessionsOutcome})
def listed() -> Response:
    """Where the account is signed in."""
    who = context.signed_in()
    now = context.parts().clock()
    with context.reading() as session:
        found = sessions.of_account(session, who.account, context.session_token(), now)
    rows = [ListedSession(**asdict(view)) for view in found]
    return jsonify(drop_absent(SessionsOutcome(sessions=rows)))


@blueprint.delete("", responses={204: None})
def sign_out_others() -> Response:
    """Ends the account's sessions but this one."""
    who = context.signed_in()
    with context.writing() as session:
        sessions.end_others(session, who.account, context.session_token())
    return Response(status=204)


@blueprint.delete("/<session>", responses={204: None})
def sign_out_one(path: SessionPath) -> Response:
    """Ends one of the account's sessions."""
    who = context.signed_in()
    with context.writing() as session:
        sessions.end_one(session, who.account, path.session)
    return Response(status=204)
