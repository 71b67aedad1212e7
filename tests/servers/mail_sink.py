"""A real SMTP server that keeps what it takes, with TLS by an authority of its own.

with MailSink(folder) as sink:
    sink.settings()     # COFFRE_MAIL_… for a server
    sink.mails          # what arrived, as bytes and parsed
"""

import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from types import SimpleNamespace, TracebackType
from typing import Any, Final, Self

import trustme
from aiosmtpd.controller import Controller

from tests.e2e.secrets_search import Place
from tests.servers.ports import free_ports

SENDER: Final = "Coffre <coffre@example.org>"


@dataclass(frozen=True)
class Mail:
    """One message as it arrived."""

    sender: str
    receivers: tuple[str, ...]
    raw: bytes

    @property
    def message(self) -> EmailMessage:
        parsed = message_from_bytes(self.raw, policy=default)
        assert isinstance(parsed, EmailMessage)
        return parsed

    def text(self, subtype: str) -> str:
        """The part in plain text or HTML, decoded."""
        part = self.message.get_body((subtype,))
        assert part is not None
        content: str = part.get_content()
        return content


@dataclass
class MailSink:
    """`refuse` answers an SMTP status for an address, or "" to take the message."""

    folder: Path
    implicit: bool = False
    refuse: Callable[[str], str] = lambda _: ""
    mails: list[Mail] = field(default_factory=list)
    port: int = 0
    _controller: Controller | None = None

    def __enter__(self) -> Self:
        [self.port] = free_ports(1)
        authority = trustme.CA()
        authority.cert_pem.write_to_path(str(self.authority))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert("localhost").configure_cert(context)
        tls: dict[str, Any] = {"tls_context": context, "require_starttls": True}
        # The names that aiosmtpd calls.
        handler = SimpleNamespace(handle_RCPT=self._take_receiver, handle_DATA=self._take_data)
        self._controller = Controller(
            handler,
            hostname="127.0.0.1",
            port=self.port,
            server_hostname="sink.test",
            enable_SMTPUTF8=False,
            **({"ssl_context": context} if self.implicit else tls),
        )
        self._controller.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._controller is not None
        self._controller.stop()

    @property
    def authority(self) -> Path:
        return self.folder / "mail-ca.pem"

    def settings(self) -> dict[str, str]:
        """The configuration of a server that sends here."""
        scheme = "smtps" if self.implicit else "smtp"
        return {
            "COFFRE_MAIL_URL": f"{scheme}://localhost:{self.port}",
            "COFFRE_MAIL_SENDER": SENDER,
            "COFFRE_MAIL_CA_BUNDLE": str(self.authority),
        }

    def received(self) -> Iterator[Place]:
        """What arrived, for a search: as it came, and decoded."""
        for number, mail in enumerate(self.mails):
            yield Place(f"mail {number}", mail.raw)
            headers = "\n".join(f"{name}: {value}" for name, value in mail.message.items())
            decoded = "\n".join([headers, mail.text("plain"), mail.text("html")])
            yield Place(f"mail {number}, decoded", decoded.encode())

    async def _take_receiver(
        self, _server: object, _session: object, envelope: Any, address: str, _options: object
    ) -> str:
        if refused := self.refuse(address):
            return refused
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def _take_data(self, _server: object, _session: object, envelope: Any) -> str:
        self.mails.append(Mail(envelope.mail_from, tuple(envelope.rcpt_tos), envelope.content))
        return "250 OK"
