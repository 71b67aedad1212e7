"""Vectors of deposits: header, link, and the owner's word about the inbox."""

from dataclasses import replace
from typing import Any

from crypto import age_file, deposits, sections
from crypto.age_recipients import HybridIdentity
from crypto.encoding import VaultId, b64u
from crypto.signing import SigningKey
from crypto.statements import NextEpoch, Rotation, Signed, Vault, sign
from tests.vectors import samples
from tests.vectors.opening_values import (
    FILE_KEY,
    FILING,
    IDENTITY,
    OK,
    ORIGIN,
    OTHER,
    SECRET,
    Seeded,
    seeded,
    write,
)


def deposit_vectors() -> None:
    """Every vector of deposits."""
    _headers()
    _links()
    _inboxes()


def _headers() -> None:
    drop = SECRET.drop_identity()
    header = deposits.make_deposit_header(FILE_KEY, drop.recipient(), author=IDENTITY.recipient())

    def case(name: str, expect: str, data: bytes, identity: HybridIdentity = drop) -> None:
        fields = {"header": b64u(data), "drop": b64u(identity.seed), "file_key": b64u(FILE_KEY)}
        write("deposits", f"header-{name}", "open-deposit-header", expect, **fields)

    case("whole", OK, header)
    case("of-another-inbox", "wrong_key", header, OTHER)
    # The author's own stanza opens the same file key: it stands second, and is not the inbox's.
    case("by-the-author", "wrong_key", header, IDENTITY)
    case("data-after", "malformed", header + b"x")
    mac = header.index(b"\n--- ") + 6
    case("mac-differs", "tampered", header[:mac] + b"AA" + header[mac + 2 :])
    inbox, author = drop.recipient().wrap(FILE_KEY), IDENTITY.recipient().wrap(FILE_KEY)
    case("without-the-author", "malformed", age_file.make_header([inbox], FILE_KEY))
    case("with-a-third", "malformed", age_file.make_header([inbox, author, author], FILE_KEY))
    section = sections.wrap_file_key(SECRET, FILING, FILE_KEY, random=Seeded("section"))
    case("with-a-section-stanza", "malformed", age_file.make_header([section, author], FILE_KEY))
    case("with-a-section-stanza-after", "malformed", age_file.make_header([inbox, section], FILE_KEY))


def _links() -> None:
    link = deposits.DepositLink(samples.VAULT, samples.OWNER.id)
    good = link.text(ORIGIN)
    write("deposits", "link", "deposit-link", OK, link=good, vault=link.vault, owner=link.owner)
    cases = {
        "link-version-2": (good.replace("#1.", "#2."), "unsupported_version"),
        "link-of-an-invitation": (good.replace("/deposit#", "/redeem#"), "malformed"),
        "link-without-owner": (good.rpartition(".")[0], "malformed"),
        "link-with-more": (good + ".x", "malformed"),
        "link-owner-cut": (good[:-1], "malformed"),
        "link-vault-upper-case": (good.replace(link.vault, link.vault.upper()), "malformed"),
    }
    for name, (text, expect) in cases.items():
        write("deposits", name, "deposit-link", expect, link=text, vault=link.vault, owner=link.owner)


def _inboxes() -> None:
    recipient = seeded("inbox recipient", 1216)
    vault, key = samples.first_statements()["vault"]
    assert isinstance(vault, Vault)
    rotation = _rotation(recipient)

    def case(name: str, expect: str, /, **change: Any) -> None:
        given: dict[str, Any] = {"vault": sign(vault, key), "rotation": sign(rotation, key), **change}
        fields: dict[str, Any] = {
            name: one.to_wire() for name, one in given.items() if isinstance(one, Signed)
        }
        fields["link"] = {"vault": samples.VAULT, "owner": samples.OWNER.id, **given.get("link", {})}
        if expect == OK:
            rotated = "rotation" in fields
            result: dict[str, Any] = {
                "section": samples.INBOX,
                "epoch": 5 if rotated else 1,
                "recipient": b64u(recipient if rotated else vault.inbox_recipient),
            }
            fields["result"] = result
        write("deposits", f"inbox-{name}", "read-inbox", expect, **fields)

    case("rotated", OK)
    case("at-the-start", OK, rotation=None)
    case("of-another-owner", "tampered", link={"owner": samples.STRANGER.id})
    case("of-another-vault", "tampered", link={"vault": "0" * 32})
    forged = SigningKey.from_seed(seeded("forger"))
    case("vault-signed-by-another", "tampered", vault=sign(vault, forged))
    case("rotation-signed-by-another", "tampered", rotation=sign(rotation, forged))
    case("rotation-by-another", "tampered", rotation=sign(replace(rotation, author=samples.DOCTOR.id), key))
    case(
        "rotation-of-another-vault",
        "tampered",
        rotation=sign(replace(rotation, vault=VaultId("0" * 32)), key),
    )
    case(
        "rotation-without-recipient", "tampered", rotation=sign(replace(rotation, inbox_recipient=None), key)
    )
    elsewhere = (replace(rotation.sections[0], section=samples.SECTIONS[0]),)
    case("rotation-of-other-sections", "tampered", rotation=sign(replace(rotation, sections=elsewhere), key))
    case("vault-is-a-rotation", "malformed", vault=sign(rotation, key))


def _rotation(recipient: bytes) -> Rotation:
    return Rotation(
        author=samples.OWNER.id,
        grants=(),
        inbox_recipient=recipient,
        prev=seeded("head"),
        sections=(
            NextEpoch(epoch=5, ladder=seeded("ladder", 72), name=seeded("name", 296), section=samples.INBOX),
        ),
        seq=9,
        time=samples.NOW,
        vault=samples.VAULT,
    )
