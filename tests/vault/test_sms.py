"""Telephone messages: one POST of JSON in the host's form, whatever stands in the text."""

import json

import httpx
import pytest

from vault.config import Sms
from vault.outbox import Outgoing, Refused, Text, Unavailable
from vault.sms import SmsGateway, filled

OUTGOING = Outgoing("a" * 32, "+33612345678", 0, Text("en", "", 'Coffre: "news", {phone} \\', ""))
SMS = Sms(
    url="https://sms.example.org/send",
    authorization="Bearer secret",
    body={"messages": [{"to": "{phone}", "body": "{text}", "ref": "{id}"}], "flash": False},
)


def sent_to(status: int) -> httpx.Request:
    """What the gateway is asked when it answers a status."""
    asked: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(status, headers={"Location": "https://evil.example"})

    gateway = SmsGateway(SMS, httpx.MockTransport(answer))
    try:
        gateway.send(OUTGOING)
    finally:
        gateway.close()
        assert len(asked) == 1
    return asked[0]


def test_the_template_is_filled_inside_its_strings() -> None:
    request = sent_to(202)
    assert (request.method, str(request.url)) == ("POST", "https://sms.example.org/send")
    assert request.headers["authorization"] == "Bearer secret"
    message = {"to": "+33612345678", "body": 'Coffre: "news", {phone} \\', "ref": "a" * 32}
    assert json.loads(request.content) == {"messages": [message], "flash": False}


def test_what_is_filled_in_is_not_filled_again() -> None:
    assert filled("{text}", {"{phone}": "1", "{text}": "{phone}"}) == "{phone}"
    assert filled("{text}", {"{text}": "{phone}", "{phone}": "1"}) == "{phone}"


@pytest.mark.parametrize(("status", "permanent"), [(400, True), (429, False), (302, False), (500, False)])
def test_an_answer_that_is_no_success_refuses_the_message(status: int, *, permanent: bool) -> None:
    with pytest.raises(Refused) as caught:
        sent_to(status)
    assert caught.value.permanent is permanent


@pytest.mark.parametrize("status", [401, 403, 404])
def test_wrong_settings_of_the_host_cost_no_message(status: int) -> None:
    with pytest.raises(Unavailable):
        sent_to(status)


def test_a_gateway_that_is_away_costs_no_message() -> None:
    def away(_: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("away")

    gateway = SmsGateway(SMS, httpx.MockTransport(away))
    with pytest.raises(Unavailable):
        gateway.send(OUTGOING)
    gateway.close()
