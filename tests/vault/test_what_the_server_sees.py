"""WHAT-THE-SERVER-SEES.md names every column, kind of object and log field, and nothing besides."""

import re
from pathlib import Path

from vault.models import schema
from vault.models.documents import DoomedObject, Upload
from vault.models.server import ServerSecret
from web.request_log import FIELDS

TEXT = (Path(__file__).parents[2] / "WHAT-THE-SERVER-SEES.md").read_text(encoding="utf-8")

# Tables whose column of object names is only on its way to or from the two kinds of objects.
ON_THE_WAY = {Upload.__tablename__, DoomedObject.__tablename__}


def explained(pattern: str) -> dict[str, str]:
    """Names of the first column, with the cells that explain them."""
    return {
        match[1]: match[2] for match in re.finditer(rf"^\| {pattern} \| (.+) \|$", TEXT, flags=re.MULTILINE)
    }


def test_every_column_is_explained_and_exists() -> None:
    columns = {
        f"{table.name}.{column.name}"
        for table in schema.metadata().tables.values()
        for column in table.columns
    }
    found = explained(r"`([a-z_]+\.[a-z0-9_]+)`")
    assert found.keys() == columns
    assert all(len(cells.split(" | ")) == 2 and len(cells) > 4 for cells in found.values())


def test_every_log_field_is_explained_and_exists() -> None:
    assert explained("log `([a-z]+)`").keys() == set(FIELDS)


def test_every_kind_of_object_is_explained() -> None:
    holders = {
        table.name
        for table in schema.metadata().tables.values()
        if any(column.name == "object_name" for column in table.columns)
    } - ON_THE_WAY
    assert holders == {"versions", "share_files"}
    assert explained("object `([a-z ]+)`").keys() == {"version", "share file"}


def test_the_servers_secrets_are_two() -> None:
    names = {column.name for column in ServerSecret.__table__.columns}
    assert names == {"id", "signing_seed", "mac_key", "created"}
