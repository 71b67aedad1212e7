"""Addresses in the configuration: which are well-formed, and which are safe.

The rule is one: what leaves this machine is encrypted on the way. A store in a private network is excepted,
since objects are ciphertext that clients verify, and inner stores are often served without TLS.
"""

import re
from email.utils import getaddresses
from ipaddress import ip_address, ip_network
from urllib.parse import SplitResult, urlsplit

from vault.config_reader import ConfigInvalid

TLS_CHOICES = ("required", "none")
_ENCRYPTED = re.compile(r"[?&]sslmode=(require|verify-ca|verify-full)(&|$)", re.ASCII)
_MAILBOX = re.compile(r"[^@\s<>,;:()\"\\]+@[^@\s<>,;:()\"\\]+", re.ASCII)


def is_loopback(host: str) -> bool:
    """Whether the host is this machine, by its name alone (nothing is resolved)."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def is_inner(host: str) -> bool:
    """Whether the host is a private address or a name without a dot, such as a container's."""
    try:
        return ip_address(host).is_private
    except ValueError:
        return "." not in host


def split_listen(text: str, key: str) -> tuple[str, int]:
    """`HOST:PORT` or `[IPV6]:PORT` to host and port.

    Raises:
        ConfigInvalid: `malformed`.
    """
    host, colon, port = text.rpartition(":")
    bracketed = host.startswith("[") and host.endswith("]")
    bare = host[1:-1] if bracketed else host
    usable = bool(colon and bare) and (bracketed or ":" not in bare) and port.isascii() and port.isdigit()
    if not usable or not 1 <= int(port) <= 65535:
        raise ConfigInvalid("malformed", key, "must be HOST:PORT, for IPv6 [HOST]:PORT")
    return bare, int(port)


def check_network(text: str, key: str) -> str:
    """An IP address or network whose word is believed.

    Raises:
        ConfigInvalid: `malformed`, or `unsafe` for everybody.
    """
    try:
        network = ip_network(text)
    except ValueError:
        message = "must be IP addresses or networks such as 10.0.0.0/24"
        raise ConfigInvalid("malformed", key, message) from None
    if network.prefixlen == 0:
        message = "must not trust every address: anyone could then choose the address that is logged"
        raise ConfigInvalid("unsafe", key, message)
    return str(network)


def check_origin(url: str, key: str) -> str:
    """A web origin, `https` unless it is this machine; without a trailing slash, default port or upper case.

    Raises:
        ConfigInvalid: `malformed`, or `unsafe` for plain http.
    """
    parts, host, port = _split(url, key)
    if parts.scheme not in ("http", "https") or parts.path not in ("", "/") or parts.query or parts.fragment:
        raise ConfigInvalid("malformed", key, "must be an origin such as https://coffre.example.org")
    if parts.username is not None or parts.password is not None:
        raise ConfigInvalid("malformed", key, "must not hold a user or a password")
    if parts.scheme == "http" and not is_loopback(host):
        message = "must be https: over http anyone on the way can change the page and take the keys"
        raise ConfigInvalid("unsafe", key, message)
    name = f"[{host}]" if ":" in host else host
    default = {"http": 80, "https": 443}[parts.scheme]
    return f"{parts.scheme}://{name}" if port in (None, default) else f"{parts.scheme}://{name}:{port}"


def check_endpoint(url: str, key: str) -> str:
    """An S3 endpoint: `https`, or `http` to this machine or a private network.

    Raises:
        ConfigInvalid: `malformed` or `unsafe`.
    """
    parts, host, _port = _split(url, key)
    if parts.scheme not in ("http", "https") or parts.username is not None or parts.query or parts.fragment:
        raise ConfigInvalid("malformed", key, "must be an address such as https://s3.example.org")
    if parts.scheme == "http" and not (is_loopback(host) or is_inner(host)):
        raise ConfigInvalid("unsafe", key, "must be https outside a private network")
    return url.rstrip("/")


def check_database(url: str, key: str, *, tls: str) -> str:
    """A database URL with its driver named: a SQLite file or PostgreSQL by psycopg.

    `tls` is "required" for a PostgreSQL on another machine (`sslmode` in the URL says how it is verified), or
    "none" for one that is reached by a network of its own.

    Raises:
        ConfigInvalid: `malformed`; `unsupported` for another database; `unsafe` for one in memory, or for a
            connection to another machine that is not encrypted.
    """
    if tls not in TLS_CHOICES:
        raise ConfigInvalid("malformed", key, 'needs database.tls "required" or "none"')
    scheme, separator, rest = url.partition("://")
    if not separator:
        raise ConfigInvalid("malformed", key, "must be sqlite:///FILE or postgresql://USER@HOST/NAME")
    if scheme == "sqlite":
        if not rest.strip("/") or ":memory:" in rest or "mode=memory" in rest:
            raise ConfigInvalid("unsafe", key, "must name a file: a database in memory is lost at the end")
        return url
    if scheme in ("postgresql", "postgresql+psycopg"):
        if tls == "required" and not _stays_here(rest) and not _ENCRYPTED.search(rest):
            message = "must have ?sslmode=verify-full (or verify-ca, require), or database.tls be none"
            raise ConfigInvalid("unsafe", key, message)
        return f"postgresql+psycopg://{rest}"
    raise ConfigInvalid("unsupported", key, "must be SQLite or PostgreSQL")


def _stays_here(rest: str) -> bool:
    """Whether the part of a PostgreSQL URL behind `://` names this machine or a socket of it."""
    host = urlsplit(f"//{rest}").hostname
    return host is None or is_loopback(host)


def check_mail(url: str, key: str, *, tls: str) -> str:
    """An SMTP server's URL; `tls` is "required", or "none" for a mail server on this machine.

    Raises:
        ConfigInvalid: `malformed`, or `unsafe` without TLS to another machine.
    """
    parts, host, _port = _split(url, key)
    if tls not in TLS_CHOICES:
        raise ConfigInvalid("malformed", key, 'needs mail.tls "required" or "none"')
    if tls == "none" and (parts.scheme != "smtp" or not is_loopback(host)):
        raise ConfigInvalid("unsafe", key, "must be on this machine for mail.tls to be none")
    if parts.scheme not in ("smtp", "smtps") or parts.path not in ("", "/") or parts.query or parts.fragment:
        raise ConfigInvalid("malformed", key, "must be smtp://HOST:PORT or smtps://HOST:PORT")
    return url.rstrip("/")


def check_sender(sender: str, key: str) -> None:
    """A mail's sender, `NAME <ADDRESS>` or the address alone.

    Raises:
        ConfigInvalid: `malformed`.
    """
    found = getaddresses([sender])
    if len(found) != 1 or _MAILBOX.fullmatch(found[0][1]) is None or not sender.isprintable():
        raise ConfigInvalid("malformed", key, "must be NAME <ADDRESS>, or an e-mail address")


def _split(url: str, key: str) -> tuple[SplitResult, str, int | None]:
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise ConfigInvalid("malformed", key, "is not an address") from None
    if not host:
        raise ConfigInvalid("malformed", key, "is not an address")
    return parts, host, port
