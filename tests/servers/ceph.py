"""A throw-away Ceph (Debian): one monitor, one OSD in memory, one RADOS gateway, on free loopback ports.

    with Ceph() as ceph:
        S3Settings(bucket, ceph.endpoint, access_key=ceph.access_key, secret_key=ceph.secret_key,
                   ca_bundle=ceph.ca_bundle)

What hosts run: the gateway behind nginx with https (a certificate of its own authority), which streams both
ways. Stops only the processes that it started.
"""

import http.client
import os
import shutil
import ssl
import subprocess
import tempfile
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

import trustme

from tests.servers.ports import free_ports

START_LIMIT = 60.0
_PROGRAMS = ("ceph-mon", "ceph-osd", "ceph", "ceph-authtool", "radosgw", "radosgw-admin", "nginx")


class Ceph:
    """One cluster without durability. `kill` ends it at once, as a crash would."""

    access_key = "testaccess"
    secret_key = "testsecret0123456789"
    region = "us-east-1"

    def __init__(self, osds: int = 1, names: tuple[str, ...] = ("localhost", "127.0.0.1")) -> None:
        self._osds = osds
        self._names = names
        missing = [program for program in _PROGRAMS if shutil.which(program) is None]
        if missing:
            raise RuntimeError(f"not installed: {', '.join(missing)} (see .ci/debian-packages)")
        # Below /tmp by name: a Unix socket's path has 107 bytes at most.
        self._folder = Path(tempfile.mkdtemp(prefix="ceph-", dir="/tmp"))
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        self._environment = {**os.environ, "CEPH_CONF": str(self._folder / "ceph.conf"), "LC_ALL": "C.UTF-8"}
        self._monitor = self._gateway = self._public = 0
        self.ca_bundle = self._folder / "ca.pem"

    @property
    def endpoint(self) -> str:
        return f"https://127.0.0.1:{self._public}"

    @property
    def public_port(self) -> int:
        """nginx before the gateway."""
        return self._public

    @property
    def plain_port(self) -> int:
        """The gateway itself, without TLS and without nginx."""
        return self._gateway

    def __enter__(self) -> Self:
        try:
            self._start()
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()
        shutil.rmtree(self._folder)

    def kill(self) -> None:
        """Ends all processes at once."""
        for name in reversed(list(self._processes)):
            self._kill(name)

    def kill_gateway(self) -> None:
        """Ends the gateway; nginx goes on and finds nobody behind it."""
        self._kill("rgw")

    def start_gateway(self) -> None:
        """The gateway again, where it was; waits until it answers."""
        self._spawn("rgw", "radosgw", "-f", "-n", "client.rgw.a")
        self._wait_for(self._answers)

    def kill_osd(self, number: int) -> None:
        """Ends one of several OSDs, for good: what it held is on the others."""
        self._kill(f"osd.{number}")

    def _kill(self, name: str) -> None:
        process = self._processes.pop(name)
        process.kill()
        process.wait()

    def _start(self) -> None:
        self._monitor, self._gateway, self._public = free_ports(3)
        for name in ("mon", *(f"osd.{number}" for number in range(self._osds)), "log", "run", "nginx"):
            (self._folder / name).mkdir()
        (self._folder / "ceph.conf").write_text(self._settings())
        self._make_keys()
        self._run("ceph-mon", "-i", "a", "--mkfs", "--keyring", str(self._folder / "keyring"))
        self._spawn("mon", "ceph-mon", "-f", "-i", "a")
        for number in map(str, range(self._osds)):
            osd = str(uuid.uuid4())
            self._run("ceph", "--connect-timeout", "30", "osd", "new", osd, number)
            self._run("ceph-osd", "-i", number, "--mkfs", "--osd-uuid", osd)
            self._spawn(f"osd.{number}", "ceph-osd", "-f", "-i", number)
        self._run(
            "radosgw-admin", "-n", "client.rgw.a", "user", "create", "--uid=test", "--display-name=test",
            f"--access-key={self.access_key}", f"--secret-key={self.secret_key}",
        )  # fmt: skip
        self._start_proxy()
        self.start_gateway()

    def _make_keys(self) -> None:
        # One keyring for all: `ceph-mon --mkfs` takes over every entry with its rights.
        keyring = str(self._folder / "keyring")
        anything = {"mon": "allow *", "osd": "allow *", "mgr": "allow *"}
        self._run("ceph-authtool", "-C", keyring)
        for who, rights in (
            ("mon.", {"mon": "allow *"}),
            ("client.admin", anything),
            ("client.rgw.a", {"mon": "allow rw", "osd": "allow rwx"}),
            *(
                (f"osd.{number}", {"mon": "allow profile osd", "osd": "allow *"})
                for number in range(self._osds)
            ),
        ):
            caps = [word for name, right in rights.items() for word in ("--cap", name, right)]
            self._run("ceph-authtool", keyring, "--gen-key", "-n", who, *caps)

    def _start_proxy(self) -> None:
        authority = trustme.CA()
        authority.cert_pem.write_to_path(str(self.ca_bundle))
        certificate = authority.issue_cert(*self._names)
        certificate.private_key_pem.write_to_path(str(self._folder / "nginx/key.pem"))
        chain = b"".join(blob.bytes() for blob in certificate.cert_chain_pems)
        (self._folder / "nginx/chain.pem").write_bytes(chain)
        (self._folder / "nginx/nginx.conf").write_text(self._proxy_settings())
        user = "user root;" if os.getuid() == 0 else ""
        folder = str(self._folder / "nginx")
        self._spawn(
            "nginx", "nginx", "-p", folder, "-e", f"{folder}/error.log", "-c", f"{folder}/nginx.conf",
            "-g", f"daemon off; master_process off; {user}",
        )  # fmt: skip

    def _spawn(self, name: str, *command: str) -> None:
        with (self._folder / "log" / f"{name}.out").open("ab") as log:
            self._processes[name] = subprocess.Popen(
                command, env=self._environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )

    def _run(self, *command: str) -> None:
        done = subprocess.run(
            command, env=self._environment, stdin=subprocess.DEVNULL, capture_output=True, timeout=START_LIMIT
        )
        if done.returncode:
            raise RuntimeError(f"{command[0]} failed:\n{done.stderr.decode(errors='replace')[-3000:]}")

    def _wait_for(self, ready: Callable[[], bool]) -> None:
        end = time.monotonic() + START_LIMIT
        while not ready():
            if (
                any(process.poll() is not None for process in self._processes.values())
                or time.monotonic() > end
            ):
                logs = sorted((self._folder / "log").glob("*.out"))
                tails = "\n".join(f"{log.name}: {log.read_text(errors='replace')[-1000:]}" for log in logs)
                raise RuntimeError(f"Ceph did not start:\n{tails}")
            time.sleep(0.05)

    def _answers(self) -> bool:
        tls = ssl.create_default_context(cafile=str(self.ca_bundle))
        connection = http.client.HTTPSConnection("127.0.0.1", self._public, timeout=5, context=tls)
        try:
            connection.request("GET", "/")
            return connection.getresponse().status == 200
        except (http.client.HTTPException, OSError):
            return False
        finally:
            connection.close()

    def _settings(self) -> str:
        folder = self._folder
        return f"""\
[global]
fsid = {uuid.uuid4()}
mon host = [v2:127.0.0.1:{self._monitor}/0]
mon initial members = a
ms bind ipv6 = false
ms bind msgr1 = false
auth allow insecure global id reclaim = false
mon warn on pool no redundancy = false
run dir = {folder}/run
log file = {folder}/log/$name.log
admin socket = {folder}/run/$name.asok
pid file = {folder}/run/$name.pid
crash dir = {folder}/run
keyring = {folder}/keyring
osd pool default size = {min(self._osds, 2)}
osd pool default min size = 1
osd pool default pg num = 8
osd pool default pgp num = 8
osd pool default pg autoscale mode = off
osd crush chooseleaf type = 0
mon allow pool size one = true
mon max pg per osd = 1000
mon data avail crit = 1
mon data avail warn = 2
paxos propose interval = 0.05
mon osd min down reporters = 1
mon osd reporter subtree level = osd
osd heartbeat interval = 1
osd heartbeat grace = 4
[mon.a]
mon data = {folder}/mon
public addrv = [v2:127.0.0.1:{self._monitor}/0]
[osd]
public addr = 127.0.0.1
cluster addr = 127.0.0.1
osd data = {folder}/osd.$id
osd objectstore = memstore
memstore device bytes = {4 << 30}
osd op threads = 2
[client.rgw.a]
rgw frontends = beast endpoint=127.0.0.1:{self._gateway}
rgw enable usage log = false
rgw relaxed s3 bucket names = false
rgw run sync thread = false
"""

    def _proxy_settings(self) -> str:
        folder = self._folder / "nginx"
        return f"""\
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/error.log warn;
events {{ worker_connections 512; }}
http {{
  access_log off;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
  upstream gateway {{ server 127.0.0.1:{self._gateway}; keepalive 16; }}
  server {{
    listen 127.0.0.1:{self._public} ssl;
    ssl_certificate {folder}/chain.pem; ssl_certificate_key {folder}/key.pem;
    client_max_body_size 0;
    location / {{
      proxy_pass http://gateway;
      # Host and port as they came: the signature covers them.
      proxy_http_version 1.1; proxy_set_header Connection ""; proxy_set_header Host $http_host;
      proxy_request_buffering off; proxy_buffering off;
    }}
  }}
}}
"""
