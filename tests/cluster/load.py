"""People who write without pause through the cluster's one address, and remember what was acknowledged."""

import os
import ssl
import threading
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

import httpx
from flask import Flask
from flask.testing import FlaskClient

from crypto.encoding import unb64u
from tests.vault.actors import ORIGIN, Patient, SealedVersion
from tests.vault.sealed import Place

_HOP: Final = {"connection", "keep-alive", "transfer-encoding", "content-length"}
PATIENCE: Final = 60.0


@contextmanager
def remote(address: str, authority: str) -> Iterator[FlaskClient]:
    """A test client whose requests go over https to `address`, each once."""
    tls = ssl.create_default_context(cafile=authority)
    with httpx.Client(base_url=f"https://{address}", verify=tls, timeout=60) as http:
        yield _client(http)


def _client(http: httpx.Client) -> FlaskClient:

    class Remote(Flask):
        def wsgi_app(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
            return forward(environ, start_response)

    def forward(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        headers = {
            name[5:].replace("_", "-"): value
            for name, value in environ.items()
            if name.startswith("HTTP_") and name != "HTTP_HOST"
        }
        headers["Host"] = ORIGIN.removeprefix("https://")
        # Who sends on a connection just as it is closed cannot know whether the request arrived.
        headers["Connection"] = "close"
        if environ.get("CONTENT_TYPE"):
            headers["Content-Type"] = environ["CONTENT_TYPE"]
        path = environ["PATH_INFO"] + (f"?{environ['QUERY_STRING']}" if environ["QUERY_STRING"] else "")
        answer = http.request(environ["REQUEST_METHOD"], path, headers=headers, content=body)
        kept = [(name, value) for name, value in answer.headers.multi_items() if name.lower() not in _HOP]
        start_response(f"{answer.status_code} x", kept)
        return [answer.content]

    return Remote("remote").test_client()


@dataclass
class Worker:
    """One patient, who adds documents one after the other."""

    patient: Patient
    stored: dict[str, bytes] = field(default_factory=dict)
    """What was acknowledged: content by document."""
    failed: Counter[str] = field(default_factory=Counter)

    def once(self) -> None:
        """Adds a document, in four requests."""
        sealed = SealedVersion(self.patient.sections[0], content=os.urandom(20_000))
        try:
            upload = self.patient.send(
                "POST",
                f"/vaults/{self.patient.vault}/uploads",
                {"length": len(sealed.content), "part_size": 5 << 20},
            )
            self._must(upload.status_code, 201)
            name = upload.get_json()["upload"]
            self._must(self.patient.send_part(name, 1, sealed.content).status_code, 200)
            ledger = self.patient.send("GET", f"/vaults/{self.patient.vault}/ledger?limit=1")
            self._must(ledger.status_code, 200)
            page = ledger.get_json()
            place = Place(self.patient.vault, page["size"], unb64u(page["head"]))
            body = self.patient.version_body(sealed, place, name)
            committed = self.patient.send("POST", f"/vaults/{self.patient.vault}/documents", body)
            self._must(committed.status_code, 201)
            self.stored[sealed.document] = sealed.content
        except (httpx.TransportError, _Refused) as error:
            self.failed[str(error) or type(error).__name__] += 1

    def reads_everything(self) -> None:
        """Each document that was acknowledged is there, byte for byte."""
        for document, content in self.stored.items():
            assert self.patient.open(self.patient.access(document)).status_code == 200
            assert self.patient.download(document).data == content

    @staticmethod
    def _must(status: int, wanted: int) -> None:
        if status != wanted:
            raise _Refused(str(status))


class _Refused(Exception):
    """An answer that is no success."""


class Load:
    """Some workers, each in a thread, from `with` to its end."""

    def __init__(self, workers: list[Worker]) -> None:
        self.workers = workers
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._run, args=(worker,)) for worker in workers]

    def __enter__(self) -> "Load":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def goes_on(self) -> None:
        """Waits until each worker had three more documents acknowledged."""
        wanted = [len(worker.stored) + 3 for worker in self.workers]
        end = time.monotonic() + PATIENCE
        while any(len(one.stored) < count for one, count in zip(self.workers, wanted, strict=True)):
            assert time.monotonic() < end, [worker.failed for worker in self.workers]
            time.sleep(0.05)

    def failures(self) -> Counter[str]:
        """What did not succeed so far, by kind."""
        return sum((worker.failed for worker in self.workers), Counter())

    def _run(self, worker: Worker) -> None:
        while not self._stop.is_set():
            worker.once()
