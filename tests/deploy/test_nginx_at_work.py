"""nginx with the file that hosts are given, before a real server: TLS, and who sends slowly."""

import re
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
import trustme

from tests.e2e.server_process import ServerProcess
from tests.servers.ports import free_ports

pytestmark = [pytest.mark.servers]

FILE = Path(__file__).parents[2] / "web/deploy/nginx/coffre.conf"
HOST = "coffre.example.org"
SLOW = 20


@dataclass
class Edge:
    """Where nginx listens, what signs its certificate, and where the server behind tells its counts."""

    plain: int
    port: int
    authority: Path
    metrics: str

    @contextmanager
    def tls(self, context: ssl.SSLContext | None = None) -> Iterator[ssl.SSLSocket]:
        context = context or ssl.create_default_context()
        context.load_verify_locations(self.authority)
        with (
            socket.create_connection(("127.0.0.1", self.port), timeout=20) as line,
            context.wrap_socket(line, server_hostname=HOST) as wrapped,
        ):
            yield wrapped

    def ask(self, request: str) -> str:
        """Everything that comes back to one request on a connection of its own."""
        with self.tls() as line:
            line.sendall(request.encode("latin-1"))
            found = b""
            while piece := line.recv(65536):
                found += piece
            return found.decode("latin-1")

    def running(self) -> int:
        """How many requests the server behind is answering, without the one that asks."""
        found = re.search(r"^coffre_requests_running (\d+)", httpx.get(self.metrics).text, flags=re.MULTILINE)
        assert found is not None
        return int(found[1])


@pytest.fixture(scope="module")
def edge(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Edge]:
    folder = tmp_path_factory.mktemp("nginx")
    plain, port, metrics = free_ports(3)
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(folder / "ca.pem"))
    certificate = authority.issue_cert(HOST)
    certificate.private_key_and_cert_chain_pem.write_to_path(str(folder / "both.pem"))
    environment = {
        "COFFRE_SERVER_PUBLIC_URL": f"https://{HOST}",
        "COFFRE_SERVER_TRUSTED_PROXIES": "127.0.0.1",
        "COFFRE_METRICS_LISTEN": f"127.0.0.1:{metrics}",
    }
    with ServerProcess(folder / "server", environment) as server:
        text = FILE.read_text().replace("127.0.0.1:8750", server.address.removeprefix("http://"))
        text = re.sub(r"^  listen \[::\].*\n", "", text, flags=re.MULTILINE)
        text = text.replace("listen 80;", f"listen 127.0.0.1:{plain};")
        text = text.replace("listen 443 ", f"listen 127.0.0.1:{port} ")
        text = re.sub(r"/etc/ssl/coffre/\w+\.pem", str(folder / "both.pem"), text)
        (folder / "nginx.conf").write_text(
            f"daemon off; pid {folder}/pid;\nevents {{}}\nhttp {{ client_body_temp_path {folder}/b;\n"
            f"proxy_temp_path {folder}/p; fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u;\n"
            f"scgi_temp_path {folder}/s;\n{text.replace('/var/log/nginx/', f'{folder}/')}}}\n"
        )
        command = ["nginx", "-p", str(folder), "-e", str(folder / "error"), "-c", str(folder / "nginx.conf")]
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL)
        try:
            _wait_for(port, process)
            yield Edge(plain, port, folder / "ca.pem", f"http://127.0.0.1:{metrics}/metrics")
        finally:
            process.terminate()
            process.wait(20)


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + 30
    while process.poll() is None and time.monotonic() < end:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except ConnectionRefusedError:
            time.sleep(0.02)
        else:
            return
    raise RuntimeError("nginx did not start")


def test_it_speaks_tls_of_today_only(edge: Edge) -> None:
    context = ssl.create_default_context()
    context.set_alpn_protocols(["h2", "http/1.1"])
    with edge.tls(context) as line:
        assert (line.version(), line.selected_alpn_protocol()) == ("TLSv1.3", "h2")
    for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
        context = ssl.create_default_context()
        context.minimum_version = context.maximum_version = version
        with edge.tls(context) as line:
            name, _, bits = line.cipher() or ("", "", 0)
            assert bits >= 128
            assert "GCM" in name or "CHACHA20" in name


@pytest.mark.parametrize(
    "ciphers", ["AES128-SHA", "ECDHE-RSA-AES128-SHA256:ECDHE-ECDSA-AES128-SHA256", "aNULL"]
)
def test_old_ciphers_are_refused(edge: Edge, ciphers: str) -> None:
    context = ssl.create_default_context()
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers(f"{ciphers}:@SECLEVEL=0")
    with pytest.raises(ssl.SSLError), edge.tls(context):
        pass


def test_tls_before_1_2_is_refused(edge: Edge) -> None:
    command = ["openssl", "s_client", "-connect", f"127.0.0.1:{edge.port}", "-servername", HOST]
    for old in ("-tls1", "-tls1_1"):
        said = subprocess.run(
            [*command, old, "-cipher", "ALL:@SECLEVEL=0"], input=b"", capture_output=True, check=False
        )
        assert said.returncode != 0
        assert b"Cipher is (NONE)" in said.stdout
        # By the other side, not by this one.
        assert b"alert protocol version" in said.stderr


def test_plain_http_leads_to_https_and_https_stays(edge: Edge) -> None:
    answer = httpx.get(f"http://127.0.0.1:{edge.plain}/api/v1/server?a=b", headers={"Host": HOST})
    assert (answer.status_code, answer.headers["Location"]) == (308, f"https://{HOST}/api/v1/server?a=b")
    said = edge.ask(f"GET /api/v1/server HTTP/1.1\r\nHost: {HOST}\r\nConnection: close\r\n\r\n")
    head = said.partition("\r\n\r\n")[0].lower()
    assert head.startswith("http/1.1 200")
    assert "strict-transport-security: max-age=63072000; includesubdomains" in head
    assert re.search(r"^server: nginx\r?$", head, flags=re.MULTILINE), "tells its version"


@pytest.mark.parametrize(
    "target", ["/redeem?a=%0d%0aSet-Cookie:%20x=y", "/%0d%0aSet-Cookie:%20x=y", "/a%00b"]
)
def test_nobody_writes_a_header_by_an_address(edge: Edge, target: str) -> None:
    for host in (HOST, "localhost", "evil.example"):
        said = edge.ask(f"GET {target} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n")
        head = said.partition("\r\n\r\n")[0].lower()
        assert "\r\nset-cookie" not in head
        assert "evil.example" not in head


def test_who_sends_slowly_holds_no_thread_of_the_server(edge: Edge) -> None:
    post = f"POST /api/v1/sessions/challenge HTTP/1.1\r\nHost: {HOST}\r\nContent-Type: application/json\r\n"
    with ExitStack() as stack:
        for number in range(SLOW):
            line = stack.enter_context(edge.tls())
            # Half a head, or half a body.
            line.sendall((post if number % 2 else f"{post}Content-Length: 60\r\n\r\n{{").encode())
        part = stack.enter_context(edge.tls())
        vault = f"/api/v1/vaults/{'0' * 32}/uploads/{'0' * 32}/parts/1"
        part.sendall(f"PUT {vault} HTTP/1.1\r\nHost: {HOST}\r\nContent-Length: 9\r\n\r\nx".encode())
        # A part is not waited for: its head alone is answered, here that nobody is signed in.
        assert part.recv(12) == b"HTTP/1.1 401"
        said = edge.ask(f"GET /api/v1/health HTTP/1.1\r\nHost: {HOST}\r\nConnection: close\r\n\r\n")
        assert said.startswith("HTTP/1.1 200")
        # What is over is counted a moment after its last byte; who sends slowly would stay for half a minute.
        end = time.monotonic() + 10
        while edge.running():
            assert time.monotonic() < end


def test_a_body_over_the_limit_is_not_waited_for(edge: Edge) -> None:
    head = f"POST /api/v1/sessions/challenge HTTP/1.1\r\nHost: {HOST}\r\nContent-Length: 20000000\r\n\r\n"
    with edge.tls() as line:
        line.sendall(head.encode())
        assert line.recv(12) == b"HTTP/1.1 413"
