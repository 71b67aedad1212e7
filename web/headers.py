"""Security headers, on every answer: pages, JSON, files and errors alike.

Owns the policies. The app's page runs only code and styles of its own origin, under Trusted Types, and talks
to that origin alone (with direct transfer to the store's as well); previews of documents, which are hostile
input, run in an opaque origin that can reach nothing (`sandbox`, `connect-src 'none'`).
"""

from urllib.parse import urlsplit

from flask import Flask, Response, request

# What stands between is where the app may connect to.
_APP_POLICY = (
    (
        "default-src 'none'",
        "script-src 'self' 'wasm-unsafe-eval'",
        "style-src 'self'",
        "img-src 'self' blob: data:",
        "font-src 'self'",
    ),
    (
        "worker-src 'self'",
        "frame-src 'self'",
        "manifest-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types coffre",
    ),
)

# The document inside has no origin, so that 'self' is this server only because its address is.
_PREVIEW_POLICY = "; ".join(
    (
        "sandbox allow-scripts",
        "default-src 'none'",
        "script-src 'self' 'wasm-unsafe-eval'",
        "style-src 'self'",
        "img-src blob: data:",
        "font-src 'self' data:",
        "worker-src blob: data:",
        "connect-src 'none'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'self'",
    )
)

# Reaches other issuers' servers for the viewer of health links, and nothing here: its origin is opaque, the
# keys stay in the page around it (vault/adr/0015-links-of-other-issuers.md).
_RELAY_POLICY = (
    "sandbox allow-scripts",
    "default-src 'none'",
    "script-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'self'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
)
_LOOPBACK = "http://127.0.0.1:* http://localhost:*"

_API_POLICY = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'; sandbox"

_PERMISSIONS = (
    "camera=(self), microphone=(), geolocation=(), payment=(), usb=(), serial=(), midi=(), "
    "display-capture=(), accelerometer=(), gyroscope=(), magnetometer=(), browsing-topics=()"
)

_TWO_YEARS = 2 * 365 * 86400


def install(app: Flask, public_url: str, direct_store: str | None = None) -> None:
    """Adds the headers to every answer of the app; HSTS only when the public address is https.

    `direct_store`: the store's address for clients, if parts may go straight to it.
    """
    secure = public_url.startswith("https://")
    app_policy = _app_policy(direct_store)
    # A server that itself is asked without TLS is somebody's own machine, where others may be tried.
    relay_policy = "; ".join((*_RELAY_POLICY, f"connect-src https:{'' if secure else ' ' + _LOOPBACK}"))

    always = {
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Permissions-Policy": _PERMISSIONS,
    }
    if secure:
        always["Strict-Transport-Security"] = f"max-age={_TWO_YEARS}; includeSubDomains"

    @app.after_request
    def add_headers(response: Response) -> Response:
        headers = response.headers
        # Added, not set: nobody else has them, and looking for each takes as long as all the rest.
        headers.extend(_policies(request.path, app_policy, relay_policy))
        headers.extend(always)
        if "Cache-Control" not in headers:
            headers["Cache-Control"] = "no-store"
        return response


def _app_policy(direct_store: str | None) -> str:
    before, behind = _APP_POLICY
    reached = "connect-src 'self'"
    if direct_store is not None:
        address = urlsplit(direct_store)
        reached += f" {address.scheme}://{address.netloc}"
    return "; ".join((*before, reached, *behind))


def _policies(path: str, app_policy: str, relay_policy: str) -> dict[str, str]:
    if path in ("/preview.html", "/relay.html"):
        # Framed by the app's page, which requires that what it embeds agrees (COEP). To Firefox the frame,
        # whose origin is opaque, is no longer of this origin; who may frame it, the policy says.
        return {
            "Content-Security-Policy": _PREVIEW_POLICY if path == "/preview.html" else relay_policy,
            "Cross-Origin-Embedder-Policy": "require-corp",
            "Cross-Origin-Resource-Policy": "cross-origin",
        }
    if path == "/downloads/worker.js":
        # A service worker that fetches nothing: it hands on what the page's engine gives it.
        return {
            "Content-Security-Policy": "default-src 'none'",
            "Cross-Origin-Embedder-Policy": "require-corp",
            "Cross-Origin-Resource-Policy": "same-origin",
        }
    if path == "/offline.js":
        # A service worker that fetches the app's own files, and answers with those that are the build's.
        return {
            "Content-Security-Policy": "default-src 'none'; connect-src 'self'",
            "Cross-Origin-Embedder-Policy": "require-corp",
            "Cross-Origin-Resource-Policy": "same-origin",
        }
    if path.startswith("/assets/"):
        # Modules are also fetched by the preview, whose origin is opaque: `Origin: null`, always with CORS.
        return {
            "Content-Security-Policy": app_policy,
            "Access-Control-Allow-Origin": "*",
            "Cross-Origin-Resource-Policy": "cross-origin",
            "Cross-Origin-Embedder-Policy": "require-corp",
        }
    if path.startswith("/api/v1/shl/"):
        return {
            "Content-Security-Policy": _API_POLICY,
            "Access-Control-Allow-Origin": "*",
            "Access-Control-Expose-Headers": "Content-Length, Content-Range, Retry-After",
            "Cross-Origin-Resource-Policy": "cross-origin",
        }
    return {
        "Content-Security-Policy": _API_POLICY if path.startswith("/api/") else app_policy,
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Embedder-Policy": "require-corp",
        "Cross-Origin-Resource-Policy": "same-origin",
    }
