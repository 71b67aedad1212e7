"""Shares made and ended by the owner (spec chapter 8). Opening one: web/share_links.py."""

from typing import Annotated, Literal

from flask import Response, jsonify
from flask_openapi3.blueprint import APIBlueprint
from pydantic import Field

from crypto.encoding import unb64u
from vault import ledger, share_updates, shares, uploads, vaults
from vault.share_updates import Change
from vault.shares import NewShare
from web import context
from web.schemas import Appended, Body, Identifier, Key32, SignedBody, VaultPath

blueprint = APIBlueprint("shares", __name__, url_prefix="/api/v1/vaults")


class ShareFileBody(Body):
    """A sealed file of the share, uploaded before."""

    upload: Identifier


class ShareBody(Body):
    """A share: its statement, the address it answers at, and its files in the statement's order."""

    share: SignedBody
    locator: Key32
    flag: Literal["", "L", "LP", "P", "U"]
    passcode: Annotated[str, Field(min_length=1, max_length=256)] | None = None
    files: Annotated[list[ShareFileBody], Field(min_length=1, max_length=100)]


class ShareUpdateBody(Body):
    """What a share holds from now on: its statement, and its files unless these stay as they are."""

    share_update: SignedBody
    files: Annotated[list[ShareFileBody], Field(max_length=100)]


class ShareEndBody(Body):
    """The end of a share."""

    share_end: SignedBody


@blueprint.post("/<vault>/shares", responses={200: Appended})
def make(path: VaultPath, body: ShareBody) -> Response:
    """Begins a share. Its key is in the link only and never comes here."""
    who = context.signed_in()
    parts = context.parts()
    now = parts.clock()
    new = NewShare(
        signed=body.share.read(),
        locator=unb64u(body.locator, length=32),
        flag=body.flag,
        passcode=body.passcode,
        uploads=tuple(file.upload for file in body.files),
    )
    days = parts.config.limits.share_max_days
    with context.reading() as session:
        standing = vaults.owned(session, who, path.vault, now)
        row = vaults.find(session, path.vault)
        shares.check(session, None, row, standing, new, max_days=days, now=now)
    for upload in new.uploads:
        uploads.complete(parts.database, parts.store, upload, now)
    with context.reading() as session:
        row = vaults.find(session, path.vault)
        shares.check(session, parts.store, row, standing, new, max_days=days, now=now)
    with context.writing() as session:
        row = ledger.locked(session, path.vault)
        standing = vaults.owned(session, who, path.vault, now)
        statement = shares.check(session, None, row, standing, new, max_days=days, now=now)
        entry = shares.make(session, row, standing, statement, new, now)
    return jsonify({"entry": entry.to_wire()})


@blueprint.post("/<vault>/share-updates", responses={200: Appended})
def update(path: VaultPath, body: ShareUpdateBody) -> Response:
    """Goes on with a share: other files, another end, another number of openings. Its link's key stays."""
    who = context.signed_in()
    parts = context.parts()
    now = parts.clock()
    change = Change(body.share_update.read(), tuple(file.upload for file in body.files))
    days = parts.config.limits.share_max_days
    for store in (None, parts.store):
        with context.reading() as session:
            standing = vaults.owned(session, who, path.vault, now)
            row = vaults.find(session, path.vault)
            share_updates.check(session, store, row, standing, change, max_days=days, now=now)
        if store is None:
            for upload in change.uploads:
                uploads.complete(parts.database, parts.store, upload, now)
    with context.writing() as session:
        row = ledger.locked(session, path.vault)
        standing = vaults.owned(session, who, path.vault, now)
        statement = share_updates.check(session, None, row, standing, change, max_days=days, now=now)
        entry = share_updates.update(session, row, standing, statement, change, now)
    return jsonify({"entry": entry.to_wire()})


@blueprint.post("/<vault>/share-ends", responses={200: Appended})
def end(path: VaultPath, body: ShareEndBody) -> Response:
    """Ends a share at once."""
    who = context.signed_in()
    now = context.parts().clock()
    signed = body.share_end.read()
    with context.writing() as session:
        row = ledger.locked(session, path.vault)
        standing = vaults.owned(session, who, path.vault, now)
        entry = shares.end(session, row, standing, signed, now)
    return jsonify({"entry": entry.to_wire()})
