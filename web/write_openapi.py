"""Writes the API's description to web/openapi.json: `python -m web.write_openapi`. A test says when."""

import json
from pathlib import Path

from web.app import openapi_document

FILE = Path(__file__).parent / "openapi.json"


def text() -> str:
    """The description as it stands in the file."""
    return json.dumps(openapi_document(), indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    FILE.write_text(text(), encoding="utf-8")
