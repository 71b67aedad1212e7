"""Ranges straight from the store: which are asked for, when again, and when no more."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import cast

import pytest

from vault.client.api import Api
from vault.client.direct_ranges import RANGE, DirectRanges
from vault.client.errors import BadAnswer, ServerRefused, Unreachable

MIB = 1 << 20
PART = 2 * RANGE + MIB
LENGTH = 2 * PART + 5


@dataclass
class Host:
    """A server that signs, and a store; `asked` are the ranges of each request."""

    asked: list[list[tuple[int, int]]] = field(default_factory=list)
    fetched: list[str] = field(default_factory=list)
    refusal: ServerRefused | None = None
    away: int = 0
    missing: int = 0

    def post(self, path: str, body: Mapping[str, object], *, again: bool) -> dict[str, object]:
        """Signs."""
        assert (path, body["access"], again) == ("/object/urls", 7, True)
        ranges = [(one["start"], one["length"]) for one in cast(list[dict[str, int]], body["ranges"])]
        self.asked.append(ranges)
        if self.refusal is not None:
            raise self.refusal
        signed = [f"{len(self.asked)}:{start}" for start, _ in ranges]
        return {"urls": signed[: len(signed) - self.missing]}

    def download_url(self, url: str, _buffer: memoryview, *, start: int) -> None:
        """Gives a range."""
        assert url.endswith(f":{start}")
        self.fetched.append(url)
        if self.away:
            self.away -= 1
            raise Unreachable


@pytest.fixture
def host() -> Host:
    return Host()


class Clock:
    """Seconds, as the test says."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def ranges(host: Host, clock: Clock) -> DirectRanges:
    api = cast(Api, host)
    return DirectRanges(api, "/object", access=7, length=LENGTH, part_size=PART, clock=clock)


def fetch(ranges: DirectRanges, start: int) -> bool:
    return ranges.fetch(start, memoryview(bytearray(1)))


def test_ranges_end_with_their_part_and_with_the_object(ranges: DirectRanges, host: Host) -> None:
    expected = [
        (0, RANGE), (RANGE, RANGE), (2 * RANGE, MIB),
        (PART, RANGE), (PART + RANGE, RANGE), (PART + 2 * RANGE, MIB),
        (2 * PART, 5),
    ]  # fmt: skip
    for start, _ in expected:
        assert fetch(ranges, start)
    assert host.asked == [expected]
    assert len(set(host.fetched)) == len(expected)


def test_an_address_is_used_once_and_while_it_is_fresh(
    ranges: DirectRanges, host: Host, clock: Clock
) -> None:
    assert fetch(ranges, 0)
    assert fetch(ranges, 0)
    clock.now += 30
    assert fetch(ranges, RANGE)
    clock.now += 1
    assert fetch(ranges, 2 * RANGE)
    assert host.fetched == ["1:0", "2:0", f"2:{RANGE}", f"3:{2 * RANGE}"]


def test_a_store_that_fails_is_tried_by_another_address(ranges: DirectRanges, host: Host) -> None:
    host.away = 1
    assert fetch(ranges, 0)
    assert host.fetched == ["1:0", "2:0"]


def test_a_store_that_is_out_of_reach_is_left_alone(ranges: DirectRanges, host: Host) -> None:
    host.away = 100
    assert not fetch(ranges, 2 * PART)
    assert not fetch(ranges, 2 * PART)
    assert len(host.fetched) == 2


def test_a_host_that_offers_none_is_not_asked_twice(ranges: DirectRanges, host: Host) -> None:
    host.refusal = ServerRefused("not_found", 404)
    assert not fetch(ranges, 0)
    assert not fetch(ranges, RANGE)
    assert len(host.asked) == 1


def test_another_refusal_is_told(ranges: DirectRanges, host: Host) -> None:
    host.refusal = ServerRefused("forbidden", 403)
    with pytest.raises(ServerRefused):
        fetch(ranges, 0)


def test_fewer_addresses_than_ranges_are_no_answer(ranges: DirectRanges, host: Host) -> None:
    host.missing = 1
    with pytest.raises(BadAnswer):
        fetch(ranges, 0)
