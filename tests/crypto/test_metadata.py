"""Metadata and file names."""

import unicodedata
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto import metadata
from crypto.encoding import DocumentId, SectionId, VaultId, canonical, new_id
from crypto.errors import CoffreError, LimitExceeded, Malformed, WrongKey
from crypto.metadata import (
    Authored,
    Metadata,
    clean_name,
    open_as_author,
    open_sealed,
    seal,
    seal_for_author,
)
from crypto.padding import frame
from crypto.sections import Filing, SectionSecret
from crypto.statement_grammar import write_record
from tests.crypto.mutations import refuses_every_change

SECRET = SectionSecret.generate()
FILING = Filing(VaultId(new_id()), SectionId(new_id()), 1, DocumentId(new_id()), 3)
FILE_KEY = bytes(range(16))
AUTHORED = Authored(FILING.vault, FILING.document, 3)
GOOD = Metadata(
    author="Dr Amélie Roy",
    date="2026-10-31",
    mime="application/pdf",
    name="compte-rendu.pdf",
    content=bytes(range(32)),
    size=123_456,
    tags=("genou", "IRM"),
    title="IRM du genou",
    thumbnail=b"\xff\xd8\xff" + bytes(1000),
    type="18748-4",
)


OLD = replace(GOOD, content=None, sha256=bytes(range(32)))


def test_round_trip() -> None:
    for good in (GOOD, OLD, replace(GOOD, thumbnail=None, type=None, tags=())):
        assert open_sealed(SECRET, FILING, seal(SECRET, FILING, good)) == good


def test_lengths_tell_little() -> None:
    short = replace(GOOD, thumbnail=None)
    sizes = {len(seal(SECRET, FILING, replace(short, title="x" * n))) for n in (1, 20, 60, 100)}
    assert sizes == {512 + 40}


def test_any_change_is_refused() -> None:
    sealed = seal(SECRET, FILING, GOOD)
    refuses_every_change(sealed, lambda data: open_sealed(SECRET, FILING, data))


def test_metadata_stays_with_its_version() -> None:
    sealed = seal(SECRET, FILING, GOOD)
    for other in (
        replace(FILING, vault=VaultId(new_id())),
        replace(FILING, section=SectionId(new_id())),
        replace(FILING, document=DocumentId(new_id())),
        replace(FILING, version=2),
    ):
        with pytest.raises(WrongKey):
            open_sealed(SECRET, other, sealed)
    with pytest.raises(WrongKey):
        open_sealed(SECRET, replace(FILING, epoch=2), sealed)
    with pytest.raises(WrongKey):
        open_sealed(SectionSecret.generate(), FILING, sealed)


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        (replace(GOOD, title=""), Malformed),
        (replace(GOOD, title="a\u202eb"), Malformed),
        (replace(GOOD, title="a\x00"), Malformed),
        (replace(GOOD, title="e\u0301"), Malformed),
        (replace(GOOD, title="a\ud800"), Malformed),
        (replace(GOOD, title="x" * 300), LimitExceeded),
        (replace(GOOD, name="../x"), Malformed),
        (replace(GOOD, name="."), Malformed),
        (replace(GOOD, name="é" * 128), LimitExceeded),
        (replace(GOOD, date="2026-13-01"), Malformed),
        (replace(GOOD, date="２０２６-01-01"), Malformed),
        (replace(GOOD, mime="text/plain; charset=utf-8"), Malformed),
        (replace(GOOD, size=0), Malformed),
        (replace(GOOD, size=(5 << 30) + 1), Malformed),
        (replace(GOOD, tags=("",)), Malformed),
        (replace(GOOD, tags=("x",) * 21), LimitExceeded),
        (replace(GOOD, thumbnail=bytes(65537)), LimitExceeded),
        (replace(GOOD, content=bytes(31)), Malformed),
        (replace(GOOD, content=None), Malformed),
        (replace(GOOD, sha256=bytes(32)), Malformed),
        (replace(OLD, sha256=bytes(31)), Malformed),
        (replace(GOOD, author="x" * 201), LimitExceeded),
    ],
)
def test_a_writer_refuses_what_a_reader_would(wrong: Metadata, error: type[CoffreError]) -> None:
    with pytest.raises(error):
        seal(SECRET, FILING, wrong)


def test_nothing_is_shown() -> None:
    assert repr(GOOD) == "Metadata()"


@pytest.mark.parametrize(
    ("name", "cleaned"),
    [
        ("scan.pdf", "scan.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\Zoé\\IRM.dcm", "IRM.dcm"),
        ("a\x00\u202eb\u2066.pdf", "ab.pdf"),
        ("e\u0301.pdf", "é.pdf"),
        ("e\x01\u0301.pdf", "é.pdf"),
        ("..", "document"),
        ("a/..", "document"),
        ("\x00", "document"),
        ("", "document"),
        ("x" * 300 + ".pdf", "x" * 251 + ".pdf"),
        ("é" * 300 + ".pdf", "é" * 125 + ".pdf"),
        ("x" * 300, "x" * 255),
        ("a." + "x" * 300, "a." + "x" * 253),
    ],
)
def test_names_of_files(name: str, cleaned: str) -> None:
    assert clean_name(name) == cleaned


def test_an_authors_copy_opens_with_the_file_key_of_its_version_only() -> None:
    sealed = seal_for_author(FILE_KEY, AUTHORED, GOOD)
    assert open_as_author(FILE_KEY, AUTHORED, sealed) == GOOD
    refuses_every_change(sealed, lambda data: open_as_author(FILE_KEY, AUTHORED, data))
    with pytest.raises(WrongKey):
        open_as_author(bytes(16), AUTHORED, sealed)
    for other in (
        replace(AUTHORED, vault=VaultId(new_id())),
        replace(AUTHORED, document=DocumentId(new_id())),
        replace(AUTHORED, version=2),
    ):
        with pytest.raises(WrongKey):
            open_as_author(FILE_KEY, other, sealed)
    with pytest.raises(Malformed):
        seal_for_author(FILE_KEY, AUTHORED, replace(GOOD, title=""))


@given(st.text(st.characters(), max_size=400))
def test_a_cleaned_name_is_always_accepted(name: str) -> None:
    cleaned = clean_name(name)
    assert metadata._check_name(cleaned) == cleaned
    assert clean_name(cleaned) == cleaned
    assert unicodedata.is_normalized("NFC", cleaned)


def test_a_name_that_is_no_text_and_another_epoch() -> None:
    record = {**write_record(GOOD), "name": 7}
    with pytest.raises(Malformed):
        metadata.read_frame(frame(canonical(record), floor=512))
    with pytest.raises(Malformed):
        seal(SECRET, replace(FILING, epoch=2), GOOD)
    with pytest.raises(WrongKey):
        open_sealed(SECRET, replace(FILING, epoch=2), seal(SECRET, FILING, GOOD))
