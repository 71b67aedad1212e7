"""Chains of keys: what the vectors do not show."""

from dataclasses import replace

import pytest

from crypto.errors import CoffreError, LimitExceeded, Malformed, Stale, Tampered
from crypto.statement_keys import DirectorySuccession, ServerSuccession
from crypto.statements import parse, sign
from crypto.successions import Dates, Pin, directory_keys, directory_signer, start, succeed, verified
from tests.vectors.samples import DAY, DIRECTORY, NOW, SERVER, directory_entry
from tests.vectors.successions_made import NEXT_DIRECTORY, SECOND, THIEF, THIRD, chain_of, dates


def test_nobody_makes_a_succession_that_no_reader_takes() -> None:
    keys = verified(ServerSuccession, SERVER.public, chain_of()[:1])
    wrong: list[tuple[Dates, type[CoffreError]]] = [
        (replace(dates(2), begins=dates(2).time - 1), Malformed),
        (replace(dates(2), until=dates(2).begins - 1), Malformed),
        (replace(dates(2), until=dates(2).begins + 366 * DAY + 1), LimitExceeded),
        (replace(dates(1), time=NOW), Tampered),
    ]
    for given, error in wrong:
        with pytest.raises(error):
            succeed(ServerSuccession, keys, SECOND, THIRD, given)
    with pytest.raises(Tampered):
        succeed(ServerSuccession, keys, SERVER, THIRD, dates(2))
    with pytest.raises(Tampered):
        succeed(ServerSuccession, keys, SECOND, SERVER, dates(2))


def test_an_older_chain_is_told_from_another_one() -> None:
    chain = chain_of()
    whole, older = (verified(ServerSuccession, SERVER.public, chain[:size]) for size in (2, 1))
    forked = verified(
        ServerSuccession,
        SERVER.public,
        [succeed(ServerSuccession, start(SERVER.public), SERVER, THIEF, dates(1))],
    )
    for keys in (whole, older):
        keys.check_known(whole.pin)
        keys.check_known(older.pin)
        keys.check_known(None)
        keys.check_known(Pin(0, bytes(32)))
        with pytest.raises(Stale):
            keys.check_known(forked.pin)
    with pytest.raises(Stale):
        forked.check_known(older.pin)
    assert start(SERVER.public).pin is None
    assert parse(ServerSuccession, chain[0].statement).CHAIN is None


def test_a_directory_s_first_key_is_its_chain_s() -> None:
    chain = chain_of((SERVER, SECOND, THIRD), DirectorySuccession)
    assert directory_keys(THIRD.public, chain).publics == (SERVER.public, SECOND.public, THIRD.public)
    assert directory_keys(THIRD.public, []).publics == (THIRD.public,)


def test_entries_of_the_key_before_count_until_its_time_is_over() -> None:
    chain = chain_of((DIRECTORY, NEXT_DIRECTORY), DirectorySuccession)
    keys = directory_keys(NEXT_DIRECTORY.public, chain)
    until = keys.followed[-1].until
    by = {key.public: sign(directory_entry(), key) for key in (DIRECTORY, NEXT_DIRECTORY, THIEF)}
    assert directory_signer(keys, by[DIRECTORY.public], until - 1) == DIRECTORY.public
    for signer, now in ((DIRECTORY, until), (NEXT_DIRECTORY, until - 1), (THIEF, until - 1)):
        assert directory_signer(keys, by[signer.public], now) == NEXT_DIRECTORY.public
