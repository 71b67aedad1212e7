"""Notices over HTTP: one's own, marked as read, and the settings."""

from tests.vault.actors import Patient, open_link
from tests.vault.expect import ok, refused
from tests.vault.rooms import Room
from tests.vault.test_shares import shared

DEFAULTS = {
    "language": "fr",
    "openings": "each",
    "others": "each",
    "phone_confirmed": False,
    "mail": False,
    "sms": False,
}


def told(patient: Patient) -> list[dict[str, object]]:
    """The patient's notices."""
    found: list[dict[str, object]] = ok(patient.send("GET", "/notices"))["notices"]
    return found


def test_notices_come_newest_first_and_are_read_once(room: Room) -> None:
    patient, share, locator = shared(room)
    for _ in range(3):
        ok(open_link(room.app.test_client(), locator))
        room.clock.now += 1
    assert ok(patient.send("GET", "/notices"))["unread"] == 3
    few = ok(patient.send("GET", "/notices?limit=1"))
    assert (len(few["notices"]), few["unread"]) == (1, 3)
    refused(patient.send("GET", "/notices?limit=201"), "malformed", 400)
    first, *others = told(patient)
    assert first == {
        "id": first["id"],
        "kind": "share_opening",
        "time": room.clock.now - 1,
        "read": False,
        "vault": patient.vault,
        "subject": share,
    }
    assert [one["time"] for one in others] == [room.clock.now - 2, room.clock.now - 3]
    body = {"notices": [str(others[0]["id"])]}
    assert ok(patient.send("POST", "/notices/read", body)) == {"unread": 1}
    assert [one["read"] for one in told(patient)] == [False, True, True]
    body = {"notices": [str(first["id"])]}
    assert ok(patient.send("POST", "/notices/read", body)) == {"unread": 0}
    # What is older was to be seen on the same page, or on none any more.
    assert [one["read"] for one in told(patient)] == [True, True, True]


def test_nobody_reads_or_marks_the_notices_of_others(room: Room) -> None:
    patient, _, locator = shared(room)
    other = room.patient()
    ok(open_link(room.app.test_client(), locator))
    [notice] = told(patient)
    assert told(other) == []
    assert ok(other.send("POST", "/notices/read", {"notices": [str(notice["id"])]})) == {"unread": 0}
    assert ok(patient.send("GET", "/notices"))["unread"] == 1
    stranger = Patient(room.app.test_client(), room.clock, "x@example.org")
    for method, path in (("GET", "/notices"), ("GET", "/notice-settings")):
        refused(stranger.send(method, path), "unauthenticated", 401)


def test_settings_are_kept(room: Room) -> None:
    patient = room.patient()
    assert ok(patient.send("GET", "/notice-settings")) == DEFAULTS
    body = {"language": "en", "openings": "daily", "others": "off", "phone": "+33612345678"}
    assert ok(patient.send("PUT", "/notice-settings", {**body})) == {**DEFAULTS, **body}
    assert ok(patient.send("GET", "/notice-settings")) == {**DEFAULTS, **body}
    del body["phone"]
    assert "phone" not in ok(patient.send("PUT", "/notice-settings", {**body}))


def test_settings_that_are_none_are_refused(room: Room) -> None:
    patient = room.patient()
    good = {"language": "en", "openings": "each", "others": "each"}
    for wrong in (
        {"openings": "off"},
        {"language": "de"},
        {"others": "never"},
        {"phone": "0612345678"},
        {"phone": "+33 612 34 56 78"},
        {"phone": "+33612345678\r\nX"},
        {"more": "1"},
    ):
        refused(patient.send("PUT", "/notice-settings", {**good, **wrong}), "malformed", 400)
    refused(patient.send("POST", "/notices/read", {"notices": []}), "malformed", 400)
    assert ok(patient.send("GET", "/notice-settings")) == DEFAULTS
