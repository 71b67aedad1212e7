"""One valid statement of each kind."""

from crypto.signing import SigningKey
from crypto.statements import Statement
from tests.vectors.later_kinds import later_statements
from tests.vectors.samples import first_statements
from tests.vectors.successions_made import samples


def statements_of_every_kind() -> dict[str, tuple[Statement, SigningKey]]:
    """By kind, with its signer; all in one vault at arbitrary positions."""
    return {**first_statements(), **later_statements(), **samples()}
