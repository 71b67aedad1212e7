"""Asking for another term, answering, blocking, and the terms under which others may seal: on the command
line."""

from collections.abc import Callable

import httpx
import pytest

from crypto.encoding import GrantId
from tests.through import through
from tests.vault.client.people import OTHER_RPPS, RPPS, Clock, Network, Person
from vault.client.client import Client
from vault.client.ledger_state import LedgerState
from vault.client.terminal import Terminal
from vault.client.vaults import open_vault

DAY = 24 * 3600
YEAR = 366 * DAY


def client_of(person: Person) -> Client:
    environment = {"COFFRE_HOME": str(person.folder / "home")}
    return Terminal(environment, network=through(person.network), clock=person.clock).client()


def bind(patient: Person, professional: Person, *extra: str) -> GrantId:
    given = patient.json("grant", "new", "--invite", "--sections", "imaging,reports", *extra)
    professional.json("grant", "redeem", given["invitation"])
    patient.json("list")
    return GrantId(given["id"])


def state_of(patient: Person) -> LedgerState:
    return open_vault(client_of(patient)).state


@pytest.mark.slow
def test_a_year_passes_and_the_professional_asks(patient: Person, professional: Person, clock: Clock) -> None:
    identifier = patient.add("a.txt", b"a", "--section", "imaging")
    grant = bind(patient, professional)
    clock.time += YEAR
    for person in (patient, professional):
        person.log_in()
    assert professional.fails("list") == (4, "ended")
    professional.json("grant", "ask", grant)
    assert professional.fails("grant", "ask", grant) == (4, "conflict")
    [request] = patient.json("grant", "requests")
    assert (request["id"], request["state"], request["refused"]) == (grant, "expired", False)
    [renewed] = patient.json("grant", "renew", "--requested")
    assert (renewed["state"], renewed["sections"]) == ("active", ["imaging", "reports"])
    assert patient.json("grant", "requests") == []
    assert [row["id"] for row in professional.json("list")] == [identifier]
    professional.json("get", identifier, "-o", str(professional.folder / "out"))
    # The new term may be asked for again.
    professional.json("grant", "ask", grant)


@pytest.mark.slow
def test_a_request_before_the_end_is_refused(patient: Person, professional: Person) -> None:
    grant = bind(patient, professional, "--until", "2027-06-30")
    professional.json("grant", "ask", grant, "--until", "2027-12-31")
    [request] = patient.json("grant", "requests")
    assert request["asked"] == "2027-12-31T23:59:59Z"
    assert patient.json("grant", "refuse", grant)["refused"] is True
    assert patient.json("grant", "requests") == []
    assert patient.fails("grant", "refuse", grant) == (3, "not_found")
    assert professional.fails("grant", "ask", grant) == (4, "conflict")
    # Reading goes on until the term's own end.
    assert professional.json("list") == []


def test_what_is_no_request(patient: Person, professional: Person, clock: Clock) -> None:
    grant = bind(patient, professional)
    assert patient.fails("grant", "ask", grant) == (4, "forbidden")
    assert professional.fails("grant", "ask", "0" * 32) == (3, "not_found")
    assert professional.fails("grant", "ask", grant, "--until", "2031-01-01") == (2, "limit_exceeded")
    assert professional.fails("grant", "ask", grant, "--until", "2020-01-01") == (2, "malformed")
    clock.time += 2 * YEAR + 2 * DAY
    professional.log_in()
    assert professional.fails("grant", "ask", grant) == (4, "ended")
    assert patient.fails("grant", "renew") == (4, "unauthenticated")


@pytest.mark.slow
def test_a_revoked_grant_is_restored_with_its_scope(patient: Person, professional: Person) -> None:
    identifier = patient.add("a.txt", b"a", "--section", "imaging")
    hidden = patient.add("b.txt", b"b", "--section", "dental")
    grant = bind(patient, professional, "--rights", "read,add")
    patient.json("grant", "revoke", grant)
    assert professional.fails("list") == (4, "ended")
    row = patient.json("grant", "renew", grant)
    assert (row["id"], row["sections"], row["rights"]) == (grant, ["imaging", "reports"], ["add", "read"])
    assert [row["id"] for row in professional.json("list")] == [identifier]
    assert professional.fails("get", hidden, "-o", "x") == (3, "not_found")


@pytest.mark.slow
def test_a_statement_sent_again_does_nothing(patient: Person, professional: Person, network: Network) -> None:
    """D7: the recorded grant, renewal and request, sent again after a revocation: refused, nothing
    changes."""
    grant = bind(patient, professional)
    professional.json("grant", "ask", grant)
    patient.json("grant", "renew", grant)
    recorded = [
        request
        for request in network.requests
        if request.method == "POST"
        and request.url.path.endswith(("/grants", "/renewal-request", "/acceptance"))
    ]
    assert len(recorded) == 4
    patient.json("grant", "revoke", grant)
    before = state_of(patient)
    for request in recorded:
        again = httpx.Request(request.method, request.url, headers=request.headers, content=request.content)
        answer = network.inner.handle_request(again)
        assert answer.status_code in (403, 404, 409)
        answer.read()
    assert (state_of(patient).size, state_of(patient).head) == (before.size, before.head)
    assert professional.fails("list") == (4, "ended")


@pytest.mark.slow
def test_many_are_renewed_at_once(
    patient: Person, professional: Person, person: Callable[[str], Person]
) -> None:
    other = person("other")
    other.sign_up_professional(OTHER_RPPS)
    ids = [bind(patient, one, "--until", "2027-03-01") for one in (professional, other)]
    rows = patient.json("grant", "renew", *ids, "--until", "2027-09-30")
    assert [row["not_after"] for row in rows] == ["2027-09-30T23:59:59Z"] * 2
    assert patient.fails("grant", "renew") == (2, "usage")


@pytest.mark.slow
def test_blocking_ends_every_grant_and_keeps_the_key_out(patient: Person, professional: Person) -> None:
    identifier = patient.add("a.txt", b"a", "--section", "imaging")
    grants = [bind(patient, professional), bind(patient, professional)]
    waiting = patient.json("grant", "new", "--invite", "--sections", "imaging")["invitation"]
    shown = patient.json("grant", "block", RPPS)
    assert shown["rpps"] == RPPS
    assert {row["state"] for row in patient.json("grant", "list") if row["id"] in grants} == {"revoked"}
    assert "rotation" in [row["kind"] for row in patient.json("journal")]
    out = ("-o", str(professional.folder / "out"))
    assert professional.fails("get", identifier, *out) == (4, "ended")
    assert professional.fails("grant", "redeem", waiting) == (4, "blocked")
    assert professional.fails("grant", "ask", grants[0]) == (4, "blocked")
    assert patient.fails("grant", "renew", grants[0]) == (4, "blocked")
    fingerprint = shown["fingerprint"]
    assert patient.fails("grant", "new", "--to", fingerprint, "--met-in-person") == (4, "blocked")
    patient.json("grant", "unblock", fingerprint)
    assert professional.fails("list") == (4, "ended")
    patient.json("grant", "renew", grants[0])
    assert [row["id"] for row in professional.json("list")] == [identifier]


@pytest.mark.slow
def test_whom_one_cannot_block(patient: Person, professional: Person) -> None:
    bind(patient, professional)
    assert patient.fails("grant", "block", OTHER_RPPS) == (3, "not_found")
    assert patient.fails("grant", "unblock", RPPS) == (3, "not_found")
    assert professional.fails("grant", "block", RPPS) == (4, "forbidden")


@pytest.mark.slow
def test_the_term_of_a_section_is_the_first_end(
    patient: Person, professional: Person, person: Callable[[str], Person]
) -> None:
    other = person("other")
    other.sign_up_professional(OTHER_RPPS)
    long = bind(patient, professional, "--until", "2027-09-30")
    state = state_of(patient)
    section = next(iter(state.grants[long].latest.sections))
    first = state.sections[section].term
    assert first == state.grants[long].latest.statement.not_after
    short = bind(patient, other, "--until", "2027-03-01")
    state = state_of(patient)
    assert state.sections[section].term == state.grants[short].latest.statement.not_after
    # Never, not even between two entries, was the term later than a grant's end.
    events = [row["kind"] for row in reversed(patient.json("journal"))]
    at = [index for index, kind in enumerate(events) if kind == "grant"][-1]
    assert events[at - 1] == "section_terms"
    patient.json("grant", "revoke", short)
    state = state_of(patient)
    assert state.sections[section].term == first
    assert state.sections[section].epoch == 2


@pytest.mark.slow
def test_a_professional_knows_when_sealing_must_stop(
    patient: Person, professional: Person, person: Callable[[str], Person], clock: Clock
) -> None:
    """The reader who stays learns from the owner's terms alone that somebody else's right ends."""
    other = person("other")
    other.sign_up_professional(OTHER_RPPS)
    grant = bind(patient, professional, "--rights", "read,add")
    bind(patient, other, "--until", "2027-02-01")
    opened = open_vault(client_of(professional))
    section = next(iter(opened.state.grants[grant].latest.sections))
    assert opened.state.may_seal(section, clock())
    clock.time = 1_802_000_000
    professional.log_in()
    assert not open_vault(client_of(professional)).state.may_seal(section, clock())
    patient.log_in()
    patient.json("list")
    after = open_vault(client_of(professional)).state
    assert after.sections[section].epoch == 2
    assert after.may_seal(section, clock())


@pytest.mark.slow
@pytest.mark.parametrize("path", ["/section-terms", "/blocks"])
def test_an_interruption_is_made_good_at_the_next_unlock(
    patient: Person, professional: Person, network: Network, path: str
) -> None:
    grant = bind(patient, professional)
    patient.json("grant", "revoke", grant)

    def fail(request: httpx.Request, response: httpx.Response) -> httpx.Response:
        if request.url.path.endswith(path):
            raise httpx.ReadError("the line is cut before the answer")
        return response

    network.rewrite = fail
    command = ("renew", grant) if path == "/section-terms" else ("block", RPPS)
    assert patient.fails("grant", *command) == (6, "unreachable")
    network.rewrite = None
    patient.json("list")
    state = state_of(patient)
    if path == "/blocks":
        assert len(state.blocked) == 1
    else:
        held = {section: state.sections[section].term for section in state.grants[grant].latest.sections}
        assert set(held.values()) == {state.grants[grant].latest.statement.not_after}
