"""`coffre signup, login, logout, whoami, recover, password`."""

from datetime import datetime
from pathlib import Path

import click

from crypto.encoding import normalise_address
from crypto.errors import CoffreError
from crypto.signing import fingerprint
from vault.client import account, confirming
from vault.client.api import Api
from vault.client.client import Client
from vault.client.commands.leaving import tell
from vault.client.destination import to_file
from vault.client.errors import (
    ClientError,
    CodeNeeded,
    ServerRefused,
    Unreachable,
    Usage,
    WrongCode,
)
from vault.client.home import Session
from vault.client.messages import say
from vault.client.output import Value
from vault.client.terminal import Terminal

_SERVER = click.option("--server", required=True, metavar="URL", help="The server's address.")
_EMAIL = click.option("--email", required=True, metavar="E", help="The account's e-mail address.")
_PASSWORD_FILE = click.option(
    "--password-file",
    type=click.Path(path_type=Path),
    help="First line is the password; else $COFFRE_PASSWORD or a prompt.",
)


@click.command("signup")
@_SERVER
@_EMAIL
@click.option("--name", required=True, help="A patient's name is sealed; a professional's is public.")
@click.option("--professional", is_flag=True, help="A health professional's account.")
@click.option("--rpps", metavar="R", help="The professional's 11-digit number.")
@click.option("--profession", metavar="CODE", help="Code of TRE_G15, such as 10 for a physician.")
@click.option(
    "--kit", type=click.Path(path_type=Path), metavar="FILE.pdf", help="Where to write the recovery kit."
)
@click.option("--lang", type=click.Choice(["fr", "en"]), help="The kit's language; default the locale's.")
@click.option("--code", metavar="C", help="The code that was mailed to the address, where the server asks.")
@_PASSWORD_FILE
@click.pass_obj
def signup(
    terminal: Terminal,
    *,
    server: str,
    email: str,
    name: str,
    professional: bool,
    rpps: str | None,
    profession: str | None,
    kit: Path | None,
    lang: str | None,
    code: str | None,
    password_file: Path | None,
) -> None:
    """Open an account and sign in on this device.

    A server that sends mail asks for a code first: it is mailed, and typed here, or given to a second run
    with --code.
    """
    if professional != (rpps is not None) or professional != (profession is not None):
        raise Usage("--professional, --rpps and --profession belong together")
    new = account.NewAccount(
        address=email,
        name=name,
        role="professional" if professional else "patient",
        rpps=rpps,
        profession=profession,
    )
    api = terminal.api(server)
    looked = account.look_at(api)
    password = terminal.password(password_file, new=True)
    prepared = account.prepare(new, password, looked, terminal.now())
    given = _code(terminal, api, looked, email, code)
    if kit is not None:
        # Before the account exists: an account whose kit could not be written would be worse than none.
        _write_kit(terminal, prepared, looked, kit, lang)
    try:
        session = _sign_up(terminal, api, looked, prepared, given)
    except (ServerRefused, WrongCode, click.Abort):
        if kit is not None:
            kit.unlink(missing_ok=True)
        raise
    terminal.output.note(say(terminal.output.lang, "kit.keep" if kit else "kit.missing"))
    value: dict[str, Value] = {"account": session.account, "role": session.role}
    if session.vault:
        value["vault"] = session.vault
    terminal.output.result({**value, "fingerprint": fingerprint(prepared.record.keyring.key_id())})


@click.command("login")
@_SERVER
@_EMAIL
@_PASSWORD_FILE
@click.pass_obj
def login(terminal: Terminal, *, server: str, email: str, password_file: Path | None) -> None:
    """Sign in on this device.

    The keys stay in the client's folder until logout: whoever can read that folder can read the record.
    """
    api = terminal.api(server)
    account.sign_in(terminal.home, api, email, terminal.password(password_file), clock=terminal.now)
    client = terminal.client()
    tell(terminal, client)
    _who(terminal, client)


@click.command("logout")
@click.pass_obj
def logout(terminal: Terminal) -> None:
    """Sign out and forget session, keys and caches on this device. What it pinned stays."""
    client = terminal.client()
    try:
        client.share_pins()
    except (ClientError, CoffreError) as error:
        terminal.output.note(say(terminal.output.lang, f"error.{error.code}"))
    try:
        account.sign_out(client.home, client.api)
    except Unreachable as error:
        terminal.output.note(say(terminal.output.lang, f"error.{error.code}"))
    terminal.output.result({"signed_out": True})


@click.command("whoami")
@click.pass_obj
def whoami(terminal: Terminal) -> None:
    """Who is signed in on this device; asks no server."""
    _who(terminal)


@click.command("recover")
@_SERVER
@_EMAIL
@click.option(
    "--code-file",
    required=True,
    type=click.Path(path_type=Path),
    help="The kit's twelve words or its QR's text; - for standard input.",
)
@_PASSWORD_FILE
@click.pass_obj
def recover(
    terminal: Terminal, *, server: str, email: str, code_file: Path, password_file: Path | None
) -> None:
    """Sign in with the recovery kit and set a new password. The kit stays valid."""
    code = " ".join(terminal.text_of(code_file).split())
    api = terminal.api(server)
    account.recover(
        terminal.home, api, email, code, terminal.password(password_file, new=True), clock=terminal.now
    )
    client = terminal.client()
    tell(terminal, client)
    _who(terminal, client)


@click.command("password")
@click.option("--new-password-file", type=click.Path(path_type=Path))
@click.pass_obj
def password(terminal: Terminal, *, new_password_file: Path | None) -> None:
    """Change the account's password; other devices are signed out."""
    client = terminal.client()
    account.change_password(client, terminal.secret("new_password", new_password_file, twice=True))
    _who(terminal, client)


def _code(terminal: Terminal, api: Api, server: account.Server, email: str, given: str | None) -> str | None:
    """The code that was given; else, where one is asked for, it is mailed, to be typed later (None)."""
    if not server.confirm_address:
        return None
    if given is not None:
        return confirming.read_code(given)
    confirming.ask(api, email)
    if not terminal.is_attended:
        raise CodeNeeded
    terminal.output.note(say(terminal.output.lang, "code.sent"))
    return None


def _sign_up(
    terminal: Terminal, api: Api, server: account.Server, prepared: account.Prepared, code: str | None
) -> Session:
    """Asks for the code until it is right or over, unless it was given or none is asked for."""
    if code is not None or not server.confirm_address:
        return account.sign_up(terminal.home, api, server, prepared, code=code)
    while True:
        try:
            typed = confirming.read_code(terminal.typed("code"))
            return account.sign_up(terminal.home, api, server, prepared, code=typed)
        except WrongCode as error:
            if error.is_over:
                raise
            terminal.output.note(say(terminal.output.lang, "code.wrong"))


def _who(terminal: Terminal, client: Client | None = None) -> None:
    client = client or terminal.client()
    session = client.session
    value: dict[str, Value] = {
        "account": session.account,
        "role": session.role,
        "email": session.address,
        "server": session.server,
    }
    if session.vault:
        value["vault"] = session.vault
    terminal.output.result({**value, "fingerprint": fingerprint(client.me)})


def _write_kit(
    terminal: Terminal, prepared: account.Prepared, server: account.Server, path: Path, lang: str | None
) -> None:
    from vault.client.kit_pdf import Kit, kit_pdf

    french = (lang or terminal.output.lang) == "fr"
    page = Kit(
        address=normalise_address(prepared.new.address),
        server=server.origin,
        words=prepared.kit.words("french" if french else "english"),
        qr=prepared.kit.qr_text(server.origin),
    )
    data = kit_pdf(page, "fr" if french else "en", datetime.now().astimezone().date())
    with to_file(path, replace=False) as file:
        file.write(data)
