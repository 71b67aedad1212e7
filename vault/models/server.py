"""Tables of the server itself: its own keys (the one that signs openings, and the one that hides addresses),
and whether it is being maintained."""

from sqlalchemy.orm import Mapped, mapped_column

from vault.models.base import Base, Bytes, Count, Digest, Seconds, Word


class ServerSecret(Base):
    """One row. Neither key opens anything: the first signs, the second makes fake salts and keyed hashes.

    `signing_seed` is gone once another key followed it (`Succession`).
    """

    __tablename__ = "server_secrets"

    id: Mapped[Count] = mapped_column(primary_key=True, autoincrement=False)
    signing_seed: Mapped[Digest | None]
    mac_key: Mapped[Digest]
    created: Mapped[Seconds]


class SessionKey(Base):
    """A key that followed the first one (`ServerSecret.mac_key`) for what sessions need: used from `begins`
    on, while the one before is accepted for `overlap` seconds more."""

    __tablename__ = "session_keys"

    id: Mapped[Count] = mapped_column(primary_key=True, autoincrement=False)
    mac_key: Mapped[Digest]
    created: Mapped[Seconds]
    begins: Mapped[Seconds]
    overlap: Mapped[Seconds]


class Succession(Base):
    """Which key follows which (spec chapter 14), of the server or the directory by `kind`. The server's
    secrets: `seed` of the new key while it is the last, `seed_before` of the one before until its time ends.
    """

    __tablename__ = "successions"

    kind: Mapped[Word] = mapped_column(primary_key=True)
    sequence: Mapped[Count] = mapped_column(primary_key=True, autoincrement=False)
    statement: Mapped[Bytes]
    signature: Mapped[Bytes]
    seed: Mapped[Digest | None]
    seed_before: Mapped[Digest | None]


class Maintenance(Base):
    """One row while the host is read only, else none. `level` is a word of vault.maintenance; `until` is when
    people are told that it ends."""

    __tablename__ = "maintenance"

    id: Mapped[Count] = mapped_column(primary_key=True, autoincrement=False)
    level: Mapped[Word]
    since: Mapped[Seconds]
    until: Mapped[Seconds | None]
