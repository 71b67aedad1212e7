"""Real people among the synthetic ones: patients with documents and a professional whom they all let in.

Their identifiers are random, so that they fall evenly between those of `many_vaults`. Every request is signed
and goes over HTTP to a real server process.
"""

import os
import time
from dataclasses import dataclass, field
from typing import Final

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.bench.scale.over_http import Line
from tests.vault.actors import Patient, Professional, SealedVersion
from tests.vault.rooms import rpps_number
from tests.vault.sealed import redeem_key

PATIENTS: Final = 25
OPERATIONS: Final = ("list", "sync", "open", "commit", "grant", "vaults")


def _now() -> int:
    return int(time.time())


@dataclass
class Sample:
    """A patient of the sample, and one of their documents."""

    patient: Patient
    document: str


@dataclass
class People:
    """All of the sample in one database."""

    line: Line
    professional: Professional
    samples: list[Sample] = field(default_factory=list)

    def run(self, operation: str, number: int) -> float:
        """One operation of the `number`-th turn; the seconds that its requests took."""
        sample = self.samples[number % len(self.samples)]
        before = self.line.seconds
        {
            "list": self._list,
            "sync": self._sync,
            "open": self._open,
            "commit": self._commit,
            "grant": self._grant,
            "vaults": self._vaults,
        }[operation](sample)
        return self.line.seconds - before

    def _list(self, sample: Sample) -> None:
        """The record from its beginning, as a device sees it for the first time."""
        patient = sample.patient
        _must(patient.send("GET", f"/vaults/{patient.vault}/ledger?from=0&limit=500"))

    def _sync(self, sample: Sample) -> None:
        """What is new since the last entry but one: the lines of /vaults, then the page."""
        patient = sample.patient
        size = _must(patient.send("GET", "/vaults")).get_json()["vaults"][0]["size"]
        _must(patient.send("GET", f"/vaults/{patient.vault}/ledger?from={size - 1}&limit=500"))

    def _open(self, sample: Sample) -> None:
        """The access statement, then the object."""
        _must(sample.patient.open(sample.patient.access(sample.document)))
        _must(sample.patient.download(sample.document))

    def _commit(self, sample: Sample) -> None:
        """A new document: reserve, one part, the ledger's position, commit."""
        _must(sample.patient.commit(SealedVersion(sample.patient.sections[1])), 201)

    def _grant(self, sample: Sample) -> None:
        """An invitation, and its end."""
        grant, made = sample.patient.invite(redeem_key())
        _must(made)
        _must(sample.patient.revoke(grant))

    def _vaults(self, _sample: Sample) -> None:
        """The list of a professional whom the whole sample lets in."""
        assert len(_must(self.professional.send("GET", "/vaults")).get_json()["vaults"]) >= PATIENTS


def settle(line: Line, documents: int) -> People:
    """Signs everybody up."""
    # A second measurement of the same databases has people of its own.
    series = os.urandom(4).hex()
    number = rpps_number(int(series, 16) % 10**9)
    people = People(line, Professional(line.client(), _now, f"{series}d@example.org", number))
    _must(people.professional.sign_up(), 201)
    for count in range(PATIENTS):
        people.samples.append(_sample(line.client(), f"{series}{count}@example.org", documents))
        patient = people.samples[-1].patient
        key = redeem_key()
        grant, made = patient.invite(key)
        _must(made)
        _must(people.professional.redeem(grant, key, patient.vault))
    return people


def _sample(http: FlaskClient, address: str, documents: int) -> Sample:
    patient = Patient(http, _now, address)
    _must(patient.sign_up(), 201)
    sealed = [SealedVersion(patient.sections[1 + number % 17]) for number in range(documents)]
    for one in sealed:
        _must(patient.commit(one), 201)
    return Sample(patient, sealed[0].document)


def _must(response: TestResponse, wanted: int = 200) -> TestResponse:
    if response.status_code != wanted:
        raise RuntimeError(f"{response.status_code}: {response.get_data(as_text=True)}")
    return response
