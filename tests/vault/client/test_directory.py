"""Whom the directory vouches for, and how a key is confirmed: by words, QR or fingerprint, pinned, loud when
it changes.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from crypto.encoding import KeyId, b64u
from crypto.signing import SigningKey, directory_key_id
from tests.attacks.forging import forger
from tests.vault.client.people import OTHER_RPPS, RPPS, Clock, Network, Person, changed
from vault.client.key_words import contact_link, named_in, words

Decide = Callable[[str, str], None]


@pytest.mark.slow
def test_a_key_is_confirmed_by_fingerprint_words_or_link(
    patient: Person, professional: Person, decide: Decide
) -> None:
    decide(RPPS, "verified")
    identifier = patient.add("a.txt", b"a", "--section", "imaging")
    shown = professional.json("contact")
    assert len(shown["words"].split()) == 15
    assert patient.fails("grant", "new", "--to", RPPS) == (4, "forbidden")
    for named in (shown["fingerprint"], shown["words"], shown["link"]):
        patient.json("grant", "new", "--to", named)
    assert [row["id"] for row in professional.json("list")] == [identifier]
    # Known by an earlier grant.
    patient.json("grant", "new", "--to", RPPS, "--sections", "dental")
    assert patient.fails("grant", "new", "--to", OTHER_RPPS) == (3, "not_found")
    assert patient.fails("grant", "new", "--to", "123") == (3, "not_found")


@pytest.mark.parametrize("fault", ["word", "order", "cut link", "version"])
def test_a_key_that_was_misread_is_refused(patient: Person, professional: Person, fault: str) -> None:
    shown = professional.json("contact")
    spoken = shown["words"].split()
    wrong = {
        "word": " ".join([*spoken[:-1], "abandon" if spoken[-1] != "abandon" else "zoo"]),
        "order": " ".join([spoken[1], spoken[0], *spoken[2:]]),
        "cut link": shown["link"][:-1],
        "version": shown["link"].replace("#1.", "#2."),
    }[fault]
    expected = {"version": "unsupported_version"}.get(fault, "malformed")
    status, code = patient.fails("grant", "new", "--to", wrong)
    # A changed word can be another key's words, one time in 32.
    assert (status, code) in {(2, expected), (3, "not_found")}
    assert patient.json("grant", "list") == []


def test_words_and_links_name_a_key(patient: Person) -> None:
    key = forger(1_800_000_000).card
    from crypto.statements import verify_card

    author = verify_card(key).author
    for language in ("english", "french"):
        found = named_in(words(author, language))
        assert found is not None
        assert found.key is None
        assert found == named_in(found.fingerprint.upper())
    link = named_in(contact_link("https://coffre.example", author))
    assert link is not None
    assert link.key == author
    assert named_in(RPPS) is None


def test_nobody_is_granted_whom_the_directory_does_not_vouch_for(
    patient: Person, professional: Person, decide: Decide
) -> None:
    shown = professional.json("whoami")["fingerprint"]
    assert patient.json("directory", RPPS)["state"] == "unverified"
    assert patient.fails("grant", "new", "--to", shown) == (4, "unverified")
    patient.json("grant", "new", "--to", shown, "--met-in-person", "--sections", "dental")
    decide(RPPS, "verified")
    assert patient.json("directory", RPPS)["state"] == "verified"
    patient.json("grant", "new", "--to", shown, "--sections", "imaging")
    decide(RPPS, "refused")
    assert patient.fails("grant", "new", "--to", shown, "--met-in-person") == (3, "not_found")


def test_the_servers_word_is_not_the_directorys(
    patient: Person, professional: Person, decide: Decide, network: Network
) -> None:
    shown = professional.json("whoami")["fingerprint"]
    network.rewrite = changed("/directory", lambda answer: answer["professionals"][0].update(verified="yes"))
    assert patient.fails("grant", "new", "--to", shown) == (4, "unverified")
    network.rewrite = None
    decide(RPPS, "verified")
    patient.json("directory", RPPS)
    network.rewrite = changed("/directory", lambda answer: answer["professionals"][0].pop("entry"))
    assert patient.fails("grant", "new", "--to", shown) == (4, "unverified")


def test_an_older_entry_is_stale(
    patient: Person, professional: Person, decide: Decide, network: Network
) -> None:
    kept: list[Any] = []
    decide(RPPS, "verified")
    network.rewrite = changed("/directory", lambda answer: kept.append(answer["professionals"][0]["entry"]))
    patient.json("directory", RPPS)
    network.rewrite = None
    decide(RPPS, "refused")
    decide(RPPS, "verified")
    patient.json("directory", RPPS)
    network.rewrite = changed("/directory", lambda answer: answer["professionals"][0].update(entry=kept[0]))
    assert patient.fails("directory", RPPS) == (5, "stale")


def test_a_refusal_is_not_hidden(
    patient: Person, professional: Person, decide: Decide, network: Network
) -> None:
    """A server that goes on showing someone who was refused cannot show it as verified."""
    found: list[Any] = []
    shown = professional.json("whoami")["fingerprint"]
    network.rewrite = changed("/directory", lambda answer: found.extend(answer["professionals"]))
    patient.json("directory", RPPS)
    network.rewrite = None
    decide(RPPS, "verified")
    network.rewrite = changed("/directory", lambda answer: answer.update(professionals=found[:1]))
    assert patient.fails("grant", "new", "--to", shown) == (4, "unverified")


def test_another_directory_key_is_loud(
    patient: Person, professional: Person, decide: Decide, network: Network
) -> None:
    decide(RPPS, "verified")
    pinned = patient.json("directory")
    other = SigningKey.from_seed(bytes(range(32)))
    network.rewrite = changed("/server", lambda answer: answer.update(directory_key=b64u(other.public)))
    shown = professional.json("whoami")["fingerprint"]
    for command in (("directory",), ("directory", RPPS), ("grant", "new", "--to", shown)):
        assert patient.fails(*command) == (5, "key_changed")
    # Not the key that the host published.
    assert patient.fails("directory", "--accept", pinned["key_id"]) == (5, "key_changed")
    assert patient.json("directory", "--accept", directory_key_id(other.public))["key"] == b64u(other.public)
    # An entry by the earlier key is no entry of this one.
    assert patient.fails("grant", "new", "--to", shown) == (5, "tampered")
    network.rewrite = changed("/server", lambda answer: answer.pop("directory_key"))
    assert patient.fails("directory") == (5, "key_changed")


def test_the_directory_key_is_pinned_at_sign_up(
    person: Callable[[str], Person], professional: Person, decide: Decide, network: Network
) -> None:
    decide(RPPS, "verified")
    patient = person("patient")
    patient.sign_up()
    other = SigningKey.from_seed(bytes(range(32)))
    network.rewrite = changed("/server", lambda answer: answer.update(directory_key=b64u(other.public)))
    assert patient.fails("directory") == (5, "key_changed")


def test_a_professional_with_another_key_blocks_until_confirmed(
    patient: Person, professional: Person, decide: Decide, network: Network, clock: Clock
) -> None:
    """K6: the number of someone who had a grant, under another key: refused, also at a terminal."""
    decide(RPPS, "verified")
    shown = professional.json("whoami")["fingerprint"]
    patient.json("grant", "new", "--to", shown, "--sections", "dental")
    card = {"rpps": RPPS, "name": f"Dr {RPPS}", "profession": "10"}
    fake = forger(clock(), **card)
    answer = {"account": "0" * 32, "card": fake.card.to_wire(), "verified": "yes"}
    network.rewrite = changed("/directory", lambda found: found.update(professionals=[answer]))
    assert patient.fails("grant", "new", "--to", RPPS) == (5, "key_changed")
    assert patient.fails("grant", "new", "--to", shown) == (5, "tampered")


def test_swapped_directory_card_is_refused(
    patient: Person, professional: Person, person: Callable[[str], Person], network: Network
) -> None:
    attacker = person("attacker")
    attacker.sign_up_professional(OTHER_RPPS)
    found: list[object] = []
    network.rewrite = changed("/directory", lambda answer: found.append(answer["professionals"]))
    patient.json("directory", OTHER_RPPS)
    network.rewrite = changed("/directory", lambda answer: answer.update(professionals=found[0]))
    wanted = professional.json("whoami")["fingerprint"]
    assert patient.fails("grant", "new", "--to", wanted) == (5, "tampered")


def test_a_damaged_home_is_said(patient: Person, professional: Person, decide: Decide) -> None:
    decide(RPPS, "verified")
    patient.json("directory")
    [pins] = (patient.folder / "home").glob("directory-*.json")
    pins.write_text('{"key": 1}')
    assert patient.fails("directory") == (2, "usage")


def test_looking_up_asks_the_directory_alone(
    patient: Person, professional: Person, decide: Decide, network: Network
) -> None:
    decide(RPPS, "verified")
    network.requests.clear()
    patient.json("directory", RPPS)
    asked: list[httpx.Request] = network.requests
    paths = {request.url.path.removeprefix("/api/v1/") for request in asked}
    assert paths == {"server", "server/keys", "directory"}


def test_words_are_the_web_apps() -> None:
    """The same key and words as in web/client/tests/vault/directory.test.ts."""
    text = (Path(__file__).parents[3] / "web/client/tests/vault/directory.test.ts").read_text("utf-8")
    assert f"'{words(KeyId(b64u(bytes(range(32)))), 'english')}'" in text
