"""Patients with a vault, a session and a document each, made on a running server, and kept in a file for the
processes that speak for them."""

import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import httpx
from flask import Flask

from crypto.encoding import AccountId, SectionId, VaultId, b64u, unb64u
from crypto.signing import SigningKey
from tests.vault.actors import Patient
from tests.vault.sealed import Place, SealedVersion

DOCUMENTS: Final = 3
_WRITERS: Final = 4


def _now() -> int:
    return int(time.time())


@dataclass
class Person:
    """A patient who is signed in; `place` is where their ledger ended when they last looked."""

    patient: Patient
    cookie: str
    document: str
    place: Place

    @property
    def headers(self) -> dict[str, str]:
        """What every request of theirs carries."""
        return {"Cookie": self.cookie, "X-Coffre-CSRF": self.patient.csrf}

    def commit_body(self) -> dict[str, Any]:
        """A new small document, its object with it, at the place."""
        sealed = SealedVersion(self.patient.sections[1])
        body: dict[str, Any] = self.patient.version_body(sealed, self.place, "")
        del body["upload"]
        return {**body, "object": b64u(sealed.content)}

    def access_body(self) -> dict[str, Any]:
        """An opening of their document."""
        return {"accesses": [self.patient.access(self.document).to_wire()]}

    def to_json(self) -> dict[str, Any]:
        """Everything, keys too: they are made for this run."""
        patient = self.patient
        return {
            "seed": b64u(patient.key.seed),
            "recipient": b64u(patient.recipient),
            "account": patient.account,
            "vault": patient.vault,
            "sections": patient.sections,
            "csrf": patient.csrf,
            "cookie": self.cookie,
            "document": self.document,
            "seq": self.place.seq,
            "prev": b64u(self.place.prev),
        }

    @classmethod
    def from_json(cls, found: dict[str, Any]) -> "Person":
        """As `to_json` wrote it."""
        patient = Patient(Flask("nobody").test_client(), _now, "")
        patient.key = SigningKey.from_seed(unb64u(found["seed"]))
        patient.recipient = unb64u(found["recipient"])
        patient.account, patient.vault = AccountId(found["account"]), VaultId(found["vault"])
        patient.sections = [SectionId(section) for section in found["sections"]]
        patient.csrf = found["csrf"]
        place = Place(patient.vault, found["seq"], unb64u(found["prev"]))
        return cls(patient, found["cookie"], found["document"], place)


def settle(url: str, file: Path, count: int) -> Path:
    """Makes that many people and writes them down."""
    with httpx.Client(base_url=f"{url}/api/v1", timeout=60) as http, ThreadPoolExecutor(_WRITERS) as pool:
        found = list(pool.map(lambda number: settled(http, number), range(count)))
    file.write_text(json.dumps([person.to_json() for person in found]))
    return file


def people_of(file: Path) -> Iterator[Person]:
    """Those that `settle` wrote down."""
    for one in json.loads(file.read_text()):
        yield Person.from_json(one)


def settled(http: httpx.Client, number: int) -> Person:
    """Makes one, by a client of `…/api/v1`; numbers tell them apart."""
    server = unb64u(http.get("/server").json()["public_key"])
    patient = Patient(Flask("nobody").test_client(), _now, f"person{number}@example.org")
    body = {**patient.sign_up_body(), "vault": patient.vault_statement(server).to_wire()}
    # Sign-ups are counted by address.
    headers = {"X-Forwarded-For": f"10.1.{number // 250}.{number % 250}"}
    made = http.post("/accounts", json=body, headers=headers)
    assert made.status_code == 201, made.text
    patient.csrf = made.json()["csrf"]
    cookie = made.headers["set-cookie"].split(";")[0]
    http.cookies.clear()
    person = Person(patient, cookie, "", Place(patient.vault, 0, b""))
    for _ in range(DOCUMENTS):
        page = http.get(f"/vaults/{patient.vault}/ledger?limit=1", headers=person.headers).json()
        person.place = Place(patient.vault, page["size"], unb64u(page["head"]))
        added = http.post(
            f"/vaults/{patient.vault}/documents", json=person.commit_body(), headers=person.headers
        )
        assert added.status_code == 201, added.text
        person.document = added.json()["document"]
    page = http.get(f"/vaults/{patient.vault}/ledger?limit=1", headers=person.headers).json()
    person.place = Place(patient.vault, page["size"], unb64u(page["head"]))
    return person
