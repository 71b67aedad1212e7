"""Passwords: form, policy, derivation and its limits."""

import pytest

from crypto import primitives
from crypto.errors import LimitExceeded, Malformed
from crypto.passwords import Argon2Parameters, WeakPassword, check_policy, derive, new_salt, normalise, score

GOOD = "orage-tulipe-91-canapé"
SALT = bytes(range(16))


def test_normalise() -> None:
    assert normalise("cafe\u0301") == normalise("café") == "café".encode()
    assert normalise("ﬁn①") == b"fin1"
    with pytest.raises(Malformed):
        normalise("a\ud800")


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("", "too_short"),
        ("a" * 14, "too_short"),
        ("e\u0301" * 14, "too_short"),
        ("x" * 1025, "too_long"),
        ("a" * 15, "guessable"),
        ("passwordpassword", "guessable"),
        ("123456789123456789", "guessable"),
        ("azertyuiopqsdfghjklm", "guessable"),
        ("AZERTYUIOP&é\"'(-è_çà", "guessable"),
    ],
)
def test_weak_passwords(password: str, reason: str) -> None:
    with pytest.raises(WeakPassword) as caught:
        check_policy(password)
    assert (caught.value.reason, caught.value.code) == (reason, "weak_password")


@pytest.mark.parametrize("password", [GOOD, "cheval agrafe correct batterie", "x" * 8 + "Kq7!vR2#pL9w"])
def test_strong_passwords(password: str) -> None:
    check_policy(password)


def test_what_is_known_of_the_person_makes_a_password_weaker() -> None:
    password = "kerguelvennectugdual"
    check_policy(password)
    with pytest.raises(WeakPassword):
        check_policy(password, about=["Kerguelvennec", "Tugdual"])


def test_a_long_password_is_scored_quickly_and_accepted() -> None:
    check_policy("Kq7!vR2#pL9w" * 80)


@pytest.mark.parametrize(
    "parameters",
    [
        Argon2Parameters(m=65535),
        Argon2Parameters(m=1048577),
        Argon2Parameters(t=2),
        Argon2Parameters(t=17),
        Argon2Parameters(p=2),
        Argon2Parameters(p=0),
        Argon2Parameters(m=1 << 40),
    ],
)
def test_costs_outside_the_limits_are_refused_before_deriving(
    parameters: Argon2Parameters, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*args: object, **kwargs: object) -> bytes:
        raise AssertionError("derived")

    monkeypatch.setattr(primitives, "argon2id", never)
    with pytest.raises(LimitExceeded):
        derive(GOOD, address="a@example.org", salt=SALT, parameters=parameters)
    with pytest.raises(LimitExceeded):
        derive("x" * 1025, address="a@example.org", salt=SALT)
    with pytest.raises(Malformed):
        derive(GOOD, address="nobody", salt=SALT)
    with pytest.raises(Malformed):
        derive(GOOD, address="a@example.org", salt=SALT[:15])


@pytest.mark.slow
def test_keys_depend_on_password_address_and_salt_and_are_not_shown() -> None:
    first = derive(GOOD, address=" Zoe@Example.org ", salt=SALT)
    same = derive("orage-tulipe-91-canape\u0301", address="zoe@example.org", salt=SALT)
    assert (same.unlock, same.login) == (first.unlock, first.login)
    others = [
        derive(GOOD + "x", address="zoe@example.org", salt=SALT),
        derive(GOOD, address="zoe@example.com", salt=SALT),
        derive(GOOD, address="zoe@example.org", salt=bytes(16)),
    ]
    assert len({first.unlock, *(other.unlock for other in others)}) == 4
    assert first.unlock != first.login.seed
    assert first.unlock.hex() not in repr(first)
    assert repr(first.unlock) not in repr(first)


def test_an_empty_password_has_no_score() -> None:
    assert score("") == 0


def test_salts_are_fresh() -> None:
    assert len(new_salt()) == 16
    assert new_salt() != new_salt()
