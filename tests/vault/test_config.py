"""The configuration: defaults, precedence, and everything that must stop a start."""

import re
import tomllib
from dataclasses import fields
from pathlib import Path

import pytest

from vault.config import Config, ConfigInvalid, Limits, LocalStorage, Mail, S3Storage, Sms, load

EXAMPLE = Path(__file__).parents[2] / "config.example.toml"
S3 = """
[storage]
kind = "s3"
endpoint = "https://s3.example.org/"
bucket = "coffre"
access_key = "AK"
secret_key = "SK"
"""


def load_text(text: str, folder: Path, **environ: str) -> Config:
    file = folder / "config.toml"
    file.write_text(text, encoding="utf-8")
    file.chmod(0o640)
    return load(file, environ)


def refused(text: str, folder: Path, **environ: str) -> tuple[str, str]:
    with pytest.raises(ConfigInvalid) as caught:
        load_text(text, folder, **environ)
    assert caught.value.key in str(caught.value)
    return caught.value.code, caught.value.key


def test_without_anything_it_serves_this_machine_from_one_folder() -> None:
    config = load(None, {})
    data = Path.cwd() / "coffre-data"
    assert config.server.listen == "127.0.0.1:8750"
    assert config.server.public_url == "http://127.0.0.1:8750"
    assert config.server.trusted_proxies == ()
    assert config.database.url == f"sqlite:///{data}/coffre.sqlite3"
    assert config.storage == LocalStorage(path=data / "objects")
    assert config.mail.url is None
    assert config.limits == Limits(
        max_document_bytes=5 * 1024**3,
        part_size=8 * 1024**2,
        quota_bytes=0,
        session_hours=12,
        invitation_days=7,
        share_max_days=365,
        bin_days=30,
    )


def test_data_folder_moves_with_its_variable(tmp_path: Path) -> None:
    config = load(None, {"COFFRE_DATA": str(tmp_path)})
    assert config.data == tmp_path
    assert str(tmp_path) in config.database.url
    assert config.storage == LocalStorage(path=tmp_path / "objects")
    assert list(tmp_path.iterdir()) == []


def test_the_example_file_is_the_defaults() -> None:
    assert load(EXAMPLE, {}) == load(None, {})


def test_the_example_file_with_every_line_active_is_accepted(tmp_path: Path) -> None:
    active = re.sub(r"^# (\w+ = )", r"\1", EXAMPLE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    active = active.replace('kind = "local"', 'kind = "s3"').replace('"proxied"', '"direct"')
    active = re.sub(r"^(path|secret_key_file) = .*$", "", active, flags=re.MULTILINE)
    config = load_text(active, tmp_path)
    assert isinstance(config.storage, S3Storage)
    assert config.server.public_url == "https://coffre.example.org"
    assert config.mail.sender == "Coffre <coffre@example.org>"


def test_the_example_file_names_every_setting() -> None:
    text = re.sub(r"^# (\w+ = )", r"\1", EXAMPLE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    tables = tomllib.loads(text.replace("\nsecret_key_file", "\n# secret_key_file"))
    written = {section: set(keys) for section, keys in tables.items()}
    assert written["limits"] == {field.name for field in fields(Limits)}
    assert written["storage"] >= {field.name for field in fields(S3Storage)} - {"direct"} | {
        "kind",
        "path",
        "transfer",
    }
    assert written["server"] == {"contact", "jobs", "listen", "public_url", "trusted_proxies"}
    assert written["database"] == {"replica_url", "tls", "url"}
    assert written["metrics"] == {"listen"}
    assert written["mail"] == {field.name for field in fields(Mail)}
    assert written["sms"] == {field.name for field in fields(Sms)}


def test_environment_wins_over_the_file(tmp_path: Path) -> None:
    text = (
        '[server]\nlisten = "127.0.0.1:9000"\ntrusted_proxies = ["10.0.0.1"]\n[limits]\nsession_hours = 3\n'
    )
    config = load_text(
        text,
        tmp_path,
        COFFRE_SERVER_LISTEN="[::1]:9001",
        COFFRE_SERVER_TRUSTED_PROXIES="10.1.0.0/24, ::1",
        COFFRE_LIMITS_SESSION_HOURS="5",
        COFFRE_HOME="/elsewhere",
    )
    assert config.server.listen == "[::1]:9001"
    assert config.server.public_url == "http://[::1]:9001"
    assert config.server.trusted_proxies == ("10.1.0.0/24", "::1/128")
    assert config.limits.session_hours == 5


def test_addresses_are_confirmed_where_mail_is_sent() -> None:
    mail = {"COFFRE_MAIL_URL": "smtps://mail.example.org:465", "COFFRE_MAIL_SENDER": "coffre@example.org"}
    assert not load(None, {}).accounts.confirm_address
    assert load(None, mail).accounts.confirm_address
    assert not load(None, {**mail, "COFFRE_ACCOUNTS_CONFIRM_ADDRESS": "false"}).accounts.confirm_address


def test_a_replica_follows_a_postgresql(tmp_path: Path) -> None:
    here, there = "postgresql://coffre@127.0.0.1/coffre", "postgresql://coffre@replica.example.org/coffre"
    text = f'[database]\nurl = "{here}"\nreplica_url = "{there}?sslmode=verify-full"\n'
    assert load_text(text, tmp_path).database.replica_url == (
        "postgresql+psycopg://coffre@replica.example.org/coffre?sslmode=verify-full"
    )
    assert load_text(f'[database]\nurl = "{here}"\n', tmp_path).database.replica_url is None
    open_line = text.replace("?sslmode=verify-full", "")
    assert refused(open_line, tmp_path) == ("unsafe", "database.replica_url")
    embedded = text.replace(here, f"sqlite:///{tmp_path}/coffre.sqlite3")
    assert refused(embedded, tmp_path) == ("unsupported", "database.replica_url")
    assert refused(f'[database]\nreplica_url = "{here}"\n', tmp_path) == ("unknown", "database.replica_url")


def test_secret_from_a_file_of_its_own(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("from-file\n", encoding="utf-8")
    secret.chmod(0o600)
    text = S3.replace('secret_key = "SK"', f'secret_key_file = "{secret}"')
    storage = load_text(text, tmp_path).storage
    assert isinstance(storage, S3Storage)
    assert storage.secret_key == "from-file"
    overridden = load_text(S3, tmp_path, COFFRE_STORAGE_SECRET_KEY_FILE=str(secret)).storage
    assert isinstance(overridden, S3Storage)
    assert overridden.secret_key == "from-file"


@pytest.mark.parametrize("mode", [0o604, 0o602, 0o620])
def test_a_secret_that_others_can_reach_is_refused(mode: int, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("from-file\n", encoding="utf-8")
    secret.chmod(mode)
    text = S3.replace('secret_key = "SK"', f'secret_key_file = "{secret}"')
    assert refused(text, tmp_path) == ("unsafe", "storage.secret_key_file")
    secret.chmod(0o440)
    load_text(text, tmp_path)
    whole = tmp_path / "whole.toml"
    whole.write_text(S3)
    whole.chmod(mode)
    with pytest.raises(ConfigInvalid) as caught:
        load(whole, {})
    assert (caught.value.code, caught.value.key) == ("unsafe", "storage.access_key")


@pytest.mark.parametrize("place", ["localhost/c", "127.0.0.1:5432/c", "/c?host=/run/postgresql", "[::1]/c"])
def test_a_database_on_this_machine_needs_no_tls(place: str, tmp_path: Path) -> None:
    load_text(f'[database]\nurl = "postgresql://{place}"', tmp_path)


def test_secrets_are_not_shown() -> None:
    environ = {
        "COFFRE_DATABASE_URL": "postgresql://coffre:hunter2@db/coffre",
        "COFFRE_DATABASE_TLS": "none",
        "COFFRE_STORAGE_KIND": "s3",
        "COFFRE_STORAGE_ENDPOINT": "http://weed:8333",
        "COFFRE_STORAGE_BUCKET": "coffre",
        "COFFRE_STORAGE_ACCESS_KEY": "hunter2",
        "COFFRE_STORAGE_SECRET_KEY": "hunter2",
        "COFFRE_STORAGE_CREATE_BUCKET": "true",
        "COFFRE_MAIL_URL": "smtps://u:hunter2@mail.example.org:465",
        "COFFRE_MAIL_SENDER": "coffre@example.org",
    }
    config = load(None, environ)
    assert config.database.url == "postgresql+psycopg://coffre:hunter2@db/coffre"
    assert isinstance(config.storage, S3Storage)
    assert config.storage.create_bucket is True
    assert "hunter2" not in repr(config)


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("https://Coffre.Example.org:443/", "https://coffre.example.org"),
        ("https://coffre.example.org:8443", "https://coffre.example.org:8443"),
        ("http://localhost:8750", "http://localhost:8750"),
        ("http://[::1]:8750/", "http://[::1]:8750"),
    ],
)
def test_public_url_becomes_an_origin(url: str, origin: str, tmp_path: Path) -> None:
    assert load_text(f'[server]\npublic_url = "{url}"', tmp_path).server.public_url == origin


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x = 1", ("unknown", "x")),
        ("server = 1", ("malformed", "server")),
        ("[server]\nport = 1", ("unknown", "server.port")),
        ("[limits]\nsession_hour = 1", ("unknown", "limits.session_hour")),
        ('[storage]\nbucket = "b"', ("unknown", "storage.bucket")),
        ('[server]\nlisten = "8750"', ("malformed", "server.listen")),
        ('[server]\nlisten = "127.0.0.1:0"', ("malformed", "server.listen")),
        ('[server]\nlisten = "::1:8750"', ("malformed", "server.listen")),
        ('[server]\nlisten = "0.0.0.0:8750"', ("missing", "server.public_url")),
        ('[server]\npublic_url = "http://coffre.example.org"', ("unsafe", "server.public_url")),
        ('[server]\npublic_url = "http://127.0.0.1.example.org"', ("unsafe", "server.public_url")),
        ('[server]\npublic_url = "https://coffre.example.org/path"', ("malformed", "server.public_url")),
        ('[server]\npublic_url = "https://u:p@coffre.example.org"', ("malformed", "server.public_url")),
        ('[server]\npublic_url = "coffre.example.org"', ("malformed", "server.public_url")),
        ('[server]\npublic_url = "https://coffre.example.org:99999"', ("malformed", "server.public_url")),
        ('[server]\ntrusted_proxies = ["0.0.0.0/0"]', ("unsafe", "server.trusted_proxies")),
        ('[server]\ntrusted_proxies = ["::/0"]', ("unsafe", "server.trusted_proxies")),
        ('[server]\ntrusted_proxies = ["*"]', ("malformed", "server.trusted_proxies")),
        ("[server]\ntrusted_proxies = [1]", ("malformed", "server.trusted_proxies")),
        ('[server]\ntrusted_proxies = "10.0.0.1"', ("malformed", "server.trusted_proxies")),
        ('[database]\nurl = "sqlite://"', ("unsafe", "database.url")),
        ('[database]\nurl = "sqlite:///:memory:"', ("unsafe", "database.url")),
        ('[database]\nurl = "mysql://db/coffre"', ("unsupported", "database.url")),
        ('[database]\nurl = "coffre.sqlite3"', ("malformed", "database.url")),
        ("[accounts]\nconfirm_address = true", ("missing", "accounts.confirm_address")),
        ('[accounts]\nconfirm_address = "yes"', ("malformed", "accounts.confirm_address")),
        ('[database]\nurl = "postgresql://a:b@db.example.org/c"', ("unsafe", "database.url")),
        ('[database]\nurl = "postgresql://db/c?sslmode=prefer"', ("unsafe", "database.url")),
        ('[database]\nurl = "postgresql://db/c"\ntls = "maybe"', ("malformed", "database.url")),
        ('[metrics]\nlisten = "9.9.9.9:9750"', ("unsafe", "metrics.listen")),
        ('[metrics]\nlisten = "9750"', ("malformed", "metrics.listen")),
        ('[storage]\nkind = "ftp"', ("malformed", "storage.kind")),
        ('[storage]\nkind = "s3"', ("missing", "storage.endpoint")),
        (S3.replace('bucket = "coffre"', ""), ("missing", "storage.bucket")),
        (S3.replace('access_key = "AK"', ""), ("missing", "storage.access_key")),
        (S3.replace('secret_key = "SK"', ""), ("missing", "storage.secret_key")),
        (S3.replace('"SK"', '" "'), ("malformed", "storage.secret_key")),
        (S3.replace("https://", "http://"), ("unsafe", "storage.endpoint")),
        (S3 + 'secret_key_file = "s"', ("malformed", "storage.secret_key")),
        (
            S3.replace('secret_key = "SK"', 'secret_key_file = "/nowhere"'),
            ("unreadable", "storage.secret_key_file"),
        ),
        (S3 + 'transfer = "both"', ("malformed", "storage.transfer")),
        (S3 + 'public_endpoint = "https://s3.example.org"', ("malformed", "storage.public_endpoint")),
        (
            S3 + 'transfer = "direct"\npublic_endpoint = "http://s3.example.org"',
            ("unsafe", "storage.public_endpoint"),
        ),
        (S3 + 'path = "/objects"', ("unknown", "storage.path")),
        (S3 + "create_bucket = 1", ("malformed", "storage.create_bucket")),
        ('[mail]\nurl = "smtps://mail.example.org"', ("missing", "mail.sender")),
        ('[mail]\nurl = "https://mail.example.org"\nsender = "a@b"', ("malformed", "mail.url")),
        ('[mail]\nsender = "Coffre"', ("malformed", "mail.sender")),
        ('[mail]\nsender = "Coffre <a@b.fr>, c@d.fr"', ("malformed", "mail.sender")),
        ('[mail]\nsender = "Coffre\\nBcc: x@y.fr <a@b.fr>"', ("malformed", "mail.sender")),
        ('[mail]\ntls = "no"', ("malformed", "mail.tls")),
        ('[mail]\nurl = "smtp://mail.example.org"\nsender = "a@b"\ntls = "none"', ("unsafe", "mail.url")),
        ('[mail]\nurl = "smtps://localhost"\nsender = "a@b"\ntls = "none"', ("unsafe", "mail.url")),
        ('[sms]\nurl = "http://sms.example.org"', ("unsafe", "sms.url")),
        ('[sms]\nbody = "to={phone}&text={text}"', ("malformed", "sms.body")),
        ('[sms]\nbody = \'{"to": "{phone}"}\'', ("malformed", "sms.body")),
        ('[sms]\nbody = \'["{phone}", "{text}"]\'', ("malformed", "sms.body")),
        ("[limits]\nsession_hours = 0", ("out_of_range", "limits.session_hours")),
        ("[limits]\nsession_hours = true", ("malformed", "limits.session_hours")),
        ("[limits]\nsession_hours = 1.5", ("malformed", "limits.session_hours")),
        ("[limits]\ninvitation_days = 31", ("out_of_range", "limits.invitation_days")),
        ("[limits]\nshare_max_days = 366", ("out_of_range", "limits.share_max_days")),
        ("[limits]\nbin_days = 0", ("out_of_range", "limits.bin_days")),
        ("[limits]\npart_size = 5242881", ("malformed", "limits.part_size")),
        ("[limits]\npart_size = 65536", ("out_of_range", "limits.part_size")),
        ("[limits]\nmax_document_bytes = 5368709121", ("out_of_range", "limits.max_document_bytes")),
    ],
)
def test_refused(text: str, expected: tuple[str, str], tmp_path: Path) -> None:
    assert refused(text, tmp_path) == expected


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({"COFFRE_SERVER_PUBLIC_URI": "https://a.example"}, ("unknown", "server.public_uri")),
        ({"COFFRE_LIMITS_SESSION_HOURS": "twelve"}, ("malformed", "limits.session_hours")),
        ({"COFFRE_LIMITS_SESSION_HOURS": "9" * 5000}, ("malformed", "limits.session_hours")),
        ({"COFFRE_SERVER_PUBLIC_URL": ""}, ("malformed", "server.public_url")),
    ],
)
def test_refused_from_the_environment(
    environ: dict[str, str], expected: tuple[str, str], tmp_path: Path
) -> None:
    assert refused("", tmp_path, **environ) == expected


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(ConfigInvalid) as missing:
        load(tmp_path / "none.toml", {})
    assert missing.value.code == "unreadable"
    assert refused("[server", tmp_path)[0] == "malformed"
    (tmp_path / "latin.toml").write_bytes(b"# \xe9\n")
    with pytest.raises(ConfigInvalid) as latin:
        load(tmp_path / "latin.toml", {})
    assert latin.value.code == "malformed"


def test_the_configuration_in_the_operating_guide_is_accepted(tmp_path: Path) -> None:
    guide = (EXAMPLE.parent / "OPERATING.md").read_text(encoding="utf-8")
    block = guide[guide.index("       [server]") : guide.index("   and in `/etc/coffre/database-url`")]
    text = re.sub(r"^ {7}", "", block, flags=re.MULTILINE).replace("/etc/coffre", str(tmp_path))
    [url] = re.findall(r"^ {7}(postgresql://\S+\n)", guide, flags=re.MULTILINE)
    (tmp_path / "database-url").write_text(url)
    for name in ("s3-access-key", "s3-secret-key"):
        (tmp_path / name).write_text("key\n")
    for path in tmp_path.iterdir():
        path.chmod(0o600)
    config = load_text(text, tmp_path)
    assert config.database.url.startswith("postgresql+psycopg://coffre:PASSWORD@db.example.org/")
    assert isinstance(config.storage, S3Storage)
    assert config.server.trusted_proxies == ("10.0.0.10/32",)
