"""Every key that a command line's home holds, for the search in what the server keeps."""

from crypto.encoding import AccountId
from crypto.keyring import open_with_file_key
from tests.e2e.command_line import CommandLine
from tests.e2e.secrets_search import Secret
from vault.client.home import Home


def held_keys(person: CommandLine) -> list[Secret]:
    """Keys of the keyring, the key of the keyring itself, and the session's cookie."""
    home = Home(person.home)
    data, file_key = home.keyring()
    keyring = open_with_file_key(data, file_key, account=AccountId(home.session().account)).keyring
    name = keyring.role
    found = [
        Secret(f"{name}'s keyring key", file_key),
        Secret(f"{name}'s identity", keyring.identity),
        Secret(f"{name}'s signing seed", keyring.signing),
        Secret(f"{name}'s session", home.session().cookie.encode()),
    ]
    if keyring.vault is not None:
        found.append(Secret("owner secret", keyring.vault.owner_secret))
        found += [Secret("section secret", section.secret) for section in keyring.vault.sections.values()]
    return found
