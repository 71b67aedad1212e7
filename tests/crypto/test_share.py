"""Links, files and details of shares."""

import json
import zlib

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from joserfc import jwe
from joserfc.jwk import OctKey

from crypto import share
from crypto.encoding import Json, ShareId, VaultId, b64u, canonical, new_id, unb64u
from crypto.errors import CoffreError, LimitExceeded, Malformed, Tampered, UnsupportedVersion, WrongKey
from crypto.padding import frame
from crypto.share import ShareDetails, ShareLink
from tests.crypto.mutations import refuses_every_change

ORIGIN = "https://coffre.example"
KEY = bytes(range(32))


def payload(text: str) -> dict[str, object]:
    found = json.loads(unb64u(text.partition("shlink:/")[2]))
    assert isinstance(found, dict)
    return found


def test_a_link_follows_the_guide() -> None:
    link = ShareLink.generate(ORIGIN, exp=1_900_000_000, passcode=True, label="Pour Dr Roy – été")
    text = link.text(ORIGIN)
    assert text.startswith(ORIGIN + "/view#shlink:/")
    content = payload(text)
    assert list(content) == ["url", "key", "exp", "flag", "label", "v"]
    assert len(str(content["url"])) <= 128
    assert len(unb64u(link.locator)) == 32
    assert len(unb64u(str(content["key"]))) == 32
    assert link.passcode
    assert ShareLink.parse(text, now=1_899_999_999) == link
    assert ShareLink.parse(text.partition("#")[2]) == link


def test_a_plain_link_has_neither_flag_nor_label() -> None:
    text = ShareLink.generate(ORIGIN, exp=1_900_000_000).text(ORIGIN)
    assert list(payload(text)) == ["url", "key", "exp", "v"]


@pytest.mark.parametrize(
    ("flag", "meant"), [("L", (True, False, False)), ("LP", (True, True, False)), ("U", (False, False, True))]
)
def test_what_flags_mean(flag: str, meant: tuple[bool, bool, bool]) -> None:
    long_lived, passcode, direct = meant
    link = ShareLink.generate(ORIGIN, exp=1, passcode=passcode, long_lived=long_lived, direct=direct)
    assert link.flag == flag
    read = ShareLink.parse(link.text(ORIGIN))
    assert (read.long_lived, read.passcode, read.direct) == meant


def test_a_link_of_others_may_have_no_end() -> None:
    link = ShareLink(url="https://shl.example/a", key=KEY, exp=None)
    text = link.text(ORIGIN)
    assert list(payload(text)) == ["url", "key", "v"]
    assert ShareLink.parse(text, now=4_000_000_000) == link


def test_locators_and_keys_are_never_the_same() -> None:
    links = [ShareLink.generate(ORIGIN, exp=1) for _ in range(20)]
    assert len({link.locator for link in links} | {b64u(link.key) for link in links}) == 40


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"v": 2}, UnsupportedVersion),
        ({"v": True}, UnsupportedVersion),
        ({"flag": "M"}, UnsupportedVersion),
        ({"flag": "PL"}, UnsupportedVersion),
        ({"flag": "PU"}, UnsupportedVersion),
        ({"flag": 1}, Malformed),
        ({"flag": "PP"}, UnsupportedVersion),
        ({"key": b64u(bytes(31))}, Malformed),
        ({"key": 5}, Malformed),
        ({"url": "javascript:alert(1)"}, Malformed),
        ({"url": "https://x/" + "x" * 128}, LimitExceeded),
        ({"label": "x" * 81}, LimitExceeded),
        ({"label": 1}, Malformed),
        ({"label": "\ud800"}, Malformed),
        ({"exp": "soon"}, Malformed),
        ({"exp": -1}, Malformed),
        ({"exp": 1000}, LimitExceeded),
    ],
)
def test_links_that_are_refused(change: dict[str, object], error: type[CoffreError]) -> None:
    good = payload(ShareLink.generate(ORIGIN, exp=2000).text(ORIGIN))
    text = "shlink:/" + b64u(json.dumps({**good, **change}).encode())
    with pytest.raises(error):
        ShareLink.parse(text, now=1000)


@pytest.mark.parametrize(
    "text", ["", "shlink:/", "shlink:/e30", "https://x/#shlink:/AA", "shlink:/W10", "x" * 5000]
)
def test_what_is_no_link(text: str) -> None:
    with pytest.raises(CoffreError):
        ShareLink.parse(text)


def test_files_are_standard_jwe() -> None:
    sealed = share.seal_file(KEY, b'{"resourceType":"Bundle"}')
    head = json.loads(unb64u(sealed.split(b".")[0].decode()))
    assert head == {"alg": "dir", "enc": "A256GCM", "cty": "application/fhir+json"}
    assert jwe.decrypt_compact(sealed, OctKey.import_key(KEY)).plaintext == b'{"resourceType":"Bundle"}'
    assert share.open_file(KEY, sealed) == b'{"resourceType":"Bundle"}'
    assert share.seal_file(KEY, b"x").split(b".")[2] != share.seal_file(KEY, b"x").split(b".")[2]


def test_a_large_file() -> None:
    data = bytes(3 << 20)
    assert share.open_file(KEY, share.seal_file(KEY, data)) == data
    with pytest.raises(LimitExceeded):
        share.open_file(KEY, b"x" * (share.MAX_JWE + 1))


def test_any_change_of_a_file_is_refused() -> None:
    refuses_every_change(share.seal_file(KEY, b"bundle"), lambda data: share.open_file(KEY, data))
    with pytest.raises(Tampered):
        share.open_file(bytes(32), share.seal_file(KEY, b"bundle"))


@pytest.mark.parametrize(
    "header",
    [
        {"alg": "dir", "enc": "A128GCM"},
        {"alg": "none", "enc": "A256GCM"},
        {"alg": "dir", "enc": "A256GCM", "zip": "GZ"},
        {"alg": "dir", "enc": "A256GCM", "crit": ["exp"]},
        {"alg": ["dir"], "enc": "A256GCM"},
        {},
    ],
)
def test_other_algorithms_are_refused(header: dict[str, object]) -> None:
    sealed = share.seal_file(KEY, b"bundle").split(b".")
    sealed[0] = b64u(json.dumps(header).encode()).encode()
    with pytest.raises(UnsupportedVersion):
        share.open_file(KEY, b".".join(sealed))


@pytest.mark.slow
def test_a_bomb_is_refused_before_it_is_there() -> None:
    """Seventy megabytes in seventy kilobytes."""
    made = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    sealed = compressed(made.compress(bytes(share.MAX_JWE + 1)) + made.flush())
    assert len(sealed) < 100_000
    with pytest.raises(LimitExceeded):
        share.open_file(KEY, sealed)


def compressed(inside: bytes) -> bytes:
    """A file whose header says that `inside` is compressed."""
    protected = b64u(json.dumps({"alg": "dir", "enc": "A256GCM", "zip": "DEF"}).encode())
    sealed = AESGCM(KEY).encrypt(bytes(12), inside, protected.encode())
    parts = (protected, "", b64u(bytes(12)), b64u(sealed[:-16]), b64u(sealed[-16:]))
    return ".".join(parts).encode()


def test_files_are_never_compressed_by_us(monkeypatch: pytest.MonkeyPatch) -> None:
    def seal_instead(*_: object, registry: jwe.JWERegistry) -> None:
        registry.get_zip("DEF").compress(b"bundle")

    sealed = share.seal_file(KEY, b"bundle")
    monkeypatch.setattr(jwe, "decrypt_compact", seal_instead)
    with pytest.raises(UnsupportedVersion):
        share.open_file(KEY, sealed)


@pytest.mark.parametrize("header", [b"", b"[]", b'"x"', b"\xff", b"[" * 100_000])
def test_headers_that_are_none(header: bytes) -> None:
    sealed = share.seal_file(KEY, b"bundle").split(b".")
    sealed[0] = b64u(header).encode()
    with pytest.raises(Malformed):
        share.open_file(KEY, b".".join(sealed))


def test_details() -> None:
    vault, ident = VaultId(new_id()), ShareId(new_id())
    details = ShareDetails(ShareLink.generate(ORIGIN, exp=1).text(ORIGIN), "Pour Dr Roy")
    sealed = share.seal_details(KEY, details, vault=vault, share=ident)
    assert len(sealed) == 552
    assert share.open_details(KEY, sealed, vault=vault, share=ident) == details
    refuses_every_change(sealed, lambda data: share.open_details(KEY, data, vault=vault, share=ident))
    with pytest.raises(WrongKey):
        share.open_details(KEY, sealed, vault=vault, share=ShareId(new_id()))
    with pytest.raises(WrongKey):
        share.open_details(bytes(32), sealed, vault=vault, share=ident)
    assert details.link not in repr(details)


@pytest.mark.parametrize(
    "record", [[], {}, {"label": "x", "link": 1}, {"label": "x", "link": "y", "more": 1}]
)
def test_what_is_no_share_s_details(record: Json) -> None:
    with pytest.raises(Malformed):
        share.read_details(frame(canonical(record), floor=512))
