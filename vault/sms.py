"""Telephone messages through a gateway of the host's choice: one POST of JSON for each message.

Owns how the host's template becomes a body: placeholders are replaced inside the strings of parsed JSON, so
that nothing in a text can change the body's form. Off unless `[sms]` is set.
"""

import re
from typing import Final

import httpx

from vault.config import Sms
from vault.outbox import Outgoing, Refused, Unavailable

TIMEOUT: Final = 20.0


class SmsGateway:
    """The way out for telephone messages. Not for several threads."""

    def __init__(self, sms: Sms, transport: httpx.BaseTransport | None = None) -> None:
        self._sms = sms
        headers = {} if sms.authorization is None else {"Authorization": sms.authorization}
        self._http = httpx.Client(
            timeout=TIMEOUT, headers=headers, follow_redirects=False, transport=transport
        )

    def send(self, outgoing: Outgoing) -> None:
        """Hands a message to the gateway. Raises Unavailable, Refused."""
        body = filled(
            self._sms.body, {"{phone}": outgoing.to, "{text}": outgoing.text.plain, "{id}": outgoing.id}
        )
        try:
            answer = self._http.post(self._sms.url or "", json=body)
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            raise Unavailable(type(error).__name__) from None
        except httpx.HTTPError:
            raise Refused("interrupted", permanent=False) from None
        if answer.status_code in (httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN, httpx.codes.NOT_FOUND):
            # The host's own settings are wrong, not this message.
            raise Unavailable(f"HTTP {answer.status_code}")
        if not answer.is_success:
            permanent = answer.is_client_error and answer.status_code != httpx.codes.TOO_MANY_REQUESTS
            raise Refused("refused", permanent=permanent)

    def close(self) -> None:
        """Ends connections."""
        self._http.close()


def filled(template: object, values: dict[str, str]) -> object:
    """A parsed template with its placeholders replaced, in every string of it."""
    if isinstance(template, dict):
        return {name: filled(member, values) for name, member in template.items()}
    if isinstance(template, list):
        return [filled(member, values) for member in template]
    if isinstance(template, str):
        # In one pass: what is filled in is not looked through again.
        gaps = re.compile("|".join(re.escape(placeholder) for placeholder in values))
        return gaps.sub(lambda found: values[found[0]], template)
    return template
