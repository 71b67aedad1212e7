import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crypto import encoding
from crypto.errors import CoffreError, LimitExceeded, Malformed

KEYS = st.from_regex(r"[a-z0-9_]{1,8}", fullmatch=True)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
VALUES = st.recursive(
    st.integers(0, encoding.MAX_INTEGER) | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)


@pytest.mark.slow
@settings(max_examples=50)
@given(VALUES)
def test_canonical_json_reads_back_as_written(value: encoding.Json) -> None:
    data = encoding.canonical(value)
    assert encoding.parse_canonical(data) == value
    assert json.loads(data) == value


@settings(max_examples=50)
@given(VALUES, st.data())
def test_changed_json_is_refused_or_another_value(value: encoding.Json, data: st.DataObject) -> None:
    written = bytearray(encoding.canonical(value))
    position = data.draw(st.integers(0, len(written) - 1))
    written[position] ^= data.draw(st.integers(1, 255))
    try:
        found = encoding.parse_canonical(bytes(written))
    except CoffreError:
        return
    assert found != value


def test_keys_are_sorted_and_only_the_needed_escaped() -> None:
    value: encoding.Json = {"b": 'é"\\/\x7f\u2028', "a": ["\x00\x1f\b\t\n\f\r"], "a_": 0, "0": 2**53 - 1}
    assert encoding.canonical(value) == (
        b'{"0":9007199254740991,"a":["\\u0000\\u001f\\b\\t\\n\\f\\r"],"a_":0,'
        b'"b":"\xc3\xa9\\"\\\\/\x7f\xe2\x80\xa8"}'
    )


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b'{"a":1,"a":1}', id="duplicate key"),
        pytest.param(b'{"b":1,"a":1}', id="keys out of order"),
        pytest.param(b'{"A":1}', id="key off the grammar"),
        pytest.param(b'{"":1}', id="empty key"),
        pytest.param(b'{"' + b"a" * 65 + b'":1}', id="key too long"),
        pytest.param(b'{"a": 1}', id="white space"),
        pytest.param(b"1\n", id="line feed after"),
        pytest.param(b"\xef\xbb\xbf1", id="byte order mark"),
        pytest.param(b"1.0", id="fraction"),
        pytest.param(b"1e2", id="exponent"),
        pytest.param(b"-1", id="negative"),
        pytest.param(b"-0", id="negative zero"),
        pytest.param(b"01", id="leading zero"),
        pytest.param(b"9007199254740992", id="2^53"),
        pytest.param(b"1" * 5000, id="very long integer"),
        pytest.param(b"null", id="null"),
        pytest.param(b"true", id="boolean"),
        pytest.param(b"NaN", id="NaN"),
        pytest.param(b"Infinity", id="Infinity"),
        pytest.param(b'"\\u0061"', id="needless escape"),
        pytest.param(b'"\\/"', id="escaped solidus"),
        pytest.param(b'"\\u001F"', id="escape in upper case"),
        pytest.param(b'"\\u000a"', id="long escape where a short one exists"),
        pytest.param(b'"\\ud800"', id="lone surrogate"),
        pytest.param(b'"\\ud83d\\ude00"', id="escaped pair"),
        pytest.param(b'"\n"', id="control character as it is"),
        pytest.param(b'"\xff"', id="not UTF-8"),
        pytest.param(b'"\xed\xa0\x80"', id="surrogate in UTF-8"),
        pytest.param(b"", id="nothing"),
        pytest.param(b"{", id="cut"),
        pytest.param(b"1 2", id="two values"),
        pytest.param(b"[" * 17 + b"]" * 17, id="17 levels"),
        pytest.param(b"[" * 100_000, id="100,000 levels"),
    ],
)
def test_bytes_that_are_not_canonical_are_malformed(data: bytes) -> None:
    with pytest.raises(Malformed):
        encoding.parse_canonical(data)


def test_sixteen_levels_are_allowed() -> None:
    data = b"[" * 16 + b"]" * 16
    assert encoding.canonical(encoding.parse_canonical(data)) == data


def test_the_limit_is_checked_before_anything_is_parsed() -> None:
    assert encoding.parse_canonical(b'"1234"', limit=6) == "1234"
    with pytest.raises(LimitExceeded):
        encoding.parse_canonical(b"not JSON", limit=7)
    with pytest.raises(LimitExceeded):
        encoding.canonical("12345", limit=6)


@pytest.mark.parametrize("value", [None, True, 1.5, -1, 2**53, b"", {"a": None}, {1: 1}, "\ud800", {1}])
def test_values_that_canonical_json_does_not_have_are_not_written(value: encoding.Json) -> None:
    with pytest.raises(Malformed):
        encoding.canonical(value)


@settings(max_examples=50)
@given(st.binary(max_size=100))
def test_base64url_reads_back(data: bytes) -> None:
    text = encoding.b64u(data)
    assert encoding.unb64u(text, length=len(data)) == data
    assert "=" not in text


@pytest.mark.parametrize(
    "text", ["QQ==", "QR", "QUJ", "QUI=", "A", "+/+/", "QU I", "QUI\n", "\u0661\u0661", "QUIé"]
)
def test_base64url_has_one_form(text: str) -> None:
    with pytest.raises(Malformed):
        encoding.unb64u(text)


def test_base64url_of_another_length() -> None:
    with pytest.raises(Malformed):
        encoding.unb64u("QUI", length=3)


def test_identifiers() -> None:
    found = encoding.new_id()
    assert encoding.check_id(found) == found
    assert found != encoding.new_id()
    for text in ("", found[:-1], found + "0", "g" + found[1:], "A" * 32, "../" + found[3:], found + "\n"):
        with pytest.raises(Malformed):
            encoding.check_id(text)


def test_key_ids() -> None:
    found = encoding.b64u(bytes(32))
    assert encoding.check_key_id(found) == found
    for text in ("", found[:-1], found[:-1] + "B", found + "A", "0" * 64):
        with pytest.raises(Malformed):
            encoding.check_key_id(text)


def test_addresses_have_one_form() -> None:
    assert encoding.normalise_address("  Aline.MOREL@Example.org ") == "aline.morel@example.org"
    assert encoding.normalise_address("a@b") == "a@b"
    assert encoding.normalise_address("a" * 252 + "@b") == "a" * 252 + "@b"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "@b",
        "a@",
        "ab",
        "a@b@c",
        "a b@c",
        "é@b",
        "a@b\n",
        "a@b\x7f",
        "\ta@b",
        "a" * 253 + "@b",
        "\u212a@b",
    ],
)
def test_what_is_no_address(text: str) -> None:
    with pytest.raises(Malformed):
        encoding.normalise_address(text)


def test_texts() -> None:
    assert encoding.check_text("Hélène Dubois 👩‍⚕️", maximum=20) == "Hélène Dubois 👩‍⚕️"
    for text in ("", "e\u0301", "a\nb", "a\x85b", "a\u202eb", "a\u2066b", "a\x00", "\ud800"):
        with pytest.raises(Malformed):
            encoding.check_text(text, maximum=20)
    with pytest.raises(LimitExceeded):
        encoding.check_text("a" * 21, maximum=20)


def test_rpps() -> None:
    assert encoding.check_rpps("10001234565") == "10001234565"
    for text in ("10001234566", "1000123456", "100012345650", "1000123456a", "10001234565\n", "١٠٠٠١٢٣٤٥٦٥"):
        with pytest.raises(Malformed):
            encoding.check_rpps(text)
