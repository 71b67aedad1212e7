"""How often one account may ask for what is dear to the host or reaches other people.

Owns the numbers, by Flask's name of the view. They are far above what a person does, and are counted in the
database as all attempts are (`vault.attempts`): for all nodes together. What is not here is limited by the
proxy (requests of one address) and by `web.transfers` (transfers under way); signing in and up, shares'
passcodes and codes of telephones have limits of their own in the domain.
"""

from typing import Final

from vault.attempts import Pace

_HOUR: Final = 3600

PACES: Final[dict[str, Pace]] = {
    # Looks others up.
    "directory.find": Pace(limit=1200, seconds=_HOUR),
    # A row of some megabytes each time; sessions end and the account is told.
    "keyrings.replace": Pace(limit=1200, seconds=_HOUR),
    "keyrings.replace_password": Pace(limit=60, seconds=_HOUR),
    "keyrings.replace_kit": Pace(limit=60, seconds=_HOUR),
    # A passcode costs the server an Argon2id.
    "shares.make": Pace(limit=600, seconds=_HOUR),
    "shares.update": Pace(limit=600, seconds=_HOUR),
    # Other people are told.
    "grants.give": Pace(limit=1200, seconds=_HOUR),
    "grants.give_documents": Pace(limit=1200, seconds=_HOUR),
    "grants.accept": Pace(limit=600, seconds=_HOUR),
    "renewals.ask": Pace(limit=600, seconds=_HOUR),
    "deposits.deposit": Pace(limit=1200, seconds=_HOUR),
}
