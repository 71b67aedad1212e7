"""Signing in by challenge, and the present session (spec chapter 2)."""

from typing import Literal

from flask import Response, jsonify
from flask_openapi3.blueprint import APIBlueprint

from crypto.encoding import b64u
from vault import accounts, devices, sessions
from web import context
from web.cookies import give_device, give_session, take_session
from web.schemas import Address, Body, Natural, Outcome, SignedBody, drop_absent

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
    """Whose session it is. `csrf` goes into the header X-Coffre-CSRF of every change."""

    account: str
    role: str
    address: str
    vault: str | None = None
    csrf: str


class SignedInOutcome(SessionOutcome):
    """A new session, with the sealed keyring."""

    keyring: str
    keyring_sequence: Natural


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
        token = sessions.start(session, account.id, context.session_seconds(), now)
        devices.signed_in(session, account.id, device, login.method, now)
        keyring = accounts.keyring(session, account.id)
    with context.reading() as session:
        found = sessions.find(session, token, parts.server_key, now)
    outcome = SignedInOutcome(
        account=found.account,
        role=found.role,
        address=found.address,
        vault=found.vault,
        csrf=found.csrf,
        keyring=b64u(keyring.content),
        keyring_sequence=keyring.sequence,
    )
    return give_device(give_session(jsonify(drop_absent(outcome)), token), device)


@blueprint.get("/current", responses={200: SessionOutcome})
def current() -> Response:
    """Whose session this is."""
    found = context.signed_in()
    outcome = SessionOutcome(
        account=found.account, role=found.role, address=found.address, vault=found.vault, csrf=found.csrf
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
