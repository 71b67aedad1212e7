"""The vaults that an account can reach, and the ledgers and accesses in them (spec chapter 6)."""

from flask import Response, jsonify
from flask_openapi3.blueprint import APIBlueprint

from crypto.encoding import b64u
from vault import quotas, vaults
from vault.models.vaults import Vault
from vault.vaults import GrantView
from web import context
from web.schemas import Natural, Outcome, VaultPath, drop_absent

blueprint = APIBlueprint("vaults", __name__, url_prefix="/api/v1/vaults")


class VaultOutcome(Outcome):
    """A vault and what the account is to it."""

    vault: str
    role: str
    grant: str | None = None
    not_before: Natural | None = None
    not_after: Natural | None = None
    state: str | None = None
    rights: list[str] | None = None
    sections: list[str] | None = None
    size: Natural
    head: str


class VaultsOutcome(Outcome):
    """All of them."""

    vaults: list[VaultOutcome]


class StorageOutcome(Outcome):
    """Bytes that a vault takes, and may take where the host limits it."""

    stored: Natural
    quota: Natural | None = None


@blueprint.get("", responses={200: VaultsOutcome})
def reachable() -> Response:
    """The account's own vault, and one line for each grant bound to it, ended ones included."""
    who = context.signed_in()
    now = context.parts().clock()
    found: list[VaultOutcome] = []
    if who.own is not None:
        head = b64u(who.own.head)
        found.append(VaultOutcome(vault=who.own.vault, role="owner", size=who.own.size, head=head))
    if who.role == "professional":
        with context.reading() as session:
            granted = vaults.grants_of(session, who.account)
            rows = vaults.rows(session, {grant.row.vault for grant in granted})
            found += [_granted(rows[grant.row.vault], grant, now) for grant in granted]
    return jsonify({"vaults": [drop_absent(vault) for vault in found]})


@blueprint.get("/<vault>/storage", responses={200: StorageOutcome})
def storage(path: VaultPath) -> Response:
    """How much room a vault takes: every version, also of what was removed and is not gone yet."""
    who = context.signed_in()
    parts = context.parts()
    with context.reading() as session:
        vaults.owned(session, who, path.vault, parts.clock())
        row = vaults.find(session, path.vault)
        quota = quotas.of(row, parts.config.limits.quota_bytes)
        outcome = StorageOutcome(stored=row.stored_bytes, quota=quota or None)
    return jsonify(drop_absent(outcome))


def _granted(vault: Vault, grant: GrantView, now: int) -> VaultOutcome:
    row = grant.row
    rights = [name for name, given in (("add", row.may_add), ("read", row.may_read)) if given]
    return VaultOutcome(
        vault=row.vault,
        role="grant",
        grant=row.id,
        not_before=row.not_before,
        not_after=row.not_after,
        state=grant.state(now),
        rights=rights,
        sections=sorted(grant.sections),
        size=vault.ledger_size,
        head=b64u(vault.ledger_head),
    )
