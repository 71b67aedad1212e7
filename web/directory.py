"""Looking up professionals' cards."""

from typing import Annotated

from flask import Response, jsonify
from flask_openapi3.blueprint import APIBlueprint
from pydantic import Field

from vault import accounts, directory
from vault.models.accounts import Account
from web import context
from web.schemas import Outcome, Parameters, SignedBody

blueprint = APIBlueprint("directory", __name__, url_prefix="/api/v1/directory")


class DirectoryQuery(Parameters):
    """One of the three, exactly."""

    rpps: Annotated[str, Field(pattern=r"^[0-9]{11}$")] | None = None
    key: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{43}$")] | None = None
    fingerprint: Annotated[str, Field(pattern=r"^[0-9a-fA-F]{40}$")] | None = None


class Professional(Outcome):
    """A professional's public card; `verified` says whether the host has checked it."""

    account: str
    card: SignedBody
    verified: str


class DirectoryOutcome(Outcome):
    """Who was found."""

    professionals: list[Professional]


@blueprint.get("", responses={200: DirectoryOutcome})
def find(query: DirectoryQuery) -> Response:
    """Professionals by number, key or fingerprint."""
    context.signed_in()
    fingerprint = query.fingerprint.lower() if query.fingerprint else None
    with context.reading() as session:
        found = directory.professionals(session, rpps=query.rpps, key=query.key, fingerprint=fingerprint)
    return jsonify(DirectoryOutcome(professionals=[_wire(account) for account in found]).model_dump())


def _wire(account: Account) -> Professional:
    card = SignedBody.of(accounts.signed_card(account))
    return Professional(account=account.id, card=card, verified=account.verified)
