"""`coffre admin professional` and `coffre admin directory`: who is verified, and the key that says so.

Thin: options in, results of vault.admin.directory out. `directory sign` needs neither configuration nor
database:
it runs on the machine that holds the key.
"""

import sys
from dataclasses import asdict
from pathlib import Path

import click

from crypto.encoding import b64u
from crypto.signing import fingerprint
from vault.admin import directory as operators
from vault.admin import directory_keys, professionals
from vault.admin.operations import Deed
from vault.admin.professionals import Professional
from vault.client.commands.admin_host import config_option, loaded, operating, operator_errors, reading
from vault.client.destination import to_file
from vault.client.errors import NotAllowed
from vault.client.output import Value, iso
from vault.client.terminal import Terminal
from vault.directory import public_key

_OFFLINE = click.option(
    "--sign-offline",
    "request",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="The key is on another machine: write what it is to sign.",
)


@click.group("professional")
def professional() -> None:
    """Who is verified: after you compared name and number with the public register."""


@professional.command("list")
@config_option
@click.pass_obj
def list_(terminal: Terminal, *, config_file: Path | None) -> None:
    """All professionals, those who wait first."""
    with reading(terminal, config_file) as session:
        found = professionals.listed(session)
    terminal.output.result([_value(one) for one in found])


@professional.command("verify")
@config_option
@_OFFLINE
@click.argument("rpps")
@click.pass_obj
def verify(terminal: Terminal, *, config_file: Path | None, request: Path | None, rpps: str) -> None:
    """Sign that this host verified the professional; patients see it."""
    _decide(terminal, config_file, rpps, "verified", request)


@professional.command("refuse")
@config_option
@_OFFLINE
@click.argument("rpps")
@click.pass_obj
def refuse(terminal: Terminal, *, config_file: Path | None, request: Path | None, rpps: str) -> None:
    """Take the professional out of the directory and of redeeming invitations."""
    _decide(terminal, config_file, rpps, "refused", request)


@professional.command("import")
@config_option
@click.argument("answer", type=click.Path(path_type=Path))
@click.pass_obj
def import_(terminal: Terminal, *, config_file: Path | None, answer: Path) -> None:
    """Take an entry that was signed where the key is."""
    text = terminal.text_of(answer)
    with operating(terminal, config_file, "professional_import") as deed:
        decided = professionals.described(operators.take(deed.session, text))
        _note(deed, decided)
    terminal.output.result(_value(decided))


@click.group("directory")
def directory() -> None:
    """The key that signs who is verified. It may be kept on a machine without a network."""


@directory.command("show")
@config_option
@click.pass_obj
def show(terminal: Terminal, *, config_file: Path | None) -> None:
    """The directory's public key, which clients pin, and where its seed is looked for."""
    with reading(terminal, config_file) as session:
        public = public_key(session)
    path = loaded(terminal, config_file).directory.key_file
    terminal.output.result(
        {"public_key": None if public is None else b64u(public), "key_file": str(path), "here": path.exists()}
    )


@directory.command("new-key")
@click.argument("file", type=click.Path(path_type=Path))
@click.pass_obj
def new_key(terminal: Terminal, *, file: Path) -> None:
    """Draw a key into a new file; prints its public half. Needs no server."""
    with operator_errors():
        key = operators.make_key(file)
    terminal.output.result({"public_key": b64u(key.public), "key_file": str(file)})


# A key in base64url may begin with a dash.
@directory.command("use", context_settings={"ignore_unknown_options": True})
@config_option
@click.option("--replace", is_flag=True, help="In place of another key: nobody is verified then.")
@click.argument("public")
@click.pass_obj
def use(terminal: Terminal, *, config_file: Path | None, replace: bool, public: str) -> None:
    """Make a public key the directory's. Clients that pinned another one refuse it loudly."""
    with operating(terminal, config_file, "directory_use") as deed:
        operators.use(deed.session, operators.public_of(public), terminal.now(), replace=replace)
        deed.detail("key", public.strip())
    terminal.output.result({"public_key": public.strip()})


@directory.command("sign")
@click.option("--key", "key_file", required=True, type=click.Path(path_type=Path), metavar="FILE")
@click.option("-o", "--output", "target", required=True, type=click.Path(path_type=Path), metavar="FILE")
@click.option("--yes", is_flag=True, help="What is shown was compared with the register before.")
@click.argument("request", type=click.Path(path_type=Path))
@click.pass_obj
def sign(terminal: Terminal, *, key_file: Path, target: Path, yes: bool, request: Path) -> None:
    """Sign a request of --sign-offline, on the machine that holds the key."""
    text = terminal.text_of(request)
    with operator_errors():
        entry, card = operators.read_request(text)
        shown = (entry.state, entry.name, f"RPPS {entry.rpps}", entry.profession, fingerprint(card.author))
        terminal.output.note(" · ".join(shown))
        if not yes and not (sys.stdin.isatty() and click.confirm("Sign?", err=True)):
            raise NotAllowed("compare this with the register, then give --yes")
        signed = operators.sign_request(text, operators.read_key(key_file))
    _write(target, signed)
    terminal.output.result({"rpps": entry.rpps, "state": entry.state, "answer": str(target)})


@directory.command("request-succession")
@config_option
@click.option("--at-once", is_flag=True, help="The old key was stolen: nothing of it is taken any more.")
@click.option("-o", "--output", "target", required=True, type=click.Path(path_type=Path), metavar="FILE")
@click.pass_obj
def request_succession(terminal: Terminal, *, config_file: Path | None, at_once: bool, target: Path) -> None:
    """Write what the machine that holds the key is to sign, so that another key follows it."""
    with reading(terminal, config_file) as session:
        overlap = 0 if at_once else directory_keys.OVERLAP
        text = directory_keys.make_request(session, overlap=overlap, now=terminal.now())
    _write(target, text)
    terminal.output.result({"request": str(target)})


@directory.command("sign-succession")
@click.option("--key", "key_file", required=True, type=click.Path(path_type=Path), metavar="FILE")
@click.option("--new-key", "new_file", required=True, type=click.Path(path_type=Path), metavar="FILE")
@click.option("-o", "--output", "target", required=True, type=click.Path(path_type=Path), metavar="FILE")
@click.argument("request", type=click.Path(path_type=Path))
@click.pass_obj
def sign_succession(
    terminal: Terminal, *, key_file: Path, new_file: Path, target: Path, request: Path
) -> None:
    """Draw the next key into a new file and sign all entries in force with it. Needs no server."""
    text = terminal.text_of(request)
    with operator_errors():
        new = operators.make_key(new_file)
        signed, count = directory_keys.sign(text, operators.read_key(key_file), new)
    _write(target, signed)
    terminal.output.result({"public_key": b64u(new.public), "entries": count, "answer": str(target)})


@directory.command("import-succession")
@config_option
@click.argument("answer", type=click.Path(path_type=Path))
@click.pass_obj
def import_succession(terminal: Terminal, *, config_file: Path | None, answer: Path) -> None:
    """Take a succession that was signed where the key is: the new key counts from now on."""
    text = terminal.text_of(answer)
    with operating(terminal, config_file, "directory_succession") as deed:
        made = directory_keys.take(deed.session, text)
        deed.detail("generation", made.sequence)
        deed.detail("key", b64u(made.key))
    terminal.output.result({"public_key": b64u(made.key), "old_until": iso(made.until)})


def _decide(
    terminal: Terminal, config_file: Path | None, rpps: str, state: str, request: Path | None
) -> None:
    if request is not None:
        with reading(terminal, config_file) as session:
            text = operators.make_request(session, rpps, state, terminal.now())
        _write(request, text)
        terminal.output.result({"rpps": rpps, "request": str(request)})
        return
    path = loaded(terminal, config_file).directory.key_file
    with operating(terminal, config_file, f"professional_{state}") as deed:
        now = terminal.now()
        key = operators.key_at_hand(deed.session, path, now)
        decided = professionals.described(operators.decide(deed.session, rpps, state, key, now))
        _note(deed, decided)
    terminal.output.result(_value(decided))


def _note(deed: Deed, decided: Professional) -> None:
    deed.about(decided.account)
    deed.detail("verified", decided.verified)


def _write(path: Path, text: str) -> None:
    with to_file(path, replace=False) as file:
        file.write(f"{text}\n".encode())


def _value(one: Professional) -> dict[str, Value]:
    return {**asdict(one), "created": iso(one.created)}
