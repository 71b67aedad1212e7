"""Many write to one vault at once, and clocks jump: a chain stays one chain; on both databases."""

from concurrent.futures import ThreadPoolExecutor

from crypto.encoding import b64u, unb64u
from crypto.journal import EntryHeader, Page, entry_hash, start_head
from tests.vault.actors import Patient
from tests.vault.expect import ok, refused
from tests.vault.rooms import Room
from tests.vault.sealed import SealedVersion
from tests.vault.test_documents import committed


def chain(patient: Patient, name: str) -> list[EntryHeader]:
    """A chain's headers, each held against the one before and the last against the head that is told."""
    page = Page.from_wire(ok(patient.send("GET", f"/vaults/{patient.vault}/{name}")))
    head, headers = start_head(patient.vault, name), []
    for seq, entry in enumerate(page.entries):
        header = EntryHeader.from_bytes(entry.header)
        assert (header.seq, header.prev) == (seq, head)
        head = entry_hash(entry.header)
        headers.append(header)
    assert (page.size, page.head) == (len(headers), head)
    return headers


def test_readers_at_once_never_fork_the_accesses(room: Room) -> None:
    patient = room.patient()
    sealed = SealedVersion(patient.sections[1])
    committed(patient, sealed)
    # Each with a batch of its own; some batches are sent twice, as after a lost answer.
    batches = [[patient.access(sealed.document) for _ in range(3)] for _ in range(8)]
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda batch: patient.open(*batch).status_code, [*batches, *batches[:4]]))
    assert sorted(answers) == [200] * 8 + [409] * 4
    headers = chain(patient, "accesses")
    assert len(headers) == 24
    assert len({header.body for header in headers}) == 24


def test_a_batch_is_taken_whole_or_not_at_all(room: Room) -> None:
    patient = room.patient()
    sealed = SealedVersion(patient.sections[1])
    committed(patient, sealed)
    good, twice = patient.access(sealed.document), patient.access(sealed.document)
    refused(patient.open(good, twice, twice), "stale", 409)
    refused(patient.open(good, patient.access("0" * 32)), "not_found", 404)
    assert chain(patient, "accesses") == []
    opened = ok(patient.open(good, twice))["opened"]
    assert [unb64u(one["entry"]["header"]) for one in opened] == [
        header.to_bytes() for header in chain(patient, "accesses")
    ]


def test_a_clock_that_jumps_back_dates_nothing_back(room: Room) -> None:
    patient = room.patient()
    sealed = SealedVersion(patient.sections[1])
    start = room.clock.now
    for jump in (0, 3600, -7200, -86400 * 400, 60):
        room.clock.now += jump
        committed(patient, SealedVersion(patient.sections[1]))
        ok(patient.sign_in())
    committed(patient, sealed)
    ok(patient.open(patient.access(sealed.document), patient.access(sealed.document)))
    for name in ("ledger", "accesses"):
        times = [header.time for header in chain(patient, name)]
        assert times == sorted(times)
    assert chain(patient, "ledger")[-1].time == start + 3600
    assert b64u(chain(patient, "accesses")[0].prev) == b64u(start_head(patient.vault, "accesses"))


def test_openings_are_not_dated_before_earlier_ones(room: Room) -> None:
    patient = room.patient()
    sealed = SealedVersion(patient.sections[1])
    committed(patient, sealed)
    start = room.clock.now
    for jump in (0, -3600):
        room.clock.now += jump
        ok(patient.open(patient.access(sealed.document), patient.access(sealed.document)))
    assert [header.time for header in chain(patient, "accesses")] == [start] * 4


def test_openings_need_a_session_and_its_csrf_value(room: Room) -> None:
    patient, other = room.patient(), room.patient()
    sealed = SealedVersion(patient.sections[1])
    committed(patient, sealed)
    right = patient.csrf
    for wrong in ("", other.csrf):
        patient.csrf = wrong
        refused(patient.open(patient.access(sealed.document)), "forbidden", 403)
    patient.csrf = right
    room.clock.now += 365 * 86400
    refused(patient.open(patient.access(sealed.document)), "unauthenticated", 401)
    ok(patient.sign_in())
    assert chain(patient, "accesses") == []
    ok(patient.open(patient.access(sealed.document)))
