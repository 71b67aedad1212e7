"""Shares: SMART Health Links, their encrypted files, and what the owner keeps of them (spec chapter 8).

Owns link, JWE and sealed details. The FHIR bundle inside a file is `fhir`'s. It knows no server: locators and
terms
come from the caller.

    >>> link = ShareLink.generate("https://coffre.example", exp=not_after)
    >>> jwe = seal_file(link.key, bundle)
    >>> open_file(ShareLink.parse(link.text("https://coffre.example"), now=now).key, jwe) == bundle
    True
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Self

from crypto import labels, primitives
from crypto.encoding import Json, ShareId, VaultId, b64u, canonical, parse_canonical, parse_foreign, unb64u
from crypto.errors import LimitExceeded, Malformed, Tampered, UnsupportedVersion
from crypto.inflate import inflate
from crypto.padding import frame, unframe
from crypto.primitives import Random, Wrap, system_random

CONTENT_TYPE: Final = "application/fhir+json"
KEY_SIZE: Final = 32
LOCATOR_SIZE: Final = 32
MAX_URL: Final = 128
MAX_LABEL: Final = 80
MAX_DOCUMENT: Final = 20 << 20
MAX_JWE: Final = 64 << 20
LONG_FLAG: Final = "L"
PASSCODE_FLAG: Final = "P"
DIRECT_FLAG: Final = "U"
NO_NAME: Final = "-"
"""The recipient that our viewer sends where the patient wants no name asked."""

_MAX_LINK: Final = 4096
_DETAILS_FLOOR: Final = 512
_MARK: Final = "shlink:/"
_UNNAMED_VIEWER: Final = "?recipient=none#"
# Letters in alphabetical order; a file by GET asks for no passcode.
_FLAGS: Final = ("", "L", "LP", "LU", "P", "U")
_HEADER: Final = {"alg": "dir", "enc": "A256GCM", "cty": CONTENT_TYPE}
_JWE: Final = re.compile(rb"([A-Za-z0-9_-]+)\.\.([A-Za-z0-9_-]{16})\.([A-Za-z0-9_-]*)\.([A-Za-z0-9_-]{22})")
_DETAILS: Final = Wrap(labels.SHARE_DETAILS)


@dataclass(frozen=True, kw_only=True)
class ShareLink:
    """A link's content: the manifest's address, the key (32 bytes) of its files, the end (seconds since
    1970; others' links may have none). `name_asked`: whether our viewer asks who opens it.
    """

    url: str
    key: bytes = field(repr=False)
    exp: int | None
    flag: str = ""
    label: str | None = field(default=None, repr=False)
    name_asked: bool = True

    def __post_init__(self) -> None:
        if len(self.key) != KEY_SIZE:
            raise Malformed("a share's key has 32 bytes")
        if self.flag not in _FLAGS:
            raise UnsupportedVersion("a flag that is not known")
        if len(self.url) > MAX_URL or (self.label is not None and len(self.label) > MAX_LABEL):
            raise LimitExceeded("link field too long")

    @classmethod
    def generate(
        cls,
        origin: str,
        *,
        exp: int,
        passcode: bool = False,
        long_lived: bool = False,
        direct: bool = False,
        label: str | None = None,
        name_asked: bool = True,
        random: Random = system_random,
    ) -> Self:
        """A new link with a random locator and key, for a server's origin (`https://host`).

        Raises UnsupportedVersion: `direct` (one file by GET) with a passcode.
        """
        url = f"{origin}/api/v1/shl/{b64u(random(LOCATOR_SIZE))}"
        letters = ((LONG_FLAG, long_lived), (PASSCODE_FLAG, passcode), (DIRECT_FLAG, direct))
        flag = "".join(letter for letter, meant in letters if meant)
        key = random(KEY_SIZE)
        return cls(url=url, key=key, exp=exp, flag=flag, label=label, name_asked=name_asked)

    @classmethod
    def parse(cls, text: str, *, now: int | None = None) -> Self:
        """The link of `shlink:/…` or `https://viewer#shlink:/…`.

        Raises:
            Malformed: off the grammar, or a key that has not 32 bytes.
            UnsupportedVersion: `v` other than 1, or a flag that is not known.
            LimitExceeded: a field too long, or an end that has passed at `now`.
        """
        if len(text) > _MAX_LINK:
            raise LimitExceeded("link too long")
        viewer, mark, code = text.strip().rpartition(_MARK)
        if not mark:
            raise Malformed("not a SMART Health Link")
        content = parse_foreign(unb64u(code))
        if content.get("v", 1) != 1 or isinstance(content.get("v", 1), bool):
            raise UnsupportedVersion("link of another version")
        link = cls(
            url=_text(content, "url"),
            key=unb64u(_text(content, "key")),
            exp=_end(content),
            flag=_text(content, "flag") if "flag" in content else "",
            label=_text(content, "label") if "label" in content else None,
            name_asked=not viewer.endswith(_UNNAMED_VIEWER),
        )
        if not link.url.startswith(("https://", "http://")):
            raise Malformed("an address that is not a web address")
        if now is not None and link.over(now):
            raise LimitExceeded("the share has ended")
        return link

    def over(self, now: int) -> bool:
        """Whether the end that the link names has passed; its server may end it earlier."""
        return self.exp is not None and now >= self.exp

    @property
    def locator(self) -> str:
        """The last part of `url`, by which the server knows the share."""
        return self.url.rpartition("/")[2]

    @property
    def passcode(self) -> bool:
        """Whether the server asks for a passcode."""
        return PASSCODE_FLAG in self.flag

    @property
    def long_lived(self) -> bool:
        """Whether the files may change until the end."""
        return LONG_FLAG in self.flag

    @property
    def direct(self) -> bool:
        """Whether the address answers GET with the one file."""
        return DIRECT_FLAG in self.flag

    def text(self, origin: str) -> str:
        """The link as it is shown and drawn: opened by a camera, it leads to the viewer of the origin."""
        content: dict[str, str | int] = {"url": self.url, "key": b64u(self.key)}
        if self.exp is not None:
            content["exp"] = self.exp
        if self.flag:
            content["flag"] = self.flag
        if self.label is not None:
            content["label"] = self.label
        content["v"] = 1
        minified = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
        viewer = f"{origin}/view#" if self.name_asked else f"{origin}/view{_UNNAMED_VIEWER}"
        return f"{viewer}{_MARK}{b64u(minified.encode())}"


@dataclass(frozen=True)
class ShareDetails:
    """What any device of the owner shows again of a share."""

    link: str = field(repr=False)
    label: str = field(repr=False)


def seal_file(key: bytes, bundle: bytes) -> bytes:
    """A file of a share: JWE compact (`dir`, A256GCM, fresh IV) of a FHIR bundle's JSON."""
    # Imported here and below: it loads for 70 ms, and only shares need it.
    from joserfc import jwe
    from joserfc.jwk import OctKey

    return jwe.encrypt_compact(dict(_HEADER), bundle, OctKey.import_key(key)).encode()


def open_file(key: bytes, data: bytes) -> bytes:
    """The FHIR bundle's JSON of a share's file.

    Raises:
        Malformed: not a compact JWE; or, where `zip` says that it is compressed, what opens is not.
        UnsupportedVersion: another `alg`, `enc` or `zip`, or another parameter that changes what is inside.
        Tampered: it does not open with this key.
        LimitExceeded: longer than 64 MiB, also once inflated.
    """
    if len(data) > MAX_JWE:
        raise LimitExceeded("file too long")
    _check_jwe(data)
    from joserfc import jwe
    from joserfc.errors import JoseError
    from joserfc.jwa import JWEZipModel
    from joserfc.jwk import OctKey

    class Bounded(JWEZipModel):
        """The library's own takes a stream that was cut, and has its limit for tokens."""

        name = "DEF"
        description = "DEFLATE with the bound of a share's file"

        def compress(self, s: bytes) -> bytes:
            raise UnsupportedVersion("files of shares are not compressed")

        def decompress(self, s: bytes) -> bytes:
            return inflate(s, limit=MAX_JWE)

    class Registry(jwe.JWERegistry):
        def get_zip(self, name: str) -> JWEZipModel:
            return Bounded()

    registry = Registry(algorithms=[_HEADER["alg"], _HEADER["enc"]])
    # Its own limit of 64 KiB is for tokens; the length was checked above.
    registry.max_ciphertext_length = MAX_JWE
    try:
        opened = jwe.decrypt_compact(data, OctKey.import_key(key), registry=registry)
    except (JoseError, ValueError):
        raise Tampered("the file does not open") from None
    return opened.plaintext or b""


def seal_details(
    owner_secret: bytes,
    details: ShareDetails,
    *,
    vault: VaultId,
    share: ShareId,
    random: Random = system_random,
) -> bytes:
    """The details sealed under the owner's secret (32 bytes), for the `share` statement."""
    framed = frame(canonical({"label": details.label, "link": details.link}), floor=_DETAILS_FLOOR)
    return _DETAILS.seal(_details_key(owner_secret), {"share": share, "vault": vault}, framed, random=random)


def open_details(owner_secret: bytes, sealed: bytes, *, vault: VaultId, share: ShareId) -> ShareDetails:
    """The details. Raises WrongKey, Malformed."""
    return read_details(_DETAILS.open(_details_key(owner_secret), {"share": share, "vault": vault}, sealed))


def read_details(framed: bytes) -> ShareDetails:
    """The details in what was sealed. Raises Malformed."""
    record = parse_canonical(unframe(framed, floor=_DETAILS_FLOOR))
    if not isinstance(record, Mapping) or record.keys() != {"label", "link"}:
        raise Malformed("not the details of a share")
    return ShareDetails(_text(record, "link"), _text(record, "label"))


def _details_key(owner_secret: bytes) -> bytes:
    return primitives.derive(owner_secret, labels.OWNER_SHARE)


def _check_jwe(data: bytes) -> None:
    """The grammar of the five parts, canonical base64url, and the one header that shares have."""
    found = _JWE.fullmatch(data)
    if found is None:
        raise Malformed("not a compact JWE")
    for part in found.groups():
        unb64u(part.decode())
    header = parse_foreign(unb64u(found[1].decode()))
    if (header.get("alg"), header.get("enc")) != ("dir", "A256GCM"):
        raise UnsupportedVersion("JWE with another algorithm")
    if not header.keys() <= {"alg", "enc", "cty", "kid", "zip"} or header.get("zip", "DEF") != "DEF":
        raise UnsupportedVersion("JWE with a parameter that is not known")


def _text(record: Mapping[str, Json], name: str) -> str:
    value = record.get(name)
    if not isinstance(value, str) or any("\ud800" <= character <= "\udfff" for character in value):
        raise Malformed("not a text")
    return value


def _end(content: Mapping[str, Any]) -> int | None:
    if "exp" not in content:
        return None
    end = content["exp"]
    if not isinstance(end, int | float) or isinstance(end, bool) or not 0 <= end < 2**53:
        raise Malformed("not an end")
    return int(end)
