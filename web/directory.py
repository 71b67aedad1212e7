"""Looking up professionals' cards, and what the operator signed about them."""

from typing import Annotated

from flask import Response, jsonify
from flask_openapi3.blueprint import APIBlueprint
from pydantic import Field
from sqlalchemy.orm import Session

from vault import accounts, directory
from vault.models.accounts import Account
from web import context
from web.schemas import Outcome, Parameters, SignedBody, drop_absent

blueprint = APIBlueprint("directory", __name__, url_prefix="/api/v1/directory")


class DirectoryQuery(Parameters):
    """One of the three, exactly."""

    rpps: Annotated[str, Field(pattern=r"^[0-9]{11}$")] | None = None
    key: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{43}$")] | None = None
    fingerprint: Annotated[str, Field(pattern=r"^[0-9a-fA-F]{40}$")] | None = None


class Professional(Outcome):
    """A professional's public card; `verified` says whether the host has checked it, `entry` proves it: a
    `directory_entry` under the directory's key (`GET /server`).
    """

    account: str
    card: SignedBody
    verified: str
    entry: SignedBody | None = None


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
        wires = [_wire(session, account) for account in found]
    return jsonify({"professionals": [drop_absent(wire) for wire in wires]})


def _wire(session: Session, account: Account) -> Professional:
    card = SignedBody.of(accounts.signed_card(account))
    entry = directory.entry_of(session, account.id)
    return Professional(
        account=account.id,
        card=card,
        verified=account.verified,
        entry=None if entry is None else SignedBody.of(entry),
    )
