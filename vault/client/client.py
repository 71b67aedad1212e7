"""A signed-in client: this home's session, its keyring, and the keys that sign.

Owns how the keyring is read, kept on this device and written again. Knows no vault's contents.
"""

from collections.abc import Callable
from dataclasses import replace

from crypto import keyring
from crypto.encoding import AccountId, KeyId, b64u, unb64u
from crypto.errors import Stale, Tampered, WrongKey
from crypto.keyring import Keyring, OpenedKeyring, Pins
from crypto.records import Pin
from crypto.signing import SigningKey
from crypto.statements import Signed, Statement, sign
from vault.client.answers import binary, from_server, number
from vault.client.api import Api
from vault.client.errors import NotAllowed, ServerRefused
from vault.client.home import Home, Position, Session

_ATTEMPTS = 3


class Client:
    """What commands work with. `clock` gives seconds since 1970."""

    def __init__(self, home: Home, api: Api, *, clock: Callable[[], int]) -> None:
        self.home = home
        self.api = api
        self.session: Session = home.session()
        api.cookie, api.csrf = self.session.cookie, self.session.csrf
        self.now = clock
        self._opened: OpenedKeyring | None = None
        self._me: KeyId | None = None

    @property
    def opened(self) -> OpenedKeyring:
        """The keyring as this device holds it."""
        if self._opened is None:
            data, file_key = self.home.keyring()
            self._opened = keyring.open_with_file_key(data, file_key, account=AccountId(self.session.account))
        return self._opened

    @property
    def keyring(self) -> Keyring:
        """The account's secrets."""
        return self.opened.keyring

    @property
    def signing(self) -> SigningKey:
        """The account's signing key."""
        return self.keyring.signing_key()

    @property
    def me(self) -> KeyId:
        """The account's key id: it stays the same whatever is written into the keyring."""
        if self._me is None:
            self._me = self.keyring.key_id()
        return self._me

    @property
    def server_key(self) -> bytes:
        """The server's public key as the keyring pinned it."""
        return self.keyring.server

    def sign(self, statement: Statement) -> Signed:
        """The statement under the account's key."""
        return sign(statement, self.signing)

    def require_patient(self) -> None:
        """Raises NotAllowed unless the account owns a vault."""
        if self.session.role != "patient":
            raise NotAllowed("only the owner of a vault can do this")

    def require_professional(self) -> None:
        """Raises NotAllowed unless the account is a professional's."""
        if self.session.role != "professional":
            raise NotAllowed("only a professional can do this")

    def refresh_keyring(self) -> None:
        """Takes the keyring that the server holds, as another device may have written it.

        Raises Stale or Tampered for an older or other one; WrongKey when the password was changed elsewhere.
        """
        answer = self.api.get("/keyring")
        data, sequence = binary(answer, "keyring"), number(answer, "sequence")
        mine = self.opened
        if data == mine.data:
            return
        with from_server():
            try:
                fresh = keyring.open_with_file_key(
                    data, mine.file_key, account=AccountId(self.session.account)
                )
            except Tampered:
                # Another header under another file key: a new password, or a forgery. Signing in again tells
                # which.
                raise WrongKey("the keyring changed: sign in again") from None
        if fresh.keyring.sequence != sequence:
            raise Tampered("another sequence inside than outside")
        if sequence < self.home.seen_sequence(self.session.server, self.session.account):
            raise Stale("an older keyring than one already seen")
        if _identity(fresh.keyring) != _identity(mine.keyring):
            raise Tampered("another account's secrets")
        self.keep(fresh)

    def update_keyring(self, change: Callable[[Keyring], Keyring]) -> None:
        """Writes a changed keyring to the server, on top of the newest one there; then to this device."""
        for attempt in range(_ATTEMPTS):
            changed = self._with_pins(change(self.keyring))
            if changed == self.keyring:
                return
            written = keyring.rewrite(self.opened, changed)
            try:
                self.api.put(
                    "/keyring", {"keyring": b64u(written.data), "sequence": written.keyring.sequence}
                )
            except ServerRefused as error:
                if error.code != "stale" or attempt == _ATTEMPTS - 1:
                    raise
                self.refresh_keyring()
            else:
                self.keep(written)
                return

    def share_pins(self) -> None:
        """Puts into the keyring what this device has seen, so that the account's next device starts from
        there.
        """
        self.update_keyring(lambda record: record)

    def _with_pins(self, record: Keyring) -> Keyring:
        moved = {}
        for vault, known in record.pins.vaults.items():
            seen = self.home.pins(self.session.server, vault)
            moved[vault] = replace(
                known,
                ledger=_further(known.ledger, seen.ledger),
                accesses=_further(known.accesses, seen.accesses),
            )
        return replace(record, pins=Pins(moved))

    def keep(self, opened: OpenedKeyring) -> None:
        """Keeps a keyring on this device."""
        self.home.save_keyring(opened.data, opened.file_key)
        self.home.save_seen_sequence(self.session.server, self.session.account, opened.keyring.sequence)
        self._opened = opened


def _further(known: Pin, seen: Position | None) -> Pin:
    if seen is None or seen.size <= known.size:
        return known
    return Pin(unb64u(seen.head, length=32), seen.size)


def _identity(record: Keyring) -> tuple[object, ...]:
    own = (record.vault.id, record.vault.owner_secret) if record.vault else None
    return record.account, record.identity, record.signing, record.server, record.kit, record.role, own
