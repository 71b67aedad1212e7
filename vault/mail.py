"""Mail leaving by SMTP: a connection with TLS whose certificate is checked, and one message after the other.

Owns the way out and the headers; what a message says stands in vault/mail_texts.py. Knows no database. A
connection that cannot be made concerns every message (`Unavailable`); what fails afterwards concerns the one
message that was being sent (`Refused`).
"""

import re
import smtplib
import ssl
from contextlib import suppress
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from urllib.parse import unquote, urlsplit

from vault.config import Mail
from vault.outbox import Outgoing, Refused, Unavailable

TIMEOUT = 20.0
"""Seconds for each step. All steps together stay below the lease of a claim (vault/outbox.py)."""
_ADDRESS = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,250}[A-Za-z0-9])?", re.ASCII
)
_PERMANENT = 500


def connect(mail: Mail, timeout: float = TIMEOUT) -> smtplib.SMTP:
    """A connection that is encrypted and signed in. Raises SMTPException, OSError (also SSLError)."""
    parts = urlsplit(mail.url or "")
    host, direct = parts.hostname or "", parts.scheme == "smtps"
    port = parts.port or (465 if direct else 587)
    context = ssl.create_default_context(cafile=mail.ca_bundle)
    if direct:
        connection: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=timeout, context=context)
    else:
        connection = smtplib.SMTP(host, port, timeout=timeout)
    try:
        if not direct and mail.tls:
            connection.starttls(context=context)
        if parts.username is not None:
            connection.login(unquote(parts.username), unquote(parts.password or ""))
    except BaseException:
        connection.close()
        raise
    return connection


def is_deliverable(address: str) -> bool:
    """Whether an address is one mailbox and nothing else, so that it cannot become several, or a header."""
    return _ADDRESS.fullmatch(address) is not None


class Mailer:
    """The way out for mail. Not for several threads."""

    def __init__(self, mail: Mail, domain: str) -> None:
        self._mail = mail
        self._domain = domain
        self._connection: smtplib.SMTP | None = None

    def send(self, outgoing: Outgoing) -> None:
        """Hands a message to the mail server. Raises Unavailable, Refused."""
        if not is_deliverable(outgoing.to):
            raise Refused("address", permanent=True)
        message = compose(outgoing, self._mail.sender or "", self._domain)
        connection = self._connected()
        sender = parseaddr(self._mail.sender or "")[1]
        try:
            connection.send_message(message, from_addr=sender, to_addrs=[outgoing.to])
        except (smtplib.SMTPException, OSError) as error:
            # Whatever state the connection is in, the next message begins with a new one.
            self._connection = None
            connection.close()
            raise _refused(error) from None

    def close(self) -> None:
        """Ends the connection, if there is one."""
        if self._connection is not None:
            with suppress(smtplib.SMTPException, OSError):
                self._connection.quit()
            self._connection = None

    def _connected(self) -> smtplib.SMTP:
        if self._connection is None:
            try:
                self._connection = connect(self._mail)
            except (smtplib.SMTPException, OSError) as error:
                raise Unavailable(type(error).__name__) from None
        return self._connection


def _refused(error: Exception) -> Refused:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        codes = [code for code, _ in error.recipients.values()]
        return Refused("recipient", permanent=min(codes) >= _PERMANENT)
    if isinstance(error, smtplib.SMTPResponseException):
        return Refused("refused", permanent=error.smtp_code >= _PERMANENT)
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return Refused("unsupported", permanent=True)
    return Refused("interrupted", permanent=False)


def compose(outgoing: Outgoing, sender: str, domain: str) -> EmailMessage:
    """A message in plain text and HTML. The same message has the same Message-ID each time it is sent."""
    name, address = parseaddr(sender)
    message = EmailMessage(policy=SMTP)
    message["From"] = Address(display_name=name, addr_spec=address)
    message["To"] = Address(addr_spec=outgoing.to)
    message["Subject"] = outgoing.text.subject
    message["Date"] = format_datetime(datetime.fromtimestamp(outgoing.created, UTC))
    message["Message-ID"] = f"<{outgoing.id}@{domain}>"
    message["Content-Language"] = outgoing.text.language
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(outgoing.text.plain, cte="quoted-printable")
    message.add_alternative(outgoing.text.html, subtype="html", cte="quoted-printable")
    return message
