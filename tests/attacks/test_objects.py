"""Objects: swapped, old, cut, changed. No byte is released, and nothing is left behind (D1, D2, D3, L6)."""

from collections.abc import Callable, Iterator

import httpx
import pytest

from tests.attacks.people import Device
from tests.attacks.scenarios import answer_with
from tests.attacks.world import World
from tests.vault.client.people import Rewrite

pytestmark = pytest.mark.slow

CHUNK = 65536 + 16
NONCE = 16

Change = Callable[[bytes], bytes]


def of_objects(change: Change) -> Rewrite:
    """Changes what is downloaded."""

    def rewrite(request: httpx.Request, response: httpx.Response) -> httpx.Response:
        if not request.url.path.endswith("/object"):
            return response
        return answer_with(response, change(response.content))

    return rewrite


def cut_to(length: int) -> Rewrite:
    """Cuts what is downloaded."""
    return of_objects(lambda data: data[:length])


def as_others(path: str) -> Rewrite:
    """Answers with the object of another address, which the same session may read."""

    def rewrite(request: httpx.Request, response: httpx.Response) -> httpx.Response:
        return answer_with(response, OBJECTS[path]) if request.url.path.endswith("/object") else response

    return rewrite


OBJECTS: dict[str, bytes] = {}


def get(world: World, letter: str, *extra: str) -> tuple[Device, tuple[str, ...]]:
    device = world.device("anne")
    return device, ("get", world.vaults["anne"].documents[letter], "-o", str(device.folder / "out"), *extra)


def object_of(world: World, letter: str, *extra: str) -> bytes:
    """A document's object as the server has it."""
    device, arguments = get(world, letter, *extra)
    with world.restored(), world.server.hostile(None):
        device.json(*arguments)
        [found] = [e.given.content for e in world.server.exchanges if e.path.endswith("/object")]
    return found


def refused(world: World, rewrite: Rewrite, letter: str, *extra: str) -> str:
    """The code with which a document is refused; nothing is written, nothing shown, nothing forgotten."""
    device, arguments = get(world, letter, *extra)
    before = device.state()
    with world.restored(), world.server.hostile(rewrite):
        status, code = device.fails(*arguments)
        assert status == 5
        assert not (device.folder / "out").exists()
        shown = device.run("get", *arguments[1:2], *extra)
        assert (shown.status, shown.stdout) == (5, "")
    assert {name: data for name, data in before.items() if name != "lock"} == {
        name: data for name, data in device.state().items() if name != "lock"
    }
    return code


def lengths(size: int) -> Iterator[int]:
    """Each sixteenth, and each chunk's border with the bytes before and after."""
    yield from (size * part // 16 for part in range(16))
    for border in range(NONCE, size, CHUNK):
        yield from (border - 1, border, border + 1)


def test_truncated_anywhere(world: World) -> None:
    whole = object_of(world, "a", "--version", "1")
    assert len(whole) > 3 * CHUNK
    for length in sorted(set(lengths(len(whole)))):
        assert refused(world, cut_to(length), "a", "--version", "1") == "tampered", length


def test_a_flipped_bit_anywhere(world: World) -> None:
    whole = object_of(world, "a", "--version", "1")
    for position in (
        0,
        15,
        16,
        CHUNK // 2,
        CHUNK + NONCE - 1,
        CHUNK + NONCE,
        len(whole) // 2,
        len(whole) - 1,
    ):
        flipped = whole[:position] + bytes([whole[position] ^ 1]) + whole[position + 1 :]
        OBJECTS["flipped"] = flipped
        assert refused(world, as_others("flipped"), "a", "--version", "1") == "tampered", position


FAULTS: dict[str, Change] = {
    "chunks swapped": lambda o: (
        o[:16] + o[16 + CHUNK : 16 + 2 * CHUNK] + o[16 : 16 + CHUNK] + o[16 + 2 * CHUNK :]
    ),
    "chunk dropped": lambda o: o[:16] + o[16 + CHUNK :],
    "chunk doubled": lambda o: o[: 16 + CHUNK] + o[16 : 16 + CHUNK] + o[16 + CHUNK :],
    "chunk doubled, same length": lambda o: o[: 16 + CHUNK] + o[16 : 16 + CHUNK] + o[16 + 2 * CHUNK :],
    "nothing": lambda o: b"",
    "one byte more": lambda o: o + b"\x00",
    "twice": lambda o: o + o,
    "zeros": lambda o: bytes(len(o)),
    "padding changed": lambda o: o[:-1] + bytes([o[-1] ^ 1]),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_chunks_moved(world: World, fault: str) -> None:
    code = refused(world, of_objects(FAULTS[fault]), "a", "--version", "1")
    assert code in {"tampered", "limit_exceeded"}


def test_objects_of_other_documents_versions_and_patients(world: World) -> None:
    OBJECTS["document"] = object_of(world, "b")
    OBJECTS["older version"] = object_of(world, "a", "--version", "1")
    OBJECTS["newer version"] = object_of(world, "a")
    for wanted, extra, others in (
        ("a", (), ("document", "older version")),
        ("a", ("--version", "1"), ("document", "newer version")),
        ("c", (), ("document", "newer version")),
    ):
        for other in others:
            assert refused(world, as_others(other), wanted, *extra) in {"tampered", "limit_exceeded"}


def test_a_deleted_object_is_no_empty_document(world: World) -> None:
    def gone(request: httpx.Request, response: httpx.Response) -> httpx.Response:
        if not request.url.path.endswith("/object"):
            return response
        return httpx.Response(404, json={"error": {"code": "not_found", "message": ""}})

    device, arguments = get(world, "b")
    with world.restored(), world.server.hostile(gone):
        assert device.fails(*arguments) == (3, "not_found")
    assert not (device.folder / "out").exists()


def test_what_stood_there_stays(world: World) -> None:
    device, arguments = get(world, "b")
    (device.folder / "out").write_bytes(b"what stood there")
    with world.restored(), world.server.hostile(of_objects(lambda data: data[:-1])):
        device.fails(*arguments)
    assert (device.folder / "out").read_bytes() == b"what stood there"
