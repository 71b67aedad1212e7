"""Whose attempts are counted: a client cannot choose its own address."""

import pytest
from flask import Request
from werkzeug.test import EnvironBuilder

from tests.vault.actors import Patient
from tests.vault.rooms import Room
from web.client_address import reader


def request(peer: str, forwarded: str | None = None) -> Request:
    """A request from a peer, with what proxies wrote."""
    headers = [("X-Forwarded-For", forwarded)] if forwarded is not None else []
    return Request(EnvironBuilder(headers=headers, environ_base={"REMOTE_ADDR": peer}).get_environ())


@pytest.mark.parametrize(
    ("peer", "forwarded", "address"),
    [
        ("203.0.113.9", None, "203.0.113.9"),
        ("203.0.113.9", "198.51.100.1", "203.0.113.9"),
        ("10.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("10.0.0.1", "1.2.3.4, 198.51.100.1", "198.51.100.1"),
        ("10.0.0.1", "1.2.3.4, 198.51.100.1, 10.0.0.2", "198.51.100.1"),
        ("10.0.0.1", None, "10.0.0.1"),
        ("2001:db8:1:2:3:4:5:6", None, "2001:db8:1:2::/64"),
        ("::ffff:198.51.100.7", None, "198.51.100.7"),
        ("10.0.0.1", "nonsense", "nonsense"),
    ],
)
def test_only_a_trusted_proxy_is_believed(peer: str, forwarded: str | None, address: str) -> None:
    assert reader(("10.0.0.0/24",))(request(peer, forwarded)) == address


@pytest.mark.slow
def test_one_client_cannot_try_many_addresses(room: Room) -> None:
    http = room.app.test_client()
    codes = []
    for number in range(101):
        person = Patient(http, room.clock, f"person{number}@example.org")
        body = {"address": person.address, "method": "password"}
        answer = person.send(
            "POST", "/sessions/challenge", body, headers={"X-Forwarded-For": f"198.51.100.{number}"}
        )
        codes.append(answer.status_code)
    assert codes == [200] * 100 + [429]
