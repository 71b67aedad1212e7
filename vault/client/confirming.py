"""The code that a server mails to an address before it takes a sign-up with it (`confirm_address`).

    confirming.ask(api, "anne@example.org")
    code = confirming.read_code("1234 5678")        # "12345678"

Owns how a code is typed. A server says nothing of whether the address has an account already: its mail does.
"""

import re
from typing import Final

from crypto.encoding import normalise_address
from vault.client.api import Api
from vault.client.errors import ServerRefused, WrongCode

_CODE: Final = re.compile(r"[0-9]{8}", re.ASCII)
_BETWEEN: Final = re.compile(r"[\s\-.]")


def ask(api: Api, address: str) -> None:
    """Has a code mailed to the address. Raises Malformed; ServerRefused("busy") after too many."""
    api.post("/accounts/codes", {"address": normalise_address(address)})


def read_code(typed: str) -> str:
    """The eight digits of what was typed or copied, grouped or not. Raises WrongCode."""
    code = _BETWEEN.sub("", typed)
    if _CODE.fullmatch(code) is None:
        raise WrongCode("a code has eight digits")
    return code


def refused(error: ServerRefused) -> ServerRefused | WrongCode:
    """What a refused sign-up with a code means."""
    # A refusal that counts what is left is called a passcode's wherever it comes from (vault/client/api.py).
    if error.code in ("passcode", "ended"):
        return WrongCode(is_over=error.code == "ended" or error.attempts_left == 0)
    return error
