"""The question that a browser asks a store, and which answers would keep it from sending."""

from typing import cast

import httpx
import pytest

from storage.base import ObjectName
from storage.direct import DirectStore, Presigned
from vault.admin.doctor import direct

ALLOWED = {
    "Access-Control-Allow-Origin": "https://coffre.test",
    "Access-Control-Allow-Methods": "GET, PUT",
    "Access-Control-Allow-Headers": "range, content-type",
}


@pytest.mark.parametrize(
    ("changed", "status", "refused"),
    [
        ({}, 200, ""),
        (dict.fromkeys(ALLOWED, "*"), 204, ""),
        ({"Access-Control-Allow-Headers": "Content-Type,Range"}, 200, ""),
        ({}, 403, "GET or PUT"),
        ({"Access-Control-Allow-Origin": "https://elsewhere.example"}, 200, "GET or PUT"),
        ({"Access-Control-Allow-Origin": ""}, 200, "GET or PUT"),
        ({"Access-Control-Allow-Methods": "GET"}, 200, "PUT"),
        ({"Access-Control-Allow-Headers": "range"}, 200, "PUT"),
        ({"Access-Control-Allow-Headers": ""}, 200, "GET or PUT"),
    ],
)
def test_a_browser_s_question_to_a_store(changed: dict[str, str], status: int, refused: str) -> None:
    """What a browser would not send after such an answer is warned of, with the repair."""
    asked: list[tuple[str, str, str]] = []

    class Signing:
        """All that the probe wants of a store."""

        def presign_range(self, name: ObjectName, start: int, length: int, *, lifetime: int) -> Presigned:
            return Presigned(f"https://store.example/bucket/{name}?signature={start + length + lifetime}", {})

    def answer(request: httpx.Request) -> httpx.Response:
        kind = f"{request.method} {request.headers['Access-Control-Request-Method']}"
        asked.append((kind, request.headers["Origin"], request.url.query.decode()))
        return httpx.Response(status, headers=ALLOWED | changed)

    with httpx.Client(transport=httpx.MockTransport(answer)) as outside:
        store = cast(DirectStore, Signing())
        found = direct._cors(store, outside, "https://coffre.test")
    assert asked == [(f"OPTIONS {method}", "https://coffre.test", "") for method in ("GET", "PUT")]
    assert found.status == ("warn" if refused else "ok")
    assert (f"may not {refused} there" in found.message, "CORS rules" in found.repair) == (
        (True, True) if refused else (False, False)
    )
