"""nginx before the nodes, with the file that hosts are given (web/deploy/nginx/coffre.conf)."""

import re
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import trustme

FILE: Final = Path(__file__).parents[2] / "web/deploy/nginx/coffre.conf"
# All load comes from one address here.
_RATE: Final = ("rate=50r/s", "rate=10000r/s")


class Proxy:
    """https on port 443 of its namespace. `to` says which nodes it sends requests to, as a reload does."""

    def __init__(self, folder: Path, command: tuple[str, ...], address: str) -> None:
        self._folder = folder
        self._command = command
        self._address = address
        self._process: subprocess.Popen[bytes] | None = None
        self.authority = folder / "ca.pem"

    def __enter__(self) -> Self:
        self._folder.mkdir()
        authority = trustme.CA()
        authority.cert_pem.write_to_path(str(self.authority))
        certificate = authority.issue_cert(self._address, "coffre.example.org")
        certificate.private_key_and_cert_chain_pem.write_to_path(str(self._folder / "both.pem"))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait(20)

    def to(self, nodes: Sequence[str]) -> None:
        """Starts it, or loads the file again: requests that run are finished as they began."""
        self._write(nodes)
        if self._process is None:
            self._process = subprocess.Popen(self._nginx(), stdin=subprocess.DEVNULL)
            return
        before = self._workers()
        subprocess.run((*self._nginx(), "-s", "reload"), check=True, capture_output=True)
        # An old worker sends its last requests to the nodes that it knew.
        while not before.isdisjoint(self._workers()):
            time.sleep(0.02)

    def _workers(self) -> set[str]:
        assert self._process is not None
        return set(Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children").read_text().split())

    def _nginx(self) -> tuple[str, ...]:
        folder = str(self._folder)
        return (*self._command, "nginx", "-p", folder, "-e", f"{folder}/error", "-c", f"{folder}/nginx.conf")

    def _write(self, nodes: Sequence[str]) -> None:
        text = FILE.read_text()
        servers = "\n".join(f"  server {node}:8750 max_fails=2 fail_timeout=3s;" for node in nodes)
        text, count = re.subn(r"^  server 127.*$", servers, text, flags=re.MULTILINE)
        assert count == 1
        text = re.sub(r"/etc/ssl/coffre/\w+\.pem", f"{self._folder}/both.pem", text)
        text = text.replace("/var/log/nginx/", f"{self._folder}/").replace(*_RATE)
        folder = self._folder
        (folder / "nginx.conf").write_text(
            f"user root; daemon off; worker_processes 1; pid {folder}/pid;\n"
            f"events {{ worker_connections 512; }}\n"
            f"http {{ client_body_temp_path {folder}/b; proxy_temp_path {folder}/p;\n"
            f"fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;\n"
            f"{text}}}\n"
        )
