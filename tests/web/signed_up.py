"""A patient who signs up with a real server over HTTP and sends one large upload."""

import time
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import httpx
from flask import Flask

from crypto.encoding import unb64u
from tests.vault.actors import Patient


def signed_up(url: str, address: str) -> tuple[httpx.Client, str]:
    """A client with a fresh patient's session, and the vault."""
    patient = Patient(Flask("nobody").test_client(), lambda: int(time.time()), address)
    http = httpx.Client(base_url=f"{url}/api/v1", timeout=60)
    key = unb64u(http.get("/server").json()["public_key"])
    body: dict[str, Any] = {
        **patient.sign_up_body(),
        "vault": patient.vault_statement(key).to_wire(),
    }
    response = http.post("/accounts", json=body)
    assert response.status_code == 201, response.text
    cookie = response.headers["set-cookie"].split(";")[0]
    http.headers.update({"Cookie": cookie, "X-Coffre-CSRF": response.json()["csrf"]})
    return http, patient.vault


def upload_over_http(url: str, part: bytes, digest: str, *, parts: int) -> Iterator[int]:
    """Sends the same part over and over as one object; yields after each."""
    http, vault = signed_up(url, "large@example.org")
    with closing(http):
        sizes = {"length": parts * len(part), "part_size": len(part)}
        upload = http.post(f"/vaults/{vault}/uploads", json=sizes).json()["upload"]
        for number in range(1, parts + 1):
            path = f"/vaults/{vault}/uploads/{upload}/parts/{number}"
            answer = http.put(path, content=part, headers={"Content-Digest": digest})
            assert answer.status_code == 200, answer.text
            yield number
