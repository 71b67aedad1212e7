"""Mail of a whole story: a real server process, real `coffre` processes, a real SMTP server with TLS; what
arrives is searched for everything that mail must not say."""

import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Final

import pytest
from sqlalchemy import func, select

from tests.e2e.command_line import CommandLine
from tests.e2e.mailed_codes import mailed_code
from tests.e2e.secrets_search import Secret, search
from tests.e2e.server_process import ServerProcess
from tests.servers.mail_sink import MailSink
from vault.config import load
from vault.database import Database
from vault.models.notices import OutboxMessage

pytestmark = pytest.mark.e2e

PASSWORD: Final = "brume-cactus-47-violon"
PATIENT, DOCTOR = "anne@exemple.fr", "martin@cabinet.fr"
TITLE, FILE, LABEL = "Sérologie de confirmation", "serologie-resultat.txt", "pour la pharmacie du port"
PATIENCE_SECONDS: Final = 150
"""The server looks each minute for what is to be sent."""
# Beginnings of the subjects, by kind.
SUBJECTS: Final = {
    "opening": "Coffre : Votre coffre a été consulté",
    "share_opening": "Coffre : Un de vos partages a été ouvert",
    "new_device": "Coffre : Connexion depuis un nouvel appareil",
    "key_change": "Coffre : Les accès à votre compte ont changé",
}


@pytest.fixture
def sink(tmp_path: Path) -> Iterator[MailSink]:
    with MailSink(tmp_path) as found:
        yield found


@pytest.fixture
def server(tmp_path: Path, sink: MailSink) -> Iterator[ServerProcess]:
    """A server that sends mail, and what it sent among what it keeps."""
    with ServerProcess(tmp_path / "server", environment=sink.settings(), stores=sink.received) as found:
        yield found


def test_mails_arrive_and_say_nothing(server: ServerProcess, sink: MailSink, tmp_path: Path) -> None:
    patient, doctor = (
        CommandLine(tmp_path / name, server.url, PASSWORD, {"COFFRE_LANG": "fr"})
        for name in ("patient", "doctor")
    )
    codes = [sign_up(server, sink, patient, PATIENT, "Anne Durand-Lévêque")]
    public = ("--professional", "--rpps", "10003456786", "--profession", "10")
    codes.append(sign_up(server, sink, doctor, DOCTOR, "Dr Paul Martin", *public))
    confirmations, sink.mails[:] = list(sink.mails), []
    (patient.folder / FILE).write_text("positif")
    [added] = patient.json("add", FILE, "--title", TITLE, "--type", "11502-2", "--section", "reports")
    given = patient.json("grant", "new", "--invite", "--sections", "reports")
    doctor.json("grant", "redeem", given["invitation"])
    for number in (1, 2):
        doctor.json("get", added["id"], "-o", f"out{number}")
    shared = patient.json("share", "new", added["id"], "--for", "15m", "--label", LABEL)
    CommandLine(tmp_path / "visitor", server.url).json(
        "open", shared["link"], "--recipient", "Pharmacie du Port", "-o", "shared.txt"
    )
    elsewhere = CommandLine(tmp_path / "elsewhere", server.url, PASSWORD)
    elsewhere.json("login", "--server", server.url, "--email", PATIENT)
    (elsewhere.folder / "new").write_text("tambour-glycine-82-phare")
    elsewhere.json("password", "--new-password-file", "new")

    # What was queued leaves after a stop, too.
    server.stop()
    server.start()
    wait_until_all_left(server)
    assert Counter(mail.message["Subject"] for mail in sink.mails) == dict.fromkeys(SUBJECTS.values(), 1)
    assert {mail.receivers for mail in sink.mails} == {(PATIENT,)}

    secrets = {
        "title": TITLE,
        "file name": FILE,
        "content": "positif",
        "type": "11502-2",
        "label": LABEL,
        "patient's name": "Durand",
        "password": PASSWORD,
        "link": shared["link"].rpartition("/")[2],
    }
    unsaid = {
        "professional's name": "Martin",
        "professional's number": "10003456786",
        "professional": "professionnel",
        "profession": "médecin",
        "recipient": "Pharmacie",
        "section": "compte rendu",
        "reason": "soin",
        "document": added["id"],
        "vault": patient.json("whoami", password="tambour-glycine-82-phare")["vault"],
    }
    everywhere = [Secret.text(name, text) for name, text in secrets.items()]
    in_mails = [*everywhere, *(Secret.text(name, text) for name, text in unsaid.items())]
    assert search([Secret.text("address", PATIENT)], sink.received()), "the search can find"
    assert search(in_mails, sink.received()) == []
    assert search(everywhere, server.kept()) == []
    assert Counter(mail.receivers for mail in confirmations) == {(PATIENT,): 1, (DOCTOR,): 1}
    own = [Secret.text("code", form) for code in codes for form in (code, code.replace(" ", ""))]
    assert search(own, server.kept()) == [], "codes stand in the mails alone"


def sign_up(
    server: ServerProcess, sink: MailSink, person: CommandLine, email: str, name: str, *more: str
) -> str:
    """A new account, in two runs; the code that was mailed between them, as the mail has it."""
    arguments = ("--server", person.server, "--email", email, "--name", name, "--kit", "kit.pdf", *more)
    person.fails("signup", *arguments, status=2, code="code_needed")
    code = mailed_code(server, sink, email)
    person.json("signup", *arguments, "--code", code)
    return code


def wait_until_all_left(server: ServerProcess) -> None:
    """Until the server's job has emptied the outbox."""
    config = load(None, {"COFFRE_DATA": str(server.data), "COFFRE_SERVER_PUBLIC_URL": server.url})
    waiting = select(func.count()).where(OutboxMessage.due.is_not(None))
    deadline = time.monotonic() + PATIENCE_SECONDS
    with closing(Database.open(config.database.url)) as database:
        left = 1
        while left and time.monotonic() < deadline:
            time.sleep(0.1)
            with database.reading() as session:
                left = session.execute(waiting).scalar_one()
    assert left == 0
