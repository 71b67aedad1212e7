"""Headers of deposits: who opens them before and after the owner takes them in."""

import pytest

from crypto import deposits, document
from crypto.age_recipients import HybridIdentity
from crypto.encoding import DocumentId, SectionId, VaultId, new_id
from crypto.errors import Malformed, Tampered, WrongKey
from crypto.sections import Filing, SectionSecret
from tests.crypto.mutations import refuses_every_change

KEY = bytes(range(16))
INBOX = SectionSecret.generate(3)
AUTHOR = HybridIdentity.generate()
FILING = Filing(VaultId(new_id()), SectionId(new_id()), 3, DocumentId(new_id()), 1)


def header() -> bytes:
    drop = INBOX.drop_identity()
    return deposits.make_deposit_header(KEY, drop.recipient(), author=AUTHOR.recipient())


def test_owner_and_author_open_a_deposit_and_nobody_else() -> None:
    made = header()
    assert deposits.open_deposit_header(made, INBOX.drop_identity()) == KEY
    assert document.open_header_as_author(made, AUTHOR) == KEY
    with pytest.raises(WrongKey):
        deposits.open_deposit_header(made, SectionSecret.generate(3).drop_identity())
    with pytest.raises(WrongKey):
        document.open_header(made, INBOX, FILING)


def test_taken_in_it_opens_by_the_section_and_for_the_author_no_longer_for_the_inbox() -> None:
    taken = deposits.take_in_header(header(), KEY, INBOX, FILING)
    assert document.open_header(taken, INBOX, FILING) == KEY
    assert document.open_header_as_author(taken, AUTHOR) == KEY
    with pytest.raises(Malformed):
        deposits.open_deposit_header(taken, INBOX.drop_identity())
    with pytest.raises(WrongKey):
        document.open_header_as_author(taken, INBOX.drop_identity())
    elsewhere = SectionSecret.generate()
    moved = document.refile_header(
        taken, KEY, elsewhere, Filing(FILING.vault, FILING.section, 1, FILING.document, 1)
    )
    assert document.open_header_as_author(moved, AUTHOR) == KEY


def test_a_header_whose_mac_is_of_another_key_is_not_taken_in() -> None:
    with pytest.raises(Tampered):
        deposits.take_in_header(header(), bytes(16), INBOX, FILING)


def test_any_change_of_a_deposits_header_is_refused() -> None:
    drop = INBOX.drop_identity()
    refuses_every_change(header(), lambda data: deposits.open_deposit_header(data, drop))


def test_a_link_goes_through_text() -> None:
    link = deposits.DepositLink.from_text("  https://x.example/deposit#1." + "0" * 32 + "." + "A" * 43 + " ")
    assert deposits.DepositLink.from_text(link.text("https://y.example")) == link
