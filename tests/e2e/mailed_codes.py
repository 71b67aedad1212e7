"""The code that a real server mails to somebody who signs up, as it stands in the mail."""

import re
import time
from typing import Final

from tests.e2e.server_process import ServerProcess
from tests.servers.mail_sink import MailSink
from vault.config import load
from vault.database import Database
from vault.delivery import channels_of, deliver

PATIENCE_SECONDS: Final = 60
_CODE: Final = re.compile(r"^\d{4} \d{4}\b", re.MULTILINE)


def mailed_code(server: ServerProcess, sink: MailSink, address: str) -> str:
    """The newest code for an address. Runs the server's job beside it instead of waiting for its minute."""
    settings = {"COFFRE_DATA": str(server.data), "COFFRE_SERVER_PUBLIC_URL": server.url, **server.environment}
    config = load(None, settings)
    database = Database.open(config.database.url)
    with channels_of(config) as channels:
        deliver(database, channels, lambda: int(time.time()), origin=server.url)
    database.close()
    # The server's own round may have taken the mail up a moment before.
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not (found := _codes(sink, address)) and time.monotonic() < deadline:
        time.sleep(0.1)
    return found[-1]


def _codes(sink: MailSink, address: str) -> list[str]:
    mails = [mail for mail in sink.mails if mail.receivers == (address,)]
    return [code for mail in mails for code in _CODE.findall(mail.text("plain"))]
