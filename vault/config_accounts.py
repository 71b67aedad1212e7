"""The section `[accounts]` of the configuration: how people come to have one, and end it.

Reads and checks; knows of the rest only whether the host sends mail.
"""

from dataclasses import dataclass

from vault.config_reader import ConfigInvalid, SectionReader


@dataclass(frozen=True)
class Accounts:
    """How people sign up."""

    delete_days: int
    """Between the wish that an account be deleted and the deletion; 0: at once."""
    confirm_address: bool
    """Whether an address must be confirmed by a mailed code first, so that nobody is told whose is taken."""


def read_accounts(section: SectionReader, *, sends_mail: bool) -> Accounts:
    """The section. Raises ConfigInvalid: a code is asked for that nothing can bring."""
    confirm = section.boolean("confirm_address", default=sends_mail)
    if confirm and not sends_mail:
        message = "needs a mail server that brings the code: set mail.url, or leave this out"
        raise ConfigInvalid("missing", section.name_of("confirm_address"), message)
    delete_days = section.integer("delete_days", 7, low=0, high=90)
    return Accounts(delete_days=delete_days, confirm_address=confirm)
