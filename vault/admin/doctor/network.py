"""The server as others reach it: its public address with TLS, and the ways out for mail and traces.

Asks what anyone could ask. Mail is tried up to signing in; none is sent. A collector is sent a request
without a span in it.
"""

import importlib.metadata
import smtplib
import ssl
from collections.abc import Callable
from urllib.parse import urlsplit

import httpx
from sqlalchemy.exc import SQLAlchemyError

from crypto.encoding import b64u
from vault import signing_keys
from vault.admin.doctor.finding import Finding, fail, ok, skew, warn
from vault.config import Config
from vault.database import Database
from vault.errors import BadServerKeys
from vault.mail import connect

TIMEOUT = 5.0
CLOCK_TOLERANCE = 5
_DAY = 86400
CERTIFICATE_DAYS = 21


def public_key(database: Database) -> str | None:
    """The key that the server must show, base64url; None when there is none (yet)."""
    try:
        with database.reading() as session:
            return b64u(signing_keys.load(session).keys.first)
    except (SQLAlchemyError, BadServerKeys):
        return None


def examine_public_url(config: Config, key: str | None, clock: Callable[[], int]) -> list[Finding]:
    """The server at its public address, as clients will see it."""
    origin = config.server.public_url
    try:
        with (
            httpx.Client(timeout=TIMEOUT) as client,
            client.stream("GET", f"{origin}/api/v1/server") as answer,
        ):
            ends = _certificate_end(answer.extensions["network_stream"].get_extra_info("socket"))
            answer.read()
    except (httpx.HTTPError, ssl.SSLError) as error:
        if "CERTIFICATE" in str(error).upper():
            repair = "install a certificate for this name with its whole chain"
            return [fail("public_url", f"{origin}: the certificate is not valid", repair)]
        repair = "start the server and its reverse proxy; look at DNS and the firewall"
        return [warn("public_url", f"{origin} does not answer from here ({type(error).__name__})", repair)]
    found = [_identity(origin, answer, key)]
    if found[0].status == "ok":
        there = int(answer.json()["time"])
        found.append(
            skew("server_clock", "the serving machine's clock", there - clock(), tolerance=CLOCK_TOLERANCE)
        )
    if ends is not None:
        found.append(_expiry(ends, clock()))
    return found


def _identity(origin: str, answer: httpx.Response, key: str | None) -> Finding:
    try:
        told = answer.json()
        name, named, shown = told["name"], told["origin"], told["public_key"]
        int(told["time"])
    except (ValueError, KeyError, TypeError):
        name = named = shown = None
    if answer.status_code != 200 or name != "coffre":
        repair = "let the reverse proxy pass every path to server.listen"
        return fail("public_url", f"{origin} is answered by something else than Coffre", repair)
    if named != origin:
        repair = "give `coffre serve` the same configuration, and restart it"
        return fail("public_url", f"the server at {origin} takes itself for {named}", repair)
    if key is not None and shown != key:
        return fail("public_url", f"the server at {origin} has another database", "compare database.url")
    if "strict-transport-security" not in answer.headers and origin.startswith("https:"):
        repair = "let the reverse proxy pass the application's headers as they are"
        return warn("public_url", f"{origin} answers without its security headers", repair)
    return ok("public_url", f"{origin} is this server")


def _certificate_end(connection: object) -> float | None:
    """When the certificate ends, in seconds since 1970; None without TLS."""
    if not isinstance(connection, ssl.SSLSocket):
        return None
    certificate = connection.getpeercert() or {}
    return float(ssl.cert_time_to_seconds(str(certificate["notAfter"])))


def _expiry(ends: float, now: int) -> Finding:
    days = int(ends - now) // _DAY
    if days < CERTIFICATE_DAYS:
        return warn(
            "certificate", f"ends in {days} days", "renew it, and look why it was not renewed by itself"
        )
    return ok("certificate", f"valid for {days} days")


def examine_mail(config: Config) -> Finding:
    """The mail server, up to signing in."""
    if config.mail.url is None:
        return ok("mail", "none is set up: notices are shown in the app only")
    parts = urlsplit(config.mail.url)
    host = parts.hostname or ""
    try:
        with connect(config.mail, TIMEOUT):
            pass
    except smtplib.SMTPAuthenticationError:
        return fail("mail", f"{host} refuses user or password", "check mail.url")
    except (smtplib.SMTPNotSupportedError, ssl.SSLError):
        repair = "use a mail server with TLS and a valid certificate"
        return fail("mail", f"{host} offers no TLS that can be trusted", repair)
    except (smtplib.SMTPException, OSError) as error:
        return fail("mail", f"{host} cannot be reached ({type(error).__name__})", "check mail.url")
    return ok("mail", f"{host} takes mail")


def examine_traces(config: Config) -> Finding:
    """Whether what sends traces is installed, and whether the collector takes them."""
    endpoint = config.traces.endpoint
    if endpoint is None:
        return ok("traces", "none are sent")
    try:
        importlib.metadata.version("opentelemetry-exporter-otlp-proto-http")
    except importlib.metadata.PackageNotFoundError:
        repair = "install requirements-traces.lock, or take traces.endpoint away: the server does not start"
        return fail("traces", "OpenTelemetry is not installed", repair)
    headers = {"Content-Type": "application/x-protobuf"}
    repair = "check traces.endpoint: the collector's address for OTLP over HTTP, without /v1/traces"
    try:
        answer = httpx.post(f"{endpoint}/v1/traces", content=b"", headers=headers, timeout=TIMEOUT)
    except httpx.HTTPError as error:
        return warn("traces", f"the collector cannot be reached ({type(error).__name__})", repair)
    if answer.status_code != 200:
        return warn("traces", f"the collector refuses traces ({answer.status_code})", repair)
    return ok("traces", "the collector takes traces")
