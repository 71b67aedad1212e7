"""Links of Coffre in another implementation of SMART Health Links, and its links in Coffre.

The other one is npm kill-the-clipboard. With `tests/crypto/test_typescript_agrees.py` (two JOSE libraries)
both halves of the protocol are held against code of others.
"""

import base64
import json
import subprocess
from collections.abc import Callable
from typing import Any

import pytest

from tests.crypto.test_ips import FOLDER, faults
from tests.e2e import samples
from tests.e2e.command_line import CommandLine
from tests.e2e.other_health_links import PACKAGE, SCRIPT, served

pytestmark = pytest.mark.e2e

EXAMPLE = FOLDER / "example-minimal.json"
PASSWORD = "brume-cactus-47-violon-étage"


@pytest.fixture
def patient(cli: Callable[[str], CommandLine], request: pytest.FixtureRequest) -> CommandLine:
    person = cli("patient")
    person.password = PASSWORD
    address = f"{abs(hash(request.node.name))}@exemple.fr"
    person.json("signup", "--server", person.server, "--email", address, "--name", "Anne Durand")
    return person


def receive(link: str, **asked: str) -> Any:
    """What the other implementation reads."""
    given = json.dumps({"link": link, "recipient": "Ambulatorio", **asked})
    command = ["node", str(SCRIPT), "receive", PACKAGE]
    done = subprocess.run(
        command,
        input=given,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return json.loads(done.stdout)


def attachments(found: Any) -> list[tuple[str, bytes]]:
    resources = [entry["resource"] for bundle in found["fhirResources"] for entry in bundle["entry"]]
    return [
        (one["description"], base64.b64decode(one["content"][0]["attachment"]["data"]))
        for one in resources
        if one["resourceType"] == "DocumentReference"
    ]


def test_another_receiver_reads_our_links(patient: CommandLine) -> None:
    (patient.folder / "letter.pdf").write_bytes(samples.pdf())
    (patient.folder / "photo.jpg").write_bytes(samples.photo())
    (patient.folder / "code").write_text("lilas-1204\n")
    rows = patient.json("add", "letter.pdf", "photo.jpg")
    ids = [row["id"] for row in rows]
    made = patient.json("share", "new", *ids, "--label", "Vacances", "--passcode-file", "code", "--follow")
    found = receive(made["link"], passcode="lilas-1204")
    assert found["label"] == "Vacances"
    assert found["manifest"]["status"] == "can-change"
    assert sorted(attachments(found)) == sorted([("letter", samples.pdf()), ("photo", samples.photo())])
    assert "error" in receive(made["link"], passcode="rose-1204")
    assert patient.json("share", "list")[0]["openings"] == 1
    direct = patient.json("share", "new", ids[0], "--direct")
    assert attachments(receive(direct["link"])) == [("letter", samples.pdf())]
    patient.json("share", "end", direct["id"])
    assert "error" in receive(direct["link"])
    (patient.folder / "me.json").write_text('{"blood_group": "O+", "none_known": ["allergies"]}')
    patient.json("profile", "set", "me.json")
    [summary] = receive(patient.json("share", "new", "--summary")["link"])["fhirResources"]
    assert faults(summary) == []
    # And a summary of theirs here: HL7's own example.
    with served(bundle=json.loads(EXAMPLE.read_text())) as link:
        [found] = patient.json("open", link, "-o", "summary.json")
    allergies = next(one for one in found["summary"]["sections"] if one["code"] == "48765-2")
    assert allergies["items"][0]["label"] == "Substance with penicillin structure (substance)"


@pytest.mark.parametrize("flag", ["", "P", "U", "L"])
def test_links_of_another_implementation_are_read(cli: Callable[[str], CommandLine], flag: str) -> None:
    visitor = cli("visitor")
    given: dict[str, Any] = {
        "title": "Referto",
        "data": base64.b64encode(samples.pdf()).decode(),
        "compressed": flag == "L",
    }
    options = []
    if flag:
        given["flag"] = flag
    if flag == "P":
        given["passcode"] = "4711"
        (visitor.folder / "code").write_text("4711\n")
        options = ["--passcode-file", "code"]
    with served(**given) as link:
        [row] = visitor.json("open", link, "-o", "out.pdf", *options)
    assert (row["title"], row["mime"]) == ("Referto", "application/pdf")
    assert (visitor.folder / "out.pdf").read_bytes() == samples.pdf()


def test_a_health_card_of_another_issuer_is_read(cli: Callable[[str], CommandLine]) -> None:
    """Beside a document, both compressed; kept as it came, shown as what it says and not as true."""
    visitor = cli("visitor")
    given = {"title": "Referto", "data": base64.b64encode(samples.pdf()).decode()}
    with served(**given, card=True, compressed=True) as link:
        document, card = visitor.json("open", link, "-o", "in/")
    assert document["title"] == "Referto"
    [shown] = card["cards"]
    assert (shown["issuer"], shown["holder"], shown["verified"]) == (
        "https://salute.example",
        "Lucia Rossi",
        False,
    )
    assert shown["holds"] == ["Immunization cvx 207 2021-05-04"]
    kept = json.loads((visitor.folder / "in" / "health-card.smart-health-card").read_text())
    assert len(kept["verifiableCredential"]) == 1
