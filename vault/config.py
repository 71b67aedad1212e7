"""What a host sets: one TOML file, the environment, and files that hold secrets.

Every setting stands in `config.example.toml` with its meaning. Order of precedence, highest first: the
environment variable `COFFRE_SECTION_KEY`, the file, the default. A secret may be given as `KEY_file = "path"`
(or `COFFRE_SECTION_KEY_FILE`) instead. Unknown settings and unsafe values are refused at the start,
because a setting that is silently ignored is worse than a server that does not start.

This module only reads and checks. It opens no database, store or socket; nothing in it is read again later.

    config = load(Path("config.toml"), os.environ)
    config.server.public_url        # "https://coffre.example.org"
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from vault.config_accounts import Accounts, read_accounts
from vault.config_messages import Mail, Sms, read_mail, read_sms
from vault.config_reader import ConfigInvalid, SectionReader, read_tables
from vault.config_urls import (
    check_database,
    check_endpoint,
    check_network,
    check_origin,
    is_inner,
    is_loopback,
    split_listen,
)

__all__ = [
    "Accounts",
    "Config",
    "ConfigInvalid",
    "Database",
    "Directory",
    "Limits",
    "LocalStorage",
    "Mail",
    "Metrics",
    "Operators",
    "S3Storage",
    "Server",
    "Sms",
    "Traces",
    "load",
]

MIB = 1024 * 1024
GIB = 1024 * MIB
SECTIONS = (
    "server",
    "database",
    "storage",
    "mail",
    "sms",
    "accounts",
    "limits",
    "directory",
    "operators",
    "metrics",
    "traces",
)


@dataclass(frozen=True)
class Server:
    """Where the process listens, and the origin that people and statements name."""

    host: str
    """Address to listen on, without brackets for IPv6."""
    port: int
    public_url: str
    """Origin without a trailing slash. Sign-in statements are bound to it: changing it signs everyone out."""
    trusted_proxies: tuple[str, ...]
    """Networks whose `X-Forwarded-*` headers are believed. Empty: none are."""
    jobs: bool
    """Whether this process also runs the jobs; else `coffre worker` does."""
    contact: str | None
    """Whom people write to or call when the host has suspended them, is being maintained, or they cannot sign
    in."""

    @property
    def listen(self) -> str:
        """`HOST:PORT` as a socket address in text."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


@dataclass(frozen=True)
class Database:
    """Where the tables are."""

    url: str = field(repr=False)
    """SQLAlchemy URL: `sqlite:///FILE` or `postgresql+psycopg://…`; may hold a password."""
    replica_url: str | None = field(repr=False, default=None)
    """The same of a PostgreSQL that follows the other; None: there is none."""


@dataclass(frozen=True)
class LocalStorage:
    """Objects in a folder."""

    path: Path


@dataclass(frozen=True)
class S3Storage:
    """Objects in a bucket of an S3-compatible store."""

    endpoint: str
    region: str
    bucket: str
    access_key: str = field(repr=False)
    secret_key: str = field(repr=False)
    create_bucket: bool
    ca_bundle: Path | None
    """PEM file to verify the store's certificate with; None: the authorities that certifi brings."""
    public_endpoint: str | None
    """The store as clients reach it, when that is another address; only with direct transfer."""
    direct: bool
    """Whether parts may go from clients straight to the store; else all bytes pass through the server."""


@dataclass(frozen=True)
class Limits:
    """What one account, vault or share may use. Sizes in bytes."""

    max_document_bytes: int
    part_size: int
    quota_bytes: int
    """Ciphertext that one vault may hold; 0: no limit."""
    session_hours: int
    invitation_days: int
    """Longest time in which an invitation can be redeemed."""
    share_max_days: int
    bin_days: int
    """How long removed documents can be brought back."""


@dataclass(frozen=True)
class Directory:
    """Who vouches for professionals."""

    key_file: Path
    """Seed of the key that signs the directory's entries; only `coffre admin` reads it, and it may be
    elsewhere."""
    required: bool
    """Whether professionals whom the operator has not verified may neither redeem nor be granted anything."""


@dataclass(frozen=True)
class Operators:
    """Who signs what operators do."""

    key_file: Path
    """Seed of the key that signs each `coffre admin` command which changes something; beside it is kept what
    was seen of them last. Only `coffre admin` reads it."""


@dataclass(frozen=True)
class Metrics:
    """Where the node tells what it counts. Nobody is asked who they are there."""

    address: tuple[str, int] | None
    """Host and port, this machine's or a private network's; None: nowhere."""


@dataclass(frozen=True)
class Traces:
    """Where spans of requests and jobs are sent (OTLP over HTTP); they name nobody."""

    endpoint: str | None
    """Without `/v1/traces`; None: there are none."""
    percent: int
    """How many of a hundred requests are traced."""


@dataclass(frozen=True)
class Config:
    """The whole configuration, checked."""

    data: Path
    """Folder of the embedded deployment (`$COFFRE_DATA` or `./coffre-data`), absolute; not created here."""
    server: Server
    database: Database
    storage: LocalStorage | S3Storage
    mail: Mail
    sms: Sms
    accounts: Accounts
    limits: Limits
    directory: Directory
    operators: Operators
    metrics: Metrics
    traces: Traces


def load(path: Path | None, environ: Mapping[str, str]) -> Config:
    """Read and check the configuration.

    Args:
        path: the TOML file; None for defaults and environment only.
        environ: the environment, usually `os.environ`. Relative paths count from the working directory.

    Raises:
        ConfigInvalid: the file cannot be read, or a setting is unknown, missing, malformed or unsafe.
    """
    tables = read_tables(path, SECTIONS)
    data = Path(environ.get("COFFRE_DATA") or "coffre-data").absolute()
    readers = {name: SectionReader(name, tables.get(name, {}), environ, path) for name in SECTIONS}
    mail = read_mail(readers["mail"])
    config = Config(
        data=data,
        server=_server(readers["server"]),
        database=_database(readers["database"], data),
        storage=_storage(readers["storage"], data),
        mail=mail,
        sms=read_sms(readers["sms"]),
        accounts=read_accounts(readers["accounts"], sends_mail=mail.url is not None),
        limits=_limits(readers["limits"]),
        directory=_directory(readers["directory"], data),
        operators=_operators(readers["operators"], data),
        metrics=_metrics(readers["metrics"]),
        traces=_traces(readers["traces"]),
    )
    for reader in readers.values():
        reader.refuse_unread()
    return config


def _server(section: SectionReader) -> Server:
    host, port = split_listen(section.text("listen", "127.0.0.1:8750"), section.name_of("listen"))
    url = section.optional_text("public_url")
    if url is None:
        if not is_loopback(host):
            message = "is needed when the server listens beyond this machine"
            raise ConfigInvalid("missing", section.name_of("public_url"), message)
        url = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
    origin = check_origin(url, section.name_of("public_url"))
    key = section.name_of("trusted_proxies")
    proxies = tuple(check_network(text, key) for text in section.texts("trusted_proxies"))
    jobs = section.boolean("jobs", default=True)
    contact = section.optional_text("contact")
    if contact is not None and (len(contact) > 200 or not contact.isprintable()):
        raise ConfigInvalid("malformed", section.name_of("contact"), "is a line of at most 200 characters")
    return Server(
        host=host, port=port, public_url=origin, trusted_proxies=proxies, jobs=jobs, contact=contact
    )


def _database(section: SectionReader, data: Path) -> Database:
    url = section.secret("url")
    if url is None:
        return Database(url=f"sqlite:///{data / 'coffre.sqlite3'}")
    tls = section.text("tls", "required")
    url = check_database(url, section.name_of("url"), tls=tls)
    replica, key = section.secret("replica_url"), section.name_of("replica_url")
    if replica is not None:
        replica = check_database(replica, key, tls=tls)
        if url.startswith("sqlite") or replica.startswith("sqlite"):
            raise ConfigInvalid("unsupported", key, "is for PostgreSQL that follows a PostgreSQL")
    return Database(url=url, replica_url=replica)


def _storage(section: SectionReader, data: Path) -> LocalStorage | S3Storage:
    kind = section.text("kind", "local")
    if kind == "local":
        return LocalStorage(path=Path(section.text("path", str(data / "objects"))).absolute())
    if kind == "s3":
        return _s3(section)
    raise ConfigInvalid("malformed", section.name_of("kind"), 'must be "local" or "s3"')


def _s3(section: SectionReader) -> S3Storage:
    transfer = section.text("transfer", "proxied")
    if transfer not in ("proxied", "direct"):
        raise ConfigInvalid("malformed", section.name_of("transfer"), 'must be "proxied" or "direct"')
    public = section.optional_text("public_endpoint")
    if public is not None:
        if transfer != "direct":
            message = 'has no use without transfer = "direct"'
            raise ConfigInvalid("malformed", section.name_of("public_endpoint"), message)
        public = check_endpoint(public, section.name_of("public_endpoint"))
    ca_bundle = section.optional_text("ca_bundle")
    return S3Storage(
        endpoint=check_endpoint(section.required("endpoint"), section.name_of("endpoint")),
        region=section.text("region", "us-east-1"),
        bucket=section.required("bucket"),
        access_key=section.required_secret("access_key"),
        secret_key=section.required_secret("secret_key"),
        create_bucket=section.boolean("create_bucket", default=False),
        ca_bundle=Path(ca_bundle).absolute() if ca_bundle is not None else None,
        public_endpoint=public,
        direct=transfer == "direct",
    )


def _limits(section: SectionReader) -> Limits:
    part_size = section.integer("part_size", 8 * MIB, low=5 * MIB, high=64 * MIB)
    if part_size % 65536:
        raise ConfigInvalid("malformed", section.name_of("part_size"), "must be a multiple of 65536 bytes")
    return Limits(
        max_document_bytes=section.integer("max_document_bytes", 5 * GIB, low=1, high=5 * GIB),
        part_size=part_size,
        quota_bytes=section.integer("quota_bytes", 0, low=0, high=2**53 - 1),
        session_hours=section.integer("session_hours", 12, low=1, high=168),
        invitation_days=section.integer("invitation_days", 7, low=1, high=30),
        share_max_days=section.integer("share_max_days", 365, low=1, high=365),
        bin_days=section.integer("bin_days", 30, low=1, high=365),
    )


def _directory(section: SectionReader, data: Path) -> Directory:
    return Directory(
        key_file=Path(section.text("key_file", str(data / "directory.key"))).absolute(),
        required=section.boolean("required", default=False),
    )


def _operators(section: SectionReader, data: Path) -> Operators:
    return Operators(key_file=Path(section.text("key_file", str(data / "operator.key"))).absolute())


def _metrics(section: SectionReader) -> Metrics:
    listen = section.optional_text("listen")
    if listen is None:
        return Metrics(address=None)
    host, port = split_listen(listen, section.name_of("listen"))
    if not is_inner(host):
        message = (
            "must be an address of this machine or of a private network: whoever reaches it reads the counts"
        )
        raise ConfigInvalid("unsafe", section.name_of("listen"), message)
    return Metrics(address=(host, port))


def _traces(section: SectionReader) -> Traces:
    told = section.optional_text("endpoint")
    endpoint = check_endpoint(told, section.name_of("endpoint")) if told is not None else None
    return Traces(endpoint=endpoint, percent=section.integer("percent", 100, low=1, high=100))
