"""The whole examination of a deployment, side by side; one side that fails does not hide the others.

diagnosis = examine(config, clock)
diagnosis.status                     # "ok", "warn" or "fail": the worst of all findings
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from storage.errors import StoreError
from vault.admin.deployment import open_database, open_store
from vault.admin.doctor import (
    database,
    direct,
    keys,
    machine,
    move,
    network,
    operations,
    outbox,
    replica,
    store,
)
from vault.admin.doctor.finding import Finding, Status, fail
from vault.admin.errors import NotInitialised
from vault.config import Config, S3Storage


@dataclass(frozen=True)
class Diagnosis:
    """All findings, in the order in which a repair makes sense."""

    findings: tuple[Finding, ...]

    @property
    def status(self) -> Status:
        """The worst of the findings."""
        found: set[Status] = {finding.status for finding in self.findings}
        return "fail" if "fail" in found else "warn" if "warn" in found else "ok"

    @property
    def unreachable(self) -> bool:
        """Whether a database or store could not be reached at all."""
        return any(finding.unreachable for finding in self.findings)


def examine(config: Config, clock: Callable[[], int], config_file: Path | None = None) -> Diagnosis:
    """Looks at machine, database, store, public address and mail. Raises nothing for what it finds."""
    found = machine.examine(config, config_file)
    key = None
    try:
        with open_database(config) as opened:
            found += database.examine(opened, clock)
            found += move.examine(opened)
            found += replica.examine(opened, config.database.replica_url)
            found += outbox.examine(opened, clock)
            found += operations.examine(opened, config.operators.key_file)
            found += keys.examine(opened, clock)
            key = network.public_key(opened)
    except NotInitialised as error:
        found.append(fail("database", str(error), "run `coffre admin init`", unreachable=True))
    found += _store(config, clock)
    found += network.examine_public_url(config, key, clock)
    found.append(network.examine_mail(config))
    found.append(network.examine_traces(config))
    return Diagnosis(tuple(found))


def _store(config: Config, clock: Callable[[], int]) -> list[Finding]:
    try:
        opened = open_store(config)
    except StoreError as error:
        repair = "run `coffre admin init`, or mount the disk that storage.path is on"
        return [fail("store", str(error), repair, unreachable=True)]
    with opened:
        found = store.examine(opened, clock)
        if isinstance(config.storage, S3Storage) and found[0].status == "ok":
            found += direct.examine(
                opened,
                config.server.public_url,
                direct=config.storage.direct,
                ca_bundle=config.storage.ca_bundle,
            )
        return found
