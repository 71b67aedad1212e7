import base64

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crypto import age_header
from crypto.age_header import Stanza, parse_header, write_header
from crypto.errors import CoffreError, LimitExceeded, Malformed, UnsupportedVersion

MAC = bytes(range(32))
TAIL = b"--- " + base64.b64encode(MAC).rstrip(b"=") + b"\n"
FIRST = b"age-encryption.org/v1\n"
ONE = b"-> X25519 abc\nQUJD\n"

ARGUMENTS = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=12)
STANZAS = st.builds(Stanza, ARGUMENTS, st.lists(ARGUMENTS, max_size=4).map(tuple), st.binary(max_size=150))


@settings(max_examples=50)
@given(st.lists(STANZAS, min_size=1, max_size=4), st.binary(min_size=32, max_size=32), st.binary(max_size=40))
def test_a_written_header_reads_back(stanzas: list[Stanza], mac: bytes, payload: bytes) -> None:
    header = write_header(stanzas, mac)
    assert parse_header(header + payload) == (tuple(stanzas), mac, len(header))


@settings(max_examples=50)
@given(st.lists(STANZAS, min_size=1, max_size=3), st.data())
def test_a_damaged_header_is_refused_or_another_one(stanzas: list[Stanza], data: st.DataObject) -> None:
    header = bytearray(write_header(stanzas, MAC))
    header[data.draw(st.integers(0, len(header) - 1))] ^= data.draw(st.integers(1, 255))
    try:
        found, mac, length = parse_header(bytes(header))
    except CoffreError:
        return
    assert (found, mac) != (tuple(stanzas), MAC)
    assert write_header(found, mac) == header[:length]


@settings(max_examples=50)
@given(st.lists(STANZAS, min_size=1, max_size=3), st.data())
def test_a_cut_header_is_malformed(stanzas: list[Stanza], data: st.DataObject) -> None:
    header = write_header(stanzas, MAC)
    with pytest.raises(Malformed):
        parse_header(header[: data.draw(st.integers(0, len(header) - 1))])


def test_the_mac_covers_everything_up_to_the_dashes() -> None:
    stanza = Stanza("X25519", ("abc",), b"ABC")
    assert age_header.header_bytes_for_mac([stanza]) == FIRST + ONE + b"---"


def test_a_body_that_fills_its_lines_ends_with_an_empty_one() -> None:
    header = write_header([Stanza("a", (), bytes(48))], MAC)
    assert header == FIRST + b"-> a\n" + b"A" * 64 + b"\n\n" + TAIL
    assert parse_header(header)[0] == (Stanza("a", (), bytes(48)),)


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"PK\x03\x04", id="another file"),
        pytest.param(b"age-encryption.org/v1", id="first line without its end"),
        pytest.param(FIRST + TAIL, id="no stanza"),
        pytest.param(FIRST + ONE, id="no MAC"),
        pytest.param(FIRST + b"->  X25519 abc\nQUJD\n" + TAIL, id="two spaces"),
        pytest.param(FIRST + b"-> X25519 abc \nQUJD\n" + TAIL, id="space at the end"),
        pytest.param(FIRST + b"-> \nQUJD\n" + TAIL, id="no type"),
        pytest.param(FIRST + b"->X25519\nQUJD\n" + TAIL, id="no space after the arrow"),
        pytest.param(FIRST + "-> é\nQUJD\n".encode() + TAIL, id="not ASCII"),
        pytest.param(FIRST + b"-> a\x7f\nQUJD\n" + TAIL, id="control character"),
        pytest.param(FIRST + b"-> a\nQUJD=\n" + TAIL, id="padding"),
        pytest.param(FIRST + b"-> a\nQUJ\n" + TAIL, id="unused bits"),
        pytest.param(FIRST + b"-> a\nQU_D\n" + TAIL, id="base64url"),
        pytest.param(FIRST + b"-> a\nQUJDA\n" + TAIL, id="impossible length"),
        pytest.param(FIRST + b"-> a\n" + b"A" * 65 + b"\n" + TAIL, id="line too long"),
        pytest.param(FIRST + b"-> a\n" + b"A" * 64 + b"\n" + TAIL, id="full last line"),
        pytest.param(FIRST + b"-> a\r\nQUJD\r\n" + TAIL, id="CRLF"),
        pytest.param(FIRST + ONE + b"---" + TAIL[4:], id="no space before the MAC"),
        pytest.param(FIRST + ONE + b"--- " + TAIL[5:], id="MAC too short"),
        pytest.param(FIRST + ONE + TAIL[:-1] + b"=\n", id="MAC padded"),
        pytest.param(FIRST + ONE + TAIL[:-1], id="MAC without its end"),
        pytest.param(FIRST + ONE + b"\n" + TAIL, id="empty line"),
    ],
)
def test_what_is_off_the_grammar_is_malformed(data: bytes) -> None:
    with pytest.raises(Malformed):
        parse_header(data)


@pytest.mark.parametrize(
    "first", [b"age-encryption.org/v2\n", b"age-encryption.org/v1 \n", b"age-encryption.org/\n"]
)
def test_another_version(first: bytes) -> None:
    with pytest.raises(UnsupportedVersion):
        parse_header(first + ONE + TAIL)


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(FIRST + b"-> a\n\n" * 129 + TAIL, id="129 stanzas"),
        pytest.param(FIRST + b"->" + b" a" * 17 + b"\n\n" + TAIL, id="17 arguments"),
        pytest.param(FIRST + b"-> a " + b"a" * 2049 + b"\n\n" + TAIL, id="long argument"),
        pytest.param(FIRST + b"-> a\n" + (b"A" * 64 + b"\n") * 86 + b"\n" + TAIL, id="long body"),
        pytest.param(FIRST + (b"-> a\n" + (b"A" * 64 + b"\n") * 84 + b"\n") * 13 + TAIL, id="long header"),
    ],
)
def test_limits(data: bytes) -> None:
    with pytest.raises(LimitExceeded):
        parse_header(data)


def test_the_limits_themselves_are_allowed() -> None:
    stanzas = [Stanza("a", ("b" * 2048, *["c"] * 14), bytes(4096)), *[Stanza("a", (), b"")] * 127]
    assert parse_header(write_header(stanzas, MAC))[0] == tuple(stanzas)


def test_a_header_that_would_not_read_back_is_not_written() -> None:
    for arguments in (("",), ("a b",), ("a", "\n"), ("é",)):
        with pytest.raises(Malformed):
            write_header([Stanza(arguments[0], arguments[1:], b"")], MAC)
    full = Stanza("a", (), bytes(4096))
    for stanzas in ([Stanza("a", (), bytes(4097))], [full] * 13, [Stanza("a", (), b"")] * 129):
        with pytest.raises(LimitExceeded):
            write_header(stanzas, MAC)
    with pytest.raises(Malformed):
        write_header([], MAC)
    with pytest.raises(Malformed):
        write_header([Stanza("a", (), b"")], MAC[:-1])
