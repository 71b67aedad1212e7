"""A host that is being maintained: what is refused, what goes on, and that no chain grows behind its back."""

import os
from dataclasses import replace

import pytest

from tests.vault.actors import PART, open_link
from tests.vault.expect import ok, refused
from tests.vault.rooms import Room
from tests.vault.sealed import SealedVersion, redeem_key
from vault import maintenance
from web import closed, context, jobs, read_only
from web.maintenance_watch import Watch

HEADER = read_only.HEADER


def close(room: Room, level: str = maintenance.READ_ONLY, until: int | None = None) -> None:
    """What `coffre admin maintenance on` writes, on a node that looks each time."""
    with room.database.writing() as session:
        maintenance.begin(session, level, until=until, now=room.clock())
    watch(room, Watch(room.database, seconds=0))


def reopen(room: Room) -> None:
    """What `coffre admin maintenance off` writes."""
    with room.database.writing() as session:
        assert maintenance.end(session)


def watch(room: Room, how: Watch) -> None:
    """Gives the node another way to look."""
    with room.app.app_context():
        parts = replace(context.parts(), maintenance=how)
    context.attach(room.app.extensions, parts)


class ClosesBehind(Watch):
    """The host is closed right after a request was let in."""

    def state(self) -> maintenance.State | None:
        """The gate's look, and what happens after it."""
        found = super().state()
        with self._database.writing() as session:
            maintenance.begin(session, maintenance.STILL, until=None, now=0)
        return found


@pytest.mark.parametrize("level", maintenance.LEVELS)
def test_every_request_that_changes_something_waits(room: Room, level: str) -> None:
    patient = room.patient()
    close(room, level)
    allowed = closed.ALWAYS | (frozenset() if level == maintenance.STILL else closed.OPENINGS)
    seen = set()
    for rule in room.app.url_map.iter_rules():
        for method in (rule.methods or set()) - {"GET", "HEAD", "OPTIONS"}:
            seen.add(rule.endpoint)
            path = rule.rule.removeprefix("/api/v1")
            for name in rule.arguments:
                path = path.replace(f"<{name}>", "0" * 32)
            answer = patient.send(method, path, {})
            if rule.endpoint in allowed:
                assert answer.get_json(silent=True) is None or answer.status_code != 503, rule.endpoint
                # Signing out is allowed: what follows is asked by somebody.
                assert patient.sign_in().status_code == 200
            else:
                refused(answer, "read_only", 503)
    assert allowed - {"share_links.open_directly"} <= seen, "a list that names no route"


CHANGES = (
    *("documents.commit", "documents.remove", "uploads.reserve", "uploads.receive", "deposits.deposit"),
    *("grants.give", "grants.revoke", "grants.rotate", "grants.accept", "shares.make", "shares.end"),
    *("keyrings.replace", "keyrings.replace_password", "keyrings.replace_kit", "accounts.sign_up"),
)
"""By name, so that one which comes to the lists of those that are let through is noticed here."""


@pytest.mark.parametrize("level", maintenance.LEVELS)
def test_nothing_that_another_host_would_not_know_of_is_let_through(room: Room, level: str) -> None:
    assert set(CHANGES) <= set(room.app.view_functions), "a list that names no route"
    state = maintenance.State(level, room.clock(), None)
    assert [name for name in CHANGES if not closed.is_refused(state, "POST", name)] == []


@pytest.mark.slow
def test_reading_goes_on_and_what_waited_is_taken_afterwards(room: Room) -> None:
    patient, doctor, key = room.patient(), room.professional(), redeem_key()
    sealed = SealedVersion(patient.sections[1], content=os.urandom(PART + 10))
    ok(patient.commit(sealed), 201)
    grant, answer = patient.invite(key)
    ok(answer)
    ok(doctor.redeem(grant, key, patient.vault))
    locator = os.urandom(32)
    ok(patient.share([(sealed.document, 1)], [b"{}"], locator=locator)[1])
    later = SealedVersion(patient.sections[1])
    upload = patient.upload(later.content)
    body = patient.version_body(later, patient.place(), upload)
    half = SealedVersion(patient.sections[1], content=os.urandom(PART + 10))
    begun = patient.send("POST", f"/vaults/{patient.vault}/uploads", {"length": PART + 10, "part_size": PART})
    first = half.content[:PART]

    close(room, until=room.clock() + 1800)
    answer = patient.send("POST", f"/vaults/{patient.vault}/documents", body)
    refused(answer, "read_only", 503)
    assert (answer.headers["Retry-After"], answer.headers[HEADER]) == ("1800", str(room.clock() + 1800))
    refused(patient.send_part(begun.get_json()["upload"], 1, first), "read_only", 503)
    # Signing in, listing, opening and sharing's openings go on, and each opening leaves its trace.
    assert patient.sign_in().status_code == 200
    assert patient.send("GET", f"/vaults/{patient.vault}/ledger").headers[HEADER]
    ok(patient.open(patient.access(sealed.document)))
    assert patient.download(sealed.document).data == sealed.content
    ok(doctor.open(doctor.access(sealed.document, mode="grant", grant=grant, reason="care")))
    assert doctor.download(sealed.document).data == sealed.content
    assert open_link(room.app.test_client(), locator).status_code == 200
    assert patient.send("GET", f"/vaults/{patient.vault}/accesses").get_json()["size"] == 3

    close(room, maintenance.STILL, until=room.clock() + 60)
    answer = patient.send("GET", f"/vaults/{patient.vault}/ledger")
    assert answer.headers[HEADER] == f"{room.clock() + 60} still", "clients say that nothing opens"
    reopen(room)
    answer = patient.send("POST", f"/vaults/{patient.vault}/documents", body)
    assert ok(answer, 201)["document"] == later.document
    assert HEADER not in answer.headers
    ok(patient.send_part(begun.get_json()["upload"], 1, first))


def test_a_still_host_changes_no_chain_and_runs_no_job(room: Room) -> None:
    patient = room.patient()
    sealed = SealedVersion(patient.sections[1])
    ok(patient.commit(sealed), 201)
    locator = os.urandom(32)
    ok(patient.share([(sealed.document, 1)], [b"{}"], locator=locator, flag="U")[1])
    runs: list[int] = []
    job = jobs.unless_still(room.database, lambda: runs.append(1))
    # This node still believes that the host is open: chains do not grow all the same.
    stale = Watch(room.database, seconds=1e9)
    watch(room, stale)
    patient.send("GET", "/vaults")
    with room.database.writing() as session:
        maintenance.begin(session, maintenance.STILL, until=None, now=room.clock())
    job()
    stranger = room.app.test_client()
    refused(patient.open(patient.access(sealed.document)), "read_only", 503)
    refused(open_link(stranger, locator), "read_only", 503)
    answer = patient.commit(SealedVersion(patient.sections[1]))
    refused(answer, "read_only", 503)
    assert answer.headers[HEADER] == "0 still", "what the node did not know says so all the same"
    answer = patient.send("GET", "/vaults")
    assert (answer.status_code, HEADER in answer.headers) == (200, False)
    watch(room, Watch(room.database, seconds=0))
    answer = stranger.get(f"/api/v1/shl/{'A' * 43}?recipient=x", base_url="https://coffre.test")
    refused(answer, "read_only", 503)
    assert answer.headers["Retry-After"] == "30"
    assert patient.send("GET", f"/vaults/{patient.vault}/accesses").get_json()["size"] == 0
    reopen(room)
    job()
    assert runs == [1]
    ok(patient.open(patient.access(sealed.document)))


def test_what_was_on_its_way_when_the_host_closed_is_not_kept(room: Room) -> None:
    """Settings are in no chain: only the request that changes them can tell."""
    patient = room.patient()
    before = patient.send("GET", "/notice-settings").get_json()
    wish = {"language": "fr", "openings": "each", "others": "off"}
    watch(room, ClosesBehind(room.database, seconds=0))
    refused(patient.send("PUT", "/notice-settings", wish), "read_only", 503)
    watch(room, Watch(room.database))
    reopen(room)
    assert patient.send("GET", "/notice-settings").get_json() == before
    after = ok(patient.send("PUT", "/notice-settings", wish))
    assert (before["others"], after["others"]) == ("each", "off")


def test_a_node_looks_again_after_a_second(room: Room) -> None:
    moment = [0.0]
    looked = Watch(room.database, clock=lambda: moment[0])
    assert looked.state() is None
    with room.database.writing() as session:
        maintenance.begin(session, maintenance.READ_ONLY, until=None, now=room.clock())
    moment[0] = 0.9
    assert looked.state() is None
    moment[0] = 1.1
    assert looked.state() is not None
    reopen(room)
    assert looked.state() is None, "the end is seen at once"


def test_what_tells_how_the_node_is_does_not_ask(room: Room) -> None:
    close(room)
    for path in ("health", "ready", "openapi.json"):
        answer = room.app.test_client().get(f"/api/v1/{path}")
        assert (answer.status_code, HEADER in answer.headers) == (200, False)
