"""People of the tests: a patient and a professional who speak HTTP and sign statements.

The server is blind, so what they seal is random bytes of the right shape; what they sign is signed for real.
"""

import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from crypto import statements
from crypto.encoding import (
    AccountId,
    DocumentId,
    GrantId,
    Json,
    KeyId,
    SectionId,
    ShareId,
    VaultId,
    b64u,
    new_id,
    unb64u,
)
from crypto.journal import LEDGER, start_head
from crypto.signing import SigningKey, key_id
from crypto.statements import Card, Signed
from tests.vault.sealed import PART as PART
from tests.vault.sealed import Place, bundle, digest_header, keyring
from tests.vault.sealed import SealedVersion as SealedVersion

ORIGIN = "https://coffre.test"
DAY = 86400


@dataclass
class Actor:
    """Someone with keys. `http` is a client of its own, so that cookies do not mix."""

    http: FlaskClient
    clock: Callable[[], int]
    role: str
    address: str
    rpps: str | None = None
    key: SigningKey = field(default_factory=SigningKey.generate)
    recipient: bytes = field(default_factory=lambda: os.urandom(1216))
    login: SigningKey = field(default_factory=SigningKey.generate)
    kit: SigningKey = field(default_factory=SigningKey.generate)
    account: AccountId = field(default_factory=lambda: AccountId(new_id()))
    csrf: str = ""
    sequence: int = 1

    @property
    def author(self) -> KeyId:
        """The key id that statements name."""
        return key_id(self.key.public, self.recipient)

    def sign(self, kind: type[statements.Authored], **fields: Any) -> Signed:
        """A signed statement; author and time are filled in."""
        fields = {"author": self.author, "time": self.clock(), **fields}
        return statements.sign(kind(**fields), self.key)

    def card(self) -> Signed:
        """The self-signed card."""
        public = {"name": "Dr Zoé Lefèvre", "profession": "10", "rpps": self.rpps} if self.rpps else {}
        return self.sign(
            Card,
            account=self.account,
            recipient=self.recipient,
            role=self.role,
            signing=self.key.public,
            **public,
        )

    def send(self, method: str, path: str, body: "Json | None" = None, **options: Any) -> TestResponse:
        """A request under /api/v1 with the CSRF value."""
        headers = {"X-Coffre-CSRF": self.csrf, **options.pop("headers", {})}
        return self.http.open(
            f"/api/v1{path}",
            method=method,
            json=body,
            headers=headers,
            base_url=ORIGIN,
            buffered=True,
            **options,
        )

    def password(self, login: SigningKey | None = None) -> dict[str, Json]:
        """What the server is told of a password."""
        key = login or self.login
        return {"salt": b64u(b"s" * 16), "m": 65536, "t": 3, "p": 1, "login_key": b64u(key.public)}

    def sign_up_body(self) -> dict[str, Json]:
        """The body of a sign-up."""
        return {
            "address": self.address,
            "role": self.role,
            "card": self.card().to_wire(),
            "password": self.password(),
            "kit_login_key": b64u(self.kit.public),
            "keyring": b64u(keyring()),
        }

    def sign_up(self) -> TestResponse:
        """Signs up and keeps the CSRF value."""
        return self._signed_up(self.send("POST", "/accounts", self.sign_up_body()))

    def _signed_up(self, response: TestResponse) -> TestResponse:
        if response.status_code == 201:
            self.csrf = response.get_json()["csrf"]
        return response

    def challenge(self, method: str = "password") -> dict[str, Any]:
        """A challenge for the address."""
        response = self.send("POST", "/sessions/challenge", {"address": self.address, "method": method})
        assert response.status_code == 200, response.get_json()
        found: dict[str, Any] = response.get_json()
        return found

    def login_statement(self, given: str, method: str = "password", **changes: Any) -> Signed:
        """The login that answers a challenge."""
        fields: dict[str, Any] = {
            "address": self.address,
            "challenge": unb64u(given),
            "method": method,
            "origin": ORIGIN,
            "time": self.clock(),
        }
        key = changes.pop("key", self.kit if method == "kit" else self.login)
        return statements.sign(statements.Login(**{**fields, **changes}), key)

    def sign_in(self, method: str = "password", **changes: Any) -> TestResponse:
        """Signs in by challenge."""
        signed = self.login_statement(self.challenge(method)["challenge"], method, **changes)
        response = self.send("POST", "/sessions", {"login": signed.to_wire()})
        if response.status_code == 200:
            self.csrf = response.get_json()["csrf"]
        return response


class InVault(Actor):
    """What patients and professionals both do in a vault."""

    vault: VaultId

    def place(self, vault: VaultId | None = None) -> Place:
        """The ledger's next position."""
        page = self.send("GET", f"/vaults/{vault or self.vault}/ledger?limit=1").get_json()
        return Place(vault or self.vault, page["size"], unb64u(page["head"]))

    def upload(self, content: bytes, vault: VaultId | None = None) -> str:
        """Reserves an upload and sends every part."""
        vault = vault or self.vault
        body: Json = {"length": len(content), "part_size": PART}
        response = self.send("POST", f"/vaults/{vault}/uploads", body)
        assert response.status_code == 201, response.get_json()
        upload: str = response.get_json()["upload"]
        for number, start in enumerate(range(0, len(content), PART), start=1):
            part = content[start : start + PART]
            answer = self.send_part(upload, number, part, vault)
            assert answer.status_code == 200, answer.get_json()
        return upload

    def send_part(
        self, upload: str, number: int, part: bytes, vault: VaultId | None = None, **headers: str
    ) -> TestResponse:
        """One part, raw."""
        sent = {"Content-Digest": digest_header(part), **{k.replace("_", "-"): v for k, v in headers.items()}}
        path = f"/vaults/{vault or self.vault}/uploads/{upload}/parts/{number}"
        return self.send("PUT", path, data=part, headers=sent)

    def version_body(
        self, sealed: SealedVersion, place: Place, upload: str, **changes: Any
    ) -> dict[str, Json]:
        """The body of a commit; a professional's has their own copy of the metadata."""
        fields, own = {**place.fields(), **sealed.fields()}, {}
        if self.role == "professional":
            fields["author_metadata"] = statements.author_metadata_hash(sealed.author_metadata)
            own["author_metadata"] = b64u(sealed.author_metadata)
        signed = self.sign(statements.Manifest, **{**fields, **changes})
        return {
            **own,
            "manifest": signed.to_wire(),
            "header": b64u(sealed.header),
            "metadata": b64u(sealed.metadata),
            "upload": upload,
        }

    def commit(self, sealed: SealedVersion, vault: VaultId | None = None, **changes: Any) -> TestResponse:
        """Uploads and commits a version."""
        vault = vault or self.vault
        upload = self.upload(sealed.content, vault)
        body = self.version_body(sealed, self.place(vault), upload, **changes)
        return self.send("POST", f"/vaults/{vault}/documents", body)

    def access(self, document: str, version: int = 1, **fields: Any) -> Signed:
        """A signed access statement."""
        return self.sign(
            statements.Access,
            **{
                "vault": fields.pop("vault", None) or self.vault,
                "document": DocumentId(document),
                "mode": "own",
                "nonce": os.urandom(16),
                "reason": "own",
                "version": version,
                **fields,
            },
        )

    def open(self, *signed: Signed, vault: VaultId | None = None) -> TestResponse:
        """Posts access statements."""
        body: Json = {"accesses": [one.to_wire() for one in signed]}
        return self.send("POST", f"/vaults/{vault or self.vault}/accesses", body)

    def download(self, document: str, version: int = 1, **options: Any) -> TestResponse:
        """Fetches an object."""
        vault = options.pop("vault", None) or self.vault
        return self.send("GET", f"/vaults/{vault}/documents/{document}/versions/{version}/object", **options)


class Patient(InVault):
    """Owns a vault."""

    def __init__(self, http: FlaskClient, clock: Callable[[], int], address: str) -> None:
        super().__init__(http, clock, "patient", address)
        self.vault = VaultId(new_id())
        self.sections = sorted(SectionId(new_id()) for _ in range(20))
        self.inbox = self.sections[0]

    def vault_statement(self, server: bytes, **changes: Any) -> Signed:
        """The ledger's first statement."""
        names = tuple(
            statements.NewSection(epoch=1, name=os.urandom(296), section=section) for section in self.sections
        )
        fields: dict[str, Any] = {
            "vault": self.vault,
            "seq": 0,
            "prev": start_head(self.vault, LEDGER),
            "card": self.card(),
            "inbox": self.inbox,
            "inbox_recipient": os.urandom(1216),
            "sections": names,
            "server": server,
        }
        return self.sign(statements.Vault, **{**fields, **changes})

    def server_key(self) -> bytes:
        """The key that this server signs with."""
        return unb64u(self.send("GET", "/server").get_json()["public_key"])

    def sign_up(self) -> TestResponse:
        """Signs up with a vault."""
        statement = self.vault_statement(self.server_key())
        body = {**self.sign_up_body(), "vault": statement.to_wire()}
        return self._signed_up(self.send("POST", "/accounts", body))

    def append(self, path: str, name: str, signed: Signed, **body: Json) -> TestResponse:
        """Posts a statement to the vault."""
        return self.send("POST", f"/vaults/{self.vault}/{path}", {name: signed.to_wire(), **body})

    def invite(self, secret: SigningKey, **changes: Any) -> tuple[GrantId, TestResponse]:
        """An invitation to the first three sections after the inbox, to read and add, for a year."""
        grant = GrantId(new_id())
        sealed = bundle()
        now = self.clock()
        fields: dict[str, Any] = {
            **self.place().fields(),
            "bundle": statements.bundle_hash(sealed),
            "grant": grant,
            "not_before": now,
            "not_after": now + 365 * DAY,
            "rights": ("add", "read"),
            "sections": self.scope(1, 2, 3),
            "sequence": 1,
            "redeem": statements.Redeem(key=secret.public, not_after=now + DAY),
            **changes,
        }
        signed = self.sign(statements.Grant, **fields)
        return fields["grant"], self.append("grants", "grant", signed, bundle=b64u(sealed))

    def scope(self, *numbers: int, epoch: int = 1) -> tuple[statements.SectionEpoch, ...]:
        """Sections by their place in the sorted list."""
        return tuple(
            statements.SectionEpoch(epoch=epoch, section=self.sections[number]) for number in numbers
        )

    def revoke(self, grant: GrantId, sequence: int = 1) -> TestResponse:
        """Ends a grant."""
        signed = self.sign(statements.Revocation, **self.place().fields(), grant=grant, sequence=sequence)
        return self.append("revocations", "revocation", signed)

    def rotate(
        self, *numbers: int, epoch: int = 2, grants: tuple[GrantId, ...] = (), **changes: Any
    ) -> TestResponse:
        """Begins an epoch of some sections for some grants."""
        bundles = {grant: bundle() for grant in sorted(grants)}
        fields: dict[str, Any] = {
            **self.place().fields(),
            "grants": tuple(
                statements.GrantBundle(bundle=statements.bundle_hash(sealed), grant=grant)
                for grant, sealed in bundles.items()
            ),
            "sections": tuple(
                statements.NextEpoch(
                    epoch=epoch, ladder=os.urandom(72), name=os.urandom(296), section=self.sections[number]
                )
                for number in numbers
            ),
            "inbox_recipient": os.urandom(1216) if 0 in numbers else None,
            **changes,
        }
        sent: list[Json] = [{"grant": grant, "bundle": b64u(sealed)} for grant, sealed in bundles.items()]
        return self.append("rotations", "rotation", self.sign(statements.Rotation, **fields), bundles=sent)

    def share(
        self,
        documents: list[tuple[str, int]],
        contents: list[bytes],
        *,
        locator: bytes,
        passcode: str | None = None,
        flag: str | None = None,
        **changes: Any,
    ) -> tuple[ShareId, TestResponse]:
        """Shares versions for 15 minutes; the contents stand for the JWEs."""
        share = ShareId(new_id())
        files = tuple(
            statements.SharedFile(length=len(content), sha256=hashlib.sha256(content).digest())
            for content in contents
        )
        uploads = [self.upload(content) for content in contents]
        fields: dict[str, Any] = {
            **self.place().fields(),
            "details": os.urandom(552),
            "documents": tuple(
                statements.SharedDocument(document=DocumentId(document), version=version)
                for document, version in sorted(documents)
            ),
            "files": files,
            "not_after": self.clock() + 900,
            "passcode": 1 if passcode else 0,
            "share": share,
            **changes,
        }
        body: dict[str, Json] = {
            "locator": b64u(locator),
            "flag": flag if flag is not None else "P" if passcode else "",
            "files": [{"upload": upload} for upload in uploads],
        }
        if passcode:
            body["passcode"] = passcode
        signed = self.sign(statements.Share, **fields)
        return fields["share"], self.append("shares", "share", signed, **body)

    def update_share(
        self, share: ShareId, documents: list[tuple[str, int]], contents: list[bytes] | None, **changes: Any
    ) -> TestResponse:
        """Goes on with a share for 15 minutes from now; without contents its files (in `files`) stay."""
        files = changes.pop("files", None) or tuple(
            statements.SharedFile(length=len(content), sha256=hashlib.sha256(content).digest())
            for content in contents or []
        )
        fields: dict[str, Any] = {
            **self.place().fields(),
            "details": os.urandom(552),
            "documents": tuple(
                statements.SharedDocument(document=DocumentId(document), version=version)
                for document, version in sorted(documents)
            ),
            "files": files,
            "not_after": self.clock() + 900,
            "share": share,
            **changes,
        }
        uploads: list[Json] = [{"upload": self.upload(content)} for content in contents or []]
        signed = self.sign(statements.ShareUpdate, **fields)
        return self.append("share-updates", "share_update", signed, files=uploads)


class Professional(InVault):
    """Redeems invitations."""

    def __init__(self, http: FlaskClient, clock: Callable[[], int], address: str, rpps: str) -> None:
        super().__init__(http, clock, "professional", address, rpps)

    def redeem(self, grant: GrantId, redeem: SigningKey, vault: VaultId, **changes: Any) -> TestResponse:
        """Accepts an invitation."""
        sealed = bundle()
        invitation = self.send("GET", f"/invitations/{grant}").get_json()
        fields: dict[str, Any] = {
            "vault": vault,
            "seq": invitation.get("size", 2),
            "prev": unb64u(invitation["head"]) if "head" in invitation else bytes(32),
            "bundle": statements.bundle_hash(sealed),
            "card": self.card(),
            "grant": grant,
            "proof": statements.prove_redemption(redeem, grant=grant, professional=self.author, vault=vault),
            "sequence": 1,
            **changes,
        }
        signed = self.sign(statements.Acceptance, **fields)
        body: Json = {"acceptance": signed.to_wire(), "bundle": b64u(sealed)}
        response = self.send("POST", f"/invitations/{grant}/acceptance", body)
        if response.status_code == 200:
            self.vault = vault
        return response


def open_link(http: FlaskClient, locator: bytes, **body: Json) -> TestResponse:
    """Opens a share as anyone would."""
    sent: Json = {"recipient": "Cabinet du Dr Petit", **body}
    return http.post(f"/api/v1/shl/{b64u(locator)}", json=sent, base_url=ORIGIN)
