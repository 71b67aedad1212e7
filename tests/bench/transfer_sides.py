"""What the benchmarks of transfers are measured with: servers, command lines, boto3, rclone crypt."""

import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import boto3
from botocore.config import Config

from tests.bench.comparison import COFFRE, ROOT
from tests.e2e.server_process import ServerProcess
from tests.servers.seaweedfs import SeaweedFS

BUCKET: Final = "bench"
PASSWORD: Final = "brume-cactus-47-violon"
_MIB: Final = 1 << 20


def file_of(path: Path, size: int) -> Path:
    """A file of random bytes."""
    with path.open("wb") as file:
        for start in range(0, size, _MIB):
            file.write(os.urandom(min(_MIB, size - start)))
    return path


def storage_settings(weed: SeaweedFS, *, direct: bool) -> dict[str, str]:
    """The server's settings for a bucket of its own."""
    return {
        "COFFRE_STORAGE_KIND": "s3",
        "COFFRE_STORAGE_ENDPOINT": weed.endpoint,
        "COFFRE_STORAGE_REGION": weed.region,
        "COFFRE_STORAGE_BUCKET": "coffre-direct" if direct else "coffre-proxied",
        "COFFRE_STORAGE_ACCESS_KEY": weed.access_key,
        "COFFRE_STORAGE_SECRET_KEY": weed.secret_key,
        "COFFRE_STORAGE_CA_BUNDLE": str(weed.ca_bundle),
        "COFFRE_STORAGE_CREATE_BUCKET": "true",
        "COFFRE_STORAGE_TRANSFER": "direct" if direct else "proxied",
    }


@dataclass
class CommandLine:
    """Somebody who is signed in on a server; every command is a process of its own."""

    server: ServerProcess
    home: Path
    trusted: Path | None = None
    environment: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        kept = {
            name: value for name, value in os.environ.items() if not name.startswith(("COFFRE_", "PYTHON"))
        }
        # An installed command has its modules compiled, whatever the environment says of writing them.
        compiled = {"PYTHONPYCACHEPREFIX": str(self.home.with_name("compiled"))}
        self.environment = {**kept, **compiled, "COFFRE_HOME": str(self.home), "COFFRE_PASSWORD": PASSWORD}
        if self.trusted is not None:
            self.environment["SSL_CERT_FILE"] = str(self.trusted)
        self.run("signup", "--server", self.server.url, "--email", "a@example.org", "--name", "Anne")

    def command(self, *arguments: str | Path) -> list[str]:
        return [*COFFRE, *map(str, arguments)]

    def run(self, *arguments: str | Path) -> str:
        done = subprocess.run(
            self.command(*arguments), cwd=ROOT, env=self.environment, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
        return done.stdout


class Boto3:
    """A bare multipart transfer, by boto3's own transfer manager with its own settings."""

    def __init__(self, weed: SeaweedFS) -> None:
        self._client: Any = boto3.client(
            "s3",
            endpoint_url=weed.endpoint,
            region_name=weed.region,
            aws_access_key_id=weed.access_key,
            aws_secret_access_key=weed.secret_key,
            verify=str(weed.ca_bundle),
            config=Config(s3={"addressing_style": "path"}),
        )
        self._client.create_bucket(Bucket=BUCKET)

    def put(self, path: Path) -> None:
        self._client.upload_file(str(path), BUCKET, "object")

    def get(self, path: Path) -> None:
        self._client.download_file(BUCKET, "object", str(path))

    def close(self) -> None:
        self._client.close()


class Rclone:
    """`rclone copyto` through an `rclone crypt` remote to a bucket of the same store."""

    def __init__(self, weed: SeaweedFS, folder: Path) -> None:
        hidden = subprocess.run(
            ["rclone", "obscure", PASSWORD], check=True, capture_output=True, text=True
        ).stdout.strip()
        self._config = folder / "rclone.conf"
        self._config.write_text(
            "[store]\ntype = s3\nprovider = Other\n"
            f"access_key_id = {weed.access_key}\nsecret_access_key = {weed.secret_key}\n"
            f"endpoint = {weed.endpoint}\nregion = {weed.region}\n"
            "force_path_style = true\n\n[crypt]\ntype = crypt\n"
            f"remote = store:{BUCKET}\npassword = {hidden}\n"
        )
        # Its S3 library trips over AWS_CA_BUNDLE.
        kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
        self._environment: Mapping[str, str] = {**kept, "SSL_CERT_FILE": str(weed.ca_bundle)}

    def put(self, path: Path) -> None:
        self._run("copyto", "--ignore-times", str(path), "crypt:object")

    def get(self, path: Path) -> None:
        self._run("copyto", "--ignore-times", "crypt:object", str(path))

    def _run(self, *arguments: str) -> None:
        command = ["rclone", "--config", str(self._config), *arguments]
        done = subprocess.run(command, env=self._environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
