"""What Locust's people do: look for what is new, list, open a document, and now and then add a small one.

Loaded by Locust, in its own environment. Each waits one to three seconds between two steps, as people do who
are in a hurry.
"""

import os
from pathlib import Path
from typing import Any, Final

from locust import FastHttpUser, between, task

from crypto.encoding import unb64u
from tests.bench.load.people import Person, people_of
from tests.vault.sealed import Place

PEOPLE: Final = people_of(Path(os.environ["COFFRE_LOAD_PEOPLE"]))


class Patient(FastHttpUser):
    """One person in one session."""

    wait_time = between(1, 3)
    person: Person

    def on_start(self) -> None:
        """Somebody whom nobody else is."""
        self.person = next(PEOPLE)

    @task(8)
    def sync(self) -> None:
        """What is new since the last time."""
        place = self.person.place
        with self._ask("GET", f"ledger?from={place.seq}", "sync") as answer:
            page = answer.json()
            self.person.place = Place(place.vault, page["size"], unb64u(page["head"]))

    @task(4)
    def list_vaults(self) -> None:
        """Which vaults there are."""
        with self._ask("GET", "", "list"):
            pass

    @task(3)
    def open_document(self) -> None:
        """The access, then the bytes."""
        with self._ask("POST", "accesses", "access", self.person.access_body()):
            pass
        with self._ask("GET", f"documents/{self.person.document}/versions/1/object", "object"):
            pass

    @task(1)
    def add(self) -> None:
        """A small document, after a look at where the ledger ends."""
        self.sync()
        with self._ask("POST", "documents", "commit", self.person.commit_body()):
            pass
        self.sync()

    def _ask(self, method: str, path: str, name: str, body: dict[str, Any] | None = None) -> Any:
        vault = f"/{self.person.patient.vault}/{path}" if path else ""
        return self.client.request(
            method,
            f"/api/v1/vaults{vault}",
            name=name,
            json=body,
            headers=self.person.headers,
            catch_response=True,
        )
