"""What the generated description lacks: that every operation may answer an error, and in which form."""

from typing import Any

from flask_openapi3.openapi import OpenAPI

_ERROR = {
    "description": "Any error; `code` says which.",
    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/ErrorOutcome"}}},
}


def describe(app: OpenAPI) -> dict[str, Any]:
    """The OpenAPI 3.1 description of an app's blueprints."""
    document: dict[str, Any] = app.api_doc
    for path in document["paths"].values():
        for operation in path.values():
            operation["responses"].pop(app.validation_error_status, None)
            operation["responses"]["default"] = _ERROR
    return document
