"""The npm package age-encryption opens what we seal, and we what it seals: also post-quantum."""

import base64
import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from crypto import age_file, keyring
from crypto.age_recipients import (
    HybridIdentity,
    Identity,
    Recipient,
    ScryptIdentity,
    ScryptRecipient,
    X25519Identity,
)
from crypto.encoding import AccountId, new_id
from crypto.keyring import Keyring, Pins
from crypto.passwords import Argon2Parameters, PasswordKeys
from crypto.recovery import Kit
from crypto.signing import SigningKey

HERE = Path(__file__).parent
PACKAGE = HERE.parent.parent / "web" / "client" / "node_modules" / "age-encryption" / "dist" / "index.js"
MESSAGE = bytes(range(256)) * 300


def age_encryption(**request: Any) -> bytes:
    node = shutil.which("node")
    assert node is not None, "node is needed (make install)"
    assert PACKAGE.exists(), "the web client's packages are needed (make install)"
    if "data" in request:
        request["data"] = base64.b64encode(request["data"]).decode()
    done = subprocess.run(
        [node, str(HERE / "age_encryption.mjs"), str(PACKAGE)],
        input=json.dumps(request),
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return base64.b64decode(json.loads(done.stdout)["data"])


@pytest.mark.slow
@pytest.mark.parametrize("kind", [X25519Identity, HybridIdentity])
def test_recipients(kind: type[X25519Identity] | type[HybridIdentity]) -> None:
    identity = kind.generate()
    sealed = age_file.seal_bytes(MESSAGE, [identity.recipient()])
    assert age_encryption(do="open", identities=[identity.text()], data=sealed) == MESSAGE
    theirs = age_encryption(do="seal", recipients=[str(identity.recipient())], data=MESSAGE)
    assert age_file.open_bytes(theirs, [identity]) == MESSAGE


@pytest.mark.slow
def test_passphrases() -> None:
    recipient: Recipient = ScryptRecipient(b"mot de passe", work=10)
    sealed = age_file.seal_bytes(MESSAGE, [recipient])
    assert age_encryption(do="open", passphrase="mot de passe", data=sealed) == MESSAGE
    identity: Identity = ScryptIdentity(b"mot de passe")
    theirs = age_encryption(do="seal", passphrase="mot de passe", data=MESSAGE)
    assert age_file.open_bytes(theirs, [identity]) == MESSAGE


@pytest.mark.slow
def test_a_keyring_opens_with_the_kit_in_stock_age() -> None:
    kit = Kit.generate()
    contents = Keyring(
        account=AccountId(new_id()),
        identity=os.urandom(32),
        kit=kit.identity().recipient().public,
        name="Dr Roy",
        pins=Pins(),
        role="professional",
        sequence=1,
        server=os.urandom(32),
        signing=os.urandom(32),
    )
    keys = PasswordKeys(os.urandom(16), Argon2Parameters(), os.urandom(32), SigningKey.generate())
    opened = keyring.create(contents, keys)
    record = json.loads(age_encryption(do="open", identities=[kit.identity().text()], data=opened.data))
    assert (record["name"], record["sequence"]) == ("Dr Roy", 1)
