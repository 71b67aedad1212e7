"""Grant bundles and invitations (spec chapter 7).

Owns the bundle of section secrets, how bundles of both kinds are sealed for a professional or for an
invitation's secret, and the invitation's link. It does not judge grants: terms, rights and states belong to
the ledger. The proof of redemption is `statements.prove_redemption`; what a bundle of documents holds is
`document_bundle`'s.

    >>> invitation = Invitation.generate(vault, grant)
    >>> sealed = seal_for_invitation(bundle, invitation)
    >>> link = invitation.link("https://coffre.example")
    >>> open_invitation(sealed, Invitation.from_link(link), bundle_hash=bundle_hash(sealed), sections=epochs)
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Final, Self

from crypto import age_file, document_bundle, labels, primitives
from crypto.age_header import Stanza
from crypto.age_recipients import HybridIdentity, HybridRecipient, Identity, Recipient
from crypto.document_bundle import DocumentBundle
from crypto.encoding import GrantId, Json, SectionId, VaultId, b64u, check_id, unb64u
from crypto.errors import LimitExceeded, Malformed, Tampered, UnsupportedVersion
from crypto.primitives import Random, Wrap, equal, system_random
from crypto.records import Pin, read_versioned, write_versioned
from crypto.sections import SectionSecret, section_secrets
from crypto.signing import SigningKey
from crypto.statement_grammar import Signed, ident, record, signed, text
from crypto.statement_records import SharedDocument
from crypto.statements import bundle_hash as hash_bundle
from crypto.statements import verify_card

MAX_RECORD: Final = 1 << 20
SECRET_SIZE: Final = 32
STANZA_TYPE: Final = "coffre.invitation/v1"

_STANZA: Final = Wrap(labels.INVITATION_STANZA)
_LINK: Final = re.compile(r"/redeem#([0-9]+)\.(.*)", re.ASCII)


@dataclass(frozen=True, kw_only=True)
class Bundle:
    """What a professional is given: the owner's card, the secrets of the grant's sections, and where the
    ledger stood.
    """

    card: Annotated[Signed, signed()]
    grant: Annotated[GrantId, ident()]
    ledger: Annotated[Pin, record(Pin)]
    patient: Annotated[str, text(200)] = field(repr=False)
    sections: Annotated[Mapping[SectionId, SectionSecret], section_secrets(minimum=1)]
    vault: Annotated[VaultId, ident()]


@dataclass(frozen=True)
class Invitation:
    """An invitation's secret (32 bytes) and what it is for."""

    vault: VaultId
    grant: GrantId
    secret: bytes = field(repr=False)

    @classmethod
    def generate(cls, vault: VaultId, grant: GrantId, *, random: Random = system_random) -> Self:
        """A new secret."""
        return cls(vault, grant, random(SECRET_SIZE))

    @classmethod
    def from_link(cls, text: str) -> Self:
        """The invitation of a link, whatever its origin. Raises Malformed, UnsupportedVersion."""
        found = _LINK.search(text.strip())
        if found is None:
            raise Malformed("not the link of an invitation")
        if found[1] != "1":
            raise UnsupportedVersion("invitation of another version")
        fields = found[2].split(".")
        if len(fields) != 3:
            raise Malformed("not the link of an invitation")
        vault, grant, secret = fields
        return cls(VaultId(check_id(vault)), GrantId(check_id(grant)), unb64u(secret, length=SECRET_SIZE))

    def link(self, origin: str) -> str:
        """The link for a server's origin (`https://host`); the fragment never reaches the server."""
        return f"{origin}/redeem#1.{self.vault}.{self.grant}.{b64u(self.secret)}"

    def redeem_key(self) -> SigningKey:
        """Signs the proof that the secret is known; its public key stands in the grant."""
        return SigningKey.from_seed(primitives.derive(self.secret, labels.INVITATION_REDEEM))

    def wrap(self, file_key: bytes, *, random: Random = system_random) -> Stanza:
        """The stanza of the invitation's bundle (`Recipient`)."""
        return Stanza(STANZA_TYPE, (), _STANZA.seal(self._unlock(), self._context(), file_key, random=random))

    def unwrap(self, stanzas: Sequence[Stanza]) -> bytes | None:
        """The file key of the invitation's bundle (`Identity`). Raises WrongKey, Malformed."""
        for stanza in stanzas:
            if stanza.type == STANZA_TYPE:
                if stanza.args:
                    raise Malformed("invitation stanza with an argument")
                return _STANZA.open(self._unlock(), self._context(), stanza.body)
        return None

    def _unlock(self) -> bytes:
        return primitives.derive(self.secret, labels.INVITATION_UNLOCK)

    def _context(self) -> dict[str, Json]:
        return {"grant": self.grant, "vault": self.vault}


def seal_for_professional(
    bundle: Bundle | DocumentBundle, recipient: HybridRecipient, *, random: Random = system_random
) -> bytes:
    """The bundle as an age file for a professional's recipient; also how a redeemed one is sealed again.

    Raises LimitExceeded: more than a bundle may hold.
    """
    return _seal(bundle, recipient, random=random)


def seal_for_invitation(
    bundle: Bundle | DocumentBundle, invitation: Invitation, *, random: Random = system_random
) -> bytes:
    """The bundle as an age file that the invitation's secret opens.

    Raises Malformed if it is for another grant; LimitExceeded.
    """
    if (bundle.vault, bundle.grant) != (invitation.vault, invitation.grant):
        raise Malformed("a bundle of another grant than the invitation's")
    return _seal(bundle, invitation, random=random)


def open_for_professional(
    data: bytes,
    identity: HybridIdentity,
    *,
    bundle_hash: bytes,
    vault: VaultId,
    grant: GrantId,
    sections: Mapping[SectionId, int],
) -> Bundle:
    """A professional's bundle of section secrets.

    `bundle_hash` (32 bytes) is what the signed statement that carries the bundle says, `sections` the grant's
    with their epochs.

    Raises:
        Tampered: hash, vault, grant, sections or the owner's card that do not hold.
        WrongKey, Malformed, UnsupportedVersion, LimitExceeded: the file or its record.
    """
    bundle = _read(_open(data, identity, bundle_hash))
    _check_sections(bundle, vault, grant, sections)
    return bundle


def open_invitation(
    data: bytes, invitation: Invitation, *, bundle_hash: bytes, sections: Mapping[SectionId, int]
) -> Bundle:
    """An invitation's bundle of section secrets. Raises as `open_for_professional`."""
    bundle = _read(_open(data, invitation, bundle_hash))
    _check_sections(bundle, invitation.vault, invitation.grant, sections)
    return bundle


def open_documents_for_professional(
    data: bytes,
    identity: HybridIdentity,
    *,
    bundle_hash: bytes,
    vault: VaultId,
    grant: GrantId,
    documents: Sequence[SharedDocument],
) -> DocumentBundle:
    """A professional's bundle of documents; `documents` are exactly the grant's, in its order.

    Raises as `open_for_professional`, of documents in place of sections.
    """
    bundle = document_bundle.read(_open(data, identity, bundle_hash))
    _check_documents(bundle, vault, grant, documents)
    return bundle


def open_documents_invitation(
    data: bytes, invitation: Invitation, *, bundle_hash: bytes, documents: Sequence[SharedDocument]
) -> DocumentBundle:
    """An invitation's bundle of documents. Raises as `open_documents_for_professional`."""
    bundle = document_bundle.read(_open(data, invitation, bundle_hash))
    _check_documents(bundle, invitation.vault, invitation.grant, documents)
    return bundle


def _seal(bundle: Bundle | DocumentBundle, recipient: Recipient, *, random: Random) -> bytes:
    payload = (
        document_bundle.write(bundle)
        if isinstance(bundle, DocumentBundle)
        else write_versioned(bundle, limit=MAX_RECORD)
    )
    return age_file.seal_bytes(payload, [recipient], random=random)


def _open(data: bytes, identity: Identity, expected_hash: bytes) -> bytes:
    if len(data) > 2 * MAX_RECORD:
        raise LimitExceeded("bundle too long")
    if not equal(hash_bundle(data), expected_hash):
        raise Tampered("another bundle than the signed one")
    return age_file.open_bytes(data, [identity])


def _read(payload: bytes) -> Bundle:
    return read_versioned(Bundle, payload, limit=MAX_RECORD)


def _check_sections(
    bundle: Bundle, vault: VaultId, grant: GrantId, sections: Mapping[SectionId, int]
) -> None:
    if (bundle.vault, bundle.grant) != (vault, grant):
        raise Tampered("a bundle of another grant")
    if bundle.sections.keys() != sections.keys():
        raise Tampered("other sections than the grant's")
    if any(bundle.sections[section].epoch < epoch for section, epoch in sections.items()):
        raise Tampered("an older epoch than the grant's")
    _check_card(bundle.card)


def _check_documents(
    bundle: DocumentBundle, vault: VaultId, grant: GrantId, documents: Sequence[SharedDocument]
) -> None:
    if (bundle.vault, bundle.grant) != (vault, grant):
        raise Tampered("a bundle of another grant")
    if bundle.named != tuple((member.document, member.version) for member in documents):
        raise Tampered("other documents than the grant's")
    _check_card(bundle.card)


def _check_card(card: Signed) -> None:
    if verify_card(card).role != "patient":
        raise Tampered("a card that is not a patient's")
