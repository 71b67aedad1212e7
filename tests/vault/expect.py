"""Short ways to say what an answer must be."""

from typing import Any

from werkzeug.test import TestResponse


def ok(response: TestResponse, status: int = 200) -> dict[str, Any]:
    """The JSON of an answer that succeeded."""
    assert response.status_code == status, response.get_json()
    found: dict[str, Any] = response.get_json()
    return found


def refused(response: TestResponse, code: str, status: int) -> dict[str, Any]:
    """The JSON of an answer that was refused with a code, in the one form of errors."""
    assert response.content_type == "application/json"
    found: dict[str, Any] = response.get_json()
    assert (found["error"]["code"], response.status_code) == (code, status)
    assert found["error"]["message"]
    return found
