"""What operators did, as bytes (spec chapter 13): the grammar, and the rules of the chain."""

from typing import Any

import pytest

from crypto import statements
from crypto.encoding import AccountId, canonical, parse_canonical
from crypto.errors import CoffreError, LimitExceeded, Malformed, Stale, Tampered
from crypto.operations import (
    MAX_LINE,
    Detail,
    Operation,
    Pin,
    Position,
    follow,
    from_lines,
    is_signed_by,
    to_line,
    verified,
)
from crypto.signing import SigningKey
from crypto.statements import Signed

KEY = SigningKey.from_seed(bytes(32))
TIME = 1_800_000_000


def operation(seq: int = 0, **changes: Any) -> Operation:
    fields: dict[str, Any] = {
        "time": TIME + seq,
        "accounts": (),
        "command": "begin" if seq == 0 else "sweep",
        "details": (),
        "seq": seq,
        "user": "root",
        "key": KEY.public if seq == 0 else None,
        **changes,
    }
    return Operation(**fields)


def chain(length: int = 3) -> list[Signed]:
    found: list[Signed] = []
    for seq in range(length):
        prev = statements.statement_hash(found[-1].statement) if found else None
        found.append(statements.sign(operation(seq, prev=prev), KEY))
    return found


def changed(**fields: Any) -> Signed:
    """A first operation with members put in or, with None, taken out; signed as it stands."""
    value = parse_canonical(statements.to_bytes(operation()))
    assert isinstance(value, dict)
    value = {name: member for name, member in {**value, **fields}.items() if member is not None}
    data = canonical(value)
    return Signed(data, KEY.sign("coffre/v1/statement/operation", data))


def test_a_chain_is_followed_to_its_head() -> None:
    signed = chain()
    found = list(verified(signed))
    assert [place.size for place, _ in found] == [1, 2, 3]
    assert found[-1][0].head == statements.statement_hash(signed[-1].statement)
    assert b"".join(map(to_line, signed)).count(b"\n") == 3
    assert list(from_lines(b"".join(map(to_line, signed)))) == signed
    assert list(verified([])) == []


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"key": None}, Malformed),
        ({"command": "sweep"}, Malformed),
        ({"prev": "A" * 43}, Malformed),
        ({"seq": 1}, Malformed),
        ({"command": "two words"}, Malformed),
        ({"command": "x" * 65}, LimitExceeded),
        ({"user": ""}, Malformed),
        ({"user": "x" * 101}, LimitExceeded),
        ({"name": ""}, Malformed),
        ({"details": [{"name": "b", "value": "1"}, {"name": "a", "value": "1"}]}, Malformed),
        ({"details": [{"name": "a", "value": ""}]}, Malformed),
        ({"details": [{"name": str(n), "value": "1"} for n in range(17)]}, LimitExceeded),
        ({"accounts": ["0" * 31]}, Malformed),
        ({"accounts": ["1" * 32, "0" * 32]}, Malformed),
        ({"author": "A" * 43}, Malformed),
        ({"kind": "card"}, Malformed),
    ],
)
def test_what_is_off_the_grammar(fields: dict[str, Any], error: type[CoffreError]) -> None:
    assert follow(None, changed())[0].size == 1
    with pytest.raises(error):
        follow(None, changed(**fields))


def test_who_may_go_on() -> None:
    first, second, _third = chain()
    place, _ = follow(None, first)
    follow(place, second)
    stranger = SigningKey.generate()
    with pytest.raises(Tampered):
        follow(None, second)
    with pytest.raises(Tampered):
        follow(place, first)
    with pytest.raises(Tampered):
        follow(place, statements.sign(operation(1, prev=place.head), stranger))
    with pytest.raises(Tampered):
        follow(place, statements.sign(operation(1, prev=place.head, time=TIME - 1), KEY))
    with pytest.raises(Tampered):
        follow(place, statements.sign(operation(1, prev=bytes(32)), KEY))
    # A beginning by a key that is not the one it names.
    with pytest.raises(Tampered):
        follow(None, statements.sign(operation(key=stranger.public), KEY))
    # Another kind of statement by the same key is no operation.
    label = Signed(second.statement, KEY.sign("coffre/v1/statement/card", second.statement))
    with pytest.raises(Tampered):
        follow(place, label)


def test_a_new_key_is_in_the_chain_for_all_to_see() -> None:
    place, _ = follow(None, chain(1)[0])
    stranger = SigningKey.generate()
    begun = operation(1, prev=place.head, command="begin", key=stranger.public)
    place, found = follow(place, statements.sign(begun, stranger))
    assert (found.key, place.key) == (stranger.public, stranger.public)
    with pytest.raises(Tampered):
        follow(place, statements.sign(operation(2, prev=place.head), KEY))


def test_particulars_come_back() -> None:
    said = operation(accounts=(AccountId("0" * 32),), details=(Detail(name="reason", value="é"),), name="Ada")
    place, found = follow(None, statements.sign(said, KEY))
    assert isinstance(place, Position)
    assert found == said


@pytest.mark.parametrize(
    "content", [b"{}", b"{}\n", b"\n", b'{"signature":"","statement":""}\n', b"x" * 70_000 + b"\n"]
)
def test_files_are_read_strictly(content: bytes) -> None:
    with pytest.raises((Malformed, LimitExceeded)):
        list(from_lines(content))


def test_an_operation_is_no_longer_than_a_line() -> None:
    with pytest.raises(LimitExceeded):
        follow(None, Signed(b" " * (MAX_LINE + 1), bytes(64)))


def test_a_pin_finds_what_was_cut_or_is_another_past() -> None:
    signed = chain()
    *_, (place, _) = verified(signed)
    pin = Pin(place.size, place.head)
    assert len(list(verified(signed, pin))) == 3
    assert len(list(verified(signed, Pin(2, list(verified(signed))[1][0].head)))) == 3
    with pytest.raises(Stale):
        list(verified(signed[:2], pin))
    with pytest.raises(Stale):
        list(verified([], pin))
    with pytest.raises(Stale):
        list(verified(signed, Pin(place.size, bytes(32))))


def test_a_pin_as_a_line() -> None:
    pin = Pin(17, bytes(range(32)))
    assert Pin.from_text(pin.to_text()) == pin


@pytest.mark.parametrize(
    "changes",
    [
        {"coffre-operations-head/1": "coffre-operations-head/2"},
        {" 17 ": " "},
        {" 17 ": " -17 "},
        {" 17 ": " 017 "},
        {" 17 ": " 0 "},
        {" 17 ": " ١٧ "},
        {" 17 ": f" {10**15} "},
        {" 17 ": " 17  "},
        {"AAEC": "AAE"},
        {"AAEC": "AA*C"},
    ],
)
def test_a_pin_that_is_none(changes: dict[str, str]) -> None:
    content = Pin(17, bytes(range(32))).to_text()
    for old, new in changes.items():
        assert old in content
        content = content.replace(old, new)
    with pytest.raises(Malformed):
        Pin.from_text(content)


def test_whose_key_an_operation_is_of() -> None:
    (first,) = chain(1)
    assert is_signed_by(first, KEY.public)
    assert not is_signed_by(first, SigningKey.generate().public)
