"""Blocking a professional, and letting them in again (chapter 7). A block ends their grants at once.

Owns what the owner signs for it. The rotation that follows is `rotations`.
"""

from crypto.encoding import Json
from crypto.statements import Block, InLedger, Unblock
from vault.client.errors import NotAllowed, NotFound
from vault.client.key_words import named_in
from vault.client.ledger_state import KnownCard, LedgerState
from vault.client.positions import next_position
from vault.client.rotations import settle
from vault.client.section_terms import publish
from vault.client.vaults import OpenVault


def block(vault: OpenVault, wanted: str) -> KnownCard:
    """Ends every grant of a professional, keeps their key from new ones, renews the keys of their sections.

    `wanted`: a grant's id, an RPPS number, a fingerprint, words or a contact's link; of somebody who
    stands in the ledger. Raises NotFound, NotAllowed.
    """
    known = find(vault, wanted)
    key = known.card.author
    if key not in vault.state.blocked:

        def make(state: LedgerState) -> tuple[InLedger, dict[str, Json]]:
            return Block(**next_position(vault, state), professional=key), {}

        vault.append("blocks", make, "block")
    settle(vault)
    publish(vault)
    return known


def unblock(vault: OpenVault, wanted: str) -> KnownCard:
    """Lets a blocked professional be given grants again; brings none back. Raises NotFound, NotAllowed."""
    known = find(vault, wanted)
    key = known.card.author
    if key not in vault.state.blocked:
        raise NotFound("not blocked")

    def make(state: LedgerState) -> tuple[InLedger, dict[str, Json]]:
        return Unblock(**next_position(vault, state), professional=key), {}

    vault.append("unblocks", make, "unblock")
    return known


def find(vault: OpenVault, wanted: str) -> KnownCard:
    """A professional of the ledger. Raises NotFound, NotAllowed; Malformed (words, link)."""
    if not vault.owned:
        raise NotAllowed("only the patient blocks")
    state = vault.state
    plain = "".join(wanted.split())
    record = next((grant for grant in state.grants.values() if grant.grant == plain), None)
    if record is not None and record.latest.professional is not None:
        return state.cards[record.latest.professional]
    named = named_in(wanted)
    for known in state.cards.values():
        card = known.card
        if card.role != "professional":
            continue
        if named is None and card.rpps == plain:
            return known
        if named is not None and named.names(card.author):
            return known
    raise NotFound("no such professional here")
