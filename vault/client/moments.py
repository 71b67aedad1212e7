"""Times that people type: dates, moments and spans. Pure."""

import re
from datetime import UTC, datetime, time, timedelta
from datetime import date as calendar_date
from typing import Final

from vault.client.errors import Usage

_SPAN: Final = re.compile(r"([1-9][0-9]{0,6})(s|m|h|d|w)", re.ASCII)
_SECONDS: Final = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}


def seconds_of(span: str) -> int:
    """`15m`, `1h`, `2d`, `1w` in seconds. Raises Usage."""
    found = _SPAN.fullmatch(span.strip())
    if found is None:
        raise Usage("a span is a number with s, m, h, d or w, such as 15m")
    return int(found[1]) * _SECONDS[found[2]]


def end_of(text: str) -> int:
    """The end (seconds since 1970) that `2027-03-31` (the day's last second, UTC) or an ISO 8601 moment
    names.
    """
    try:
        if len(text) == len("2027-03-31"):
            midnight = datetime.combine(calendar_date.fromisoformat(text), time(), UTC)
            moment = midnight + timedelta(days=1, seconds=-1)
        else:
            moment = datetime.fromisoformat(text)
            if moment.tzinfo is None:
                moment = moment.replace(tzinfo=UTC)
        return int(moment.timestamp())
    except (ValueError, OverflowError):
        raise Usage("a date is YYYY-MM-DD, or a moment in ISO 8601") from None
