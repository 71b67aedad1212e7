"""Table of the server's own keys: the one that signs openings, and the one that hides addresses."""

from sqlalchemy.orm import Mapped, mapped_column

from vault.models.base import Base, Count, Digest, Seconds


class ServerSecret(Base):
    """One row. Neither key opens anything: the first signs, the second makes fake salts and keyed hashes."""

    __tablename__ = "server_secrets"

    id: Mapped[Count] = mapped_column(primary_key=True, autoincrement=False)
    signing_seed: Mapped[Digest]
    mac_key: Mapped[Digest]
    created: Mapped[Seconds]
