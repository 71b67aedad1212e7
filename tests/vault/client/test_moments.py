import pytest

from vault.client.errors import Usage
from vault.client.moments import end_of, seconds_of


@pytest.mark.parametrize(
    ("span", "seconds"), [("15m", 900), ("1h", 3600), ("2d", 172_800), ("1w", 604_800), ("30s", 30)]
)
def test_spans(span: str, seconds: int) -> None:
    assert seconds_of(span) == seconds


@pytest.mark.parametrize("span", ["", "15", "m", "0m", "-1h", "1.5h", "1 h", "99999999d", "１m"])
def test_spans_that_are_none(span: str) -> None:
    with pytest.raises(Usage):
        seconds_of(span)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("1970-01-01", 86_399),
        ("2027-03-31T12:00:00Z", 1_806_494_400),
        ("2027-03-31T12:00:00", 1_806_494_400),
        ("2027-03-31T14:00:00+02:00", 1_806_494_400),
    ],
)
def test_ends(text: str, seconds: int) -> None:
    assert end_of(text) == seconds


@pytest.mark.parametrize("text", ["", "soon", "2027-02-30", "31/03/2027", "9999-12-31T23:59:59-23:00x"])
def test_ends_that_are_none(text: str) -> None:
    with pytest.raises(Usage):
        end_of(text)
