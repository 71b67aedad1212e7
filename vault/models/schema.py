"""All tables at once, for migrations and for the test that compares them with WHAT-THE-SERVER-SEES.md."""

from sqlalchemy import MetaData

from vault.models import (
    accounts,
    checkpoints,
    deletions,
    directory,
    documents,
    grants,
    moves,
    notices,
    operations,
    server,
    shares,
    sign_ups,
    vaults,
)
from vault.models.base import Base

NOUNS = (
    accounts,
    checkpoints,
    deletions,
    directory,
    documents,
    grants,
    moves,
    notices,
    operations,
    server,
    shares,
    sign_ups,
    vaults,
)


def metadata() -> MetaData:
    """The schema that the migrations must lead to."""
    return Base.metadata
