"""The TypeScript crypto in a real browser: all tests of web/client/tests/crypto, and the two bulk ciphers."""

from collections.abc import Iterator

import pytest

from tests.e2e.crypto_page import CryptoPage, build_page

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CryptoPage]:
    folder = tmp_path_factory.mktemp("crypto")
    build_page(folder)
    with CryptoPage(folder) as page:
        yield page


def test_webcrypto_and_libsodium_give_the_same_bytes(page: CryptoPage) -> None:
    found = page.ask("agreement")
    # Chromium has the cipher since 2026; without it this test would compare nothing.
    assert found["native"]
    assert found["taken"]
    assert found["compared"] >= 20
    assert found["differences"] == []


def test_every_test_and_vector_passes_in_the_browser(page: CryptoPage) -> None:
    found = page.ask("suites", "/vectors.json")
    assert not found["failed"], "\n".join(found["failed"])
    # The shared vectors alone are more; a page that found none would pass everything.
    assert found["passed"] > 700
