"""Messages say that something happened and when; nothing of a record, in both languages."""

import re
import string

import pytest

from vault import notices
from vault.mail_texts import COUNTED, FRAMES, KINDS, Subject, short_text_of, text_of
from vault.notice_settings import LANGUAGES

TOLD = (*notices.KINDS, notices.DIGEST)
TELLTALE = re.compile(
    r"sant[eé]|health|m[eé]dic|doctor|docteur|soin|care|patient|profession|hospital|h[oô]pital|clini"
    r"|ordonnance|prescription|imag|labo|urgen|emergen|diagnos|malad|disease|treatment|traitement"
    r"|rubrique|section|document “|titre|title",
    re.IGNORECASE,
)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("role", ["patient", "professional"])
@pytest.mark.parametrize("kind", TOLD)
def test_a_message_tells_nothing_of_a_record(kind: str, role: str, language: str) -> None:
    counts = dict.fromkeys(notices.KINDS, 2) if kind == notices.DIGEST else None
    subject = Subject(kind, role, 1_800_000_000, 1_803_000_000, counts)
    text = text_of(subject, language, "https://coffre.test")
    short = short_text_of(subject, language, "https://coffre.test")
    shown = re.sub(r"<[^>]*>", " ", text.html)
    for words in (text.subject, text.plain, shown, short):
        assert TELLTALE.search(words) is None
        assert "{" not in words
    assert set(re.findall(r"https?://[^\s\"<]+", text.plain + text.html)) == {
        "https://coffre.test/notices",
        "https://coffre.test/settings",
    }
    assert len(short) <= 300


def test_every_kind_has_words_in_both_languages_and_no_other_gaps() -> None:
    for language in LANGUAGES:
        assert set(KINDS[language]) == {*TOLD, "grant_ending/professional"}
        assert set(COUNTED[language]) == set(notices.KINDS) - set(notices.AT_ONCE)
        gaps = {
            gap
            for words in KINDS[language].values()
            for text in (words.subject, words.sentence)
            for _, gap, _, _ in string.Formatter().parse(text)
        }
        assert gaps <= {None, "when", "until"}
    assert set(FRAMES) == set(LANGUAGES)


def test_a_change_of_keys_says_what_to_do_if_it_was_not_you() -> None:
    for kind in notices.SECURITY:
        text = text_of(Subject(kind, "patient", 0), "en", "https://coffre.test")
        assert "change your password" in text.plain
        assert "change your password" in text.html


def test_markup_in_an_origin_stays_text() -> None:
    text = text_of(Subject("opening", "patient", 0), "fr", 'https://a.test/"><script>')
    assert "<script>" not in text.html
