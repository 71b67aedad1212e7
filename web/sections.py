"""Sections added and renamed, and a vault's settings (spec chapters 3 and 5)."""

from flask import Response, jsonify
from flask_openapi3.blueprint import APIBlueprint

from vault import ledger, sections, vaults
from web import context
from web.schemas import Appended, Body, SignedBody, VaultPath

blueprint = APIBlueprint("sections", __name__, url_prefix="/api/v1/vaults")


class SectionsBody(Body):
    """New sections, and new sealed names of known ones."""

    sections: SignedBody


class SettingsBody(Body):
    """The vault's settings from now on."""

    settings: SignedBody


@blueprint.post("/<vault>/sections", responses={200: Appended})
def change(path: VaultPath, body: SectionsBody) -> Response:
    """Adds and renames sections."""
    who = context.signed_in()
    now = context.parts().clock()
    signed = body.sections.read()
    with context.writing() as session:
        row = ledger.locked(session, path.vault)
        standing = vaults.owned(session, who, path.vault, now)
        entry = sections.change(session, row, standing, signed, now)
    return jsonify({"entry": entry.to_wire()})


@blueprint.post("/<vault>/settings", responses={200: Appended})
def settle(path: VaultPath, body: SettingsBody) -> Response:
    """Takes the owner's settings."""
    who = context.signed_in()
    now = context.parts().clock()
    signed = body.settings.read()
    with context.writing() as session:
        row = ledger.locked(session, path.vault)
        standing = vaults.owned(session, who, path.vault, now)
        entry = sections.settle(session, row, standing, signed, now)
    return jsonify({"entry": entry.to_wire()})
