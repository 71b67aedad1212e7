"""D7, L4 of single documents: a reader to whom documents were given by name, with all they ever held and the
whole server, opens exactly these versions: nothing else, nothing later."""

import sqlite3
from dataclasses import replace

import pytest

from crypto.age_file import verify_header
from crypto.document_bundle import DocumentBundle
from crypto.encoding import VaultId
from crypto.errors import CoffreError, Tampered
from tests.attacks.people import Device
from tests.attacks.versions import client_of
from tests.attacks.world import World
from vault.client.vaults import OpenVault, open_vault

pytestmark = pytest.mark.slow


def _given(world: World) -> tuple[Device, OpenVault, DocumentBundle]:
    """The novice, who was given document b, and their vault."""
    anne, novice = world.vaults["anne"], world.device("novice")
    made = world.device("anne").shown("grant", "new", "--invite", "--document", anne.documents["b"])
    novice.json("grant", "redeem", made["invitation"])
    opened = open_vault(client_of(novice), VaultId(anne.id))
    [bundle] = opened.bundles.values()
    assert isinstance(bundle, DocumentBundle)
    return novice, opened, bundle


def test_what_was_given_opens_one_header_of_all(world: World) -> None:
    """With the file keys at hand and every header that the server holds, also of versions that came later."""
    anne = world.vaults["anne"]
    with world.restored(), world.server.hostile(None):
        _, opened, bundle = _given(world)
        patient = world.device("anne")
        later = patient.write("later.txt", b"written after it was given")
        patient.json("add", later, "--replace", anne.documents["b"])
        patient.json("file", anne.documents["b"], "--section", "dental")
        assert not opened.secrets
        with sqlite3.connect(world.database) as connection:
            rows = list(connection.execute("SELECT vault, document, version, header FROM versions"))
        connection.close()
        reached = {
            (vault, document, version)
            for vault, document, version, header in rows
            for one in bundle.documents
            if _opens(header, one.key)
        }
        assert len(rows) > 5
        assert reached == {(anne.id, anne.documents["b"], 1)}


def test_the_server_shows_no_body_of_another_document(world: World) -> None:
    anne = world.vaults["anne"]
    with world.restored(), world.server.hostile(None):
        _, opened, _ = _given(world)
        assert opened.state.documents.keys() == {anne.documents["b"]}
        assert [one.document for one in opened.documents()] == [anne.documents["b"]]


def test_another_manifest_under_that_name_is_refused(world: World) -> None:
    """Whoever may sign documents could help a server to show another version under a name that was given."""
    with world.restored(), world.server.hostile(None):
        _, opened, bundle = _given(world)
        [one] = bundle.documents
        other = replace(bundle, documents=(replace(one, manifest=bytes(32)),))
        forged = replace(opened, bundles={bundle.grant: other})
        version = forged.state.documents[one.document].latest
        with pytest.raises(Tampered):
            forged.metadata(version)


def _opens(header: bytes, key: bytes) -> bool:
    try:
        verify_header(header, key)
    except CoffreError:
        return False
    return True
