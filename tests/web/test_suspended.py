"""An account that the host suspended: nothing by which a record grows or others are given something."""

import pytest

from tests.vault.rooms import Room
from vault import suspensions
from vault.errors import Suspended
from web import gate, suspended

GIVES_OR_ADDS = (
    *("uploads.reserve", "uploads.announce", "uploads.receive", "uploads.receive_objects"),
    *("documents.commit", "documents.refile", "documents.restore", "deposits.deposit", "sections.change"),
    *("grants.give", "grants.give_documents", "grants.accept", "renewals.ask", "renewals.unblock"),
    *("shares.make", "shares.update"),
)
"""By name, so that a view which comes to the list of those that stay open is noticed here."""


def test_nothing_is_added_or_given(room: Room) -> None:
    changing = {
        rule.endpoint
        for rule in room.app.url_map.iter_rules()
        if (rule.methods or set()) - {"GET", "HEAD", "OPTIONS"}
    }
    assert set(GIVES_OR_ADDS) <= changing, "a list that names no route"
    assert changing >= suspended.KEPT
    for endpoint in (*GIVES_OR_ADDS, *(changing - suspended.KEPT - gate.OPEN)):
        with pytest.raises(Suspended):
            suspended.check(suspensions.READ_ONLY, "POST", endpoint)
    for endpoint in suspended.KEPT:
        suspended.check(suspensions.READ_ONLY, "POST", endpoint)
