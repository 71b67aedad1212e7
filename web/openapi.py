"""What the generated description lacks: who may ask, that every operation may answer an error, and in which
form, and what is sent as bytes.
"""

from typing import Any, Final

from flask_openapi3.openapi import OpenAPI

from web import context, gate

_ERROR: Final = {
    "description": "Any error; `code` says which.",
    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/ErrorOutcome"}}},
}
_SESSION: Final = {"type": "apiKey", "in": "cookie", "name": context.COOKIE, "description": "A session."}
_CSRF: Final = {
    "type": "apiKey",
    "in": "header",
    "name": context.CSRF_HEADER,
    "description": "The session's `csrf`, with every change.",
}
_DIGEST: Final = {
    "name": "Content-Digest",
    "in": "header",
    "required": True,
    "description": "RFC 9530",
    "schema": {"type": "string", "pattern": "^sha-256=:[A-Za-z0-9+/]{43}=:$"},
}
_OBJECT: Final = "application/octet-stream"
_JOSE: Final = "application/jose"
_RECEIPT: Final = {
    "description": "The receipt (crypto/spec/12-leaving.md).",
    "content": {"text/plain": {"schema": {"type": "string"}}},
}
_BYTES: Final = {
    "documents.download": _OBJECT,
    "share_links.open_directly": _JOSE,
    "share_links.download": _JOSE,
    "share_links.download_document": _OBJECT,
}
"""Views that answer bytes, whole or one range."""


def describe(app: OpenAPI) -> dict[str, Any]:
    """The OpenAPI 3.1 description of an app's blueprints."""
    document: dict[str, Any] = app.api_doc
    document["components"]["securitySchemes"] = {"session": _SESSION, "csrf": _CSRF}
    views = _views(app)
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            view = views[path, method]
            operation["responses"].pop(app.validation_error_status, None)
            operation["responses"]["default"] = _ERROR
            operation["security"] = _security(view, method)
            if view in _BYTES:
                operation["responses"] = {**_bytes(_BYTES[view]), **operation["responses"]}
            if view == "deletions.receipt":
                operation["responses"] = {"200": _RECEIPT, **operation["responses"]}
            if view == "uploads.receive":
                operation["parameters"] = [*operation["parameters"], _DIGEST]
                operation["requestBody"] = {"required": True, "content": {_OBJECT: {}}}
    return document


def _views(app: OpenAPI) -> dict[tuple[str, str], str]:
    """Flask's names of the views by path and method."""
    return {
        (rule.rule.replace("<", "{").replace(">", "}"), method.lower()): rule.endpoint
        for rule in app.url_map.iter_rules()
        for method in rule.methods or ()
    }


def _security(view: str, method: str) -> list[dict[str, list[str]]]:
    if view in gate.OPEN:
        return []
    return [{"session": []}] if method == "get" else [{"session": [], "csrf": []}]


def _bytes(media_type: str) -> dict[str, Any]:
    content = {media_type: {"schema": {"type": "string", "format": "binary"}}}
    return {
        "200": {"description": "The whole.", "content": content},
        "206": {"description": "The range that was asked for.", "content": content},
    }
