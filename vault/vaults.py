"""Who may do what in a vault, judged by the server's clock (spec chapter 7, "States").

Owns the answer to "what is this account to this vault"; other nouns ask here and nowhere else.
"""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from vault.departures import require_reachable, stays
from vault.errors import Ended, Forbidden, NotFound
from vault.ledger import Viewer
from vault.models.accounts import Account
from vault.models.grants import Grant, GrantDocument, GrantSection
from vault.models.vaults import Section, Vault
from vault.sessions import SignedIn


@dataclass(frozen=True)
class GrantView:
    """A grant with its sections, or with the versions of documents that it names."""

    row: Grant
    sections: frozenset[str]
    documents: frozenset[tuple[str, int]] = frozenset()

    def state(self, now: int) -> str:
        """`invited`, `upcoming`, `active`, `expired` or `revoked` (spec chapter 7)."""
        grant = self.row
        if grant.revoked_seq is not None:
            return "revoked"
        if now >= grant.not_after:
            return "expired"
        if grant.professional is not None:
            return "active" if grant.not_before <= now else "upcoming"
        open_until = grant.redeem_not_after
        return "invited" if open_until is not None and now <= open_until else "expired"

    def is_current(self, now: int) -> bool:
        """Whether it gives any right now."""
        return self.state(now) == "active"


@dataclass(frozen=True)
class Standing:
    """What an account is to a vault: its owner, or the holder of grants that are current."""

    who: SignedIn
    vault: str
    owner: bool
    current: tuple[GrantView, ...] = ()
    all_grants: frozenset[str] = frozenset()

    @property
    def viewer(self) -> Viewer:
        """What of the ledger is shown."""
        return Viewer(
            key=self.who.key,
            owner=self.owner,
            sections=frozenset(section for grant in self.current for section in grant.sections),
            grants=self.all_grants,
            documents=frozenset(named for grant in self.current for named in grant.documents),
        )

    def may_add(self, section: str) -> bool:
        """Whether versions may be added to a section."""
        return self.owner or any(grant.row.may_add and section in grant.sections for grant in self.current)

    def may_read(self, section: str) -> bool:
        """Whether documents filed in a section may be opened."""
        return self.owner or any(grant.row.may_read and section in grant.sections for grant in self.current)

    def may_read_named(self, document: str, version: int) -> bool:
        """Whether a version may be opened since a grant names it, wherever it is filed."""
        return any(grant.row.may_read and (document, version) in grant.documents for grant in self.current)

    @property
    def may_read_own(self) -> bool:
        """Whether documents of the account's own authorship may be opened, wherever they are filed."""
        return self.owner or any(grant.row.may_read for grant in self.current)

    def require_owner(self) -> None:
        """Raises Forbidden for anyone else."""
        if not self.owner:
            raise Forbidden("the owner only")


def standing(session: Session, who: SignedIn, vault: str, now: int) -> Standing:
    """What the account is to the vault.

    Raises NotFound (no such vault, or none of the account's business), Ended (all its grants are over),
    Forbidden (they have not begun).
    """
    if who.vault == vault:
        return Standing(who, vault, owner=True)
    grants = grants_of(session, who.account, vault)
    if not grants:
        raise NotFound("no such vault")
    current = tuple(grant for grant in grants if grant.is_current(now))
    if not current:
        if any(grant.state(now) == "upcoming" for grant in grants):
            raise Forbidden("the grant has not begun")
        raise Ended("the grant is over")
    return Standing(who, vault, owner=False, current=current, all_grants=frozenset(g.row.id for g in grants))


def owned(session: Session, who: SignedIn, vault: str, now: int) -> Standing:
    """As `standing`, for what only owners do: Forbidden for holders of grants, NotFound for everyone else."""
    found = standing(session, who, vault, now)
    found.require_owner()
    return found


def require_contributor(session: Session, who: SignedIn, vault: str, now: int) -> None:
    """Returns for who may bring objects: the owner, holders of a right to add, verified professionals.

    Raises as `standing`, and Forbidden for a right that is for reading only.
    """
    account = session.get_one(Account, who.account)
    if account.role == "professional" and account.verified == "yes":
        find(session, vault)
        require_reachable(session, vault)
        return
    found = standing(session, who, vault, now)
    if not found.owner and not any(grant.row.may_add for grant in found.current):
        raise Forbidden("no right to add")


def grants_of(session: Session, account: str, vault: str | None = None) -> tuple[GrantView, ...]:
    """The grants bound to a professional, ended ones included, of owners who stay; of one vault if it is
    given."""
    query = (
        select(Grant)
        .where(Grant.professional == account, stays(Grant.vault))
        .order_by(Grant.vault, Grant.granted_seq)
    )
    if vault is not None:
        query = query.where(Grant.vault == vault)
    return views(session, list(session.execute(query).scalars()))


def grants_in(session: Session, vault: str) -> tuple[GrantView, ...]:
    """All grants and invitations of a vault."""
    return views(session, list(session.execute(select(Grant).where(Grant.vault == vault)).scalars()))


def views(session: Session, grants: list[Grant]) -> tuple[GrantView, ...]:
    """Grants with what they reach."""
    found: dict[str, set[str]] = {grant.id: set() for grant in grants}
    rows = session.execute(
        select(GrantSection.grant_id, GrantSection.section).where(GrantSection.grant_id.in_(found))
    )
    for grant, section in rows:
        found[grant].add(section)
    named = _named(session, {grant for grant, sections in found.items() if not sections})
    return tuple(
        GrantView(grant, frozenset(found[grant.id]), frozenset(named.get(grant.id, ()))) for grant in grants
    )


def _named(session: Session, grants: set[str]) -> dict[str, set[tuple[str, int]]]:
    """The versions that grants without sections name."""
    found: dict[str, set[tuple[str, int]]] = {grant: set() for grant in grants}
    if found:
        query = select(GrantDocument.grant_id, GrantDocument.document, GrantDocument.version)
        for grant, document, version in session.execute(query.where(GrantDocument.grant_id.in_(found))):
            found[grant].add((document, version))
    return found


def find(session: Session, vault: str) -> Vault:
    """A vault's row, not locked. Raises NotFound."""
    row = session.get(Vault, vault)
    if row is None:
        raise NotFound("no such vault")
    return row


def rows(session: Session, wanted: set[str]) -> dict[str, Vault]:
    """Several vaults' rows by identifier, in one query."""
    found = session.execute(select(Vault).where(Vault.id.in_(wanted))).scalars()
    return {row.id: row for row in found}


def sections(session: Session, vault: str) -> dict[str, Section]:
    """A vault's sections by identifier."""
    rows = session.execute(select(Section).where(Section.vault == vault)).scalars()
    return {row.id: row for row in rows}


def is_due(session: Session, section: Section, now: int) -> bool:
    """Whether someone who had a section's secret lost their right, and the owner has not rotated it yet.

    A grant that a rotation left out had expired when that rotation came, so only later ends count.
    """
    if section.due:
        return True
    expired = (
        select(Grant.id)
        .join(GrantSection, GrantSection.grant_id == Grant.id)
        .where(
            Grant.vault == section.vault,
            GrantSection.section == section.id,
            Grant.professional.is_not(None),
            Grant.not_after <= now,
            Grant.not_after > section.rotated,
        )
        .limit(1)
    )
    return session.execute(expired).first() is not None
