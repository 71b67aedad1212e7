"""Records what this program asks of its database; test_older_programs.py replays it on later schemas.

    python -m tests.vault.recorded tests/vault/older_programs      # makes SCHEMA-KIND.json.xz

A recording is the whole traffic of some stories, statement by statement with its values, so that replaying it
is running the old program. Long values are kept by their length only: no database looks into them. Record
when a release is made, before the first step of the next one; recordings stay while their programs may run.
"""

import base64
import json
import lzma
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import pytest
from sqlalchemy import Connection, Engine, event

from crypto import primitives
from tests.servers.postgresql import PostgreSQL
from tests.vault import (
    conftest,
    test_authors,
    test_checkpoints,
    test_deposits,
    test_document_grants,
    test_documents,
    test_grants,
    test_notices,
    test_reminders,
    test_renewals,
    test_retention,
    test_share_updates,
    test_shares,
)
from tests.vault.rooms import Room, open_room
from vault import database_schema

LONG: Final = 64
"""Bytes; hashes and keys, which tables are searched by, are shorter."""
STORIES: Final[tuple[Callable[[Room], None], ...]] = (
    test_documents.test_a_version_is_committed_opened_and_downloaded,
    test_documents.test_a_second_version_names_the_first,
    test_documents.test_filing_elsewhere_replaces_header_and_metadata,
    test_documents.test_the_ledger_comes_in_pages,
    test_authors.test_an_author_removes_their_own_and_nothing_else,
    test_deposits.test_sections_are_added_and_renamed_by_the_owner,
    test_document_grants.test_it_opens_and_shows_what_it_names_and_nothing_else,
    test_grants.test_a_redeemed_invitation_lets_read_and_add,
    test_grants.test_a_revoked_grant_ends_at_once_and_renews_by_the_owner,
    test_grants.test_a_rotation_serves_exactly_the_grants_that_remain,
    test_renewals.test_a_block_ends_everything_but_deposits,
    test_renewals.test_a_refusal_answers_once,
    test_reminders.test_a_renewal_begins_anew,
    test_checkpoints.test_every_changed_vault_gets_one_leaf_and_proofs_hold,
    test_notices.test_a_change_of_password_is_told,
    test_notices.test_a_sign_in_from_elsewhere_is_told_and_one_from_here_is_not,
    test_retention.test_the_ciphertext_of_ended_shares_goes,
    test_retention.test_the_bin_is_emptied_after_thirty_days,
    test_retention.test_bundles_go_when_their_grant_ends,
    test_share_updates.test_a_link_gives_the_new_files_and_the_old_ones_are_deleted,
    test_shares.test_anyone_with_the_link_opens_a_share_and_the_owner_sees_it,
    test_shares.test_a_wrong_passcode_says_how_many_attempts_remain,
)
"""Tests of one room in which nothing happens at once: every noun's writing and reading, and the jobs."""


@dataclass
class Recorder:
    """Listens to an engine. `steps`: a word, or a statement's number, its values and how many rows it met."""

    statements: dict[str, int] = field(default_factory=dict)
    steps: list[Any] = field(default_factory=list)

    @contextmanager
    def listening(self, engine: Engine) -> Iterator[None]:
        """Records what goes through connections of the engine, in one thread."""
        listeners: list[tuple[str, Callable[..., None]]] = [
            ("commit", lambda _: self.steps.append("commit")),
            ("rollback", lambda _: self.steps.append("rollback")),
            ("after_cursor_execute", self._executed),
        ]
        # On SQLite a transaction's beginning is a statement (vault.database).
        if engine.dialect.name != "sqlite":
            listeners.append(("begin", lambda _: self.steps.append("begin")))
        for name, listener in listeners:
            event.listen(engine, name, listener)
        yield
        for name, listener in listeners:
            event.remove(engine, name, listener)

    def _executed(
        self, _connection: Connection, cursor: Any, statement: str, values: Any, *rest: Any
    ) -> None:
        executemany = rest[-1]
        number = self.statements.setdefault(statement, len(self.statements))
        many = list(values) if executemany else [values]
        self.steps.append([number, [_written(one) for one in many], cursor.rowcount])


def record(folder: Path) -> None:
    """Writes one recording for each kind of database."""
    revision = database_schema.newest_revision()
    with PostgreSQL() as postgresql:
        for kind in ("sqlite", "postgresql"):
            recorder, stories = Recorder(), []
            for number, story in enumerate(STORIES):
                url = postgresql.create_database(f"story_{number}") if kind == "postgresql" else None
                recorder.steps = []
                _tell(story, url, recorder)
                stories.append({"story": story.__name__, "steps": recorder.steps})
            content = {"statements": list(recorder.statements), "stories": stories}
            with lzma.open(folder / f"{revision}-{kind}.json.xz", "wt", encoding="utf-8", preset=9) as file:
                json.dump(content, file, separators=(",", ":"))


def _tell(story: Callable[[Room], None], url: str | None, recorder: Recorder) -> None:
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patched:
        patched.setattr(primitives, "argon2id", conftest._hash)
        room = open_room(Path(folder) / "room", url)
        with recorder.listening(room.database.engine):
            story(room)
        room.database.close()


def _written(values: Any) -> Any:
    if isinstance(values, dict):
        return {name: _value(value) for name, value in values.items()}
    return [_value(value) for value in values]


def _value(value: Any) -> Any:
    # What the drivers wrap bytes in: sqlite3 a memoryview, psycopg a class of its own.
    value = getattr(value, "obj", value)
    if isinstance(value, bytes) and len(value) > LONG:
        return {"long": len(value)}
    if isinstance(value, bytes):
        return {"bytes": base64.b64encode(value).decode()}
    assert value is None or isinstance(value, bool | int | str), type(value)
    return value


if __name__ == "__main__":
    record(Path(sys.argv[1]))
