"""What only stores do that others can reach: signed URLs, browsers' questions, and rules against deletion.

Owns the probe from outside: what a client does that was handed a URL, done once, for real, at the public
endpoint. What it sends is taken away again.
"""

import secrets
import ssl
from collections.abc import Callable
from pathlib import Path

import httpx

from storage.base import ObjectName, ObjectStore, UploadToken, new_object_name
from storage.direct import DirectStore
from storage.errors import StoreError
from vault.admin.doctor.finding import Finding, fail, ok, warn
from vault.admin.doctor.store import unusable

TIMEOUT = 10.0
_LIFETIME = 60
_CONTENT = 1000
_CERTIFICATE = "CERTIFICATE_VERIFY_FAILED"


def examine(store: ObjectStore, origin: str, *, direct: bool, ca_bundle: Path | None) -> list[Finding]:
    """The bucket's rules; with `direct`, what clients and browsers at `origin` meet. Nothing for a folder."""
    if not isinstance(store, DirectStore):
        return []
    found = [_guarded("store_keeping", lambda: _keeping(store))]
    if direct:
        trust = ssl.create_default_context(cafile=str(ca_bundle) if ca_bundle else None)
        with httpx.Client(timeout=TIMEOUT, verify=trust) as outside:
            found.append(_guarded("store_direct", lambda: _urls(store, outside)))
            found.append(_guarded("store_cors", lambda: _cors(store, outside, origin)))
    return found


def _guarded(name: str, probe: Callable[[], Finding]) -> Finding:
    try:
        return probe()
    except StoreError as error:
        return unusable(name, error)
    except httpx.HTTPError as error:
        if _CERTIFICATE in str(error):
            repair = "give the public endpoint a certificate that clients trust"
            return fail(name, "the public endpoint's certificate is not valid", repair)
        repair = "check storage.public_endpoint: clients must reach it"
        return fail(name, f"the public endpoint cannot be reached ({type(error).__name__})", repair)


def _keeping(store: DirectStore) -> Finding:
    kept = store.keeping()
    if kept.locks:
        message = "object lock is on: what people delete cannot be deleted before its time"
        return warn("store_keeping", message, "use a bucket without object lock, or tell people")
    if kept.versions:
        message = "versioning is on: what people delete stays as an earlier version"
        repair = "add a lifecycle rule that deletes earlier versions after some days"
        return warn("store_keeping", message, repair)
    return ok("store_keeping", "what is deleted is gone: no versioning, no object lock")


def _urls(store: DirectStore, outside: httpx.Client) -> Finding:
    name = new_object_name()
    token = store.begin(name)
    try:
        return _parts(store, outside, name, token)
    finally:
        store.abort(name, token)
        store.delete(name)


def _parts(store: DirectStore, outside: httpx.Client, name: ObjectName, token: UploadToken) -> Finding:
    content = secrets.token_bytes(_CONTENT)
    asked = store.presign_part(name, token, 1, _CONTENT, lifetime=_LIFETIME)
    if outside.put(asked.url, content=content + b"x").is_success or store.arrived(name, token):
        message = "a part of another length than was signed is accepted"
        return fail("store_direct", message, 'use transfer = "proxied" with this store')
    sent = outside.put(asked.url, content=content, headers=asked.headers)
    if not sent.is_success:
        repair = (
            "let a reverse proxy in front pass Host, path and query as they come; compare clocks and region"
        )
        return fail("store_direct", f"a signed URL is refused ({sent.status_code})", repair)
    store.complete(name, token, store.arrived(name, token))
    piece = store.presign_range(name, 10, 90, lifetime=_LIFETIME)
    if outside.get(piece.url, headers=piece.headers).content != content[10:100]:
        message = "a range that was asked for by URL is not what was sent"
        return fail("store_direct", message, 'use transfer = "proxied" with this store')
    return ok("store_direct", "a part went in and came out by signed URLs; a wrong length was refused")


def _cors(store: DirectStore, outside: httpx.Client, origin: str) -> Finding:
    # Nothing is sent: the URL only says where the bucket is.
    url = store.presign_range(new_object_name(), 0, 1, lifetime=_LIFETIME).url.partition("?")[0]
    refused = [method for method in ("GET", "PUT") if not _admitted(outside, url, origin, method)]
    if refused:
        message = f"browsers at {origin} may not {' or '.join(refused)} there (only the command line can)"
        repair = f"allow GET and PUT with any header from {origin} in the bucket's CORS rules"
        return warn("store_cors", message, repair)
    return ok("store_cors", "browsers are let in by the bucket's CORS rules")


def _admitted(outside: httpx.Client, url: str, origin: str, method: str) -> bool:
    """The question that a browser asks before it sends such a request."""
    header = "content-type" if method == "PUT" else "range"
    asked = {"Origin": origin, "Access-Control-Request-Method": method}
    answer = outside.options(url, headers={**asked, "Access-Control-Request-Headers": header})

    def allows(name: str, wanted: str) -> bool:
        words = answer.headers.get(f"access-control-allow-{name}", "").split(",")
        return not {wanted.lower(), "*"}.isdisjoint(word.strip().lower() for word in words)

    from_here = answer.headers.get("access-control-allow-origin") in (origin, "*")
    return answer.is_success and from_here and allows("methods", method) and allows("headers", header)
