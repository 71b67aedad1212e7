"""Signing up (spec chapters 2 and 5)."""

from typing import Annotated, Literal

from flask import Response, jsonify, request
from flask_openapi3.blueprint import APIBlueprint
from pydantic import Field

from crypto.encoding import unb64u
from vault import accounts, devices, sessions, sign_ups
from vault.accounts import NewAccount, Password
from vault.errors import NotFound
from vault.notice_settings import Wishes, keep_wishes, language_of
from web import context
from web.cookies import give_device, give_session
from web.device_kind import device_kind
from web.schemas import (
    Address,
    Body,
    Key32,
    KeyringBytes,
    Natural,
    Outcome,
    Salt16,
    SignedBody,
    drop_absent,
)

blueprint = APIBlueprint("accounts", __name__, url_prefix="/api/v1/accounts")


class PasswordBody(Body):
    """How the password's key is derived, and the public login key that comes out."""

    salt: Salt16
    m: Annotated[int, Field(ge=0, le=2**31, description="KiB")]
    t: Annotated[int, Field(ge=0, le=2**31)]
    p: Annotated[int, Field(ge=0, le=2**31)]
    login_key: Key32

    def read(self) -> Password:
        """The values. Raises Malformed."""
        return Password(
            salt=unb64u(self.salt, length=16),
            memory_kib=self.m,
            passes=self.t,
            lanes=self.p,
            login_key=unb64u(self.login_key, length=32),
        )


class SignUp(Body):
    """A new account; a patient brings the first statement of their vault. `code`: as it was mailed to the
    address, where the server asks for one (`confirm_address`); else it is not looked at."""

    address: Address
    role: Literal["patient", "professional"]
    card: SignedBody
    password: PasswordBody
    kit_login_key: Key32
    keyring: KeyringBytes
    vault: SignedBody | None = None
    code: Annotated[str, Field(pattern=r"^[0-9]{8}$")] | None = None


class SignUpCodeBody(Body):
    """Where to send a code."""

    address: Address


class SignUpCodeSent(Outcome):
    """For how many seconds a code holds; said also when the mail brings none."""

    seconds: Natural


class AccountCreated(Outcome):
    """The account, signed in."""

    account: str
    vault: str | None = None
    csrf: str


@blueprint.post("/codes", responses={202: SignUpCodeSent})
def send_code(body: SignUpCodeBody) -> tuple[Response, int]:
    """Mails a code to an address, with which it can sign up.

    Whoever has an account with it already is told so in the mail alone: the answer is the same. `not_found`
    where signing up needs no code.
    """
    parts = context.parts()
    if not parts.config.accounts.confirm_address:
        raise NotFound("this host asks for no code")
    language = language_of(request.headers.get("Accept-Language", ""))
    with context.writing() as session:
        sign_ups.ask(
            session, parts.server_key, body.address, context.client(), language=language, now=parts.clock()
        )
    return jsonify({"seconds": sign_ups.LIFETIME}), 202


@blueprint.post("", responses={201: AccountCreated})
def sign_up(body: SignUp) -> Response:
    """Makes an account, and a vault for a patient; begins a session.

    Where the address has to be confirmed: `credentials` with the tries that are left for another code, and
    `ended` for none, for one that is over, and when no tries are left; whether there is an account or not.
    """
    parts = context.parts()
    now = parts.clock()
    with context.writing() as session:
        sessions.pace_sign_up(session, parts.server_key, context.client(), now)
    if parts.config.accounts.confirm_address:
        sign_ups.confirm(parts.database, parts.server_key, body.address, body.code, now)
    new = NewAccount(
        address=body.address,
        role=body.role,
        card=body.card.read(),
        password=body.password.read(),
        kit_login_key=unb64u(body.kit_login_key, length=32),
        keyring=unb64u(body.keyring),
        vault=body.vault.read() if body.vault else None,
    )
    device = context.device_token()
    with context.writing() as session:
        created = accounts.sign_up(session, parts.server_key, new, now)
        token = sessions.start(session, created.account, context.session_seconds(), now, device_kind())
        devices.signed_up(session, created.account, device, now)
        wishes = Wishes(language=language_of(request.headers.get("Accept-Language", "")))
        keep_wishes(session, created.account, wishes)
    csrf = sessions.csrf_value(parts.server_key, token)
    response = jsonify(drop_absent(AccountCreated(account=created.account, vault=created.vault, csrf=csrf)))
    response.status_code = 201
    return give_device(give_session(response, token), device)
