"""The sections `[mail]` and `[sms]` of the configuration: how messages leave the host.

Reads and checks; opens no connection.
"""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from vault.config_reader import ConfigInvalid, SectionReader
from vault.config_urls import TLS_CHOICES, check_endpoint, check_mail, check_sender

SMS_BODY: Final = '{"to": "{phone}", "text": "{text}"}'


@dataclass(frozen=True)
class Mail:
    """How mail leaves."""

    url: str | None = field(repr=False)
    """`smtp://` (STARTTLS) or `smtps://`, may hold a user and password; None: no mail is sent."""
    sender: str | None
    ca_bundle: Path | None
    """PEM file to verify the mail server's certificate with; None: the system's authorities."""
    tls: bool
    """False only for a mail server on this machine."""


@dataclass(frozen=True)
class Sms:
    """A gateway for telephone messages."""

    url: str | None
    """Where to POST; None: no telephone messages are sent."""
    authorization: str | None = field(repr=False)
    """The request's Authorization header."""
    body: object
    """Parsed JSON with `{phone}`, `{text}` and `{id}` in its strings."""


def read_mail(section: SectionReader) -> Mail:
    """The section `[mail]`. Raises ConfigInvalid."""
    url = section.secret("url")
    sender = section.optional_text("sender")
    ca_bundle = section.optional_text("ca_bundle")
    tls = section.text("tls", "required")
    if sender is not None:
        check_sender(sender, section.name_of("sender"))
    if url is not None:
        url = check_mail(url, section.name_of("url"), tls=tls)
        if sender is None:
            raise ConfigInvalid("missing", section.name_of("sender"), "is needed when mail.url is set")
    elif tls not in TLS_CHOICES:
        raise ConfigInvalid("malformed", section.name_of("tls"), 'must be "required" or "none"')
    ca_path = Path(ca_bundle).absolute() if ca_bundle is not None else None
    return Mail(url=url, sender=sender, ca_bundle=ca_path, tls=tls == "required")


def read_sms(section: SectionReader) -> Sms:
    """The section `[sms]`. Raises ConfigInvalid."""
    url = section.optional_text("url")
    authorization = section.secret("authorization")
    body = section.text("body", SMS_BODY)
    try:
        template = json.loads(body)
    except ValueError:
        raise ConfigInvalid("malformed", section.name_of("body"), "must be JSON") from None
    if not isinstance(template, dict) or "{phone}" not in body or "{text}" not in body:
        message = "must be a JSON object that holds {phone} and {text}"
        raise ConfigInvalid("malformed", section.name_of("body"), message)
    if url is not None:
        url = check_endpoint(url, section.name_of("url"))
    return Sms(url=url, authorization=authorization, body=template)
