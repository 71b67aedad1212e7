"""The server's own signing keys and the directory's (spec chapter 14): whole, and what of a rotation is to
come."""

from collections.abc import Callable

from sqlalchemy import inspect, select
from sqlalchemy.exc import SQLAlchemyError

from crypto.errors import CoffreError
from crypto.signing import directory_key_id, server_key_id
from crypto.statement_keys import DirectorySuccession, ServerSuccession
from crypto.successions import Keys, directory_keys
from vault import directory, signing_keys
from vault.admin.doctor.finding import Finding, fail, ok
from vault.database import Database
from vault.errors import BadServerKeys
from vault.models.server import ServerSecret, Succession

_REPAIR = "restore the newest backup whose keys are whole; nothing can replace a lost key (OPERATING.md)"


def examine(database: Database, clock: Callable[[], int]) -> list[Finding]:
    """What of both chains of keys there is to say. Nothing before the tables are there."""
    try:
        if not inspect(database.engine).has_table(Succession.__tablename__):
            return []
        with database.reading() as session:
            if session.execute(select(ServerSecret.id)).first() is None:
                return []
            try:
                keys = signing_keys.load(session).keys
            except BadServerKeys as error:
                return [fail("server_key", str(error), _REPAIR)]
            found = [ok("server_key", _told(keys, clock()))]
            public = directory.public_key(session)
            if public is not None:
                chain = signing_keys.chain(session, DirectorySuccession)
                try:
                    found.append(ok("directory_key", _told(directory_keys(public, chain), clock())))
                except CoffreError:
                    message = "the directory's keys do not follow one another"
                    found.append(fail("directory_key", message, "`coffre admin directory use --replace`"))
    except SQLAlchemyError:
        # The database's own finding says so.
        return []
    return found


def _told(keys: Keys, now: int) -> str:
    if not keys.followed:
        return "the first key signs"
    last = keys.followed[-1]
    name = (server_key_id if isinstance(last, ServerSuccession) else directory_key_id)(last.key)
    if now < last.from_:
        return f"key {last.sequence + 1} ({name}) is published and signs entries in {last.from_ - now} s"
    if now < last.until:
        left = -(-(last.until - now) // 86400)
        return f"key {last.sequence + 1} ({name}) signs; the one before is taken for {left} days more"
    return f"key {last.sequence + 1} ({name}) signs; the ones before are over"
