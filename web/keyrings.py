"""The account's sealed keyring, a new password and a new kit (spec chapter 2)."""

from flask import Response, jsonify
from flask_openapi3.blueprint import APIBlueprint

from crypto.encoding import b64u, unb64u
from vault import accounts, notices, sessions
from web import context
from web.accounts import PasswordBody
from web.schemas import Body, Key32, KeyringBytes, Outcome, Positive

blueprint = APIBlueprint("keyrings", __name__, url_prefix="/api/v1")


class KeyringBody(Body):
    """A keyring as it shall be kept; `sequence` is one more than the kept one's."""

    keyring: KeyringBytes
    sequence: Positive


class CredentialsBody(KeyringBody):
    """A new password: the keyring sealed for it, and its login key."""

    password: PasswordBody


class KitBody(KeyringBody):
    """A new kit: the keyring sealed for it, and its login key."""

    kit_login_key: Key32


class KeyringOutcome(Outcome):
    """The keyring as it is kept."""

    keyring: str
    sequence: Positive


class SequenceOutcome(Outcome):
    """The keyring's new sequence."""

    sequence: Positive


@blueprint.get("/keyring", responses={200: KeyringOutcome})
def read() -> Response:
    """The account's keyring."""
    who = context.signed_in()
    with context.reading() as session:
        row = accounts.keyring(session, who.account)
    return jsonify({"keyring": b64u(row.content), "sequence": row.sequence})


@blueprint.put("/keyring", responses={200: SequenceOutcome})
def replace(body: KeyringBody) -> Response:
    """Keeps the next keyring; `stale` for any sequence but the next."""
    who = context.signed_in()
    with context.writing() as session:
        accounts.replace_keyring(session, who.account, unb64u(body.keyring), body.sequence)
    return jsonify({"sequence": body.sequence})


@blueprint.put("/credentials", responses={200: SequenceOutcome})
def replace_password(body: CredentialsBody) -> Response:
    """Keeps a new password with the keyring it opens, and ends the account's other sessions."""
    who = context.signed_in()
    token = context.session_token()
    with context.writing() as session:
        accounts.replace_password(
            session, who.account, unb64u(body.keyring), body.sequence, body.password.read()
        )
        sessions.end_others(session, who.account, token)
        notices.key_change(
            session, who.account, change=f"password/{body.sequence}", now=context.parts().clock()
        )
    return jsonify({"sequence": body.sequence})


@blueprint.put("/kit", responses={200: SequenceOutcome})
def replace_kit(body: KitBody) -> Response:
    """Keeps a new kit with the keyring it opens: the old one ends, as do the account's other sessions."""
    who = context.signed_in()
    token = context.session_token()
    with context.writing() as session:
        key = unb64u(body.kit_login_key, length=32)
        accounts.replace_kit(session, who.account, unb64u(body.keyring), body.sequence, key)
        sessions.end_others(session, who.account, token)
        notices.key_change(session, who.account, change=f"kit/{body.sequence}", now=context.parts().clock())
    return jsonify({"sequence": body.sequence})
